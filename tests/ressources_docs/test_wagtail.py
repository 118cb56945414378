"""An editor puts a document in a page: each reader is shown what she may open, and the folders are hers."""

import pytest
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.models import Site
from wagtail.rich_text import expand_db_html

from plateforme.accueil.models import PageLegale
from plateforme.accueil.models.pages import MISE_EN_FORME
from ressources_docs.models import PageDocuments, Ressource, Thematique
from tests.compter import requetes_pour
from tests.fabriques import faire_ressource

CHOIX = "/admin/choix_de_ressource/"


@pytest.fixture
def aide(alex):
    return PageLegale.objects.get(slug="aide")


@pytest.fixture
def fermee(bruno, rst):
    return faire_ressource("Convention CANARI", bruno, reseau=rst, visibilite="reseau")


@pytest.fixture
def ouverte(bruno):
    return faire_ressource("Le guide de la plateforme", bruno, visibilite="publique")


def poser(page, *ressources):
    page.documents = [("document", ressource) for ressource in ressources]
    page.save()


def test_the_page_links_to_what_its_reader_may_open_and_to_nothing_else(
    client, aide, fermee, ouverte, bruno, chantal
):
    poser(aide, fermee, ouverte)
    for membre, titres in ((None, [ouverte]), (chantal, [ouverte]), (bruno, [fermee, ouverte])):
        client.logout()
        if membre:
            client.force_login(membre.utilisateur)
        texte = client.get("/aide/").text
        lies = [r for r in (fermee, ouverte) if f'href="{r.get_absolute_url()}"' in texte]
        assert lies == titres
        assert ("CANARI" in texte) == (fermee in titres)


# A link in a text


def lien(ressource, mots="ces mots"):
    return f'<a linktype="ressource" id="{getattr(ressource, "pk", ressource)}">{mots}</a>'


def ecrire(page, html):
    page.corps = html
    page.save()


def test_a_text_links_to_what_its_reader_may_open_and_shows_the_others_its_words(
    client, aide, fermee, ouverte, bruno, chantal
):
    membres = faire_ressource("Entre nous", bruno, visibilite="membres")
    brouillon = faire_ressource("Pas encore", bruno, publier=False)
    visees = (fermee, ouverte, membres, brouillon)
    ecrire(aide, f"<p>{' '.join(lien(r, f'mots {r.pk}') for r in visees)}</p>")
    lecteurs = {None: [ouverte], chantal: [ouverte, membres], bruno: [fermee, ouverte, membres]}
    for membre, lisibles in lecteurs.items():
        client.logout()
        if membre:
            client.force_login(membre.utilisateur)
        texte = client.get("/aide/").text
        assert [r for r in visees if f'<a href="{r.get_absolute_url()}">mots {r.pk}</a>' in texte] == lisibles
        assert all(f">mots {r.pk}</a>" in texte for r in visees) and "linktype" not in texte
        assert all(f'href="{r.get_absolute_url()}' not in texte for r in visees if r not in lisibles)
    ouverte.retirer(par=bruno, motif="doublon")
    assert f'href="{ouverte.get_absolute_url()}' not in client.get("/aide/").text


@pytest.mark.parametrize("id_", ["", "abc", "9" * 30, "-1", '1" onclick="x'])
def test_a_link_to_nothing_shows_its_words(client, connecter, alex, aide, id_):
    ecrire(aide, f"<p>{lien(id_)} et <a linktype='ressource'>rien</a></p>".replace("'", '"'))
    assert "<a>ces mots</a> et <a>rien</a>" in client.get("/aide/").text
    assert connecter(alex).get(f"/admin/pages/{aide.pk}/edit/").status_code == 200


def test_ten_links_cost_one_statement_and_none_costs_nothing(client, aide, bruno):
    ecrire(aide, "<p>Rien.</p>")
    sans = requetes_pour(client, "/aide/")
    ressources = [faire_ressource(f"Guide {n}", bruno, visibilite="publique") for n in range(10)]
    ecrire(aide, f"<p>{lien(ressources[0])}</p>")
    assert requetes_pour(client, "/aide/") == sans + 1
    ecrire(aide, f"<p>{''.join(map(lien, ressources))}</p>")
    assert requetes_pour(client, "/aide/") == sans + 1


