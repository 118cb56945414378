import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.fabriques import faire_besoin, faire_discussion, faire_message

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def entendre(page, message):
    """The test server has no socket to answer."""
    if message.type == "error" and "WebSocket" not in message.text:
        page.erreurs.append(message.text)


@pytest.fixture
def entree(page, live_server, client, camille):
    """Camille's browser, and what its console complains of."""
    client.force_login(camille.utilisateur)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.erreurs = []
    page.on("console", lambda m: entendre(page, m))
    page.on("pageerror", lambda erreur: page.erreurs.append(str(erreur)))
    return page


def test_the_box_offers_what_to_open_by_keyboard_and_says_it(entree, live_server, balayeuse, bruno, rst):
    faire_besoin("Balayeuse à louer", bruno, reseau=rst)
    entree.goto(f"{live_server.url}/recherche/")
    boite = entree.get_by_role("main").get_by_role("combobox")
    boite.press_sequentially("balay")
    options = entree.get_by_role("main").get_by_role("option")
    expect(options).to_have_count(2)
    expect(boite).to_have_attribute("aria-expanded", "true")
    expect(entree.get_by_role("main").get_by_text("2 suggestions")).to_be_attached()
    fautes = Axe().run(entree, options={"preload": False})
    assert fautes.violations_count == 0, fautes.generate_report()
    boite.press("ArrowDown")
    boite.press("ArrowDown")
    expect(boite).to_have_attribute("aria-activedescendant", options.nth(1).get_attribute("id"))
    boite.press("Escape")
    expect(options).to_have_count(0)
    expect(boite).to_have_value("balay")
    boite.press_sequentially("e")
    expect(options).to_have_count(2)
    titre = options.first.inner_text().split("\n")[0]
    boite.press("ArrowDown")
    boite.press("Enter")
    expect(entree.get_by_role("heading", level=1)).to_contain_text(titre.split(" Besoin")[0])
    assert not entree.erreurs


def test_enter_alone_searches_and_the_page_is_readable_on_a_phone_and_a_desk(
    entree, live_server, balayeuse, bruno
):
    faire_message(balayeuse, bruno, "Une <balayeuse> aspiratrice, " + "longue " * 40)
    entree.goto(f"{live_server.url}/recherche/")
    boite = entree.get_by_role("main").get_by_role("combobox")
    boite.fill("balayeuse")
    boite.press("Enter")
    expect(entree.get_by_role("link", name=balayeuse.titre, exact=True)).to_be_visible()
    for adresse in ("?q=balayeuse", "?q=zeppelin", "?q=balayeuse&type=discussion", ""):
        entree.goto(f"{live_server.url}/recherche/{adresse}")
        for largeur, jour in ((360, "dark"), (1280, "light")):
            entree.set_viewport_size({"width": largeur, "height": 800})
            entree.emulate_media(color_scheme=jour, reduced_motion="reduce")
            fautes = Axe().run(entree, options={"preload": False})
            assert fautes.violations_count == 0, f"{adresse} {largeur} {jour}\n{fautes.generate_report()}"
            assert entree.evaluate("document.documentElement.scrollWidth") <= largeur
    assert not entree.erreurs


def test_slash_leads_to_the_box_of_any_page_unless_it_is_turned_off(entree, live_server, balayeuse):
    entree.set_viewport_size({"width": 1400, "height": 800})
    entree.goto(f"{live_server.url}/besoins/")
    entree.keyboard.press("/")
    expect(entree.locator("#chercher")).to_be_focused()
    entree.keyboard.press("/")  # a letter like any other where one types
    expect(entree.locator("#chercher")).to_have_value("/")
    entree.set_viewport_size({"width": 360, "height": 800})
    entree.goto(f"{live_server.url}/recherche/?q=balayeuse")
    entree.locator("body").press("/")
    expect(entree.locator("#q")).to_be_focused()
    entree.goto(f"{live_server.url}/recherche/")
    entree.get_by_role("checkbox", name="mène à la recherche").uncheck()
    entree.set_viewport_size({"width": 1400, "height": 800})
    entree.goto(f"{live_server.url}/besoins/")
    entree.locator("body").press("/")
    expect(entree.locator("#chercher")).not_to_be_focused()
    assert not entree.erreurs


def test_slash_leads_to_the_box_from_a_filter_too(entree, live_server, balayeuse):
    entree.set_viewport_size({"width": 1400, "height": 800})
    entree.goto(f"{live_server.url}/besoins/")
    entree.locator("#facettes").get_by_role("checkbox").first.press("/")
    expect(entree.locator("#chercher")).to_be_focused()


def test_a_choice_shows_its_results_at_once_keeps_the_focus_and_says_how_many(
    entree, live_server, balayeuse, bruno, amenagement
):
    faire_discussion("Balayeuse en panne", bruno, reseau=amenagement)
    for chemin, annonce in (("recherche/?q=balayeuse", "1 réponse"), ("fil/", "1 publication affichée")):
        entree.set_viewport_size({"width": 1280, "height": 800})
        entree.goto(f"{live_server.url}/{chemin}")
        resultats, facettes = entree.locator("#resultats"), entree.locator("#facettes")
        expect(resultats.locator(".ligne")).to_have_count(2)
        facette = facettes.locator("[data-facette=reseau]")
        facette.evaluate("facette => (facette.open = true)")
        case = facette.locator("[value=rst]")
        case.focus()
        case.press("Space")
        expect(resultats.locator(".ligne")).to_have_count(1)
        expect(case).to_be_focused()
        expect(case).to_be_checked()
        expect(entree.locator("[data-annonce-des-resultats]")).to_contain_text(annonce)
        assert "reseau=rst" in entree.url
        expect(entree.get_by_role("button", name="Appliquer")).to_be_hidden()
        entree.keyboard.press("Space")
        expect(resultats.locator(".ligne")).to_have_count(2)
        entree.set_viewport_size({"width": 360, "height": 740})
        entree.goto(f"{live_server.url}/{chemin}")
        entree.locator(".volet > summary").click()
        facettes.get_by_role("checkbox").first.check()
        voir = entree.get_by_role("button", name="Voir les résultats")
        expect(voir).to_be_in_viewport()
        voir.click()
        expect(resultats).to_be_focused()
        expect(facettes).to_be_hidden()
    assert not entree.erreurs


def test_the_keyboard_goes_past_the_facets(entree, live_server, balayeuse):
    entree.set_viewport_size({"width": 1280, "height": 800})
    entree.goto(f"{live_server.url}/besoins/")
    entree.locator("#filtre-q").press("Tab")
    entree.keyboard.press("Tab")  # its button
    lien = entree.get_by_role("link", name="Aller aux résultats")
    expect(lien).to_be_focused()
    lien.press("Enter")
    expect(entree.locator("#resultats")).to_be_focused()


def test_the_box_has_room_on_a_phone_and_on_a_desk(entree, live_server, balayeuse):
    entree.set_viewport_size({"width": 360, "height": 740})
    entree.goto(f"{live_server.url}/recherche/")
    assert entree.locator("#q").bounding_box()["width"] > 260
    entree.set_viewport_size({"width": 1280, "height": 800})
    assert entree.locator("#chercher").bounding_box()["width"] >= 140
    entree.locator("#chercher").focus()
    assert entree.locator("#chercher").bounding_box()["width"] > 300
