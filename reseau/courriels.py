"""The mails about what happens to a contribution: each says how to get less of them, and takes an answer."""

from urllib.parse import urlsplit

from django.conf import settings

from plateforme.socle.courriel import envoyer

from . import reponses
from .desabonnement import liste_pour


def de_contribution(gabarit, contribution, membre, niveaux, evenement, contexte=None, liste=None, **options):
    """What happened to a contribution, to one member: once per `evenement`, with the way to get less."""
    liste, clef = liste or liste_pour(membre.pk, contribution, niveaux), f"{evenement}-{membre.pk}"
    envoyer(
        f"reseau/courriels/{gabarit}",
        {"contribution": contribution, "membre": membre, "desabonnement": liste.adresse, **(contexte or {})},
        membre.courriel,
        clef=clef,
        en_tetes=en_tetes(liste, clef, contribution) | reponses.en_tetes(contribution, membre),
        **options,
    )


def en_tetes(liste, evenement, contribution=None):
    """What tells mail programs which list a mail belongs to, how to leave it in one click (RFC 8058), and, of
    the mails about one contribution, to show them together.

    `evenement`: what this mail is the only one of.
    """
    domaine = urlsplit(getattr(settings, "WAGTAILADMIN_BASE_URL", "")).hostname or "localhost"
    entetes = {
        "Message-ID": f"<{evenement}@{domaine}>",
        "List-Id": f"<{liste.identifiant}.{domaine}>",
        "List-Unsubscribe": f"<{liste.adresse}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "list",
    }
    if contribution:
        fil = f"<contribution-{contribution.pk}@{domaine}>"
        entetes |= {"In-Reply-To": fil, "References": fil}
    return entetes
