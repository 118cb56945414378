"""What the browser keeps of a form, seen where it matters."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def presentation(page, context, live_server, client, diane, rst):
    """The page where Diane writes the presentation of her network."""
    client.force_login(diane.utilisateur)
    cle = client.session.session_key
    context.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])

    def ouvrir():
        page.goto(f"{live_server.url}/reseaux/rst/presentation/")
        return page

    return ouvrir


def test_a_draft_remembers_what_it_was_written_over(presentation, rst):
    page = presentation()
    page.get_by_label("Présentation").fill("Le texte de Diane.")
    page.wait_for_timeout(500)
    rst.presenter(resume="", presentation="Le texte de Jeanne.", par=None)

    page = presentation()
    expect(page.get_by_text("Brouillon restauré")).to_be_visible()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Le texte de Jeanne.")).to_be_visible()
    expect(page.get_by_label("Présentation")).to_have_value("Le texte de Diane.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La présentation est à jour.")).to_be_visible()
    rst.refresh_from_db()
    assert rst.presentation == "Le texte de Diane."
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_draft_that_is_erased_forgets_it(presentation, rst):
    page = presentation()
    page.get_by_label("Présentation").fill("Le texte de Diane.")
    page.wait_for_timeout(500)
    rst.presenter(resume="", presentation="Le texte de Jeanne.", par=None)

    page = presentation()
    page.get_by_role("button", name="Effacer").click()
    expect(page.get_by_label("Présentation")).to_have_value("Le texte de Jeanne.")
    page.get_by_label("Présentation").fill("Le texte des deux.")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("La présentation est à jour.")).to_be_visible()
    rst.refresh_from_db()
    assert rst.presentation == "Le texte des deux."
