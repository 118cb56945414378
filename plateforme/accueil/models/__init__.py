from .pages import PageAccueil, PageContact, PageLegale
from .parametres import Parametres
from .utilisateurs import Utilisateur

__all__ = [
    "PageAccueil",
    "PageContact",
    "PageLegale",
    "Parametres",
    "Utilisateur",
]
