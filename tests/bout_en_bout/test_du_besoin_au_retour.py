"""The whole life of a need, each person in a window of her own: posted three times, brought together, made a
project, engaged by a deliberation, closed, and found by a fourth commune."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from besoins.models import Besoin, Projet, RetourExperience
from reseau.models import Fonction
from tests.fabriques import faire_commune, faire_membre

pytestmark = pytest.mark.navigateur

PUBLIES = {
    "camille": "Nacelle pour les illuminations de Noël",
    "bruno": "besoin d'une nacelle pr illuminations noel",
    "sylvie": "Location nacelle, illuminations de Noël",
}
PROJET = "Une nacelle à trois communes pour les illuminations"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF"
ACTE = {"name": "deliberation.pdf", "mimeType": "application/pdf", "buffer": PDF}


@pytest.fixture
def nadege(rst):
    """An élue of a commune next door."""
    return faire_membre("Nadège", "Quentin", (faire_commune("Argentré"), Fonction.Role.ELU), reseaux=[rst])


@pytest.fixture
def helene(rst):
    """Technical director of the ville-centre, who leads the project."""
    return faire_membre("Hélène", "Castel", faire_commune("Laval"), reseaux=[rst])


def publier(page, titre, au_nom_de=None):
    page.goto("/besoins/publier/")
    if au_nom_de:
        page.get_by_label("Au nom de").select_option(label=au_nom_de)
    page.get_by_label("De quoi avez-vous besoin").fill(titre)
    reseau = page.get_by_label("Réseau", exact=True)
    if reseau.count():
        reseau.select_option(label="Services techniques")
    page.get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_url(re.compile(r"/besoins/\d+/"))
    if page.url.rstrip("/").split("/")[-1] == "sollicitations":
        page.get_by_role("link", name="Plus tard").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)


def test_three_needs_become_a_project_whose_experience_a_fourth_commune_finds(
    fenetre, camille, bruno, sylvie, diane, remi, nadege, helene
):
    # Three communes, three ways to write it.
    telephone = fenetre(camille, largeur=360)
    publier(telephone, PUBLIES["camille"])
    publier(fenetre(bruno), PUBLIES["bruno"])
    publier(fenetre(sylvie), PUBLIES["sylvie"], au_nom_de="Montflours")
    besoins = list(Besoin.objects.order_by("pk"))
    assert [besoin.collectivite.nom for besoin in besoins] == ["Louverné", "Changé", "Montflours"]

    # The animatrice sees that it is one need, brings them together and looks for the tool.
    animation = fenetre(diane)
    animation.goto(besoins[0].get_absolute_url())
    expect(animation.get_by_role("heading", name="2 autres communes ont ce besoin")).to_be_visible()
    animation.get_by_role("link", name="Les rapprocher").click()
    expect(animation.get_by_role("checkbox", checked=True)).to_have_count(2)
    animation.get_by_role("button", name="Rapprocher", exact=True).click()
    animation.get_by_role("link", name="Quel outil choisir ?").click()
    animation.locator("label", has_text="Acheter").click()
    animation.get_by_role("button", name="Voir les outils").click()
    animation.get_by_role("link", name="Partir de cet outil : Groupement de commandes").click()
    expect(animation.get_by_text("Ce projet part de l’outil")).to_be_visible()
    animation.locator("#id_titre").fill(PROJET)
    animation.get_by_role("button", name="Publier", exact=True).click()
    expect(animation.get_by_role("heading", level=1)).to_have_text(PROJET)
    for titre in PUBLIES.values():
        expect(animation.locator("#besoins-rapproches")).to_contain_text(titre)
    expect(animation.locator("#demarches")).to_contain_text("convention constitutive")
    projet = Projet.objects.get()

    # Who follows a need is told, and led there.
    telephone.goto("/notifications/")
    expect(telephone.get_by_role("main")).to_contain_text(PROJET)
    telephone.goto(besoins[0].get_absolute_url())
    expect(telephone.locator("#etat")).to_contain_text("rapproché")
    telephone.get_by_role("main").get_by_role("link", name=PROJET).click()

    # Positions, up to a deliberation.
    tablette = fenetre(nadege, largeur=768)
    tablette.goto(projet.get_absolute_url())
    tablette.locator("label", has_text="Intéressée").click()
    tablette.get_by_role("button", name="Répondre pour Argentré").click()
    expect(tablette.locator("#ma-position")).to_contain_text("Argentré : intéressée")
    referent = fenetre(remi)
    referent.goto(projet.get_absolute_url())
    referent.get_by_role("link", name="Engager Louverné").click()
    hier = timezone.localdate() - timedelta(days=1)
    referent.locator("#id_numero").fill("2026-58")
    referent.locator("#id_date").fill(hier.isoformat())
    referent.locator("#id_executoire_le").fill(hier.isoformat())
    referent.locator("input[type=file]").set_input_files(ACTE)
    referent.get_by_role("button", name="Engager la commune").click()
    expect(referent.locator("#ma-position")).to_contain_text("Louverné : engagée")
    animation.goto(f"{projet.get_absolute_url()}communes/")
    animation.get_by_role("link", name="Enregistrer comme membre Louverné").click()
    animation.get_by_role("button", name="Enregistrer").click()
    animation.goto("/projets/matrice/")
    expect(animation.get_by_role("row", name="Louverné")).to_contain_text("membre")

    # A milestone, said done.
    animation.goto(projet.get_absolute_url())
    animation.get_by_role("link", name="Noter un jalon").click()
    animation.locator("#id_libelle").fill("La nacelle est réservée")
    animation.locator("#id_pour_le").fill(timezone.localdate().isoformat())
    animation.get_by_role("main").get_by_role("button").first.click()
    animation.goto(projet.url_de_l_echeancier)
    animation.get_by_role("button", name="C’est fait").click()
    expect(animation.get_by_role("table")).to_contain_text("fait le")

    # What Louverné should save, then what she saved: asked when the project is closed.
    animation.goto(projet.get_absolute_url())
    animation.get_by_role("link", name="Noter une économie").click()
    animation.locator("#id_collectivite").select_option(label="Louverné")
    animation.get_by_role("radio", name="estimée").check()
    animation.get_by_role("radio", name="coût évité").check()
    animation.locator("#id_methode").fill("Une semaine de location évitée")
    animation.locator("#id_montant").fill("420")
    animation.locator("#id_source").fill("Devis du 3 novembre")
    animation.get_by_role("main").locator("form.economie button").click()
    animation.goto(projet.get_absolute_url())
    animation.get_by_role("link", name="Clore").click()
    animation.get_by_role("radio", name="réalisé").check()
    animation.get_by_label("Noter le montant réel").check()
    animation.get_by_label("Montant économisé, en euros").fill("390")
    animation.get_by_label("D’où vient ce chiffre").fill("Facture n° 12")
    animation.get_by_role("button", name="Clore").click()
    expect(animation.get_by_text("Rempli d’après le projet")).to_be_visible()
    animation.locator("#id_titre").fill(
        "Une nacelle pour trois communes, illuminations : ce que nous referions"
    )
    animation.locator("#id_corps").fill("Une location à trois, en deux jours.")
    animation.locator("#id_gains").fill("Deux locations de moins.")
    animation.get_by_role("radio", name="oui", exact=True).check()
    animation.get_by_text("Choisir qui peut lire").click()
    animation.get_by_role("radio", name="tout le monde").check()
    animation.get_by_role("button", name="Publier", exact=True).click()
    animation.wait_for_url(re.compile(r"/retours/\d+/"))
    retour = RetourExperience.objects.get()
    animation.goto("/projets/economies/")
    expect(animation.get_by_role("main")).to_contain_text("390")

    # A fourth commune finds it, and has done it too; anybody may read it.
    ailleurs = fenetre(helene)
    ailleurs.goto("/recherche/?q=nacelle+illuminations")
    ailleurs.get_by_role("link", name=retour.titre, exact=True).click()
    ailleurs.get_by_role("button", name="Nous l’avons fait aussi").click()
    expect(ailleurs.locator("#l-ont-fait")).to_contain_text("Laval")
    visiteur = fenetre()
    visiteur.goto(retour.get_absolute_url())
    expect(visiteur.get_by_text("Deux locations de moins.")).to_be_visible()