def test_without_a_reader_wagtail_links_to_what_is_public_only(fermee, ouverte):
    html = expand_db_html(f"<p>{lien(fermee)} {lien(ouverte)}</p>")
    assert html == f'<p><a>ces mots</a> <a href="{ouverte.get_absolute_url()}">ces mots</a></p>'


def test_an_introduction_that_visitors_share_follows_what_becomes_private(client, connecter, bruno, ouverte):
    accueil = Site.objects.get(is_default_site=True).root_page
    page = PageDocuments(title="Publics", slug="publics", introduction=f"<p>{lien(ouverte)}</p>")
    accueil.add_child(instance=page)
    adresse = f'<a href="{ouverte.get_absolute_url()}">ces mots</a>'
    assert adresse in client.get("/publics/").text
    Ressource.objects.filter(pk=ouverte.pk).update(visibilite="membres")
    assert adresse not in client.get("/publics/").text
    assert adresse not in connecter(bruno).get("/publics/").text, "the same for everybody"


def test_the_editor_keeps_the_link_and_does_not_learn_the_title_of_what_a_network_keeps(
    connecter, alex, aide, fermee, ouverte
):
    ecrire(aide, f"<p>{lien(fermee)} {lien(ouverte)}</p>")
    page = connecter(alex).get(f"/admin/pages/{aide.pk}/edit/")
    assert "CANARI" not in page.text and "ressources_docs/lien-document" in page.text
    champ = page.context["form"]["corps"].value()
    outil = get_rich_text_editor_widget(features=MISE_EN_FORME)
    ecrit = outil.converter.to_database_format(outil.converter.from_database_format(champ))
    for ressource in (fermee, ouverte):
        attributs = f'id="{ressource.pk}"', 'linktype="ressource"'
        assert any(f"<a {' '.join(ordre)}>ces mots</a>" in ecrit for ordre in (attributs, attributs[::-1]))


def test_the_words_that_it_brings_are_those_that_every_reader_may_read(connecter, alex, bruno, ouverte):
    membres = faire_ressource("Entre nous", bruno, visibilite="membres")
    client = connecter(alex)
    for ressource, mots in ((ouverte, ouverte.titre), (membres, f"Document réservé n° {membres.pk}")):
        choisi = client.get(f"{CHOIX}chosen/{ressource.pk}/").json()["result"]
        assert (choisi["mots"], choisi["url"]) == (mots, ressource.get_absolute_url())


def test_what_was_withdrawn_leaves_the_page(client, aide, ouverte, bruno):
    poser(aide, ouverte)
    ouverte.retirer(par=bruno, motif="doublon")
    client.force_login(bruno.utilisateur)
    assert ouverte.titre not in client.get("/aide/").text


def test_the_editor_chooses_among_what_she_may_read(connecter, alex, bruno, fermee, ouverte):
    client = connecter(alex)
    for adresse in (CHOIX, f"{CHOIX}results/", f"{CHOIX}results/?q=guide", f"{CHOIX}results/?q=CANARI"):
        texte = client.get(adresse).content.decode()
        assert "Convention CANARI" not in texte
        assert (ouverte.titre in texte) == ("q=CANARI" not in adresse)
    assert client.get(f"{CHOIX}chosen/{ouverte.pk}/").status_code == 200
    assert "CANARI" not in client.get(f"{CHOIX}chosen/{fermee.pk}/").content.decode()
    assert "CANARI" not in client.get(f"{CHOIX}chosen-multiple/?id={fermee.pk}").content.decode()


def test_the_form_of_a_page_does_not_tell_the_title_of_what_is_kept_to_a_network(
    connecter, alex, aide, fermee, ouverte
):
    poser(aide, fermee, ouverte)
    texte = connecter(alex).get(f"/admin/pages/{aide.pk}/edit/").text
    assert "CANARI" not in texte
    assert ouverte.titre in texte


