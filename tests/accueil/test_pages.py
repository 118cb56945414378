import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import Page, Site

from plateforme.accueil.installation import installer
from plateforme.accueil.models import PageAccueil, PageLegale, Parametres
from plateforme.accueil.models.pages import OBLIGATOIRES

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ["", *(f"{slug}/" for slug in OBLIGATOIRES), "plan-du-site/"])
def test_a_new_site_has_its_home_and_the_pages_that_the_law_asks_for(client, slug):
    reponse = client.get(f"/{slug}")
    assert reponse.status_code == 200
    assert reponse.content.count(b"<h1") == 1


@pytest.mark.parametrize(
    "nom",
    ["aide", "contact", "accessibilite", "mentions_legales", "donnees_personnelles", "plan_du_site"],
)
def test_every_page_links_to_the_pages_that_the_law_asks_for(client, nom):
    assert f'href="{reverse(f"accueil:{nom}")}"' in client.get("/plan-du-site/").content.decode()


def test_installing_again_changes_nothing():
    PageLegale.objects.filter(slug="aide").update(corps="<p>Notre aide à nous</p>")
    installer()
    assert PageAccueil.objects.count() == 1
    assert PageLegale.objects.get(slug="aide").corps == "<p>Notre aide à nous</p>"


def test_a_database_emptied_of_everything_gets_its_pages_back():
    Site.objects.all().delete()
    Page.get_first_root_node().delete()
    installer()
    assert Site.objects.get(is_default_site=True).root_page.specific == PageAccueil.objects.get()


def test_without_a_valid_audit_every_page_says_non_conforme_in_the_words_of_the_law(client):
    pied = re.sub(r"\s+", " ", client.get("/aide/").content.decode())
    assert "Accessibilité : non conforme" in pied
    declaration = client.get("/accessibilite/").content.decode()
    for section in [
        "État de conformité",
        "Contenus non accessibles",
        "Retour d’information",
        "Voies de recours",
    ]:
        assert section in declaration
    assert "n’a pas encore été audité" in declaration


def test_conformity_cannot_be_claimed_without_an_audit():
    parametres = Parametres.load()
    parametres.accessibilite = Parametres.Accessibilite.PARTIELLEMENT
    with pytest.raises(ValidationError, match="la moitié"):
        parametres.full_clean()
    parametres.accessibilite_taux = 71
    parametres.full_clean()


def test_the_state_of_accessibility_and_the_publisher_come_from_the_settings(client):
    parametres = Parametres.load()
    parametres.accessibilite, parametres.accessibilite_taux = Parametres.Accessibilite.PARTIELLEMENT, 71
    parametres.editeur, parametres.directeur_publication = "Agglo d’Essai", "Nour Delaunay, présidente"
    parametres.save()
    assert "partiellement conforme" in client.get("/aide/").content.decode()
    assert "71\u202f% des critères" in client.get("/accessibilite/").content.decode()
    mentions = client.get("/mentions-legales/").content.decode()
    assert "Agglo d’Essai" in mentions and "Nour Delaunay, présidente" in mentions


def test_what_the_publisher_has_not_filled_in_is_named_rather_than_left_blank(client):
    assert "à compléter dans les réglages du site" in client.get("/mentions-legales/").content.decode()
    assert "hébergeur" in [str(nom) for nom in Parametres.load().manquants()]


@pytest.mark.parametrize("couleur", ["rouge", "#12594", "#12594b;}", "#12594b\n"])
def test_a_colour_is_six_hexadecimal_digits_and_nothing_else(couleur):
    with pytest.raises(ValidationError):
        Parametres(couleur=couleur).full_clean()


def test_the_colour_of_the_collectivite_reaches_every_page(client):
    parametres = Parametres.load()
    parametres.couleur = "#5b2a86"
    parametres.save()
    reponse = client.get("/aide/")
    nonce = re.search(r'<style nonce="([^"]+)">:root { --marque: #5b2a86 }', reponse.text)[1]
    assert f"'nonce-{nonce}'" in reponse["Content-Security-Policy"]


def test_the_settings_are_read_once_a_minute_and_no_more(client, django_assert_num_queries):
    from plateforme.accueil.models.parametres import identite

    identite()
    with django_assert_num_queries(0):
        assert identite()["nom"] == "Mutualisons"
