"""Begin a project from another: its words, its parties and its plan, never what was said there; models that a
network keeps; and all the files of a project in one place."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from besoins.models import Demarche, Jalon, Position, Projet, Risque
from besoins.outils import catalogue
from plateforme.socle.fichiers import controler
from reseau.models import PieceJointe
from tests.compter import requetes_pour
from tests.fabriques import faire_message, faire_projet
from tests.reseau.test_publication import prefilled


@pytest.fixture
def broyeur(bruno, diane, rst, agglo, louverne):
    """A service commun that has run for a hundred days, with its plan; Bruno keeps it."""
    louverne.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    projet = faire_projet(
        "Un broyeur pour deux",
        bruno,
        reseau=rst,
        corps="Acheter à deux.",
        decideur="Les deux conseils.",
        type_mutualisation="service_commun",
        fournisseur=agglo,
        beneficiaires=[louverne],
    )
    projet.publie_le = timezone.now() - timedelta(days=100)
    projet.save(update_fields=["publie_le"])
    Demarche.prevoir(projet, catalogue().outils["service-commun"], par=bruno)
    Demarche(projet=projet, libelle="Visiter un dépôt", qui="Le pilote", faite_le=timezone.localdate()).noter(
        par=bruno
    )
    depart = timezone.localdate() - timedelta(days=100)
    devis = Jalon(projet=projet, libelle="Devis", debut=depart, pour_le=depart + timedelta(days=10)).noter(
        par=bruno
    )
    achat = Jalon(projet=projet, libelle="Achat", pour_le=depart + timedelta(days=40))
    achat.a_suivre = [devis]
    achat.noter(par=bruno)
    devis.faire(par=bruno)
    Risque(projet=projet, libelle="Panne").noter(par=bruno)
    return projet


def test_a_copy_takes_the_words_the_parties_and_the_plan_and_nothing_that_was_said(
    connecter, camille, bruno, broyeur, louverne, agglo, rst
):
    Position.dire(broyeur, collectivite=louverne, par=camille, niveau="interessee")
    faire_message(broyeur, camille, "Combien de tonnes ?")
    client = connecter(camille)
    page = client.get(broyeur.get_absolute_url()).text
    assert f"?copie={broyeur.pk}" in page and "Garder comme modèle" not in page
    adresse = f"/projets/publier/?copie={broyeur.pk}"
    page = client.get(adresse)
    assert "Ce projet reprend «\u202fUn broyeur pour deux\u202f»" in page.text
    envoi = prefilled(client, adresse) | {"titre": "Un broyeur au sud", "publier": ""}
    for _clic in range(2):
        assert client.post(adresse, envoi).status_code == 302
    copie = Projet.objects.get(titre="Un broyeur au sud")
    assert (copie.auteur, copie.responsable, copie.reseau) == (camille, camille, rst)
    assert (copie.corps, copie.decideur, copie.fournisseur) == (
        "Acheter à deux.",
        "Les deux conseils.",
        agglo,
    )
    assert list(copie.beneficiaires.all()) == [louverne]
    assert copie.demarches.count() == 11 and not any(d.est_reglee for d in copie.demarches.all())
    aujourd_hui = timezone.localdate()
    jalons = {j.libelle: j for j in copie.jalons.notes()}
    assert (jalons["Devis"].debut, jalons["Devis"].fait_le) == (aujourd_hui, None)
    assert jalons["Achat"].pour_le == aujourd_hui + timedelta(days=40)
    assert list(jalons["Achat"].depend_de.all()) == [jalons["Devis"]]
    assert not (copie.positions.exists() or copie.messages.exists() or copie.risques.exists())
    assert not copie.modifications.exists() and not copie.est_un_modele


def test_a_project_that_one_may_not_read_is_not_copied(connecter, chantal, bruno, rst, louverne):
    ferme = faire_projet("CANARI", bruno, reseau=rst, visibilite="reseau", beneficiaires=[louverne])
    for numero in (ferme.pk, 999_999, 10**30, "licorne"):
        page = connecter(chantal).get(f"/projets/publier/?copie={numero}")
        assert page.status_code == 200 and "CANARI" not in page.text and "Ce projet reprend" not in page.text


def test_who_runs_the_network_keeps_a_model_that_all_may_begin_from(
    connecter, camille, diane, alex, bruno, broyeur
):
    client, adresse = connecter(diane), f"/projets/{broyeur.pk}/modele/"
    assert "Garder comme modèle" in client.get(broyeur.get_absolute_url()).text
    for _clic in range(2):
        assert client.post(adresse, {"modele": "oui"}).status_code == 302
    broyeur.refresh_from_db()
    assert (broyeur.modele_par, broyeur.modele_le is not None) == (diane, True)
    page = connecter(camille).get("/projets/publier/").text
    assert "Partir d’un modèle" in page and "Un broyeur pour deux" in page
    assert "Proposé comme modèle par Diane Tessier" in connecter(camille).get(broyeur.get_absolute_url()).text
    for membre in (camille, bruno, alex):  # Bruno keeps it, and does not run the network
        assert connecter(membre).post(adresse, {"modele": "non"}).status_code == 404
    assert connecter(diane).post(adresse, {"modele": "non"}).status_code == 302
    assert "Partir d’un modèle" not in connecter(camille).get("/projets/publier/").text
    assert [m.changements[0]["apres"] for m in broyeur.modifications.order_by("pk")][-2:] == ["gardé", ""]
    broyeur.garder_comme_modele(par=diane)
    broyeur.retirer(par=bruno, motif="doublon")
    assert not Projet.objects.modeles().exists()


# Its files


def joindre(projet, nom, message=None):
    fiche = controler(SimpleUploadedFile(nom, b"Vu le code"))
    return PieceJointe.deposer([fiche], contribution=projet, message=message)[0]


def test_the_files_of_a_project_and_of_its_messages_stand_together(connecter, camille, bruno, broyeur):
    joindre(broyeur, "convention.txt")
    message = faire_message(broyeur, camille)
    joindre(broyeur, "devis.txt", message)
    client = connecter(bruno)
    page = client.get(broyeur.get_absolute_url()).text
    documents = page[page.index('id="documents"') :].split("</section>")[0]
    for mots in (
        "convention.txt",
        "joint à la présentation",
        "devis.txt",
        "message de Camille Morel",
        "1\xa0Ko",
    ):
        assert mots in documents
    avant = requetes_pour(client, broyeur.get_absolute_url())
    for i in range(5):
        joindre(broyeur, f"suite-{i}.txt", message)
    assert requetes_pour(client, broyeur.get_absolute_url()) == avant
    message.retirer(par=camille, motif="erreur")
    page = client.get(broyeur.get_absolute_url()).text
    assert "devis.txt" not in page and "convention.txt" in page
