from django.utils.functional import SimpleLazyObject

from .models.parametres import identite as lire_identite


def identite(request):
    """Context processor: name, colour, logo and legal state of the site, read only by what shows them."""
    return {"identite": SimpleLazyObject(lire_identite)}
