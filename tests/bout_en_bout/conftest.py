"""A real server, a real Chromium, one window a person."""

import re
import sqlite3
from contextlib import closing

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from tests.machine import CHROMIUM
from tests.serveur import en_un_processus, serveur


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}


@pytest.fixture
def site(transactional_db, settings):
    """The address of the site, served as the demo serves it."""
    from plateforme.asgi import application

    with serveur(application) as port:
        adresse = f"http://localhost:{port}"
        settings.ADRESSE_DU_SITE = adresse
        settings.CSRF_TRUSTED_ORIGINS = [adresse]
        yield adresse


@pytest.fixture
def fenetre(browser, site):
    """`fenetre(camille)`: a window of hers, signed in; `fenetre()`: a visitor's."""
    ouvertes = []

    def ouvrir(membre=None, largeur=1280, **options):
        contexte = browser.new_context(
            base_url=site, locale="fr-FR", viewport={"width": largeur, "height": 800}, **options
        )
        if membre:
            contexte.add_cookies([{"name": "sessionid", "value": session_de(membre), "url": site}])
        page = contexte.new_page()
        page.set_default_timeout(10_000)
        page.erreurs = []
        page.on("pageerror", lambda erreur: page.erreurs.append(str(erreur)))
        page.on("console", lambda m: page.erreurs.append(m.text) if "Content Security" in m.text else None)
        ouvertes.append(page)
        return page

    yield ouvrir
    for page in ouvertes:
        assert page.erreurs == []
        page.context.close()


def session_de(membre):
    session, compte = SessionStore(), membre.utilisateur
    session[SESSION_KEY] = str(compte.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = compte.get_session_auth_hash()
    session.create()
    return session.session_key


@pytest.fixture(scope="module")
def demo(tmp_path_factory, django_db_setup, django_db_blocker):
    """The address of the demo as `servir --demo` serves it, on tables that the tests migrated already."""
    dossier = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as migree,
        closing(sqlite3.connect(dossier / "plateforme.sqlite3")) as sienne,
    ):
        migree.backup(sienne)
    with en_un_processus(dossier, "--demo") as enfant:
        yield enfant.adresse


@pytest.fixture
def ouvrir(browser, demo):
    """`ouvrir(courriel)`: a window of hers on the demo, signed in; `ouvrir(None)`: a visitor's."""
    contextes = []

    def ouvrir(courriel):
        contexte = browser.new_context(base_url=demo, locale="fr-FR", reduced_motion="reduce")
        contextes.append(contexte)
        page = contexte.new_page()
        page.exterieur = []
        page.on("request", lambda demande: page.exterieur.extend(exterieur(demande.url, demo)))
        page.on("console", lambda m: page.exterieur.append(m.text) if "Content Security" in m.text else None)
        if courriel:
            se_connecter(page, courriel)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()


def exterieur(url, demo):
    return [] if url.startswith((demo, demo.replace("http", "ws", 1), "data:", "blob:")) else [url]


def se_connecter(page, courriel):
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_role("button", name="Continuer").click()
    boite = page.context.new_page()
    boite.goto("/courriels/")
    code = re.search(r"\b\d{6}\b", boite.inner_text("main"))[0]
    boite.close()
    page.get_by_label("Code à 6 chiffres").fill(code)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url("/")
