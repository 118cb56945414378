"""A file that is replaced keeps its address; each version is kept, compared, brought back, counted."""

import random
import time
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from plateforme.socle.limites import Limite
from ressources_docs.comparaison import LIGNES_MAX, comparer, reperer
from ressources_docs.forms.ouvertures import VERIFICATIONS
from ressources_docs.models import Ressource, Telechargement, Version
from ressources_docs.views.versions import RESERVE
from tests.documents import pdf
from tests.fabriques import faire_fiche, faire_ressource
from tests.reseau.test_publication import prefilled


@pytest.fixture
def convention(bruno, rst):
    return faire_ressource("Convention de prêt", bruno, reseau=rst, fiche=faire_fiche(contenu=b"Un jour"))


def remplacer(client, ressource, contenu=b"Deux jours", nom="convention.txt", **champs):
    adresse = f"/documents/{ressource.pk}/remplacement/"
    envoi = prefilled(client, adresse) | {"motif": "deux jours au lieu d’un"} | champs
    if contenu is not None:
        envoi["fichier"] = SimpleUploadedFile(nom, contenu)
    return client.post(adresse, envoi)


def lu(reponse):
    assert reponse.status_code == 200, reponse
    return reponse.getvalue()


# Replaced


def test_the_address_stays_and_serves_the_new_file_the_old_one_is_kept(connecter, bruno, camille, convention):
    convention.suivre(camille)
    client = connecter(bruno)
    assert lu(client.get(convention.url_du_fichier)) == b"Un jour"
    assert remplacer(client, convention).status_code == 302
    assert lu(client.get(convention.url_du_fichier)) == b"Deux jours"
    assert lu(client.get(f"/documents/{convention.pk}/v/1/")) == b"Un jour"
    page = client.get(convention.get_absolute_url())
    assert "deux jours au lieu d’un" in page.text and "Version 2" in page.text
    assert "nouvelle version" in camille.notifications.get().phrase
    historique = client.get(f"/contributions/{convention.pk}/historique/").text
    assert "convention.txt (deux jours au lieu d’un)" in historique


def test_who_does_not_look_after_it_cannot_and_one_says_why(connecter, camille, bruno, convention):
    client = connecter(camille)
    assert client.get(f"/documents/{convention.pk}/remplacement/").status_code == 404
    assert client.post(f"/documents/{convention.pk}/remplacement/", {}).status_code == 404
    client = connecter(bruno)
    assert remplacer(client, convention, motif="").status_code == 422
    assert remplacer(client, convention, contenu=None).status_code == 422
    assert remplacer(client, convention, lien="exemple.fr").status_code == 422
    assert remplacer(client, convention, contenu=b"Un jour").status_code == 422, "it is the file that it has"
    assert remplacer(client, convention, nom="convention.exe").status_code == 422
    assert convention.versions.count() == 1


def test_a_link_is_a_version_too_and_then_a_file_again(connecter, bruno, convention):
    client = connecter(bruno)
    remplacer(client, convention, contenu=None, lien="https://exemple.fr/convention")
    assert client.get(convention.url_du_fichier)["Location"] == "https://exemple.fr/convention"
    convention.refresh_from_db()
    assert convention.est_un_lien and convention.taille == 0
    remplacer(client, convention)
    assert lu(client.get(convention.url_du_fichier)) == b"Deux jours"
    assert client.get(f"/documents/{convention.pk}/v/2/")["Location"] == "https://exemple.fr/convention"


def test_the_dates_move_with_it(connecter, bruno, convention):
    aujourd_hui = timezone.localdate().isoformat()
    remplacer(connecter(bruno), convention, a_jour_au=aujourd_hui)
    convention.refresh_from_db()
    assert convention.a_jour_au == timezone.localdate()


