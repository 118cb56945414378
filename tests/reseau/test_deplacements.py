"""To another network: never to show to others what was said to few, nor to take it away from its author."""

from datetime import date

import pytest

from besoins.models import Position
from reseau.models import Contribution, Entree, Notification
from tests.fabriques import (
    faire_annonce,
    faire_consultation,
    faire_discussion,
    faire_message,
    faire_rencontre,
    faire_reseau,
)


@pytest.fixture(autouse=True)
def _diane_est_des_deux(diane, amenagement):
    amenagement.accueillir(diane, par=None)


def deplacer(connecter, membre, contribution, vers):
    return connecter(membre).post(f"/contributions/{contribution.pk}/deplacement/", {"vers": vers.pk})


def test_the_animatrice_puts_a_discussion_where_it_belongs(
    connecter, camille, bruno, diane, discussion, rst, amenagement, mailoutbox
):
    discussion.suivre(camille)
    Notification.objects.all().delete()
    adresse = discussion.get_absolute_url()
    page = connecter(diane).get(adresse).text
    assert "Changer de réseau" in page
    page = connecter(diane).get(f"/contributions/{discussion.pk}/deplacement/").text
    assert "vous ne pourrez plus y modérer" in page  # she does not run that one
    assert deplacer(connecter, diane, discussion, amenagement)["Location"] == adresse
    discussion.refresh_from_db()
    assert discussion.reseau == amenagement
    assert "Diane Tessier a déplacé vers" in connecter(camille).get("/notifications/").text
    assert connecter(camille).get(adresse).status_code == 200
    assert amenagement.nom in connecter(camille).get(f"/contributions/{discussion.pk}/historique/").text
    gestes = Entree.objects.filter(geste="deplacement", par=diane)
    assert {entree.reseau for entree in gestes} == {rst, amenagement}
    assert connecter(bruno).get(f"/contributions/{discussion.pk}/deplacement/").status_code == 404


@pytest.mark.parametrize("qui_a_parle", ["personne", "auteur", "autre", "commune"])
def test_what_others_said_to_a_network_stays_there(
    connecter, camille, bruno, diane, louverne, besoin_du_rst, rst, amenagement, qui_a_parle
):
    amenagement.accueillir(bruno, par=None)
    if qui_a_parle == "commune":
        dit = {"niveau": "hors", "commentaire": "Entre nous…"}
        Position.dire(besoin_du_rst, collectivite=louverne, par=camille, **dit)
    elif qui_a_parle != "personne":
        faire_message(besoin_du_rst, bruno if qui_a_parle == "auteur" else camille, "Entre nous…")
    reponse = deplacer(connecter, diane, besoin_du_rst, amenagement)
    besoin_du_rst.refresh_from_db()
    if qui_a_parle in ("autre", "commune"):
        assert reponse.status_code == 422 and "D’autres ont répondu" in reponse.text
        assert besoin_du_rst.reseau == rst
    else:
        assert reponse.status_code == 302 and besoin_du_rst.reseau == amenagement


def test_who_may_no_longer_read_it_is_told_nothing_and_who_now_may_reads_nothing_of_before(
    connecter, camille, sylvie, bruno, chantal, diane, besoin_du_rst, amenagement
):
    for membre in (bruno, sylvie):
        amenagement.accueillir(membre, par=None)
    for membre in (camille, sylvie):
        besoin_du_rst.suivre(membre)
    Notification.objects.exclude(membre=camille).delete()
    assert connecter(camille).get("/notifications/").context["entete"].non_lues == 1
    deplacer(connecter, diane, besoin_du_rst, amenagement)
    client = connecter(camille)
    page = client.get("/notifications/")
    assert page.context["entete"].non_lues == 0 and "CANARI" not in page.text
    assert client.get(besoin_du_rst.get_absolute_url()).status_code == 404
    assert set(Notification.objects.filter(genre="deplacement").values_list("membre__prenom", flat=True)) == {
        "Sylvie",
        "Bruno",
    }
    historique = connecter(chantal).get(f"/contributions/{besoin_du_rst.pk}/historique/")
    assert historique.status_code == 200 and "services techniques" not in historique.text


