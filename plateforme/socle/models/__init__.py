from .courriels import Courriel
from .fichiers import FichierProtege
from .tentatives import Limite, Tentative

__all__ = ["Courriel", "FichierProtege", "Limite", "Tentative"]
