from .models import Collectivite, Membre


class MembreMiddleware:
    """`request.membre` and `request.au_nom_de`: who acts, and in whose name (None for a visitor)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.membre = membre_actif(request.user)
        request.au_nom_de = collectivite_choisie(request.membre)
        return self.get_response(request)


def membre_actif(user):
    """The member behind the account, or None when she holds no function any more."""
    membre = Membre.de(user)
    return membre if membre and membre.est_actif else None


def collectivite_choisie(membre):
    """The collectivité she last chose, as long as she may still speak for it; else her first one.

    Built from what her rights already read; its other columns are fetched if asked for.
    """
    permises = collectivites_parlees(membre) if membre else []
    return next((c for c in permises if c.pk == membre.au_nom_de_id), next(iter(permises), None))


def collectivites_parlees(membre):
    """Those in whose name she may speak, oldest function first."""
    colonnes = ["id", "nom", "slug"]
    par_id = {f.objet: [f.objet, f.nom, f.slug] for f in membre.droits.paroles}
    return [Collectivite.from_db(None, colonnes, valeurs) for valeurs in par_id.values()]
