"""What a mail lets its reader do at once: a link signed for her, about one contribution, for one purpose."""

from django.urls import reverse

from plateforme.socle import jetons

JOURS = 30


def lien(vue, contribution, membre):
    """Where this view asks her to confirm; its name is what the token is good for."""
    return reverse(vue, args=[jetons.signer(vue, membre.pk, contribution.pk, jours=JOURS)])
