"""An editor puts a document in a page: each reader is shown what she may open, and the folders are hers."""

import pytest

from plateforme.accueil.models import PageLegale
from ressources_docs.models import Thematique
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
