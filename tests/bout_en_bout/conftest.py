"""A real server, a real Chromium, one window a person."""

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from reseau.models import Domaine
from tests.machine import CHROMIUM
from tests.serveur import serveur


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}


@pytest.fixture
def domaines(transactional_db):
    """The rows of the data migration, which the flush of another transactional test took away."""
    for code, libelle in (("voirie", "Voirie"), ("espaces-verts", "Espaces verts")):
        Domaine.objects.get_or_create(code=code, defaults={"libelle": libelle})


@pytest.fixture
def site(transactional_db, domaines, settings):
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
