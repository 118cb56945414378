"""Where the communes stand on a need."""

import pytest
from django.utils import timezone

from besoins.models import Position, PositionDite
from reseau.models import Notification


def dire(client, besoin, niveau, **champs):
    return client.post(f"/besoins/{besoin.pk}/positions/", {"niveau": niveau, **champs})


def test_my_commune_says_where_it_stands_in_one_click(connecter, camille, balayeuse, louverne):
    reponse = dire(connecter(camille), balayeuse, "interessee")
    assert reponse.status_code == 302
    position = Position.objects.get()
    assert (position.collectivite, position.niveau, position.par) == (louverne, "interessee", camille)
    page = connecter(camille).get(balayeuse.get_absolute_url()).content.decode()
    assert "Louverné\u202f: intéressée" in page


def test_the_position_is_changed_and_what_was_said_is_kept(connecter, camille, balayeuse):
    client = connecter(camille)
    dire(client, balayeuse, "curieuse")
    dire(client, balayeuse, "interessee", quantite="2,5", commentaire="le mardi")
    position = Position.objects.get()
    assert (position.niveau, str(position.quantite), position.commentaire) == (
        "interessee",
        "2.50",
        "le mardi",
    )
    assert list(PositionDite.objects.values_list("niveau", flat=True)) == ["interessee", "curieuse"]


def test_the_word_of_the_referent_prevails_over_an_agents(connecter, camille, remi, balayeuse):
    dire(connecter(camille), balayeuse, "engagee")
    dire(connecter(remi), balayeuse, "hors")
    reponse = dire(connecter(camille), balayeuse, "engagee")
    position = Position.objects.get()
    assert (position.niveau, position.par, position.par_referent) == ("hors", remi, True)
    avis = connecter(camille).get(reponse["Location"]).content.decode()
    assert "La position du référent reste celle de la commune" in avis
    assert PositionDite.objects.filter(par=camille, retenue=False).count() == 1


def test_with_htmx_the_form_itself_says_that_an_agents_word_does_not_count(
    connecter, camille, remi, balayeuse
):
    dire(connecter(remi), balayeuse, "hors")
    client, sentence = connecter(camille), "La position du référent reste celle de la commune"
    reponse = client.post(
        f"/besoins/{balayeuse.pk}/positions/", {"niveau": "engagee"}, headers={"HX-Request": "true"}
    )
    assert sentence in reponse.content.decode()
    assert "HX-Request" in reponse["Vary"]
    assert sentence not in client.get(balayeuse.get_absolute_url()).content.decode()
    reponse = connecter(remi).post(
        f"/besoins/{balayeuse.pk}/positions/", {"niveau": "engagee"}, headers={"HX-Request": "true"}
    )
    assert sentence not in reponse.content.decode()


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_refused_position_is_not_announced_as_said(connecter, camille, balayeuse, htmx):
    client, adresse = connecter(camille), f"/besoins/{balayeuse.pk}/positions/"
    envoi = {"niveau": "engagee", "quantite": "-1"}
    page = client.post(adresse, envoi, headers=htmx).content.decode()
    assert "Et Louverné" in page and "Louverné\u202f: engagée" not in page
    assert 'value="engagee" checked' in page
    dire(client, balayeuse, "curieuse")
    page = client.post(adresse, envoi, headers=htmx).content.decode()
    assert "Louverné\u202f: curieuse" in page and "Louverné\u202f: engagée" not in page
    assert 'value="engagee" checked' in page


def test_the_author_is_told_where_a_commune_stands(connecter, camille, bruno, balayeuse):
    dire(connecter(camille), balayeuse, "interessee")
    notification = Notification.objects.get(membre=bruno)
    assert (notification.genre, notification.phrase) == ("position", "Louverné\u202f: intéressée")


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"niveau": ""}, "id_niveau"),
        ({"niveau": "ravie"}, "Sélectionnez un choix valide"),
        ({"niveau": "engagee", "quantite": "-1"}, "La quantité est supérieure à zéro"),
        ({"niveau": "engagee", "quantite": "beaucoup"}, "Saisissez un nombre"),
    ],
)
def test_a_wrong_answer_is_told_in_words_and_keeps_what_was_typed(
    connecter, camille, balayeuse, champs, erreur
):
    reponse = dire(connecter(camille), balayeuse, champs.pop("niveau"), commentaire="à garder", **champs)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert erreur in page
    assert "à garder" in page
    assert not Position.objects.exists()


def test_after_the_deadline_no_answer_is_taken(connecter, camille, balayeuse):
    balayeuse.echeance = timezone.localdate() - timezone.timedelta(days=1)
    balayeuse.save()
    reponse = dire(connecter(camille), balayeuse, "engagee")
    assert "ne prend plus de réponse" in reponse.content.decode()
    assert not Position.objects.exists()


def test_a_member_of_another_network_takes_no_position_on_a_reserved_need(
    connecter, chantal, camille, besoin_du_rst
):
    assert dire(connecter(chantal), besoin_du_rst, "engagee").status_code == 404
    assert dire(connecter(camille), besoin_du_rst, "engagee").status_code == 302


def test_a_secretary_of_two_communes_answers_for_the_one_she_chose(
    connecter, sylvie, balayeuse, louverne, montflours
):
    client = connecter(sylvie)
    dire(client, balayeuse, "curieuse")
    sylvie.choisir(montflours)
    dire(client, balayeuse, "engagee")
    dites = dict(Position.objects.values_list("collectivite__nom", "niveau"))
    assert dites == {"Louverné": "curieuse", "Montflours": "engagee"}
