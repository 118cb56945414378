from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .consultations import Consultation, Interrogation
from .demarches import Demarche
from .positions import Position, PositionDite, RecoitDesPositions
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .ressemblances import Ressemblance, Ressemblances
from .retours import NousAussi, NousAussiDit, RetourExperience, Utile
from .risques import Risque

__all__ = [
    "Avis",
    "AvisDonne",
    "BaseLegale",
    "Beneficiaire",
    "Besoin",
    "Consultation",
    "Demarche",
    "Interrogation",
    "NousAussi",
    "NousAussiDit",
    "Position",
    "PositionDite",
    "Projet",
    "Rapprochement",
    "RecoitDesPositions",
    "Ressemblance",
    "Ressemblances",
    "RetourExperience",
    "Risque",
    "TypeMutualisation",
    "Utile",
]
