"""What leaves the site as a table: the same columns for an export and for the copy of a network."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

ENTETES_DES_CONTRIBUTIONS = [
    _("type"),
    _("titre"),
    _("texte"),
    _("au nom de"),
    _("auteur"),
    _("réseau"),
    _("domaines"),
    _("étiquettes"),
    _("publiée le"),
    _("close le"),
    _("messages"),
]

ENTETES_DES_MEMBRES = [
    _("prénom"),
    _("nom"),
    _("fonctions"),
    _("rôle dans le réseau"),
    _("membre depuis le"),
    _("téléphone"),
    _("adresse électronique"),
    _("domaines"),
    _("compétences"),
]


def ligne_de_contribution(contribution):
    def noms(repere):
        return ", ".join(nom for _code, nom in contribution.reperes.get(repere, []))

    return [
        contribution._meta.verbose_name,
        contribution.titre,
        contribution.corps,
        contribution.collectivite.nom,
        contribution.auteur.nom_complet,
        contribution.reseau.nom if contribution.reseau else "",
        noms("domaines"),
        noms("etiquettes"),
        timezone.localdate(contribution.publie_le),
        timezone.localdate(contribution.clos_le) if contribution.clos_le else None,
        contribution.fil.dernier_rang,
    ]


def ligne_de_membre(adhesion):
    membre = adhesion.membre
    return [
        membre.prenom,
        membre.nom,
        " ; ".join(str(fonction) for fonction in membre.fonctions_actuelles),
        adhesion.get_role_display(),
        adhesion.debut,
        membre.telephone_lisible,
        membre.courriel_lisible,
        ", ".join(domaine.libelle for domaine in membre.domaines.all()),
        ", ".join(competence.nom for competence in membre.competences.all()),
    ]
