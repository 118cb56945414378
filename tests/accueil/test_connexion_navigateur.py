import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from django.urls import reverse
from playwright.sync_api import expect

from plateforme.accueil.models import Utilisateur
from plateforme.socle.models import Tentative

from .conftest import MOT_DE_PASSE

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

ECRANS = [(360, 740, "dark"), (1280, 800, "light")]


@pytest.fixture
def site(live_server):
    """Passkeys refuse an IP address."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def aller(page, site):
    return lambda nom, *args: page.goto(site + reverse(nom, args=args))


@pytest.fixture
def erreurs_de_console(page):
    """What the console complains of, but a refused form, which is answered 422."""
    erreurs = []

    def entendre(message):
        if message.type == "error" and "422" not in message.text:
            erreurs.append(message.text)

    page.on("console", entendre)
    page.on("pageerror", lambda erreur: erreurs.append(str(erreur)))
    return erreurs


@pytest.fixture
def regarder(page):
    """No accessibility fault and no sideways scroll, on a phone by night and on a desk by day."""

    def regarder(nom):
        for largeur, hauteur, jour in ECRANS:
            page.set_viewport_size({"width": largeur, "height": hauteur})
            page.emulate_media(color_scheme=jour, reduced_motion="reduce")
            # Preloading, axe asks for the sheets of our @imports under the address of the page.
            fautes = Axe().run(page, options={"preload": False})
            assert fautes.violations_count == 0, f"{nom} {largeur} {jour}\n{fautes.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= largeur, f"{nom} scrolls sideways"

    return regarder


def code_recu():
    return re.match(r"\d{6}", mail.outbox[-1].subject)[0]


@pytest.fixture
def claire(transactional_db):
    return Utilisateur.objects.create_user("claire.martin-dubois@louverne.example")


@pytest.fixture
def connecter(page, site):
    """By keyboard alone: each page gives the focus to its only field."""

    def connecter(utilisateur):
        page.goto(f"{site}{reverse('account_login')}?next={reverse('mfa_index')}")
        expect(page.locator("main input:focus")).to_have_count(1)
        page.keyboard.type(utilisateur.email)
        page.keyboard.press("Enter")
        page.wait_for_url("**" + reverse("account_confirm_login_code") + "*")
        expect(page.locator("main input:focus")).to_have_count(1)
        page.keyboard.type(code_recu())
        page.keyboard.press("Enter")
        page.wait_for_url(site + reverse("mfa_index"))
        Tentative.objects.all().delete()

    return connecter


@pytest.fixture
def cle_virtuelle(page):
    """A platform authenticator, as the fingerprint reader of a phone."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cle = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return lambda: cdp.send("WebAuthn.getCredentials", {"authenticatorId": cle})["credentials"]


def test_every_page_of_the_entrance_is_accessible(page, aller, regarder, claire, erreurs_de_console):
    aller("account_login")
    regarder("connexion")
    page.get_by_text("J’ai un mot de passe").click()
    page.get_by_label("Adresse électronique").fill(claire.email)
    page.get_by_label("Mot de passe").fill("non")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_text("ne convient pas").first.wait_for()
    regarder("connexion-refusee")

    page.get_by_label("Mot de passe").fill("")
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/code/")
    regarder("code")
    page.get_by_label("Code à 6 chiffres").fill("000000")
    page.keyboard.press("Enter")
    page.get_by_text("Ce n’est pas le bon code.").first.wait_for()
    regarder("code-refuse")
    page.get_by_role("button", name="Ce n’est pas la bonne adresse").click()
    page.wait_for_url("**" + reverse("account_login") + "?autre=")
    aller("account_inactive")
    regarder("compte-desactive")
    assert erreurs_de_console == []


def test_every_page_of_the_account_is_accessible(
    page, aller, connecter, regarder, claire, erreurs_de_console
):
    connecter(claire)
    for nom in (
        "mfa_index",
        "account_email",
        "account_change_password",
        "usersessions_list",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "account_logout",
        "account_reauthenticate_code",
    ):
        aller(nom)
        regarder(nom)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code à 6 chiffres").wait_for()
    regarder("confirmation-par-code")
    aller("account_change_password")
    page.get_by_label("Nouveau mot de passe").fill("court")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("trop court").first.wait_for()
    regarder("mot-de-passe-refuse")
    page.get_by_label("Nouveau mot de passe").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Enregistrer").click()
    page.wait_for_url("**" + reverse("mfa_index"))
    regarder("securite-avec-mot-de-passe")
    aller("account_reauthenticate")
    regarder("confirmation-par-mot-de-passe")
    assert erreurs_de_console == []


