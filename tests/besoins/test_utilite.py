"""Some months after a need was closed: did it help?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from besoins.models import Utilite
from plateforme.socle.models import Courriel
from plateforme.socle.taches import entretien
from reseau.liens import lien
from reseau.models import Notification


@pytest.fixture
def close(balayeuse, bruno):
    return balayeuse.clore(par=bruno, issue="pret")


def echoir():
    Utilite.objects.update(a_demander_le=timezone.localdate())


def passer_l_entretien():
    for _receveur, resultat in entretien.send_robust(sender=None):
        assert not isinstance(resultat, Exception), resultat


def questions(membre):
    return Notification.objects.filter(membre=membre, precision="Dites si cela a aidé")


def test_who_carries_it_is_asked_once_then_reminded_once(close, bruno, camille):
    assert Utilite.objects.get().a_demander_le == timezone.localdate() + timedelta(days=90)
    passer_l_entretien()
    assert not questions(bruno).exists()
    echoir()
    passer_l_entretien()
    assert questions(bruno).count() == 1 and not questions(camille).exists()
    dates = []
    for _fois in range(3):
        Utilite.objects.update(demandee_le=timezone.now() - timedelta(days=15))
        passer_l_entretien()
        dates.append(questions(bruno).get().le)
    assert dates[0] == dates[1] == dates[2]
    assert Utilite.objects.get().rappelee_le


@pytest.mark.parametrize("cas", ["sans_suite", "rouvert", "jamais"])
def test_what_had_no_outcome_or_is_open_again_is_not_asked(connecter, balayeuse, bruno, diane, cas):
    if cas == "jamais":
        jours = {"premier_rappel": "9", "second_rappel": "21", "animation": "45", "utilite": "0"}
        connecter(diane).post("/reseaux/rst/relances/", jours)
    issue = "sans_suite" if cas == "sans_suite" else "pret"
    balayeuse.clore(par=bruno, issue=issue, motif="personne")
    if cas == "rouvert":
        balayeuse.rouvrir(par=bruno)
    assert not Utilite.objects.exists()


def test_she_answers_on_the_page_which_then_says_so(connecter, close, bruno, remi, camille):
    client, adresse = connecter(bruno), f"/besoins/{close.pk}/utilite/"
    assert client.get(adresse).status_code == 404
    assert 'value="en_partie"' not in client.get(close.get_absolute_url()).text
    echoir()
    assert 'value="en_partie"' in client.get(close.get_absolute_url()).text
    for faux in (
        {},
        {"reponse": "bof", "mot": "gardé"},
        {"reponse": "oui", "mot": "x" * 501},
        {"reponse": "oui", "mot": "a\x00b"},
    ):
        reponse = client.post(adresse, faux)
        assert reponse.status_code == 422
        assert faux.get("mot", "").replace("\x00", "") in reponse.text.replace("\x00", "")
    assert client.post(adresse, {"reponse": "en_partie", "mot": "Deux jours de gagnés"}).status_code == 302
    page = connecter(camille).get(close.get_absolute_url()).text
    assert "En partie" in page and "Deux jours de gagnés" in page
    assert 'value="en_partie"' not in page
    assert close.modifications.first().changements[0]["apres"] == "en partie. Deux jours de gagnés"
    assert connecter(camille).post(adresse, {"reponse": "oui"}).status_code == 404
    client = connecter(bruno)
    assert client.post(adresse, {"reponse": "oui"}).status_code == 302
    assert Utilite.objects.get().reponse == "oui"
    passer_l_entretien()
    assert not questions(bruno).exists()
    export = connecter(camille).get("/besoins/export/?format=csv&etat=clos").getvalue().decode("utf-8-sig")
    assert export.splitlines()[1].endswith(";0;0;oui")


def test_she_answers_from_the_mail(client, close, bruno, camille):
    bruno.adhesions.update(niveau_courriel="immediat")
    echoir()
    passer_l_entretien()
    courriel = Courriel.objects.get(destinataire=bruno.courriel)
    assert "Oui, cela a aidé" in courriel.texte and "Dites si cela a aidé" in courriel.sujet
    adresse = lien("besoins:lien_aide_oui", close, bruno)
    assert adresse in courriel.texte or "/liens/aide/oui/" in courriel.texte
    assert "Rien n’est fait" in client.get(adresse).text
    assert Utilite.objects.get().reponse == ""
    assert "Merci" in client.post(adresse).text
    assert (Utilite.objects.get().reponse, Utilite.objects.get().dite_par) == ("oui", bruno)
    assert "déjà répondu" in client.post(lien("besoins:lien_aide_non", close, bruno)).text
    assert client.post(lien("besoins:lien_aide_oui", close, camille)).status_code == 403
