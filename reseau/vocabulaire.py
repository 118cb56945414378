"""What a text speaks of, in terms that two people who write differently have in common: accents, plurals,
endings and usual mistakes are folded, the abbreviations of the trade read (`donnees/vocabulaire.toml`)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from plateforme.socle.texte import nettoyer, sans_accents

TITRE_MAX = 200  # characters that are read of the sentence, and of the text that goes with it
CORPS_MAX = 600
TERMES_MAX = 60
MOTS_D_UN_NOM = 3
POIDS_DU_CORPS = 0.4  # of a word of a short text, where one of the sentence weighs 1
CORPS_BREF = 4  # terms
POIDS_GENERIQUE = 0.3
POIDS_D_UN_MOT = 0.5  # of each word of a name, besides the name itself
LETTRES_D_UNE_CLE = 5
MARQUE = "rac0"  # a word with a figure: the search neither stems it nor takes it for one
FLOU_DES = 6  # letters from which two terms may differ by one
DEBUT_DES = 5  # letters from which one may be the beginning of the other

_REPLIS = [
    (re.compile("ph"), "f"),
    (re.compile("y"), "i"),
    (re.compile("z"), "s"),
    (re.compile("(?<=[^c])h"), ""),
    (re.compile("gu(?=[ei])"), "g"),
    (re.compile(r"(.)\1+"), r"\1"),
]
_PLURIEL = re.compile("(?<=...)[sx]$")
_FIN = re.compile("(?<=.{4})(?:isement|e?ment|ation|ateur|atric|eus|eur|ag|ant|er|ir|al)$")
_MOT = re.compile(r"[^\W_]+")
_REFERENCE = re.compile(r"[a-z]+\d{2,}")  # R482


@lru_cache(maxsize=20_000)
def racine(mot):
    """`désherbeuses` and `desherbage` → `deserb`."""
    for forme, repli in _REPLIS:
        mot = forme.sub(repli, mot)
    mot = _PLURIEL.sub("", mot)
    mot = mot.rstrip("e") if len(mot) > 4 else mot
    return _FIN.sub("", mot)


@cache
def vocabulaire():
    return Vocabulaire(tomllib.loads(files("reseau.donnees").joinpath("vocabulaire.toml").read_text("utf-8")))


class Vocabulaire:
    """The lists of the file, folded as the texts are."""

    def __init__(self, lu):
        self.vides = set(lu["vides"].split())
        self.racines_vides = {racine(mot) for mot in self.vides}
        self.generiques = {racine(mot) for mot in lu["generiques"].split()}
        self.gestes = self._noms(lu["gestes"], lambda geste: geste)
        self.choses = self._noms(lu["choses"], self._nom)
        self.composants = {"".join(self._nom(nom)): self._nom(nom) for nom in lu["choses"]}

    def _nom(self, nom):
        """A sigle of one word may spell a small word: see `mots`."""
        dits = nom.split()
        return tuple(racine(mot) for mot in dits if len(dits) == 1 or mot not in self.vides)

    def _noms(self, listes, forme):
        """{words, folded: what they name}."""
        return {
            self._nom(autre): "".join(forme(nom))
            for nom, autres in listes.items()
            for autre in (nom, *autres)
        }


def mots(texte):
    """The words that say something, folded; a sigle in capitals is one even if it spells a small word."""
    voc, garde = vocabulaire(), []
    for brut in _MOT.findall(nettoyer(texte).translate(_APOSTROPHES)):
        mot = sans_accents(brut)
        if (racine(mot),) in voc.choses and brut.isupper() and len(mot) < 4:
            garde.append(racine(mot))
        elif mot in voc.vides or racine(mot) in voc.racines_vides:
            continue
        elif mot.isascii() and (
            (mot.isalpha() and len(mot) > 2) or (racine(mot),) in voc.choses or _REFERENCE.fullmatch(mot)
        ):
            garde.append(racine(mot))
    return garde


_APOSTROPHES = str.maketrans("’'", "  ")


def termes(texte):
    """[(term, weight)], and the gestes: the longest names first, then the words."""
    voc, restants, lus, gestes = vocabulaire(), mots(texte), [], []
    while restants:
        for longueur in range(min(MOTS_D_UN_NOM, len(restants)), 0, -1):
            suite = tuple(restants[:longueur])
            if suite in voc.gestes:
                gestes.append(voc.gestes[suite])
                lus.append((gestes[-1], POIDS_GENERIQUE))
                break
            if suite in voc.choses:
                nom = voc.choses[suite]
                lus.append((nom, 1))
                lus += [(mot, POIDS_D_UN_MOT) for mot in {*suite, *voc.composants[nom]} - {nom}]
                break
        else:
            lus.append((suite[0], 1))
        restants = restants[longueur:]
    return lus, gestes


@dataclass(frozen=True)
class Sujet:
    """The terms of a text, each with its weight, and what is wanted about them."""

    poids: dict
    gestes: frozenset

    @classmethod
    def de(cls, titre, corps=""):
        dits, gestes = termes(titre[:TITRE_MAX])
        precises, gestes_du_corps = termes(corps[:CORPS_MAX])
        # The longer the text, the less each of its words says of the subject.
        part_du_corps = POIDS_DU_CORPS * min(1, CORPS_BREF / max(len(precises), 1)) ** 0.5
        poids = {}
        for terme, part in [*dits, *((terme, part * part_du_corps) for terme, part in precises)][:TERMES_MAX]:
            part *= POIDS_GENERIQUE if terme in vocabulaire().generiques else 1
            poids[terme] = max(part, poids.get(terme, 0))
        return cls(poids, frozenset(gestes or gestes_du_corps))

    def cles(self, n=None):
        """What the search index holds of its terms, the `n` that say most: their beginning, so that a mistake
        further on is forgiven, after a mark, so that no word that is typed elsewhere meets them."""
        termes = sorted(self.poids, key=lambda terme: -self.poids[terme])
        return list(dict.fromkeys(f"{MARQUE}{terme[:LETTRES_D_UNE_CLE]}" for terme in termes))[:n]

    def communs(self, autre):
        """The pairs of terms that say the same: equal, or nearly."""
        egaux = self.poids.keys() & autre.poids.keys()
        siens, libres = self.poids.keys() - egaux, autre.poids.keys() - egaux
        flous = [(un, deux) for un in siens for deux in libres if presque_egaux(un, deux)]
        return [*((terme, terme) for terme in egaux), *flous]


def presque_egaux(un, deux):
    """`archiv` and `archivist`; or a letter that a mistake changed."""
    court, long = sorted((un, deux), key=len)
    if len(court) >= DEBUT_DES and long.startswith(court):
        return True
    return len(court) >= FLOU_DES and a_une_lettre_pres(un, deux)


def a_une_lettre_pres(un, deux):
    """One letter more, less, changed, or swapped with the next; never the first one."""
    if un[0] != deux[0] or abs(len(un) - len(deux)) > 1:
        return False
    debut = next(
        (i for i, (a, b) in enumerate(zip(un, deux, strict=False)) if a != b), min(len(un), len(deux))
    )
    reste, autre = un[debut:], deux[debut:]
    if len(reste) == len(autre):
        return reste[1:] == autre[1:] or (reste[1::-1] == autre[:2] and reste[2:] == autre[2:])
    return reste[1:] == autre or reste == autre[1:]
