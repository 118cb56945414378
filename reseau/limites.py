"""How often a member, or an address, may do what others are then told of."""

from datetime import timedelta

from plateforme.socle.limites import HEURE, Limite

JOUR = timedelta(days=1)

RECHERCHES_PAR_MEMBRE = Limite("recherches sans reponse", 20, HEURE)
MESSAGES_PAR_MEMBRE = Limite("messages", 60, HEURE)
REPONSES_PAR_MEMBRE = Limite("reponses par courriel", 30, HEURE)
REFUS_PAR_ADRESSE = Limite("reponses refusees", 10, JOUR)
PUBLICATIONS_PAR_MEMBRE = Limite("publications", 30, HEURE)
SIGNALEMENTS_PAR_MEMBRE = Limite("signalements", 10, HEURE)
GROUPES_PAR_MEMBRE = Limite("groupe-de-travail", 5, JOUR)
ARCHIVES_PAR_MEMBRE = Limite("archive-de-reseau", 5, JOUR)
DEMANDES_PAR_ADRESSE = Limite("rejoindre-adresse", 5, HEURE)
DEMANDES_PAR_IP = Limite("rejoindre-ip", 40, HEURE)  # a whole meeting may come from one town hall
