import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError
from django.urls import reverse

from reseau.models import Contribution
from reseau.models.contributions import ContributionQuerySet


@pytest.fixture
def superutilisateur(db):
    return get_user_model().objects.create_superuser("racine@agglo.example")


@pytest.mark.parametrize("nul", ["%00", "a%00b", "%2500"])
@pytest.mark.parametrize(
    "adresse",
    [
        "/rejoindre/?reseau={}",
        "/recherche/?q={}",
        "/besoins/?q={}&domaine=voirie",
        "/besoins/export/?q={}",
    ],
)
def test_a_nul_in_an_address_is_refused_and_what_looks_like_one_is_not(client, db, adresse, nul):
    reponse = client.get(adresse.format(nul))
    assert (reponse.status_code == 400) is (nul != "%2500")


def test_nor_does_the_admin_read_one(client, superutilisateur):
    client.force_login(superutilisateur)
    adresse = reverse("wagtailadmin_tag_autocomplete")
    assert client.get(adresse, {"term": "voi\0"}).status_code == 400
    assert client.get(adresse, {"term": "voi"}).status_code == 200


@pytest.mark.parametrize("cle, etat", [(r'"abcdefgh\000ijkl"', 400), ('"abcdefghijkl"', 200)])
def test_a_nul_in_the_cookie_of_the_session_is_refused(client, db, cle, etat):
    """Between quotes, a cookie may hold any byte: Django reads `\\000` as one."""
    assert client.get("/", headers={"Cookie": f"sessionid={cle}"}).status_code == etat


@pytest.mark.parametrize(("panne", "etat"), [(OperationalError("database is locked"), 503), (None, 200)])
def test_a_database_that_cannot_answer_now_is_said_to_come_back(client, db, monkeypatch, panne, etat):
    def ouvrir(*args, **kwargs):
        if panne:
            raise panne
        return Contribution.objects.none()

    monkeypatch.setattr(ContributionQuerySet, "visibles_par", ouvrir)
    reponse = client.get("/besoins/")
    assert reponse.status_code == etat
    assert reponse.headers.get("Retry-After") == ("30" if panne else None)
    assert ("Réessayez dans une minute" in reponse.text) == bool(panne)
