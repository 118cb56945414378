"""Where a network says so, the first publication of a member waits for who runs it."""

import pytest
from django.db import IntegrityError, transaction

from reseau.models import Contribution, Discussion, Entree, Notification
from tests.fabriques import faire_besoin, faire_discussion, faire_membre


@pytest.fixture(autouse=True)
def _rst_lit_d_abord(rst, diane):
    rst.retient_les_nouveaux = True
    rst.save()


@pytest.fixture
def a_relire(camille, rst, bruno, sylvie):
    return faire_besoin("Nacelle CANARI", camille, reseau=rst, corps="Trois jours CANARI")


def saisie(membre, reseau, **champs):
    return {
        "titre": "Une nacelle",
        "genre": "question",
        "reseau": reseau.pk if reseau else "",
        "collectivite": membre.droits.collectivites[0],
        "visibilite": "membres",
        "publier": "",
        **champs,
    }


def test_the_first_publication_waits_and_the_next_ones_do_not(
    connecter, camille, diane, bruno, rst, amenagement, mailoutbox
):
    client = connecter(camille)
    page = client.post("/discussions/publier/", saisie(camille, rst), follow=True)
    a_relire = Discussion.objects.get()
    assert a_relire.est_a_relire and not Notification.objects.exists()
    assert "première publication" in page.text and "Modifier" in page.text
    assert [courriel.to for courriel in mailoutbox] == [[diane.courriel]]
    client.post(f"/contributions/{a_relire.pk}/publication/")  # once more changes nothing
    assert len(mailoutbox) == 1 and Discussion.objects.get().est_a_relire
    assert "attend un accord" in client.get("/brouillons/").text
    assert connecter(diane).post(f"/contributions/{a_relire.pk}/acceptation/").status_code == 302
    a_relire.refresh_from_db()
    assert a_relire.est_publiee and a_relire.retenue_le is None and a_relire.fil
    assert mailoutbox[-1].to == [camille.courriel] and "Diane" in mailoutbox[-1].body
    assert faire_discussion("Une autre", camille, reseau=rst).est_publiee


def test_it_goes_out_as_if_published_then_in_its_author_s_name(connecter, camille, diane, bruno, a_relire):
    connecter(diane).post(f"/contributions/{a_relire.pk}/acceptation/")
    notifies = Notification.objects.filter(genre="publication")
    assert {n.membre for n in notifies} >= {bruno, diane} and camille not in {n.membre for n in notifies}
    assert {n.acteur for n in notifies} == {camille}
    assert (
        a_relire.suivis.filter(membre=camille).exists() and not a_relire.suivis.filter(membre=diane).exists()
    )
    assert Entree.objects.filter(geste="parution", par=diane).exists()


def test_until_then_its_author_and_the_animateurs_alone_read_it(
    connecter, client, camille, bruno, remi, chantal, alex, diane, a_relire
):
    adresse = a_relire.get_absolute_url()
    for membre in (camille, bruno, remi, chantal, alex, diane):
        lit = membre in (camille, diane)
        page = connecter(membre).get(adresse)
        assert page.status_code == (200 if lit else 404)
        for liste in ("/", "/fil/", "/besoins/", "/recherche/?q=nacelle", "/reseaux/rst/", "/notifications/"):
            # Her own drafts are on her home page.
            assert ("CANARI" in connecter(membre).get(liste).text) == (membre == camille and liste == "/")
    client.logout()
    assert client.get(adresse).status_code == 302
    page = connecter(diane).get(adresse).text
    assert "Accepter" in page and "Supprimer le brouillon" not in page


def test_the_animatrice_answers_but_does_not_write(connecter, camille, bruno, diane, alex, a_relire):
    for membre in (bruno, alex, camille):
        for geste in ("acceptation", "renvoi"):
            reponse = connecter(membre).post(f"/contributions/{a_relire.pk}/{geste}/", {"motif": "x"})
            assert reponse.status_code == 404, membre
    client = connecter(diane)
    for adresse in (a_relire.url_de_modification, f"/contributions/{a_relire.pk}/retrait/"):
        assert client.get(adresse).status_code == 404
    for geste in ("publication", "suppression", "verrou"):
        assert client.post(f"/contributions/{a_relire.pk}/{geste}/", {"motif": "x"}).status_code == 404
    assert Contribution.objects.get().est_a_relire


