import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from plateforme.accueil import limites
from plateforme.accueil.models import Utilisateur
from plateforme.socle.limites import HEURE, Limite
from plateforme.socle.models import Tentative

from .conftest import MOT_DE_PASSE

pytestmark = pytest.mark.django_db


def test_an_address_alone_then_its_code_sign_in(
    client, claire, demander_un_code, entrer, code_recu, mailoutbox
):
    reponse = demander_un_code(client, "Claire@Louverne.example", next="/besoins/12/")
    assert reponse.url == reverse("account_confirm_login_code") + "?next=%2Fbesoins%2F12%2F"
    assert mailoutbox[-1].to == ["claire@louverne.example"]

    code = code_recu()
    reponse = entrer(client, f" {code[:3]} {code[3:]}", next="/besoins/12/")

    assert reponse.url == "/besoins/12/"
    assert client.session["_auth_user_id"] == str(claire.pk)
    assert len(mailoutbox) == 1  # the code proved the address: no second one to verify it
    assert EmailAddress.objects.get(user=claire).verified


def test_the_session_lasts_ninety_days(client, claire, entrer_par_code):
    entrer_par_code(client, claire)
    assert client.cookies["sessionid"]["max-age"] == 90 * 24 * 3600


def test_the_code_is_typed_never_followed(client, claire, demander_un_code, code_recu, mailoutbox, settings):
    demander_un_code(client, claire.email)
    message = mailoutbox[-1]
    html = message.alternatives[0].content
    assert message.subject == f"{code_recu()} est votre code de connexion"
    assert code_recu() in message.body and code_recu() in html
    assert set(re.findall(r'href="(.*?)"', html)) == {settings.ADRESSE_DU_SITE}
    assert "/compte/" not in message.body


def test_the_code_page_helps_to_type_and_to_go_back(client, claire, demander_un_code):
    demander_un_code(client, claire.email)
    page = client.get(reverse("account_confirm_login_code")).text
    champ = re.search(r'<input[^>]*name="code"[^>]*>', page)[0]
    assert 'inputmode="numeric"' in champ and 'autocomplete="one-time-code"' in champ
    assert (
        "Renvoyer un code" in page and "Ce n’est pas la bonne adresse" in page and "valable jusqu’à" in page
    )

    assert f'<form action="{reverse("account_login")}">' in page and 'name="autre"' in page
    assert client.get(reverse("account_login")).status_code == 302
    assert client.get(reverse("account_login"), {"autre": ""}).status_code == 200

    reponse = client.post(reverse("account_logout"), {"next": reverse("account_login")})
    assert reponse["Clear-Site-Data"] == '"cache"', "« Back » shows nothing on a shared computer"
    assert reponse.url == reverse("account_login")
    assert client.get(reponse.url).status_code == 200


@pytest.mark.parametrize("adresse", ["claire@louverne.example", "personne@louverne.example"])
def test_who_types_the_same_address_again_finds_the_code_page_and_not_a_refusal(
    client, claire, malik, demander_un_code, entrer, mailoutbox, adresse
):
    page_du_code = reverse("account_confirm_login_code")
    demander_un_code(client, adresse)
    envois = len(mailoutbox)
    for _ in range(2):
        reponse = demander_un_code(client, f" {adresse.capitalize()}", next="/besoins/12/")
        assert reponse.url == f"{page_du_code}?next=%2Fbesoins%2F12%2F"
        assert adresse in client.get(reponse.url).text
    assert len(mailoutbox) == envois  # neither sent again, nor a way around the wait
    # Another browser does not hold that code, and another address has its own.
    assert "Attendez trente secondes" in demander_un_code(type(client)(), adresse).text
    assert demander_un_code(client, malik.email).url == page_du_code
    assert malik.email in client.get(page_du_code).text
    assert "Attendez trente secondes" in demander_un_code(client, adresse).text


def test_the_code_that_was_found_again_signs_in(client, claire, demander_un_code, entrer, code_recu):
    for _ in range(2):
        demander_un_code(client, claire.email)
    assert entrer(client, code_recu()).url == "/"
    assert client.session["_auth_user_id"] == str(claire.pk)


def test_a_code_that_has_expired_is_not_awaited_any_more(client, claire, demander_un_code, mailoutbox):
    demander_un_code(client, claire.email)
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()
    Tentative.objects.all().delete()
    demander_un_code(client, claire.email)
    assert len(mailoutbox) == 2


