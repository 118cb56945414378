"""How often a member may deposit what others are then told of."""

from plateforme.socle.limites import HEURE, Limite

VERSIONS_PAR_MEMBRE = Limite("versions de documents", 60, HEURE)
# By address: a comparison may take a second of a processor, each page is drawn by a process of its own.
COMPARAISONS_PAR_LECTEUR = Limite("comparaisons de documents", 120, HEURE)
PAGES_PAR_LECTEUR = Limite("pages de documents", 600, HEURE)
DEPOTS_PAR_MEMBRE = Limite("depots de documents", 120, HEURE)
