"""Pages that are the same for every visitor: any cache may keep them, and asks each time if they hold."""

import hashlib
from functools import wraps

from django.conf import settings
from django.contrib.messages import get_messages
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers


def pour_tous(view):
    """Let caches keep what this view answers to who is not known here, and never what it answers to others.

    `no-cache`: kept, but asked again at each reading, so that what is withdrawn is gone at once. The ETag is
    that of the whole answer without its nonce: nothing has to be told that it changed. A view that streams
    gives its own, of all that its answer is made from; no Last-Modified, which a withdrawal does not move.
    """

    @wraps(view)
    def gardee(request, *args, **kwargs):
        pour_elle = est_connue(request)
        reponse = view(request, *args, **kwargs)
        patch_vary_headers(reponse, ["Cookie"])
        if pour_elle or reponse.status_code != 200:
            patch_cache_control(reponse, private=True, no_cache=True)
            del reponse["ETag"]
            return reponse
        if not getattr(reponse, "is_rendered", True):
            reponse.render()
        patch_cache_control(reponse, public=True, no_cache=True)
        if not reponse.streaming:
            reponse["ETag"] = _etag(request, reponse.content)
        finale = get_conditional_response(request, etag=reponse["ETag"], response=reponse)
        if finale.status_code == 304:
            # A cache replaces the headers that it kept by these: the nonce of its page must stay in its own.
            finale._csp_exempt = True
        return finale

    return gardee


def est_connue(request):
    """Whether what is drawn for this request may be for one reader alone: an account, a message that waits, a
    password given for a page."""
    avec_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return avec_session or request.user.is_authenticated or bool(get_messages(request))


def _etag(request, contenu):
    nonce = getattr(request, "csp_nonce", None)
    if nonce:
        contenu = contenu.replace(str(nonce).encode(), b"")
    return f'W/"{hashlib.sha256(contenu).hexdigest()[:32]}"'
