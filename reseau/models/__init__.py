from .domaines import Domaine
from .poles import AppartenancePole, Pole
from .territoire import Appartenance, Collectivite, Population

__all__ = ["Appartenance", "AppartenancePole", "Collectivite", "Domaine", "Pole", "Population"]
