from .courriels import Courriel
from .echecs import AdresseEnEchec
from .fichiers import FichierProtege
from .recherche import AReindexer, EtatDIndex, Synonymes
from .recus import CourrielRecu
from .tentatives import Limite, Tentative

__all__ = [
    "AReindexer",
    "AdresseEnEchec",
    "Courriel",
    "CourrielRecu",
    "EtatDIndex",
    "FichierProtege",
    "Limite",
    "Synonymes",
    "Tentative",
]
