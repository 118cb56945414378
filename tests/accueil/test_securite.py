import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from plateforme.accueil import limites
from plateforme.accueil.connexion import ConnexionBackend
from plateforme.accueil.models import Utilisateur
from plateforme.socle.models import Tentative

from .conftest import MOT_DE_PASSE

pytestmark = pytest.mark.django_db

SENSIBLES = ["account_change_password", "mfa_activate_totp", "mfa_add_webauthn"]


def code_de_l_application(cle):
    compteur = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(cle, compteur))


@pytest.fixture
def activer_l_application(client):
    """Turn the authenticator app on for who is signed in; gives its key."""

    def activer():
        page = client.get(reverse("mfa_activate_totp")).text
        cle = re.search(r'<code class="cle-ecrite">(\w+)</code>', page)[1]
        reponse = client.post(reverse("mfa_activate_totp"), {"code": code_de_l_application(cle)})
        assert reponse.url == reverse("mfa_view_recovery_codes")
        return cle

    return activer


class TestFreshProof:
    @pytest.mark.parametrize("nom", SENSIBLES)
    def test_a_quarter_of_an_hour_after_the_code_it_is_asked_again(
        self, client, claire, entrer_par_code, vieillir, nom
    ):
        entrer_par_code(client, claire)
        assert client.get(reverse(nom)).status_code == 200
        vieillir(client, 901)
        assert client.get(reverse(nom)).url.startswith(reverse("account_reauthenticate_code"))

    def test_a_fresh_code_opens_the_page_that_was_asked(
        self, client, claire, entrer_par_code, vieillir, code_recu, mailoutbox
    ):
        entrer_par_code(client, claire)
        vieillir(client, 901)
        confirmation = client.get(reverse("mfa_add_webauthn")).url
        envois = len(mailoutbox)
        assert "Recevoir un code" in client.get(confirmation).text and len(mailoutbox) == envois

        suite = {"next": reverse("mfa_add_webauthn")}
        confirmation = client.post(confirmation, {"action": "envoyer", **suite}).url
        assert mailoutbox[-1].to == [claire.email]
        assert "Ce n’est pas le bon code." in client.post(confirmation, {"code": "000000", **suite}).text
        assert client.post(confirmation, {"code": code_recu(), **suite}).url == reverse("mfa_add_webauthn")
        assert client.get(reverse("mfa_add_webauthn")).status_code == 200

    def test_three_wrong_codes_end_it(self, client, claire, entrer_par_code, vieillir, code_recu):
        entrer_par_code(client, claire)
        vieillir(client, 901)
        adresse = reverse("account_reauthenticate_code")
        client.post(adresse, {"action": "envoyer"})
        for _ in range(3):
            client.post(adresse, {"code": "000000"})
        client.post(adresse, {"code": code_recu()})
        assert client.get(reverse("mfa_add_webauthn")).status_code == 302

    def test_the_password_does_too(self, client, malik, entrer_par_code, vieillir):
        entrer_par_code(client, malik)
        vieillir(client, 901)
        confirmation = client.get(reverse("mfa_add_webauthn")).url
        assert confirmation.startswith(reverse("account_reauthenticate") + "?")
        assert "Ce n’est pas votre mot de passe." in client.post(confirmation, {"password": "non"}).text
        assert client.post(confirmation, {"password": MOT_DE_PASSE}).url == reverse("mfa_add_webauthn")

    def test_a_second_step_is_not_got_round_by_the_mailbox(
        self, client, malik, entrer_par_code, vieillir, activer_l_application
    ):
        entrer_par_code(client, malik)
        activer_l_application()
        vieillir(client, 901)
        assert client.get(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))
        for nom in ("account_reauthenticate_code", "account_reauthenticate"):
            assert client.get(reverse(nom)).url == reverse("mfa_reauthenticate")
        client.post(reverse("account_reauthenticate_code"), {"action": "envoyer"})
        assert "confirmation_par_code" not in client.session

    def test_a_password_posted_too_late_is_kept_nowhere(self, client, claire, entrer_par_code, vieillir):
        entrer_par_code(client, claire)
        vieillir(client, 901)
        client.post(reverse("account_change_password"), {"password1": "une phrase secrete et longue"})
        assert "secrete" not in str(dict(client.session))


