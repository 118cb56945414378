import pytest
from django.urls import reverse

from plateforme.accueil.models import Utilisateur

pytestmark = pytest.mark.django_db


def test_a_visitor_signs_in_and_comes_back(client):
    reponse = client.get("/admin/pages/", follow=True)
    assert reponse.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/pages/"


def test_a_member_without_the_right_reads_why_instead_of_turning_round(client, claire):
    client.force_login(claire)
    reponse = client.get("/admin/", follow=True)
    assert reponse.status_code == 403
    assert "L’administration est réservée" in reponse.text and claire.email in reponse.text
    assert len(reponse.redirect_chain) == 1


def test_an_administrator_enters(client, db):
    client.force_login(Utilisateur.objects.create_superuser("dpo@laval.example"))
    assert client.get("/admin/login/?next=/admin/pages/").url == "/admin/pages/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "suite",
    ["https://ailleurs.example/", "//ailleurs.example/", "/\\ailleurs.example", "abc", "/" + "🚜" * 2000],
)
def test_the_door_of_the_administration_leads_nowhere_else(client, db, suite):
    client.force_login(Utilisateur.objects.create_superuser("dpo@laval.example"))
    assert client.get("/admin/login/", {"next": suite}).url == "/admin/"
    client.logout()
    assert client.get("/admin/login/", {"next": suite}).url == f"{reverse('account_login')}?next=/admin/"


@pytest.mark.parametrize(
    "chemin", ["password_reset/", "password_reset/done/", "password_reset/confirm/MQ/jeton/"]
)
def test_wagtail_resets_no_password(client, chemin):
    assert client.get(f"/admin/{chemin}").status_code == 404
