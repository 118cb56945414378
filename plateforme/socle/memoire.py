from django.conf import settings
from django.core.cache import caches


def memoire_locale():
    """The cache of this process, for what may be a minute old and never a right. A host may have but one."""
    return caches["local" if "local" in settings.CACHES else "default"]
