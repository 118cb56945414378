"""The embedded server as a newcomer starts it: one process, its own data folder."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from deploiement import services

RACINE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def environnement(tmp_path_factory):
    propre = {nom: v for nom, v in os.environ.items() if nom in ("PATH", "HOME", "LANG")}
    return {
        **propre,
        "DJANGO_SETTINGS_MODULE": "plateforme.settings.dev",
        "DONNEES": str(tmp_path_factory.mktemp("donnees")),
        "PORT": str(services.port_libre()),
    }


@pytest.fixture(scope="module")
def site(environnement):
    """The site in service, and the process that serves it."""
    journal = Path(environnement["DONNEES"], "servir.log")
    with services.processus(commande(), journal, cwd=RACINE, env=environnement) as enfant:
        services.attendre(lambda: "Ctrl-C" in journal.read_text(), enfant, secondes=180)
        enfant.adresse = f"http://localhost:{environnement['PORT']}"
        yield enfant


def commande(*options):
    return [sys.executable, "manage.py", "servir", *options]


def refus(environnement, *options):
    resultat = subprocess.run(
        commande(*options), cwd=RACINE, env=environnement, capture_output=True, text=True
    )
    assert resultat.returncode
    return resultat.stderr


def test_one_command_serves_pages_and_their_hashed_compressed_style_sheets(site):
    with urllib.request.urlopen(f"{site.adresse}/compte/connexion/", timeout=30) as page:
        feuille = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())[1]
    demande = urllib.request.Request(site.adresse + feuille, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(demande, timeout=30) as reponse:
        assert reponse.headers["Content-Encoding"] == "gzip"
        assert "immutable" in reponse.headers["Cache-Control"]


def test_a_second_server_on_the_same_data_is_refused_with_the_address_of_the_first(site, environnement):
    ailleurs = {**environnement, "PORT": str(services.port_libre())}
    assert f"déjà en service sur {site.adresse}" in refus(ailleurs)
    assert f"déjà en service sur {site.adresse}" in refus(ailleurs, "--neuf")


def test_a_port_taken_by_another_program_is_said_plainly(site, environnement, tmp_path):
    assert "déjà pris" in refus({**environnement, "DONNEES": str(tmp_path)})


def test_it_stops_in_two_seconds_and_starts_again_on_the_same_data(site, environnement):
    base = Path(environnement["DONNEES"], "plateforme.sqlite3")
    site.send_signal(signal.SIGINT)
    debut = time.monotonic()
    assert site.wait(timeout=10) == 0
    assert time.monotonic() - debut < 5  # two on a machine of its own
    assert base.stat().st_size
