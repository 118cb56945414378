from .courriels import Courriel
from .fichiers import FichierProtege

__all__ = ["Courriel", "FichierProtege"]
