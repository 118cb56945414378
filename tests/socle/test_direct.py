"""The hub behind a real uvicorn, in memory and with a real Redis."""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
from channels.layers import get_channel_layer
from websockets.exceptions import ConnectionClosed, InvalidStatus

from deploiement.services import port_libre, redis
from plateforme.socle.direct import fermer, hub, presences, prise, publier
from tests.prises import eventuellement, fermeture, page, presents, recue
from tests.serveur import processus, serveur

from .ecouteur import Ecouteur, application

pytestmark = pytest.mark.une_fois

ETAT = {"t": "etat"}


def couche_redis(adresse):
    config = {"hosts": [adresse]}
    return {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}}


@pytest.fixture(autouse=True)
def sans_transaction(monkeypatch):
    """No database here: what is published leaves at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda suite, robust: suite())


@pytest.fixture(params=["memoire", pytest.param("redis", marks=pytest.mark.redis)])
def port(request, settings):
    """Of a server, with each kind of channel layer in turn."""
    with ExitStack() as pile:
        if request.param == "redis":
            settings.CHANNEL_LAYERS = couche_redis(request.getfixturevalue("redis_url"))
        yield pile.enter_context(serveur(application))


@pytest.fixture
def port_memoire():
    with serveur(application) as port:
        yield port


def test_a_page_hears_its_groups_and_no_other(port):
    with page(port, "g=a") as de_a, page(port, "g=b") as de_b:
        assert recue(de_a) == recue(de_b) == ETAT
        publier("a", {"t": "x", "n": "é"})
        assert recue(de_a) == {"t": "x", "n": "é"}
        publier("b", {"t": "y"})
        assert recue(de_b) == {"t": "y"}


def test_a_burst_arrives_whole_and_in_order(port):
    with ExitStack() as pile:
        pages = [pile.enter_context(page(port, "g=a")) for _ in range(5)]
        for socket in pages:
            assert recue(socket) == ETAT
        for n in range(1000):
            publier("a", {"n": n})
        for socket in pages:
            assert [recue(socket)["n"] for _ in range(1000)] == list(range(1000))


def test_a_burst_that_comes_in_one_go_cuts_no_page_in_good_health(port_memoire):
    le_hub = hub.Hub.du_processus()

    async def d_un_bloc():
        for n in range(1000):
            await get_channel_layer().send(le_hub.canal, {"groupe": "a", "texte": json.dumps({"n": n})})

    with page(port_memoire, "g=a") as socket:
        assert recue(socket) == ETAT
        asyncio.run_coroutine_threadsafe(d_un_bloc(), le_hub.boucle)
        assert [recue(socket)["n"] for _ in range(1000)] == list(range(1000))


def test_a_page_that_reads_nothing_is_cut_and_delays_nobody(port_memoire):
    lente = page(port_memoire, "g=a", max_queue=1, close_timeout=0.1)
    with page(port_memoire, "g=a&g=b") as vive:
        assert recue(vive) == ETAT
        delais = []
        for _ in range(800):
            debut = time.perf_counter()
            publier("a", {"html": "x" * 50_000})
            recue(vive)
            delais.append(time.perf_counter() - debut)
        assert sorted(delais)[-8] < 0.2
        assert hub.Hub.du_processus().nombre("a") == 1
        # Aborted, not kept until it deigns to read.
        eventuellement(lambda: coupee(lente))
        publier("b", {"t": "encore"})
        assert recue(vive) == {"t": "encore"}


def coupee(socket):
    """Whether the other end has gone, as one who reads nothing can know it."""
    try:
        socket.ping()
    except (ConnectionClosed, OSError):
        return True
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
def test_a_page_of_another_origin_is_refused(port_memoire, origine):
    with pytest.raises(InvalidStatus) as refus:
        page(port_memoire, "g=a", origine=origine)
    assert refus.value.response.status_code == 403


def test_an_origin_of_the_settings_is_accepted_with_its_port_and_its_subdomains(port_memoire, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:8123", "https://*.exemple.fr"]
    for origine in ["http://localhost:8123", "https://www.exemple.fr"]:
        with page(port_memoire, "g=a", origine=origine) as socket:
            assert recue(socket) == ETAT


def test_a_small_frame_from_a_page_is_ignored_an_oversized_one_closes(port_memoire):
    with page(port_memoire, "g=a") as socket:
        assert recue(socket) == ETAT
        socket.send("bonjour")
        publier("a", {"t": "x"})
        assert recue(socket) == {"t": "x"}
        socket.send("x" * (64 * 1024 + 1))
        assert fermeture(socket)[0] == 1009


def test_what_is_not_permitted_is_refused_with_a_code_that_the_page_can_read(port_memoire):
    with page(port_memoire, "g=c") as socket:
        assert fermeture(socket)[0] == prise.DROITS


def test_the_ninth_socket_of_a_person_is_refused_and_not_the_first_of_another(port_memoire):
    with ExitStack() as pile:
        for _ in range(prise.PAR_PERSONNE):
            assert recue(pile.enter_context(page(port_memoire, "g=a&p=moi"))) == ETAT
        assert fermeture(pile.enter_context(page(port_memoire, "g=a&p=moi")))[0] == prise.TROP
        assert recue(pile.enter_context(page(port_memoire, "g=a&p=toi"))) == ETAT


def test_closing_a_group_closes_its_sockets_at_once_and_no_other(port):
    with page(port, "g=a&g=b") as concernee, page(port, "g=b") as autre:
        assert recue(concernee) == recue(autre) == ETAT
        fermer("a")
        code, secondes = fermeture(concernee)
        assert code == prise.DROITS
        assert secondes < 1
        publier("b", {"t": "x"})
        assert recue(autre) == {"t": "x"}


def test_nothing_that_was_queued_follows_a_closing(port_memoire):
    with page(port_memoire, "g=a&g=b") as socket:
        assert recue(socket) == ETAT
        fermer("a")
        for n in range(100):
            publier("b", {"n": n})
        with pytest.raises(ConnectionClosed):
            recue(socket)


def test_a_right_lost_without_a_word_is_found_at_the_next_revision(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))
    with page(port_memoire, "g=a") as gardee, page(port_memoire, "g=b") as perdue:
        assert recue(perdue) == ETAT
        monkeypatch.setattr(Ecouteur, "permis", frozenset({"a"}))
        assert fermeture(perdue)[0] == prise.DROITS
        assert recue(gardee) == ETAT


def test_a_right_gained_is_heard_after_the_next_revision(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))
    with page(port_memoire, "g=a&g=c") as socket:
        assert recue(socket) == ETAT
        monkeypatch.setattr(Ecouteur, "permis", frozenset({"a", "c"}))
        eventuellement(lambda: hub.Hub.du_processus().nombre("c"))
        publier("c", {"t": "x"})
        eventuellement(lambda: recue(socket) == {"t": "x"})


def test_a_socket_whose_rights_cannot_be_read_does_not_stay_open(port_memoire, monkeypatch):
    monkeypatch.setattr(prise, "REVISION", (0.1, 0.2))

    async def panne(self):
        raise RuntimeError("the database is away")

    with page(port_memoire, "g=a") as socket:
        assert recue(socket) == ETAT
        monkeypatch.setattr(Ecouteur, "etat", panne)
        assert fermeture(socket)[0] == 1011


def test_the_hub_keeps_nothing_of_the_pages_that_left(port_memoire):
    with page(port_memoire, "g=a") as une, page(port_memoire, "g=b&p=moi") as autre:
        assert recue(une) == recue(autre) == ETAT
        assert get_channel_layer().groups.keys() == {"a", "b", "moi"}
    eventuellement(lambda: not hub.Hub.du_processus().groupes and not get_channel_layer().groups)


def test_a_subscription_is_renewed_before_the_layer_forgets_it(monkeypatch):
    monkeypatch.setattr(hub, "REPRISE", 0.1)
    monkeypatch.setattr(hub, "RENOUVELLEMENT", 0.1)
    with serveur(application) as port, page(port, "g=a") as socket:
        assert recue(socket) == ETAT
        [depuis] = get_channel_layer().groups["a"].values()
        eventuellement(lambda: [*get_channel_layer().groups["a"].values()] > [depuis])


@pytest.mark.redis
def test_two_server_processes_tell_the_same_story(settings, redis_url, tmp_path):
    settings.CHANNEL_LAYERS = couche_redis(redis_url)
    cible = "tests.socle.ecouteur:application"
    with ExitStack() as pile:
        pages = []
        for _ in range(2):
            port = pile.enter_context(processus(cible, tmp_path, REDIS_URL=redis_url))
            pages.append(pile.enter_context(page(port, "g=a")))
        for socket in pages:
            assert recue(socket) == ETAT
        # Published from a process that serves no socket, as gunicorn or a command does.
        for n in range(200):
            publier("a", {"n": n})
        for socket in pages:
            assert [recue(socket)["n"] for _ in range(200)] == list(range(200))
        fermer("a")
        for socket in pages:
            code, secondes = fermeture(socket)
            assert code == prise.DROITS
            assert secondes < 1


def test_people_are_counted_once_however_many_pages_they_opened(port):
    with page(port, "g=a&p=camille") as camille, page(port, "g=a&p=camille"), page(port, "g=a") as visiteur:
        presents(camille, 1)
        with page(port, "g=a&p=bruno") as bruno, page(port, "g=b&p=diane") as ailleurs:
            for socket in (camille, visiteur, bruno):
                presents(socket, 2)
            presents(ailleurs, 1)
        presents(camille, 1)


def test_a_page_that_comes_late_is_told_how_many_are_there(port_memoire):
    with page(port_memoire, "g=a&p=camille") as camille:
        presents(camille, 1)
        # A visitor too, whom nobody counts.
        with page(port_memoire, "g=a&p=camille") as seconde, page(port_memoire, "g=a") as visiteur:
            presents(seconde, 1)
            presents(visiteur, 1)


def test_what_a_process_said_before_it_died_is_forgotten():
    connues = presences.Presences()
    morte = {"groupe": "a", "processus": "autre", "presents": ["bruno", "camille"]}
    connues.entendre(morte, maintenant=0)
    connues.entendre(connues.annonce("a", {"camille"}), maintenant=50)
    assert connues.a_dire == {"a"}  # the other process was new: it is told who is here
    assert [connues.nombre("a", maintenant) for maintenant in (60, 80, 130)] == [2, 1, 0]


def test_who_writes_is_shown_to_the_others_without_a_name_and_not_too_often(port):
    with ExitStack() as pile:
        demandes = ("g=a&p=camille", "g=a&p=camille", "g=a&p=bruno", "g=a", "g=b")
        pages = [pile.enter_context(page(port, demande)) for demande in demandes]
        camille, autre_onglet, bruno, visiteur, ailleurs = pages
        for socket in pages:
            assert recue(socket) == ETAT
        eventuellement(lambda: est_vive(bruno, "a"))
        visiteur.send("ecrit")  # nobody knows who: nobody is told
        for _ in range(5):
            camille.send("ecrit")
        assert recue_de_genre(bruno, "ecrit") == {"t": "ecrit"}
        publier("a", {"t": "fin"})
        publier("b", {"t": "fin"})
        assert "ecrit" not in genres_jusqu_a_la_fin(bruno)
        assert genres_jusqu_a_la_fin(visiteur).count("ecrit") == 1
        for socket in (camille, autre_onglet, ailleurs):
            assert "ecrit" not in genres_jusqu_a_la_fin(socket)


def recue_de_genre(socket, genre):
    while (trame := recue(socket))["t"] != genre:
        pass
    return trame


def genres_jusqu_a_la_fin(socket):
    genres = []
    while (trame := recue(socket))["t"] != "fin":
        genres.append(trame["t"])
    return genres


@pytest.mark.redis
def test_two_processes_count_together(settings, redis_url, tmp_path):
    settings.CHANNEL_LAYERS = couche_redis(redis_url)
    with serveur(application) as port, page(port, "g=a&p=camille") as camille:
        presents(camille, 1)
        cible = "tests.socle.ecouteur:application"
        with processus(cible, tmp_path, REDIS_URL=redis_url) as autre, page(autre, "g=a&p=bruno") as bruno:
            presents(camille, 2)
            presents(bruno, 2)
        presents(camille, 1)


@pytest.mark.redis
def test_what_a_command_publishes_last_leaves_before_it_ends(settings, redis_url):
    settings.CHANNEL_LAYERS = couche_redis(redis_url)
    commande = "import django; django.setup(); from plateforme.socle.direct import publier\n"
    commande += "for n in range(50): publier('a', {'n': n})"
    environnement = {**os.environ, "REDIS_URL": redis_url}
    with serveur(application) as port, page(port, "g=a") as socket:
        assert recue(socket) == ETAT
        subprocess.run([sys.executable, "-c", commande], env=environnement, check=True)
        assert [recue(socket)["n"] for _ in range(50)] == list(range(50))


@pytest.mark.redis
def test_redis_may_stop_and_start_again_under_open_sockets(settings):
    port_redis = port_libre()
    settings.CHANNEL_LAYERS = couche_redis(f"redis://127.0.0.1:{port_redis}")
    # The server starts before Redis.
    with serveur(application) as port, page(port, "g=a") as socket:
        assert recue(socket) == ETAT
        for _ in range(2):
            debut = time.perf_counter()
            publier("a", {"t": "perdue"})
            assert time.perf_counter() - debut < 0.05
            with redis(port_redis):
                eventuellement(lambda: est_vive(socket, "a"), 10)
        # Who comes while it is away hears as soon as it is back.
        with page(port, "g=b") as nouvelle:
            assert recue(nouvelle) == ETAT
            with redis(port_redis):
                eventuellement(lambda: est_vive(nouvelle, "b"), 10)


def est_vive(socket, groupe):
    """Whether what is published now arrives."""
    publier(groupe, {"t": "vive"})
    try:
        return recue(socket, 0.2) == {"t": "vive"}
    except TimeoutError:
        return False
