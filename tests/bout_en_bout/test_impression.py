"""What élus put on the wall: the whole matrix on one sheet."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders

from besoins.models import Position
from tests.fabriques import faire_commune, faire_membre, faire_projet

pytestmark = pytest.mark.navigateur


def feuilles(pdf):
    """The size of each sheet, in millimetres."""
    boites = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boites) == len(re.findall(rb"/Type /Page\b", pdf))
    return [tuple(round(float(cote) / 72 * 25.4) for cote in boite) for boite in boites]


@pytest.fixture
def imprimer(page, client, settings):
    """The sheets of a page as its reader prints it; no server stands between her browser and the views."""

    def _imprimer(membre, adresse):
        client.force_login(membre.utilisateur)
        lue = client.get(adresse)

        def repondre(route):
            chemin = urlsplit(route.request.url).path
            if chemin == adresse:
                return route.fulfill(body=lue.content, content_type="text/html")
            fichier = finders.find(chemin.removeprefix(settings.STATIC_URL).lstrip("/"))
            return route.fulfill(path=fichier) if fichier else route.abort()

        page.route("**/*", repondre)
        page.goto(f"http://testserver{adresse}")
        return feuilles(page.pdf(prefer_css_page_size=True, print_background=True))

    return _imprimer


@pytest.mark.parametrize("jour", ["light", "dark"])
def test_thirty_four_communes_and_thirty_projects_are_one_sheet_of_a3(
    imprimer, page, agglo, rst, diane, jour
):
    communes = [faire_commune(f"Saint-Jean-sur-Mayenne {n}") for n in range(33)]
    communes.append(faire_commune("La Chapelle-Anthenaise-sur-Jouanne"))
    for commune in communes:
        commune.rejoindre(agglo)
    agents = [faire_membre("Ana", f"Roy{n}", c, reseaux=[rst]) for n, c in enumerate(communes)]
    for n in range(30):
        projet = faire_projet(f"Entretenir ensemble les chemins de randonnée, lot {n}", diane, reseau=rst)
        for rang, niveau in enumerate(("interessee", "curieuse", "hors")):
            qui = (n + rang) % 34
            Position.objects.create(
                contribution_id=projet.pk, collectivite=communes[qui], par=agents[qui], niveau=niveau
            )
    page.emulate_media(color_scheme=jour)
    assert imprimer(diane, "/projets/matrice/") == [(420, 297)]
    assert page.locator(".matrice tbody tr").count() == 34
