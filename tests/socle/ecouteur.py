"""A site with sockets and nothing else: what the hub does when it knows none of our members."""

import django

django.setup()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.sessions import CookieMiddleware  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.urls import path  # noqa: E402

from plateforme.socle.direct import Etat, OrigineDuSite, Prise, cycle_de_vie  # noqa: E402


class Ecouteur(Prise):
    """Hears the groups that its address asks for (g), if permitted; p: the person whose socket it is."""

    permis = frozenset({"a", "b"})

    async def etat(self):
        demande = QueryDict(self.scope["query_string"])
        personnel = demande.get("p")
        groupes = frozenset(demande.getlist("g")) & self.permis
        presence = next(iter(groupes), None) if personnel else None
        return Etat(groupes | ({personnel} if personnel else set()), {"t": "etat"}, personnel, presence)


application = ProtocolTypeRouter(
    {
        "websocket": OrigineDuSite(CookieMiddleware(URLRouter([path("ws/", Ecouteur.as_asgi())]))),
        "lifespan": cycle_de_vie,
    }
)
