import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hote.settings")
pages = get_asgi_application()

from plateforme.socle.direct import OrigineDuSite, cycle_de_vie  # noqa: E402  the apps must be loaded first
from reseau.consumers import DirectConsumer  # noqa: E402

sockets = URLRouter([path("ws/", DirectConsumer.as_asgi())])
application = ProtocolTypeRouter(
    {
        "http": pages,
        "websocket": OrigineDuSite(CookieMiddleware(sockets)),
        "lifespan": cycle_de_vie,
    }
)
