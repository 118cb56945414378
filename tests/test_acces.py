"""Who may open what: one row for every URL of ours, run for the whole cast.

A row says who gets in with GET and with POST, on an object of the RST that only its members may read
(`besoin_du_rst`, whose text holds the canary), then on the same one once it is public. Everybody else is
refused the same way: a visitor is sent to sign-in, a member gets a 404 (or a 403 where no object is named).
A URL without a row fails, and so does a row without a URL.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from besoins.models import (
    Acte,
    Deliberation,
    Demarche,
    Jalon,
    Position,
    Preparation,
    Projet,
    Retombee,
    Risque,
    Tache,
    Utilite,
)
from plateforme.socle import jetons
from plateforme.socle.fichiers import controler
from reseau.desabonnement import ListeDeReseau
from reseau.models import (
    ArchiveDeReseau,
    Collectivite,
    Contribution,
    DateProposee,
    Decision,
    Demande,
    Discussion,
    Domaine,
    Etiquette,
    ImportDeMembres,
    LienAgenda,
    Membre,
    PieceJointe,
    PointPropose,
    RechercheSansReponse,
    RechercheSuivie,
    Rencontre,
    Seance,
    Signalement,
    Sourdine,
)
from ressources_docs.forms.ouvertures import VERIFICATIONS
from tests.documents import pdf
from tests.fabriques import (
    faire_annonce,
    faire_besoin,
    faire_consultation,
    faire_discussion,
    faire_fiche,
    faire_message,
    faire_projet,
    faire_rencontre,
    faire_ressource,
    faire_retour,
)

CANARI = "CANARI"

VISITEUR = {"visiteur"}
SANS_FONCTION = {"noe", "odile"}
RST = {"camille", "bruno", "remi", "sylvie", "diane", "jeanne"}
SANS_PAROLE = {"jeanne"}  # answers a commune, and speaks in nobody's name
MEMBRES = RST | {"chantal", "alex"}
TOUS = VISITEUR | SANS_FONCTION | MEMBRES
PORTEURS = {"bruno", "diane"}  # the author, and the animatrice of the network
SIENNE = PORTEURS | {"remi"}  # it is told of his commune
PERSONNE = set()
DECIDEURS = {"bruno", "remi"}  # each engages his commune
DE_LOUVERNE = {"camille", "remi", "sylvie"}

# URLs of others: the Wagtail admin and its assets, the account pages, the pages of development.
PREFIXES_DES_AUTRES = (
    "admin/",
    "compte/",
    "media/images/",
    "_util/",
    "composants/",
    "courriels/",
)


@dataclass
class Regle:
    """Who gets in, with which arguments; `poste` is a body that the view accepts, and then answers `fait`
    (the query string of a row without POST).

    `public`: who gets in besides those who look after it, when everybody may read the object.
    """

    get: set = field(default_factory=set)
    post: set = field(default_factory=set)
    args: str = ""
    public: set = field(default_factory=set)
    fait: int = 302
    poste: dict = field(default_factory=dict)

    def entrants(self, methode, public):
        ceux = getattr(self, methode)
        if not public or ceux <= PORTEURS:
            return ceux
        # Who may look without acting may not act on what is public either.
        return self.public - (self.get - self.post) if methode == "post" else self.public


def regle(get=PERSONNE, post=PERSONNE, args="", public=PERSONNE, fait=302, **poste):
    return Regle(get, post, args, public, fait, poste)


ADMINISTRATION = {"alex"}
ANIMATION = {"diane", "alex"}
INVITANTS = {"bruno", "remi", "diane", "alex"}
QUI_GERE = {"remi", "alex"}  # the référent of Louverné, the administrator
PAROLE = MEMBRES - SANS_PAROLE
PORTEUSE = {"visiteur", "camille"}  # who holds the link that a mail gave to Camille, but for another member

# Bodies that the forms accept; the words in braces are those of `mots`.
IDENTITE = {"prenom": "Inès", "nom": "Garnier"}
COORDONNEES = {"telephone_pour": "membres", "courriel_pour": "reseaux"}
PERSONNE_NOUVELLE = {**IDENTITE, "courriel": "ines.garnier@communes.example"}
GROUPE = {"nom": "Salage", "resume": "S’entendre sur les tournées.", "acces": "ouvert"}
DEMANDE = {
    **PERSONNE_NOUVELLE,
    "reseau": "{rst}",
    "collectivite": "{louverne}",
    "niveau_courriel": "quotidien",
}
INVITATION = {**PERSONNE_NOUVELLE, "reseau": "{rst}", "collectivite": "{sienne}", "role": "agent"}
LISTE = {
    "fichier": "courriel;prénom;nom;collectivité\nines@communes.example;Inès;Garnier;{commune}",
    "reseau": "{rst}",
}
SAISIE = {"titre": "Une nacelle", "collectivite": "{sienne}", "visibilite": "membres"}
BESOIN, DISCUSSION = {**SAISIE, "urgence": "normale"}, {**SAISIE, "genre": "question"}
PROJET = {**SAISIE, "type_mutualisation": "action_coordonnee"}
DEMARCHE = {"libelle": "Réunir les maires"}
RETOUR = {**SAISIE, "corps": "Une nacelle à trois communes."}
RESSOURCE = {**SAISIE, "nature": "guide", "statut": "acheve", "lien": "https://exemple.fr/guide"}
VERSION = {"lien": "https://exemple.fr/autre", "motif": "à jour", "verifie": list(VERIFICATIONS)}
JALON = {"libelle": "La convention est signée", "pour_le": "{bientot}"}
TACHE = {"libelle": "Compter les dossiers", "pour_le": "{bientot}", "porteur": "{camille}"}
DELIBERATIONS = {"notifiee_le": "{jour}", "collectivites": "{change}"}
DELIBERATION = {"nature": "deliberation", "numero": "2026-42", "date": "2026-01-15"}
ECONOMIE = {
    "moment": "reelle",
    "nature": "cout_evite",
    "methode": "Location évitée",
    "montant": "90",
    "source": "Devis",
    "constatee_le": "{jour}",
}
RISQUE = {"libelle": "Le verglas", "probabilite": "1", "gravite": "3"}
RECAPITULATIF = {"niveau_ailleurs": "aucun", "jour": "1", "heure": "08:00"}
ANNONCE = {**SAISIE, "reseau": "{rst}"}
CONSULTATION = {**SAISIE, "reseau": "{sien}", "ouverte_du": "{jour}", "jusqu_au": "{jour}"}
RENCONTRE = {**SAISIE, "genre": "visite", "visio": "https://visio.example/rst"}
CRENEAU = {"jour": "{bientot}", "de": "09:00", "a": "11:00", "lieu": "Mairie"}
ENTRE_EUX = {"visibilite": "reseau", "reseau": "{rst}"}  # others are named in it
DE_CHANGE = {"collectivite": "{change}"}  # it stays what it was, whoever corrects
COURRIER = {**PERSONNE_NOUVELLE, "sujet": "question", "message": "Bonjour"}

# Who may read the canary without being in the RST: an administrator in the lists that she keeps.
REGARDS_PERMIS = {
    "reseau:flux_agenda": TOUS,  # whoever has the secret address reads what its owner may
    "reseau:etiquettes": ADMINISTRATION,
    "reseau:etiquette": ADMINISTRATION,
    "reseau:demandes": ADMINISTRATION,
    "reseau:demande_refus": ADMINISTRATION,
    "reseau:lien_lu": PORTEUSE,
    "besoins:lien_interessee": PORTEUSE,
    "besoins:lien_peut_aider": PORTEUSE,
    "besoins:lien_pas_concernee": PORTEUSE,
    "besoins:lien_preparation": VISITEUR,
    "besoins:lien_aide_oui": VISITEUR,
    "besoins:lien_aide_en_partie": VISITEUR,
    "besoins:lien_aide_non": VISITEUR,
}

# Wagtail serves its pages to POST as to GET: the five public ones answer alike.
REGLES = {
    "accueil:accueil": regle(get=TOUS, post=TOUS, fait=200),
    "accueil:aide": regle(get=TOUS, post=TOUS, fait=200),
    "accueil:accessibilite": regle(get=TOUS, post=TOUS, fait=200),
    "accueil:contact": regle(get=TOUS, post=TOUS, **COURRIER),
    "accueil:donnees_personnelles": regle(get=TOUS, post=TOUS, fait=200),
    "accueil:mentions_legales": regle(get=TOUS, post=TOUS, fait=200),
    "accueil:plan_du_site": regle(get=TOUS),
    "accueil:sitemap_index": regle(get=TOUS),
    "accueil:sitemap": regle(get=TOUS, args="section", public=TOUS),
    "accueil:robots": regle(get=TOUS),
    "accueil:recherche": regle(get=TOUS),
    "accueil:recherche_suggestions": regle(get=TOUS, q="CANARI"),
    "accueil:publier": regle(get=TOUS, post=TOUS),
    "accueil:cockpit": regle(get={"diane"}),
    "accueil:synthese": regle(post={"diane"}, args="reseau"),
    "accueil:chiffres": regle(get=MEMBRES),
    "accueil:chiffres_export": regle(get=MEMBRES, args="indicateur"),
    "accueil:a_faire": regle(get=MEMBRES),
    "accueil:reponse": regle(post=RST - SANS_PAROLE, args="pk", public=PAROLE, niveau="interessee"),
    "accueil:reponse_projet": regle(post=RST - SANS_PAROLE, args="projet", public=PAROLE, niveau="curieuse"),
    "reseau:annonce_publier": regle(get={"diane"}, post={"diane"}, **ANNONCE),
    "reseau:annonce": regle(get=RST, args="annonce", public=TOUS),
    "reseau:annonce_modifier": regle(get={"diane"}, post={"diane"}, args="annonce", **ANNONCE),
    "reseau:annonce_apercu": regle(get={"diane"}, post={"diane"}, args="a_partir", quand="maintenant"),
    "reseau:annonce_courriel": regle(get={"diane"}, args="a_partir"),
    "reseau:annonce_annulation": regle(post={"diane"}, args="a_partir"),
    "reseau:annonce_relance": regle(get={"diane"}, post={"diane"}, args="annonce"),
    "reseau:annonce_export": regle(get={"diane"}, args="annonce"),
    "reseau:fil": regle(get=TOUS),
    "reseau:fil_export": regle(get=MEMBRES),
    "reseau:brouillons": regle(get=MEMBRES),
    "reseau:contribution": regle(get=RST, args="pk", public=TOUS),
    "reseau:proches": regle(get=MEMBRES, titre="Astreinte CANARI"),
    "reseau:historique": regle(get=RST, args="pk", public=MEMBRES),
    "reseau:publication": regle(post=PORTEURS, args="pk"),
    "reseau:acceptation": regle(args="pk"),  # it does not wait: nobody
    "reseau:renvoi": regle(args="pk"),
    "reseau:brouillon_suppression": regle(args="pk"),  # it is published: nobody
    "reseau:retrait": regle(get=PORTEURS, post=PORTEURS, args="pk", motif="doublon"),
    "reseau:retablissement": regle(post=RST, args="pk", public=MEMBRES),
    "reseau:reouverture": regle(post=PORTEURS, args="pk"),
    "reseau:verrou": regle(get={"diane"}, post={"diane"}, args="pk", motif="hors sujet"),
    "reseau:deverrouillage": regle(post={"diane"}, args="pk"),
    "reseau:deplacement": regle(get={"diane"}, args="pk"),  # she is in no other network
    "reseau:suivi": regle(post=RST, args="pk", public=MEMBRES, suivre="oui"),
    # Who wrote it is led back to it.
    "reseau:signalement": regle(get=RST, post=RST, args="pk", public=MEMBRES, motif="propos"),
    "reseau:message_signalement": regle(get=RST, post=RST, args="pk rang", public=MEMBRES, motif="propos"),
    "reseau:signalements": regle(get=ANIMATION),
    "reseau:signalement_suite": regle(get={"diane"}, post={"diane"}, args="signalement", suite="aucune"),
    "reseau:signalement_retablissement": regle(post={"diane"}, args="signalement"),
    "reseau:sourdine": regle(post=RST, args="pk", public=MEMBRES, sourdine="oui"),
    "reseau:rattrapage": regle(get=RST, args="pk", public=TOUS, depuis="0"),
    "reseau:messages": regle(post=RST - SANS_PAROLE, args="pk", public=PAROLE, texte="Bonjour"),
    "reseau:message": regle(get=RST, post={"bruno"}, args="pk rang", public=MEMBRES, texte="Corrigé"),
    "reseau:message_retrait": regle(post=PORTEURS, args="pk rang", motif="erreur"),
    "reseau:message_retenue": regle(post=PORTEURS, args="discussion rang", retenir="oui"),
    "reseau:message_retablissement": regle(args="pk rang"),  # it is not withdrawn: nobody
    "reseau:discussion_publier": regle(get=PAROLE, post=PAROLE, **DISCUSSION),
    "reseau:discussion": regle(get=RST, args="discussion", public=TOUS),
    "reseau:discussion_modifier": regle(
        get=PORTEURS, post=PORTEURS, args="discussion", **DISCUSSION | DE_CHANGE
    ),
    "reseau:discussion_cloture": regle(post=PORTEURS, args="discussion"),
    "reseau:discussion_faq": regle(
        get={"diane"}, post={"diane"}, args="discussion", public={"diane"}, question="Q", reponse="R"
    ),
    "reseau:discussion_relance": regle(post={"diane"}, args="discussion", public={"diane"}),
    "reseau:faq": regle(get=TOUS, args="reseau"),
    "reseau:rencontres": regle(get=TOUS),
    "reseau:abonnement": regle(get=MEMBRES, post=MEMBRES),
    "reseau:flux_agenda": regle(get=TOUS, args="agenda"),
    "reseau:rencontre_publier": regle(get=PAROLE, post=PAROLE, **RENCONTRE | CRENEAU),
    "reseau:rencontre": regle(get=RST, args="rencontre", public=TOUS),
    "reseau:rencontre_ics": regle(get=RST, args="rencontre", public=TOUS),
    "reseau:rencontre_modifier": regle(
        get=PORTEURS, post=PORTEURS, args="rencontre", **RENCONTRE | DE_CHANGE | ENTRE_EUX
    ),
    "reseau:rencontre_annulation": regle(get=PORTEURS, post=PORTEURS, args="rencontre", motif="verglas"),
    "reseau:seance_ajouter": regle(get=PORTEURS, post=PORTEURS, args="rencontre", **CRENEAU),
    "reseau:seance": regle(get=PORTEURS, post=PORTEURS, args="seance", **CRENEAU),
    "reseau:seance_annulation": regle(post=PORTEURS, args="seance"),
    "reseau:inscription": regle(post=RST - SANS_PAROLE, args="seance", public=PAROLE),
    "reseau:inscription_collegue": regle(
        get=RST - SANS_PAROLE, post=RST - SANS_PAROLE, args="seance", public=PAROLE, nom="Yann Le Goff"
    ),
    "reseau:desistement": regle(post=PORTEURS | {"camille"}, args="inscription"),
    "reseau:point": regle(
        get=RST - SANS_PAROLE, post=RST - SANS_PAROLE, args="rencontre", public=PAROLE, texte="Le sel"
    ),
    "reseau:point_reponse": regle(post=PORTEURS, args="point", reponse="accepter"),
    "reseau:compte_rendu": regle(get=PORTEURS, post=PORTEURS, args="rencontre tenue", texte="On a parlé."),
    "reseau:decision": regle(get=PORTEURS, post=PORTEURS, args="rencontre tenue", texte="On achète du sel."),
    "reseau:decision_modifier": regle(get=PORTEURS, post=PORTEURS, args="decision", texte="Pas de sel."),
    "reseau:decision_retrait": regle(get=PORTEURS, post=PORTEURS, args="decision", motif="Doublon"),
    "reseau:decision_retablissement": regle(post=PORTEURS, args="decision"),
    "reseau:emargement": regle(get=PORTEURS, post=PORTEURS, args="seance tenue"),
    "reseau:emargement_export": regle(get=PORTEURS, args="seance"),
    "reseau:sondage_de_dates": regle(
        get=RST, post=RST - SANS_PAROLE, args="rencontre a choisir", public=MEMBRES, **{"date_{date}": "oui"}
    ),
    "reseau:date_fixee": regle(post=PORTEURS, args="date"),
    "reseau:date_retrait": regle(post=PORTEURS, args="date"),
    "reseau:date_retablissement": regle(post=PORTEURS, args="date"),
    "reseau:etiquettes": regle(get={"diane", "alex"}),
    "reseau:etiquettes_suggestions": regle(get=MEMBRES),
    "reseau:etiquette": regle(get={"diane", "alex"}, post={"diane", "alex"}, args="etiquette", nom="sel"),
    "reseau:piece": regle(get=RST, args="piece", public=TOUS),
    "reseau:lien_lu": regle(get=PORTEUSE, post=PORTEUSE, args="lien_lu", fait=200),
    "reseau:mentions": regle(get=MEMBRES),
    "reseau:notifications": regle(get=MEMBRES),
    "reseau:notifications_lues": regle(post=MEMBRES),
    "reseau:reseaux": regle(get=TOUS),
    "reseau:groupe_ouvrir": regle(get=INVITANTS, post=INVITANTS, **GROUPE),
    "reseau:reseau": regle(get=TOUS, args="reseau"),
    "reseau:reseau_presentation": regle(
        get=ANIMATION, post=ANIMATION, args="reseau", presentation="Bienvenue"
    ),
    "reseau:reseau_fermeture": regle(get=ADMINISTRATION, post=ADMINISTRATION, args="reseau"),
    "reseau:reseau_reouverture": regle(post=ADMINISTRATION, args="reseau"),
    "reseau:adhesion": regle(get=MEMBRES, post=MEMBRES, args="reseau", niveau_courriel="quotidien"),
    "reseau:depart": regle(get=RST, post=RST, args="reseau"),
    "reseau:reseau_membres": regle(get=MEMBRES, args="reseau"),
    "reseau:reseau_membres_choisir": regle(get=ANIMATION, post=ANIMATION, args="reseau", membre="{sylvie}"),
    "reseau:reseau_sourdine": regle(post=MEMBRES, args="reseau", sourdine="oui"),
    "reseau:reseau_membres_export": regle(get={"diane"}, args="reseau"),
    "reseau:adhesion_role": regle(post=ANIMATION, args="adhesion", role="animateur"),
    "reseau:bienvenue": regle(post=ANIMATION, args="adhesion"),
    "reseau:exclusion": regle(get=ANIMATION, post=ANIMATION, args="adhesion", motif="départ"),
    "reseau:archives": regle(get=ANIMATION, post=ANIMATION, args="reseau"),
    "reseau:archive": regle(get={"diane"}, args="archive"),
    "reseau:rejoindre": regle(get=TOUS, post=TOUS, **DEMANDE),
    "reseau:rejoindre_recue": regle(get=TOUS),
    "reseau:demandes": regle(get=ANIMATION),
    "reseau:demande_accord": regle(post=ANIMATION, args="demande"),
    "reseau:demande_refus": regle(get=ANIMATION, post=ANIMATION, args="demande", motif="inconnu"),
    "reseau:collectivites": regle(get=TOUS),
    "reseau:collectivite": regle(get=TOUS, args="commune"),
    "reseau:collectivite_sourdine": regle(post=MEMBRES, args="commune", sourdine="oui"),
    "reseau:remplacement": regle(
        get=QUI_GERE, post=QUI_GERE, args="commune membre", successeur="{sylvie}", le="{jour}"
    ),
    "reseau:annuaire": regle(get=MEMBRES),
    "reseau:membre": regle(get=MEMBRES, args="membre"),
    "reseau:membre_carte": regle(get=MEMBRES, args="membre"),
    "reseau:membre_modifier": regle(get=QUI_GERE, post=QUI_GERE, args="membre", **IDENTITE),
    "reseau:membre_adresse": regle(post=QUI_GERE | {"camille"}, args="membre"),
    "reseau:membre_relance": regle(post=QUI_GERE, args="membre"),
    "reseau:membre_desactivation": regle(get=ADMINISTRATION, post=ADMINISTRATION, args="membre"),
    "reseau:membre_reactivation": regle(post=ADMINISTRATION, args="membre"),
    "reseau:membre_fonctions": regle(
        get=QUI_GERE | {"bruno"},
        post=QUI_GERE | {"bruno"},
        args="membre",
        collectivite="{sienne}",
        role="elu",
    ),
    "reseau:fonction": regle(get=QUI_GERE, post=QUI_GERE, args="fonction", role="elu"),
    "reseau:fonction_fin": regle(get=QUI_GERE, post=QUI_GERE, args="fonction"),
    "reseau:invitations": regle(get=INVITANTS, post=INVITANTS, **INVITATION),
    "reseau:import_membres": regle(get=INVITANTS, post=INVITANTS, **LISTE),
    "reseau:import_modele": regle(get=INVITANTS),
    "reseau:import_depot": regle(get={"diane"}, post={"diane"}, args="depot"),
    "reseau:import_erreurs": regle(get={"diane"}, args="depot"),
    "reseau:administration_membres": regle(get=ADMINISTRATION),
    "reseau:moi_courriels": regle(
        get=MEMBRES, post=MEMBRES, **{"niveau_{adhesion}": "aucun"}, **RECAPITULATIF
    ),
    "reseau:moi_reprise": regle(post=MEMBRES),
    # The link itself is the right: it comes from a mail, and only lowers.
    "reseau:desabonnement": regle(
        get=TOUS, post=TOUS, args="jeton", fait=200, **{"List-Unsubscribe": "One-Click"}
    ),
    "reseau:recherches_suivies": regle(get=MEMBRES),
    "reseau:recherche_suivre": regle(post=MEMBRES, recherche="q=sel"),
    "reseau:recherche_courriel": regle(post={"camille"}, args="recherche", courriel="oui"),
    "reseau:recherche_arret": regle(post={"camille"}, args="recherche"),
    "reseau:recherches_sans_reponse": regle(get=ANIMATION),
    "reseau:recherche_traitement": regle(post=ANIMATION, args="recherche sans réponse"),
    "reseau:sourdines": regle(get=MEMBRES, post=MEMBRES, domaine="{domaine}"),
    "reseau:sourdine_levee": regle(post={"camille"}, args="sourdine"),
    "reseau:moi": regle(get=MEMBRES, post=MEMBRES, **IDENTITE | COORDONNEES),
    "reseau:moi_absence": regle(get=MEMBRES, post=MEMBRES, absence_du="{jour}", absence_au="{jour}"),
    "reseau:moi_retour": regle(post=MEMBRES),
    "reseau:competences_suggestions": regle(get=MEMBRES),
    "reseau:au_nom_de": regle(post={"camille", "remi", "sylvie"}, collectivite="{louverne}"),
    "reseau:journal": regle(get=INVITANTS),
    "reseau:journal_export": regle(get=INVITANTS),
    "besoins:besoins": regle(get=TOUS),
    "besoins:export": regle(get=MEMBRES),
    "besoins:publier": regle(get=PAROLE, post=PAROLE, **BESOIN),
    "besoins:besoin": regle(get=RST, args="pk", public=TOUS),
    "besoins:besoin_modifier": regle(get=PORTEURS, post=PORTEURS, args="pk", **BESOIN | DE_CHANGE),
    "besoins:cloture": regle(get=PORTEURS, post=PORTEURS, args="pk", issue="pret"),
    "besoins:lien_interessee": regle(get=PORTEUSE, post=PORTEUSE, args="lien_interessee", fait=200),
    "besoins:lien_peut_aider": regle(get=PORTEUSE, post=PORTEUSE, args="lien_peut_aider", fait=200),
    "besoins:lien_pas_concernee": regle(get=PORTEUSE, post=PORTEUSE, args="lien_pas_concernee", fait=200),
    # Signed for Bruno, who carries the need.
    **{
        f"besoins:lien_aide_{reponse}": regle(
            get={"visiteur", "bruno"}, post={"visiteur", "bruno"}, args=f"lien_aide_{reponse}", fait=200
        )
        for reponse in ("oui", "en_partie", "non")
    },
    # Another than herself has to decide for her commune: that of Rémi, Diane and Alex has none.
    "besoins:preparer": regle(
        get=RST - SANS_PAROLE,
        post={"camille", "sylvie"},
        args="a preparer",
        niveau="curieuse",
        pour="{remi}",
    ),
    # Camille prepared it, Rémi is to agree, Sylvie speaks for the same commune.
    "besoins:preparation": regle(
        get=DE_LOUVERNE, post=DE_LOUVERNE, args="preparation", public=DE_LOUVERNE, motif="Après le conseil"
    ),
    "besoins:preparation_validation": regle(post={"remi"}, args="preparation", public={"remi"}),
    "besoins:preparation_retrait": regle(post={"camille"}, args="preparation", public={"camille"}),
    "besoins:lien_preparation": regle(
        get={"visiteur", "remi"}, post={"visiteur", "remi"}, args="jeton de préparation", fait=200
    ),
    "besoins:position": regle(
        get=RST - SANS_PAROLE,
        post=RST - SANS_PAROLE - {"bruno"},  # his own commune asks
        args="pk",
        public=PAROLE,
        niveau="curieuse",
    ),
    "besoins:rapprochement": regle(
        get=PORTEURS, post=PORTEURS, args="besoin a rapprocher", projet="{projet}"
    ),
    "besoins:ressemblance": regle(post=PORTEURS, args="deux besoins"),
    "besoins:sollicitations": regle(
        get=PORTEURS, post=PORTEURS, args="besoin a rapprocher", autres="{louverne}"
    ),
    "besoins:relance": regle(post=PORTEURS, args="besoin a rapprocher"),
    "besoins:sans_reponse": regle(get=ANIMATION),
    "besoins:cadence": regle(get=ANIMATION, post=ANIMATION, args="reseau", premier_rappel="9"),
    "besoins:utilite": regle(get={"bruno"}, post={"bruno"}, args="besoin clos", reponse="oui"),
    "besoins:separation": regle(post=PORTEURS, args="besoin rapproche"),
    "besoins:projets": regle(get=TOUS),
    "besoins:projets_export": regle(get=MEMBRES),
    "besoins:projet_publier": regle(get=PAROLE, post=PAROLE, **PROJET),
    "besoins:champs_du_type": regle(get=PAROLE, type_mutualisation="prestation"),
    "besoins:projet": regle(get=RST, args="projet", public=TOUS),
    "besoins:projet_modifier": regle(get=PORTEURS, post=PORTEURS, args="projet", **PROJET | DE_CHANGE),
    "besoins:projet_phase": regle(post=PORTEURS, args="projet", phase="diagnostic"),
    "besoins:projet_cloture": regle(get=PORTEURS, post=PORTEURS, args="projet", issue="realise"),
    "besoins:projet_position": regle(
        get=RST - SANS_PAROLE, post=RST - SANS_PAROLE, args="projet", public=PAROLE, niveau="curieuse"
    ),
    "besoins:retours": regle(get=TOUS),
    "besoins:retours_export": regle(get=MEMBRES),
    "besoins:retours_flux": regle(get=TOUS),
    "besoins:retour_publier": regle(get=PAROLE, post=PAROLE, **RETOUR),
    "besoins:retourexperience": regle(get=RST, args="retour", public=TOUS),
    "besoins:retourexperience_modifier": regle(
        get=PORTEURS, post=PORTEURS, args="retour", **RETOUR | DE_CHANGE
    ),
    "besoins:retour_utile": regle(post=RST, args="retour", public=MEMBRES, utile="oui"),
    "besoins:retour_nous_aussi": Regle(
        get=RST - SANS_PAROLE,
        post=RST - SANS_PAROLE - {"bruno"},  # it is his own commune's
        args="retour",
        public=PAROLE,
        poste={"fait": "oui"},
    ),
    "besoins:matrice": regle(get=MEMBRES),
    "besoins:matrice_export": regle(get=MEMBRES),
    "besoins:projet_communes": regle(get=RST, args="projet", public=MEMBRES),
    "besoins:engagement": regle(
        get=DECIDEURS, post=DECIDEURS, args="projet", public=DECIDEURS, **DELIBERATION
    ),
    "besoins:sortie": regle(
        get=DECIDEURS,
        post={"remi"},  # the other one's commune is not engaged
        args="projet engage",
        public=DECIDEURS,
        effet_le="2026-12-31",
    ),
    "besoins:admission": regle(get=PORTEURS, post=PORTEURS, args="position"),
    "besoins:acte": regle(get={"remi"}, post={"remi"}, args="acte", public={"remi"}, **DELIBERATION),
    "besoins:acte_piece": regle(get=RST, args="piece d’acte", public=TOUS),
    "besoins:deliberations_scdl": regle(get=TOUS),
    "besoins:economies": regle(get=TOUS),
    "besoins:economies_export": regle(get=MEMBRES),
    "besoins:economies_du_projet": regle(get=RST, args="projet", public=MEMBRES),
    "besoins:economie": regle(get=PORTEURS, post=PORTEURS, args="projet", **ECONOMIE),
    "besoins:economie_modifier": regle(get=SIENNE, post=SIENNE, args="economie", public=SIENNE, **ECONOMIE),
    "besoins:economie_retrait": regle(get=PORTEURS, post=PORTEURS, args="economie", motif="erreur"),
    "besoins:economie_retablissement": regle(post=PORTEURS, args="economie"),
    "besoins:economie_contestation": regle(
        get={"remi"}, post={"remi"}, args="economie", public={"remi"}, motif="non"
    ),
    "besoins:economie_accord": regle(post={"remi"}, args="economie", public={"remi"}),
    "besoins:projet_modele": regle(post={"diane"}, args="projet", modele="oui"),
    "besoins:risque": regle(get=PORTEURS, post=PORTEURS, args="projet", **RISQUE),
    "besoins:risque_modifier": regle(get=PORTEURS, post=PORTEURS, args="risque", **RISQUE),
    "besoins:risque_retrait": regle(get=PORTEURS, post=PORTEURS, args="risque", motif="fini"),
    "besoins:risque_retablissement": regle(post=PORTEURS, args="risque"),
    "besoins:demarches": regle(get=PORTEURS, post=PORTEURS, args="projet", **DEMARCHE),
    "besoins:demarches_prevues": regle(post=PORTEURS, args="projet", outil="entente"),
    "besoins:demarche": regle(get=PORTEURS, post=PORTEURS, args="demarche", **DEMARCHE),
    "besoins:outils": regle(get=TOUS),
    "besoins:outil": regle(get=TOUS, args="outil"),
    "besoins:echeancier_general": regle(get=TOUS),
    "besoins:echeancier": regle(get=RST, args="projet", public=TOUS),
    "besoins:echeancier_export": regle(get=RST, args="projet", public=MEMBRES),
    "besoins:echeancier_ics": regle(get=RST, args="projet", public=TOUS),
    "besoins:jalon": regle(get=PORTEURS, post=PORTEURS, args="projet", **JALON),
    "besoins:jalon_modifier": regle(get=PORTEURS, post=PORTEURS, args="jalon", **JALON),
    "besoins:jalon_fait": regle(post=PORTEURS, args="jalon"),
    "besoins:jalon_reprise": regle(post=PORTEURS, args="jalon"),
    "besoins:jalon_retrait": regle(get=PORTEURS, post=PORTEURS, args="jalon", motif="fini"),
    "besoins:jalon_retablissement": regle(post=PORTEURS, args="jalon"),
    "besoins:tache": regle(get=PORTEURS, post=PORTEURS, args="projet", **TACHE),
    "besoins:tache_modifier": regle(get=PORTEURS, post=PORTEURS, args="tache", **TACHE),
    # Camille holds it.
    "besoins:tache_fait": regle(post=PORTEURS | {"camille"}, args="tache", public=PORTEURS | {"camille"}),
    "besoins:tache_reprise": regle(post=PORTEURS | {"camille"}, args="tache", public=PORTEURS | {"camille"}),
    "besoins:tache_retrait": regle(get=PORTEURS, post=PORTEURS, args="tache", motif="fini"),
    "besoins:tache_retablissement": regle(post=PORTEURS, args="tache"),
    "besoins:deliberations": regle(get=PORTEURS, post=PORTEURS, args="transfert", **DELIBERATIONS),
    "besoins:deliberation_modifier": regle(
        get=PORTEURS, post=PORTEURS, args="deliberation", notifiee_le="{jour}"
    ),
    "besoins:deliberation_retrait": regle(get=PORTEURS, post=PORTEURS, args="deliberation", motif="fini"),
    "besoins:deliberation_retablissement": regle(post=PORTEURS, args="deliberation"),
    # Alex has no network, Chantal's has nobody else to ask.
    "besoins:consultation_publier": regle(get=PAROLE, post=PAROLE - {"alex", "chantal"}, **CONSULTATION),
    "besoins:consultation": regle(get=RST, args="consultation", public=TOUS),
    "besoins:consultation_modifier": regle(
        get={"diane"}, post={"diane"}, args="consultation", **CONSULTATION | {"interrogees": "{change}"}
    ),
    "besoins:consultation_accuse": regle(post={"bruno"}, args="consultation"),
    "besoins:consultation_cloture": regle(
        get={"diane"}, post={"diane"}, args="echue", synthese="Tous favorables"
    ),
    "besoins:avis": regle(
        get=RST - SANS_PAROLE,
        post={"bruno"},  # his commune alone is asked
        args="consultation",
        public=PAROLE,
        sens="favorable",
    ),
    "besoins:avis_export": regle(get=RST, args="consultation", public=MEMBRES),
    "ressources_docs:court": regle(get=RST, args="ressource", public=TOUS),
    "ressources_docs:documents": regle(get=TOUS),
    "ressources_docs:export": regle(get=MEMBRES),
    "ressources_docs:publier": regle(get=PAROLE, post=PAROLE, **RESSOURCE),
    "ressources_docs:deposer": regle(
        get=PAROLE, post=PAROLE, fait=200, fichiers="a;b", ensemble="separes", **RESSOURCE
    ),
    "ressources_docs:a_verifier": regle(get=MEMBRES),
    "ressources_docs:ressource": regle(get=RST, args="ressource", public=TOUS),
    "ressources_docs:ressource_modifier": regle(
        lue="-", get=PORTEURS, post=PORTEURS, args="ressource", **RESSOURCE | DE_CHANGE
    ),
    "ressources_docs:fichier": regle(get=RST, args="ressource", public=TOUS),
    "ressources_docs:version": regle(get=RST, args="version", public=TOUS),
    "ressources_docs:texte": regle(get=RST, args="version", public=TOUS),
    "ressources_docs:vignette": regle(get=RST, args="version d’un pdf", public=TOUS),
    "ressources_docs:page": regle(get=RST, args="page d’un pdf", public=TOUS),
    "ressources_docs:image": regle(get=RST, args="page d’un pdf", public=TOUS),
    "ressources_docs:reprise": regle(get=PORTEURS, post=PORTEURS, args="version", **VERSION),
    "ressources_docs:remplacement": regle(get=PORTEURS, post=PORTEURS, args="ressource", **VERSION),
    "ressources_docs:comparaison": regle(get=RST, args="ressource", public=TOUS),
    # Rémi engages the commune, Diane runs the network; Camille only wrote it.
    "ressources_docs:ouverture": regle(
        get={"remi", "diane"},
        post={"remi", "diane"},
        args="ressource de Louverné",
        lue="1|-|",
        licence="lo-2.0",
        **VERSION,
    ),
    "ressources_docs:fermeture": regle(post={"remi", "diane"}, args="ressource de Louverné"),
    "ressources_docs:relecture": regle(
        get=PORTEURS, post=PORTEURS, args="ressource", a_jour_au="{jour}", relire_le="{bientot}"
    ),
}


def nos_urls(patterns=None, chemin="", espace=""):
    """(name, route) of every URL that is ours."""
    for entree in patterns if patterns is not None else get_resolver().url_patterns:
        route = chemin + str(entree.pattern).lstrip("^")
        if route.startswith(PREFIXES_DES_AUTRES):
            continue
        if isinstance(entree, URLResolver):
            if entree.app_name and entree.app_name.startswith("wagtail"):
                continue
            yield from nos_urls(entree.url_patterns, route, entree.namespace or espace)
        elif isinstance(entree, URLPattern) and entree.name != "wagtail_serve":
            yield f"{espace}:{entree.name}" if espace else entree.name, route


@pytest.fixture
def distribution(request, besoin_du_rst, amenagement):
    """Name → account, None for the visitor."""
    noms = ["camille", "bruno", "remi", "chantal", "sylvie", "diane", "jeanne", "alex", "odile", "noe"]
    return {"visiteur": None} | {nom: request.getfixturevalue(nom).utilisateur for nom in noms}


@pytest.fixture
def arguments(besoin_du_rst, bruno, camille, diane, jeanne, remi, louverne, rst):
    """What stands in the address, for each word of `Regle.args`."""
    besoin_du_rst.etiquettes.add(f"mot{CANARI}")
    qui = {"bruno": bruno, "camille": camille, "diane": diane, "jeanne": jeanne, "remi": remi}
    return Arguments(besoin=besoin_du_rst, louverne=louverne, rst=rst, **qui)


def fait(mot):
    """Of Arguments: what makes the arguments of this word."""

    def noter(faire):
        faire.mot = mot
        return faire

    return noter


class Arguments(dict):
    """What a row names is made when it names it; all of it for a list, which shows none of it to others."""

    def __init__(self, **la):
        super().__init__()
        self.__dict__.update(la)
        self.ferme = {"reseau": self.rst, "visibilite": "reseau"}
        self.jour = timezone.localdate()
        self.faiseurs = {f.mot: f for f in vars(Arguments).values() if hasattr(f, "mot")}

    def __missing__(self, mot):
        if mot == "":
            for autre in self.faiseurs:
                self[autre]
            self[mot] = []
        elif mot.startswith("lien_aide_"):
            self[mot] = [jetons.signer(f"besoins:{mot}", self.bruno.pk, *self["besoin clos"], jours=1)]
        elif mot.startswith("lien_"):
            vue = {"lien_lu": "reseau:lien_lu"}.get(mot, f"besoins:{mot}")
            self[mot] = [jetons.signer(vue, self.camille.pk, self.besoin.pk, jours=1)]
        else:
            self[mot] = self.faiseurs[mot](self)
        return self[mot]

    @fait("outil")
    def _outil(self):
        return ["pret-a-usage"]

    @fait("indicateur")
    def _indicateur(self):
        return ["besoins"]

    @fait("section")
    def _section(self):
        return ["publications"]

    @fait("pk")
    def _pk(self):
        return [self.besoin.pk]

    @fait("a preparer")
    def _a_preparer(self):
        return [self.besoin.pk]

    @fait("preparation")
    def _preparation(self):
        besoin = faire_besoin(f"À valider {CANARI}", self.bruno, **self.ferme)
        dit = {"collectivite": self.louverne, "niveau": "hors", "pour": self.remi}
        return [Preparation(contribution=besoin, **dit).preparer(par=self.camille).pk]

    @fait("jeton de préparation")
    def _jeton_de_preparation(self):
        return [jetons.signer("besoins:lien_preparation", self.remi.pk, *self["preparation"], jours=1)]

    @fait("pk rang")
    def _pk_rang(self):
        return [self.besoin.pk, faire_message(self.besoin, self.bruno, f"Message {CANARI}").rang]

    @fait("discussion")
    def _discussion(self):
        return [faire_discussion(f"Discussion {CANARI}", self.bruno, **self.ferme).pk]

    @fait("discussion rang")
    def _discussion_rang(self):
        discussion = Discussion.objects.get(pk=self["discussion"][0])
        return [discussion.pk, faire_message(discussion, self.bruno, f"Réponse {CANARI}").rang]

    @fait("annonce")
    def _annonce(self):
        return [faire_annonce(f"Annonce {CANARI}", self.diane, **self.ferme).pk]

    @fait("a_partir")
    def _a_partir(self):
        return [faire_annonce(f"Annonce {CANARI}", self.diane, reseau=self.rst, publier=False).pk]

    @fait("consultation")
    def _consultation(self):
        return self.consulter(self.jour)

    @fait("echue")
    def _echue(self):
        return self.consulter(date(2026, 1, 1))

    @fait("etiquette")
    def _etiquette(self):
        return [Etiquette.objects.get().pk]

    @fait("piece")
    def _piece(self):
        fiche = controler(SimpleUploadedFile(f"{CANARI}.txt", b"texte CANARI"))
        [piece] = PieceJointe.deposer([fiche], contribution=self.besoin)
        return [piece.pk, piece.nom_origine]

    @fait("reseau")
    def _reseau(self):
        return [self.rst.slug]

    @fait("adhesion")
    def _adhesion(self):
        return [self.rst.slug, self.camille.pk]

    @fait("commune")
    def _commune(self):
        return ["louverne"]

    @fait("commune membre")
    def _commune_membre(self):
        return ["louverne", self.camille.pk]

    @fait("membre")
    def _membre(self):
        return [self.camille.pk]

    @fait("fonction")
    def _fonction(self):
        return [self.camille.fonctions.get().pk]

    @fait("jeton")
    def _jeton(self):
        return [ListeDeReseau(self.camille.pk, self.rst.pk).jeton]

    @fait("demande")
    def _demande(self):
        return [demande_en_attente(self.rst).pk]

    @fait("signalement")
    def _signalement(self):
        return [Signalement.deposer(self.besoin, par=self.jeanne, motif="propos").pk]

    @fait("recherche")
    def _recherche(self):
        recherche = {"q": "canari", "facettes": {}, "libelle": f"« {CANARI} »"}
        return [RechercheSuivie.suivre(par=self.camille, **recherche).pk]

    @fait("recherche sans réponse")
    def _recherche_sans_reponse(self):
        RechercheSansReponse.noter("rien de tel", self.rst)
        return [RechercheSansReponse.objects.get().pk]

    @fait("sourdine")
    def _sourdine(self):
        return [Sourdine.poser(self.camille, contribution=self.besoin).pk]

    @fait("archive")
    def _archive(self):
        return [ArchiveDeReseau.demander(self.rst, par=self.diane).pk]

    @fait("depot")
    def _depot(self):
        return [ImportDeMembres.objects.create(par=self.diane, reseau=self.rst, fichier="liste.csv").pk]

    @fait("rencontre")
    def _rencontre(self):
        rencontre = faire_rencontre(f"Atelier {CANARI}", self.bruno, genre="atelier", **self.ferme)
        seance = rencontre.seances.get()
        rencontre.programmer(debut=seance.debut + timedelta(days=7), fin=seance.fin + timedelta(days=7))
        return [rencontre.pk]

    @fait("seance")
    def _seance(self):
        return [Rencontre.objects.get(pk=self["rencontre"][0]).seances.order_by("debut").first().pk]

    @fait("inscription")
    def _inscription(self):
        seance = Seance.objects.get(pk=self["seance"][0])
        qui = {"par": self.camille, "collectivite": self.louverne, "nom": f"Malo {CANARI}"}
        return [seance.inscrire(**qui).pk]

    @fait("point")
    def _point(self):
        rencontre = Rencontre.objects.get(pk=self["rencontre"][0])
        qui = {"par": self.camille, "collectivite": self.louverne}
        return [PointPropose.proposer(rencontre, texte=f"Point {CANARI}", **qui).pk]

    @fait("rencontre a choisir")
    def _rencontre_a_choisir(self):
        rencontre = faire_rencontre(f"Visite {CANARI}", self.bruno, **self.ferme)
        demain = timezone.now() + timedelta(days=1)
        creneaux = [(demain, demain + timedelta(hours=1))]
        [self.proposee] = DateProposee.proposer(rencontre, par=self.bruno, creneaux=creneaux)
        return [rencontre.pk]

    @fait("date")
    def _date(self):
        self["rencontre a choisir"]
        return [self.proposee.pk]

    @fait("rencontre tenue")
    def _rencontre_tenue(self):
        hier = timedelta(hours=-1)
        return [faire_rencontre(f"Bilan {CANARI}", self.bruno, dans=hier, **self.ferme).pk]

    @fait("seance tenue")
    def _seance_tenue(self):
        return [Rencontre.objects.get(pk=self["rencontre tenue"][0]).seances.get().pk]

    @fait("decision")
    def _decision(self):
        tenue = Rencontre.objects.get(pk=self["rencontre tenue"][0])
        return [Decision.objects.create(rencontre=tenue, par=self.bruno, texte=f"Sel {CANARI}").pk]

    @fait("agenda")
    def _agenda(self):
        return [LienAgenda.renouveler(self.camille, self.rst).jeton]

    @fait("besoin clos")
    def _besoin_clos(self):
        clos = faire_besoin(f"Clos {CANARI}", self.bruno, **self.ferme).clore(par=self.bruno, issue="pret")
        Utilite.objects.update(a_demander_le=self.jour)
        return [clos.pk]

    @fait("projet")
    def _projet(self):
        return [faire_projet(f"Projet {CANARI}", self.bruno, **self.ferme).pk]

    @fait("besoin rapproche")
    def _besoin_rapproche(self):
        besoin = faire_besoin(f"Rapproché {CANARI}", self.bruno, **self.ferme)
        self.projet.rapprocher([besoin], par=self.bruno)
        return [besoin.pk]

    @fait("besoin a rapprocher")
    def _besoin_a_rapprocher(self):
        self["projet"]  # the one that the body of the row names
        return [faire_besoin(f"À rapprocher {CANARI}", self.bruno, **self.ferme).pk]

    @fait("deux besoins")
    def _deux_besoins(self):
        return self["besoin a rapprocher"] + self["besoin rapproche"]

    @fait("transfert")
    def _transfert(self):
        parties = {"type_mutualisation": "transfert_competence", "fournisseur": self.louverne}
        return [faire_projet(f"Voirie {CANARI}", self.bruno, **parties, **self.ferme).pk]

    @fait("deliberation")
    def _deliberation(self):
        projet = Projet.objects.get(pk=self["transfert"][0])
        quand = {"delai": None, "notifiee_le": self.jour}
        [attendue] = Deliberation.attendre(projet, [self.louverne], par=self.bruno, **quand)
        return [attendue.pk]

    @fait("jalon")
    def _jalon(self):
        return self.note(Jalon(projet=self.projet, libelle=f"Bilan {CANARI}", pour_le=self.jour))

    @fait("tache")
    def _tache(self):
        tache = Tache(projet=self.projet, libelle=f"Compter {CANARI}", pour_le=self.jour)
        tache.porteur = self.camille
        return self.note(tache)

    @fait("economie")
    def _economie(self):
        combien = {"nature": "cout_evite", "methode": f"Évité {CANARI}", "montant": 50}
        d_ou = {"source": "Devis", "constatee_le": self.jour}
        return self.note(Retombee(projet=self.projet, collectivite=self.louverne, **combien, **d_ou))

    @fait("risque")
    def _risque(self):
        return self.note(Risque(projet=self.projet, libelle=f"Verglas {CANARI}"))

    @fait("demarche")
    def _demarche(self):
        return self.note(Demarche(projet=self.projet, libelle=f"Vote {CANARI}"))

    @fait("projet engage")
    def _projet_engage(self):
        projet = faire_projet(f"Projet engagé {CANARI}", self.bruno, **self.ferme)
        engager(projet, self.remi)
        return [projet.pk]

    @fait("position")
    def _position(self):
        return [self.engagement.pk]

    @fait("acte")
    def _acte(self):
        return [self.engagement.acte_id]

    @fait("piece d’acte")
    def _piece_d_acte(self):
        piece = self.engagement.acte.piece
        return [piece.pk, piece.nom_origine]

    @fait("retour")
    def _retour(self):
        return [faire_retour(f"Retour {CANARI}", self.bruno, gains=f"Du temps {CANARI}", **self.ferme).pk]

    @fait("ressource")
    def _ressource(self):
        return [faire_ressource(f"Convention {CANARI}", self.bruno, corps=CANARI, **self.ferme).pk]

    @fait("version")
    def _version(self):
        return [*self["ressource"], 1]

    @fait("version d’un pdf")
    def _version_d_un_pdf(self):
        fiche = faire_fiche("plan.pdf", pdf(CANARI))
        ressource = faire_ressource(f"Plan {CANARI}", self.bruno, fiche=fiche, **self.ferme)
        ressource.version.lire()
        return [ressource.pk, 1]

    @fait("page d’un pdf")
    def _page_d_un_pdf(self):
        return [*self["version d’un pdf"], 1]

    @fait("ressource de Louverné")
    def _ressource_de_louverne(self):
        return [faire_ressource(f"Bilan {CANARI}", self.camille, **self.ferme).pk]

    @property
    def projet(self):
        return Projet.objects.get(pk=self["projet"][0])

    @property
    def engagement(self):
        return Position.objects.get(contribution=self["projet engage"][0])

    def note(self, note):
        return [note.noter(par=self.bruno).pk]

    def consulter(self, jour):
        quand = {"ouverte_du": jour, "jusqu_au": jour}
        qui = {"interrogees": [self.bruno.fonctions.get().collectivite]}
        return [faire_consultation(f"Liaison douce {CANARI}", self.diane, **quand, **qui, **self.ferme).pk]


def engager(projet, referent):
    """Her commune, by an executory act with its file."""
    jour, collectivite = date(2026, 1, 5), referent.fonctions.get().collectivite
    acte = Acte(projet=projet, collectivite=collectivite, numero=CANARI, date=jour, executoire_le=jour)
    fiche = controler(SimpleUploadedFile(f"{CANARI}.txt", b"acte CANARI"))
    return acte.engager(par=referent, fiche=fiche)


def demande_en_attente(reseau):
    return Demande.objects.create(
        reseau=reseau,
        courriel="gwen.marec@communes.example",
        prenom="Gwen",
        nom=f"Marec {CANARI}",
        collectivite=Collectivite.objects.get(nom="Changé"),
    )


def test_every_url_has_a_row_and_every_row_a_url():
    noms = {nom for nom, _route in nos_urls()}
    assert noms - set(REGLES) == set(), "URLs without an access rule"
    assert set(REGLES) - noms == set(), "access rules without a URL"


@pytest.fixture
def mots(louverne, change, montflours, agglo, rst, sylvie):
    """For whom → what stands for each word in braces of a body."""
    for commune in (louverne, change, montflours):
        commune.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    communs = {"louverne": louverne.pk, "change": change.pk, "rst": rst.pk, "sylvie": sylvie.pk}
    communs["camille"] = Membre.objects.get(prenom="Camille").pk
    communs["remi"] = Membre.objects.get(prenom="Rémi").pk
    communs |= {"jour": timezone.localdate(), "domaine": Domaine.objects.first().code}
    communs["bientot"] = timezone.localdate() + timedelta(days=9)

    def de(compte):
        membre = getattr(compte, "membre", None)
        fonction = membre and membre.fonctions.first()
        adhesion = membre and membre.adhesions.first()
        date_proposee = DateProposee.objects.first()
        communs["date"] = date_proposee and date_proposee.pk
        projet = Projet.objects.first()
        communs["projet"] = projet and projet.pk
        siens = {"sienne": fonction and fonction.collectivite_id, "adhesion": adhesion and adhesion.pk}
        siens["sien"] = adhesion and adhesion.reseau_id
        return communs | siens | {"commune": fonction and fonction.collectivite.nom}

    return de


def corps(poste, mots):
    """A body, with its words in braces; what is sent as a file is one."""
    rempli = {
        champ.format(**mots): valeur if isinstance(valeur, list) else valeur.format(**mots)
        for champ, valeur in poste.items()
    }
    for champ in {"fichier", "fichiers"} & set(rempli):
        rempli[champ] = SimpleUploadedFile("liste.csv", rempli[champ].encode())
    return rempli


DE_CONTRIBUTION = (
    "pk",
    "pk rang",
    "discussion",
    "discussion rang",
    "annonce",
    "consultation",
    "echue",
    "piece",
    "projet",
    "retour",
    "ressource",
    "version",
    "version d’un pdf",
    "page d’un pdf",
    "projet engage",
    "position",
    "preparation",
    "acte",
    "piece d’acte",
    "besoin rapproche",
    "besoin a rapprocher",
    "deux besoins",
    "besoin clos",
    "risque",
    "economie",
    "demarche",
    "transfert",
    "deliberation",
    "jalon",
    "tache",
    "rencontre",
    "rencontre a choisir",
    "rencontre tenue",
    "seance",
    "seance tenue",
)


@pytest.mark.parametrize("nom", REGLES)
def test_the_row_of_each_url_holds_for_the_whole_cast(client, distribution, arguments, mots, nom):
    regle = REGLES[nom]
    adresse = reverse(nom, args=arguments[regle.args])
    for methode in ("get", "post"):
        entres = qui_entre(
            client, methode, adresse, regle, distribution, mots, REGARDS_PERMIS.get(nom, set())
        )
        assert entres == regle.entrants(methode, False), methode
    if regle.args in DE_CONTRIBUTION:
        Contribution.objects.update(visibilite=Contribution.Visibilite.PUBLIQUE)
        for methode in ("get", "post"):
            if getattr(regle, methode):
                entres = qui_entre(client, methode, adresse, regle, distribution, mots, TOUS)
                assert entres == regle.entrants(methode, True), (methode, "public")


def qui_entre(client, methode, adresse, regle, distribution, mots, lecteurs):
    """Who of the cast gets in; only `lecteurs` and the members of the RST may see the canary."""
    entres = set()
    for qui, compte in distribution.items():
        with essai():
            client.logout()
            if compte:
                client.force_login(compte)
            envoi = corps(regle.poste, mots(compte))
            if methode == "get":
                reponse, reussites = client.get(adresse, {} if regle.post else envoi), (200, 302)
            else:
                reponse, reussites = client.post(adresse, envoi), (regle.fait,)
            if est_entre(reponse, reussites):
                entres.add(qui)
            else:
                assert refus_attendu(reponse, compte), (methode, qui, reponse.status_code)
            if qui not in RST | lecteurs:
                assert CANARI not in contenu(reponse), (methode, qui)
    return entres


@pytest.mark.parametrize(
    "nom",
    [
        nom
        for nom, regle in REGLES.items()
        if regle.args in ("pk", "discussion", "projet", "retour", "rencontre", "ressource")
    ],
)
def test_absent_and_withdrawn_are_refused_like_forbidden(client, distribution, arguments, nom, besoin_du_rst):
    regle = REGLES[nom]
    faire = client.get if regle.get else client.post
    client.force_login(distribution["chantal"])
    interdit = faire(reverse(nom, args=arguments[regle.args]), regle.poste)
    absent = faire(reverse(nom, args=[999_999]), regle.poste)
    assert (interdit.status_code, absent.status_code) == (404, 404)
    Contribution.objects.update(retire_le=timezone.now(), retire_motif="doublon")
    client.force_login(distribution["camille"])
    assert faire(reverse(nom, args=arguments[regle.args]), regle.poste).status_code == 404
    client.logout()
    assert refus_attendu(faire(reverse(nom, args=arguments[regle.args]), regle.poste), None)


def test_a_number_that_no_database_holds_is_absent(client, distribution, arguments):
    for nom, regle in REGLES.items():
        enormes = [10**20 if isinstance(arg, int) else arg for arg in arguments[regle.args]]
        if enormes == arguments[regle.args]:
            continue
        for compte in (None, distribution["diane"], distribution["alex"]):
            client.logout()
            if compte:
                client.force_login(compte)
            for faire in (client.get, client.post):
                reponse = faire(reverse(nom, args=enormes), regle.poste)
                assert refus_attendu(reponse, compte), (nom, compte, reponse.status_code)


def test_a_deactivated_account_is_a_visitor(client, dominique, besoin_du_rst):
    client.force_login(dominique.utilisateur)
    reponse = client.get(besoin_du_rst.get_absolute_url())
    assert refus_attendu(reponse, None)


@contextmanager
def essai():
    """What a request changes is undone before the next one."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def vers_la_connexion(reponse):
    return reponse.status_code == 302 and reponse["Location"].startswith(reverse("account_login"))


def est_entre(reponse, reussites):
    return reponse.status_code in reussites and not vers_la_connexion(reponse)


def refus_attendu(reponse, compte):
    if reponse.status_code in (405, 422):
        return True
    if compte is None:
        return vers_la_connexion(reponse) or dit_qu_il_n_est_pas_public(reponse)
    return reponse.status_code in (403, 404)


def dit_qu_il_n_est_pas_public(reponse):
    """What is cited outside is looked for by who has no account: a page with a way to sign-in, no detour."""
    gabarits = {gabarit.name for gabarit in getattr(reponse, "templates", ())}
    return reponse.status_code == 404 and "ressources_docs/publics/absent.html" in gabarits


def contenu(reponse):
    if reponse.streaming:
        return b"".join(reponse.streaming_content).decode(errors="replace")
    return reponse.content.decode(errors="replace")
