from django.conf import settings
from django.core.exceptions import BadRequest


class SansNulMiddleware:
    """PostgreSQL holds no NUL and fails on one: a query or a session that has one is refused at once."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if "\0" in session or "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path:
            raise BadRequest("NUL")
        return self.get_response(request)
