"""The public page of the documents: what a citizen finds, follows, cites and takes away, with no account."""

import csv
import html
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Site

from besoins.models import Acte
from plateforme.socle.jours import en_jour
from plateforme.socle.texte import nettoyer
from reseau.models import Domaine
from ressources_docs.forms.ouvertures import VERIFICATIONS
from ressources_docs.models import PageDocuments, Ressource, Thematique
from tests.compter import requetes_pour
from tests.fabriques import faire_fiche, faire_projet, faire_ressource

PAGE = "/documents-publics/"
FLUX, CSV, DCAT = f"{PAGE}flux/", f"{PAGE}catalogue/csv/", f"{PAGE}catalogue/dcat/"
ATOM = "{http://www.w3.org/2005/Atom}"
CANARI = "CANARI"


@pytest.fixture
def page(db):
    accueil = Site.objects.get(is_default_site=True).root_page
    nouvelle = PageDocuments(
        title="Documents publics",
        slug="documents-publics",
        introduction="<p>Ce que les communes ouvrent à tous.</p>",
        editeur="Laval Agglomération",
    )
    return accueil.add_child(instance=nouvelle)


def publier(titre, auteur, **champs):
    champs.setdefault("licence", "lo-2.0")
    return faire_ressource(titre, auteur, visibilite="publique", statut="communicable", **champs)


def dossier(code):
    return Thematique.objects.get(code=code)


@pytest.fixture
def convention(page, bruno):
    return publier(
        "Convention de prêt de matériel",
        bruno,
        corps="Une page à signer avant de prêter la nacelle.",
        thematique=dossier("prets"),
        a_jour_au=date(2026, 11, 3),
        service_auteur="Direction des services techniques",
    )


@pytest.fixture
def bilan(page, camille):
    fiche = faire_fiche("bilan.csv", b"commune;heures\nChang\xc3\xa9;12")
    return publier(
        "Bilan du prêt", camille, nature="rapport", fiche=fiche, thematique=dossier("voirie-et-reseaux")
    )


@pytest.fixture
def reservee(page, bruno):
    return faire_ressource(f"Note interne {CANARI}", bruno, thematique=dossier("prets"))


def texte(reponse):
    """Whether it is streamed or not."""
    return reponse.getvalue().decode()


def detail(client, ressource):
    return client.get(ressource.get_absolute_url()).text


def titres(reponse):
    trouves = re.findall(r'<a class="titre" href="[^"]+">(.+?)</a>', reponse.text)
    return [re.sub("</?mark>", "", titre) for titre in trouves]


def donnees_structurees(reponse):
    [bloc] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', reponse.text, re.DOTALL)
    return json.loads(bloc)


# Found


def test_the_page_shows_folders_first_then_the_last_documents(client, convention, bilan, reservee):
    reponse = client.get(PAGE)
    assert reponse.status_code == 200 and "Ce que les communes ouvrent à tous." in reponse.text
    assert re.findall(r'href="\?thematique=([a-z-]+)"', reponse.text) == ["mutualiser", "technique"]
    assert titres(reponse) == ["Bilan du prêt", "Convention de prêt de matériel"]
    assert reponse.text.index("Par dossier") < reponse.text.index("Dernières publications")
    assert "TXT, 1\u00a0Ko" in reponse.text and "Licence Ouverte 2.0<" in reponse.text
    assert "à jour au 3 novembre 2026" in reponse.text and f"/documents/{bilan.pk}/fichier/" in reponse.text
    assert CANARI not in reponse.text


def test_a_folder_is_gone_down_to_and_holds_what_its_folders_hold(client, convention, bilan):
    reponse = client.get(f"{PAGE}?thematique=mutualiser")
    assert titres(reponse) == [convention.titre] and "1 document" in reponse.text
    assert re.findall(r'href="\?thematique=([a-z-]+)"', reponse.text) == ["prets"]
    assert titres(client.get(f"{PAGE}?thematique=prets")) == [convention.titre]


def test_facets_narrow_the_list_together_and_count_what_the_others_leave(client, convention, bilan, louverne):
    voirie = Domaine.objects.get(code="voirie")
    bilan.domaines.set([voirie])
    bilan.noter_reperes()
    for facette, valeur, trouve in [
        ("nature", "rapport", bilan),
        ("format", "txt", convention),
        ("collectivite", louverne.slug, bilan),
        ("domaine", "voirie", bilan),
    ]:
        assert titres(client.get(f"{PAGE}?{facette}={valeur}")) == [trouve.titre], facette
    annee = convention.publie_le.year
    assert len(titres(client.get(f"{PAGE}?annee={annee}"))) == 2
    assert titres(client.get(f"{PAGE}?nature=rapport&format=txt")) == []
    filtre = client.get(f"{PAGE}?nature=rapport").context["filtre"]
    [natures] = [g for g in filtre.groupes if g["nom"] == "nature"]
    assert {v["valeur"]: v["nombre"] for v in natures["valeurs"]} == {"convention": 1, "rapport": 1}
    assert filtre.total == 1 and not [g for g in filtre.groupes if g["nom"] == "annee"]
    assert len(titres(client.get(f"{PAGE}?nature=inconnue&annee=abc&thematique=%27"))) == 2


