"""The platform as a plug-in: a foreign Wagtail site installs the wheel, migrates, and serves a need."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import requests
from websockets.sync.client import connect

import besoins.urls
import reseau.urls
import ressources_docs.urls

pytestmark = pytest.mark.sqlite

RACINE = Path(__file__).parents[1]
SITE = RACINE / "tests/site_hote"
APPLICATIONS = ["plateforme/socle", "reseau", "besoins", "ressources_docs"]
SOURCES = ["plateforme", *APPLICATIONS[1:], "pyproject.toml", "setup.py", "README.md", "LICENSE"]
# What only our own site needs: the tests have it, a host has not.
ABSENTS = ["a2wsgi", "allauth", "csp", "environ", "whitenoise"]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


class Hote:
    """The foreign site, with the platform installed from its wheel and its data in a folder of its own."""

    def __init__(self, dossier):
        self.donnees, self.paquets = dossier / "donnees", dossier / "paquets"
        self.port = port_libre()
        self.adresse = f"http://localhost:{self.port}"
        self.environnement = {
            **os.environ,
            "PYTHONPATH": str(self.paquets),
            "DJANGO_SETTINGS_MODULE": "hote.settings",
            "DONNEES": str(self.donnees),
            "PORT": str(self.port),
        }

    def installer(self, roue):
        self.donnees.mkdir()
        executer(*PIP, "install", "--no-deps", "--no-index", "--target", self.paquets, roue)
        for nom in ABSENTS:
            self.paquets.joinpath(f"{nom}.py").write_text(
                'raise ModuleNotFoundError("a host does not have it")\n'
            )

    def python(self, *arguments):
        return executer(sys.executable, *arguments, cwd=SITE, env=self.environnement)

    def manage(self, *arguments):
        return self.python("manage.py", *arguments)

    def ouvrir(self):
        commande = [sys.executable, "-m", "uvicorn", "hote.asgi:application", "--port", str(self.port)]
        serveur = subprocess.Popen([*commande, "--log-level", "error"], cwd=SITE, env=self.environnement)
        limite = time.monotonic() + 60
        while serveur.poll() is None and time.monotonic() < limite:
            with socket.socket() as prise:
                if prise.connect_ex(("127.0.0.1", self.port)) == 0:
                    return serveur
            time.sleep(0.1)
        serveur.kill()
        pytest.fail("the host's server did not start")


class Visite(requests.Session):
    """A browser without script on the host's site."""

    def __init__(self, adresse):
        super().__init__()
        self.adresse = adresse

    def lire(self, chemin, **options):
        return self.get(self.adresse + chemin, **options)

    def envoyer(self, chemin, files=None, **champs):
        jeton = self.cookies.get("csrftoken")
        return self.post(self.adresse + chemin, {**champs, "csrfmiddlewaretoken": jeton}, files=files)


def executer(*commande, **options):
    resultat = subprocess.run(
        commande, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options
    )
    assert resultat.returncode == 0, resultat.stdout
    return resultat.stdout


def port_libre():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


