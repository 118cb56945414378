"""The embedded server as a newcomer starts it: one process, its own data folder."""

import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from deploiement import services
from tests.serveur import RACINE, en_un_processus

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with en_un_processus(tmp_path_factory.mktemp("donnees")) as enfant:
        yield enfant


def refus(variables, *options):
    commande = [sys.executable, "manage.py", "servir", *options]
    resultat = subprocess.run(commande, cwd=RACINE, env=variables, capture_output=True, text=True)
    assert resultat.returncode
    return resultat.stderr


def test_one_command_serves_pages_and_their_hashed_compressed_style_sheets(site):
    with urllib.request.urlopen(f"{site.adresse}/compte/connexion/", timeout=30) as page:
        feuille = re.search(r'href="(/static/[^"]+\.css)"', page.read().decode())[1]
    demande = urllib.request.Request(site.adresse + feuille, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(demande, timeout=30) as reponse:
        assert reponse.headers["Content-Encoding"] == "gzip"
        assert "immutable" in reponse.headers["Cache-Control"]


def test_a_second_server_on_the_same_data_is_refused_with_the_address_of_the_first(site):
    ailleurs = {**site.variables, "PORT": str(services.port_libre())}
    assert f"déjà en service sur {site.adresse}" in refus(ailleurs)
    assert f"déjà en service sur {site.adresse}" in refus(ailleurs, "--neuf")


def test_a_port_taken_by_another_program_is_said_plainly(site, tmp_path):
    assert "déjà pris" in refus({**site.variables, "DONNEES": str(tmp_path)})


def test_it_stops_in_two_seconds_and_starts_again_on_the_same_data(site):
    base = Path(site.variables["DONNEES"], "plateforme.sqlite3")
    site.send_signal(signal.SIGINT)
    debut = time.monotonic()
    assert site.wait(timeout=10) == 0
    assert time.monotonic() - debut < 5  # two on a machine of its own
    assert base.stat().st_size
