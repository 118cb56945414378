"""What the browser keeps of a form, and where it leaves who fills it in, seen where it matters."""

import pytest
from playwright.sync_api import expect

from besoins.models import Besoin, Projet
from tests.fabriques import faire_besoin

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entrer(context, live_server, client):
    def _entrer(membre):
        client.force_login(membre.utilisateur)
        cle = client.session.session_key
        context.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])

    return _entrer


@pytest.fixture
def presentation(page, entrer, live_server, diane, rst):
    """The page where Diane writes the presentation of her network."""
    entrer(diane)

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
    page.wait_for_function("Object.keys(localStorage).length === 0")


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


def test_on_a_phone_enter_sends_nothing_and_the_buttons_stand_above_the_bar(
    page, entrer, live_server, camille
):
    entrer(camille)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server.url}/besoins/publier/")
    phrase = page.get_by_label("De quoi avez-vous besoin")
    expect(phrase).to_be_focused()
    page.keyboard.type("Une nacelle")
    page.keyboard.press("Enter")
    page.keyboard.type("début décembre")
    page.wait_for_timeout(500)
    page.reload()
    expect(page.get_by_text("Brouillon restauré")).to_be_visible()
    expect(phrase).to_have_value("Une nacelle\ndébut décembre")
    assert not Besoin.objects.exists()

    publier = page.get_by_role("main").get_by_role("button", name="Publier")
    barre = page.get_by_role("navigation", name="Raccourcis").bounding_box()["y"]
    for _plie_puis_deplie in range(2):
        boite = publier.bounding_box()
        assert boite["y"] > 0 and boite["y"] + boite["height"] <= barre
        page.locator("details.plie > summary").click()
    publier.click()
    expect(page.get_by_text("C’est publié.")).to_be_visible()
    assert Besoin.objects.get().titre == "Une nacelle début décembre"


def test_what_is_typed_follows_from_one_kind_to_another(page, entrer, live_server, camille, rst):
    entrer(camille)
    page.goto(f"{live_server.url}/besoins/publier/")
    page.get_by_label("De quoi avez-vous besoin").fill("Qui a une plaque vibrante ?")
    page.get_by_role("link", name="Une question").click()
    question = page.get_by_label("Votre question")
    expect(question).to_have_value("Qui a une plaque vibrante ?")
    page.get_by_role("link", name="Un besoin").click()
    expect(page.get_by_label("De quoi avez-vous besoin")).to_have_value("Qui a une plaque vibrante ?")
    page.get_by_role("link", name="Une question").click()
    expect(question).to_have_value("Qui a une plaque vibrante ?")


def test_what_is_typed_follows_her_to_the_tool_that_she_looks_for(page, entrer, live_server, camille, rst):
    besoin = faire_besoin("Broyer les branches", camille, reseau=rst)
    entrer(camille)
    page.goto(f"{live_server.url}/projets/publier/?besoins={besoin.pk}")
    phrase, corps = (
        page.get_by_label("Votre projet commun"),
        page.get_by_label("Ce que vous voulez faire ensemble"),
    )
    phrase.fill("Un broyeur pour cinq communes")
    corps.fill("Chacune l’aurait une semaine.")
    outil = Projet.TypeMutualisation.SERVICE_COMMUN
    page.locator(f"[name=type_mutualisation][value={outil}]").check()
    page.get_by_role("main").get_by_role("link", name="Quel outil choisir ?").click()
    page.locator("[name=objet][value=acheter]").check()
    page.get_by_role("button", name="Voir les outils").click()
    page.get_by_role("link", name="Partir de cet outil").first.click()

    expect(page.get_by_text("Brouillon restauré")).to_be_visible()
    expect(phrase).to_have_value("Un broyeur pour cinq communes")
    expect(corps).to_have_value("Chacune l’aurait une semaine.")
    expect(page.locator("main li", has_text="Broyer les branches")).to_be_visible()
    expect(page.locator(f"[name=type_mutualisation][value={outil}]")).not_to_be_checked()
    expect(page.locator("[name=type_mutualisation]:checked")).to_have_count(1)


def test_after_an_answer_in_place_the_keyboard_goes_on_from_what_came(
    page, entrer, live_server, camille, balayeuse
):
    entrer(camille)
    refus = []
    page.on("console", lambda mot: refus.append(mot.text) if "Content Security Policy" in mot.text else None)
    page.goto(f"{live_server.url}{balayeuse.get_absolute_url()}")
    page.locator("#ma-position [name=niveau][value=interessee]").focus()
    page.keyboard.press("Space")
    page.locator("#ma-position .actions button").press("Enter")
    expect(page.locator("#ma-position [role=status]")).to_be_focused()
    assert refus == []