def test_a_wrong_code_may_be_tried_three_times(client, claire, demander_un_code, entrer, code_recu):
    demander_un_code(client, claire.email)
    for _ in range(2):
        assert "Ce n’est pas le bon code." in entrer(client, "000000").text
    assert entrer(client, "000000").url == reverse("account_login")
    assert "_auth_user_id" not in client.session
    assert entrer(client, code_recu()).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_slip_of_the_finger_costs_no_attempt(client, claire, demander_un_code, entrer, code_recu):
    demander_un_code(client, claire.email)
    for _ in range(5):
        assert "Le code compte 6 chiffres." in entrer(client, "12345").text
    assert entrer(client, code_recu()).url == "/"


def test_an_expired_code_signs_nobody_in(client, claire, demander_un_code, entrer, code_recu):
    demander_un_code(client, claire.email)
    session = client.session
    session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 601
    session.save()
    assert entrer(client, code_recu()).status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_code_may_be_sent_again_but_not_at_once_nor_for_ever(
    client, claire, demander_un_code, entrer, code_recu, mailoutbox
):
    adresse = reverse("account_confirm_login_code")
    demander_un_code(client, claire.email)
    premier = code_recu()
    page = client.post(adresse, {"action": "resend"}, follow=True).text
    assert "Attendez trente secondes" in page and len(mailoutbox) == 1

    for envois in (2, 3, 4):
        Tentative.objects.all().delete()
        client.post(adresse, {"action": "resend"})
        assert len(mailoutbox) == envois
    Tentative.objects.all().delete()
    assert "Renvoyer un code" not in client.get(adresse).text
    client.post(adresse, {"action": "resend"})
    assert len(mailoutbox) == 4

    assert "Ce n’est pas le bon code." in entrer(client, premier).text
    assert entrer(client, code_recu()).url == "/"


def test_an_address_receives_few_codes_an_hour(client, claire, demander_un_code, mailoutbox):
    for _ in range(12):
        demander_un_code(client, claire.email)
        client.post(reverse("account_logout"))
        Tentative.objects.filter(
            expire_le__lt=timezone.now() + timedelta(minutes=1)
        ).delete()  # half a minute
    assert len(mailoutbox) == 8


def test_the_password_signs_in_when_there_is_one(client, malik, entrer_par_code, mailoutbox):
    entrer_par_code(client, malik)
    client.post(reverse("account_logout"))
    envois = len(mailoutbox)
    reponse = client.post(reverse("account_login"), {"login": malik.email, "password": MOT_DE_PASSE})
    assert reponse.url == "/"
    assert len(mailoutbox) == envois


def test_a_wrong_password_is_refused(client, malik):
    reponse = client.post(
        reverse("account_login"), {"login": malik.email, "password": "un autre mot de passe"}
    )
    assert "L’adresse ou le mot de passe ne convient pas." in reponse.text
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "reponse", ["", "{}", "[]", '{"id":1}', "[" * 100_000, "1" * 5_000, "x" * 20_000, "null"]
)
def test_no_answer_of_a_passkey_gives_a_500(client, db, reponse):
    client.get(reverse("account_login"))
    refus = client.post(reverse("mfa_login_webauthn"), {"credential": reponse})
    assert refus.status_code == 302 and refus.url == reverse("account_login")


def test_the_wrong_codes_of_a_stranger_do_not_keep_a_member_out(client, claire, code_recu, monkeypatch):
    monkeypatch.setattr(limites, "ESSAIS_PAR_ADRESSE", Limite("code-adresse", 2, HEURE))

    def essayer(ip, code=None):
        Tentative.objects.filter(
            expire_le__lt=timezone.now() + timedelta(minutes=1)
        ).delete()  # half a minute
        client.logout()
        client.post(reverse("account_login"), {"login": claire.email}, REMOTE_ADDR=ip)
        client.post(reverse("account_confirm_login_code"), {"code": code or code_recu()}, REMOTE_ADDR=ip)
        return "_auth_user_id" in client.session

    assert [essayer("203.0.113.7", "000000") for _ in range(2)] == [False, False]
    assert not essayer("203.0.113.7"), "the right code, too late from there"
    assert essayer("198.51.100.4")


def test_passwords_may_be_tried_twenty_times_an_hour(client, malik):
    essai = {"login": malik.email, "password": "un autre mot de passe"}
    for _ in range(20):
        client.post(reverse("account_login"), essai)
    reponse = client.post(reverse("account_login"), essai | {"password": MOT_DE_PASSE})
    assert "Trop d’essais" in reponse.text


@pytest.mark.parametrize("mot_de_passe", [None, MOT_DE_PASSE])
def test_a_deactivated_account_does_not_sign_in(client, partie, mailoutbox, mot_de_passe):
    saisie = {"login": partie.email} | ({"password": mot_de_passe} if mot_de_passe else {})
    client.post(reverse("account_login"), saisie)
    assert mailoutbox == []
    assert "_auth_user_id" not in client.session


