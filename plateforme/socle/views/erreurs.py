import sys

from django.db import OperationalError
from django.shortcuts import render

from ..retour import page_quittee


def csrf_refuse(request, reason=""):
    """CSRF_FAILURE_VIEW: nearly always a member whose session ended in another tab, sent back to her form."""
    return render(request, "403_csrf.html", {"retour": page_quittee(request)}, status=403)


def panne(request):
    """handler500. A database that is locked, restarting or gone comes back: the answer says when."""
    passagere = isinstance(sys.exc_info()[1], OperationalError)
    reponse = render(request, "500.html", status=503 if passagere else 500)
    if passagere:
        reponse["Retry-After"] = "30"
    return reponse
