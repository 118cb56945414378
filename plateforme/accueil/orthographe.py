"""« Vous cherchiez peut-être »: a word that nothing says, replaced by the nearest one of those that this
reader may read; what it proposes finds something, by her own door."""

from difflib import get_close_matches

from plateforme.socle.extraits import forme
from plateforme.socle.recherche import chercher
from plateforme.socle.texte import Termes, requete, sans_accents
from reseau.models import Domaine

TITRES_LUS = 2000  # the most recent ones
LETTRES_MIN = 4
RESSEMBLANCE = 0.72


def proposer(q, visibles):
    """The same search rightly spelt, or "" when there is nothing better to propose."""
    termes = Termes.lire(q)
    connus = _mots_connus(visibles)
    formes = {forme(mot) for mot in connus}
    corriges = [mot if forme(mot) in formes else _proche(mot, connus) for mot in termes.mots]
    if corriges == termes.mots:
        return ""
    autres = [
        *(f'"{expression}"' for expression in termes.expressions),
        *(f"-{mot}" for mot in termes.exclus),
    ]
    proposee = " ".join([*corriges, *autres])
    return proposee if chercher(visibles, requete(proposee), 1) else ""


def _mots_connus(visibles):
    """{folded word: as it is written}"""
    textes = [*visibles.recentes_d_abord().values_list("titre", flat=True)[:TITRES_LUS]]
    textes += Domaine.objects.actifs().values_list("libelle", flat=True)
    mots = (mot.strip("«»“”\"'’().,;:!?…-") for texte in textes for mot in texte.replace("’", " ").split())
    # A word may be made of marks alone, of which nothing is left.
    plies = {sans_accents(mot): mot.lower() for mot in mots if len(mot) >= LETTRES_MIN}
    return {plie: mot for plie, mot in plies.items() if plie}


def _proche(mot, connus):
    plie = sans_accents(mot)
    voisins = [autre for autre in connus if abs(len(autre) - len(plie)) <= 2 and autre[0] == plie[:1]]
    proches = get_close_matches(plie, voisins, 1, RESSEMBLANCE) if len(plie) >= LETTRES_MIN else []
    return connus[proches[0]] if proches else mot
