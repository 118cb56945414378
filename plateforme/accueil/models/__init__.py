from .tentatives import Limite, Tentative
from .utilisateurs import Utilisateur

__all__ = ["Limite", "Tentative", "Utilisateur"]
