"""Naming a person, a commune, a role in a message: who is told, and how many one is told it will tell."""

import pytest

from reseau.models import Adhesion, Fonction, Notification
from tests.fabriques import faire_annonce, faire_besoin, faire_commune, faire_membre, faire_message


def nommes():
    return {n.membre.prenom for n in Notification.objects.filter(genre="mention")}


@pytest.fixture
def gaston(montflours, rst):
    return faire_membre("Gaston", "Huet", montflours, reseaux=[rst])


def test_naming_a_commune_tells_its_referents_or_its_people_when_it_has_none(
    balayeuse, bruno, camille, remi, gaston, chantal
):
    faire_message(balayeuse, bruno, "@Louverné vous en êtes\u202f?")
    assert nommes() == {"Rémi"}
    faire_message(balayeuse, bruno, "Et @Montflours ?")
    assert nommes() == {"Rémi", "Gaston", "Chantal"}


def test_the_longest_name_is_the_one_that_is_named(balayeuse, bruno, camille, agglo, rst):
    laval = faire_commune("Laval")
    faire_membre("Lise", "Hubert", laval, reseaux=[rst])
    faire_membre("Anouk", "Perrot", agglo, reseaux=[rst])
    faire_message(balayeuse, bruno, "@Laval Agglomération peut-elle aider\u202f?")
    assert nommes() == {"Anouk"}


@pytest.mark.parametrize(
    ("mot", "attendus"), [("@animateurs", {"Diane"}), ("@référents", {"Rémi"}), ("@Animateurs", {"Diane"})]
)
def test_naming_a_role_tells_those_of_the_network_who_have_it(
    balayeuse, bruno, diane, remi, camille, chantal, mot, attendus
):
    faire_message(balayeuse, bruno, f"{mot} : qu’en dites-vous\u202f?")
    assert nommes() == attendus


def test_a_role_means_nothing_on_what_has_no_network(bruno, diane):
    faire_message(faire_besoin("Pour tous", bruno), bruno, "@animateurs ?")
    assert nommes() == set()


def test_who_may_not_read_is_not_told(besoin_du_rst, bruno, chantal, montflours):
    faire_message(besoin_du_rst, bruno, "@Montflours, @Chantal Riou")
    assert nommes() == set()


def test_the_suggestions_say_how_many_would_be_told(
    connecter, bruno, camille, remi, diane, chantal, gaston, balayeuse, besoin_du_rst
):
    def offertes(debut, fil=None, **formulaire):
        demande = {"q": debut, "fil": fil.pk if fil else "", **formulaire}
        reponse = connecter(bruno).get("/mentions/", demande)
        return [(s["mot"], s["detail"]) for s in reponse.json()["suggestions"]]

    assert offertes("ani", balayeuse) == [("animateurs", "1 personne")]
    # Bruno, who asks, is a référent too.
    assert offertes("réf", balayeuse) == [("référents", "1 personne")]
    assert offertes("mon", balayeuse) == [("Montflours", "2 personnes")]
    assert offertes("mon", besoin_du_rst) == [("Montflours", "1 personne")]
    # In a form, of who will read what it would publish.
    assert offertes("mon") == [("Montflours", "2 personnes")]
    du_rst = {"reseau": balayeuse.reseau_id, "visibilite": "reseau"}
    assert offertes("mon", **du_rst) == [("Montflours", "1 personne")]
    assert offertes("ani", **du_rst) == [("animateurs", "1 personne")]
    # Of a network of hers only.
    assert offertes("ani", reseau=chantal.droits.reseaux[0], visibilite="reseau") == []
    assert offertes("cam", balayeuse) == [("Camille Morel", "")]


def test_nobody_counts_the_readers_of_what_she_may_not_read(connecter, chantal, bruno, remi, besoin_du_rst):
    adresse = f"/mentions/?q=lou&fil={besoin_du_rst.pk}"
    assert connecter(chantal).get(adresse).json() == {"suggestions": []}
    assert len(connecter(bruno).get(adresse).json()["suggestions"]) == 1


