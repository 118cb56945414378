"""Answering by mail: the address of each mail, and what becomes of what comes to it.

The address proves who was written to, about what: it is signed, and nobody else's mail holds it. Its sender
must be that member's own too, so that a mail which was forwarded lets nobody speak in her place. What is
refused is kept, and told once to the member that the address names, never to who only claims to be
somebody: nothing that comes in can make the platform write to a stranger.
"""

import re
from email.utils import formataddr
from uuid import NAMESPACE_OID, uuid5

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.utils.translation import gettext as _

from plateforme.socle import jetons
from plateforme.socle.courriel import envoyer
from plateforme.socle.fichiers import FichiersField
from plateforme.socle.limites import consommer
from plateforme.socle.models import AdresseEnEchec, CourrielRecu
from plateforme.socle.reception import DEBUT_GARDE, Illisible

from .limites import REFUS_PAR_ADRESSE, REPONSES_PAR_MEMBRE
from .middleware import membre_actif
from .models import Contribution, EnvoiDAnnonce, Membre, Message

SEL = "reseau.reponses"
LONGUEUR_MAX = Message._meta.get_field("texte").max_length
# Of a stranger's mail: enough to see what it is.
GARDE_D_UN_INCONNU = 16 * 1024


class Refus(Exception):
    """Why it is not published. `a_dire`: whether the member is told."""

    def __init__(self, motif, *, a_dire=True):
        super().__init__(motif)
        self.motif, self.a_dire = motif, a_dire


# The address of each mail


def repond_par_courriel(contribution, membre):
    """Whether an answer of hers to a mail about it would be published today."""
    ouverte = _adresse_du_site() and contribution.accepte_les_messages
    return bool(ouverte and membre.droits.paroles)


def en_tetes(contribution, membre):
    """The headers of a mail about this contribution to this member."""
    if not repond_par_courriel(contribution, membre):
        return {}
    nom = getattr(settings, "WAGTAIL_SITE_NAME", "")
    return {"Reply-To": formataddr((nom, adresse(contribution, membre)))}


def adresse(contribution, membre):
    local, _arobase, domaine = _adresse_du_site().partition("@")
    jours = getattr(settings, "REPONSES_JOURS", 90)
    return f"{local}+{jetons.signer(SEL, membre.pk, contribution.pk, jours=jours)}@{domaine}"


def _adresse_du_site():
    return getattr(settings, "ADRESSE_DE_REPONSE", "")


# What comes to it


def recevoir(lu):
    """Treat a mail once, however often it comes: its CourrielRecu."""
    if lu.est_un_rapport:
        return _prendre_un_rapport(lu)
    jeton, destination = _jeton(lu)
    membre = contribution = None
    try:
        membre, contribution = _adressee(lu, jeton)
        _controler_l_expediteur(lu, membre)
        texte, fiches = _contenu(lu)
    except Refus as refus:
        return _refuser_une_fois(lu, destination, refus, membre, contribution)
    with transaction.atomic():
        recu, nouveau = CourrielRecu.noter(lu, destination)
        if not nouveau:
            return recu
        try:
            message = _publier(lu, membre, contribution, texte, fiches, recu)
        except Refus as refus:
            return _refuser(recu, lu, refus, membre, contribution)
        return recu.prendre(_("Message n°\u202f%(rang)s de la contribution %(pk)s.") % _place(message))


def _place(message):
    return {"rang": message.rang, "pk": message.contribution_id}


def _jeton(lu):
    """(the token of the first address of ours that it was sent to or "", that address)."""
    local, _arobase, domaine = _adresse_du_site().lower().partition("@")
    if not domaine:
        return "", ""
    forme = re.compile(rf"{re.escape(local)}\+([a-z2-7]{{{jetons.LONGUEUR}}}|.*)@{re.escape(domaine)}")
    for adresse_ecrite in lu.a:
        trouvee = forme.fullmatch(adresse_ecrite)
        if trouvee:
            return trouvee[1], adresse_ecrite
    return "", (lu.a[0] if lu.a else "")


def _adressee(lu, jeton):
    """(the member, the id of the contribution) of its token."""
    if lu.automatique:
        raise Refus(lu.automatique, a_dire=False)
    if lu.de in _nos_adresses():
        raise Refus(_("Écrit par la plateforme elle-même."), a_dire=False)
    if not jeton:
        raise Refus(_("Envoyé à aucune de nos adresses de réponse."), a_dire=False)
    try:
        membre, contribution = jetons.lire(SEL, jeton)
    except jetons.JetonPerime as perime:
        membre, contribution = perime.nombres
        destinataire = _membre(membre)
        raise RefusA(_("Le courriel auquel vous répondez est trop ancien."), destinataire) from perime
    except (jetons.JetonFaux, ValueError) as faux:
        # Nothing is answered: anybody may write her address, and we would carry his words to her.
        motif = _("L’adresse à laquelle il a été écrit n’est pas une de celles que nous avons données.")
        raise Refus(motif, a_dire=False) from faux
    return _membre(membre), contribution


class RefusA(Refus):
    """A refusal told to `membre`, whom the token did not give."""

    def __init__(self, motif, membre):
        super().__init__(motif, a_dire=membre is not None)
        self.membre = membre


