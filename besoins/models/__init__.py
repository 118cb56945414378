from .actes import Acte, PieceDActe
from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .consultations import Consultation, Interrogation
from .positions import Position, PositionDite, RecoitDesPositions
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .risques import Risque

__all__ = [
    "Acte",
    "Avis",
    "AvisDonne",
    "BaseLegale",
    "Beneficiaire",
    "Besoin",
    "Consultation",
    "Interrogation",
    "PieceDActe",
    "Position",
    "PositionDite",
    "Projet",
    "Rapprochement",
    "RecoitDesPositions",
    "Risque",
    "TypeMutualisation",
]
