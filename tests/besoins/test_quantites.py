"""Quantities as people say them."""

from decimal import Decimal

import pytest

from besoins.quantites import en_clair
from tests.fabriques import faire_besoin


@pytest.mark.parametrize(
    ("nombre", "unite", "dit"),
    [
        ("4.50", "tonnes", "4,5 tonnes"),
        ("1.00", "tonnes", "1 tonne"),
        ("1.50", "jours ouvrés par mois", "1,5 jour ouvré par mois"),
        ("1", "nuits d’astreintes", "1 nuit d’astreintes"),
        ("1", "mois", "1 mois"),
        ("1", "devis", "1 devis"),
        ("1", "accès wifi", "1 accès wifi"),
        ("1", "panneaux", "1 panneau"),
        ("1", "parcours de santé", "1 parcours de santé"),
        ("1", "s", "1 s"),
        ("1", "m³", "1 m³"),
        ("12000", "", "12\xa0000"),
    ],
)
def test_a_quantity_agrees_with_its_unit(nombre, unite, dit):
    assert en_clair(Decimal(nombre), unite) == dit


def test_the_page_of_a_need_says_one_day_and_not_one_days(connecter, camille, bruno, rst):
    besoin = faire_besoin("Nacelle", bruno, reseau=rst, quantite=Decimal(1), unite="jours par mois")
    page = connecter(camille).get(besoin.get_absolute_url()).text
    assert "1 jour par mois" in page and "1 jours" not in page


def test_the_history_says_a_quantity_like_the_page(connecter, camille, bruno, rst):
    besoin = faire_besoin("Nacelle", bruno, reseau=rst, quantite=Decimal("1.5"), unite="jours")
    envoi = {"titre": "Nacelle", "collectivite": besoin.collectivite_id, "visibilite": "membres"}
    envoi |= {"urgence": "normale", "quantite": "2,5", "unite": "jours"}
    assert connecter(bruno).post(f"/besoins/{besoin.pk}/modifier/", envoi).status_code == 302
    page = connecter(camille).get(f"/contributions/{besoin.pk}/historique/").text
    assert "1,5 jour</del>" in page and "2,5 jours</ins>" in page
