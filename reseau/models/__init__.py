from .agendas import LienAgenda
from .annonces import Annonce, EnvoiDAnnonce
from .archives import ArchiveDeReseau
from .competences import Competence
from .comptes_rendus import Decision, PointPropose
from .contributions import Contribution, DomaineDeContribution, Modification, Suivi
from .demandes import DejaTraitee, Demande
from .domaines import Domaine
from .etiquettes import Etiquetage, Etiquette
from .fichiers_lus import SAUT_DE_PAGE, FichierLu, FichierLuQuerySet
from .fils import Fil, Message, VersionDeMessage
from .fonctions import Fonction
from .forums import Discussion
from .imports import ImportDeMembres
from .inscriptions import Inscription
from .journal import Entree
from .membres import DomaineDeMembre, Membre
from .notifications import Notification, Notifieur
from .pages import PageReseau, PageReseauMixin
from .pieces import PieceJointe, controler_la_place
from .poles import AppartenancePole, Pole
from .recapitulatifs import Lecture, Niveaux, Recapitulatif
from .recherches import RechercheSansReponse, RechercheSuivie
from .rencontres import Rencontre
from .reseaux import Adhesion, DomaineDeReseau, NiveauDeType, Reseau
from .seances import Seance
from .signalements import DejaTraite, Signalement
from .sondages_de_dates import DateProposee, ReponseDeDate
from .sourdines import Silences, Sourdine
from .territoire import Appartenance, Collectivite, Population

__all__ = [
    "Adhesion",
    "Annonce",
    "Appartenance",
    "AppartenancePole",
    "ArchiveDeReseau",
    "Collectivite",
    "Competence",
    "Contribution",
    "DejaTraite",
    "DateProposee",
    "Decision",
    "DejaTraitee",
    "Demande",
    "Discussion",
    "Domaine",
    "DomaineDeMembre",
    "DomaineDeReseau",
    "DomaineDeContribution",
    "Entree",
    "EnvoiDAnnonce",
    "Etiquetage",
    "Etiquette",
    "FichierLu",
    "FichierLuQuerySet",
    "Fil",
    "Fonction",
    "ImportDeMembres",
    "Lecture",
    "Inscription",
    "LienAgenda",
    "Membre",
    "Message",
    "Modification",
    "NiveauDeType",
    "Niveaux",
    "Notification",
    "Notifieur",
    "PageReseau",
    "PageReseauMixin",
    "PieceJointe",
    "PointPropose",
    "Pole",
    "Population",
    "Recapitulatif",
    "RechercheSansReponse",
    "RechercheSuivie",
    "Reseau",
    "Signalement",
    "Silences",
    "Sourdine",
    "Rencontre",
    "ReponseDeDate",
    "SAUT_DE_PAGE",
    "Seance",
    "Suivi",
    "VersionDeMessage",
    "controler_la_place",
]
