"""French as a search reads it: `L’Éclairage`, `éclairages` and `eclairage` are one word.

SQLite indexes what this module writes. PostgreSQL and Elasticsearch have stemmers of their own, and take from
here the small words that nobody looks for. Who marks the words of a query in a text compares their `racine`.
"""

import re
from difflib import get_close_matches
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
_FINS = [
    (re.compile("ees?$"), "e"),
    (re.compile("(?<=..)us$"), "u"),
    (re.compile("(?<=^.)eux$|(?<=^..)eux$"), "eu"),
    (re.compile("oux$"), "ou"),
]
CORRECTIONS_MAX = 3
RESSEMBLANCE = 0.8  # of the letters, at least
_SONS = [
    (re.compile(lettres), son)
    for lettres, son in [
        ("qu|c(?=[^eih])|c$", "k"),
        ("c(?=[ei])|[çz]|ss", "s"),
        ("ph", "f"),
        ("eau|au", "o"),
        ("ai|ei|ee|er$|ez$|et$", "e"),
        ("y", "i"),
        ("ge(?=[ao])|g(?=[ei])", "j"),
        ("gu(?=[ei])", "g"),
        ("e([nm])(?![aeiounm])", r"a\1"),
        ("m(?=[bp])", "n"),
        ("(?<!^c)(?<![^c]c)h", ""),
        (r"(.)\1+", r"\1"),
        ("(?<=..)[estxd]+$", ""),
    ]
]
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
    return _snowball.stemWord(accorde(mot))


def accorde(mot):
    """The word as Snowball's rules, made for accents, need it: publiées → publie, élus → elu, jeux → jeu."""
    for fin, remplacee in _FINS:
        mot = fin.sub(remplacee, mot)
    return mot


def racines(texte):
    """The text as it is indexed where the engine knows no French, every word in its place."""
    return " ".join(racine(mot) for mot in mots(texte))


def utiles(mots):
    """Without the small words; with them if there is nothing else."""
    return [mot for mot in mots if mot not in MOTS_VIDES] or mots


@lru_cache(maxsize=20_000)
def son(mot):
    """What a word sounds like, roughly: `fotocopieur` and `photocopieur`, `acotement` and `accotement`."""
    for lettres, son_ in _SONS:
        mot = lettres.sub(son_, mot)
    return mot


def corriger(mot, candidats):
    """The words, of these {word: its sound}, that this one may stand for, three at most, nearest first."""
    entendu = son(mot)
    meme_son = [candidat for candidat, le_sien in candidats.items() if le_sien == entendu]
    if meme_son:
        return sorted(meme_son, key=len)[:CORRECTIONS_MAX]
    commences = [candidat for candidat in candidats if candidat.startswith(mot)]
    if commences:
        return sorted(commences, key=len)[:CORRECTIONS_MAX]
    voisins = [candidat for candidat in candidats if candidat[0] == mot[0]]
    return get_close_matches(mot, voisins, CORRECTIONS_MAX, RESSEMBLANCE)
