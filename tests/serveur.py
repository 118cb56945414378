"""A real uvicorn, for what only a real socket shows."""

import os
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from django.db import connection

from deploiement import services

RACINE = Path(__file__).parents[1]
OPTIONS = {"ws_max_size": 64 * 1024, "ws_per_message_deflate": False, "timeout_graceful_shutdown": 2}


@contextmanager
def serveur(application, port=0):
    """In a thread, with the options of the site's own server → its port."""
    configuration = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error", **OPTIONS)
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


def base_des_tests():
    """The address, for DATABASE_URL, of the database that a test fills: what it commits, others read."""
    nom = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{nom}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{nom}"


@contextmanager
def processus(application, dossier, **environnement):
    """In a process of its own, which logs into this folder → its port. `application`: "module:name"."""
    port = services.port_libre()
    commande = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    commande += ["--ws-per-message-deflate", "false", "--timeout-graceful-shutdown", "2"]
    variables = {**os.environ, "DJANGO_SETTINGS_MODULE": "plateforme.settings.test", **environnement}
    with services.processus(commande, dossier / f"{port}.log", env=variables) as enfant:
        services.attendre(lambda: services.repond(port), enfant)
        yield port


@contextmanager
def en_un_processus(dossier, *options):
    """`manage.py servir`, as a newcomer starts it, with its data in this folder → its process."""
    port = services.port_libre()
    propre = {nom: valeur for nom, valeur in os.environ.items() if nom in ("PATH", "HOME", "LANG")}
    variables = {
        **propre,
        "DJANGO_SETTINGS_MODULE": "plateforme.settings.dev",
        "DONNEES": str(dossier),
        "PORT": str(port),
    }
    commande = [sys.executable, "manage.py", "servir", *options]
    journal = dossier / "servir.log"
    with services.processus(commande, journal, cwd=RACINE, env=variables) as enfant:
        services.attendre(lambda: "Ctrl-C" in journal.read_text(), enfant, secondes=180)
        enfant.adresse, enfant.variables = f"http://localhost:{port}", variables
        yield enfant
