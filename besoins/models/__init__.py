from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .consultations import Consultation, Interrogation
from .deliberations import DelaiLegal, Deliberation
from .demarches import Demarche
from .jalons import Jalon
from .positions import Position, PositionDite, RecoitDesPositions
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .ressemblances import Ressemblance, Ressemblances
from .retombees import Retombee
from .retours import NousAussi, NousAussiDit, RetourExperience, Utile
from .risques import Risque
from .taches import Tache

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
    "DelaiLegal",
    "Deliberation",
    "Jalon",
    "Position",
    "PositionDite",
    "Projet",
    "Rapprochement",
    "RecoitDesPositions",
    "Ressemblance",
    "Ressemblances",
    "Retombee",
    "RetourExperience",
    "Risque",
    "Tache",
    "TypeMutualisation",
    "Utile",
]
