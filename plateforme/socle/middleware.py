import logging

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.shortcuts import render

logger = logging.getLogger(__name__)


class SansNulMiddleware:
    """PostgreSQL holds no NUL and fails on one: a query or a session that has one is refused at once."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
        if "\0" in session or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL")
        return self.get_response(request)


class BaseOccupeeMiddleware:
    """The database is locked, restarting or gone: that passes, and the answer says when to come back."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, OperationalError):
            return None
        logger.error("%s: %s", request.path, exception, exc_info=exception)
        reponse = render(request, "500.html", status=503)
        reponse["Retry-After"] = "30"
        return reponse