@pytest.fixture(scope="module")
def roue(tmp_path_factory):
    """The wheel of this checkout, built on a copy: setuptools leaves its own files beside the sources."""
    copie, dossier = tmp_path_factory.mktemp("copie"), tmp_path_factory.mktemp("roue")
    for nom in SOURCES:
        if RACINE.joinpath(nom).is_dir():
            ignores = shutil.ignore_patterns("__pycache__", "*.mo")
            shutil.copytree(RACINE / nom, copie / nom, ignore=ignores)
        else:
            shutil.copy(RACINE / nom, copie)
    executer(*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", dossier, copie)
    (fichier,) = dossier.glob("*.whl")
    return fichier


@pytest.fixture(scope="module")
def hote(tmp_path_factory, roue):
    hote = Hote(tmp_path_factory.mktemp("hote"))
    hote.installer(roue)
    hote.manage("migrate", "--verbosity", "0")
    hote.besoin = json.loads(hote.python("peupler.py"))
    return hote


@pytest.fixture(scope="module")
def serveur(hote):
    serveur = hote.ouvrir()
    yield hote
    serveur.terminate()
    serveur.wait(10)


@pytest.fixture
def visiteuse(serveur):
    return Visite(serveur.adresse)


def entrer(serveur, nom):
    """Signed in on the host's own form, by a user name."""
    visite = Visite(serveur.adresse)
    visite.lire("/accounts/login/")
    reponse = visite.envoyer("/accounts/login/", username=nom, password="essai", next="/")
    assert "Bienvenue à Forcé" in reponse.text
    return visite


@pytest.fixture
def tom(serveur):
    return entrer(serveur, "tom")


def test_the_wheel_carries_every_file_of_the_apps_and_nothing_of_our_own_site(roue):
    dans_la_roue = set(zipfile.ZipFile(roue).namelist())
    attendus = {
        fichier.relative_to(RACINE).as_posix()
        for application in APPLICATIONS
        for fichier in RACINE.joinpath(application).rglob("*")
        if fichier.is_file() and fichier.suffix != ".pyc"
    }
    assert attendus | {"plateforme/socle/locale/fr/LC_MESSAGES/django.mo"} <= dans_la_roue
    du_site = {nom for nom in dans_la_roue if nom.startswith("plateforme/")} - {"plateforme/__init__.py"}
    assert {nom for nom in du_site if not nom.startswith("plateforme/socle/")} == set()


def test_the_host_runs_the_wheel_and_not_this_checkout(hote):
    programme = "import besoins, plateforme.socle, reseau as r; print(besoins, plateforme.socle, r)"
    lieux = re.findall(r"from '(.+?)'", hote.python("-c", programme))
    assert len(lieux) == 3
    assert all(Path(lieu).is_relative_to(hote.paquets) for lieu in lieux)


def test_the_host_has_nothing_to_mend_nor_to_migrate(hote):
    hote.manage("check", "--fail-level", "WARNING")
    hote.manage("makemigrations", "--check", "--dry-run")


def test_a_visitor_reads_a_public_need_in_the_host_s_own_page(visiteuse, serveur):
    page = visiteuse.lire(serveur.besoin).text
    assert 'id="bandeau-de-la-mairie"' in page
    assert "Nacelle pour l’élagage des platanes" in page and "Deux jours en mars." in page
    assert "/accounts/login/?next=/entraide/besoins/" in page
    assert "nonce=" not in page and '<meta name="membre"' not in page
    feuille, script = (
        re.search(r'href="([^"]+plateforme\.css)"', page),
        re.search(r'src="(\S+plateforme\.js)"', page),
    )
    assert visiteuse.lire(feuille[1]).ok and visiteuse.lire(script[1]).ok


def test_the_styles_of_the_platform_stay_off_the_host_s_own_pages(visiteuse):
    page = visiteuse.lire("/").text
    assert "Bienvenue à Forcé" in page and "socle/" not in page


def test_a_visitor_who_would_publish_signs_in_at_the_host_s_door(visiteuse):
    reponse = visiteuse.lire("/entraide/besoins/publier/", allow_redirects=False)
    assert reponse.headers["Location"] == "/accounts/login/?next=/entraide/besoins/publier/"


@pytest.mark.parametrize("chemin", ["/entraide/besoins/", "/entraide/fil/"])
def test_a_visitor_finds_the_need_in_the_lists(visiteuse, chemin):
    page = visiteuse.lire(chemin).text
    assert "Nacelle pour l’élagage des platanes" in page and 'id="bandeau-de-la-mairie"' in page


def test_no_page_takes_the_host_for_our_own_site(visiteuse, tom):
    """Every page without argument, and one of each kind: none names a view or a setting that only we have."""
    applications = (besoins, ressources_docs, reseau)
    motifs = [motif for application in applications for motif in application.urls.urlpatterns]
    chemins = ["/entraide/" + str(motif.pattern) for motif in motifs if not motif.pattern.converters]
    chemins += [f"/entraide/{page}/" for page in ("reseaux/rst", "communes/parne-sur-roc", "membres/1")]
    assert len(chemins) > 10
    for visite in (visiteuse, tom):
        etats = {chemin: visite.lire(chemin, allow_redirects=False).status_code for chemin in chemins}
        assert {chemin: etat for chemin, etat in etats.items() if etat >= 500} == {}


def test_a_member_takes_a_position_and_answers(tom, serveur):
    page = tom.lire(serveur.besoin).text
    assert "Répondre pour Parné-sur-Roc" in page and '<meta name="membre"' in page

    action = re.search(r'action="([^"]+/positions/)"', page)[1]
    assert "Parné-sur-Roc\u202f: intéressée" in tom.envoyer(action, niveau="interessee").text

    action = re.search(r'action="([^"]+/messages/)"', page)[1]
    photo = {"pieces": ("plan.txt", b"Platanes de la place", "text/plain")}
    page = tom.envoyer(action, photo, texte="Pareil chez nous.").text
    assert "Pareil chez nous." in page and "1 message<" in page

    fichier = re.search(r'href="([^"]+plan\.txt)"', page)[1]
    assert tom.lire(fichier).content == b"Platanes de la place"
    assert list(serveur.donnees.glob("fichiers/**/*")) and not serveur.donnees.joinpath("media").exists()


def test_an_answer_arrives_live_and_by_the_host_s_mail(tom, serveur):
    page = tom.lire(serveur.besoin).text
    fil = re.search(r'data-fil="(\d+)"', page)[1]
    direct = f"ws://localhost:{serveur.port}/ws/?fil={fil}"
    with connect(direct, origin=serveur.adresse) as prise:
        assert json.loads(prise.recv(10))["t"] == "etat"
        action = re.search(r'action="([^"]+/messages/)"', page)[1]
        tom.envoyer(action, texte="Et pour les tilleuls ?")
        trame = json.loads(prise.recv(10))
    assert trame["t"] == "fil" and "Et pour les tilleuls" in trame["html"]

    serveur.manage("db_worker", "--batch")
    courriels = [fichier.read_text() for fichier in serveur.donnees.glob("courriels/*")]
    assert any("To: lea@communes.example" in courriel for courriel in courriels)
    assert not any("X-Clef" in courriel for courriel in courriels)


@pytest.mark.parametrize(
    "ecran", ["socle_courriel", "reseau_contribution", "reseau_reseau", "reseau_collectivite"]
)
def test_the_webmaster_has_the_screens_of_the_platform_in_her_admin(serveur, tom, ecran):
    assert entrer(serveur, "rose").lire(f"/admin/{ecran}/").ok
    assert tom.lire(f"/admin/{ecran}/").url.startswith(f"{serveur.adresse}/admin/login/")


def test_the_guide_says_what_the_host_does():
    guide = RACINE.joinpath("docs/integration.md").read_text()
    fichiers = "".join(fichier.read_text() for fichier in sorted(SITE.glob("hote/*.py")))
    montrees = {
        ligne.strip()
        for bloc in re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
        for ligne in bloc.splitlines()
        if ligne.strip() and not ligne.strip().startswith("#")
    }
    ecrites = {ligne.partition("  # noqa")[0].strip() for ligne in fichiers.splitlines()}
    assert montrees and montrees <= ecrites
