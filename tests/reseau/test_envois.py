"""A form sent again, by a second click or after an answer that never came, is kept once."""

import re

import pytest

from besoins.models import Besoin
from reseau.models import Discussion, Message, Notification


def champ_cache(client, adresse, formulaire):
    """The token of the form that the page holds, as a browser without script would send it back."""
    page = client.get(adresse).content.decode()
    debut = page.index(formulaire)
    return re.search(r'<input type="hidden" name="jeton" value="([^"]+)"', page[debut:]).group(1)


@pytest.fixture
def besoin_saisi(alex, agglo, connecter):
    jeton = champ_cache(connecter(alex), "/besoins/publier/", 'data-brouillon="besoin-nouveau"')
    return {
        "jeton": jeton,
        "titre": "Une nacelle",
        "collectivite": agglo.pk,
        "visibilite": "membres",
        "urgence": "normale",
    }


def test_the_second_answer_leads_to_the_need_already_published(connecter, alex, bruno, besoin_saisi):
    client = connecter(alex)
    adresses = {client.post("/besoins/publier/", besoin_saisi)["Location"] for _ in range(2)}
    assert adresses == {Besoin.objects.get().get_absolute_url()}
    assert Notification.objects.count() == 1


def test_the_same_page_with_other_words_is_another_need(connecter, alex, besoin_saisi):
    client = connecter(alex)
    client.post("/besoins/publier/", besoin_saisi)
    client.post("/besoins/publier/", besoin_saisi | {"titre": "Une nacelle et son chauffeur"})
    assert Besoin.objects.count() == 2


def test_a_draft_is_published_from_the_page_that_made_it(connecter, alex, besoin_saisi):
    client = connecter(alex)
    client.post("/besoins/publier/", besoin_saisi | {"brouillon": ""})
    assert Besoin.objects.get().est_brouillon
    client.post("/besoins/publier/", besoin_saisi | {"publier": ""})
    assert not Besoin.objects.get().est_brouillon


def test_the_token_of_one_member_does_not_hide_what_another_writes(
    connecter, alex, bruno, change, besoin_saisi
):
    connecter(alex).post("/besoins/publier/", besoin_saisi)
    connecter(bruno).post("/besoins/publier/", besoin_saisi | {"collectivite": change.pk})
    assert sorted(Besoin.objects.values_list("auteur", flat=True)) == sorted([alex.pk, bruno.pk])


def test_a_form_without_token_is_kept_each_time(connecter, alex, agglo):
    envoi = {"titre": "Question", "genre": "question", "collectivite": agglo.pk, "visibilite": "membres"}
    for _ in range(2):
        connecter(alex).post("/discussions/publier/", envoi)
    assert Discussion.objects.count() == 2


def test_a_token_that_is_none_is_refused_in_words(connecter, alex, besoin_saisi):
    reponse = connecter(alex).post("/besoins/publier/", besoin_saisi | {"jeton": "' OR 1=1"})
    assert "un point à corriger" in reponse.content.decode()


@pytest.fixture
def question(alex, agglo):
    question = Discussion.objects.create(titre="Désherbage ?", auteur=alex, collectivite=agglo)
    return question.publier(par=alex)


def test_a_message_sent_again_is_posted_once(connecter, alex, question):
    client = connecter(alex)
    envoi = {
        "texte": "À la binette.",
        "jeton": champ_cache(client, question.get_absolute_url(), 'id="composeur"'),
    }
    adresse = f"/contributions/{question.pk}/messages/"
    adresses = {client.post(adresse, envoi)["Location"] for _ in range(2)}
    assert adresses == {f"{question.get_absolute_url()}#message-1"}
    client.post(adresse, envoi | {"texte": "Ou à la vapeur."})
    assert list(question.messages.values_list("rang", "texte")) == [
        (1, "À la binette."),
        (2, "Ou à la vapeur."),
    ]


def test_after_a_message_htmx_gets_a_form_with_a_new_token(connecter, alex, question):
    client = connecter(alex)
    envoi = {
        "texte": "D’accord.",
        "jeton": champ_cache(client, question.get_absolute_url(), 'id="composeur"'),
    }
    adresse = f"/contributions/{question.pk}/messages/"
    for _ in range(2):
        reponse = client.post(adresse, envoi, headers={"HX-Request": "true"})
        assert envoi["jeton"] not in reponse.content.decode()
        envoi["jeton"] = re.search(r'name="jeton" value="([^"]+)"', reponse.content.decode()).group(1)
    assert Message.objects.count() == 2
