import os

from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateforme.settings.base")
# Pages in threads, each with its lasting database connection: twice as fast as Django's ASGI handler.
pages = WSGIMiddleware(get_wsgi_application(), workers=8)

from plateforme import routage  # noqa: E402  the apps must be loaded first
from plateforme.socle.direct import OrigineDuSite, cycle_de_vie  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": OrigineDuSite(CookieMiddleware(URLRouter(routage.urlpatterns))),
        "lifespan": cycle_de_vie,
    }
)
