from .ressources import Ressource
from .telechargements import Telechargement
from .thematiques import Thematique
from .versions import Version

__all__ = ["Ressource", "Telechargement", "Thematique", "Version"]
