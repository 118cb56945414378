from functools import partial

from django.utils.functional import SimpleLazyObject

from .a_faire import nombre_pour
from .models.parametres import identite as lire_identite


def identite(request):
    """Context processor: name, colour, logo and legal state of the site, read only by what shows them."""
    return {"identite": SimpleLazyObject(lire_identite)}


def a_faire(request):
    """Context processor: how much awaits her and the collectivité she speaks for; read where shown."""
    qui = getattr(request, "membre", None), getattr(request, "au_nom_de", None)
    return {"nombre_a_faire": SimpleLazyObject(partial(nombre_pour, *qui))}
