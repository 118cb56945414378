"""Live: what the server tells the pages that are open.

A frame may be lost, by design: the database is the truth, and a page that is behind catches up over HTTP.
"""

from .hub import cycle_de_vie
from .identite import compte
from .origine import OrigineDuSite
from .prise import Etat, Prise
from .publication import fermer, publier, publier_a_chacun

__all__ = [
    "Etat",
    "OrigineDuSite",
    "Prise",
    "compte",
    "cycle_de_vie",
    "fermer",
    "publier",
    "publier_a_chacun",
]