def test_it_is_not_taken_away_from_who_published_it(connecter, bruno, diane, besoin_du_rst, rst, amenagement):
    reponse = deplacer(connecter, diane, besoin_du_rst, amenagement)
    assert reponse.status_code == 422 and "Bruno Petit" in reponse.text
    amenagement.accueillir(bruno, par=None)
    assert deplacer(connecter, diane, besoin_du_rst, amenagement).status_code == 302


def test_what_all_may_read_does_not_enter_a_network_by_invitation(connecter, diane, discussion, amenagement):
    amenagement.acces = "invitation"
    amenagement.save()
    reponse = deplacer(connecter, diane, discussion, amenagement)
    assert reponse.status_code == 422 and "est sur invitation" in reponse.text


def test_one_moves_only_to_a_network_of_hers_that_is_open(connecter, diane, alex, discussion, amenagement):
    for vers in (faire_reseau("Voirie"), discussion.reseau):
        reponse = deplacer(connecter, diane, discussion, vers)
        assert reponse.status_code == 422
    amenagement.fermer(par=alex)
    assert deplacer(connecter, diane, discussion, amenagement).status_code == 422
    assert Contribution.objects.get(pk=discussion.pk).reseau == discussion.reseau


def test_a_second_click_moves_nothing(diane, bruno, discussion, rst, amenagement):
    for _clic in range(2):
        discussion.deplacer(amenagement, par=diane)
    assert discussion.modifications.count() == 1
    assert faire_discussion("Autre", bruno, reseau=rst).modifications.count() == 0


def test_a_form_that_was_open_before_the_move_does_not_undo_it(
    connecter, bruno, diane, discussion, rst, amenagement
):
    amenagement.accueillir(bruno, par=None)
    adresse = f"/discussions/{discussion.pk}/modifier/"
    saisie = {
        "titre": discussion.titre,
        "genre": "question",
        "corps": "Une précision de plus.",
        "collectivite": discussion.collectivite_id,
        "reseau": rst.pk,
        "visibilite": "membres",
        "lue": connecter(bruno).get(adresse).context["form"]["lue"].value(),
    }
    Contribution.objects.get(pk=discussion.pk).specifique.deplacer(amenagement, par=diane)
    refus = connecter(bruno).post(adresse, saisie)
    assert (refus.status_code, "pendant que vous écriviez" in refus.text) == (422, True)
    discussion.refresh_from_db()
    assert discussion.reseau == amenagement


def test_an_announcement_stays_where_it_was_sent(connecter, diane, rst, amenagement):
    annonce = faire_annonce("Astreinte", diane, reseau=rst)
    assert "Changer de réseau" not in connecter(diane).get(annonce.get_absolute_url()).text
    refus = deplacer(connecter, diane, annonce, amenagement)
    assert (refus.status_code, "elle y reste" in refus.text) == (422, True)
    annonce.refresh_from_db()
    assert annonce.reseau == rst


@pytest.mark.parametrize(("genre", "code"), [("reunion", 422), ("visite", 302)])
def test_a_meeting_moves_only_where_one_may_call_it(connecter, diane, rst, amenagement, genre, code):
    rencontre = faire_rencontre("Déneigement", diane, reseau=rst, genre=genre)
    assert deplacer(connecter, diane, rencontre, amenagement).status_code == code


def test_a_consultation_moves_where_those_that_it_asks_have_somebody(
    connecter, diane, bruno, camille, change, louverne, rst, amenagement
):
    a_tous = {"reseau": rst, "visibilite": "membres", "jusqu_au": date(2999, 1, 1)}
    consultation = faire_consultation("Liaison douce", diane, interrogees=[change, louverne], **a_tous)
    amenagement.accueillir(bruno, par=None)
    refus = deplacer(connecter, diane, consultation, amenagement)
    assert (refus.status_code, "n’ont personne dans" in refus.text) == (422, True)
    amenagement.accueillir(camille, par=None)
    assert deplacer(connecter, diane, consultation, amenagement).status_code == 302
    consultation.refresh_from_db()
    assert consultation.reseau == amenagement
