from .pages import PageAccueil, PageContact, PageLegale
from .parametres import Parametres
from .tentatives import Limite, Tentative
from .utilisateurs import Utilisateur

__all__ = [
    "Limite",
    "PageAccueil",
    "PageContact",
    "PageLegale",
    "Parametres",
    "Tentative",
    "Utilisateur",
]