def test_a_folder_that_holds_nothing_shows_and_feeds_nothing(client, convention, bilan, montflours):
    for vide in (
        "thematique=calendriers",
        "nature=guide",
        "annee=1999",
        "format=pdf",
        "collectivite=montflours",
    ):
        reponse = client.get(f"{PAGE}?{vide}")
        assert titres(reponse) == [] and "Aucun document ne répond." in reponse.text, vide
        assert not ET.fromstring(client.get(f"{FLUX}?{vide}").content).findall(f"{ATOM}entry"), vide


def test_words_find_what_is_inside_and_the_best_first(
    client, convention, bilan, reservee, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        convention.version.noter_le_texte("La balayeuse est rendue propre, réservoir plein.")
    assert titres(client.get(f"{PAGE}?q=balayeuse")) == [convention.titre]
    reponse = client.get(f"{PAGE}?q=pret")
    assert set(titres(reponse)) == {convention.titre, bilan.titre} and "2 documents" in reponse.text
    assert titres(client.get(f"{PAGE}?q=pret&nature=rapport")) == [bilan.titre]
    assert titres(client.get(f"{PAGE}?q=pret&tri=recent")) == [bilan.titre, convention.titre]
    for perdue in (CANARI, "interne", "zorglub"):
        reponse = client.get(f"{PAGE}?q={perdue}")
        assert titres(reponse) == [] and "Aucun document ne répond." in reponse.text
    assert len(titres(client.get(f"{PAGE}?q=%22%22%20:*%20("))) == 2, "nothing to search for"


def test_what_a_machine_asks_is_read_as_it_is_and_the_page_gives_it_the_words_rightly_spelt(
    client, convention, monkeypatch
):
    page = client.get(f"{PAGE}?q=conventionn")
    assert titres(page) == [convention.titre]
    for sortie in (FLUX, CSV, DCAT):
        assert f'href="{sortie}?q=convention"' in page.text
        assert convention.titre in client.get(f"{sortie}?q=convention").getvalue().decode()
    monkeypatch.delattr("plateforme.socle.lectures._Essais")
    for sortie in (FLUX, CSV, DCAT):
        assert convention.titre not in client.get(f"{sortie}?q=conventionn").getvalue().decode()


def test_titles_are_sorted_as_the_french_do(client, page, bruno):
    for titre in ("Zones 30", "Élagage", "eau potable", "Enrobés"):
        publier(titre, bruno)
    assert titres(client.get(f"{PAGE}?tri=titre")) == ["eau potable", "Élagage", "Enrobés", "Zones 30"]


@pytest.mark.parametrize("requete", ["", "tri=titre", "q=pret", "q=pret&tri=recent"])
def test_every_document_is_on_one_page_whatever_the_order(client, page, bruno, requete):
    page.par_page = 5
    page.save()
    for n in range(12):
        publier(f"Prêt {n:02}", bruno)
    vus, adresse = [], f"{PAGE}?{requete}"
    while adresse:
        reponse = client.get(adresse)
        vus += titres(reponse)
        suite = re.search(r'href="(\?[^"]+)" rel="next"', reponse.text)
        adresse = suite and PAGE + suite[1].replace("&amp;", "&")
    assert len(vus) == len(set(vus)) == 12
    assert client.get(f"{PAGE}?{requete}&apres=n-importe-quoi").status_code == 404


def test_a_page_may_keep_to_some_folders_and_stand_under_another(client, page, convention, bilan):
    partie = page.add_child(instance=PageDocuments(title="Voirie", slug="voirie"))
    partie.dossiers = [dossier("technique")]
    partie.save()
    reponse = client.get(f"{PAGE}voirie/")
    assert titres(reponse) == [bilan.titre] and "?thematique=voirie-et-reseaux" in reponse.text
    assert convention.titre not in texte(client.get(f"{PAGE}voirie/catalogue/csv/"))
    assert titres(client.get(f"{PAGE}voirie/?q=pret")) == [bilan.titre]
    assert len(titres(client.get(PAGE))) == 2


def test_without_any_document_it_says_so(client, page):
    assert "Aucun document public pour l’instant." in client.get(PAGE).text
    assert json.loads(texte(client.get(DCAT)))["dcat:dataset"] == []
    assert not ET.fromstring(client.get(FLUX).content).findall(f"{ATOM}entry")


# Followed, taken away


def test_the_feed_tells_the_last_ones_as_they_are_narrowed(client, convention, bilan, reservee):
    reponse = client.get(FLUX)
    assert reponse["Content-Type"].startswith("application/atom+xml")
    flux = ET.fromstring(reponse.content)
    assert [e.find(f"{ATOM}title").text for e in flux.findall(f"{ATOM}entry")] == [
        bilan.titre,
        convention.titre,
    ]
    entree = flux.findall(f"{ATOM}entry")[1]
    assert entree.find(f"{ATOM}id").text == f"http://testserver/d/{convention.pk}/"
    assert entree.find(f"{ATOM}author/{ATOM}name").text == "Direction des services techniques"
    assert entree.find(f"{ATOM}summary").text == (
        "Convention, TXT, 1\u00a0Ko, à jour au 3 novembre 2026. Une page à signer avant de prêter la nacelle."
    )
    liens = {lien.get("rel"): lien for lien in entree.findall(f"{ATOM}link")}
    assert liens["alternate"].get("href") == f"http://testserver{convention.get_absolute_url()}"
    assert liens["enclosure"].get("href") == f"http://testserver{convention.url_du_fichier}"
    assert liens["enclosure"].get("type") == "text/plain"
    narrowed = ET.fromstring(client.get(f"{FLUX}?nature=rapport").content)
    assert [e.find(f"{ATOM}title").text for e in narrowed.findall(f"{ATOM}entry")] == [bilan.titre]
    assert "rapport" not in flux.find(f"{ATOM}title").text
    page = client.get(f"{PAGE}?nature=rapport").text
    assert f'type="application/atom+xml" title="Documents publics" href="{FLUX}?nature=rapport"' in page


def test_the_catalogue_is_a_table_with_addresses_and_licences(client, convention, bilan, reservee):
    reponse = client.get(CSV)
    assert "attachment" in reponse["Content-Disposition"]
    contenu = texte(reponse)
    lignes = list(csv.DictReader(io.StringIO(contenu.lstrip("\ufeff")), delimiter=";"))
    assert [ligne["titre"] for ligne in lignes] == [bilan.titre, convention.titre]
    assert lignes[1]["adresse permanente"] == f"http://testserver/d/{convention.pk}/"
    assert lignes[1]["empreinte SHA-256"] == convention.version.empreinte
    assert lignes[1]["collectivité"] == "Changé" and lignes[1]["licence"].startswith("Licence Ouverte")
    assert "Petit" not in contenu, "who publishes is a collectivité"
    assert len(texte(client.get(f"{CSV}?nature=rapport")).splitlines()) == 2


def test_the_catalogue_for_portals_is_dcat(client, convention, bilan, reservee, camille):
    lien = publier("Guide de l’État", camille, lien="https://exemple.fr/guide", licence="")
    reponse = client.get(DCAT)
    assert reponse["Content-Type"].startswith("application/ld+json")
    catalogue = json.loads(texte(reponse))
    assert catalogue["@type"] == "dcat:Catalog" and catalogue["@id"] == f"http://testserver{PAGE}"
    assert catalogue["dct:publisher"]["foaf:name"] == "Laval Agglomération"
    jeux = {jeu["@id"]: jeu for jeu in catalogue["dcat:dataset"]}
    assert set(jeux) == {f"http://testserver/d/{r.pk}/" for r in (convention, bilan, lien)}
    jeu = jeux[f"http://testserver/d/{convention.pk}/"]
    assert jeu["dct:title"] == {"@language": "fr", "@value": convention.titre}
    [diffusion] = jeu["dcat:distribution"]
    assert diffusion["dct:license"]["@id"].endswith("etalab-2.0.html")
    assert diffusion["dcat:byteSize"]["@value"] == str(convention.taille)
    assert diffusion["spdx:checksum"]["spdx:checksumValue"]["@value"] == convention.version.empreinte
    assert diffusion["dct:format"]["@id"].endswith("/file-type/TXT")
    assert jeu["dct:spatial"]["dct:identifier"] == convention.collectivite.code_insee
    [diffusion] = jeux[f"http://testserver/d/{lien.pk}/"]["dcat:distribution"]
    assert (
        "dcat:byteSize" not in diffusion and diffusion["dct:rights"]["rdfs:label"]["@value"] == "non précisée"
    )


def dire(ressource, **champs):
    """As another program would."""
    Ressource.objects.filter(pk=ressource.pk).update(**champs)


@pytest.mark.parametrize("adresse", [CSV, DCAT])
def test_a_catalogue_asked_again_is_one_statement_until_anything_that_it_says_changes(
    client, page, convention, bilan, reservee, bruno, adresse
):
    def nommer(objet, champ):
        type(objet).objects.filter(pk=objet.pk).update(**{champ: "Autre nom"})

    changements = [
        lambda: dire(convention, titre="Autre"),
        lambda: dire(convention, corps="Autre"),
        lambda: dire(convention, visibilite="membres"),
        lambda: dire(convention, visibilite="publique", reperes={"domaines": [["voirie", "Voirie"]]}),
        lambda: nommer(convention.collectivite, "nom"),
        lambda: nommer(convention.thematique.parent, "libelle"),
        lambda: convention.remplacer(par=bruno, fiche=faire_fiche("b.txt", b"2"), verifie=["acheve"]),
        lambda: publier("Un autre", bruno),
    ]
    etag = client.get(adresse)["ETag"]
    for change in changements:
        assert client.get(adresse, headers={"If-None-Match": etag}).status_code == 304
        change()
        reponse = client.get(adresse, headers={"If-None-Match": etag})
        assert reponse.status_code == 200 and texte(reponse)
        etag = reponse["ETag"]
    dire(reservee, titre="Rien de public")
    with CaptureQueriesContext(connection) as requetes:
        assert client.get(adresse, headers={"If-None-Match": etag}).status_code == 304
    assert len([r for r in requetes if "ressources_docs_ressource" in r["sql"]]) == 1


@pytest.mark.parametrize("adresse", [CSV, DCAT])
def test_a_long_catalogue_is_read_by_batches_and_leaves_out_what_became_private(
    client, page, bruno, monkeypatch, adresse
):
    monkeypatch.setattr("ressources_docs.catalogue.LOT", 2)
    ressources = [publier(f"Convention {n}", bruno) for n in range(5)]
    morceaux = iter(client.get(adresse).streaming_content)
    lus = [next(morceaux) for _n in range(2)]
    dire(ressources[0], visibilite="membres")
    lu = b"".join([*lus, *morceaux]).decode()
    assert [n for n in range(5) if f"Convention {n}" in lu] == [1, 2, 3, 4]
    assert lu.index("Convention 4") < lu.index("Convention 1")


# Read, cited


def test_the_page_of_a_document_is_a_summary_that_engines_read(client, convention):
    reponse = client.get(convention.get_absolute_url())
    permanente = f"http://testserver/d/{convention.pk}/"
    for attendu in (
        '<meta name="description" content="Une page à signer avant de prêter la nacelle.">',
        f'<meta property="og:title" content="{convention.titre}">',
        f'<link rel="canonical" href="http://testserver{convention.get_absolute_url()}">',
        f'<a class="adresse" href="{permanente}">{permanente}</a>',
        "Direction des services techniques",
        "3 novembre 2026",
        "TXT, 1\u00a0Ko",
        f"/contact/?sujet=signalement&amp;page=/d/{convention.pk}/",
        f'href="{PAGE}"',
    ):
        assert attendu in reponse.text, attendu
    donnees = donnees_structurees(reponse)
    assert (donnees["@type"], donnees["@id"]) == ("DigitalDocument", permanente)
    assert donnees["encoding"]["sha256"] == convention.version.empreinte
    assert donnees["author"]["name"] == "Direction des services techniques"
    assert donnees["publisher"]["name"] == "Changé" and "Petit" not in json.dumps(donnees)


def test_a_table_is_a_dataset(client, bilan):
    donnees = donnees_structurees(client.get(bilan.get_absolute_url()))
    assert donnees["@type"] == "Dataset" and donnees["distribution"]["@type"] == "DataDownload"
    assert donnees["distribution"]["encodingFormat"] == "text/csv"


def test_no_title_closes_the_data_that_hold_it(client, page, bruno):
    titre = '</script><script>alert("a")</script> & Cie'
    hostile = publier(titre, bruno, corps="<!-- ]]>", source="</SCRIPT>")
    reponse = client.get(hostile.get_absolute_url())
    donnees = donnees_structurees(reponse)
    assert donnees["name"] == nettoyer(titre) and donnees["isBasedOn"]["name"] == "</SCRIPT>"
    assert "<script>alert" not in reponse.text
    for adresse in (PAGE, FLUX, CSV, DCAT):
        assert client.get(adresse).status_code == 200
    assert "<script>alert" not in client.get(PAGE).text
    [resume] = ET.fromstring(client.get(FLUX).content).iter(f"{ATOM}summary")
    assert "<" not in resume.text and "&lt;" in resume.text


def test_what_only_members_read_has_no_head_for_engines(connecter, camille, reservee, client):
    page = connecter(camille).get(reservee.get_absolute_url()).text
    assert "application/ld+json" not in page and "og:title" not in page and "Citer ce document" not in page


def jetons_otes(page):
    """A page without what is drawn anew for each answer."""
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_the_short_address_leads_to_the_document_and_hides_what_is_not_for_her(
    client, connecter, convention, reservee, noe
):
    assert client.get(f"/d/{convention.pk}/")["Location"] == convention.get_absolute_url()
    inconnu = reservee.pk + 1000
    refus = {}
    for pk in (reservee.pk, inconnu, 10**30):
        reponse = client.get(f"/d/{pk}/")
        assert reponse.status_code == 404
        refus[pk] = jetons_otes(reponse.text).replace(f"/d/{pk}/", "/d/N/")
    assert len(set(refus.values())) == 1, "absent and forbidden are told in the same words"
    page = refus[inconnu]
    assert "n’est pas, ou plus, public" in page and PAGE in page and "/compte/connexion/?next=/d/N/" in page
    client = connecter(noe)
    assert client.get(f"/d/{convention.pk}/").status_code == 302
    assert [client.get(f"/d/{pk}/").status_code for pk in (reservee.pk, inconnu)] == [404, 404]


def test_an_error_is_told_with_the_address_of_the_document(client, convention):
    page = client.get(f"/contact/?sujet=signalement&page=/d/{convention.pk}/")
    assert f"À propos de http://testserver/d/{convention.pk}/" in page.text
    for fausse in ("https://ailleurs.example/", "//ailleurs.example/", "/d/1/?x=<b>", "/" + "a" * 300 + "/"):
        assert "À propos de" not in client.get("/contact/", {"page": fausse}).text
    [lien] = re.findall(r'href="(/contact/[^"]*)"[^>]*>Signaler une erreur', detail(client, convention))
    assert f"À propos de « {convention.titre} »" in client.get(html.unescape(lien)).text
    longue = client.get("/contact/", {"page": "/aide/", "titre": "<b>" + "mot " * 500}).text
    assert "&lt;b&gt;mot" in longue and "<b>mot" not in longue and len(longue) < 30_000


def test_visitors_are_led_to_the_public_page_and_to_the_list_where_there_is_none(
    client, connecter, page, camille
):
    def liens(client):
        return set(re.findall(r'href="(/documents[^"]*)"', client.get("/").text))

    assert liens(client) == {PAGE}
    assert f'<a href="{PAGE}">Documents publics</a>' in client.get("/plan-du-site/").text
    page.delete()
    caches["local"].clear()
    assert liens(client) == {"/documents/"}
    assert liens(connecter(camille)) == {"/documents/"}


def test_each_list_has_one_address_for_engines(client, page, bruno):
    page.par_page = 5
    page.save()
    for n in range(6):
        publier(f"Guide {n}", bruno)
    suite = client.get(PAGE).context["lien_suivant"]
    la_page = f'<link rel="canonical" href="{page.full_url}">'
    for requete, connue in {"": True, "?utm_source=lettre": True, "?tri=titre": True, suite: False}.items():
        tete = client.get(f"{PAGE}{requete}").text
        assert (la_page in tete) == connue and ("noindex" in tete) != connue, requete
    assert "noindex" in client.get(f"{PAGE}?nature=convention").text


# Kept by caches, and no longer than it may be


SORTIES = [PAGE, f"{PAGE}?nature=convention", FLUX, CSV, DCAT]


@pytest.mark.parametrize("adresse", SORTIES)
def test_no_cookie_and_any_cache_may_keep_it_and_asks_again(client, convention, adresse):
    reponse = client.get(adresse)
    assert not reponse.cookies and "Set-Cookie" not in reponse
    assert set(reponse["Cache-Control"].split(", ")) == {"public", "no-cache"}
    assert "Cookie" in reponse["Vary"]
    encore = client.get(adresse, headers={"If-None-Match": reponse["ETag"]})
    assert (encore.status_code, encore.getvalue()) == (304, b"")
    assert "Content-Security-Policy" not in encore, "the nonce that was kept stays good"
    Ressource.objects.filter(pk=convention.pk).update(titre="Convention corrigée")
    apres = client.get(adresse, headers={"If-None-Match": reponse["ETag"]})
    assert apres.status_code == 200 and apres["ETag"] != reponse["ETag"]


def test_the_page_of_a_document_is_kept_in_the_same_way(client, convention):
    adresse = convention.get_absolute_url()
    reponse = client.get(adresse)
    assert "public" in reponse["Cache-Control"] and not reponse.cookies
    assert client.get(adresse, headers={"If-None-Match": reponse["ETag"]}).status_code == 304
    convention.retirer(par=convention.auteur, motif="erreur")
    assert client.get(adresse, headers={"If-None-Match": reponse["ETag"]}).status_code == 302


@pytest.mark.parametrize("adresse", [*SORTIES, "detail"])
def test_what_a_member_reads_is_hers_alone(connecter, camille, client, convention, adresse):
    adresse = convention.get_absolute_url() if adresse == "detail" else adresse
    etag = client.get(adresse)["ETag"]
    client = connecter(camille)
    reponse = client.get(adresse, headers={"If-None-Match": etag})
    assert reponse.status_code == 200 and "ETag" not in reponse
    assert set(reponse["Cache-Control"].split(", ")) == {"private", "no-cache"}
    assert "Cookie" in reponse["Vary"]


def test_a_session_without_an_account_is_not_shared_either(client, convention):
    client.session.save()
    client.cookies["sessionid"] = "inconnue"
    assert "private" in client.get(PAGE)["Cache-Control"]


def test_a_password_on_the_page_keeps_it_from_caches_and_from_the_header(client, convention, page):
    page.view_restrictions.create(restriction_type="password", password="sel")
    for adresse in SORTIES:
        reponse = client.get(adresse)
        assert convention.titre not in reponse.text and "public" not in reponse.headers.get(
            "Cache-Control", ""
        )
    assert PAGE not in client.get("/plan-du-site/").text


def test_a_member_reads_the_same_documents_as_everybody(connecter, camille, convention, reservee):
    client = connecter(camille)
    assert titres(client.get(PAGE)) == [convention.titre]
    for adresse in (FLUX, CSV, DCAT):
        assert CANARI not in texte(client.get(adresse))


def test_a_member_who_searches_the_public_page_is_sent_to_no_other_search(connecter, camille, convention):
    reponse = connecter(camille).get(f"{PAGE}?q=convention")
    assert titres(reponse) == [convention.titre]
    assert "PlainText" not in reponse.text and "me prévenir" not in reponse.text


def rendre_prive(ressource):
    ressource.visibilite = "membres"
    avant = Ressource.objects.get(pk=ressource.pk).etat_suivi()
    ressource.modifier(par=ressource.auteur, avant=avant)


def retirer(ressource):
    ressource.retirer(par=ressource.auteur, motif="erreur")


def purement(ressource):
    """As another program would: no verb, no index told."""
    Ressource.objects.filter(pk=ressource.pk).update(visibilite="membres")


@pytest.mark.parametrize("geste", [rendre_prive, retirer, purement])
def test_what_is_no_longer_public_is_gone_at_once_from_everywhere(
    client, page, bruno, louverne, camille, geste
):
    publier("Guide du prêt", camille)
    champs = {"corps": f"Le sel {CANARI}", "source": CANARI, "thematique": dossier("calendriers")}
    secret = publier(f"Convention {CANARI}", bruno, **champs)
    sorties = [
        *(PAGE, f"{PAGE}?tri=titre", f"{PAGE}?q=sel", f"{PAGE}?thematique=calendriers&nature=convention"),
        *(FLUX, f"{FLUX}?nature=convention", CSV, DCAT, f"{CSV}?q=sel", f"{DCAT}?thematique=calendriers"),
        secret.get_absolute_url(),
    ]
    avant = {adresse: client.get(adresse) for adresse in sorties}
    assert [adresse for adresse in sorties if CANARI not in texte(avant[adresse])] == []
    assert "Vie des réseaux" in avant[PAGE].text and "Changé" in avant[PAGE].text
    geste(secret)
    for adresse in sorties:
        connu = {"If-None-Match": avant[adresse].headers.get("ETag", '"aucune"')}
        apres = client.get(adresse, headers=connu)
        assert apres.status_code in (200, 302) and CANARI not in texte(apres), adresse
    apres = client.get(PAGE)
    assert "Vie des réseaux" not in apres.text and "Changé" not in apres.text
    filtre = apres.context["filtre"]
    assert filtre.comptes["collectivite"] == {louverne.slug: 1} and filtre.total == 1
    assert client.get(f"/d/{secret.pk}/").status_code == 404


def test_the_page_costs_the_same_whatever_it_holds(client, page, bruno, camille):
    def couts():
        adresses = [PAGE, f"{PAGE}?nature=convention&q=pret", f"{PAGE}?tri=titre", FLUX, CSV, DCAT]
        return [requetes_pour(client, adresse) for adresse in adresses]

    publier("Prêt", bruno, thematique=dossier("prets"))
    publier("Prêt de sel", camille, thematique=dossier("voirie-et-reseaux"), nature="guide")
    seuls = couts()
    for n in range(15):
        publier(
            f"Prêt {n}", bruno if n % 2 else camille, thematique=dossier("prets" if n % 3 else "formation")
        )
    assert couts() == seuls


def test_only_reading_is_answered(client, convention):
    for adresse in SORTIES:
        assert client.post(adresse).status_code == 405, adresse


def test_it_is_opened_by_an_act_and_found_at_once(client, connecter, remi, camille, page):
    ressource = faire_ressource("Fiche de prêt", camille, statut="acheve")
    assert titres(client.get(PAGE)) == []
    ressource.ouvrir_au_public(par=remi, verifie=list(VERIFICATIONS))
    assert titres(client.get(PAGE)) == ["Fiche de prêt"]
    assert titres(client.get(f"{PAGE}?q=fiche")) == ["Fiche de prêt"]


# From a document, a visitor stays among what is hers


def test_a_visitor_is_led_from_a_document_to_the_facets_of_the_public_page(
    client, connecter, convention, rst, camille
):
    convention.domaines.set(Domaine.objects.filter(code="voirie"))
    convention.etiquettes.set(["prêt"])
    convention.noter_reperes()
    Ressource.objects.update(reseau=rst)
    lue = client.get(convention.get_absolute_url()).text
    assert rst.get_absolute_url() not in lue and "/fil/" not in lue
    assert 'class="direct"' not in lue, "nobody has said anything"
    for question in ("thematique=prets", "domaine=voirie", "q=pr%C3%AAt"):
        assert f'href="/documents/?{question}"' in lue
        suite = client.get(f"/documents/?{question}")
        assert suite.status_code == 302 and suite["Location"] == f"{PAGE}?{question}"
        assert convention.titre in client.get(suite["Location"]).text
    lue = connecter(camille).get(convention.get_absolute_url()).text
    fil = f'<li><a href="{rst.get_absolute_url()}">{rst.nom_court}</a></li><li><a href="/documents/">'
    assert fil in lue and "/fil/?q=" in lue
    assert client.get("/documents/?thematique=prets").status_code == 200


def test_where_the_page_keeps_to_some_folders_a_visitor_has_the_whole_list_still(client, page, convention):
    page.dossiers.add(dossier("calendriers"))
    page.save()
    assert convention.titre not in client.get(PAGE).text
    assert convention.titre in client.get("/documents/").text


def test_a_page_called_documents_leads_a_visitor_round_in_no_circle(client, page, convention):
    page.slug = "documents"
    page.save()
    assert convention.titre in client.get("/documents/").text


def test_a_visitor_is_led_on_without_choices_that_no_list_offers(client, page):
    reponse = client.get(f"/documents/?q={'a' * 9000}")
    assert reponse.status_code == 302 and reponse["Location"] == PAGE


def test_a_choice_that_is_asked_a_thousand_times_is_made_once(client, page, convention):
    voulus = "&".join([f"annee={n}" for n in range(1000)] + ["nature=convention"] * 500)
    filtre = client.get(f"{PAGE}?{voulus}").context["filtre"]
    assert len(filtre.choisis["annee"]) <= 20 and filtre.choisis["nature"] == ["convention"]


def test_words_typed_in_the_box_are_answered_by_the_best_whatever_order_was_shown(client, page, convention):
    tri = re.search(r'<select name="tri".*?</select>', client.get(PAGE).text, re.DOTALL)[0]
    assert '<option value="" selected>les plus récents' in tri
    assert client.get(f"{PAGE}?q=convention&tri=").context["filtre"].tri == "pertinence"


def test_where_no_page_was_made_the_list_of_the_application_answers_a_visitor(client, bruno):
    publier("Convention", bruno)
    assert "Convention" in client.get("/documents/").text


def test_its_address_is_copied_in_one_click(client, convention):
    lue = client.get(convention.get_absolute_url()).text
    assert f'data-copier="http://testserver/d/{convention.pk}/"' in lue and "Imprimer" in lue
    assert "Achevé et communicable" not in lue and "actuelle" in lue


# The day on which it became public


def test_what_was_opened_last_comes_first_with_its_day(client, page, bruno, camille):
    ancien = faire_ressource("Guide des marchés", bruno, visibilite="membres")
    for titre, jours in (("Plus récent", 10), ("Moins récent", 20)):
        deja = publier(titre, bruno, a_jour_au=date(2026, 10, 31))
        Ressource.objects.filter(pk=deja.pk).update(ouvert_le=timezone.now() - timedelta(days=jours))
    ancien.publie_le = timezone.now() - timedelta(days=400)
    ancien.save(update_fields=["publie_le"])
    ancien.ouvrir_au_public(par=bruno, verifie=list(VERIFICATIONS))
    reponse = client.get(PAGE)
    assert titres(reponse) == ["Guide des marchés", "Plus récent", "Moins récent"]
    jours = re.findall(r"publié le ([^<]+)<", reponse.text)
    assert len(jours) == 3 and jours[0] == en_jour(timezone.localdate(), "j F Y")
    flux = ET.fromstring(client.get(FLUX).content)
    assert [entree.findtext(f"{ATOM}title") for entree in flux.iter(f"{ATOM}entry")] == titres(reponse)
    annee = timezone.localdate().year
    assert "Guide des marchés" in titres(client.get(f"{PAGE}?annee={annee}"))


def test_it_keeps_its_day_when_it_is_corrected_and_takes_another_when_it_is_opened_again(page, bruno):
    document = publier("Guide", bruno)
    avant = document.ouvert_le
    for visibilite, garde in (("publique", True), ("membres", True), ("publique", False)):
        etat = document.etat_suivi()
        document.titre, document.visibilite = f"{document.titre} bis", visibilite
        document.modifier(par=bruno, avant=etat)
        document.refresh_from_db()
        assert (document.ouvert_le == avant) == garde


def test_the_years_are_offered_where_there_are_several(client, convention, bilan):
    assert 'name="annee"' not in client.get(PAGE).text
    Ressource.objects.filter(pk=bilan.pk).update(ouvert_le=datetime(2024, 5, 2, tzinfo=UTC))
    reponse = client.get(PAGE)
    assert ">Année<" in re.sub(r"\s*<svg", "<", reponse.text)
    assert titres(client.get(f"{PAGE}?annee=2024")) == [bilan.titre]


def test_a_cell_of_the_catalogue_holds_no_line_break(client, page, bruno):
    publier("Guide", bruno, references_juridiques="Code civil, 1875\r\n\nCGCT, L5211-4-2")
    [ligne] = csv.DictReader(io.StringIO(texte(client.get(CSV)).lstrip("\ufeff")), delimiter=";")
    assert ligne["références juridiques"] == "Code civil, 1875 ; CGCT, L5211-4-2"


# What the words find


def test_words_are_shown_where_they_stand_even_on_a_page_of_a_file(client, connecter, page, bruno):
    document = publier("Schéma commun", bruno, corps="Ce que l’on met en commun.")
    document.version.noter_le_texte("sommaire\frien\fla balayeuse du syndicat")
    document.save()
    autre = publier("Balayeuse : mode d’emploi", bruno)
    for adresse, lecteur in ((PAGE, client), ("/documents/", connecter(bruno))):
        reponse = lecteur.get(f"{adresse}?q=balayeuse")
        lus = re.findall(r'class="titre" href="[^"]*">(.*?)</a>', reponse.text)
        assert lus == ["<mark>Balayeuse</mark> : mode d’emploi", document.titre], adresse
        assert "Page 3</a> : la <mark>balayeuse</mark> du syndicat" in reponse.text, adresse
        assert "2 documents" in reponse.text and "les plus pertinents" in reponse.text
        assert html.escape(document.version.adresse_du_texte(3, "balayeuse")) in reponse.text
        recents = lecteur.get(f"{adresse}?q=balayeuse&tri=recent")
        assert recents.text.index("mode d’emploi") < recents.text.index("Schéma commun")
    assert autre.est_publique


def test_a_list_of_members_counts_what_the_words_and_the_choices_leave(connecter, page, bruno):
    for titre, nature in (("Sel de déneigement", "guide"), ("Sel en commun", "convention"), ("Tri", "guide")):
        faire_ressource(titre, bruno, nature=nature, visibilite="membres", thematique=dossier("prets"))
    client = connecter(bruno)

    def comptes(requete, facette):
        groupes = client.get(f"/documents/?{requete}").context["filtre"].groupes
        return {v["valeur"]: v["nombre"] for g in groupes if g["nom"] == facette for v in g["valeurs"]}

    assert comptes("q=sel", "nature") == {"convention": 1, "guide": 1}
    assert comptes("q=sel&nature=guide", "nature") == {"convention": 1, "guide": 1}
    assert comptes("q=sel&nature=guide", "collectivite") == {"change": 1}
    assert comptes("nature=guide", "thematique")["prets"] == 2
    assert titres(client.get("/documents/?q=sel&nature=guide")) == ["Sel de déneigement"]


def test_the_best_are_followed_by_others_and_none_is_shown_twice(connecter, page, bruno):
    for n in range(25):
        faire_ressource(f"Sel {n}", bruno, visibilite="membres")
    client = connecter(bruno)
    premiere = client.get("/documents/?q=sel")
    seconde = client.get(f"/documents/{html.unescape(premiere.context['lien_suivant'])}")
    lus = titres(premiere) + titres(seconde)
    assert len(lus) == len(set(lus)) == 25
    assert client.get("/documents/?q=sel&apres=abc").status_code == 404


@pytest.mark.parametrize("adresse", [f"{PAGE}?q=sel", "/documents/?q=sel", "/documents/?q=sel&nature=guide"])
def test_searching_costs_the_same_however_many_answer(connecter, page, bruno, adresse):
    client = connecter(bruno)
    faire_ressource("Sel", bruno, visibilite="publique", nature="guide")
    un = requetes_pour(client, adresse)
    for n in range(4):
        faire_ressource(f"Sel {n}", bruno, visibilite="publique", nature="guide")
    assert requetes_pour(client, adresse) == un


# What else is offered


def test_the_deliberations_are_offered_where_there_are_some_and_on_the_whole_page_only(
    client, page, convention, bruno, remi
):
    lien = "/projets/deliberations.csv"
    assert lien not in client.get(PAGE).text
    projet = faire_projet("Service commun de voirie", bruno, visibilite="publique")
    commune = remi.fonctions.get().collectivite
    acte = Acte(projet=projet, collectivite=commune, numero="2026-42", date=date(2026, 3, 5))
    acte.engager(par=remi, fiche=faire_fiche("deliberation.txt"))
    assert lien in client.get(f"{PAGE}?utm_source=lettre").text
    assert lien not in client.get(f"{PAGE}?thematique=prets").text
    page.dossiers.add(dossier("prets"))
    page.save()
    assert lien not in client.get(f"{PAGE}?utm_source=lettre").text


def test_a_phone_finds_the_documents_at_once(client, connecter, page, camille):
    barre = re.search(r'<nav class="barre".*?</nav>', client.get("/").text, re.DOTALL)[0]
    assert f'href="{PAGE}"' in barre
    assert re.search(r'class="icone au-pouce" href="/documents/"', connecter(camille).get("/").text)


def test_who_finds_nothing_is_told_what_there_is_to_take_away(client, page, convention):
    for question, filtre, mot in (
        ("q=zeppelin", False, True),
        ("q=zeppelin&nature=convention", True, True),
        ("thematique=calendriers", True, False),
    ):
        lue = client.get(f"{PAGE}?{question}").text
        assert "Aucun document ne répond" in lue and re.search(r">0\s+document<", lue), question
        assert ("etirez un filtre" in lue) == filtre and ("un mot plus court" in lue) == mot, question


def test_what_was_withdrawn_is_no_longer_said_to_be_public(connecter, bruno, convention):
    client = connecter(bruno)
    puce = re.compile(r'class="etat">(<svg.*?</svg>)?\s*public<', re.S)
    assert puce.search(client.get(convention.get_absolute_url()).text)
    convention.retirer(par=bruno, motif="des noms")
    lue = client.get(convention.get_absolute_url()).text
    assert "Page retirée" in lue and not puce.search(lue)
