"""A document is read without its program, and found by what stands on one of its pages."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape
from django_tasks_db.models import DBTaskResult

from plateforme.socle import isolement
from plateforme.socle.extraction import Apercu, Texte
from plateforme.socle.fichiers import balayer_les_fichiers
from plateforme.socle.taches import arguments_en_attente
from reseau.models import Notification, RechercheSuivie
from reseau.signal_handlers import lire_les_fichiers
from reseau.taches import lire_le_fichier
from ressources_docs import resultats
from ressources_docs.models import Version
from ressources_docs.models.ressources import TEXTE_INDEXE
from ressources_docs.views.lecture import PAGES_A_LA_FOIS, marquer
from tests.documents import docx, image, paragraphe, pdf
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
    adresse = f"/documents/{reglement.pk}/v/1/texte/?page=21&q=nacelles+rendues#page-21"
    assert f'href="{escape(adresse)}">Page 21</a>' in page.text and "<mark>nacelle</mark>" in page.text
    lue = connecter(camille).get(adresse).text
    assert (
        'id="page-21"' in lue and 'La <mark id="extrait">nacelle</mark> est <mark>rendue</mark> propre' in lue
    )
    assert "Article 20<" not in lue and "Article 22" in lue, f"{PAGES_A_LA_FOIS} pages at once"
    assert "Le règlement" not in connecter(chantal).get("/recherche/", {"q": "nacelles rendues"}).text
    assert connecter(chantal).get(adresse).status_code == 404


def test_in_a_text_of_one_page_a_search_leads_to_the_first_mark(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        ressource = faire_ressource("Le règlement", bruno, reseau=rst)
        texte = "Objet & durée\n\n" + "Article\n\n" * 300 + "La nacelle\n\nLa nacelle"
        ressource.version.noter_le_texte(texte)
    client = connecter(camille)
    adresse = f"/documents/{ressource.pk}/v/1/texte/?q=nacelle"
    assert f'href="{adresse}#extrait"' in client.get("/recherche/", {"q": "nacelle"}).text
    lue = client.get(adresse).text
    assert 'La <mark id="extrait">nacelle</mark>' in lue and "La <mark>nacelle</mark>" in lue
    assert "Objet &amp; durée" in lue and lue.count('id="extrait"') == 1
    assert 'id="extrait"' not in client.get(adresse.partition("?")[0]).text


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
    assert longue.texte_du_fichier == "du sel en vrac zorglub"
    longue.version.noter_le_texte(" ".join(f"mot{n}" for n in range(40_000)))
    assert len(longue.texte_du_fichier) == TEXTE_INDEXE and longue.texte_du_fichier.startswith("mot0 mot1 ")


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


def test_a_text_that_has_no_pages_is_found_in_its_file(
    connecter, bruno, rst, django_capture_on_commit_callbacks
):
    fiche = faire_fiche("notes.txt", "Le sel est au dépôt de la Gaufrie".encode())
    with django_capture_on_commit_callbacks(execute=True):
        ressource = faire_ressource("Notes", bruno, reseau=rst, fiche=fiche)
    page = connecter(bruno).get("/recherche/", {"q": "gaufrie"}).text
    lien = f'href="/documents/{ressource.pk}/v/1/texte/?q=gaufrie#extrait">Dans le fichier</a>'
    assert lien in page and "Page 1" not in page


def test_its_first_page_is_shown_and_each_is_drawn_when_asked_for(connecter, camille, chantal, reglement):
    client = connecter(camille)
    detail = client.get(reglement.get_absolute_url()).text
    assert "Lire le texte" in detail and "33 pages" in detail
    racine = f"/documents/{reglement.pk}/v/1"
    assert f'src="{racine}/vignette/"' in detail
    vignette, dessin = client.get(f"{racine}/vignette/"), client.get(f"{racine}/pages/21/image/")
    assert vignette.getvalue()[8:12] == dessin.content[8:12] == b"WEBP"
    assert dessin["Content-Security-Policy"] and dessin["X-Content-Type-Options"] == "nosniff"
    assert dessin["Cache-Control"] == "private, no-cache"
    encore = client.get(f"{racine}/pages/21/image/", headers={"If-None-Match": dessin["ETag"]})
    assert encore.status_code == 304 and not encore.content
    for page in (0, 34, 10**20):
        for suite in ("", "image/"):
            assert client.get(f"{racine}/pages/{page}/{suite}").status_code == 404
    for refusee in ("vignette/", "pages/21/", "pages/21/image/", "texte/"):
        assert connecter(chantal).get(f"{racine}/{refusee}").status_code == 404


def test_a_page_stands_between_the_two_others_with_its_text_at_hand(connecter, camille, reglement):
    client, racine = connecter(camille), f"/documents/{reglement.pk}/v/1"
    page = client.get(f"{racine}/pages/21/").text
    assert f'<img src="{racine}/pages/21/image/" alt="Page 21 de « Le règlement », en image"' in page
    assert "Page 21 sur 33" in page and f'href="{reglement.get_absolute_url()}"' in page
    assert f'href="{racine}/texte/?page=21#page-21"' in page
    assert f'href="{racine}/pages/20/" rel="prev"' in page and f'href="{racine}/pages/22/" rel="next"' in page
    assert 'rel="prev"' not in client.get(f"{racine}/pages/1/").text
    assert 'rel="next"' not in client.get(f"{racine}/pages/33/").text


def test_no_image_is_offered_of_a_document_whose_pages_are_not_known(client, bruno, rst):
    fiche = faire_fiche("regles.pdf", pdf("La caution"))
    public = faire_ressource("Règles", bruno, reseau=rst, visibilite="publique", fiche=fiche)
    public.version.noter_le_texte("La caution")
    racine = f"/documents/{public.pk}/v/1"
    assert f"{racine}/pages/" not in client.get(public.get_absolute_url()).text
    assert f"{racine}/pages/" not in client.get(f"{racine}/texte/").text
    assert client.get(f"{racine}/pages/1/").status_code == 404, "signing in would change nothing"


@pytest.fixture
def sans_place(monkeypatch):
    """All the places of those that read are taken."""
    monkeypatch.setattr(isolement, "_PLACES", threading.Semaphore(0))


def test_while_other_documents_are_drawn_one_is_told_when_to_ask_again(
    connecter, camille, reglement, sans_place
):
    refus = connecter(camille).get(f"/documents/{reglement.pk}/v/1/pages/1/image/")
    assert refus.status_code == 503 and int(refus["Retry-After"]) > 0
    assert "Réessayez" in refus.text and "ETag" not in refus


def test_a_page_that_nobody_can_draw_is_said_so_and_not_to_be_asked_again(connecter, camille, reglement):
    with reglement.version.fichier.open("wb") as fichier:
        fichier.write(b"%PDF-1.7 rien")
    refus = connecter(camille).get(f"/documents/{reglement.pk}/v/1/pages/1/image/")
    assert refus.status_code == 404 and "illisible" in refus.text and "Retry-After" not in refus


def test_what_could_not_be_drawn_for_want_of_a_place_is_read_again_by_the_upkeep(
    bruno, rst, monkeypatch, django_capture_on_commit_callbacks
):
    bilan = faire_ressource("Bilan", bruno, reseau=rst, fiche=faire_fiche("bilan.pdf", pdf("un")))
    Version.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    with monkeypatch.context() as occupe:
        occupe.setattr("ressources_docs.models.versions.vignette", lambda *_: Apercu(a_reprendre=True))
        call_command("entretien")
    assert not bilan.version.texte_extrait_le and not bilan.version.vignette
    call_command("entretien")
    assert bilan.version.texte_extrait_le and bilan.version.vignette


@pytest.fixture
def en_attente(bruno, rst, settings):
    """A document of an hour ago that is not read yet; from now on the tasks wait for a worker."""
    ressource = faire_ressource("En attente", bruno, reseau=rst)
    Version.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    return ressource


def test_a_document_whose_task_died_with_its_worker_is_read_again_and_asked_for_once(en_attente):
    lire_le_fichier.enqueue("ressources_docs.version", en_attente.version.pk)
    morte = DBTaskResult.objects.get()
    morte.status, morte.started_at, morte.worker_ids = "RUNNING", timezone.now(), ["disparu"]
    morte.save()
    for _fois in range(2):
        call_command("entretien")
    DBTaskResult.objects.exclude(pk=morte.pk).get(status="READY", task_path=lire_le_fichier.module_path)


def test_what_is_never_read_does_not_keep_the_others_from_it(en_attente, bruno, rst, monkeypatch):
    """A file that is no longer on the disk may come back with the disk: it is asked for again and again."""
    monkeypatch.setattr("plateforme.socle.taches.RATTRAPAGE_MAX", 1)
    autre = faire_ressource("L’autre", bruno, reseau=rst).version
    Version.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    DBTaskResult.objects.all().delete()
    demandes = set()
    for _fois in range(30):
        lire_les_fichiers(None)
        demandes |= arguments_en_attente(lire_le_fichier)
        DBTaskResult.objects.all().delete()
    assert {pk for _modele, pk in demandes} == {autre.pk, en_attente.version.pk}


def test_a_thumbnail_whose_row_could_not_be_written_is_swept_and_drawn_again(bruno, rst, monkeypatch):
    bilan = faire_ressource("Bilan", bruno, reseau=rst, fiche=faire_fiche("bilan.pdf", pdf("un"))).version
    with monkeypatch.context() as panne:
        panne.setattr(Version, "noter_le_texte", lambda self, *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bilan.lire()
    orpheline = bilan.vignette
    assert orpheline.storage.exists(orpheline.name)
    balayer_les_fichiers(timedelta(0))
    assert not orpheline.storage.exists(orpheline.name)
    relue = Version.objects.get(pk=bilan.pk).lire()
    balayer_les_fichiers(timedelta(0))
    assert relue.vignette.storage.exists(relue.vignette.name) and relue.fichier.storage.exists(
        relue.fichier.name
    )


def deposer(nom, contenu, membre, reseau, capturer):
    with capturer(execute=True):
        return faire_ressource("Le modèle", membre, reseau=reseau, fiche=faire_fiche(nom, contenu))


def test_an_office_document_is_shown_by_the_image_that_it_holds(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks
):
    contenu = docx(paragraphe("Objet"), **{"docProps/thumbnail.jpeg": image("JPEG", (400, 300))})
    modele = deposer("modele.docx", contenu, bruno, rst, django_capture_on_commit_callbacks)
    client = connecter(camille)
    page = client.get(modele.get_absolute_url()).text
    assert f'src="/documents/{modele.pk}/v/1/vignette/"' in page and "Lire le texte" in page
    assert client.get(f"/documents/{modele.pk}/v/1/vignette/").getvalue()[8:12] == b"WEBP"
    assert client.get(f"/documents/{modele.pk}/v/1/pages/1/image/").status_code == 404


def test_without_one_its_first_lines_are_and_one_says_that_it_is_text(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks
):
    contenu = docx("".join(paragraphe(f"Article {n} &lt;b&gt;") for n in range(1, 40)))
    modele = deposer("modele.docx", contenu, bruno, rst, django_capture_on_commit_callbacks)
    page = connecter(camille).get(modele.get_absolute_url()).text
    assert "le début du texte, sans sa mise en page" in page and "vignette/" not in page
    assert "Article 1 &lt;b&gt;<br>Article 2" in page and "Article 30" not in page


def test_before_it_is_read_one_says_that_its_preview_will_come(connecter, camille, bruno, rst):
    modele = faire_ressource(
        "Le modèle", bruno, reseau=rst, fiche=faire_fiche("m.docx", docx(paragraphe("Un")))
    )
    client = connecter(camille)
    assert "en cours de lecture" in client.get(modele.get_absolute_url()).text
    modele.version.lire()
    assert "en cours de lecture" not in client.get(modele.get_absolute_url()).text


def test_a_photo_is_a_document_that_is_seen(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks
):
    photo = deposer("pont.jpg", image("JPEG", (400, 300)), bruno, rst, django_capture_on_commit_callbacks)
    client = connecter(camille)
    page = client.get(photo.get_absolute_url()).text
    assert f'src="/documents/{photo.pk}/v/1/vignette/"' in page and "en cours de lecture" not in page
    assert "Une image n’a pas de texte." in client.get(f"/documents/{photo.pk}/v/1/texte/").text
    assert not Version.objects.a_lire().exists(), "no task waits to read it"


def test_the_page_of_a_text_marks_what_was_looked_for_and_keeps_it_from_page_to_page(
    connecter, camille, bruno, rst, django_capture_on_commit_callbacks
):
    contenu = "Prêt de <la> nacelle.\n\nÉtat des lieux de la nacelle."
    modele = deposer("m.txt", contenu.encode(), bruno, rst, django_capture_on_commit_callbacks)
    client = connecter(camille)
    adresse = f"/documents/{modele.pk}/v/1/texte/"
    page = client.get(adresse, {"q": "nacelles"}).text
    assert '<p>Prêt de &lt;la&gt; <mark id="extrait">nacelle</mark>.</p>' in page
    assert "Surligné : « nacelles »" in page
    assert (
        '<p><mark id="extrait">État des lieux</mark> de la nacelle.</p>'
        in client.get(adresse, {"q": '"etat des lieux"'}).text
    )
    assert "<mark>" not in client.get(adresse, {"q": '"nacelle état"'}).text, "a mark stays in its paragraph"
    assert "<mark>" not in client.get(adresse).text and "Surligné" not in client.get(adresse).text
    assert modele.version.adresse_du_texte(3, "bac à sel") == f"{adresse}?page=3&q=bac+%C3%A0+sel#page-3"


def test_no_text_takes_long_to_mark(db):
    [(_numero, texte)] = marquer([(1, "nacelle " * 100_000)], "nacelle")
    assert "<mark>" not in texte


def test_who_asks_for_too_many_pages_waits(connecter, camille, reglement, monkeypatch):
    monkeypatch.setattr("ressources_docs.views.lecture.consommer", lambda couple: False)
    client = connecter(camille)
    refus = client.get(f"/documents/{reglement.pk}/v/1/pages/1/image/")
    assert refus.status_code == 429 and "Réessayez plus tard" in refus.text
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
        "reseau.models.fichiers_lus.extraire", lambda chemin, mime, **_: lus.append(mime) or Texte(["lu"])
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
