"""Who answers communes without speaking for any, and who has no function: they read, and are told why."""

import pytest

from besoins.models import Besoin, Position
from reseau.models import Discussion, Message
from tests.fabriques import faire_besoin, faire_discussion

SANS_PAROLE = "Vous ne parlez au nom d’aucune collectivité"
SANS_COLLECTIVITE = "Votre compte n’est rattaché à aucune collectivité"


@pytest.fixture
def gestes(balayeuse, rst):
    """What one does in the name of a collectivité: address → what is sent."""
    return {
        f"/contributions/{balayeuse.pk}/messages/": {"texte": "Bonjour"},
        f"/besoins/{balayeuse.pk}/positions/": {"niveau": "curieuse"},
        f"/besoins/{balayeuse.pk}/reponse/": {"niveau": "curieuse"},
        "/besoins/publier/": {"titre": "Une nacelle", "visibilite": "membres", "urgence": "normale"},
        "/discussions/publier/": {"titre": "Qui a essayé ?", "visibilite": "membres", "genre": "question"},
    }


def test_what_commits_a_collectivite_is_refused_with_its_reason(connecter, jeanne, noe, gestes):
    for membre, raison in ((jeanne, SANS_PAROLE), (noe, SANS_COLLECTIVITE)):
        client = connecter(membre)
        for adresse, envoi in gestes.items():
            reponse = client.post(adresse, envoi)
            assert (adresse, reponse.status_code) == (adresse, 403)
            assert raison in reponse.content.decode()
    assert not Message.objects.exists()
    assert not Position.objects.exists()
    assert Besoin.objects.count() == 1
    assert not Discussion.objects.exists()


def test_the_same_gestures_are_hers_who_speaks_for_her_commune(connecter, camille, louverne, gestes):
    client = connecter(camille)
    for adresse, envoi in gestes.items():
        assert client.post(adresse, envoi | {"collectivite": louverne.pk}).status_code == 302


def test_a_page_offers_no_form_that_would_be_refused_and_says_why(connecter, jeanne, camille, balayeuse):
    page = connecter(jeanne).get(balayeuse.get_absolute_url()).content.decode()
    assert SANS_PAROLE in page
    assert 'id="composeur"' not in page and 'id="ma-position"' not in page
    assert 'name="suivre"' in page
    page = connecter(camille).get(balayeuse.get_absolute_url()).content.decode()
    assert SANS_PAROLE not in page
    assert 'id="composeur"' in page and 'id="ma-position"' in page


def test_an_account_without_function_reads_a_public_need_and_is_not_sent_to_sign_in_again(
    client, connecter, noe, odile, bruno
):
    besoin = faire_besoin("Broyeur", bruno, visibilite="publique")
    assert "Se connecter pour répondre" in client.get(besoin.get_absolute_url()).content.decode()
    for membre in (noe, odile):
        page = connecter(membre).get(besoin.get_absolute_url()).content.decode()
        assert SANS_COLLECTIVITE in page
        assert "Se connecter pour répondre" not in page


@pytest.mark.parametrize(
    "adresse",
    [
        "/",
        "/fil/",
        "/fil/?etat=clos",
        "/besoins/",
        "/besoins/?etat=clos",
        "/besoins/?ma_commune=a_repondre",
        "/brouillons/",
        "/reseaux/rst/",
        "/recherche/?q=introuvable",
        "/plan-du-site/",
    ],
)
def test_no_page_invites_her_to_publish(connecter, jeanne, camille, balayeuse, adresse):
    invitation = "publier/"
    reponse = connecter(jeanne).get(adresse)
    assert reponse.status_code == 200
    assert invitation not in reponse.content.decode()
    assert invitation in connecter(camille).get(adresse).content.decode()


def test_her_home_names_the_communes_that_she_answers(connecter, jeanne, louverne, balayeuse):
    reponse = connecter(jeanne).get("/")
    page = reponse.content.decode()
    assert "Les communes que vous suivez" in page
    assert louverne.get_absolute_url() in page
    assert "À faire pour" not in page and "Un besoin, une question" not in page
    assert balayeuse.titre in page
    assert list(reponse.context["a_faire"]) == []


def test_her_settings_say_that_she_speaks_for_nobody(connecter, jeanne, camille):
    assert "sans parler en leur nom" in connecter(jeanne).get("/moi/").content.decode()
    assert "sans parler en leur nom" not in connecter(camille).get("/moi/").content.decode()


def test_she_asks_to_enter_a_network_for_the_commune_that_she_answers(
    connecter, jeanne, amenagement, louverne
):
    amenagement.acces = amenagement.Acces.DEMANDE
    amenagement.save()
    connecter(jeanne).post("/reseaux/amenagement/adhesion/", {"niveau_courriel": "quotidien"})
    assert amenagement.demandes.get().collectivite == louverne


def test_a_draft_of_a_former_commune_is_published_only_for_one_of_her_own(
    connecter, camille, louverne, change, rst
):
    brouillon = faire_discussion("À finir", camille, reseau=rst, publier=False)
    camille.fonctions.get().clore()
    camille.fonctions.create(collectivite=change, role="agent")
    client = connecter(camille)
    reponse = client.post(f"/contributions/{brouillon.pk}/publication/", follow=True)
    assert f"Vous ne parlez plus au nom de {louverne}" in reponse.content.decode()
    envoi = {"titre": "À finir", "visibilite": "membres", "genre": "question", "publier": ""}
    adresse = brouillon.url_de_modification
    client.post(adresse, envoi | {"collectivite": louverne.pk})
    brouillon.refresh_from_db()
    assert brouillon.est_brouillon
    client.post(adresse, envoi | {"collectivite": change.pk})
    brouillon.refresh_from_db()
    assert not brouillon.est_brouillon and brouillon.collectivite == change
