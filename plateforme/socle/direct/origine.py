from channels.security.websocket import OriginValidator
from django.conf import settings


class OrigineDuSite(OriginValidator):
    """Refuses a socket that a page of another site opens: scheme, host and port must be ours."""

    def __init__(self, application):
        super().__init__(application, allowed_origins=[])

    def valid_origin(self, parsed_origin):
        self.allowed_origins = [origine.replace("://*.", "://.") for origine in settings.CSRF_TRUSTED_ORIGINS]
        try:
            return super().valid_origin(parsed_origin)
        except ValueError:  # a port that is no number
            return False