def _membre(pk):
    membre = Membre.objects.select_related("utilisateur").filter(pk=pk).first()
    if membre is None:
        raise Refus(_("Ce membre n’existe plus."), a_dire=False)
    return membre


def _nos_adresses():
    notres = [_adresse_du_site(), getattr(settings, "DEFAULT_FROM_EMAIL", "")]
    return {_normale(une) for une in notres if une}


def _normale(adresse_ecrite):
    """In lower case, its domain as mail bears it."""
    try:
        encodee = sanitize_address(adresse_ecrite, "utf-8")
    except ValueError:
        return ""
    return encodee.rpartition("<")[2].rstrip(">").lower()


def _controler_l_expediteur(lu, membre):
    if not lu.de or _normale(lu.de) != _normale(membre.courriel):
        raise Refus(
            _("Votre courriel vient de l’adresse %(de)s, qui n’est pas celle de votre compte.")
            % {"de": lu.de or "?"}
        )


def _contenu(lu):
    """(what she wrote, the files that passed), read before any row is locked."""
    if lu.tronque:
        raise Refus(_("Votre courriel dépasse 20\u202fMo. Joignez des fichiers plus légers."))
    try:
        texte, fichiers = lu.texte, lu.fichiers
    except Illisible as illisible:
        raise Refus(str(illisible)) from illisible
    if not texte and not fichiers:
        raise Refus(_("Nous n’y avons trouvé aucun texte de vous."))
    if not texte:
        raise Refus(_("Votre courriel ne contient que des fichiers. Ajoutez-y un mot."))
    if len(texte) > LONGUEUR_MAX:
        raise Refus(
            _("Votre courriel est trop long\u202f: un message compte 10\u202f000 caractères au plus.")
        )
    try:
        return texte, FichiersField(required=False).clean(fichiers)
    except ValidationError as refus:
        raise Refus(" ".join(refus.messages)) from refus


def _publier(lu, membre, pk, texte, fiches, recu):
    if membre_actif(membre.utilisateur) is None:
        raise Refus(_("Votre compte n’est plus rattaché à une collectivité."))
    au_nom_de = membre.collectivite_choisie
    if au_nom_de is None:
        raise Refus(_("Vous ne parlez au nom d’aucune collectivité\u202f: vous lisez et suivez."))
    contribution = _lisible(membre, pk)
    if contribution is None:
        raise Refus(_("Cette discussion a été retirée, ou ne vous est plus ouverte."))
    if not consommer((REPONSES_PAR_MEMBRE, membre.pk)):
        raise Refus(_("Vous avez envoyé trop de réponses en une heure."))
    try:
        return Message.ecrire(
            contribution,
            auteur=membre,
            collectivite=au_nom_de,
            texte=texte,
            pieces=fiches,
            envoi=uuid5(NAMESPACE_OID, recu.clef),
        )
    except ValidationError as refus:
        raise Refus(" ".join(refus.messages)) from refus


def _lisible(membre, pk):
    visibles = Contribution.objects.visibles_par(membre.utilisateur).publiees()
    return visibles.select_related("reseau").filter(pk=pk).first()


# What is refused


@transaction.atomic
def _refuser_une_fois(lu, destination, refus, membre, contribution):
    recu, nouveau = CourrielRecu.noter(lu, destination)
    return _refuser(recu, lu, refus, membre, contribution) if nouveau else recu


def _refuser(recu, lu, refus, membre, contribution):
    destinataire = getattr(refus, "membre", membre)
    repondu = bool(
        refus.a_dire and destinataire and consommer((REFUS_PAR_ADRESSE, destinataire.courriel.lower()))
    )
    if repondu:
        _repondre(recu, lu, refus.motif, destinataire, contribution)
    # Whole when its address proves who it was for; the beginning, if only its sender is one of ours.
    garde = None if membre else DEBUT_GARDE if destinataire else GARDE_D_UN_INCONNU
    return recu.refuser(refus.motif, lu.source[:garde], repondu=repondu)


def _repondre(recu, lu, motif, membre, contribution):
    """Once, with her own words; under no token, and in a form that no program answers."""
    suite = {"In-Reply-To": lu.identifiant, "References": lu.identifiant} if lu.identifiant else {}
    envoyer(
        "reseau/courriels/reponse_refusee",
        {
            "motif": motif,
            "texte": lu.texte_a_rendre,
            "contribution": _lisible(membre, contribution) if contribution else None,
        },
        membre.courriel,
        clef=f"reponse-refusee-{recu.clef}",
        en_tetes={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", **suite},
    )


# What comes back


@transaction.atomic
def _prendre_un_rapport(lu):
    recu, nouveau = CourrielRecu.noter(lu, "")
    if not nouveau:
        return recu
    try:
        retour = lu.retour
    except Illisible:
        retour = None
    if retour is None:
        motif = _("Avis d’un serveur de courriel, qui ne met aucune adresse en échec.")
        return recu.refuser(motif, lu.source[:GARDE_D_UN_INCONNU])
    AdresseEnEchec.noter(retour.adresse, retour.diagnostic)
    if membre := Membre.objects.de_courriel(retour.adresse):
        # What stands before the @ is the key of the mail, see `correspondance.en_tetes`.
        EnvoiDAnnonce.objects.revenir(membre, retour.identifiant.strip("<>").partition("@")[0])
    return recu.prendre(_("L’adresse %s est en échec.") % retour.adresse)
