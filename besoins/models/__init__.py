from .besoins import Besoin
from .positions import Position, PositionDite

__all__ = ["Besoin", "Position", "PositionDite"]
