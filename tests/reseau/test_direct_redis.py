"""Three hundred pages over two processes, and Redis that dies under them: nobody misses a word or reloads."""

import asyncio
import json
import re
import threading
from contextlib import ExitStack, suppress

import pytest
from django.db import connection
from websockets.asyncio.client import connect

from deploiement import services
from plateforme.socle.direct import prise
from tests.bench.charge import Client, requete
from tests.fabriques import faire_besoin, faire_membre, faire_message
from tests.prises import eventuellement
from tests.serveur import base_des_tests, processus
from tests.socle.test_direct import couche_redis

from .test_direct import session_de

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]

# On each process: each member's telephone, desk and other tabs, and those who only read.
MEMBRES, PRISES_PAR_MEMBRE, VISITEURS = 25, 4, 50
assert PRISES_PAR_MEMBRE <= prise.PAR_PERSONNE


class Page:
    """What `fil.js` does of what it hears: shows the frame that follows, and fetches what it missed."""

    def __init__(self, port, fil, session=""):
        self.port, self.fil, self.session = port, fil, session
        self.vue, self.montres, self.en_direct = 0, [], []
        self.presents, self.coupee = None, False

    async def vivre(self, ouverte):
        entetes = {"Cookie": f"sessionid={self.session}"} if self.session else None
        adresse = f"ws://127.0.0.1:{self.port}/ws/?fil={self.fil}"
        options = {"origin": "http://testserver", "additional_headers": entetes, "compression": None}
        async with connect(adresse, open_timeout=30, ping_interval=None, **options) as self.socket:
            async for texte in self.socket:
                await self.entendre(json.loads(texte))
                ouverte.set()
        self.coupee = True

    async def entendre(self, trame):
        if trame["t"] == "presence":
            self.presents = trame["n"]
        elif trame["t"] == "fil":
            self.en_direct.append(trame["revision"])
            if trame["revision"] == self.vue + 1:
                self.montrer(trame["html"], trame["revision"])
        if trame.get("revision", 0) > self.vue:
            await self.rattraper()

    async def rattraper(self):
        adresse = f"/contributions/{self.fil}/rattrapage/?depuis={self.vue}"
        async with Client(self.port) as client:
            code, corps = await client.demander(requete(adresse, session=self.session))
        assert code == 200
        html = corps.decode()
        self.montrer(html, int(re.match(r'<div data-revision="(\d+)"', html)[1]))

    def montrer(self, html, revision):
        self.montres += [int(rang) for rang in re.findall(r'data-rang="(\d+)"', html)]
        self.vue = revision


class Salle:
    """All those pages, on a loop and a thread of their own: Playwright keeps the tests' only event loop."""

    def __init__(self):
        self.boucle, self.taches, self.pages = asyncio.new_event_loop(), {}, []
        self.fil = threading.Thread(target=self.boucle.run_forever, daemon=True)

    def __enter__(self):
        self.fil.start()
        return self

    def __exit__(self, *erreur):
        self.quitter(*self.pages)
        self.boucle.call_soon_threadsafe(self.boucle.stop)
        self.fil.join()

    def faire(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.boucle).result(60)

    def ouvrir(self, pages):
        async def toutes():
            # A few at a time, as people come; each has been told where the thread stands.
            portes = asyncio.Semaphore(20)
            await asyncio.gather(*(self._ouvrir(page, portes) for page in pages))

        self.faire(toutes())
        self.pages += pages

    async def _ouvrir(self, page, portes):
        async with portes:
            ouverte = asyncio.Event()
            self.taches[page] = asyncio.create_task(page.vivre(ouverte))
            await asyncio.wait_for(ouverte.wait(), 30)

    def quitter(self, *pages):
        async def fermer():
            await asyncio.gather(*(page.socket.close() for page in pages))
            await asyncio.gather(*(self.taches.pop(page) for page in pages))

        self.faire(fermer())
        self.pages = [page for page in self.pages if page not in pages]

    def toutes(self, condition, delai=30):
        eventuellement(lambda: all(map(condition, self.pages)), delai)

    def entendent(self, revision, delai=2):
        """Whether all hear it within that time, and not by asking."""
        with suppress(AssertionError):
            self.toutes(lambda page: page.en_direct[-1] == revision, delai)
            return True
        return False


