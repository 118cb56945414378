from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def csrf_refuse(request, reason=""):
    """CSRF_FAILURE_VIEW: nearly always a member whose session ended in another tab, sent back to her form."""
    retour = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(retour, {request.get_host()}, request.is_secure()):
        retour = "/"
    return render(request, "403_csrf.html", {"retour": retour}, status=403)
