"""Several files at once: what becomes of each is told, doubles are said, and there is only so much room."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from ressources_docs.forms.depots import FICHIERS_MAX, Depot, DepotForm
from ressources_docs.models import Ressource, Version
from tests.fabriques import faire_fiche, faire_ressource
from tests.reseau.test_publication import prefilled

ADRESSE = "/documents/deposer/"


def txt(nom, contenu=None):
    return SimpleUploadedFile(nom, contenu or nom.encode())


def deposer(client, *fichiers, **champs):
    envoi = prefilled(client, ADRESSE) | {"nature": "guide", "publier": ""} | champs
    entetes = {"HX-Request": "true"} if envoi.pop("htmx", False) else {}
    return client.post(ADRESSE, envoi | {"fichiers": fichiers}, headers=entetes)


def test_each_file_becomes_a_document_named_after_it(connecter, camille, bruno, rst):
    reponse = deposer(connecter(camille), txt("guide_du_deneigement.txt"), txt("plan-2026.txt"))
    assert reponse.status_code == 200
    titres = set(Ressource.objects.publiees().values_list("titre", flat=True))
    assert titres == {"Guide du deneigement", "Plan 2026"}
    assert reponse.text.count('class="recu"') == 2
    assert not bruno.notifications.exists(), "the lists tell it"


def test_one_that_is_refused_does_not_take_the_others_with_it(connecter, camille):
    reponse = deposer(connecter(camille), txt("a.txt"), txt("b.exe"), txt("c.pdf", b"<html>"), txt("d.txt"))
    assert Ressource.objects.count() == 2
    assert reponse.text.count('class="refuse"') == 2
    assert "ce format n’est pas accepté" in reponse.text and "n’est pas celui d’un PDF" in reponse.text


def test_where_it_was_put_after_its_name_is_said(connecter, camille):
    reponse = deposer(connecter(camille), txt("reglement_eclairage_public.txt"))
    document = Ressource.objects.get()
    devines = ", ".join(domaine.libelle for domaine in document.domaines.all())
    assert devines and f"\u202f: {devines}, d’après son nom." in reponse.text
    a_classer = f'<a href="{document.url_de_modification}#id_thematique">à classer'
    assert "Sans dossier\u202f:" in reponse.text and a_classer in reponse.text
    choisi = deposer(
        connecter(camille), txt("plan_eclairage_public.txt"), domaines=["voirie"], thematique="prets"
    )
    assert "d’après son nom" not in choisi.text and "Sans dossier" not in choisi.text


def test_the_title_of_one_document_is_not_that_of_each(connecter, camille):
    deposer(connecter(camille), txt("guide.txt"), titre="Le recueil")
    assert Ressource.objects.get().titre == "Guide"


def test_they_may_make_one_document_with_its_annexes(connecter, camille):
    client = connecter(camille)
    fichiers = [txt("convention.txt"), txt("annexe.txt")]
    deposer(client, *fichiers, ensemble="ensemble", titre="La convention et son annexe")
    ressource = Ressource.objects.get()
    assert ressource.titre == "La convention et son annexe"
    assert ressource.version.nom_origine == "convention.txt"
    assert [piece.nom_origine for piece in ressource.pieces.all()] == ["annexe.txt"]


def test_the_script_gets_the_line_of_its_file_and_the_same_refusals(connecter, camille):
    client = connecter(camille)
    reponse = deposer(client, txt("a.txt"), htmx=True)
    assert reponse.text.strip().startswith('<li class="recu">') and "<html" not in reponse.text
    refus = deposer(client, txt("b.txt"), htmx=True, nature="")
    assert refus.status_code == 422 and "data-erreurs" in refus.text and "<html" not in refus.text
    assert Ressource.objects.count() == 1


def test_drafts_may_be_kept_and_too_many_are_refused_together(connecter, camille):
    client = connecter(camille)
    envoi = prefilled(client, ADRESSE) | {"nature": "guide", "brouillon": ""}
    client.post(ADRESSE, envoi | {"fichiers": [txt("a.txt")]})
    assert Ressource.objects.get().est_brouillon
    assert deposer(client, *[txt(f"{n}.txt") for n in range(FICHIERS_MAX + 1)]).status_code == 422
    assert deposer(client).status_code == 422


def test_the_same_sending_twice_is_kept_once(connecter, camille):
    client = connecter(camille)
    jeton = str(uuid4())
    for _ in range(2):
        reponse = deposer(client, txt("a.txt"), txt("b.txt"), jeton=jeton)
        assert reponse.text.count('class="recu"') == 2
    assert Ressource.objects.count() == 2


def test_a_sending_that_another_has_just_written_finds_it(connecter, camille, monkeypatch):
    client, jeton = connecter(camille), str(uuid4())
    deposer(client, txt("a.txt"), jeton=jeton)
    lire, lectures = DepotForm._deja_envoye, iter([None, None])
    monkeypatch.setattr(DepotForm, "_deja_envoye", lambda f, depot: next(lectures, lire(f, depot)))
    assert 'class="recu"' in deposer(client, txt("a.txt"), jeton=jeton, doublon="on").text
    assert Ressource.objects.count() == Version.objects.count() == 1


def test_nobody_may_deposit_for_everybody(connecter, camille):
    assert deposer(connecter(camille), txt("a.txt"), visibilite="publique").status_code == 422


@pytest.mark.parametrize(
    ("nom", "titre"),
    [
        ("convention_de_pret-2026.odt", "Convention de pret 2026"),
        (".pdf", "Pdf"),
        ("été.txt", "Été"),
        ("---.txt", "---.txt"),
    ],
)
def test_a_title_is_read_in_the_name(nom, titre):
    assert Depot(nom).titre == titre


# Doubles


def test_what_is_published_already_is_said_and_not_deposited_unless_one_insists(connecter, camille, bruno):
    deja = faire_ressource("Le guide de Changé", bruno, fiche=faire_fiche(contenu=b"pareil"))
    client = connecter(camille)
    reponse = deposer(client, txt("autre nom.txt", b"pareil"))
    assert 'class="deja"' in reponse.text and deja.titre in reponse.text
    assert Ressource.objects.count() == 1
    deposer(client, txt("autre nom.txt", b"pareil"), doublon="on")
    assert Ressource.objects.count() == 2


def test_the_same_content_twice_in_one_sending_is_a_double(connecter, camille):
    reponse = deposer(connecter(camille), txt("un.txt", b"pareil"), txt("deux.txt", b"pareil"))
    assert reponse.text.count('class="recu"') == reponse.text.count('class="deja"') == 1


def test_a_double_that_she_may_not_read_is_a_new_document(connecter, chantal, bruno, rst):
    faire_ressource("CANARI", bruno, reseau=rst, visibilite="reseau", fiche=faire_fiche(contenu=b"pareil"))
    reponse = deposer(connecter(chantal), txt("le mien.txt", b"pareil"))
    assert 'class="recu"' in reponse.text and "CANARI" not in reponse.text


def test_the_form_of_one_document_says_it_too(connecter, camille, bruno):
    deja = faire_ressource("Le guide de Changé", bruno, fiche=faire_fiche(contenu=b"pareil"))
    client = connecter(camille)
    envoi = prefilled(client, "/documents/publier/") | {"titre": "Le mien", "nature": "guide", "publier": ""}
    refus = client.post("/documents/publier/", envoi | {"fichier": txt("x.txt", b"pareil")})
    assert refus.status_code == 422 and f'href="{deja.get_absolute_url()}"' in refus.text
    assert "Le déposer quand même" in refus.text
    client.post("/documents/publier/", envoi | {"fichier": txt("x.txt", b"pareil"), "doublon": "on"})
    assert Ressource.objects.filter(auteur=camille).count() == 1


def test_what_a_newer_version_replaced_is_no_double(connecter, camille, bruno):
    ancien = faire_ressource("Guide", bruno, fiche=faire_fiche(contenu=b"pareil"))
    ancien.remplacer(par=bruno, fiche=faire_fiche(contenu=b"autre"))
    assert 'class="recu"' in deposer(connecter(camille), txt("x.txt", b"pareil")).text


# Room


def test_a_member_and_a_network_have_so_much_room(connecter, camille, bruno, rst, settings):
    settings.FICHIERS_QUOTA_DU_MEMBRE = 10
    reponse = deposer(connecter(camille), txt("a.txt", b"123456"), txt("b.txt", b"654321"))
    assert reponse.text.count('class="recu"') == 1 and "toute la place" in reponse.text
    assert Ressource.objects.count() == Version.objects.count() == 1, "what has no file is not left behind"
    settings.FICHIERS_QUOTA_DU_RESEAU = 8
    with pytest.raises(ValidationError, match="ce réseau"):
        faire_ressource("Trop", bruno, reseau=rst, fiche=faire_fiche(contenu=b"123"))
    faire_ressource("Hors réseau", bruno, fiche=faire_fiche(contenu=b"123"))


def test_annexes_and_files_of_messages_take_of_the_same_room(connecter, camille, bruno, rst, settings):
    client = connecter(camille)
    assert (
        deposer(client, txt("a.txt", b"123456"), txt("b.txt", b"1234"), ensemble="ensemble").status_code
        == 200
    )
    document = Ressource.objects.get()
    settings.FICHIERS_QUOTA_DU_MEMBRE = 12
    assert "toute la place" in deposer(client, txt("c.txt", b"123")).text, "the annex is counted"
    adresse = f"/documents/{document.pk}/modifier/"
    saisie = prefilled(client, adresse) | {"titre": "Un autre titre"}
    refus = client.post(adresse, saisie | {"pieces": txt("d.txt", b"123")})
    assert refus.status_code == 422 and "Un autre titre" in refus.text
    assert "Les fichiers de Camille Morel occupent" in refus.context["form"].errors["pieces"][0]
    fil = f"/contributions/{document.pk}/messages/"
    refus = client.post(fil, {"texte": "Le voici.", "pieces": txt("d.txt", b"123")})
    assert refus.status_code == 422 and "toute la place" in refus.text and "Le voici." in refus.text
    # What another member says there is hers to count.
    assert connecter(bruno).post(fil, {"texte": "Ici.", "pieces": txt("d.txt", b"123")}).status_code == 302
    settings.FICHIERS_QUOTA_DU_RESEAU = 14
    refus = connecter(bruno).post(fil, {"texte": "Encore.", "pieces": txt("e.txt", b"12")})
    assert "Les fichiers de ce réseau occupent" in refus.context["formulaire_message"].errors["pieces"][0]


def test_annexes_beyond_the_room_leave_no_document_behind(connecter, camille, settings):
    settings.FICHIERS_QUOTA_DU_MEMBRE = 8
    reponse = deposer(connecter(camille), txt("a.txt", b"123456"), txt("b.txt", b"1234"), ensemble="ensemble")
    assert reponse.text.count("toute la place") == 2 and not Ressource.objects.exists()


def test_one_document_beyond_the_room_is_refused_in_words(connecter, camille, settings):
    settings.FICHIERS_QUOTA_DU_MEMBRE = 3
    client = connecter(camille)
    envoi = prefilled(client, "/documents/publier/") | {"titre": "Le mien", "nature": "guide", "publier": ""}
    refus = client.post("/documents/publier/", envoi | {"fichier": txt("x.txt", b"1234")})
    assert refus.status_code == 422 and "toute la place" in refus.text
    assert not Ressource.objects.exists()
