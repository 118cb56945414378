from .bases_legales import BaseLegaleViewSet

__all__ = ["BaseLegaleViewSet"]