def test_the_same_sending_twice_makes_one_version(connecter, bruno, convention):
    client = connecter(bruno)
    adresse = f"/documents/{convention.pk}/remplacement/"
    envoi = prefilled(client, adresse) | {"motif": "corrigée"}
    for _ in range(2):
        client.post(adresse, envoi | {"fichier": SimpleUploadedFile("c.txt", b"Deux")})
    assert convention.versions.count() == 2


def test_what_is_public_is_looked_at_again_by_who_may_show_it(connecter, camille, bruno, remi, rst):
    ressource = faire_ressource("La fiche", camille, reseau=rst)
    ressource.ouvrir_au_public(par=remi, verifie=["tout"])
    client = connecter(camille)
    refus = client.get(f"/documents/{ressource.pk}/remplacement/")
    assert refus.status_code == 403 and "public" in refus.text
    assert "Remplacer le fichier" not in client.get(ressource.get_absolute_url()).text
    client = connecter(remi)
    assert remplacer(client, ressource).status_code == 422
    assert remplacer(client, ressource, verifie=list(VERIFICATIONS)).status_code == 302
    with pytest.raises(ValidationError):
        ressource.remplacer(par=camille, fiche=faire_fiche(contenu=b"trois"))
    ressource.refresh_from_db()
    assert ressource.numero == ressource.versions.count() == 2


def test_who_may_not_replace_it_is_told_who_may_in_place_of_a_way_to_a_refusal(connecter, camille, remi, rst):
    ressource = faire_ressource("La fiche", camille, reseau=rst)
    remplacement = f"/documents/{ressource.pk}/remplacement/"
    for public, membre, offert in ((False, camille, True), (True, camille, False), (True, remi, True)):
        if public:
            ressource.ouvrir_au_public(par=remi, verifie=["tout"])
        client = connecter(membre)
        for suite in ("modifier", "relecture"):
            page = client.get(f"/documents/{ressource.pk}/{suite}/").text
            assert (remplacement in page) == offert, (suite, membre)
            assert (str(RESERVE) in page) != offert, (suite, membre)


def test_its_author_adds_no_annex_to_what_is_public_but_who_may_show_it_does(connecter, camille, remi, rst):
    ressource = faire_ressource("La fiche", camille, reseau=rst)
    adresse = f"/documents/{ressource.pk}/modifier/"
    assert 'name="pieces"' in connecter(camille).get(adresse).text
    ressource.ouvrir_au_public(par=remi, verifie=["tout"])
    assert 'name="pieces"' not in connecter(camille).get(adresse).text
    client = connecter(camille)
    client.post(adresse, prefilled(client, adresse) | {"pieces": SimpleUploadedFile("a.txt", b"a")})
    assert not ressource.pieces.exists()
    assert 'name="pieces"' in connecter(remi).get(adresse).text


@pytest.mark.parametrize(("catalogue", "sans"), [("/MarkInfo << /Marked true >>", False), ("", True)])
def test_an_untagged_pdf_is_said_so_once_it_was_read_and_no_page_waits_for_that(
    connecter, bruno, camille, rst, catalogue, sans, monkeypatch
):
    def lire():
        ressource.refresh_from_db()
        return ressource.version.lire()

    fiche = faire_fiche("bilan.pdf", pdf("un", catalogue=catalogue))
    ressource = faire_ressource("Bilan", bruno, reseau=rst, fiche=fiche)
    client, ouverture = connecter(bruno), f"/documents/{ressource.pk}/ouverture/"
    with monkeypatch.context() as page:
        page.setattr("plateforme.socle.extraction._isoler", lambda *a, **k: pytest.fail("waits"))
        assert "sans balises" not in client.get(ouverture).text
    lire()
    assert ("sans balises" in client.get(ouverture).text) == sans
    ressource.ouvrir_au_public(par=bruno, verifie=["tout"])
    with monkeypatch.context() as page:
        page.setattr("plateforme.socle.extraction._isoler", lambda *a, **k: pytest.fail("waits"))
        neuf = pdf("deux", catalogue=catalogue)
        assert remplacer(client, ressource, neuf, "b.pdf", verifie=list(VERIFICATIONS)).status_code == 302
        assert "sans balises" not in client.get(ressource.get_absolute_url()).text
    lire()
    assert ("sans balises" in client.get(ressource.get_absolute_url()).text) == sans
    assert (
        ressource.remplacer(par=bruno, reprise=ressource.version, verifie=["tout"]).est_sans_balises == sans
    )
    assert "sans balises" not in connecter(camille).get(ressource.get_absolute_url()).text


