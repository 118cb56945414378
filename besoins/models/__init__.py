from .avis import Avis, AvisDonne
from .besoins import Besoin
from .consultations import Consultation, Interrogation
from .positions import Position, PositionDite

__all__ = ["Avis", "AvisDonne", "Besoin", "Consultation", "Interrogation", "Position", "PositionDite"]