def test_it_goes_back_to_its_author_with_the_reason(connecter, camille, diane, a_relire, mailoutbox):
    adresse = f"/contributions/{a_relire.pk}/renvoi/"
    assert connecter(diane).post(adresse, {"motif": " "}).status_code == 422
    mailoutbox.clear()
    connecter(diane).post(adresse, {"motif": "Dites pour quelle semaine."})
    [courriel] = mailoutbox
    assert courriel.to == [camille.courriel] and "Dites pour quelle semaine." in courriel.body
    a_relire.refresh_from_db()
    assert a_relire.est_brouillon and not a_relire.est_a_relire
    assert connecter(diane).get(a_relire.get_absolute_url()).status_code == 404
    connecter(camille).post(f"/contributions/{a_relire.pk}/publication/")
    assert Contribution.objects.get().est_a_relire


def test_the_queue_and_its_number_hold_what_waits(connecter, camille, diane, alex, remi, rst, a_relire):
    client = connecter(diane)
    for page in ("/", "/reseaux/", "/reseaux/rst/"):
        assert "1 publication à modérer" in client.get(page).text
    page = client.get("/signalements/").text
    assert "1 première publication à modérer" in page and "Nacelle CANARI" in page
    assert "CANARI" not in connecter(alex).get("/signalements/").text
    a_relire.accepter(par=diane)
    assert "CANARI" not in client.get("/signalements/").text


def test_nothing_is_held_elsewhere_nor_where_nobody_would_answer(camille, diane, alex, rst, amenagement):
    assert faire_discussion("Sans réseau", camille).est_publiee
    assert faire_discussion("De l’animatrice", diane, reseau=rst).est_publiee
    amenagement.accueillir(camille, par=None)
    assert faire_discussion("Ailleurs", camille, reseau=amenagement).est_publiee
    diane.adhesions.get().clore()
    assert faire_discussion("Sans animateur", camille, reseau=rst).est_publiee


def test_what_goes_to_another_network_no_longer_waits_in_the_first(
    connecter, camille, diane, rst, amenagement
):
    amenagement.accueillir(camille, par=None)
    a_relire = faire_discussion("Une nacelle", camille, reseau=rst)
    envoi = saisie(camille, amenagement)
    del envoi["publier"]
    connecter(camille).post(a_relire.url_de_modification, envoi | {"brouillon": ""})
    a_relire.refresh_from_db()
    assert a_relire.est_brouillon and not a_relire.est_a_relire
    assert connecter(diane).get(a_relire.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("geste", ["accepter", "renvoyer"])
def test_a_second_click_changes_nothing(diane, a_relire, geste, mailoutbox):
    mailoutbox.clear()
    motif = {"motif": "À revoir"} if geste == "renvoyer" else {}
    for _clic in range(2):
        getattr(a_relire, geste)(par=diane, **motif)
    assert len(mailoutbox) == 1 and Entree.objects.filter(par=diane).count() == 1


def test_the_network_says_so_on_its_presentation(connecter, diane, rst):
    client, adresse = connecter(diane), "/reseaux/rst/presentation/"
    client.post(adresse, {"resume": "", "presentation": "Bienvenue"})
    rst.refresh_from_db()
    assert not rst.retient_les_nouveaux
    client.post(adresse, {"resume": "", "presentation": "Bienvenue", "retient_les_nouveaux": "on"})
    rst.refresh_from_db()
    assert rst.retient_les_nouveaux


def test_only_what_is_to_appear_in_a_network_is_held(a_relire, balayeuse):
    Contribution.objects.filter(pk=a_relire.pk).update(titre="Nacelle")
    for champs in ({"reseau": None}, {"publie_le": "2026-01-01T00:00Z"}):
        with pytest.raises(IntegrityError, match="retenue_avant_parution"), transaction.atomic():
            Contribution.objects.filter(pk=a_relire.pk).update(**champs)


def test_what_is_held_is_found_by_no_search_of_others(camille, diane, bruno, a_relire):
    for membre in (camille, diane, bruno):
        visibles = Contribution.objects.visibles_par(membre.utilisateur)
        trouvees = {c.pk for c in visibles.search("nacelle", operator="and")}
        assert trouvees == (set() if membre == bruno else {a_relire.pk})


def test_one_does_not_go_round_a_network_that_reads_the_first_ones(connecter, camille, rst):
    discussion = faire_discussion("Ailleurs d’abord", camille)
    rst.retient_les_nouveaux = True
    rst.save()
    faire_membre("Ève", "Marchal", (camille.fonctions.get().collectivite), anime=[rst])
    saisie = {
        "titre": discussion.titre,
        "genre": "question",
        "reseau": rst.pk,
        "collectivite": discussion.collectivite_id,
        "visibilite": "membres",
    }
    refus = connecter(camille).post(discussion.url_de_modification, saisie)
    assert (refus.status_code, "lit d’abord la première publication" in refus.text) == (422, True)
