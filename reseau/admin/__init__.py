from .moderation import ContributionViewSet
from .reseaux import ReseauxViewSetGroup
from .territoire import TerritoireViewSetGroup

__all__ = ["ContributionViewSet", "ReseauxViewSetGroup", "TerritoireViewSetGroup"]
