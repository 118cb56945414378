"""Two people at once: what one does arrives on the other's screen."""

import pytest
from playwright.sync_api import expect

from besoins.models import Besoin
from tests.fabriques import faire_message, faire_rencontre

pytestmark = pytest.mark.navigateur


def en_direct(page):
    """Wait until the socket is open: what happens next must come through it."""
    page.locator("html[data-direct='vif'], [data-direct][data-etat='direct']").first.wait_for(
        state="attached"
    )


def test_a_need_its_positions_and_its_messages_arrive_on_the_neighbours_screen(fenetre, camille, bruno):
    chez_bruno = fenetre(bruno)
    chez_bruno.goto("/besoins/")
    chez_camille = fenetre(camille, largeur=360)
    chez_camille.goto("/besoins/publier/")
    chez_camille.get_by_label("De quoi avez-vous besoin").fill("Une nacelle la première semaine de décembre")
    chez_camille.get_by_role("button", name="Publier", exact=True).click()
    expect(chez_camille.get_by_role("heading", level=1)).to_have_text(
        "Une nacelle la première semaine de décembre"
    )

    expect(chez_bruno.locator("#cloche")).to_contain_text("1")
    chez_bruno.get_by_text("1 nouvelle publication").click()
    chez_bruno.get_by_role("link", name="Une nacelle la première semaine de décembre", exact=True).click()
    expect(chez_bruno.get_by_text("Et Changé")).to_be_visible()

    chez_bruno.get_by_role("radio", name="Nous aussi").check()
    chez_bruno.get_by_role("button", name="Répondre pour Changé").click()
    expect(chez_bruno.locator("#ma-position")).to_contain_text("intéressée")
    expect(chez_camille.locator("#positions")).to_contain_text("Changé")
    expect(chez_camille.locator("#positions")).to_contain_text("intéressée")

    chez_bruno.get_by_label("Votre message").fill("La nôtre est libre le mardi.")
    chez_bruno.get_by_role("button", name="Envoyer").click()
    expect(chez_camille.locator("#messages")).to_contain_text("La nôtre est libre le mardi.")
    expect(chez_bruno.locator("#messages .message")).to_have_count(1)
    expect(chez_bruno.get_by_label("Votre message")).to_have_value("")


def test_the_last_seat_goes_and_comes_back_under_the_eyes_of_who_reads(fenetre, camille, bruno, diane, rst):
    rencontre = faire_rencontre("Plan de déneigement", diane, reseau=rst, capacite=1)
    chez_camille, chez_bruno = fenetre(camille), fenetre(bruno, largeur=360)
    for page in (chez_camille, chez_bruno):
        page.goto(rencontre.get_absolute_url())
        en_direct(page)
    chez_camille.evaluate("window.ouverte = true")
    places = chez_camille.locator(".seance")
    expect(places).to_contain_text("0 inscrit, 1 place restante")

    chez_bruno.get_by_role("button", name="M’inscrire").click()
    expect(chez_bruno.get_by_text("vous êtes inscrit·e")).to_be_visible()
    expect(places).to_contain_text("1 inscrit, complet")

    # Her button is as she found it: what she gets is what there is left, and it is said.
    chez_camille.get_by_role("button", name="M’inscrire").click()
    expect(chez_camille.get_by_text("en liste d’attente, n° 1")).to_be_visible()
    for page in (chez_bruno, chez_camille):
        expect(page.locator(".seance")).to_contain_text("1 inscrit, complet, 1 en attente")

    chez_bruno.get_by_role("button", name="Annuler mon inscription").click()
    expect(places).not_to_contain_text("en attente")
    expect(places).to_contain_text("1 inscrit, complet")
    assert rencontre.inscrits().get() == camille
    assert chez_camille.evaluate("window.ouverte")


def test_three_messages_posted_during_a_cut_are_there_in_order_once(fenetre, camille, bruno, balayeuse):
    page = fenetre(camille)
    page.goto(balayeuse.get_absolute_url())
    en_direct(page)
    faire_message(balayeuse, bruno, "avant la coupure")
    expect(page.locator("#messages .message")).to_have_count(1)

    page.context.set_offline(True)
    for texte in ("un", "deux", "trois"):
        faire_message(balayeuse, bruno, f"pendant la coupure, {texte}")
    page.wait_for_timeout(500)
    expect(page.locator("#messages .message")).to_have_count(1)
    page.context.set_offline(False)

    expect(page.locator("#messages .message")).to_have_count(4, timeout=35_000)
    textes = page.locator("#messages .message p:not(.qui)").all_inner_texts()
    assert textes == ["avant la coupure", *(f"pendant la coupure, {t}" for t in ("un", "deux", "trois"))]


def test_new_messages_do_not_move_who_reads_above(fenetre, camille, bruno, balayeuse):
    for n in range(30):
        faire_message(balayeuse, bruno, f"Message numéro {n}")
    page = fenetre(camille, largeur=360)
    page.goto(balayeuse.get_absolute_url())
    en_direct(page)
    page.locator("#message-3").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    avant = page.evaluate("scrollY")
    faire_message(balayeuse, bruno, "Tout en bas")
    bouton = page.get_by_role("button", name="1 nouveau message")
    expect(bouton).to_be_visible()
    assert page.evaluate("scrollY") == avant
    bouton.click()
    expect(page.get_by_text("Tout en bas")).to_be_in_viewport()
    expect(bouton).to_be_hidden()


def test_a_draft_survives_a_closed_window(fenetre, camille):
    page = fenetre(camille, largeur=360)
    page.goto("/besoins/publier/")
    page.get_by_label("De quoi avez-vous besoin").fill("Sel de déneigement, quatre tonnes")
    page.wait_for_timeout(600)
    page.goto("/besoins/")
    page.goto("/besoins/publier/")
    expect(page.get_by_label("De quoi avez-vous besoin")).to_have_value("Sel de déneigement, quatre tonnes")
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sel de déneigement, quatre tonnes")
    page.goto("/besoins/publier/")
    expect(page.get_by_label("De quoi avez-vous besoin")).to_have_value("")
    assert Besoin.objects.count() == 1


def test_everything_works_without_javascript(fenetre, camille, balayeuse):
    page = fenetre(camille, largeur=360, java_script_enabled=False)
    page.goto(balayeuse.get_absolute_url())
    page.get_by_role("radio", name="Nous aussi").check()
    page.get_by_role("button", name="Répondre pour Louverné").click()
    expect(page.locator("#ma-position")).to_contain_text("intéressée")
    page.get_by_label("Votre message").fill("Sans script")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#messages")).to_contain_text("Sans script")
