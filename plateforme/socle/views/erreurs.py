from django.shortcuts import render

from ..retour import page_quittee


def csrf_refuse(request, reason=""):
    """CSRF_FAILURE_VIEW: nearly always a member whose session ended in another tab, sent back to her form."""
    return render(request, "403_csrf.html", {"retour": page_quittee(request)}, status=403)
