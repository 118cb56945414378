from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404


class SansNulMiddleware:
    """PostgreSQL holds no NUL and fails on one: a query or a session that has one is refused at once."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if "\0" in session or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        if "\0" in request.path:
            raise Http404  # no address of ours holds one
        return self.get_response(request)
