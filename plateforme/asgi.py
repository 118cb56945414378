import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plateforme.settings.base")
pages = get_asgi_application()

from plateforme import routage  # noqa: E402  the apps must be loaded first

application = ProtocolTypeRouter({"http": pages, "websocket": URLRouter(routage.urlpatterns)})
