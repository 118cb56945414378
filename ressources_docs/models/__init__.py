from .pages import PageDocuments, PageDocumentsMixin
from .ressources import Ressource
from .telechargements import Telechargement
from .thematiques import Thematique
from .versions import Version

__all__ = ["PageDocuments", "PageDocumentsMixin", "Ressource", "Telechargement", "Thematique", "Version"]
