from .archives import ArchiveDeReseau
from .competences import Competence
from .contributions import Contribution, DomaineDeContribution, Modification, Suivi
from .demandes import DejaTraitee, Demande
from .domaines import Domaine
from .etiquettes import Etiquetage, Etiquette
from .fils import Fil, Message, VersionDeMessage
from .fonctions import Fonction
from .forums import Discussion
from .imports import ImportDeMembres
from .journal import Entree
from .membres import DomaineDeMembre, Membre
from .notifications import Notification, Notifieur
from .pages import PageReseau, PageReseauMixin
from .pieces import PieceJointe
from .poles import AppartenancePole, Pole
from .reseaux import Adhesion, DomaineDeReseau, Reseau
from .territoire import Appartenance, Collectivite, Population

__all__ = [
    "Adhesion",
    "Appartenance",
    "AppartenancePole",
    "ArchiveDeReseau",
    "Collectivite",
    "Competence",
    "Contribution",
    "DejaTraitee",
    "Demande",
    "Discussion",
    "Domaine",
    "DomaineDeMembre",
    "DomaineDeReseau",
    "DomaineDeContribution",
    "Entree",
    "Etiquetage",
    "Etiquette",
    "Fil",
    "Fonction",
    "ImportDeMembres",
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
