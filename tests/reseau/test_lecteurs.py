"""Who reads what, when that changes: a lost network, a wider audience, a hidden circle."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from reseau.forms.forums import DiscussionForm
from reseau.models import Contribution, Discussion, Notification
from tests.fabriques import faire_discussion, faire_message


def saisie(contribution, **champs):
    return {
        "titre": contribution.titre,
        "corps": contribution.corps,
        "reseau": contribution.reseau_id or "",
        "collectivite": contribution.collectivite_id,
        "visibilite": contribution.visibilite,
        "genre": "question",
        **champs,
    }


@pytest.fixture
def brouillon(camille, rst):
    return faire_discussion("Astreintes", camille, reseau=rst, visibilite="reseau", publier=False)


def quitter(camille, rst):
    camille.adhesions.get().clore()


def fermer(camille, rst):
    rst.fermer(par=camille)


@pytest.mark.parametrize("perdre", [None, quitter, fermer])
@pytest.mark.parametrize("porte", ["publication", "modifier"])
def test_a_draft_does_not_come_out_in_a_network_that_its_author_has_lost(
    connecter, camille, rst, brouillon, perdre, porte
):
    if perdre:
        perdre(camille, rst)
    client = connecter(camille)
    if porte == "publication":
        reponse = client.post(f"/contributions/{brouillon.pk}/publication/")
        assert reponse["Location"] == (
            brouillon.url_de_modification if perdre else brouillon.get_absolute_url()
        )
    else:
        reponse = client.post(brouillon.url_de_modification, saisie(brouillon, publier=""))
        assert reponse.status_code == (422 if perdre else 302)
    brouillon.refresh_from_db()
    assert brouillon.est_brouillon == bool(perdre)
    if perdre:
        page = client.get(brouillon.url_de_modification).text
        assert (
            "Toute la plateforme" in page
            and rst.nom not in page.partition("<form")[2].partition("</form>")[0]
        )


@pytest.fixture
def reservee(bruno, rst):
    return faire_discussion("Réorganisation", bruno, reseau=rst, visibilite="reseau", corps="Avant CANARI")


def test_what_others_said_to_few_is_not_shown_to_more(connecter, bruno, camille, reservee):
    client = connecter(bruno)
    faire_message(reservee, bruno, "Je commence.")
    assert (
        client.post(reservee.url_de_modification, saisie(reservee, visibilite="membres")).status_code == 302
    )
    reservee.refresh_from_db()
    faire_message(reservee, camille, "Entre nous…")
    reponse = client.post(reservee.url_de_modification, saisie(reservee, visibilite="publique"))
    assert reponse.status_code == 422 and "D’autres ont répondu ici" in reponse.text
    assert client.post(reservee.url_de_modification, saisie(reservee, visibilite="reseau")).status_code == 302
    assert Contribution.objects.get(pk=reservee.pk).visibilite == "reseau"


def test_what_is_said_between_the_door_and_the_writing_stays_with_its_readers(
    bruno, camille, reservee, amenagement
):
    """Opened to all, or moved, while an answer was being sent; answered while it was being opened."""
    lue_a_la_porte = Discussion.objects.select_related("reseau").get(pk=reservee.pk)
    formulaire = DiscussionForm(
        saisie(reservee, visibilite="publique", lue=reservee.repere_de_lecture),
        instance=Discussion.objects.get(pk=reservee.pk),
        membre=bruno,
        au_nom_de=reservee.collectivite,
    )
    assert formulaire.is_valid(), formulaire.errors
    avant = Discussion.objects.get(pk=reservee.pk).etat_suivi()
    faire_message(reservee, camille, "CANARI")
    assert formulaire.modifier(avant) is None and "D’autres ont répondu" in str(formulaire.errors)
    Contribution.objects.filter(pk=reservee.pk).update(reseau=amenagement)
    with pytest.raises(ValidationError, match="D’autres lisent maintenant"):
        faire_message(lue_a_la_porte, camille, "CANARI")


def test_a_thread_kept_to_a_network_does_not_change_hands(connecter, diane, camille, reservee, amenagement):
    amenagement.accueillir(diane, par=None, role="animateur")
    client = connecter(diane)
    faire_message(reservee, camille, "Entre nous…")
    reponse = client.post(reservee.url_de_modification, saisie(reservee, reseau=amenagement.pk))
    assert reponse.status_code == 422
    Contribution.objects.get(pk=reservee.pk).messages.all().delete()
    reponse = client.post(reservee.url_de_modification, saisie(reservee, reseau=amenagement.pk))
    assert reponse.status_code == 302


def test_the_history_tells_new_readers_nothing_of_before(connecter, bruno, camille, chantal, reservee):
    client = connecter(bruno)
    client.post(reservee.url_de_modification, saisie(reservee, titre="Organisation", corps="Après"))
    client.post(
        reservee.url_de_modification,
        saisie(reservee, titre="Organisation", corps="Après", visibilite="membres"),
    )
    reservee.refresh_from_db()
    client.post(reservee.url_de_modification, saisie(reservee, corps="Encore après"))
    adresse = reverse("reseau:historique", args=[reservee.pk])
    for lectrice, lu in ((chantal, False), (camille, False), (bruno, True)):
        page = connecter(lectrice).get(adresse).text
        assert "Encore après" in page
        assert ("CANARI" in page) == lu


def test_of_two_who_edit_at_once_the_second_is_told_before_she_overwrites(connecter, bruno, diane, reservee):
    lue = connecter(diane).get(reservee.url_de_modification).context["form"]["lue"].value()
    connecter(bruno).post(reservee.url_de_modification, saisie(reservee, titre="Le titre de Bruno"))
    envoi = saisie(reservee, titre="Le titre de Diane", lue=lue)
    reponse = connecter(diane).post(reservee.url_de_modification, envoi)
    assert reponse.status_code == 422 and "Quelqu’un d’autre" in reponse.text
    assert Contribution.objects.get(pk=reservee.pk).titre == "Le titre de Bruno"
    lue = reponse.context["form"]["lue"].value()
    assert connecter(diane).post(reservee.url_de_modification, envoi | {"lue": lue}).status_code == 302
    assert Contribution.objects.get(pk=reservee.pk).titre == "Le titre de Diane"


def test_nothing_said_in_a_network_by_invitation_is_for_others(connecter, camille, rst):
    envoi = {
        "titre": "Une question",
        "genre": "question",
        "reseau": rst.pk,
        "collectivite": camille.droits.collectivites[0],
    }
    rst.acces = "invitation"
    rst.save()
    for visibilite in ("membres", "publique"):
        reponse = connecter(camille).post("/discussions/publier/", envoi | {"visibilite": visibilite})
        assert reponse.status_code == 422 and "est sur invitation" in reponse.text
    assert (
        connecter(camille).post("/discussions/publier/", envoi | {"visibilite": "reseau"}).status_code == 302
    )
    assert Discussion.objects.get().visibilite == "reseau"


def test_publishing_from_a_network_by_invitation_is_for_its_members_unless_told_otherwise(
    connecter, camille, rst
):
    client = connecter(camille)
    assert client.get("/discussions/publier/").context["form"]["visibilite"].value() == "membres"
    rst.acces = "invitation"
    rst.save()
    assert client.get("/discussions/publier/").context["form"]["visibilite"].value() == "reseau"


def test_a_draft_has_no_thread_to_catch_up_with(connecter, camille, bruno, brouillon, balayeuse):
    client = connecter(camille)
    assert client.get(f"/contributions/{brouillon.pk}/rattrapage/?depuis=0").status_code == 404
    assert client.get(f"/contributions/{balayeuse.pk}/rattrapage/?depuis=0").status_code == 200
    balayeuse.retirer(par=bruno, motif="Doublon")
    assert connecter(bruno).get(f"/contributions/{balayeuse.pk}/rattrapage/?depuis=0").status_code == 200


def test_a_page_is_read_where_the_database_takes_no_writing(
    connecter, camille, bruno, balayeuse, monkeypatch
):
    from django.db import InternalError

    def refuser(*args, **kwargs):
        raise InternalError("cannot execute UPDATE in a read-only transaction")

    balayeuse.suivre(camille)
    faire_message(balayeuse, bruno)
    monkeypatch.setattr(Notification, "lues", refuser)
    assert connecter(camille).get(balayeuse.get_absolute_url()).status_code == 200
