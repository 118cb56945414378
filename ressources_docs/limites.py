"""How often a member may deposit what others are then told of."""

from plateforme.socle.limites import HEURE, Limite

VERSIONS_PAR_MEMBRE = Limite("versions de documents", 60, HEURE)
# By address: each page is drawn by a process of its own.
PAGES_PAR_LECTEUR = Limite("pages de documents", 600, HEURE)
DEPOTS_PAR_MEMBRE = Limite("depots de documents", 120, HEURE)
