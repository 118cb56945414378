from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme


def page_quittee(request):
    """The page of this site where the form stood, its query too; the home page when it is not known."""
    venant_de = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(venant_de, {request.get_host()}, request.is_secure()):
        return "/"
    return urlsplit(venant_de)._replace(scheme="", netloc="").geturl()