def test_the_authenticator_app_pages_are_accessible(page, aller, connecter, regarder, claire):
    from .test_securite import code_de_l_application

    connecter(claire)
    aller("mfa_activate_totp")
    cle = page.locator(".cle-ecrite").inner_text()
    page.get_by_label("Code affiché par l’application").fill(code_de_l_application(cle))
    page.get_by_role("button", name="Activer").click()
    page.wait_for_url("**" + reverse("mfa_view_recovery_codes"))
    regarder("codes-de-secours")
    for nom in ("mfa_index", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_reauthenticate"):
        aller(nom)
        regarder(f"{nom}-avec-application")
    page.context.clear_cookies()
    aller("account_login")
    page.get_by_label("Adresse électronique").fill(claire.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/code/")
    page.keyboard.type(code_recu())
    page.keyboard.press("Enter")
    page.wait_for_url("**" + reverse("mfa_authenticate"))
    regarder("double-verification")


def test_a_passkey_is_registered_then_signs_in_by_itself(
    page, site, aller, connecter, regarder, claire, cle_virtuelle, erreurs_de_console
):
    connecter(claire)
    aller("mfa_add_webauthn")
    page.get_by_label("Nom de la clé").fill("Téléphone")
    page.get_by_role("button", name="Créer la clé sur cet appareil").click()
    page.wait_for_url("**" + reverse("mfa_index"))
    assert len(cle_virtuelle()) == 1
    regarder("securite-avec-cle")
    aller("mfa_list_webauthn")
    regarder("cles")
    aller("mfa_reauthenticate_webauthn")
    regarder("confirmation-par-cle")

    page.context.clear_cookies()
    page.goto(f"{site}{reverse('account_login')}?next={reverse('account_email')}")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url(site + reverse("account_email"))
    assert claire.email in page.inner_text("main")
    assert erreurs_de_console == []


def test_a_passkey_does_not_shut_out_who_signs_in_with_a_code(page, aller, connecter, claire, cle_virtuelle):
    connecter(claire)
    aller("mfa_add_webauthn")
    page.get_by_role("button", name="Créer la clé sur cet appareil").click()
    page.wait_for_url("**" + reverse("mfa_index"))
    page.context.clear_cookies()
    connecter(claire)
    aller("mfa_index")
    assert "Sécurité" in page.title()


def test_a_passkey_proves_again_who_she_is(page, aller, connecter, claire, cle_virtuelle, settings):
    connecter(claire)
    aller("mfa_add_webauthn")
    page.get_by_role("button", name="Créer la clé sur cet appareil").click()
    page.wait_for_url("**" + reverse("mfa_index"))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.get_by_role("link", name="Voir mes clés").click()
    page.get_by_role("link", name="Retirer").click()
    page.wait_for_url("**" + reverse("mfa_reauthenticate_webauthn") + "*")
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.get_by_role("button", name="Retirer la clé").click()
    page.wait_for_url("**" + reverse("mfa_list_webauthn"))
    assert "Aucune clé" in page.inner_text("main")


def test_a_key_that_does_not_answer_is_said(page, aller, claire, cle_virtuelle):
    aller("account_login")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.get_by_text("La clé d’accès n’a pas répondu").wait_for()


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_codes_sign_in_and_passkeys_hide(page, aller, claire):
    aller("account_login")
    assert not page.get_by_role("button", name="Utiliser une clé d’accès").is_visible()
    page.get_by_label("Adresse électronique").fill(claire.email)
    page.get_by_role("button", name="Continuer").click()
    assert page.get_by_role("button", name="Renvoyer un code").is_enabled()
    page.get_by_label("Code à 6 chiffres").fill(code_recu())
    page.get_by_role("button", name="Se connecter").click()
    aller("mfa_index")
    assert "Sécurité" in page.title()


def test_the_code_may_be_asked_again_after_a_while(page, aller, claire):
    aller("account_login")
    page.clock.install()
    page.get_by_label("Adresse électronique").fill(claire.email)
    page.keyboard.press("Enter")
    renvoi = page.get_by_role("button", name="Renvoyer un code")
    expect(renvoi).to_be_disabled()
    page.clock.run_for(31_000)
    assert renvoi.is_enabled()


def test_a_double_click_asks_for_one_code_and_finds_where_to_type_it(page, aller, monkeypatch):
    monkeypatch.setattr("plateforme.accueil.limites.DUREE_EGALE", 0.25)  # the second one comes meanwhile
    Utilisateur.objects.create_user("claire@louverne.example")
    aller("account_login")
    page.get_by_label("Adresse électronique").fill("claire@louverne.example")
    page.evaluate("""() => {
        const bouton = document.querySelector("form.formulaire button")
        bouton.click()
        setTimeout(() => bouton.click(), 120)
    }""")
    expect(page.get_by_label("Code à 6 chiffres")).to_be_visible()
