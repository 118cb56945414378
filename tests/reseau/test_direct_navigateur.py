"""What a reader sees of it in a real browser: nothing missed, nothing twice, nothing moved under her eyes."""

import re

import pytest
from channels.routing import get_default_application
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from deploiement.services import port_libre
from reseau import direct
from reseau.models import Notification
from tests.fabriques import faire_besoin, faire_message
from tests.prises import page as prise_de
from tests.serveur import serveur

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def port(settings):
    port = port_libre()
    settings.CSRF_TRUSTED_ORIGINS = [f"http://localhost:{port}"]
    return port


@pytest.fixture
def en_service(port):
    """→ a server of the site on this port, to stop and to start again."""
    application = ASGIStaticFilesHandler(get_default_application())
    return lambda: serveur(application, port)


@pytest.fixture
def site(en_service):
    with en_service():
        yield


@pytest.fixture
def ouvrir(port, context):
    """→ the page that a member (or a visitor) has before her eyes, live."""
    erreurs = []

    def _ouvrir(adresse, membre=None):
        if membre:
            client = Client()
            client.force_login(membre.utilisateur)
            cle = client.session.session_key
            context.add_cookies([{"name": "sessionid", "value": cle, "url": f"http://localhost:{port}"}])
        page = context.new_page()
        page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
        page.on("console", lambda mot: erreurs.append(mot.text) if "Content Security" in mot.text else None)
        page.goto(f"http://localhost:{port}{adresse}")
        return page

    yield _ouvrir
    assert not erreurs


@pytest.fixture
def fil(ouvrir, balayeuse, camille, site):
    page = ouvrir(balayeuse.get_absolute_url(), camille)
    expect(page.locator("[data-direct]")).to_have_text("en direct")
    return page


def rangs(page):
    return page.locator("[data-fil] > [data-rang]").evaluate_all("tous => tous.map((m) => +m.dataset.rang)")


def attendre_rangs(page, attendus):
    expect(page.locator("[data-fil] > [data-rang]")).to_have_count(len(attendus))
    assert rangs(page) == attendus


def test_a_message_appears_where_nobody_had_answered_yet(fil, balayeuse, bruno):
    expect(fil.locator("[data-fil-vide]")).to_be_visible()
    faire_message(balayeuse, bruno, "Nous en avons une, le mardi.")
    expect(fil.locator("#message-1")).to_contain_text("le mardi")
    expect(fil.locator("[data-fil-vide]")).to_have_count(0)
    expect(fil.locator("[data-fil-nombre]")).to_have_text("1 message")
    expect(fil.locator("[data-fil] ~ p.cache[role=status]")).to_have_text("Nouveau message de Bruno Petit")


def test_a_correction_and_a_withdrawal_take_the_place_of_the_message(fil, balayeuse, bruno):
    message = faire_message(balayeuse, bruno, "Mardi.")
    faire_message(balayeuse, bruno, "Avec chauffeur.")
    message.corriger(texte="Mercredi.")
    expect(fil.locator("#message-1")).to_contain_text("Mercredi.")
    message.retirer(par=bruno, motif="Erreur.")
    expect(fil.locator("#message-1")).to_contain_text("Erreur.")
    attendre_rangs(fil, [1, 2])


def test_what_she_sends_appears_once_and_her_line_is_emptied(fil, balayeuse, bruno):
    faire_message(balayeuse, bruno)
    fil.locator("#composeur textarea").fill("Oui, deux jours par mois.")
    fil.locator("#composeur button").last.click()
    expect(fil.locator("#message-2")).to_contain_text("deux jours par mois")
    expect(fil.locator("#composeur textarea")).to_have_value("")
    fil.wait_for_timeout(700)  # longer than the page waits for the frame before it fetches
    attendre_rangs(fil, [1, 2])
    expect(fil.locator("[data-nouveaux]")).to_be_hidden()


