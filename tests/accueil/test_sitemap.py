"""What search engines are led to."""

from xml.etree import ElementTree as ET

import pytest
from wagtail.models import Site

from plateforme.accueil import sitemaps
from plateforme.accueil.models import PageLegale
from reseau.models import PageReseau, Reseau
from ressources_docs.models import PageDocuments
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_reseau, faire_ressource

pytestmark = pytest.mark.django_db
NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def adresses(client, chemin):
    reponse = client.get(chemin)
    assert reponse["Content-Type"] == "application/xml"
    return [loc.text.split("/", 3)[3] for loc in ET.fromstring(reponse.content).iter(f"{NS}loc")]


def tout(client):
    """Of every file that the index names, of every file of which robots.txt knows."""
    [ligne] = [ligne for ligne in client.get("/robots.txt").text.splitlines() if "Sitemap: " in ligne]
    fichiers = adresses(client, "/" + ligne.split("/", 3)[3])
    return {adresse for fichier in fichiers for adresse in adresses(client, f"/{fichier}")}


@pytest.fixture
def page():
    page = PageDocuments(title="Documents publics", slug="documents-publics")
    return Site.objects.get(is_default_site=True).root_page.add_child(instance=page)


def test_pages_networks_and_what_is_public_are_named_and_nothing_else(
    client, connecter, page, camille, bruno, rst, alex
):
    besoin = faire_besoin("Une nacelle", bruno, visibilite="publique")
    guide = faire_ressource("Un guide", bruno, visibilite="publique")
    tus = [
        faire_besoin("Entre nous", bruno, visibilite="membres"),
        faire_besoin("Au réseau", bruno, reseau=rst, visibilite="reseau"),
        faire_besoin("Brouillon", bruno, visibilite="publique", publier=False),
        faire_ressource("Retiré", bruno, visibilite="publique").retirer(par=bruno, motif="erreur"),
        faire_reseau("Secret", acces=Reseau.Acces.INVITATION),
    ]
    PageReseau.installer(tus[-1])
    PageReseau.installer(rst)
    PageLegale.objects.filter(slug="aide").update(live=False)
    for lecteur in (client, connecter(camille)):
        vues = tout(lecteur)
        assert {"", "contact/", "documents-publics/", "reseaux/rst/"} <= vues
        assert {o.get_absolute_url()[1:] for o in (besoin, guide)} <= vues
        assert not {o.get_absolute_url()[1:] for o in tus} & vues and "aide/" not in vues
        assert not [vue for vue in vues if "secret" in vue]


def test_a_page_under_a_password_is_not_named(client, page):
    page.view_restrictions.create(restriction_type="password", password="sel")
    assert "documents-publics/" not in tout(client)


def test_it_is_known_by_its_content_and_costs_the_same_however_many(client, page, bruno, rst):
    def couts():
        return [
            requetes_pour(client, f"/sitemap{s}.xml") for s in ("", "-pages", "-reseaux", "-publications")
        ]

    faire_besoin("Un", bruno, visibilite="publique")
    seul = couts()
    for n in range(5):
        page.add_child(instance=PageDocuments(title=f"Voirie {n}", slug=f"voirie-{n}"))
        faire_besoin(f"Besoin {n}", bruno, visibilite="publique")
        faire_ressource(f"Guide {n}", bruno, visibilite="publique")
        faire_reseau(f"Groupe {n}")
    assert couts() == seul
    reponse = client.get("/sitemap-publications.xml")
    assert set(reponse["Cache-Control"].split(", ")) == {"public", "no-cache"}
    encore = client.get("/sitemap-publications.xml", headers={"If-None-Match": reponse["ETag"]})
    assert encore.status_code == 304


def test_a_long_one_is_in_several_files(client, bruno, monkeypatch):
    monkeypatch.setattr(sitemaps.Publications, "limit", 2)
    besoins = [faire_besoin(f"Besoin {n}", bruno, visibilite="publique") for n in range(5)]
    fichiers = adresses(client, "/sitemap.xml")
    assert [f for f in fichiers if "publications" in f] == [
        *("sitemap-publications.xml", "sitemap-publications.xml?p=2", "sitemap-publications.xml?p=3")
    ]
    assert {b.get_absolute_url()[1:] for b in besoins} <= tout(client)
    for faux in ("/sitemap-publications.xml?p=4", "/sitemap-publications.xml?p=x", "/sitemap-autre.xml"):
        assert client.get(faux).status_code == 404
