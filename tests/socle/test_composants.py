import re
from pathlib import Path

import pytest
from django.apps import apps

STATIQUES = Path(apps.get_app_config("socle").path) / "static" / "socle"
GABARITS = Path(apps.get_app_config("socle").path) / "templates" / "socle" / "composants"


@pytest.mark.django_db
@pytest.mark.parametrize("qui", ["", "?visiteur"])
def test_every_component_stands_on_one_page(client, qui):
    page = client.get(f"/composants/{qui}")
    assert page.status_code == 200
    rendus = {gabarit.name for gabarit in page.templates}
    assert {f"socle/composants/{gabarit.name}" for gabarit in GABARITS.glob("*.html")} <= rendus


def test_a_component_has_a_template_and_a_stylesheet_of_the_same_name():
    feuilles = {feuille.stem for feuille in (STATIQUES / "composants").glob("*.css")}
    assert feuilles == {gabarit.stem for gabarit in GABARITS.glob("*.html")}


def test_the_entry_file_imports_every_stylesheet():
    importes = set(re.findall(r'@import "(.+?)";', (STATIQUES / "plateforme.css").read_text()))
    assert importes == {str(feuille.relative_to(STATIQUES)) for feuille in STATIQUES.glob("*/*.css")}
