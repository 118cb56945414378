from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

ADRESSE_MAX = 2000


def est_une_page(adresse):
    """Whether a `next`, where anybody writes anything, is the path of a page here, and no endless one."""
    chemin = adresse.startswith("/") and len(iri_to_uri(adresse)) <= ADRESSE_MAX
    return chemin and url_has_allowed_host_and_scheme(adresse, allowed_hosts=None)


def page_quittee(request):
    """The page of this site where the form stood, its query too.

    Where the browser keeps it to itself: the page that this very address shows, else the home page.
    """
    venant_de = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(venant_de, {request.get_host()}, request.is_secure()):
        page = urlsplit(venant_de)
        chemin = "/" + page.path.lstrip("/")  # two slashes would name another host
        return f"{chemin}?{page.query}" if page.query else chemin
    vue = getattr(request.resolver_match, "func", None)
    return request.get_full_path() if hasattr(getattr(vue, "view_class", None), "get") else "/"
