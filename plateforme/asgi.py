import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateforme.settings.base")
pages = get_asgi_application()

from plateforme import routage  # noqa: E402  the apps must be loaded first
from plateforme.socle.direct import OrigineDuSite, cycle_de_vie  # noqa: E402

# Sockets only, where the site is served: its pages go through the WSGI handler, twice as fast
# (gunicorn, or plateforme/accueil/serveur.py).
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": OrigineDuSite(CookieMiddleware(URLRouter(routage.urlpatterns))),
        "lifespan": cycle_de_vie,
    }
)
