from .utilisateurs import Utilisateur

__all__ = ["Utilisateur"]
