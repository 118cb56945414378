import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ouvrir(page, live_server):
    def ouvrir(etat=""):
        page.goto(f"{live_server.url}/composants/{etat}")
        return page

    return ouvrir


def attendre_brouillons(page, nombre):
    # Playwright's own waiting evaluates strings in the page, which our policy refuses.
    for _ in range(100):
        if page.evaluate("Object.keys(localStorage).length") == nombre:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{nombre} draft(s) expected")


@pytest.mark.parametrize("etat", ["", "?refuse", "?visiteur", "?couleur=%23e6b800"])
def test_no_component_has_a_fault_nor_scrolls_sideways(ouvrir, etat):
    page = ouvrir(etat)
    for largeur, jour in ((320, "dark"), (1280, "light")):
        page.set_viewport_size({"width": largeur, "height": 800})
        page.emulate_media(color_scheme=jour, reduced_motion="reduce")
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
        # Preloading, axe asks for the sheets of our @imports under the address of the page.
        fautes = Axe().run(page, options={"preload": False})
        assert fautes.violations_count == 0, f"{largeur} {jour}\n{fautes.generate_report()}"


def test_what_is_typed_survives_a_lost_page_until_it_is_erased(ouvrir):
    page = ouvrir()
    page.get_by_label("Votre besoin en une phrase").fill("Une nacelle en mars")
    page.get_by_label("Une fois par jour").check()
    attendre_brouillons(page, 1)

    page = ouvrir()
    expect(page.get_by_text("Brouillon restauré")).to_be_visible()
    expect(page.get_by_label("Votre besoin en une phrase")).to_have_value("Une nacelle en mars")
    expect(page.get_by_label("Une fois par jour")).to_be_checked()

    page.get_by_role("button", name="Effacer").click()
    expect(page.get_by_label("Votre besoin en une phrase")).to_have_value("")
    attendre_brouillons(page, 0)


def test_a_draft_goes_once_the_server_says_that_it_has_it(ouvrir):
    page = ouvrir()
    page.get_by_label("Votre besoin en une phrase").fill("Une nacelle en mars")
    attendre_brouillons(page, 1)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<p data-brouillon-efface=\"composants\"></p>')"
    )
    attendre_brouillons(page, 0)


def test_signing_out_leaves_no_draft_behind(ouvrir):
    page = ouvrir()
    page.get_by_label("Votre besoin en une phrase").fill("Une nacelle en mars")
    attendre_brouillons(page, 1)
    page.get_by_text("Mon compte").click(force=True)
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()
    attendre_brouillons(page, 0)


def test_a_menu_closes_with_escape_and_gives_the_focus_back(ouvrir):
    page = ouvrir()
    bouton = page.locator("#boutons .menu > summary")
    bouton.click()
    expect(page.get_by_role("link", name="Modifier")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Modifier")).to_be_hidden()
    expect(bouton).to_be_focused()
