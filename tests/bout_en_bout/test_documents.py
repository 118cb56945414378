"""A document from the member who brings it to the citizen who reads its page 21; and what nobody has written
yet, from the search that finds nothing to the bell."""

import re

import pytest
from playwright.sync_api import expect
from wagtail.models import Site

from ressources_docs.forms.ouvertures import VERIFICATIONS
from ressources_docs.models import PageDocuments
from tests.documents import pdf
from tests.fabriques import faire_besoin

pytestmark = pytest.mark.navigateur

TITRE = "Règlement de prêt du matériel"
PHRASE = "La nacelle est rendue propre, batteries chargées."
PAGES = [f"Article {n}. Dispositions communes." for n in range(1, 34)]
PAGES[20] = f"Article 21. {PHRASE}"
ANCIEN, NOUVEAU = pdf(*PAGES), pdf(*PAGES, "Article 34. Assurances.")


@pytest.fixture
def documents_publics(site):
    accueil = Site.objects.get(is_default_site=True).root_page
    page = accueil.add_child(instance=PageDocuments(title="Documents publics", slug="documents-publics"))
    return page.get_url()


def deposer(page, titre, contenu):
    page.goto("/documents/publier/")
    page.get_by_label("Titre du document").fill(titre)
    page.locator("#id_fichier").set_input_files(fichier(contenu))
    page.get_by_label("Ce que c’est").select_option(label="règlement, arrêté")
    page.get_by_role("button", name="Publier", exact=True).click()
    page.wait_for_url(re.compile(r"/documents/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)


def fichier(contenu):
    return {"name": "reglement.pdf", "mimeType": "application/pdf", "buffer": contenu}


def verifier(page):
    for question in VERIFICATIONS:
        page.locator(f"input[name=verifie][value={question}]").check()


def telecharge(page, lien):
    with page.expect_download() as arrivee:
        lien.click()
    return arrivee.value.path().read_bytes()


def test_a_citizen_reads_page_twenty_one_of_what_a_member_brought_and_its_link_outlives_the_file(
    fenetre, camille, remi, documents_publics
):
    # A member brings it: for the members only.
    membre = fenetre(camille, largeur=360)
    deposer(membre, TITRE, ANCIEN)
    expect(membre.get_by_role("main")).to_contain_text("33 pages")
    adresse = membre.url
    expect(membre.get_by_role("link", name="Rendre public")).to_have_count(0)
    citoyen = fenetre(largeur=1400)
    citoyen.goto(documents_publics)
    expect(citoyen.get_by_text("Aucun document public pour l’instant.")).to_be_visible()

    # Who answers for her commune opens it, once all of it was looked at.
    referent = fenetre(remi)
    referent.goto(adresse)
    referent.get_by_role("link", name="Rendre public").click()
    referent.locator("input[name=licence]").first.check()
    referent.get_by_role("button", name="Rendre public").click()
    expect(referent.get_by_role("main")).to_contain_text("Vérifiez et cochez chaque point")
    verifier(referent)
    referent.get_by_role("button", name="Rendre public").click()
    expect(referent.get_by_text("est public : tout le monde peut le lire")).to_be_visible()

    # A citizen finds it by what it says, is told the page, sees it and takes the file away.
    citoyen.goto(documents_publics)
    citoyen.get_by_label("Chercher un document").fill("nacelle propre")
    citoyen.get_by_label("Chercher un document").press("Enter")
    expect(citoyen.get_by_role("link", name=TITRE, exact=True)).to_be_visible()
    citoyen.get_by_role("link", name="Page 21").click()
    expect(citoyen.locator("#page-21")).to_contain_text(PHRASE)
    with citoyen.expect_response("**/pages/21/image/") as dessin:
        citoyen.get_by_role("link", name="Voir la page telle qu’elle est 21").click()
    assert dessin.value.headers["content-type"] == "image/webp"
    citoyen.wait_for_function("document.querySelector('main img')?.naturalWidth > 100")
    citoyen.go_back()
    assert telecharge(citoyen, citoyen.get_by_role("link", name="Télécharger le fichier")) == ANCIEN

    # Replaced by who may show it, its link gives the new one; the old one is still a version of it.
    membre.goto(adresse)
    expect(membre.get_by_role("link", name="Remplacer le fichier")).to_have_count(0)
    referent.goto(adresse)
    referent.get_by_role("link", name="Remplacer le fichier").click()
    referent.locator("#id_fichier").set_input_files(fichier(NOUVEAU))
    referent.get_by_label("Ce qui change").fill("les assurances")
    verifier(referent)
    referent.get_by_role("button", name="Remplacer", exact=True).click()
    expect(referent.locator("#document")).to_contain_text("version 2")
    citoyen.goto(adresse)
    lien = citoyen.get_by_role("link", name=f"Télécharger {TITRE}")
    assert telecharge(citoyen, lien) == NOUVEAU
    versions = citoyen.locator("#versions")
    expect(versions).to_contain_text("les assurances")
    assert telecharge(citoyen, versions.get_by_role("link", name="Version 1", exact=True)) == ANCIEN
    assert citoyen.context.cookies() == []


def test_what_nobody_wrote_is_asked_seen_by_who_animates_and_rings_when_a_document_says_it(
    fenetre, camille, bruno, sylvie, diane, rst
):
    faire_besoin("Nacelle pour les illuminations", bruno, reseau=rst)
    faire_besoin("Nacelle pour l’élagage", sylvie, reseau=rst)

    # From any page, by the keyboard; then narrowed by who asks.
    page = fenetre(camille, largeur=1400)
    page.goto("/besoins/")
    page.keyboard.press("/")
    expect(page.locator("#chercher")).to_be_focused()
    page.keyboard.type("nacelle")
    page.keyboard.press("Enter")
    resultats = page.locator(".resultats")
    expect(resultats.get_by_role("listitem")).to_have_count(2)
    page.get_by_role("checkbox", name=re.compile("^Changé")).check()
    expect(resultats.get_by_role("listitem")).to_have_count(1)
    expect(resultats).to_contain_text("Nacelle pour les illuminations")

    # What nobody wrote: she follows it, and asks.
    page.locator("#q").fill("arrosoir connecté")
    page.locator("#q").press("Enter")
    expect(page.get_by_text("Rien pour « arrosoir connecté ».")).to_be_visible()
    page.get_by_role("button", name="Me prévenir").click()
    expect(page.get_by_text("La cloche vous prévient de ce qui paraît ici.")).to_be_visible()
    page.get_by_role("link", name="Poser la question").click()
    expect(page.locator("#id_titre")).to_have_value("arrosoir connecté")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("arrosoir connecté")

    # Who animates sees it among what found nothing.
    animation = fenetre(diane)
    animation.goto("/cockpit/")
    animation.get_by_role("link", name="arrosoir connecté").first.click()
    animation.goto("/recherches-sans-reponse/")
    expect(animation.get_by_role("main")).to_contain_text("arrosoir connecté")

    # A document that says it rings her bell, and hers alone.
    expect(page.locator("#cloche")).to_contain_text("2 non lues")
    deposer(fenetre(bruno), "Guide des jardins", pdf("Sommaire", "L’arrosoir connecté se règle à distance."))
    expect(page.locator("#cloche")).to_contain_text("3 non lues")
    page.goto("/notifications/")
    expect(page.get_by_role("main")).to_contain_text("Nouveau pour votre recherche")
    page.get_by_role("main").get_by_role("link", name=re.compile("Guide des jardins")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guide des jardins")
