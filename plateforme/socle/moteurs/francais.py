"""French as a search reads it: `L’Éclairage`, `éclairages` and `eclairage` are one word.

SQLite indexes what this module writes. PostgreSQL and Elasticsearch have stemmers of their own, and take from
here the small words that nobody looks for. Who marks the words of a query in a text compares their `racine`.
"""

import re
from functools import lru_cache

import snowballstemmer

from plateforme.socle.texte import sans_accents

# Folded. Neither « eu » (eaux usées), « été » nor « est »: agents look for those.
_VIDES = """
a ai aie ait as au aux avait avec avez avons ayant c ca ce cela celle celles celui ces cet cette ceux chez ci
comme comment d dans de des dont du elle elles en et etes etre eux fut il ils j je l la le les leur leurs lui
m ma me meme mes moi mon n ne nos notre nous on ont ou par pas peut peuvent pour qu quand que quel quelle
quelles quels qui quoi s sa sans se sera serait ses si soient soit sommes son sont suis sur t ta te tes toi
ton tu un une vos votre vous y
"""
MOTS_VIDES = frozenset(_VIDES.split())
ELISIONS = ("c", "d", "j", "l", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu")

_ELISION = re.compile(rf"(?<!\w)(?:{'|'.join(ELISIONS)})['’ʼ](?=\w)")
_SIGLE_POINTE = re.compile(r"(?<![\w.])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?")  # S.I.G.
_MOT = re.compile(r"[^\W_]+")
# What Snowball's rules for accented words would have done, and plurals that it does not know.
_FINS = [
    (re.compile("ees?$"), "e"),
    (re.compile("(?<=..)us$"), "u"),
    (re.compile("(?<=^.)eux$|(?<=^..)eux$"), "eu"),
    (re.compile("oux$"), "ou"),
]
_PLURIELS = [("us", "u"), ("eux", "eu"), ("oux", "ou")]
_snowball = snowballstemmer.stemmer("french")


def mots(texte):
    """The words of a text, folded, without what is elided: `l’école du S.I.G.` → ecole, du, sig."""
    texte = _ELISION.sub("", sans_accents(texte))
    return _MOT.findall(_SIGLE_POINTE.sub(lambda sigle: sigle[0].replace(".", ""), texte))


def racine(mot):
    """What the forms of a word have in common, of a word that is folded."""
    # Nothing to stem, and nothing to keep in hand: references, dates, words that somebody ran together.
    return _racine(mot) if mot.isalpha() and len(mot) <= 40 else mot


@lru_cache(maxsize=50_000)
def _racine(mot):
    for fin, remplacee in _FINS:
        mot = fin.sub(remplacee, mot)
    return _snowball.stemWord(mot)


def racines(texte):
    """The text as it is indexed where the engine knows no French, every word in its place."""
    return " ".join(racine(mot) for mot in mots(texte))


def utiles(mots):
    """Without the small words; with them if there is nothing else."""
    return [mot for mot in mots if mot not in MOTS_VIDES] or mots


def formes(mot):
    """The word, and its other number where the stemmers miss it: élu and élus, jeu and jeux."""
    for pluriel, singulier in _PLURIELS:
        if mot.endswith(pluriel):
            return [mot, mot.removesuffix(pluriel) + singulier]
    return [
        mot,
        *(mot + pluriel[len(singulier) :] for pluriel, singulier in _PLURIELS if mot.endswith(singulier)),
    ]
