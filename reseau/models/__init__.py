from .contributions import Contribution, DomaineDeContribution, Modification, Suivi
from .domaines import Domaine
from .etiquettes import Etiquetage, Etiquette
from .fils import Fil, Message, VersionDeMessage
from .forums import Discussion
from .journal import Entree
from .membres import Fonction, Membre
from .notifications import Notification, Notifieur
from .pages import PageReseau, PageReseauMixin
from .pieces import PieceJointe
from .poles import AppartenancePole, Pole
from .reseaux import Adhesion, Demande, Reseau
from .territoire import Appartenance, Collectivite, Population

__all__ = [
    "Adhesion",
    "Appartenance",
    "AppartenancePole",
    "Collectivite",
    "Contribution",
    "Demande",
    "Discussion",
    "Domaine",
    "DomaineDeContribution",
    "Entree",
    "Etiquetage",
    "Etiquette",
    "Fil",
    "Fonction",
    "Membre",
    "Message",
    "Modification",
    "Notification",
    "Notifieur",
    "PageReseau",
    "PageReseauMixin",
    "PieceJointe",
    "Pole",
    "Population",
    "Reseau",
    "Suivi",
    "VersionDeMessage",
]
