from .choix import choix_de_ressource, titre_montre
from .thematiques import ThematiqueViewSet

__all__ = ["ThematiqueViewSet", "choix_de_ressource", "titre_montre"]
