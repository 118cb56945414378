"""Nobody drowns the others: so many messages and publications an hour, so many people named at once."""

import pytest

from plateforme.socle.models import Tentative
from reseau.limites import MESSAGES_PAR_MEMBRE, PUBLICATIONS_PAR_MEMBRE
from reseau.models import Discussion, Message, Notification
from tests.fabriques import faire_membre


def epuiser(limite, membre):
    while Tentative.objects.consommer(limite, membre.pk):
        pass


@pytest.mark.parametrize("epuisee", [False, True])
def test_too_many_messages_an_hour_are_refused_and_nothing_typed_is_lost(
    connecter, camille, bruno, discussion, epuisee
):
    if epuisee:
        epuiser(MESSAGES_PAR_MEMBRE, camille)
    adresse, envoi = f"/contributions/{discussion.pk}/messages/", {"texte": "Encore une chose, CANARI"}
    for en_tetes in ({}, {"HX-Request": "true"}):
        reponse = connecter(camille).post(adresse, envoi, headers=en_tetes)
        assert (reponse.status_code == 422) == epuisee
        if epuisee:
            assert "Réessayez plus tard" in reponse.text and "CANARI" in reponse.text
    assert Message.objects.exists() != epuisee
    assert connecter(bruno).post(adresse, envoi).status_code == 302


@pytest.mark.parametrize("epuisee", [False, True])
def test_too_many_publications_an_hour_are_refused_and_nothing_typed_is_lost(connecter, camille, epuisee):
    if epuisee:
        epuiser(PUBLICATIONS_PAR_MEMBRE, camille)
    envoi = {
        "titre": "Une nacelle CANARI",
        "genre": "question",
        "collectivite": camille.droits.collectivites[0],
        "visibilite": "membres",
    }
    reponse = connecter(camille).post("/discussions/publier/", envoi | {"publier": ""})
    assert (reponse.status_code == 422) == epuisee and Discussion.objects.exists() != epuisee
    if epuisee:
        assert "Réessayez plus tard" in reponse.text and "CANARI" in reponse.text


@pytest.mark.parametrize("combien", [10, 11])
def test_a_message_names_ten_people_at_most(connecter, camille, louverne, discussion, combien):
    noms = ["Ana", "Bob", "Cid", "Dan", "Eve", "Flo", "Guy", "Ida", "Jo", "Kim", "Lou"][:combien]
    for nom in noms:
        faire_membre(nom, "Mercier", louverne)
    texte = ", ".join(f"@{nom} Mercier" for nom in noms)
    Notification.objects.all().delete()
    adresse = f"/contributions/{discussion.pk}/messages/"
    reponse = connecter(camille).post(adresse, {"texte": texte})
    refuse = combien > 10
    assert reponse.status_code == (422 if refuse else 302)
    assert Notification.objects.filter(genre="mention").count() == (0 if refuse else 10)
    if refuse:
        assert "nommez 11 personnes" in str(reponse.context["formulaire_message"].errors["texte"])
        assert "@Lou Mercier" in reponse.text
