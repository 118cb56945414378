from .courriels import Courriel
from .echecs import AdresseEnEchec
from .fichiers import FichierProtege
from .recus import CourrielRecu
from .tentatives import Limite, Tentative

__all__ = ["AdresseEnEchec", "Courriel", "CourrielRecu", "FichierProtege", "Limite", "Tentative"]
