"""A document is read without its program, and found by what stands on one of its pages."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from plateforme.accueil import resultats
from plateforme.socle.extraction import Texte
from reseau.models import Notification, RechercheSuivie
from ressources_docs.models import Version
from ressources_docs.models.ressources import TEXTE_INDEXE
from ressources_docs.views.lecture import PAGES_A_LA_FOIS
from tests.documents import pdf
from tests.fabriques import faire_fiche, faire_ressource

PAGES = [f"Article {n}" for n in range(1, 34)]
PAGES[20] = "La nacelle est rendue propre"


@pytest.fixture
def reglement(bruno, rst, django_capture_on_commit_callbacks):
    fiche = faire_fiche("reglement.pdf", pdf(*PAGES))
    with django_capture_on_commit_callbacks(execute=True):
        return faire_ressource("Le règlement", bruno, reseau=rst, visibilite="reseau", fiche=fiche)


def test_a_sentence_of_page_twenty_one_is_found_and_leads_there(connecter, camille, chantal, reglement):
    page = connecter(camille).get("/recherche/", {"q": "nacelles rendues"})
    adresse = f"/documents/{reglement.pk}/v/1/texte/?page=21#page-21"
    assert f'href="{adresse}">Page 21</a>' in page.text and "<mark>nacelle</mark>" in page.text
    lue = connecter(camille).get(adresse).text
    assert 'id="page-21"' in lue and "La nacelle est rendue propre" in lue
    assert "Article 20<" not in lue and "Article 22" in lue, f"{PAGES_A_LA_FOIS} pages at once"
    assert "Le règlement" not in connecter(chantal).get("/recherche/", {"q": "nacelles rendues"}).text
    assert connecter(chantal).get(adresse).status_code == 404


def test_who_waits_for_what_its_file_says_is_told_when_it_is_hers_to_read(
    chantal, bruno, rst, django_capture_on_commit_callbacks
):
    for nom, q in (("nacelle", "nacelle"), ("rien", "zeppelin")):
        RechercheSuivie.suivre(par=chantal, q=q, facettes={}, libelle=nom)
    with django_capture_on_commit_callbacks(execute=True):
        fiche = faire_fiche("reglement.pdf", pdf(*PAGES))
        ressource = faire_ressource("Le règlement", bruno, visibilite="reseau", reseau=rst, fiche=fiche)
    assert not Notification.objects.filter(membre=chantal).exists()
    with django_capture_on_commit_callbacks(execute=True):
        ressource.ouvrir_au_public(par=bruno, verifie=["acheve"])
    assert Notification.objects.get(membre=chantal).precision == "nacelle"


def test_what_was_read_in_a_draft_is_told_once_it_is_published(
    camille, bruno, django_capture_on_commit_callbacks
):
    RechercheSuivie.suivre(par=camille, q="nacelle", facettes={}, libelle="nacelle")
    with django_capture_on_commit_callbacks(execute=True):
        fiche = faire_fiche("reglement.pdf", pdf(*PAGES))
        ressource = faire_ressource("Le règlement", bruno, fiche=fiche, publier=False)
    assert not Notification.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        ressource.publier(par=bruno)
    assert Notification.objects.get(membre=camille).precision == "nacelle"


def test_of_a_very_long_text_each_word_is_indexed_once_and_no_more_than_the_index_holds(
    connecter, camille, bruno, rst
):
    longue = faire_ressource("Longue", bruno, reseau=rst)
    longue.version.noter_le_texte("du sel en vrac " * 20_000 + "zorglub")
    assert longue.texte == "du sel en vrac zorglub"
    longue.version.noter_le_texte(" ".join(f"mot{n}" for n in range(40_000)))
    assert len(longue.texte) == TEXTE_INDEXE and longue.texte.startswith("mot0 mot1 ")


def test_a_page_of_results_goes_through_so_many_letters_of_files(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks, monkeypatch
):
    for n in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            fiche = faire_fiche(contenu=b"rien a lire " * 20 + b"Sulfateuse")
            faire_ressource(f"Pulv {n}", bruno, reseau=rst, fiche=fiche)
    lues, autour = [], resultats._autour
    monkeypatch.setattr(resultats, "_autour", lambda texte, d: lues.append(len(texte)) or autour(texte, d))
    monkeypatch.setattr(resultats, "LETTRES_LUES", 400)
    page = connecter(camille).get("/recherche/?q=sulfateuse")
    assert len(page.context["contributions"]) == 3, "all are found"
    assert sum(lues) == 400 and page.text.count("<mark>Sulfateuse</mark>") == 1


def test_its_first_page_is_shown_and_each_is_drawn_when_asked_for(connecter, camille, chantal, reglement):
    client = connecter(camille)
    detail = client.get(reglement.get_absolute_url()).text
    assert "Lire le texte" in detail and "33 pages" in detail
    racine = f"/documents/{reglement.pk}/v/1"
    assert f'src="{racine}/vignette/"' in detail
    vignette, dessin = client.get(f"{racine}/vignette/"), client.get(f"{racine}/pages/21/")
    assert vignette.getvalue()[8:12] == dessin.content[8:12] == b"WEBP"
    assert dessin["Content-Security-Policy"] and dessin["X-Content-Type-Options"] == "nosniff"
    encore = client.get(f"{racine}/pages/21/", headers={"If-None-Match": dessin["ETag"]})
    assert encore.status_code == 304 and not encore.content
    for page in (0, 34, 10**20):
        assert client.get(f"{racine}/pages/{page}/").status_code == 404
    for refusee in ("vignette/", "pages/21/", "texte/"):
        assert connecter(chantal).get(f"{racine}/{refusee}").status_code == 404


def test_who_asks_for_too_many_pages_waits(connecter, camille, reglement, monkeypatch):
    monkeypatch.setattr("ressources_docs.views.lecture.consommer", lambda couple: False)
    client = connecter(camille)
    assert client.get(f"/documents/{reglement.pk}/v/1/pages/1/").status_code == 429
    assert client.get(f"/documents/{reglement.pk}/v/1/texte/").status_code == 200


def test_what_holds_no_text_says_why(connecter, camille, bruno, rst, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        scan = faire_ressource("Un scan", bruno, reseau=rst, fiche=faire_fiche("scan.pdf", pdf("")))
    client = connecter(camille)
    assert "document numérisé, sans texte" in client.get(scan.get_absolute_url()).text
    assert "document numérisé, sans texte" in client.get(f"/documents/{scan.pk}/v/1/texte/").text


def test_a_file_that_no_task_has_read_is_read_by_the_upkeep_and_once(reglement, bruno, rst, monkeypatch):
    oublie = faire_ressource("Oubliée", bruno, reseau=rst)
    Version.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    assert not oublie.version.texte_extrait_le
    lus = []
    monkeypatch.setattr(
        "ressources_docs.models.versions.extraire", lambda chemin, mime: lus.append(mime) or Texte(["lu"])
    )
    for _fois in range(2):
        call_command("entretien")
    assert lus == ["text/plain"] and oublie.version.texte == "lu"


def test_an_older_version_that_comes_back_is_not_read_again(reglement, bruno):
    reglement.remplacer(par=bruno, fiche=faire_fiche(contenu=b"Autre chose"), motif="essai")
    reglement.remplacer(par=bruno, reprise=Version.objects.get(numero=1), motif="retour")
    derniere = reglement.version
    assert (derniere.numero, derniere.pages, derniere.caracteres) == (3, 33, len(derniere.texte))
    assert not Version.objects.a_lire().filter(numero=3).exists()
