import os
import re

import pytest
from django.urls import reverse
from wagtail.search.backends import get_search_backend

from plateforme.accueil.models import Utilisateur
from plateforme.settings import environnement
from plateforme.socle import recherche
from plateforme.socle.models import Tentative
from plateforme.socle.moteurs import elasticsearch

MOT_DE_PASSE = "un mot de passe bien long"
# Of the indexes: two processes of tests may share a server.
PREFIXE = f"essais_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}_"


@pytest.fixture
def claire(db):
    """Signs in with codes only."""
    return Utilisateur.objects.create_user("claire@louverne.example")


@pytest.fixture
def malik(db):
    """Has a password."""
    return Utilisateur.objects.create_user("malik@changee.example", MOT_DE_PASSE)


@pytest.fixture
def partie(db):
    """Left: her account is deactivated."""
    return Utilisateur.objects.create_user("odile@bonchamp.example", MOT_DE_PASSE, is_active=False)


@pytest.fixture
def code_recu(mailoutbox):
    """The code of the last mail, as one reads it on a phone: in the subject."""

    def lire():
        return re.match(r"(\d{6}) ", mailoutbox[-1].subject)[1]

    return lire


@pytest.fixture
def demander_un_code():
    def demander(client, adresse, **params):
        return client.post(reverse("account_login"), {"login": adresse, **params})

    return demander


@pytest.fixture
def entrer():
    """Type a code on the page that asks for it."""

    def entrer(client, code, **params):
        return client.post(reverse("account_confirm_login_code"), {"code": code, **params})

    return entrer


@pytest.fixture
def entrer_par_code(demander_un_code, entrer, code_recu):
    """Sign in through the pages; afterwards the next code may be asked at once."""

    def entrer_par_code(client, utilisateur):
        demander_un_code(client, utilisateur.email)
        reponse = entrer(client, code_recu())
        Tentative.objects.all().delete()
        return reponse

    return entrer_par_code


@pytest.fixture
def vieillir():
    """As if the last proof of identity of this client was so many seconds ago."""

    def vieillir(client, secondes):
        session = client.session
        for preuve in session["account_authentication_methods"]:
            preuve["at"] -= secondes
        session.save()

    return vieillir


@pytest.fixture(autouse=True)
def sans_attendre(monkeypatch):
    """No test is about the time of an answer, but the one that says so."""
    monkeypatch.setattr("plateforme.accueil.limites.DUREE_EGALE", 0)


@pytest.fixture
def comme(client):
    """`comme(camille)`: the client, signed in as this member."""

    def entrer(membre):
        client.force_login(membre.utilisateur)
        return client

    return entrer


@pytest.fixture
def brancher(settings, monkeypatch):
    """Put the server of this address in, as the environment does."""

    def _brancher(adresse, secondes=1):
        """A machine that runs the whole suite beside is slower than a page would wait: more `secondes`."""
        monkeypatch.setenv("ELASTICSEARCH_URL", adresse)
        monkeypatch.setenv("ELASTICSEARCH_TIMEOUT", str(secondes))
        monkeypatch.setenv("ELASTICSEARCH_PREFIXE", PREFIXE)
        settings.WAGTAILSEARCH_BACKENDS = environnement.moteurs_de_recherche()
        monkeypatch.setattr(recherche, "disjoncteur", recherche.Disjoncteur())
        monkeypatch.setattr(elasticsearch, "ecriture", recherche.Disjoncteur())

    return _brancher


@pytest.fixture
def brancher_le_vrai(brancher, serveur_elasticsearch):
    """Put the real server in, none of our indexes in it; again after each test."""

    def _brancher(secondes=20):
        brancher(serveur_elasticsearch.adresse, secondes)
        return get_search_backend("elasticsearch").es

    es = _brancher()
    for nom in es.indices.get(index=f"{PREFIXE}*"):
        es.indices.delete(index=nom)
    return _brancher
