from functools import partial

from django.urls import reverse_lazy
from django.utils.functional import SimpleLazyObject

from .a_faire import nombre_pour
from .models.parametres import identite as lire_identite

PAGE_DE_RECHERCHE = reverse_lazy("accueil:recherche")


def identite(request):
    """Context processor: name, colour, logo and legal state of the site, read only by what shows them. And
    where it searches, for the pages of apps that do not know."""
    return {"identite": SimpleLazyObject(lire_identite), "page_de_recherche": PAGE_DE_RECHERCHE}


def a_faire(request):
    """Context processor: how much awaits her and the collectivité she speaks for; read where shown."""
    qui = getattr(request, "membre", None), getattr(request, "au_nom_de", None)
    return {"nombre_a_faire": SimpleLazyObject(partial(nombre_pour, *qui))}
