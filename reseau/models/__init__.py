from .agendas import LienAgenda
from .comptes_rendus import Decision, PointPropose
from .contributions import Contribution, DomaineDeContribution, Modification, Suivi
from .demandes import DejaTraitee, Demande
from .domaines import Domaine
from .etiquettes import Etiquetage, Etiquette
from .fils import Fil, Message, VersionDeMessage
from .fonctions import Fonction
from .forums import Discussion
from .imports import ImportDeMembres
from .journal import Entree
from .membres import Membre
from .notifications import Notification, Notifieur
from .pages import PageReseau, PageReseauMixin
from .pieces import PieceJointe
from .poles import AppartenancePole, Pole
from .rencontres import Inscription, Rencontre, Seance
from .reseaux import Adhesion, Reseau
from .sondages_de_dates import DateProposee, ReponseDeDate
from .territoire import Appartenance, Collectivite, Population

__all__ = [
    "Adhesion",
    "Appartenance",
    "AppartenancePole",
    "Collectivite",
    "Contribution",
    "DateProposee",
    "Decision",
    "DejaTraitee",
    "Demande",
    "Discussion",
    "Domaine",
    "DomaineDeContribution",
    "Entree",
    "Etiquetage",
    "Etiquette",
    "Fil",
    "Fonction",
    "ImportDeMembres",
    "Inscription",
    "LienAgenda",
    "Membre",
    "Message",
    "Modification",
    "Notification",
    "Notifieur",
    "PageReseau",
    "PageReseauMixin",
    "PieceJointe",
    "PointPropose",
    "Pole",
    "Population",
    "Rencontre",
    "ReponseDeDate",
    "Reseau",
    "Seance",
    "Suivi",
    "VersionDeMessage",
]
