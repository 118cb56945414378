"""Real servers, for what only a real socket shows."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import uvicorn

OPTIONS = {"ws_max_size": 64 * 1024, "ws_per_message_deflate": False, "timeout_graceful_shutdown": 2}


@contextmanager
def serveur(application):
    """uvicorn in a thread, with the options of the site's own → its port."""
    configuration = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="error", **OPTIONS)
    serveur = uvicorn.Server(configuration)
    fil = threading.Thread(target=serveur.run, daemon=True)
    fil.start()
    while not serveur.started:
        assert fil.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield serveur.servers[0].sockets[0].getsockname()[1]
    finally:
        serveur.should_exit = True
        fil.join(10)


@contextmanager
def processus(application, **environnement):
    """The same in a process of its own → its port. `application`: what uvicorn calls it, "module:name"."""
    port = port_libre()
    commande = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    commande += ["--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "2"]
    environnement = {**os.environ, "DJANGO_SETTINGS_MODULE": "plateforme.settings.test", **environnement}
    with lance(commande, port, env=environnement):
        yield port


@contextmanager
def redis(port=None):
    """An empty Redis that keeps nothing → its port."""
    port = port or port_libre()
    with lance(["redis-server", "--port", str(port), "--save", "", "--appendonly", "no"], port):
        yield port


@contextmanager
def lance(commande, port, **options):
    processus = subprocess.Popen(commande, stdout=subprocess.DEVNULL, **options)
    try:
        attendre_port(port, processus)
        yield
    finally:
        processus.terminate()
        processus.wait(10)


def attendre_port(port, processus, delai=20):
    fin = time.monotonic() + delai
    while time.monotonic() < fin and processus.poll() is None:
        with socket.socket() as essai:
            if essai.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def port_libre():
    with socket.create_server(("127.0.0.1", 0)) as essai:
        return essai.getsockname()[1]
