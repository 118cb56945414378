"""The table that the command prints: who one may be, and what to try."""

from django.conf import settings

from plateforme.accueil.models import Utilisateur

from .lecture import lire
from .personnes import adresse

TEMOIN = "camille"


def fiches():
    return lire("personnes")["personne"]


def deja_chargee():
    temoin = next(fiche for fiche in fiches() if fiche["cle"] == TEMOIN)
    return Utilisateur.objects.filter(email=adresse(temoin)).exists()


def table():
    """One line per persona."""
    lignes = [fiche for fiche in fiches() if "persona" in fiche]
    largeur = max(len(adresse(fiche)) for fiche in lignes)
    yield "Comptes de démonstration (tous les noms sont inventés) :"
    yield ""
    for fiche in lignes:
        yield f"  {adresse(fiche):<{largeur}}  {fiche['persona']}"
        yield f"  {'':<{largeur}}  → {fiche['essai']}"
    yield ""
    yield f"Se connecter : {settings.ADRESSE_DU_SITE}/compte/connexion/, l’adresse suffit ;"
    if getattr(settings, "PAGES_DE_DEVELOPPEMENT", False):
        yield f"le code à six chiffres s’affiche sur {settings.ADRESSE_DU_SITE}/courriels/"
    else:
        yield "le code à six chiffres part par courriel."
