from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .consultations import Consultation, Interrogation
from .deliberations import DelaiLegal, Deliberation
from .jalons import Jalon
from .positions import Position, PositionDite, RecoitDesPositions
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .risques import Risque
from .taches import Tache

__all__ = [
    "Avis",
    "AvisDonne",
    "BaseLegale",
    "Beneficiaire",
    "Besoin",
    "Consultation",
    "DelaiLegal",
    "Deliberation",
    "Interrogation",
    "Jalon",
    "Position",
    "PositionDite",
    "Projet",
    "Rapprochement",
    "RecoitDesPositions",
    "Risque",
    "Tache",
    "TypeMutualisation",
]
