"""What was typed, read otherwise when it finds nothing: a word rightly spelt, or one word fewer.

Each reading is tried by the reader's own door, and a spelling comes from what she may read: no other text
changes anything of it, which would tell her what that text holds.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

from django.core.exceptions import EmptyResultSet

from .memoire import memoire_locale
from .models import Synonymes
from .moteurs import demande, francais
from .recherche import chercher
from .texte import Termes, requete, sans_accents

TERMES_MAX = 6  # of one query: each is tried alone, then left out
ESSAIS_MAX = 10  # of what is left out, at each turn
LUES_MAX = 100  # answers of one of these
MOT_MIN, MOT_MAX = 4, 40
ECART_MAX = 3  # letters, between a word and what it stands for
MOTS_MAX = 10_000  # different ones, of what a reader may read: each is compared to each that nothing says
MOTS_SECONDES = 60  # for which those of a visitor are kept: the next one reads the same texts
_MOT = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Lecture:
    """`q`: what is asked; `corrigee`: all that was typed, rightly spelt, if it was not; `manquants`: the
    words of it that are left out."""

    q: str
    corrigee: str = ""
    manquants: tuple = ()

    @property
    def recherche(self):
        return requete(self.q)

    def trouver(self, queryset, limite):
        limite = min(limite, LUES_MAX) if self.manquants else limite
        return chercher(queryset, self.recherche, limite) if self.recherche else []


def lectures(q, visibles):
    """The readings that find something: as it is typed, or rightly spelt, or else those that leave out the
    fewest words, the one that finds least first."""
    telle_quelle = Lecture(q)
    if telle_quelle.trouver(visibles, 1):
        return [telle_quelle]
    return _Essais(q, visibles).lectures()


def chercher_et_corriger(queryset, q, limite, *, corriger=True):
    """For a list that cannot say what it left out: (as it is typed, or rightly spelt; what answers)."""
    lecture = Lecture(q)
    trouvees = lecture.trouver(queryset, limite)
    if corriger and not trouvees and (corrigee := _Essais(q, queryset).corrigee()):
        lecture, trouvees = corrigee, corrigee.trouver(queryset, limite)
    return lecture, trouvees


def mot_a_mot(q):
    """What is typed, each word between quotes: it is read no other way."""
    termes = Termes.lire(q)
    return str(replace(termes, mots=[], expressions=[*termes.mots, *termes.expressions]))


class _Essais:
    """Of a query that finds nothing. What stands between quotes or is taken away stays in each of them."""

    def __init__(self, q, visibles):
        self.visibles = visibles.select_related(None).only("pk")
        self.tapes = Termes.lire(q)
        self.termes = _par_terme(self.tapes.mots)
        lus = {terme: self._lu(terme) for terme in self.termes} if len(self.termes) <= TERMES_MAX else {}
        self.lus = {terme: lu for terme, lu in lus.items() if lu}

    def lectures(self):
        connus, fixes = list(self.lus), len(self.tapes.expressions)
        for gardes in range(len(connus), -1, -1):
            essais = list(combinations(connus, gardes))
            if 2 * (gardes + fixes) < len(self.termes) + fixes or len(essais) > ESSAIS_MAX:
                break
            faits = [(self._nombre(lecture), lecture) for lecture in map(self._lecture, essais)]
            trouvees = [fait for fait in faits if fait[0]]
            if trouvees:
                # Words that are typed before those that they may stand for; then the rarest.
                trouvees.sort(key=lambda fait: (bool(fait[1].corrigee), fait[0]))
                return [lecture for _nombre, lecture in trouvees]
        return []

    def corrigee(self):
        """With all of its words, if it finds something."""
        lecture = self._lecture(self.termes) if self.lus.keys() == self.termes.keys() else Lecture("")
        return lecture if lecture.corrigee and self._nombre(lecture) else None

    def _lu(self, terme):
        """As it is typed, or the nearest word that finds something; None if nothing does."""
        if self._trouve(terme):
            return terme
        return next(filter(self._trouve, self._mots.proches(terme)), None)

    def _lecture(self, gardes):
        manquants = tuple(terme for terme in self.termes if terme not in gardes)
        tenus, otes = self._mots_de(gardes), self._mots_de(manquants)
        mots = [self.lus.get(mot, mot) for mot in self.tapes.mots if mot in tenus or mot not in otes]
        return Lecture(str(replace(self.tapes, mots=mots)), self._bien_ecrite(gardes), manquants)

    def _bien_ecrite(self, gardes):
        if all(self.lus[terme] == terme for terme in gardes):
            return ""
        return str(replace(self.tapes, mots=[self.lus.get(mot, mot) for mot in self.tapes.mots]))

    def _mots_de(self, termes):
        return {mot for terme in termes for mot in self.termes[terme]}

    def _nombre(self, lecture):
        return len(lecture.trouver(self.visibles, LUES_MAX))

    def _trouve(self, mots):
        return bool(chercher(self.visibles, requete(mots), 1))

    @cached_property
    def _mots(self):
        clef = _clef(self.visibles) if self.visibles.pour_tous else None
        if clef is None:
            return _Mots(self.visibles)
        return memoire_locale().get_or_set(clef, lambda: _Mots(self.visibles), MOTS_SECONDES)


def _clef(visibles):
    """The same for who asks for the same rows; None for who asks for what cannot be."""
    try:
        return f"lectures:{hashlib.sha256(str(visibles.query).encode()).hexdigest()}"
    except EmptyResultSet:
        return None


def _par_terme(mots):
    """{term, as it is typed: its words}: each useful word, those of a known term together."""
    paires = [(plie, mot) for mot in mots for plie in francais.mots(mot)]
    termes, utiles = {}, set(demande.termes([plie for plie, _mot in paires]))
    for terme in demande.decouper([plie for plie, _mot in paires]):
        siens, paires = paires[: len(terme)], paires[len(terme) :]
        if terme in utiles:
            dits = list(dict.fromkeys(mot for _plie, mot in siens))
            termes[" ".join(dits)] = dits
    return termes


class _Mots:
    """Of what this reader may read, and of the trade."""

    def __init__(self, visibles):
        termes = Synonymes.objects.en_service().values_list("termes", flat=True)
        # Of those that are said as often, the first that are read stay.
        ecrits = Counter(_MOT.findall("\n".join([*termes, *visibles.textes_recents()]).lower()))
        self.ecrits = {}  # {folded: as it is written}, the most frequent first
        for mot, _fois in ecrits.most_common():
            plie = sans_accents(mot)
            if MOT_MIN <= len(plie) <= MOT_MAX and plie not in francais.MOTS_VIDES:
                self.ecrits.setdefault(plie, mot)
            if len(self.ecrits) == MOTS_MAX:
                break
        self.sons = {plie: francais.son(plie) for plie in self.ecrits}

    def proches(self, terme):
        """Those that it may stand for, the nearest first."""
        mots = francais.mots(terme)
        if len(mots) != 1 or not mots[0].isalpha() or not MOT_MIN <= len(mots[0]) <= MOT_MAX:
            return []
        [mot] = mots
        candidats = {
            plie: son
            for plie, son in self.sons.items()
            if plie != mot and (abs(len(plie) - len(mot)) <= ECART_MAX or plie.startswith(mot))
        }
        return [self.ecrits[plie] for plie in francais.corriger(mot, candidats)]
