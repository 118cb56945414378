"""Wagtail's editor, in a browser: words of a text lead to a document."""

import pytest
from playwright.sync_api import expect

from plateforme.accueil.models import PageLegale
from tests.fabriques import faire_ressource

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def aide(alex):
    page = PageLegale.objects.get(slug="aide")
    page.corps = "<p>Avant de prêter, signez.</p>"
    page.save_revision().publish()
    return page


@pytest.fixture
def edition(page, context, live_server, client, alex, aide):
    client.force_login(alex.utilisateur)
    cle = client.session.session_key
    context.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/pages/{aide.pk}/edit/")
    return page


def choisir(edition, titre):
    edition.locator(".modal-content").get_by_role("link", name=titre).click()
    expect(edition.locator(".modal-content")).to_have_count(0)


def test_chosen_words_become_a_link_that_a_visitor_follows(edition, aide, bruno, live_server):
    faire_ressource("Convention de prêt", bruno, visibilite="publique")
    texte = edition.locator("[data-contentpath=corps] [contenteditable=true]")
    texte.click()
    edition.keyboard.press("Control+A")
    edition.get_by_role("button", name="Lien vers un document").click()
    choisir(edition, "Convention de prêt")
    liens = texte.locator(".TooltipEntity")
    expect(liens).to_have_text(["Avant de prêter, signez."])
    # Without any word chosen, it brings its title.
    texte.click()
    edition.keyboard.press("Control+End")
    edition.keyboard.press("Enter")
    edition.keyboard.type("/lien vers")
    edition.get_by_role("option", name="Lien vers un document").click()
    choisir(edition, "Convention de prêt")
    expect(liens).to_have_text(["Avant de prêter, signez.", "Convention de prêt"])
    with edition.expect_response("**/edit/") as reponse:
        edition.get_by_role("button", name="Enregistrer le brouillon").click()
    assert reponse.value.status < 400
    aide.refresh_from_db()
    aide.get_latest_revision().publish()
    edition.context.clear_cookies()
    edition.goto(f"{live_server.url}/aide/")
    edition.get_by_role("link", name="Avant de prêter, signez.").click()
    expect(edition.get_by_role("heading", level=1)).to_have_text("Convention de prêt")
