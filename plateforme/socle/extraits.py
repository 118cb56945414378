"""Where the words that one looks for stand in a text: found, counted and marked whatever the accents and
endings, in the stored text and not in an index: nothing is shown that the reader's door did not give."""

import re
from functools import cached_property
from itertools import chain

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from wagtail.search.query import And, Not, Or, Phrase

from .moteurs import francais
from .moteurs.demande import developper
from .texte import requete, sans_accents

AVANT, LONGUEUR = 60, 220  # characters before the first word that is marked, and in all
APOSTROPHES = ("'", "’", "ʼ")
_MOT = re.compile(r"[^\W_]+")
# The rest of a word, and what parts it from the next one of its phrase. Nothing is given back once taken: who
# types the phrase may have written the text, where a word never ends or all is elided.
_ENTRE_DEUX = rf"[^\W_]*+[\W_]++(?:(?:{'|'.join(francais.ELISIONS)})[{''.join(APOSTROPHES)}][\W_]*+)?+"


def forme(mot):
    """What « voirie » and « Voiries » have in common."""
    return francais.racine(sans_accents(mot))


def formes(texte):
    return [francais.racine(mot) for mot in francais.mots(texte)]


class Dits:
    """What some texts say, taken together, whatever is then looked for in them."""

    def __init__(self, textes):
        self.textes = [formes(texte) for texte in textes]
        self.mots = {mot for texte in self.textes for mot in texte}

    def contient(self, suite):
        n = len(suite)
        return self.mots.issuperset(suite) and any(
            tuple(texte[i : i + n]) == suite for texte in self.textes for i in range(len(texte) - n + 1)
        )


class Motif:
    """What an engine is asked (a SearchQuery, or None), to be recognised in texts as the engine would."""

    @classmethod
    def de(cls, *qs):
        """What is typed, any one of these, with the synonyms that the engine is asked for."""
        recherches = [developper(recherche) for q in qs if (recherche := requete(q))]
        return cls(Or(recherches) if recherches else None)

    def __init__(self, recherche):
        self.recherche = recherche
        self.suites = {}  # {form: the words and phrases that begin with it, the longest first}
        for suite in sorted(
            set() if recherche is None else _suites_voulues(recherche), key=len, reverse=True
        ):
            self.suites.setdefault(suite[0], []).append(suite)

    @cached_property
    def debut_probable(self):
        """What begins as one of these words, or phrases, in a folded text: read faster than its words are."""
        suites = chain.from_iterable(self.suites.values())
        debuts = [_ENTRE_DEUX.join(re.escape(mot[:4]) for mot in suite) for suite in suites]
        return re.compile(rf"(?<![^\W_])(?:{'|'.join(debuts) or '(?!)'})")

    def repond(self, dits):
        """Whether these texts hold what is asked, and nothing that is taken away."""
        return self.recherche is None or _repond(self.recherche, dits)

    def trouves(self, texte):
        """The words and phrases of what was asked that this text holds."""
        return {suite for _debut, _fin, suite in self._places(texte)}

    def marquer(self, texte, debut=0, fin=None):
        """This text, or a part of it, as HTML with what was asked marked."""
        fin = len(texte) if fin is None else fin
        morceaux, ici = [], debut
        for place, bout, _suite in self._places(texte):
            if debut <= place and bout <= fin:
                morceaux.append(f"{escape(texte[ici:place])}<mark>{escape(texte[place:bout])}</mark>")
                ici = bout
        # Each part was escaped by itself.
        return mark_safe("".join(morceaux) + escape(texte[ici:fin]))

    def extrait(self, texte):
        """The part of this text that holds the most of it, marked; its beginning if it holds none."""
        texte = " ".join(texte.split())
        places = list(self._places(texte))
        meilleur, bout, score = 0, 0, 0
        for rang, (place, fin, _suite) in enumerate(places[:500]):
            ici = {s for p, _f, s in places[rang : rang + 40] if p < place + LONGUEUR - AVANT}
            if len(ici) > score:
                meilleur, bout, score = place, fin, len(ici)
        debut = _debut_de_mot(texte, max(0, meilleur - AVANT))
        fin = max(bout, _fin_de_mot(texte, debut + LONGUEUR))
        avant, apres = "… " if debut else "", "…" if fin < len(texte) else ""
        return format_html("{}{}{}", avant, self.marquer(texte, debut, fin), apres)

    def _places(self, texte):
        """(beginning, end, forms) of each word or phrase of what was asked, in the order of the text."""
        if not self.suites:
            return
        mots = [(m.start(), m.end(), forme(m[0])) for m in _MOT.finditer(texte) if not _est_elide(texte, m)]
        libre = 0  # the first word that no phrase has taken
        for rang, (debut, _fin, premiere) in enumerate(mots):
            for suite in self.suites.get(premiere, ()) if rang >= libre else ():
                libre = rang + len(suite)
                if tuple(forme_ for _d, _f, forme_ in mots[rang:libre]) == suite:
                    yield debut, mots[libre - 1][1], suite
                    break
                libre = rang


def _repond(recherche, dits):
    match recherche:
        case Not():
            return not _repond(recherche.subquery, dits)
        case And():
            return all(_repond(partie, dits) for partie in recherche.subqueries)
        case Or():
            return any(_repond(partie, dits) for partie in recherche.subqueries)
        case Phrase():
            return dits.contient(tuple(formes(recherche.query_string)))
    tous = all if recherche.operator == "and" else any
    return tous(mot in dits.mots for mot in _formes_utiles(recherche.query_string))


def _suites_voulues(recherche):
    """The forms of the words (one by one) and phrases of all that is asked and not taken away."""
    match recherche:
        case Not():
            return set()
        case And() | Or():
            return set().union(*map(_suites_voulues, recherche.subqueries))
        case Phrase():
            return {suite} if (suite := tuple(formes(recherche.query_string))) else set()
    return {(forme_,) for forme_ in _formes_utiles(recherche.query_string)}


def _formes_utiles(texte):
    """« le sel de la commune »: the small words stand everywhere and say nothing."""
    return [francais.racine(mot) for mot in francais.utiles(francais.mots(texte))]


def _est_elide(texte, mot):
    """« l » of « l’école », which is no word of a phrase."""
    return texte[mot.end() : mot.end() + 1] in APOSTROPHES and mot[0].lower() in francais.ELISIONS


def _debut_de_mot(texte, ici):
    return 0 if ici == 0 else texte.find(" ", ici - 1, ici + AVANT) + 1 or ici


def _fin_de_mot(texte, ici):
    return len(texte) if ici >= len(texte) else max(texte.rfind(" ", 0, ici), ici - AVANT)
