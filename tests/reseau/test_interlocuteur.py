"""Whom to ring at the agglomération: on the page of a commune, and at the foot of each page of its people."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from reseau.models import Fonction
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_discussion, faire_membre

PIED = "vous répond."


@pytest.fixture
def jeanne_repond(jeanne):
    jeanne.telephone, jeanne.telephone_pour = "02 00 00 00 03", "reseaux"
    jeanne.save()
    return jeanne


def pied(client, page="/besoins/"):
    return client.get(page).text.partition('<aside class="interlocuteur"')[2].partition("</aside>")[0]


def test_the_people_of_a_commune_read_on_every_page_whom_to_ring(
    client, connecter, jeanne_repond, camille, bruno
):
    assert not pied(client), "a visitor reads no name"
    for page in ("/", "/besoins/", "/membres/", f"/membres/{bruno.pk}/", "/moi/"):
        lu = pied(connecter(camille), page)
        assert "Louverné" in lu and "Jeanne Hamon" in lu and 'href="tel:0200000003"' in lu, page
    assert not pied(connecter(bruno)), "his commune has nobody named"
    assert not pied(connecter(jeanne_repond)), "she speaks for nobody"


def test_it_follows_the_commune_one_speaks_for(connecter, sylvie, jeanne_repond, montflours):
    paul = faire_membre("Paul", "Noël", (montflours, Fonction.Role.INTERLOCUTEUR), telephone="02 00 00 00 04")
    client = connecter(sylvie)
    assert "Jeanne Hamon" in pied(client)
    client.post(reverse("reseau:au_nom_de"), {"collectivite": montflours.pk})
    assert paul.nom_complet in pied(client) and "Jeanne" not in pied(client)


def test_the_foot_of_the_pages_costs_no_statement(connecter, camille, rst):
    client = connecter(camille)
    pages = ["/besoins/", "/membres/", "/reseaux/rst/", reverse("reseau:fil")]
    sans = [requetes_pour(client, page) for page in pages]
    faire_membre("Jeanne", "Hamon", (camille.fonctions.get().collectivite, Fonction.Role.INTERLOCUTEUR))
    caches["local"].clear()
    client.get("/besoins/")
    assert PIED in pied(client)
    assert [requetes_pour(client, page) for page in pages] == sans


def test_who_is_away_leaves_her_place_to_her_deputy(connecter, camille, jeanne_repond, bruno, remi):
    bruno.telephone = remi.telephone = "02 00 00 00 06"
    bruno.save()
    remi.telephone_pour = "reseaux"
    remi.save()
    jour = timezone.localdate()
    client = connecter(camille)
    for suppleant, appel in ((bruno, True), (remi, False), (None, False)):
        jeanne_repond.s_absenter(du=jour, au=jour + timedelta(days=3), suppleant=suppleant)
        caches["local"].clear()
        lu = pied(client)
        assert "Jeanne Hamon" in lu and 'href="tel:0200000003"' not in lu
        assert ('href="tel:0200000006"' in lu) == appel, suppleant
        assert not suppleant or suppleant.nom_complet in lu


def test_of_two_the_one_who_is_there_is_named(connecter, camille, jeanne_repond, louverne):
    faire_membre("Paul", "Noël", (louverne, Fonction.Role.INTERLOCUTEUR))
    assert "Jeanne Hamon" in pied(connecter(camille))
    jour = timezone.localdate()
    jeanne_repond.s_absenter(du=jour, au=jour)
    caches["local"].clear()
    assert "Paul Noël" in pied(connecter(camille))


def test_who_no_longer_answers_is_no_longer_named(connecter, camille, jeanne_repond):
    jeanne_repond.fonctions.get().clore()
    assert not pied(connecter(camille))


def test_the_page_of_a_commune_sorts_its_people_by_what_they_do(
    connecter, louverne, camille, remi, jeanne_repond, bruno
):
    camille.exercer(louverne, "elu", intitule="adjointe", par=None)
    page = connecter(bruno).get("/communes/louverne/").text
    page = page[page.index("titre-personnes") :]
    rangs = [
        page.index(mot)
        for mot in ("Référent·e de la commune", "Services", "Élu·e·s", "Qui lui répond", "Jeanne Hamon")
    ]
    assert rangs == sorted(rangs)
    assert "02 00 00 00 03" in page, "Bruno is in her network"


def test_the_page_of_a_commune_shows_what_it_has_open_by_type(
    connecter, client, camille, remi, bruno, louverne
):
    ouvert = faire_besoin("Une nacelle", camille)
    clos = faire_besoin("Du sel", camille)
    clos.clore(par=camille, issue="pret")
    faire_besoin("Brouillon", camille, publier=False)
    faire_discussion("Quel enrobé à froid ?", camille, visibilite="publique")
    page = connecter(bruno).get("/communes/louverne/")
    assert [r.nom for r in page.context["en_cours"]] == ["Besoins", "Discussions"]
    assert ouvert.titre in page.text and "Quel enrobé" in page.text
    assert clos.titre not in page.text and "Brouillon" not in page.text
    client.logout()
    page = client.get("/communes/louverne/").text
    assert "Quel enrobé" in page and ouvert.titre not in page