def test_nor_does_the_comparison_of_its_revisions(connecter, alex, aide, fermee, ouverte):
    for ressources in ((ouverte,), (ouverte, fermee)):
        aide.documents = [("document", ressource) for ressource in ressources]
        aide.save_revision()
    avant, apres = [revision.pk for revision in aide.revisions.order_by("pk")][-2:]
    texte = connecter(alex).get(f"/admin/pages/{aide.pk}/revisions/compare/{avant}...{apres}/").text
    assert "CANARI" not in texte
    assert ouverte.titre in texte and f"Document réservé n° {fermee.pk}" in texte


def test_the_administrator_alone_manages_the_folders(connecter, alex, diane):
    adresse = "/admin/ressources_docs_thematique/"
    assert connecter(diane).get(adresse).status_code in (302, 403)
    client = connecter(alex)
    assert "Prêt et partage de matériel" in client.get(adresse).text
    parent = Thematique.objects.get(code="agents")
    neuf = {"libelle": "Recrutement", "code": "recrutement", "parent": parent.pk, "ordre": 40}
    assert client.post(f"{adresse}new/", neuf).status_code == 302
    assert str(Thematique.objects.get(code="recrutement")) == "Agents et sécurité › Recrutement"
    faute = client.post(f"{adresse}new/", neuf | {"code": "prets", "libelle": "Autre"})
    assert faute.status_code == 200 and "déjà ce code" in faute.text


# The folders


def test_the_folders_are_listed_as_a_tree_under_one_word(connecter, alex):
    client = connecter(alex)
    page = client.get("/admin/ressources_docs_thematique/")
    listes = [dossier.pk for dossier in page.context["object_list"]]
    ranges = [dossier.pk for dossier in Thematique.objects.dans_l_ordre()]
    assert listes == ranges and len(listes) == len(set(listes))
    rangs = {dossier.libelle: n for n, dossier in enumerate(page.context["object_list"])}
    assert rangs["Mutualiser"] < rangs["Services communs et mises à disposition"] < rangs["Cadre juridique"]
    assert "Mutualiser › Services communs" in page.text
    assert "hématique" not in page.text and "Ajouter un dossier" in page.text
    nouveau = client.get("/admin/ressources_docs_thematique/new/")
    assert "hématique" not in nouveau.text and "les plus petites places d’abord" in nouveau.text.lower()


def test_a_folder_is_found_by_its_name(connecter, alex):
    page = connecter(alex).get("/admin/ressources_docs_thematique/?q=voirie")
    assert [dossier.code for dossier in page.context["object_list"]] == ["voirie-et-reseaux"]


def test_the_folders_of_a_page_are_ticked_in_the_order_of_the_tree(connecter, alex):
    accueil = Site.objects.get(is_default_site=True).root_page
    client = connecter(alex)
    page = client.get(f"/admin/pages/add/ressources_docs/pagedocuments/{accueil.pk}/")
    champ = page.context["form"]["dossiers"]
    offerts = [(str(choix.data["value"]), choix.choice_label) for choix in champ]
    assert offerts == [(str(d.pk), str(d)) for d in Thematique.objects.dans_l_ordre() if not d.archive_le]
    assert {choix.data["type"] for choix in champ} == {"checkbox"}


def test_a_document_is_chosen_in_spite_of_a_fault_and_as_it_is_typed(connecter, alex, bruno):
    faire_ressource("Balayeuse de voirie", bruno, visibilite="publique")
    fermee = faire_ressource("Balayeuse CANARI", bruno, visibilite="membres", publier=False)
    client = connecter(alex)
    for q in ("balayeusse", "balay", "voiries"):
        texte = client.get(f"{CHOIX}results/?q={q}").text
        assert "Balayeuse de voirie" in texte and fermee.titre not in texte, q
    assert client.get(f"{CHOIX}results/?q=introuvable").status_code == 200


def test_the_documents_of_a_page_have_a_heading_where_there_is_one_to_read(client, aide, fermee, ouverte):
    poser(aide, fermee)
    assert "<h2>Documents</h2>" not in client.get("/aide/").text
    poser(aide, fermee, ouverte)
    assert "<h2>Documents</h2>" in client.get("/aide/").text