@pytest.mark.parametrize("fil", ["x", "-1", "9" * 25, "١"])
def test_a_thread_that_means_nothing_is_left_out(connecter, camille, fil):
    assert connecter(camille).get("/mentions/", {"q": "cam", "fil": fil}).status_code == 200


def test_a_contact_of_the_agglomeration_does_not_speak_for_the_commune(balayeuse, bruno, jeanne, camille):
    assert jeanne.fonctions.get().role == Fonction.Role.INTERLOCUTEUR
    faire_message(balayeuse, bruno, "@Louverné ?")
    assert nommes() == {"Camille"}


def test_who_is_named_in_a_question_is_told_and_not_twice(connecter, camille, bruno, remi, louverne, rst):
    saisie = {
        "titre": "Qui a un broyeur\u202f?",
        "corps": "@Bruno Petit, le vôtre marche-t-il\u202f?",
        "genre": "question",
        "collectivite": louverne.pk,
        "reseau": rst.pk,
        "visibilite": "membres",
    }
    connecter(camille).post("/discussions/publier/", saisie)
    assert nommes() == {"Bruno"}
    assert Notification.objects.filter(membre=bruno).count() == 1


def test_who_is_named_in_an_announcement_has_one_mail_addressed_or_not(
    camille, bruno, diane, louverne, rst, mailoutbox
):
    Adhesion.objects.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    corps = "@Camille Morel tient la clef, @Bruno Petit le camion."
    faire_annonce("Astreinte", diane, reseau=rst, communes=[louverne], corps=corps)
    assert {(m.to[0], m.subject) for m in mailoutbox} == {
        (camille.courriel, "Astreinte (Services techniques)"),
        (bruno.courriel, "Diane Tessier vous a nommé·e\u202f: Astreinte"),
    }
    assert len(mailoutbox) == 2 and Notification.objects.count() == 2


def test_a_question_that_names_everybody_is_refused_beside_its_field(connecter, camille, louverne, rst):
    noms = ["Ève", "Noé", "Max", "Léa", "Zoé", "Tom", "Lou", "Jade", "Hugo", "Inès", "Paul"]
    for nom in noms:
        faire_membre(nom, "Marchal", louverne, reseaux=[rst])
    saisie = {
        "titre": "À tous",
        "corps": " ".join(f"@{nom} Marchal," for nom in noms),
        "genre": "question",
        "collectivite": louverne.pk,
        "reseau": rst.pk,
        "visibilite": "membres",
    }
    refus = connecter(camille).post("/discussions/publier/", saisie)
    assert (refus.status_code, "11 personnes" in refus.text, "@Paul Marchal" in refus.text) == (
        422,
        True,
        True,
    )


def test_the_form_says_what_an_at_sign_does_and_that_it_does_nothing_once_published(
    connecter, bruno, discussion
):
    client = connecter(bruno)
    assert "@ suivi d’un nom prévient" in client.get("/discussions/publier/").text
    assert "ne le prévient plus" in client.get(f"/discussions/{discussion.pk}/modifier/").text


def test_a_message_that_names_everybody_is_refused_and_keeps_its_words(connecter, camille, louverne, rst):
    besoin = faire_besoin("Nacelle", camille, reseau=rst)
    noms = ["Ève", "Noé", "Max", "Léa", "Zoé", "Tom", "Lou", "Jade", "Hugo", "Inès", "Paul"]
    for nom in noms:
        faire_membre(nom, "Marchal", louverne, reseaux=[rst])
    dit = {"texte": " ".join(f"@{nom} Marchal," for nom in noms)}
    refus = connecter(camille).post(f"/contributions/{besoin.pk}/messages/", dit)
    assert refus.status_code == 422
    assert "11 personnes" in refus.text and "@Paul Marchal" in refus.text
    assert not besoin.messages.exists()
