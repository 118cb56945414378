from .choix import choix_de_ressource
from .thematiques import ThematiqueViewSet

__all__ = ["ThematiqueViewSet", "choix_de_ressource"]
