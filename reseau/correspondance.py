"""The mails that the models write themselves: rows of the queue, in the caller's transaction.

Nobody unsubscribes from these. Those about what happens to a contribution: see `reseau.courriels`.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from plateforme.socle.courriel import envoyer


def invitation(membre, *, par, collectivite=None, reseau=None, clef=""):
    """Where to sign in and with which address: no mail of ours ever holds a link that signs in."""
    contexte = {"membre": membre, "par": par, "collectivite": collectivite, "reseau": reseau}
    return _envoyer("invitation", contexte, membre.courriel, clef=clef)


def ajout(membre, *, par, collectivite=None, reseau=None):
    contexte = {"membre": membre, "par": par, "collectivite": collectivite, "reseau": reseau}
    _envoyer("ajout", contexte, membre.courriel, page=reseau or "reseau:moi")


def succession(remplacement, successeur):
    contexte = {
        "membre": successeur,
        "partant": remplacement.partant,
        "collectivite": remplacement.collectivite,
        "le": remplacement.le,
        "rejoints": remplacement.rejoints,
        # Not named: those by invitation are known to their members only.
        "demandes": len(remplacement.demandes),
    }
    _envoyer("succession", contexte, successeur.courriel)


def demande_recue(demande):
    _envoyer("demande_recue", {"demande": demande}, demande.courriel)


def deja_membre(demande):
    # Once a day at most, whoever types this address.
    clef = f"deja-membre-{demande.reseau_id}-{demande.cree_le:%Y-%m-%d}"
    _envoyer("deja_membre", {"demande": demande}, demande.courriel, clef=clef)


def demande_a_traiter(demande):
    for membre in demande.reseau.a_prevenir().select_related("utilisateur"):
        contexte = {"demande": demande, "membre": membre}
        _envoyer("demande_a_traiter", contexte, membre.courriel, page="reseau:demandes")


def demande_acceptee(demande):
    _envoyer("demande_acceptee", {"demande": demande}, demande.courriel)


def bienvenue(adhesion):
    _envoyer("bienvenue", {"adhesion": adhesion}, adhesion.membre.courriel, page=adhesion.reseau)


def demande_refusee(demande):
    _envoyer("demande_refusee", {"demande": demande}, demande.courriel)


def signalement_a_traiter(signalement):
    """Neither who reported nor what: a mailbox is read by others, and the page says it."""
    for membre in signalement.moderateurs().select_related("utilisateur"):
        contexte = {"signalement": signalement, "membre": membre}
        _envoyer("signalement_a_traiter", contexte, membre.courriel, page="reseau:signalements")


def signalement_traite(signalement):
    _envoyer("signalement_traite", {"signalement": signalement}, signalement.par.courriel, page="/")


def publication_a_relire(contribution):
    for membre in contribution.reseau.animateurs().select_related("utilisateur"):
        contexte = {"contribution": contribution, "membre": membre}
        _envoyer("publication_a_relire", contexte, membre.courriel, page="reseau:signalements")


def publication_acceptee(contribution, par):
    contexte = {"contribution": contribution, "par": par}
    _envoyer("publication_acceptee", contexte, contribution.auteur.courriel, page=contribution)


def publication_renvoyee(contribution, par, motif):
    contexte = {"contribution": contribution, "par": par, "motif": motif}
    _envoyer("publication_renvoyee", contexte, contribution.auteur.courriel, page=contribution)


def message_retire(message):
    _envoyer("message_retire", {"message": message}, message.auteur.courriel, page=message)


def archive_prete(archive, detail):
    contexte = {"archive": archive, "detail": detail, "membre": archive.par}
    page = reverse("reseau:archives", args=[archive.reseau.slug])
    _envoyer("archive_prete", contexte, archive.par.courriel, page=page, clef=f"archive-{archive.pk}")


def _envoyer(gabarit, contexte, a, page=None, **options):
    """`page`: where the button leads; if not said, the sign-in page with the address filled in."""
    suite = resolve_url(page) if page else f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'adresse': a})}"
    contexte["lien"] = getattr(settings, "WAGTAILADMIN_BASE_URL", "") + suite
    return envoyer(f"reseau/courriels/{gabarit}", contexte, a, **options)