class TestPassword:
    @pytest.mark.parametrize("mot_de_passe", ["onze lettre", "864209753124", "claire@louverne.example"])
    def test_a_weak_one_is_refused(self, client, claire, entrer_par_code, mot_de_passe):
        entrer_par_code(client, claire)
        reponse = client.post(reverse("account_change_password"), {"password1": mot_de_passe})
        assert "erreur-champ" in reponse.text
        claire.refresh_from_db()
        assert not claire.has_usable_password()

    def test_it_is_kept_to_the_letter(self, client, claire, entrer_par_code):
        lettre_a_lettre = "une phrase\u200b de e\u0301te\u0301"
        entrer_par_code(client, claire)
        client.post(reverse("account_change_password"), {"password1": lettre_a_lettre})
        claire.refresh_from_db()
        assert claire.check_password(lettre_a_lettre)

    def test_choosing_one_keeps_this_session_and_ends_the_others(
        self, client, claire, entrer_par_code, mailoutbox
    ):
        ailleurs = Client()
        entrer_par_code(ailleurs, claire)
        entrer_par_code(client, claire)
        client.post(reverse("account_change_password"), {"password1": MOT_DE_PASSE})
        assert client.get(reverse("mfa_index")).status_code == 200
        assert ailleurs.get(reverse("mfa_index")).status_code == 302
        assert mailoutbox[-1].subject == "Votre compte a un mot de passe"


class TestAddress:
    def test_it_changes_by_a_code_at_the_new_one_and_the_old_one_is_told(
        self, client, claire, entrer_par_code, code_recu, mailoutbox
    ):
        entrer_par_code(client, claire)
        reponse = client.post(reverse("account_email"), {"email": "Claire@Laval.example"})
        assert reponse.url == reverse("account_email_verification_sent")
        assert mailoutbox[-1].to == ["claire@laval.example"]
        code = code_recu()
        assert "Ce n’est pas le bon code." in client.post(reponse.url, {"code": "000000"}).text
        claire.refresh_from_db()
        assert claire.email == "claire@louverne.example"

        assert client.post(reponse.url, {"code": code}).url == reverse("mfa_index")
        claire.refresh_from_db()
        assert claire.email == "claire@laval.example"
        assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
            ("claire@laval.example", True, True)
        ]
        assert mailoutbox[-1].to == ["claire@louverne.example"]
        assert "claire@laval.example" in mailoutbox[-1].body

    def test_one_that_no_mail_can_bear_is_refused(self, client, claire, entrer_par_code, mailoutbox):
        entrer_par_code(client, claire)
        reponse = client.post(reverse("account_email"), {"email": f"a@{'é' * 60}.fr"})
        assert "id_email_error" in reponse.text
        assert mailoutbox[-1].to == ["claire@louverne.example"]

    def test_it_needs_a_fresh_proof(self, client, claire, entrer_par_code, vieillir, mailoutbox):
        entrer_par_code(client, claire)
        vieillir(client, 901)
        reponse = client.post(reverse("account_email"), {"email": "claire@laval.example"})
        assert reponse.url.startswith(reverse("account_reauthenticate_code"))
        assert mailoutbox[-1].to == ["claire@louverne.example"]

    def test_another_s_address_is_not_taken_nor_revealed(
        self, client, claire, malik, entrer_par_code, code_recu
    ):
        entrer_par_code(client, claire)
        saisie = {"email": malik.email}
        reponse = client.post(reverse("account_email"), saisie)
        assert reponse.url == reverse("account_email_verification_sent")
        client.post(reponse.url, {"code": code_recu()})
        claire.refresh_from_db()
        assert claire.email == "claire@louverne.example"


