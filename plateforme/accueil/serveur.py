"""The embedded server: pages, sockets and tasks in one process, on this machine's own addresses only.

Nothing buffers slow clients in front of it, which is why anything but the loopback belongs behind nginx.
"""

import contextlib
import fcntl
import logging
import socket
import threading

import uvicorn
from channels.routing import get_default_application
from django.core.management import call_command
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django_tasks_db.management.commands.db_worker import Worker

from plateforme.socle.direct.prise import TRAME_MAX

from .passerelle import pages_en_fils

ADRESSES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]  # browsers resolve localhost to either
# As deploiement/prises.env says for the other shapes, and why.
OPTIONS = {"ws_max_size": TRAME_MAX, "ws_per_message_deflate": False, "timeout_graceful_shutdown": 5}
ENTRETIEN = 300  # seconds

journal = logging.getLogger(__name__)


def ecouter(port):
    prises = []
    for famille, adresse in ADRESSES:
        if famille == socket.AF_INET6 and not _ipv6_disponible():
            continue
        prise = socket.create_server((adresse, port), family=famille)
        prises.append(prise)
    return prises


def _ipv6_disponible():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def seul(verrou, adresse):
    """One process per data folder: the in-memory channel layer would silently split the rooms between two."""
    with open(verrou, "a+") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fichier.seek(0)
            raise DejaEnService(fichier.read()) from None
        fichier.truncate(0)
        fichier.write(adresse)
        fichier.flush()
        yield


class DejaEnService(Exception):
    """Another process serves this data folder; its address is the message."""


def servir(prises):
    configuration = uvicorn.Config(
        application(),
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        **OPTIONS,
    )
    with taches(), contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(configuration).run(sockets=prises)


def application():
    """The production's ASGI application, but for its pages: they go through the WSGI handler, in threads."""
    pages, prises = pages_en_fils(get_internal_wsgi_application()), get_default_application()

    async def aiguiller(scope, receive, send):
        await (pages if scope["type"] == "http" else prises)(scope, receive, send)

    return aiguiller


@contextlib.contextmanager
def taches():
    """One task worker and the regular upkeep, each in a thread, from the server's start to its end."""
    travailleur = Worker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=0.5,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="embarque",
    )
    fin = threading.Event()
    fils = [
        threading.Thread(target=travailler, args=[travailleur, fin], daemon=True),
        threading.Thread(target=entretenir, args=[fin], daemon=True),
    ]
    for fil in fils:
        fil.start()
    try:
        yield
    finally:
        fin.set()
        travailleur.running = False
        for fil in fils:
            fil.join(timeout=2)


def travailler(travailleur, fin):
    while not fin.is_set():
        try:
            travailleur.run()
        except Exception:  # the database may be away for a moment: the site's only worker must outlive that
            journal.exception("L'ouvrier des tâches reprend après une erreur.")
            fin.wait(travailleur.interval)
    connections.close_all()


def entretenir(fin):
    while not fin.wait(ENTRETIEN):
        try:
            call_command("entretien")
        except Exception:
            journal.exception("L'entretien a échoué ; il reviendra.")
        connections.close_all()
