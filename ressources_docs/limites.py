"""How often a member may deposit what others are then told of."""

from plateforme.socle.limites import HEURE, Limite

VERSIONS_PAR_MEMBRE = Limite("versions de documents", 60, HEURE)
DEPOTS_PAR_MEMBRE = Limite("depots de documents", 120, HEURE)
