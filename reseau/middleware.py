from .models import Membre


class MembreMiddleware:
    """`request.membre` and `request.au_nom_de`: who acts, and in whose name (None for a visitor)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.membre = membre_actif(request.user)
        request.au_nom_de = request.membre and request.membre.collectivite_choisie
        return self.get_response(request)


def membre_actif(user):
    """The member behind the account, or None when she holds no function any more."""
    membre = Membre.de(user)
    return membre if membre and membre.est_actif else None
