"""Sixteen hands on one door: the counters hold, and what they replace does not."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.account import forms
from django.db import connection
from django.test import Client
from django.urls import reverse

from plateforme.accueil import limites
from plateforme.accueil.models import Utilisateur
from plateforme.socle.models import Tentative

pytestmark = pytest.mark.django_db(transaction=True)

MAINS = 16


def ensemble(geste):
    def seul(_):
        try:
            return geste()
        finally:
            connection.close()

    with ThreadPoolExecutor(MAINS) as mains:
        return list(mains.map(seul, range(MAINS)))


@pytest.fixture
def client_a_la_porte():
    Utilisateur.objects.create_user("claire@louverne.example")
    client = Client()
    client.post(reverse("account_login"), {"login": "claire@louverne.example"})
    return client


@pytest.fixture
def comparaisons(monkeypatch):
    """Every comparison of a typed code with the expected one."""
    faites = []
    comparer = forms.compare_user_code

    def noter(**codes):
        faites.append(codes)
        return comparer(**codes)

    monkeypatch.setattr(forms, "compare_user_code", noter)
    return faites


def seize_mauvais_codes(client, consommer, monkeypatch):
    """All sixteen have read the session before any of them is counted."""
    depart = Barrier(MAINS)

    def ensemble_puis_consommer(*couples):
        depart.wait(timeout=60)
        return consommer(*couples)

    def geste():
        autre = Client()
        autre.cookies = client.cookies
        return autre.post(reverse("account_confirm_login_code"), {"code": "000000"})

    monkeypatch.setattr(limites, "consommer", ensemble_puis_consommer)
    return ensemble(geste)


def test_three_codes_of_sixteen_sent_at_once_are_compared(client_a_la_porte, comparaisons, monkeypatch):
    seize_mauvais_codes(client_a_la_porte, limites.consommer, monkeypatch)
    assert len(comparaisons) == 3


def test_without_the_counter_all_sixteen_are(client_a_la_porte, comparaisons, monkeypatch):
    seize_mauvais_codes(client_a_la_porte, lambda *couples: True, monkeypatch)
    assert len(comparaisons) == MAINS


def test_a_counter_grants_exactly_its_number():
    accordes = ensemble(lambda: Tentative.objects.consommer(limites.ESSAIS_PAR_CODE, "un code"))
    assert accordes.count(True) == 3


def test_an_expired_window_opens_again_once():
    ensemble(lambda: Tentative.objects.consommer(limites.ESSAIS_PAR_CODE, "un code"))
    Tentative.objects.update(expire_le="2020-01-01T00:00:00Z")
    accordes = ensemble(lambda: Tentative.objects.consommer(limites.ESSAIS_PAR_CODE, "un code"))
    assert accordes.count(True) == 3


def test_passwords_sent_at_once_are_counted_too(monkeypatch):
    essayes = []
    monkeypatch.setattr(
        "plateforme.accueil.connexion.ConnexionBackend.authenticate",
        lambda self, request, **identifiants: essayes.append(identifiants),
    )
    for _ in range(18):
        Tentative.objects.consommer(limites.MOTS_DE_PASSE_PAR_ADRESSE, "claire@louverne.example")
    saisie = {"login": "claire@louverne.example", "password": "un mauvais mot de passe"}
    ensemble(lambda: Client().post(reverse("account_login"), saisie))
    assert len(essayes) == 2