@pytest.fixture
def redis_mortel(settings):
    """→ stop it, and start it again at the same address; each process of the site knows only that one."""
    port = services.port_libre()
    settings.CHANNEL_LAYERS = couche_redis(f"redis://127.0.0.1:{port}")
    with ExitStack() as pile:
        pile.demarrer = lambda: pile.enter_context(services.redis(port))
        pile.demarrer()
        yield pile


@pytest.fixture
def ports(redis_mortel, settings, tmp_path):
    [adresse] = settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"]
    with ExitStack() as pile:
        site = {"DATABASE_URL": base_des_tests(), "REDIS_URL": adresse}
        # Those of the tests open a connection at each reading.
        site["DJANGO_SETTINGS_MODULE"] = "plateforme.settings.dev"
        yield [
            pile.enter_context(processus("tests.reseau.site_presse:application", tmp_path, **site))
            for _ in range(2)
        ]


class Bavard(threading.Thread):
    """Writes without a pause until he is told to stop, whatever Redis does."""

    def __init__(self, besoin, auteur):
        super().__init__()
        self.besoin, self.auteur, self.assez, self.dits = besoin, auteur, threading.Event(), 0

    def run(self):
        try:
            while not self.assez.wait(0.05):
                faire_message(self.besoin, self.auteur)
                self.dits += 1
        finally:
            connection.close()

    def parler(self, nombre):
        """Wait until he has written so many more."""
        attendus = self.dits + nombre
        eventuellement(lambda: self.dits >= attendus, 30)


def test_three_hundred_pages_over_two_processes_miss_nothing_when_redis_dies(
    redis_mortel, ports, bruno, louverne, rst
):
    besoin = faire_besoin("Broyeur", bruno, reseau=rst, visibilite="publique")
    membres = [faire_membre(f"Ana{n}", "Deniau", louverne, reseaux=[rst]) for n in range(MEMBRES)]
    sessions = [session_de(membre).session.session_key for membre in membres]

    def avec_les_autres(nombre):
        return lambda page: page.presents == nombre

    with Salle() as salle:
        salle.ouvrir(
            [
                Page(port, besoin.pk, session)
                for port in ports
                for session in sessions * PRISES_PAR_MEMBRE + [""] * VISITEURS
            ]
        )
        assert len(salle.pages) == 300

        # Each is counted once, whatever she has open, and every word is heard on both, in order, once.
        salle.toutes(avec_les_autres(MEMBRES))
        for _ in range(20):
            faire_message(besoin, bruno)
        salle.toutes(lambda page: page.en_direct == [*range(1, 21)])
        premiere, *_autres = sessions
        salle.quitter(*(p for p in salle.pages if p.session == premiere and p.port == ports[0]))
        salle.quitter(*(p for p in salle.pages if p.session == premiere))
        salle.toutes(avec_les_autres(MEMBRES - 1))

        # Redis dies while he writes; somebody leaves meanwhile; it comes back while he still writes.
        bavard = Bavard(besoin, bruno)
        bavard.start()
        bavard.parler(10)
        redis_mortel.close()
        bavard.parler(20)
        salle.quitter(*(p for p in salle.pages if p.session == sessions[1]))
        redis_mortel.demarrer()
        bavard.parler(20)
        bavard.assez.set()
        bavard.join()

        besoin.fil.refresh_from_db()
        total = besoin.fil.derniere_revision
        assert total == 20 + bavard.dits
        salle.toutes(lambda page: page.vue == total)
        perdues = [total - len(page.en_direct) for page in salle.pages]
        assert min(perdues) > 0, "each missed some of what was said: the proof is that it has them"
        assert {tuple(page.montres) for page in salle.pages} == {tuple(range(1, total + 1))}
        salle.toutes(avec_les_autres(MEMBRES - 2))

        # And it is live again, on sockets that were never cut.
        eventuellement(lambda: salle.entendent(faire_message(besoin, bruno, "Et voilà.").revision), 20)
        besoin.fil.refresh_from_db()
        salle.toutes(lambda page: page.montres == [*range(1, besoin.fil.dernier_rang + 1)])
        assert not any(page.coupee for page in salle.pages)
