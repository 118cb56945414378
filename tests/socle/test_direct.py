"""The hub behind a real uvicorn, in memory and with a real Redis."""

import asyncio
import json
import shutil
import time
from contextlib import AsyncExitStack

import pytest
from channels.layers import get_channel_layer
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from plateforme.socle.direct import fermer, hub, prise, publier
from tests.serveur import port_libre, processus, redis, serveur

from .ecouteur import Ecouteur, application

ETAT = {"t": "etat"}
avec_redis = [
    pytest.mark.redis,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed"),
]


def couche_redis(port):
    hotes = [f"redis://127.0.0.1:{port}"]
    return {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": hotes}}
    }


@pytest.fixture(autouse=True)
def sans_transaction(monkeypatch):
    """No database here: what is published leaves at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda suite, robust: suite())


@pytest.fixture(params=["memoire", pytest.param("redis", marks=avec_redis)])
def port(request, settings):
    if request.param == "memoire":
        with serveur(application) as port:
            yield port
        return
    with redis() as port_redis:
        settings.CHANNEL_LAYERS = couche_redis(port_redis)
        with serveur(application) as port:
            yield port


@pytest.fixture
def port_memoire():
    with serveur(application) as port:
        yield port


def page(port, demande="g=a", origine="http://testserver", **options):
    return connect(f"ws://127.0.0.1:{port}/ws/?{demande}", origin=origine, compression=None, **options)


async def recue(socket, delai=3):
    return json.loads(await asyncio.wait_for(socket.recv(), delai))


async def fermeture(socket, delai=3):
    """→ (code, seconds it took)"""
    debut = time.perf_counter()
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(delai):
            while True:
                await socket.recv()
    return socket.close_code, time.perf_counter() - debut


async def test_a_page_hears_its_groups_and_no_other(port):
    async with page(port) as de_a, page(port, "g=b") as de_b:
        assert await recue(de_a) == await recue(de_b) == ETAT
        publier("a", {"t": "x", "n": "é"})
        assert await recue(de_a) == {"t": "x", "n": "é"}
        publier("b", {"t": "y"})
        assert await recue(de_b) == {"t": "y"}


async def test_a_burst_arrives_whole_and_in_order(port):
    async with AsyncExitStack() as pile:
        pages = [await pile.enter_async_context(page(port)) for _ in range(5)]
        for socket in pages:
            assert await recue(socket) == ETAT
        for n in range(1000):
            publier("a", {"n": n})
        for socket in pages:
            assert [(await recue(socket))["n"] for _ in range(1000)] == list(range(1000))


async def test_a_burst_that_comes_in_one_go_cuts_no_page_in_good_health(port_memoire):
    le_hub = hub.Hub.du_processus()

    async def d_un_bloc():
        for n in range(1000):
            await get_channel_layer().send(le_hub.canal, {"groupe": "a", "texte": json.dumps({"n": n})})

    async with page(port_memoire) as socket:
        assert await recue(socket) == ETAT
        asyncio.run_coroutine_threadsafe(d_un_bloc(), le_hub.boucle)
        assert [(await recue(socket))["n"] for _ in range(1000)] == list(range(1000))


async def test_a_page_that_reads_nothing_is_cut_and_delays_nobody(port_memoire):
    lente = await page(port_memoire, max_queue=1)
    async with page(port_memoire, "g=a&g=b") as vive:
        assert await recue(vive) == ETAT
        delais = []
        for _ in range(800):
            debut = time.perf_counter()
            publier("a", {"html": "x" * 50_000})
            await recue(vive)
            delais.append(time.perf_counter() - debut)
        assert sorted(delais)[-8] < 0.2
        le_hub = hub.Hub.du_processus()
        assert le_hub.nombre("a") == 1
        # The slow one is aborted, not kept until it deigns to read.
        fin = time.monotonic() + prise.PATIENCE + 1
        while time.monotonic() < fin and not await coupee(lente):
            await asyncio.sleep(0.05)
        assert await coupee(lente)
        publier("b", {"t": "encore"})
        assert await recue(vive) == {"t": "encore"}


async def coupee(socket):
    """Whether the other end has gone, without reading what it sent."""
    try:
        await asyncio.wait_for(socket.ping(), 0.1)
    except (ConnectionClosed, OSError):
        return True
    except TimeoutError:
        return False
    return False


@pytest.mark.parametrize(
    "origine",
    [
        "http://ailleurs.example",
        "https://testserver",
        "http://testserver:8000",
        "http://testserver.ailleurs.example",
        "http://x:port",
        "null",
        None,
    ],
)
async def test_a_page_of_another_origin_is_refused(port_memoire, origine):
    with pytest.raises(InvalidStatus) as refus:
        await page(port_memoire, origine=origine)
    assert refus.value.response.status_code == 403


async def test_an_origin_of_the_settings_is_accepted_with_its_port_and_its_subdomains(port_memoire, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:8123", "https://*.exemple.fr"]
    for origine in ["http://localhost:8123", "https://www.exemple.fr"]:
        async with page(port_memoire, origine=origine) as socket:
            assert await recue(socket) == ETAT


async def test_a_small_frame_from_a_page_is_ignored_an_oversized_one_closes(port_memoire):
    async with page(port_memoire) as socket:
        assert await recue(socket) == ETAT
        await socket.send("bonjour")
        publier("a", {"t": "x"})
        assert await recue(socket) == {"t": "x"}
        await socket.send("x" * (64 * 1024 + 1))
        assert (await fermeture(socket))[0] == 1009


async def test_what_is_not_permitted_is_refused_with_a_code_that_the_page_can_read(port_memoire):
    async with page(port_memoire, "g=c") as socket:
        assert (await fermeture(socket))[0] == prise.DROITS


async def test_the_ninth_socket_of_a_person_is_refused_and_not_the_first_of_another(port_memoire):
    async with AsyncExitStack() as pile:
        for _ in range(prise.PAR_PERSONNE):
            socket = await pile.enter_async_context(page(port_memoire, "g=a&p=moi"))
            assert await recue(socket) == ETAT
        de_trop = await pile.enter_async_context(page(port_memoire, "g=a&p=moi"))
        assert (await fermeture(de_trop))[0] == prise.TROP
        autre = await pile.enter_async_context(page(port_memoire, "g=a&p=toi"))
        assert await recue(autre) == ETAT


async def test_closing_a_group_closes_its_sockets_at_once_and_no_other(port):
    async with page(port, "g=a&g=b") as concernee, page(port, "g=b") as autre:
        assert await recue(concernee) == await recue(autre) == ETAT
        fermer("a")
        publier("b", {"t": "x"})
        code, secondes = await fermeture(concernee)
        assert code == prise.DROITS
        assert secondes < 1
        assert await recue(autre) == {"t": "x"}


async def test_a_right_lost_without_a_word_is_found_at_the_next_revision(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))
    async with page(port_memoire) as gardee, page(port_memoire, "g=b") as perdue:
        assert await recue(perdue) == ETAT
        monkeypatch.setattr(Ecouteur, "permis", frozenset({"a"}))
        assert (await fermeture(perdue))[0] == prise.DROITS
        assert await recue(gardee) == ETAT


async def test_a_right_gained_is_heard_after_the_next_revision(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))
    async with page(port_memoire, "g=a&g=c") as socket:
        assert await recue(socket) == ETAT
        monkeypatch.setattr(Ecouteur, "permis", frozenset({"a", "b", "c"}))
        await recue(socket)
        await recue(socket)
        publier("c", {"t": "x"})
        while (trame := await recue(socket)) == ETAT:
            pass
        assert trame == {"t": "x"}


async def test_a_socket_whose_rights_cannot_be_read_does_not_stay_open(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))

    async def panne(self):
        raise RuntimeError("the database is away")

    async with page(port_memoire) as socket:
        assert await recue(socket) == ETAT
        monkeypatch.setattr(Ecouteur, "etat", panne)
        assert (await fermeture(socket))[0] == 1011


async def test_the_hub_keeps_nothing_of_the_pages_that_left(port_memoire):
    async with page(port_memoire), page(port_memoire, "g=b&p=moi") as socket:
        assert await recue(socket) == ETAT
        assert get_channel_layer().groups.keys() == {"a", "b", "moi"}
    le_hub = hub.Hub.du_processus()
    await eventually(lambda: not le_hub.groupes and not get_channel_layer().groups)


async def test_a_subscription_is_renewed_before_the_layer_forgets_it(monkeypatch):
    monkeypatch.setattr(hub, "REPRISE", 0.1)
    monkeypatch.setattr(hub, "RENOUVELLEMENT", 0.1)
    with serveur(application) as port:
        async with page(port) as socket:
            assert await recue(socket) == ETAT
            [depuis] = get_channel_layer().groups["a"].values()
            await eventually(lambda: [*get_channel_layer().groups["a"].values()] > [depuis])


async def eventually(condition, delai=5):
    async with asyncio.timeout(delai):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.mark.redis
@avec_redis[1]
async def test_two_server_processes_tell_the_same_story(settings, tmp_path):
    with redis() as port_redis:
        settings.CHANNEL_LAYERS = couche_redis(port_redis)
        adresse = {"REDIS_URL": f"redis://127.0.0.1:{port_redis}"}
        cible = "tests.socle.ecouteur:application"
        with processus(cible, **adresse) as un, processus(cible, **adresse) as deux:
            async with page(un) as ici, page(deux) as la:
                assert await recue(ici) == await recue(la) == ETAT
                # Published from a process that serves no socket, as gunicorn or a command does.
                for n in range(200):
                    publier("a", {"n": n})
                for socket in (ici, la):
                    assert [(await recue(socket))["n"] for _ in range(200)] == list(range(200))
                fermer("a")
                for socket in (ici, la):
                    code, secondes = await fermeture(socket)
                    assert code == prise.DROITS
                    assert secondes < 1


@pytest.mark.redis
@avec_redis[1]
async def test_redis_may_stop_and_start_again_under_open_sockets(settings):
    port_redis = port_libre()
    settings.CHANNEL_LAYERS = couche_redis(port_redis)
    with serveur(application) as port:
        # The server starts before Redis.
        async with page(port) as socket:
            assert await recue(socket) == ETAT
            for _ in range(2):
                debut = time.perf_counter()
                publier("a", {"t": "perdue"})
                assert time.perf_counter() - debut < 0.05
                with redis(port_redis):
                    await revenue(socket)
            # Who comes while it is away hears as soon as it is back.
            async with page(port, "g=b") as nouvelle:
                assert await recue(nouvelle) == ETAT
                with redis(port_redis):
                    await revenue(nouvelle, "b")


async def revenue(socket, groupe="a"):
    """Live again: what is published now arrives."""
    async with asyncio.timeout(10):
        while True:
            publier(groupe, {"t": "vive"})
            try:
                if await recue(socket, 0.2) == {"t": "vive"}:
                    return
            except TimeoutError:
                pass
