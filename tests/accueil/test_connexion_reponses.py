"""Known, unknown, unverified or deactivated: from outside, an address is an address."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from plateforme.accueil.models import Utilisateur

ADRESSES = {
    "connue": "aaaaaaa@louverne.example",
    "inconnue": "bbbbbbb@louverne.example",
    "non verifiee": "ccccccc@louverne.example",
    "desactivee": "ddddddd@louverne.example",
}


@pytest.fixture
def comptes(db, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_800_000_000.0)  # the pages and their headers tell the time
    for cas in ("connue", "non verifiee", "desactivee"):
        compte = Utilisateur.objects.create_user(
            ADRESSES[cas], "un mot de passe bien long", is_active=cas != "desactivee"
        )
        EmailAddress.objects.create(user=compte, email=compte.email, primary=True, verified=cas == "connue")


def neutre(reponse, adresse):
    """The answer without what changes at every request, nor the address that was typed."""
    corps = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", reponse.text)
    corps = re.sub(r'nonce="[^"]*"', "", corps).replace(adresse, "ADRESSE")
    entetes = {nom: valeur for nom, valeur in reponse.items() if nom != "Content-Security-Policy"}
    return reponse.status_code, corps, entetes, sorted(reponse.cookies)


def parcours(adresse, mot_de_passe):
    """Ask for a code, look at the page, type the address and ask again, try three codes, try a password."""
    client = Client()
    connexion, code = reverse("account_login"), reverse("account_confirm_login_code")
    etapes = [
        client.post(connexion, {"login": adresse}),
        client.get(code),
        client.get(connexion),
        client.get(connexion, {"autre": ""}),
        client.post(connexion, {"login": adresse}),
        client.post(code, {"action": "resend"}),
        client.get(code),
        *[client.post(code, {"code": "000000"}) for _ in range(3)],
        client.get(connexion),
        client.post(connexion, {"login": adresse}),
        client.post(connexion, {"login": adresse, "password": mot_de_passe}),
    ]
    return [neutre(etape, adresse) for etape in etapes]


def test_who_sent_her_code_twice_at_once_is_told_in_french_what_to_do(client, db, monkeypatch):
    """The first one has signed her in, and renewed the session that the second one had read."""
    Utilisateur.objects.create_user(ADRESSES["connue"])
    client.post(reverse("account_login"), {"login": ADRESSES["connue"]})

    def comparer_apres_l_autre(**codes):
        Session.objects.all().delete()
        return False

    monkeypatch.setattr("allauth.account.forms.compare_user_code", comparer_apres_l_autre)
    reponse = client.post(reverse("account_confirm_login_code"), {"code": "000000"})
    assert reponse.status_code == 400
    assert "Elle est peut-être partie deux fois" in reponse.text and "Revenir à l’accueil" in reponse.text


@pytest.mark.parametrize("cas", [cas for cas in ADRESSES if cas != "connue"])
def test_the_answers_are_the_same_to_the_byte(comptes, cas):
    attendues = parcours(ADRESSES["connue"], "un mauvais mot de passe")
    assert parcours(ADRESSES[cas], "un mauvais mot de passe") == attendues


def test_the_right_password_of_a_deactivated_account_is_a_wrong_one(comptes):
    attendues = parcours(ADRESSES["inconnue"], "un mot de passe bien long")
    assert parcours(ADRESSES["desactivee"], "un mot de passe bien long") == attendues


def test_only_an_open_account_receives_a_code(comptes, client, mailoutbox):
    for adresse in ADRESSES.values():
        Client().post(reverse("account_login"), {"login": adresse})
    assert [message.to for message in mailoutbox] == [[ADRESSES["connue"]], [ADRESSES["non verifiee"]]]


def test_no_code_opens_an_address_without_account(db, client):
    """Sending again draws a code for the unknown address too: it must stay worthless."""
    client.post(reverse("account_login"), {"login": ADRESSES["inconnue"]})
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"] = "123456"
    session.save()
    assert (
        "Ce n’est pas le bon code."
        in client.post(reverse("account_confirm_login_code"), {"code": "123456"}).text
    )


@pytest.mark.parametrize("cas", ["connue", "inconnue"])
def test_no_answer_comes_before_the_time_of_all(comptes, client, monkeypatch, cas):
    attentes = []
    monkeypatch.setattr("time.sleep", attentes.append)
    monkeypatch.setattr("plateforme.accueil.limites.DUREE_EGALE", 60)
    client.post(reverse("account_login"), {"login": ADRESSES[cas]})
    client.post(reverse("account_confirm_login_code"), {"action": "resend"})
    assert len(attentes) == 2
    assert all(0 < attente < 60 for attente in attentes)