class TestAuthenticatorApp:
    @pytest.fixture
    def cle(self, client, claire, entrer_par_code, activer_l_application):
        entrer_par_code(client, claire)
        cle = activer_l_application()
        Tentative.objects.all().delete()
        client.post(reverse("account_logout"))
        return cle

    @pytest.fixture
    def a_l_etape(self, client, claire, cle, demander_un_code, entrer, code_recu):
        """The code of the mail is typed: the second one is asked."""
        demander_un_code(client, claire.email)
        assert entrer(client, code_recu()).url == reverse("mfa_authenticate")
        assert "_auth_user_id" not in client.session

    def test_it_is_asked_after_the_code_of_the_mail(self, client, cle, a_l_etape):
        assert "Encore une étape" in client.get(reverse("mfa_authenticate")).text
        assert (
            "Ce n’est pas le bon code." in client.post(reverse("mfa_authenticate"), {"code": "000000"}).text
        )
        client.post(reverse("mfa_authenticate"), {"code": code_de_l_application(cle)})
        assert "_auth_user_id" in client.session

    @pytest.mark.parametrize("separateur", ["", " ", "-"])
    def test_a_code_serves_once_however_it_is_typed(
        self, client, claire, cle, a_l_etape, demander_un_code, entrer, code_recu, separateur
    ):
        code = code_de_l_application(cle)
        client.post(reverse("mfa_authenticate"), {"code": code})
        cache.clear()  # allauth forgets a code before it expires
        ailleurs = Client()
        unique = limites.APPLICATION_UNE_FOIS.cle(f"{claire.pk} {code}")
        Tentative.objects.filter(nombre=1).exclude(cle=unique).delete()
        demander_un_code(ailleurs, claire.email)
        entrer(ailleurs, code_recu())
        reponse = ailleurs.post(reverse("mfa_authenticate"), {"code": f"{code[:3]}{separateur}{code[3:]}"})
        assert "Ce n’est pas le bon code." in reponse.text
        assert "_auth_user_id" not in ailleurs.session

    def test_recovery_codes_replace_it_each_once(self, client, claire, cle, a_l_etape):
        secours = Authenticator.objects.get(user=claire, type="recovery_codes").wrap().get_unused_codes()
        client.post(reverse("mfa_authenticate"), {"code": secours[0]})
        assert "_auth_user_id" in client.session
        reponse = client.get(reverse("mfa_view_recovery_codes"))
        assert secours[1] in reponse.text and secours[0] not in reponse.text
        assert "no-store" in reponse["Cache-Control"]
        assert secours[1] in client.get(reverse("mfa_download_recovery_codes")).text

    def test_ten_tries_in_ten_minutes_are_enough(self, client, cle, a_l_etape):
        for _ in range(10):
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        reponse = client.post(reverse("mfa_authenticate"), {"code": code_de_l_application(cle)})
        assert "Trop d’essais" in reponse.text
        assert "_auth_user_id" not in client.session

    def test_it_is_turned_off(self, client, claire, cle, a_l_etape, mailoutbox):
        client.post(reverse("mfa_authenticate"), {"code": code_de_l_application(cle)})
        assert client.post(reverse("mfa_deactivate_totp")).url == reverse("mfa_index")
        assert not Authenticator.objects.filter(user=claire).exists()
        assert mailoutbox[-1].subject == "Double vérification désactivée"


class TestDevices:
    FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"

    def test_each_is_named_and_may_be_signed_out(self, client, claire, entrer_par_code):
        ailleurs = Client(headers={"user-agent": self.FIREFOX})
        entrer_par_code(ailleurs, claire)
        entrer_par_code(client, claire)
        page = client.get(reverse("usersessions_list")).text
        assert "Firefox sur Windows" in page and "cet appareil" in page

        deconnexion = re.search(r'action="(/compte/appareils/\d+/deconnexion/)"', page)[1]
        assert client.get(deconnexion).status_code == 405
        assert client.post(deconnexion).url == reverse("usersessions_list")
        assert ailleurs.get(reverse("mfa_index")).status_code == 302
        assert client.get(reverse("mfa_index")).status_code == 200

    def test_all_the_others_at_once(self, client, claire, entrer_par_code):
        ailleurs = Client()
        entrer_par_code(ailleurs, claire)
        entrer_par_code(client, claire)
        client.post(reverse("usersessions_list"))
        assert ailleurs.get(reverse("mfa_index")).status_code == 302
        assert client.get(reverse("mfa_index")).status_code == 200

    def test_nobody_ends_another_s_session(self, client, claire, malik, entrer_par_code):
        ailleurs = Client()
        entrer_par_code(ailleurs, malik)
        entrer_par_code(client, claire)
        session = malik.usersession_set.get()
        assert client.post(reverse("usersessions_end", args=[session.pk])).status_code == 404
        assert ailleurs.get(reverse("mfa_index")).status_code == 200


class TestAddressOfTheClient:
    def test_what_a_stranger_writes_in_the_header_counts_for_nothing(self, client, settings):
        """Behind one proxy, only the last hop is hers to say."""
        settings.MANDATAIRES_DE_CONFIANCE = 1
        for rang in range(201):
            chemin = f"10.0.0.{rang}, 192.0.2.7"
            client.post(
                reverse("account_login"),
                {"login": f"x{rang}@laval.example", "password": "non"},
                headers={"x-forwarded-for": chemin},
            )
        reponse = client.post(
            reverse("account_login"),
            {"login": "y@laval.example", "password": "non"},
            headers={"x-forwarded-for": "203.0.113.1, 192.0.2.7"},
        )
        assert "Trop d’essais" in reponse.text


def test_the_account_and_the_member_are_read_in_one_statement(client, claire, django_assert_num_queries):
    with django_assert_num_queries(1):
        utilisateur = ConnexionBackend().get_user(claire.pk)
        assert not hasattr(utilisateur, "membre")
    assert ConnexionBackend().get_user(0) is None
    Utilisateur.objects.filter(pk=claire.pk).update(is_active=False)
    assert ConnexionBackend().get_user(claire.pk) is None