def test_an_older_version_comes_back_as_a_new_one(connecter, bruno, convention):
    client = connecter(bruno)
    remplacer(client, convention)
    adresse = f"/documents/{convention.pk}/v/1/reprise/"
    assert "version 1" in client.get(adresse).text
    assert client.post(adresse, {"motif": ""}).status_code == 422
    assert client.post(adresse, {"motif": "deux jours, c’était trop"}).status_code == 302
    assert lu(client.get(convention.url_du_fichier)) == b"Un jour"
    derniere = Ressource.objects.get(pk=convention.pk).version
    assert (derniere.numero, derniere.restauree_de.numero) == (3, 1)
    assert "retour à la version 1" in derniere.motif
    assert Version.objects.poids() == len(b"Un jour") + len(b"Deux jours"), "it weighs nothing more"


def test_a_version_is_a_file_or_a_link(convention, bruno):
    for champs in ({"fichier": "", "lien": ""}, {"fichier": "x", "lien": "https://exemple.fr"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.create(ressource=convention, numero=9, par=bruno, taille=0, **champs)


# Compared


def test_two_versions_are_compared_line_by_line(connecter, bruno, camille, convention):
    convention.version.noter_le_texte("Objet\nLe prêt dure un jour.\nLe matériel est rendu propre.")
    convention.remplacer(par=bruno, fiche=faire_fiche(contenu=b"2"), motif="durée")
    client = connecter(camille)
    adresse = f"/documents/{convention.pk}/comparaison/"
    assert "n’a pas pu être lu" in client.get(adresse).text
    Ressource.objects.get(pk=convention.pk).version.noter_le_texte(
        "Objet\nLe prêt dure deux jours.\nLe matériel est rendu propre.\nLe plein est fait.<b>"
    )
    page = client.get(adresse)
    dites = [(ligne.geste, ligne.avant, ligne.apres) for ligne in page.context["lignes"]]
    assert ("replace", "Le prêt dure un jour.", "Le prêt dure deux jours.") in dites
    assert ("insert", "", "Le plein est fait.<b>") in dites
    assert "&lt;b&gt;" in page.text and "<caption" in page.text
    for q in ("?de=2&a=1", "?de=1&a=9", "?de=x&a=²"):
        assert client.get(f"{adresse}{q}").context["de"].numero == 1


def au_hasard(graine):
    hasard = random.Random(graine)
    return [str(hasard.random()) for _ in range(3 * LIGNES_MAX)]


def en_boucle(distinctes):
    """The worst that was found: lines that come again, alone in the second text."""
    mots = [str(n % distinctes) for n in range(LIGNES_MAX)]
    separes = [mot for n, mot in enumerate(mots[: LIGNES_MAX // 2]) for mot in (mot, f"seule {n}")]
    return mots, separes + mots


@pytest.mark.parametrize(
    "textes", [(au_hasard(1), au_hasard(2)), en_boucle(34), en_boucle(334)], ids=["random", "looped", "worst"]
)
def test_a_very_long_text_is_compared_on_its_beginning_and_quickly(textes):
    long, autre = ("\n".join(lignes) for lignes in textes)
    debut = time.process_time()
    lignes, coupe = comparer(long, autre, reperer(long, autre))
    assert coupe and len(lignes) <= 2 * LIGNES_MAX
    assert time.process_time() - debut < 6


def test_a_line_that_comes_often_is_known_beside_one_that_does_not():
    texte = "\n".join(ligne for n in range(9) for ligne in (f"Article {n}", "sans objet"))
    autre = texte.replace("Article 4", "Article 4 bis")
    lignes, _coupe = comparer(texte, autre, reperer(texte, autre))
    changees = [(ligne.avant, ligne.apres) for ligne in lignes if ligne.geste != "equal"]
    assert changees == [("Article 4", "Article 4 bis")]


def test_the_same_text_has_no_difference():
    assert comparer("a\nb", "a\n\nb ", reperer("a\nb", "a\n\nb ")) == ([], False)


def test_a_comparison_is_made_once_and_who_asks_for_too_many_waits(client, convention, bruno, monkeypatch):
    convention.version.noter_le_texte("Le prêt dure un jour.")
    for jours in ("deux jours", "trois jours"):
        convention.remplacer(par=bruno, fiche=faire_fiche(contenu=jours.encode()), motif=jours)
        convention.version.noter_le_texte(f"Le prêt dure {jours}.")
    convention.ouvrir_au_public(par=bruno, verifie=["tout"])
    Ressource.objects.update(lisible_depuis=1)
    monkeypatch.setattr(
        "ressources_docs.views.versions.COMPARAISONS_PAR_LECTEUR", Limite("essai", 1, timedelta(hours=1))
    )
    adresse = f"/documents/{convention.pk}/comparaison/"
    for _fois in range(2):
        assert "Le prêt dure deux jours." in client.get(adresse).text
    refus = client.get(f"{adresse}?de=1&a=2")
    assert refus.status_code == 429 and "Réessayez plus tard" in refus.text
    assert f"/documents/{convention.pk}/v/1/" in refus.text
    assert client.get(adresse).status_code == 200


# Served


def test_absent_forbidden_and_known_by_its_etag_are_the_same_refusal(connecter, bruno, chantal, rst, client):
    fermee = faire_ressource("Réservée", bruno, reseau=rst, visibilite="reseau")
    etag = connecter(bruno).get(fermee.url_du_fichier)["ETag"]
    client = connecter(chantal)
    refus = [
        client.get(adresse, headers=entetes)
        for adresse in (fermee.url_du_fichier, f"/documents/{fermee.pk}/v/1/", "/documents/999999/fichier/")
        for entetes in ({}, {"If-None-Match": etag}, {"If-Range": etag, "Range": "bytes=0-1"})
    ]
    assert {r.status_code for r in refus} == {404}
    assert not any(
        {"ETag", "Last-Modified", "Content-Range", "Accept-Ranges"} & set(r.headers) for r in refus
    )


def test_a_part_is_served_and_what_the_browser_has_is_not_sent_again(connecter, bruno, convention):
    client = connecter(bruno)
    entier = client.get(convention.url_du_fichier)
    assert entier["Accept-Ranges"] == "bytes"
    partie = client.get(convention.url_du_fichier, headers={"Range": "bytes=3-"})
    assert (partie.status_code, partie.getvalue(), partie["Content-Range"]) == (206, b"jour", "bytes 3-6/7")
    assert client.get(convention.url_du_fichier, headers={"If-None-Match": entier["ETag"]}).status_code == 304


def test_downloads_are_counted_by_day_and_nobody_is_named(connecter, bruno, camille, convention):
    client = connecter(camille)
    for entetes in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=3-"}):
        client.get(convention.url_du_fichier, headers=entetes).getvalue()
    client.head(convention.url_du_fichier)
    etag = client.get(convention.url_du_fichier)["ETag"]
    client.get(convention.url_du_fichier, headers={"If-None-Match": etag})
    compte = Telechargement.objects.get()
    assert (compte.jour, compte.nombre) == (timezone.localdate(), 3)
    assert {c.name for c in Telechargement._meta.fields} == {"id", "ressource", "jour", "nombre"}
    assert "téléchargement" not in client.get(convention.get_absolute_url()).text
    assert "3 téléchargements" in connecter(bruno).get(convention.get_absolute_url()).text
