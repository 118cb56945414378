"""The embedded server: pages, sockets and tasks in one process, on this machine's own addresses only.

Pages go through the WSGI handler in threads, twice as fast as Django's ASGI handler. Nothing buffers slow
clients in front of them, which is why anything but the loopback belongs behind nginx (deploiement/).
"""

import contextlib
import fcntl
import logging
import socket
import tempfile
import threading

import uvicorn
from a2wsgi import WSGIMiddleware
from channels.routing import get_default_application
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django_tasks_db.management.commands.db_worker import Worker

FILS = 8
ADRESSES = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]  # browsers resolve localhost to either
TRAME_MAXIMALE = 64 * 1024

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
        timeout_graceful_shutdown=5,
        ws_max_size=TRAME_MAXIMALE,
        ws_per_message_deflate=False,  # compressing each frame halves the deliveries per second
    )
    with ouvrier(), contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(configuration).run(sockets=prises)


def application():
    """The production's ASGI application, but for its pages."""
    pages = WSGIMiddleware(corps_entier(get_internal_wsgi_application()), workers=FILS)
    prises = get_default_application()

    async def aiguiller(scope, receive, send):
        if scope["type"] == "http":
            await pages(sans_souligne(scope), receive, send)
        else:
            await prises(scope, receive, send)

    return aiguiller


def sans_souligne(scope):
    """WSGI cannot tell X_Forwarded_Proto from X-Forwarded-Proto: as nginx does, drop the former."""
    return {**scope, "headers": [(nom, valeur) for nom, valeur in scope["headers"] if b"_" not in nom]}


def corps_entier(pages):
    """Call the site only with a body that came whole: a2wsgi passes a cut upload for a complete one."""

    def verifier(environ, start_response):
        if "HTTP_TRANSFER_ENCODING" in environ:
            return refuser(start_response, "411 Length Required")
        attendu = int(environ.get("CONTENT_LENGTH") or 0)
        corps = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  Django reads it later
        recu = 0
        while recu < attendu and (morceau := environ["wsgi.input"].read(min(65536, attendu - recu))):
            recu += corps.write(morceau)
        if recu < attendu:
            return refuser(start_response, "400 Bad Request")
        corps.seek(0)
        return pages({**environ, "wsgi.input": corps}, start_response)

    return verifier


def refuser(start_response, statut):
    start_response(statut, [("Content-Length", "0"), ("Connection", "close")])
    return []


@contextlib.contextmanager
def ouvrier():
    """One task worker in a thread, from the server's start to its end."""
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
    fil = threading.Thread(target=travailler, args=[travailleur], name="taches", daemon=True)
    fil.start()
    try:
        yield
    finally:
        travailleur.running = False
        fil.join(timeout=2)


def travailler(travailleur):
    while travailleur.running:
        try:
            travailleur.run()
        except Exception:  # the database may be away for a moment: the site's only worker must outlive that
            journal.exception("L'ouvrier des tâches reprend après une erreur.")
            threading.Event().wait(travailleur.interval)
    connections.close_all()