def test_what_is_refused_is_told_in_the_form_itself(fil):
    refus = fil.locator("#composeur [data-erreurs]")
    fil.locator("#composeur textarea").fill("Le devis est joint.")
    fil.locator("#composeur input[type=file]").set_input_files(
        {"name": "devis.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    )
    fil.locator("#composeur button").last.click()
    expect(refus).to_be_focused()
    expect(fil.locator("#composeur textarea")).to_have_value("Le devis est joint.")
    fil.locator("#composeur textarea").press_sequentially(" @Bru")
    expect(fil.locator("#composeur").get_by_role("option", name="Bruno Petit")).to_have_count(1)
    fil.locator("#composeur textarea").fill("Le devis suivra.")
    fil.locator("#composeur button").last.click()
    expect(fil.locator("#message-1")).to_contain_text("Le devis suivra.")
    expect(refus).to_have_count(0)


def test_a_form_is_not_lost_to_the_browsers_page_of_failure(site, ouvrir, camille):
    page = ouvrir(reverse("reseau:discussion_publier"), camille)
    page.locator("[name=titre]").fill("Qui prête une remorque ?")
    page.context.set_offline(True)
    envoyer = page.locator("form[data-brouillon] button:not([type=button])").last
    envoyer.click()
    expect(page.locator("form[data-brouillon] > [role=alert]")).to_contain_text("Pas de connexion")
    expect(page.locator("[name=titre]")).to_have_value("Qui prête une remorque ?")
    page.context.set_offline(False)
    expect(page.locator("form[data-brouillon] > [role=alert]")).to_have_count(0)
    envoyer.click()
    page.wait_for_url(re.compile(r"/discussions/\d+/"))


def test_a_message_that_cannot_leave_says_so_and_stays(fil):
    ecrire, envoyer = fil.locator("#composeur textarea"), fil.locator("#composeur button").last
    alerte = fil.locator("#composeur [role=alert]")
    ecrire.fill("Oui, deux jours par mois.")
    fil.context.set_offline(True)
    envoyer.click()
    expect(alerte).to_contain_text("Pas de connexion")
    expect(fil.locator("[data-direct]")).to_have_attribute("data-etat", "coupe", timeout=1000)
    expect(ecrire).to_have_value("Oui, deux jours par mois.")
    fil.context.set_offline(False)
    expect(alerte).to_have_count(0)
    for code, mot in ((503, "n’a pas pu répondre"), (404, "a été retiré"), (403, "session a pris fin")):
        fil.route("**/messages/", en_echec(code), times=1)
        envoyer.click()
        expect(alerte).to_have_text(re.compile(mot))
        expect(ecrire).to_have_value("Oui, deux jours par mois.")
    envoyer.click()
    expect(fil.locator("#message-1")).to_contain_text("deux jours par mois")


def en_echec(code):
    return lambda envoi: envoi.fulfill(status=code)


def test_a_position_that_is_refused_is_told_in_its_form_too(fil):
    fil.get_by_text("Ajouter une quantité ou un mot").click()
    fil.get_by_role("radio", name="Nous aussi").check()
    fil.get_by_label("Quantité").fill("-1")
    fil.get_by_role("button", name="Répondre pour Louverné").click()
    expect(fil.locator("#ma-position [data-erreurs]")).to_contain_text("La quantité est supérieure à zéro")
    fil.get_by_label("Quantité").fill("1")
    fil.get_by_role("button", name="Répondre pour Louverné").click()
    expect(fil.get_by_role("heading", name=re.compile("Louverné.*intéressée"))).to_be_visible()


def test_what_one_answers_with_leaves_while_the_thread_is_closed(fil, balayeuse, bruno):
    ligne = fil.locator("#composeur textarea")
    ligne.fill("Nous pourrions")
    expect(fil.locator("#cloture")).to_be_hidden()
    expect(fil.locator("#etat")).to_have_text("ouvert")
    expect(fil.locator("#issue")).to_be_hidden()
    balayeuse.clore(par=bruno, issue="pret", motif="Celle de Louverné, le mardi.")
    expect(fil.locator("#cloture")).to_contain_text("ne prend plus de message")
    expect(fil.locator("#etat")).to_have_text("clos")
    expect(fil.locator("#issue")).to_contain_text("un prêt. Celle de Louverné, le mardi.")
    expect(ligne).to_be_hidden()
    expect(fil.locator("#ma-position")).to_be_hidden()
    balayeuse.rouvrir(par=bruno)
    expect(fil.locator("#etat")).to_have_text("ouvert")
    expect(fil.locator("#issue")).to_be_hidden()
    expect(ligne).to_be_visible()
    expect(ligne).to_have_value("Nous pourrions")
    expect(fil.locator("#ma-position")).to_be_visible()


def test_a_frame_that_was_lost_is_fetched_when_the_next_one_comes(fil, balayeuse, bruno, monkeypatch):
    faire_message(balayeuse, bruno)
    attendre_rangs(fil, [1])
    with monkeypatch.context() as coupure:
        coupure.setattr(direct, "publier", lambda groupe, trame: None)
        faire_message(balayeuse, bruno)
        faire_message(balayeuse, bruno)
    faire_message(balayeuse, bruno)
    attendre_rangs(fil, [1, 2, 3, 4])


def test_a_server_that_stops_and_comes_back_leaves_no_hole_and_no_double(
    ouvrir, en_service, balayeuse, bruno, camille
):
    faire_message(balayeuse, bruno)
    with en_service():
        page = ouvrir(balayeuse.get_absolute_url(), camille)
        expect(page.locator("[data-direct]")).to_have_text("en direct")
    for _ in range(3):
        faire_message(balayeuse, bruno)
    expect(page.locator("[data-direct]")).to_have_text("connexion perdue, on réessaie", timeout=8000)
    attendre_rangs(page, [1])
    with en_service():
        expect(page.locator("[data-direct]")).to_have_text("en direct", timeout=15_000)
        attendre_rangs(page, [1, 2, 3, 4])
        faire_message(balayeuse, bruno)
        attendre_rangs(page, [1, 2, 3, 4, 5])


def test_without_any_socket_the_thread_catches_up_every_thirty_seconds(
    ouvrir, context, site, balayeuse, bruno, camille
):
    context.route_web_socket(re.compile("/ws/"), lambda prise: prise.close(code=1011))
    context.clock.install()
    page = ouvrir(balayeuse.get_absolute_url(), camille)
    faire_message(balayeuse, bruno)
    page.clock.run_for(31_000)
    attendre_rangs(page, [1])


def test_new_messages_never_move_what_she_is_reading(ouvrir, site, balayeuse, bruno, camille):
    for n in range(12):
        faire_message(balayeuse, bruno, f"Point {n}. " * 60)
    page = ouvrir(balayeuse.get_absolute_url(), camille)
    expect(page.locator("[data-direct]")).to_have_text("en direct")
    page.evaluate("scrollTo(0, 0)")
    for _ in range(2):
        faire_message(balayeuse, bruno)
    bouton = page.locator("[data-nouveaux]")
    expect(bouton).to_have_text("2 nouveaux messages")
    assert page.evaluate("scrollY") == 0
    bouton.click()
    expect(page.locator("#message-13")).to_be_in_viewport()
    expect(page.locator("#message-13")).to_be_focused()
    expect(bouton).to_be_hidden()


def test_the_line_that_she_is_writing_stays_under_her_eyes(ouvrir, site, balayeuse, bruno, camille):
    for n in range(12):
        faire_message(balayeuse, bruno, f"Point {n}. " * 60)
    page = ouvrir(balayeuse.get_absolute_url(), camille)
    expect(page.locator("[data-direct]")).to_have_text("en direct")
    ligne = page.locator("#composeur textarea")
    ligne.press_sequentially("Nous pourrions")
    hauteur = ligne.bounding_box()["y"]
    faire_message(balayeuse, bruno, "Un long message. " * 100)
    expect(page.locator("#message-13")).to_be_attached()
    expect(ligne).to_be_focused()
    assert ligne.bounding_box()["y"] == pytest.approx(hauteur, abs=2)
    expect(ligne).to_have_value("Nous pourrions")


def test_an_older_part_of_a_long_thread_sends_her_to_what_is_new(ouvrir, site, balayeuse, bruno, camille):
    for _ in range(8):
        faire_message(balayeuse, bruno)
    page = ouvrir(f"{balayeuse.get_absolute_url()}?avant=4", camille)
    expect(page.locator("[data-direct]")).to_have_text("en direct")
    faire_message(balayeuse, bruno)
    expect(page.locator("[data-nouveaux]")).to_have_text("1 nouveau message")
    attendre_rangs(page, [1, 2, 3])
    page.locator("[data-nouveaux]").click()
    expect(page.locator("#message-9")).to_be_in_viewport()


def test_a_visitor_follows_a_public_thread_too(ouvrir, site, bruno, rst):
    besoin = faire_besoin("Broyeur", bruno, reseau=rst, visibilite="publique")
    page = ouvrir(besoin.get_absolute_url())
    # Nobody has said anything: the word « en direct » waits for a message.
    expect(page.locator("html")).to_have_attribute("data-liaison", "direct")
    faire_message(besoin, bruno)
    attendre_rangs(page, [1])


def test_the_bell_and_the_tab_count_what_is_unread(fil, camille, bruno, rst):
    titre = fil.title()
    besoin = faire_besoin("Nacelle", bruno, reseau=rst)
    expect(fil.locator("#cloche .pastille")).to_have_text("1 non lues")
    assert fil.title() == f"(1) {titre}"
    besoin.notifications.all().delete()
    Notification.sonner([camille.pk])
    expect(fil.locator("#cloche .pastille")).to_have_count(0)
    assert fil.title() == titre


def test_a_list_offers_what_was_published_since_and_does_not_move(ouvrir, site, camille, bruno, rst):
    page = ouvrir(reverse("reseau:fil"), camille)
    expect(page.locator("html")).to_have_attribute("data-liaison", "direct")
    faire_besoin("Nacelle", bruno, reseau=rst)
    lien = page.get_by_role("link", name="1 nouvelle publication")
    expect(lien).to_be_visible()
    expect(page.get_by_text("Nacelle")).to_have_count(0)
    lien.click()
    expect(page.get_by_text("Nacelle").first).to_be_visible()


def test_who_loses_her_rights_is_told_that_the_page_is_no_longer_live(
    fil, besoin_du_rst, balayeuse, camille, bruno
):
    camille.utilisateur.is_active = False
    camille.utilisateur.save()
    expect(fil.locator("[data-direct]")).to_have_text("plus en direct, rechargez la page", timeout=8000)
    faire_message(balayeuse, bruno)
    fil.wait_for_timeout(500)
    attendre_rangs(fil, [])


def test_a_name_begun_is_finished_by_the_keyboard_and_only_her_own_messages_offer_to_be_corrected(
    ouvrir, site, balayeuse, bruno, camille
):
    faire_message(balayeuse, bruno)
    page = ouvrir(balayeuse.get_absolute_url(), camille)
    champ = page.get_by_label("Votre message")
    champ.focus()
    champ.press_sequentially("Bonjour @brun")
    expect(page.locator(".suggestions button")).to_have_text("Bruno Petit")
    champ.press("Enter")
    expect(champ).to_have_value("Bonjour @brun\n")
    champ.press("Backspace")
    expect(page.get_by_role("option")).to_have_text("Bruno Petit")
    champ.press("ArrowDown")
    expect(page.get_by_role("option", name="Bruno Petit", selected=True)).to_be_visible()
    champ.press("Enter")
    expect(champ).to_have_value("Bonjour @Bruno Petit ")
    expect(page.locator(".suggestions")).to_be_hidden()
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#message-2 .corriger")).to_be_visible()
    expect(page.get_by_label("Votre message")).to_be_focused()
    expect(page.locator("#message-1 .signaler")).to_be_visible()
    expect(page.locator("#message-2 .signaler")).to_be_hidden()
    champ.press_sequentially("Voir avec @bru")
    expect(page.get_by_role("option")).to_have_text("Bruno Petit")
    champ.press_sequentially("it demain")
    champ.press("Tab")
    expect(champ).to_have_value("Voir avec @bruit demain")
    expect(page.locator("#message-1 .corriger")).to_be_hidden()


def test_a_reader_sees_how_many_read_and_that_somebody_writes(site, port, ouvrir, balayeuse, bruno, camille):
    ecran = ouvrir(balayeuse.get_absolute_url(), camille)
    expect(ecran.locator("[data-direct]")).to_have_text("en direct")
    client = Client()
    client.force_login(bruno.utilisateur)
    demande, origine = f"fil={balayeuse.pk}", f"http://localhost:{port}"
    with prise_de(port, demande, origine=origine, session=client.session.session_key) as autre:
        expect(ecran.locator("[data-presence]")).to_have_text("2 membres lisent")
        autre.send("ecrit")
        expect(ecran.locator("[data-ecrit]")).to_have_text("Quelqu’un écrit…")
        faire_message(balayeuse, bruno, "Voilà.")
        expect(ecran.locator("[data-ecrit]")).to_be_empty()
        ecran.locator("textarea").press_sequentially("Mer")
        while '"ecrit"' not in autre.recv(3):
            pass
    expect(ecran.locator("[data-presence]")).to_be_empty()
