"""A document is read again on its day: its owner is told, its page says so, the animatrice has the list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reseau.models import Notification
from ressources_docs.models import Ressource
from ressources_docs.signal_handlers import rappeler_les_relectures
from tests.fabriques import faire_ressource

HIER = -1


def dans(jours):
    return timezone.localdate() + timedelta(days=jours)


@pytest.fixture
def perimee(camille, rst):
    return faire_ressource(
        "Les seuils des marchés",
        camille,
        reseau=rst,
        nature="fiche_juridique",
        a_jour_au=dans(-366),
        relire_le=dans(HIER),
    )


def test_its_page_and_its_line_say_that_it_is_to_be_checked(connecter, bruno, perimee):
    client = connecter(bruno)
    assert "vérifiez qu’il est encore juste" in client.get(perimee.get_absolute_url()).text
    assert "à vérifier" in client.get("/documents/").text
    Ressource.objects.update(relire_le=dans(1))
    assert "à vérifier" not in client.get("/documents/").text


def test_its_owner_is_told_once_for_each_date(perimee, camille, mailoutbox):
    for _ in range(2):
        rappeler_les_relectures(None)
        notification = camille.notifications.get(genre=Notification.Genre.RELECTURE)
        Notification.lues(camille)
    assert "À vérifier depuis le" in notification.phrase
    assert camille.notifications.get().lue_le, "the second passage tells nothing more"
    Ressource.objects.update(relire_le=dans(0))
    rappeler_les_relectures(None)
    assert camille.notifications.get().lue_le is None


def test_what_is_not_due_withdrawn_or_a_draft_recalls_nothing(camille, rst, perimee):
    faire_ressource("Brouillon", camille, relire_le=dans(HIER), publier=False)
    faire_ressource("Plus tard", camille, relire_le=dans(1))
    perimee.retirer(par=camille, motif="abrogée")
    rappeler_les_relectures(None)
    assert not Notification.objects.filter(genre=Notification.Genre.RELECTURE).exists()


def test_who_looks_after_it_says_that_it_still_holds(connecter, camille, bruno, perimee):
    adresse = f"/documents/{perimee.pk}/relecture/"
    assert connecter(bruno).get(adresse).status_code == 404
    client = connecter(camille)
    juste = {"a_jour_au": dans(0).isoformat(), "relire_le": dans(365).isoformat()}
    assert client.post(adresse, juste | {"relire_le": dans(0).isoformat()}).status_code == 422
    assert client.post(adresse, juste | {"a_jour_au": dans(2).isoformat()}).status_code == 422
    assert client.post(adresse, juste).status_code == 302
    perimee.refresh_from_db()
    assert not perimee.est_a_verifier and perimee.a_jour_au == dans(0)
    assert "à jour au" in client.get(f"/contributions/{perimee.pk}/historique/").text


def test_the_animatrice_has_the_list_of_those_of_her_networks(
    connecter, diane, camille, remi, chantal, bruno, perimee, rst
):
    faire_ressource("À jour", camille, reseau=rst, relire_le=dans(1))
    for membre, attendus in ((diane, 1), (camille, 1), (remi, 1), (bruno, 0), (chantal, 0)):
        client = connecter(membre)
        assert len(client.get("/documents/a-verifier/").context["ressources"]) == attendus
        assert ("document à vérifier" in client.get("/documents/").text) == bool(attendus)
    page = connecter(diane).get(rst.get_absolute_url())
    assert "1 document à vérifier" in page.text and "/documents/a-verifier/" in page.text
    assert connecter(camille).get(rst.get_absolute_url()).text.count("/documents/a-verifier/") == 0
