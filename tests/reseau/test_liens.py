"""What a mail lets its reader do: only when she confirms, only for her, only as long as she may."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from besoins.models import Position
from plateforme.socle import jetons
from reseau.liens import JOURS, lien
from reseau.models import Adhesion, Notification
from tests.fabriques import faire_besoin, faire_discussion, faire_message


@pytest.fixture
def liens(camille, bruno, rst, mailoutbox):
    """The links of the mail that told Camille of a need: purpose → address."""
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    faire_message(besoin, bruno, "@Camille Morel, et chez vous\u202f?")
    [avis] = mailoutbox
    for partie in (avis.body, avis.alternatives[0][0]):
        assert "Bruno Petit (Changé) vous a nommé·e\u202f:" in partie
    trouves = dict(re.findall(r"http://testserver(?=/liens/)(/liens/(\w+)/\S+)", avis.body))
    for adresse in trouves:
        assert f"http://testserver{adresse}" in avis.alternatives[0][0]
    return {geste: adresse for adresse, geste in trouves.items()}


@pytest.fixture
def besoin(liens):
    return Notification.objects.get(membre__prenom="Camille").contribution.specifique


def test_the_mail_of_a_need_offers_two_links_that_change_nothing_when_they_are_opened(liens, besoin, client):
    assert set(liens) == {"interessee", "lu"}
    for adresse in liens.values():
        for methode in (client.get, client.head):
            assert methode(adresse).status_code == 200
        page = client.get(adresse)
        assert "Camille Morel, au nom de Louverné" in page.text and "Sel de déneigement" in page.text
        assert "no-store" in page["Cache-Control"] and "sessionid" not in client.cookies
    assert not Position.objects.exists() and Notification.objects.non_lues().filter(membre__prenom="Camille")


def test_a_link_confirmed_from_its_own_page_is_done_without_any_session(liens, besoin, camille, louverne):
    navigateur = Client(enforce_csrf_checks=True)
    for geste, dit in [("interessee", "C’est noté."), ("lu", "C’est marqué comme lu.")]:
        page = navigateur.get(liens[geste])
        jeton = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
        assert dit in navigateur.post(liens[geste], {"csrfmiddlewaretoken": jeton}).text
    position = Position.objects.get()
    assert (position.collectivite, position.par, position.niveau) == (louverne, camille, "interessee")
    assert not Notification.objects.non_lues().filter(membre=camille)
    assert not Client().get("/moi/").context, "it signs nobody in"


def test_twice_is_once(liens, besoin, client):
    for _fois in range(2):
        client.post(liens["interessee"])
        client.post(liens["lu"])
    assert besoin.positions_dites.count() == 1
    assert "Louverné est déjà «\u202fintéressée\u202f»." in client.get(liens["interessee"]).text
    assert "C’est déjà lu." in client.get(liens["lu"]).text


def test_an_engaged_commune_is_not_brought_back_to_interested(liens, besoin, client, remi, louverne):
    Position.dire(besoin, collectivite=louverne, par=remi, niveau="engagee", quantite=3)
    assert "déjà «\u202fengagée\u202f»" in client.post(liens["interessee"]).text
    assert Position.objects.get().niveau == "engagee"


def test_the_word_of_an_agent_does_not_replace_the_référent_s_and_keeps_what_was_said(
    liens, besoin, client, remi, camille, louverne
):
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="curieuse", quantite=3, commentaire="?")
    client.post(liens["interessee"])
    position = Position.objects.get()
    assert (position.niveau, position.quantite, position.commentaire) == ("interessee", 3, "?")
    Position.dire(besoin, collectivite=louverne, par=remi, niveau="hors")
    assert "reste celle de la commune" in client.post(liens["interessee"]).text
    assert Position.objects.get().niveau == "hors"


def test_another_member_gets_nothing_from_it(connecter, liens, bruno):
    client = connecter(bruno)
    for adresse in liens.values():
        for reponse in (client.get(adresse), client.post(adresse)):
            assert reponse.status_code == 403 and "une autre personne" in reponse.text
            assert "Sel de déneigement" not in reponse.text
    assert not Position.objects.exists()


def test_a_link_ends_after_a_month_and_serves_one_purpose(liens, besoin, camille, client, monkeypatch):
    for faux in (
        liens["lu"].replace("/lu/", "/interessee/"),
        liens["interessee"].replace("/interessee/", "/lu/"),
        liens["lu"][:-9] + "/",
        "/liens/lu/é/",
        "/liens/interessee/a/",
    ):
        assert (client.get(faux).status_code, client.post(faux).status_code) == (404, 404)
    aujourdhui = timezone.localdate()
    monkeypatch.setattr(timezone, "localdate", lambda: aujourdhui + timedelta(days=JOURS + 1))
    for adresse in liens.values():
        reponse = client.post(adresse)
        assert reponse.status_code == 403 and "plus d’un mois" in reponse.text
    assert not Position.objects.exists()


def test_who_may_no_longer_is_told_so_without_a_word_of_what_it_was(liens, besoin, camille, client):
    def refusees(mot):
        for adresse in liens.values():
            for reponse in (client.get(adresse), client.post(adresse)):
                assert reponse.status_code == 403 and mot in reponse.text
                assert "Sel de déneigement" not in reponse.text

    besoin.retirer(par=besoin.auteur, motif="doublon")
    refusees("retiré")
    besoin.retablir(par=besoin.auteur)
    camille.fonctions.get().clore()
    refusees("plus rattaché")
    assert not Position.objects.exists()


def test_a_closed_need_takes_no_answer_by_a_link_either(liens, besoin, client):
    besoin.clore(par=besoin.auteur, issue="reponse")
    for reponse in (client.get(liens["interessee"]), client.post(liens["interessee"])):
        assert reponse.status_code == 403 and "ne prend plus de réponse" in reponse.text
    assert not Position.objects.exists()


def test_no_mail_offers_what_its_reader_could_not_do(camille, jeanne, bruno, change, rst, louverne):
    def offre(contribution, membre):
        return [geste["url"].split("/")[2] for geste in contribution.specifique.gestes_par_courriel(membre)]

    besoin = faire_besoin("Sel", bruno, reseau=rst)
    assert offre(besoin, camille) == ["interessee", "peut-aider", "lu"]
    assert offre(besoin, jeanne) == ["lu"], "she speaks in nobody's name"
    assert offre(besoin, bruno) == ["lu"], "it is his own commune's"
    assert offre(faire_discussion("Désherbage", bruno, reseau=rst), camille) == ["lu"]
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="interessee")
    assert offre(besoin, camille) == ["lu"]
    besoin.clore(par=bruno, issue="reponse")
    assert offre(besoin, camille) == ["lu"]


def test_who_speaks_for_two_communes_answers_for_each_of_them(
    sylvie, bruno, rst, louverne, montflours, change, client
):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    adresse = lien("besoins:lien_interessee", besoin, sylvie)
    page = client.get(adresse).text
    assert "Confirmer pour Louverné" in page and "Confirmer pour Montflours" in page
    for autre in ({}, {"collectivite": change.pk}):
        assert client.post(adresse, autre).status_code == 403
    page = client.post(adresse, {"collectivite": montflours.pk}).text
    assert "au nom de Montflours" in page and "Confirmer pour Louverné" in page
    assert "Confirmer pour Montflours" not in page
    assert "Montflours est déjà" in client.post(adresse, {"collectivite": montflours.pk}).text
    assert [p.collectivite for p in Position.objects.all()] == [montflours]
    assert "interessee" in besoin.gestes_par_courriel(sylvie)[0]["url"]
    sylvie.fonctions.get(collectivite=louverne).clore()
    assert "Montflours est déjà" in client.post(adresse, {"collectivite": louverne.pk}).text
    assert besoin.positions.count() == 1


def test_a_link_opened_again_says_what_was_done_and_offers_nothing_more(
    sylvie, bruno, rst, louverne, montflours, client
):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    Position.dire(besoin, collectivite=montflours, par=sylvie, niveau="curieuse")
    adresse = lien("besoins:lien_interessee", besoin, sylvie)
    assert "Sylvie Gendron, au nom de Louverné" in client.get(adresse).text
    client.post(adresse, {"collectivite": louverne.pk})
    page = client.get(adresse).text
    assert "Louverné est déjà «\u202fintéressée\u202f»." in page
    assert "Montflours est déjà «\u202fcurieuse\u202f»." in page
    assert "Confirmer" not in page
    Position.objects.filter(collectivite=louverne).update(niveau="hors")
    assert "Confirmer pour Montflours" in client.get(adresse).text


def test_a_link_about_what_is_not_a_need_is_no_position(camille, discussion, client):
    adresse = lien("besoins:lien_interessee", discussion, camille)
    assert client.post(adresse).status_code == 403
    assert jetons.lire("besoins:lien_interessee", adresse.split("/")[3]) == (camille.pk, discussion.pk)
