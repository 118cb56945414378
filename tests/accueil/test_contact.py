import pytest

from plateforme.accueil.models import Parametres

pytestmark = pytest.mark.django_db


@pytest.fixture
def saisie():
    return {
        "sujet": "question",
        "nom": "Alix Fontenay",
        "courriel": "alix@exemple.example",
        "message": "Bonjour,\nqui anime le réseau ?",
    }


@pytest.fixture(autouse=True)
def contact():
    parametres = Parametres.load()
    parametres.courriel_contact = "mutualisation@agglo.example"
    parametres.save()


@pytest.fixture
def recus(mailoutbox):
    """What one address has received."""
    return lambda adresse: [courriel for courriel in mailoutbox if courriel.to == [adresse]]


def test_a_message_reaches_those_who_run_the_site_and_is_acknowledged(client, saisie, recus):
    reponse = client.post("/contact/", saisie, follow=True)
    assert "Votre message est parti" in reponse.content.decode()
    [recu] = recus("mutualisation@agglo.example")
    assert "qui anime le réseau" in recu.body and "Alix Fontenay" in recu.body
    assert recu.message()["Reply-To"] == "alix@exemple.example"
    assert len(recus("alix@exemple.example")) == 1


def test_the_acknowledgement_carries_nothing_that_the_sender_wrote(client, saisie, recus):
    client.post("/contact/", {**saisie, "message": "Achetez http://pub.example", "nom": "http://pub.example"})
    [accuse] = recus("alix@exemple.example")
    assert "pub.example" not in accuse.body


def test_a_complaint_about_accessibility_is_promised_an_answer_within_a_week(client, saisie, mailoutbox):
    client.post("/contact/", {**saisie, "sujet": "accessibilite"})
    assert len(mailoutbox) == 2
    assert all("sous une semaine" in courriel.body for courriel in mailoutbox)


def test_a_message_without_address_is_given_back_with_what_was_typed(client, saisie, mailoutbox):
    reponse = client.post("/contact/", {**saisie, "courriel": ""})
    assert reponse.status_code == 422
    assert "qui anime le réseau" in reponse.content.decode()
    assert not mailoutbox


def test_an_address_that_no_mail_can_bear_is_said_and_nothing_is_lost(client, saisie, mailoutbox):
    reponse = client.post("/contact/", {**saisie, "courriel": f"a@{'é' * 60}.fr"})
    assert reponse.status_code == 422
    assert "id_courriel_error" in reponse.text and "qui anime le réseau" in reponse.text
    assert not mailoutbox


def test_the_sixth_message_of_the_hour_from_one_address_is_refused(client, saisie, recus):
    for _ in range(5):
        assert client.post("/contact/", saisie).status_code == 302
    reponse = client.post("/contact/", saisie)
    assert reponse.status_code == 422
    assert "Trop de messages" in reponse.content.decode()
    assert len(recus("mutualisation@agglo.example")) == 5


def test_a_header_cannot_be_smuggled_in_a_name(client, saisie, mailoutbox):
    client.post("/contact/", {**saisie, "nom": "Alix\nBcc: tous@exemple.example"})
    destinataires = {adresse for courriel in mailoutbox for adresse in courriel.recipients()}
    assert destinataires == {"mutualisation@agglo.example", "alix@exemple.example"}


def test_the_subject_may_come_with_the_link(client):
    formulaire = client.get("/contact/?sujet=accessibilite").context["form"]
    assert formulaire["sujet"].value() == "accessibilite"