def test_a_deactivated_member_is_signed_out_of_her_sessions(client, claire, entrer_par_code):
    entrer_par_code(client, claire)
    Utilisateur.objects.filter(pk=claire.pk).update(is_active=False)
    assert client.get(reverse("mfa_index")).url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "suite",
    ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "abc", "/" + "🚜" * 2000],
)
def test_signing_in_never_leads_elsewhere(client, claire, demander_un_code, entrer, code_recu, suite):
    demander_un_code(client, claire.email, next=suite)
    assert entrer(client, code_recu(), next=suite).url == "/"


def test_the_old_address_of_an_account_opens_nothing(
    client, claire, entrer_par_code, demander_un_code, mailoutbox
):
    """An administrator who corrects an address must not leave the wrong one open."""
    entrer_par_code(client, claire)
    client.post(reverse("account_logout"))
    claire.email = "claire@laval.example"
    claire.save()
    mailoutbox.clear()
    demander_un_code(client, "claire@louverne.example")
    assert mailoutbox == []


def test_a_password_does_not_spare_an_unverified_address_its_code(client, malik, code_recu, mailoutbox):
    reponse = client.post(reverse("account_login"), {"login": malik.email, "password": MOT_DE_PASSE})
    assert reponse.url == reverse("account_email_verification_sent")
    assert "_auth_user_id" not in client.session
    assert mailoutbox[-1].subject.endswith("est votre code de vérification")
    assert "Ce n’est pas le bon code." in client.post(reponse.url, {"code": "000000"}).text
    client.post(reponse.url, {"code": code_recu()})
    assert "_auth_user_id" in client.session


def test_three_wrong_codes_do_not_verify_an_address(client, malik, code_recu):
    adresse = client.post(reverse("account_login"), {"login": malik.email, "password": MOT_DE_PASSE}).url
    for _ in range(3):
        reponse = client.post(adresse, {"code": "000000"})
    assert reponse.url == reverse("account_login")
    client.post(adresse, {"code": code_recu()})
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_a_pending_code_is_found_again_with_where_one_was_going(client, claire, demander_un_code):
    demander_un_code(client, claire.email)
    reponse = client.get(reverse("account_login"), {"next": "/besoins/12/"})
    assert reponse.url == reverse("account_confirm_login_code") + "?next=%2Fbesoins%2F12%2F"


def test_too_many_requests_are_refused_in_french(client, settings):
    settings.MFA_RATE_LIMITS = {"webauthn_login": "1/m/ip"}
    client.post(reverse("mfa_login_webauthn"), {"credential": "{}"})
    reponse = client.post(reverse("mfa_login_webauthn"), {"credential": "{}"})
    assert reponse.status_code == 429
    assert "Trop de demandes" in reponse.text


def test_an_invitation_fills_the_address_in(client):
    page = client.get(reverse("account_login"), {"adresse": "claire@louverne.example"}).text
    assert 'value="claire@louverne.example"' in page


def test_a_closed_account_is_sent_to_who_may_open_it(client):
    page = client.get(reverse("account_inactive")).text
    assert "administration du site" in page and reverse("accueil:contact") in page
    assert "référent" not in page


def test_nobody_signs_up_alone(client):
    reponse = client.get(reverse("account_signup"))
    assert reponse.url == reverse("reseau:rejoindre")
    assert reponse.url in client.get(reverse("account_login")).text
    client.post(reverse("account_signup"), {"email": "x@laval.example", "password1": MOT_DE_PASSE})
    assert not Utilisateur.objects.exists()


@pytest.mark.parametrize(
    "adresse", ["/", reverse_lazy("account_logout"), reverse_lazy("usersessions_list"), "/admin/"]
)
def test_wherever_one_signs_out_the_browser_forgets_the_drafts(client, camille, adresse):
    client.force_login(camille.utilisateur)
    page = client.get(adresse, follow=True).content.decode()
    sorties = [forme for forme in re.findall(r"<form[^>]*>", page) if reverse("account_logout") in forme]
    if adresse == reverse("account_logout"):  # the page posts to itself
        sorties += re.findall(r'<form class="actions"[^>]*>', page)
    assert len(sorties) > 1 or adresse == "/"
    assert all("data-oublie-brouillons" in sortie for sortie in sorties)


def test_whom_a_members_page_sent_to_sign_in_is_told_why(client, besoin_du_rst):
    renvoi = client.get(besoin_du_rst.get_absolute_url(), follow=True)
    assert "La suite est réservée aux membres." in renvoi.text
    assert "réservée aux membres" not in client.get(reverse("account_login")).text
