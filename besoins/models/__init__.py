from .actes import Acte, PieceDActe
from .avis import Avis, AvisDonne
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .cadences import Cadence
from .consultations import Consultation, Interrogation
from .deliberations import DelaiLegal, Deliberation
from .demarches import Demarche
from .economies import Retombee
from .jalons import Jalon
from .positions import Position, PositionDite, RecoitDesPositions
from .preparations import Preparation
from .projets import Beneficiaire, Projet
from .rapprochements import Rapprochement
from .ressemblances import Ressemblance, Ressemblances
from .retours import NousAussi, NousAussiDit, RetourExperience, Utile
from .risques import Risque
from .sollicitables import Sollicitables
from .sollicitations import Relance, Sollicitation
from .taches import Tache
from .utilites import GESTES_DE_BILAN, Utilite

__all__ = [
    "GESTES_DE_BILAN",
    "Acte",
    "Avis",
    "AvisDonne",
    "BaseLegale",
    "Beneficiaire",
    "Besoin",
    "Cadence",
    "Consultation",
    "Demarche",
    "Interrogation",
    "NousAussi",
    "NousAussiDit",
    "DelaiLegal",
    "Deliberation",
    "Jalon",
    "PieceDActe",
    "Position",
    "PositionDite",
    "Preparation",
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
    "Relance",
    "Risque",
    "Sollicitables",
    "Sollicitation",
    "TypeMutualisation",
    "Utilite",
]
