"""What is offered while one types."""

import pytest

from reseau.models import Domaine
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin

pytestmark = pytest.mark.django_db


def offertes(client, q):
    return client.get("/recherche/suggestions/", {"q": q}).json()["suggestions"]


def test_titles_domaines_communes_networks_and_people_are_offered_with_their_addresses(
    comme, camille, bruno, balayeuse, louverne, agglo, rst
):
    louverne.rejoindre(agglo)
    client = comme(camille)
    domaine = Domaine.objects.create(code="balayage", libelle="Balayage des bourgs")
    assert offertes(client, "bala") == [
        {"mot": balayeuse.titre, "detail": "Besoin", "url": balayeuse.get_absolute_url()},
        {"mot": domaine.libelle, "detail": "domaine", "url": "/recherche/?domaine=balayage"},
    ]
    assert offertes(client, "petit")[0] == {
        "mot": "Bruno Petit",
        "detail": "Changé",
        "url": bruno.get_absolute_url(),
    }
    assert offertes(client, "louver")[0]["url"] == louverne.get_absolute_url()
    assert offertes(client, "services tech")[0]["url"] == rst.get_absolute_url()


@pytest.mark.parametrize("q", ["", "b", "%", '"', "'", "é" * 200, "(*", "zzz", "l'"])
def test_what_offers_nothing_breaks_nothing(comme, camille, q):
    assert offertes(comme(camille), q) == []


def test_a_visitor_is_offered_what_is_public_and_no_name(client, bruno, balayeuse, rst):
    publique = faire_besoin("Balayeuse à partager", bruno, reseau=rst, visibilite="publique")
    assert [offre["mot"] for offre in offertes(client, "balayeuse")] == [publique.titre]
    assert offertes(client, "petit") == []


def test_offering_costs_the_same_whatever_there_is(comme, camille, bruno, rst):
    client = comme(camille)
    faire_besoin("Sel un", bruno, reseau=rst)
    peu = requetes_pour(client, "/recherche/suggestions/?q=sel")
    for n in range(10):
        faire_besoin(f"Sel {n}", bruno, reseau=rst)
    assert requetes_pour(client, "/recherche/suggestions/?q=sel") == peu
