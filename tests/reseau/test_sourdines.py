"""Muting: no row, no bell, no mail; what is muted is still found, read and followed."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from besoins.models import Position
from reseau.models import Adhesion, Domaine, Notification, Silences, Sourdine
from tests.fabriques import faire_besoin, faire_message


@pytest.fixture
def voirie(db):
    return Domaine.objects.first()


@pytest.fixture
def besoin(bruno, rst, voirie):
    """Followed by Camille, who asked for every mail at once."""
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    besoin.domaines.add(voirie)
    return besoin


def cibles(besoin, voirie):
    return {
        "contribution": {"contribution": besoin.contribution_ptr},
        "domaine": {"domaine": voirie},
        "collectivite": {"collectivite": besoin.collectivite},
        "reseau": {"reseau": besoin.reseau},
    }


@pytest.fixture
def a_l_ecoute(camille, sylvie, besoin, mailoutbox):
    """Camille and Sylvie take part in it and get their mail at once; nothing is told yet."""
    for membre in (camille, sylvie):
        faire_message(besoin, membre)
    Adhesion.objects.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    Notification.objects.all().delete()
    mailoutbox.clear()


def prevenus(mailoutbox):
    """Who got a row; the mails went to the same."""
    noms = set(Notification.objects.values_list("membre__prenom", flat=True))
    assert {courriel.to[0].partition(".")[0] for courriel in mailoutbox} == {nom.lower() for nom in noms}
    return noms


@pytest.mark.parametrize("cible", Sourdine.CIBLES)
def test_what_is_muted_is_told_to_the_others_only(
    connecter, camille, sylvie, bruno, besoin, voirie, a_l_ecoute, mailoutbox, cible
):
    Sourdine.poser(camille, **cibles(besoin, voirie)[cible])
    faire_message(besoin, bruno)
    assert prevenus(mailoutbox) == {"Sylvie"}
    client = connecter(camille)
    assert client.get("/notifications/").context["entete"].non_lues == 0
    assert "Sel de déneigement" in client.get("/fil/").text
    assert "En sourdine" in client.get(besoin.get_absolute_url()).text
    Sourdine.objects.get().delete()
    faire_message(besoin, bruno)
    assert prevenus(mailoutbox) == {"Sylvie", "Camille"}


@pytest.mark.parametrize("cible", Sourdine.CIBLES)
def test_a_mention_still_passes_unless_the_contribution_itself_is_muted(
    camille, bruno, besoin, voirie, a_l_ecoute, mailoutbox, cible
):
    Sourdine.poser(camille, **cibles(besoin, voirie)[cible])
    faire_message(besoin, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    assert ("Camille" in prevenus(mailoutbox)) == (cible != "contribution")


@pytest.mark.parametrize("cible", Sourdine.CIBLES)
def test_a_wide_sourdine_does_not_hide_what_answers_my_own_publication(
    camille, bruno, louverne, besoin, voirie, cible
):
    Notification.objects.all().delete()
    Sourdine.poser(bruno, **cibles(besoin, voirie)[cible])
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")
    assert Notification.objects.filter(membre=bruno).exists() == (cible != "contribution")


def test_another_commune_network_or_domaine_is_not_muted(
    camille, bruno, montflours, amenagement, besoin, a_l_ecoute, mailoutbox
):
    for cible in (
        {"collectivite": montflours},
        {"reseau": amenagement},
        {"domaine": Domaine.objects.last()},
        {"contribution": faire_besoin("Nacelle", bruno).contribution_ptr},
    ):
        Sourdine.poser(camille, **cible)
    Notification.objects.all().delete()
    mailoutbox.clear()
    faire_message(besoin, bruno)
    assert "Camille" in prevenus(mailoutbox)


def test_a_withdrawal_is_not_mailed_to_who_muted_it(camille, bruno, besoin, a_l_ecoute, mailoutbox):
    Sourdine.poser(camille, contribution=besoin.contribution_ptr)
    mailoutbox.clear()
    besoin.retirer(par=bruno, motif="Doublon")
    assert [courriel.to[0].partition(".")[0] for courriel in mailoutbox] == ["sylvie"]


def test_telling_costs_the_same_whatever_is_muted(
    camille, bruno, sylvie, besoin, voirie, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cout():
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            faire_message(besoin, bruno)
        return len(requetes)

    besoin.suivre(sylvie)
    cout()
    avant = cout()
    for cible in cibles(besoin, voirie).values():
        Sourdine.poser(camille, **cible)
    assert cout() == avant


def test_from_its_page_one_mutes_then_listens_again_and_goes_on_following(connecter, camille, besoin):
    client, adresse = connecter(camille), f"/contributions/{besoin.pk}/sourdine/"
    besoin.suivre(camille)
    for _clic in range(2):
        client.post(adresse, {"sourdine": "oui"})
    assert Sourdine.objects.get().cible.pk == besoin.pk
    assert besoin.suivis.filter(membre=camille).exists()
    reponse = client.post(adresse, {"sourdine": "non"}, headers={"HX-Request": "true"})
    assert "Vous suivez" in reponse.text and "<html" not in reponse.text
    assert not Sourdine.objects.exists()


@pytest.mark.parametrize("url", ["/communes/change/", "/reseaux/rst/"])
def test_a_commune_and_a_network_are_muted_from_their_pages(connecter, camille, besoin, url):
    client = connecter(camille)
    assert "Mettre en sourdine" in client.get(url).text
    client.post(f"{url}sourdine/", {"sourdine": "oui"})
    assert "Lever la sourdine" in client.get(url).text
    client.post(f"{url}sourdine/", {"sourdine": "non"})
    assert not Sourdine.objects.exists()


def test_my_page_lists_what_i_muted_and_undoes_it(
    connecter, camille, sylvie, besoin, voirie, django_assert_max_num_queries
):
    for cible in cibles(besoin, voirie).values():
        Sourdine.poser(camille, **cible)
    Sourdine.poser(sylvie, domaine=voirie)
    client = connecter(camille)
    client.get("/moi/sourdines/")  # what a process keeps a minute is at hand
    with django_assert_max_num_queries(8):
        page = client.get("/moi/sourdines/")
    for nom in ("Sel de déneigement", "Changé", "Réseau des services techniques", voirie.libelle):
        assert nom in page.text
    for sourdine in page.context["sourdines"]:
        client.post(reverse("reseau:sourdine_levee", args=[sourdine.pk]))
    assert Sourdine.objects.get().membre == sylvie
    reponse = client.post("/moi/sourdines/", {"domaine": voirie.code})
    assert reponse.status_code == 302 and Sourdine.objects.filter(membre=camille, domaine=voirie).exists()
    reponse = client.post("/moi/sourdines/", {"domaine": ""})
    assert reponse.status_code == 422 and "Choisissez le domaine" in reponse.text


def test_what_i_may_no_longer_read_is_not_named_among_my_sourdines(connecter, camille, besoin_du_rst, rst):
    Sourdine.poser(camille, contribution=besoin_du_rst.contribution_ptr)
    assert "CANARI" in connecter(camille).get("/moi/sourdines/").text
    camille.adhesions.get().clore()
    assert "CANARI" not in connecter(camille).get("/moi/sourdines/").text


def test_a_sourdine_has_one_target(camille, besoin, voirie):
    for cible in ({}, {"domaine": voirie, "collectivite": besoin.collectivite}):
        with pytest.raises(IntegrityError, match="reseau_sourdine_une_cible"), transaction.atomic():
            Sourdine.objects.create(membre=camille, **cible)


def test_who_unfollowed_follows_again_only_by_taking_part(connecter, camille, bruno, besoin):
    faire_message(besoin, camille)
    connecter(camille).post(f"/contributions/{besoin.pk}/suivi/", {"suivre": "non"})
    faire_message(besoin, bruno, "@Camille Morel encore une question…")
    besoin.clore(par=bruno, issue="reponse")
    besoin.rouvrir(par=bruno)
    besoin.retirer(par=bruno, motif="Doublon").retablir(par=bruno)
    Sourdine.poser(camille, contribution=besoin.contribution_ptr).delete()
    assert not besoin.suivis.filter(membre=camille).exists()
    faire_message(besoin, camille)
    assert besoin.suivis.filter(membre=camille).exists()


def test_the_two_rules_say_the_same_of_every_member_and_every_target(
    camille, sylvie, bruno, diane, remi, chantal, besoin, voirie
):
    """`visant`, for one event and many members; `Silences`, for many events of a récapitulatif."""
    for membre in (camille, bruno, diane):
        for cible in cibles(besoin, voirie).values():
            Sourdine.objects.all().delete()
            Sourdine.poser(membre, **cible)
            silences = Silences([m.pk for m in (camille, sylvie, bruno, diane, remi, chantal)], [besoin.pk])
            for nommement in (False, True):
                visees = set(
                    Sourdine.objects.visant(besoin, nommement=nommement).values_list("membre", flat=True)
                )
                tus = {
                    m.pk
                    for m in (camille, sylvie, bruno, diane, remi, chantal)
                    if silences.taisent(m.pk, besoin, nommement=nommement)
                }
                assert visees == tus, (membre, cible, nommement)
