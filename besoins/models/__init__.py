from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .cadences import Cadence
from .consultations import Consultation, Interrogation
from .positions import Position, PositionDite, RecoitDesPositions
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .risques import Risque
from .sollicitables import Sollicitables
from .sollicitations import Relance, Sollicitation
from .utilites import GESTES_DE_BILAN, Utilite

__all__ = [
    "GESTES_DE_BILAN",
    "Avis",
    "AvisDonne",
    "BaseLegale",
    "Beneficiaire",
    "Besoin",
    "Cadence",
    "Consultation",
    "Interrogation",
    "Position",
    "PositionDite",
    "Projet",
    "Rapprochement",
    "RecoitDesPositions",
    "Relance",
    "Risque",
    "Sollicitables",
    "Sollicitation",
    "TypeMutualisation",
    "Utilite",
]
