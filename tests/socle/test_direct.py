"""The hub, on its own: a consumer that knows nothing of our members, behind a real uvicorn."""

import asyncio
import json

import pytest
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.http import QueryDict
from django.urls import path
from websockets.asyncio.client import connect

from plateforme.socle.direct import Etat, OrigineDuSite, Prise, cycle_de_vie, publier
from tests.serveur import serveur


class Ecouteur(Prise):
    """Hears the groups of its query string; `permis` is what anybody may hear at the moment."""

    permis = frozenset()

    async def etat(self):
        demandes = QueryDict(self.scope["query_string"])
        return Etat(frozenset(demandes.getlist("g")) & self.permis, {"t": "etat"}, demandes.get("p"))


application = ProtocolTypeRouter(
    {
        "websocket": OrigineDuSite(CookieMiddleware(URLRouter([path("ws/", Ecouteur.as_asgi())]))),
        "lifespan": cycle_de_vie,
    }
)


@pytest.fixture(autouse=True)
def droits(monkeypatch):
    monkeypatch.setattr(Ecouteur, "permis", frozenset({"a", "b", "p"}))


@pytest.fixture(autouse=True)
def sans_base(monkeypatch):
    """No transaction here: what is published leaves at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda suite, robust: suite())


@pytest.fixture
def port():
    with serveur(application) as port:
        yield port


def page(port, demande="g=a", origine="http://testserver", **options):
    return connect(f"ws://127.0.0.1:{port}/ws/?{demande}", origin=origine, compression=None, **options)


async def recue(socket, delai=2):
    return json.loads(await asyncio.wait_for(socket.recv(), delai))


async def test_a_page_hears_its_groups_and_no_other(port):
    async with page(port) as de_a, page(port, "g=b") as de_b:
        assert await recue(de_a) == await recue(de_b) == {"t": "etat"}
        publier("a", {"t": "x", "n": "é"})
        assert await recue(de_a) == {"t": "x", "n": "é"}
        publier("b", {"t": "y"})
        assert await recue(de_b) == {"t": "y"}
