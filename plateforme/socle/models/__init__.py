from .fichiers import FichierProtege

__all__ = ["FichierProtege"]
