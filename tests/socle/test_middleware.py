import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse


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
