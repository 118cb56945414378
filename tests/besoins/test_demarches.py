"""What a project has to do: its list, who may write there, and the visas without which a service commun does
not begin."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import Demarche, Projet
from besoins.outils import catalogue
from plateforme.socle.fichiers import controler
from reseau.models import ArchiveDeReseau, Modification, PieceJointe
from tests.compter import requetes_pour
from tests.fabriques import faire_projet
from tests.reseau.test_publication import prefilled

VISAS = ["visa-juridique", "visa-rh", "visa-finances"]


@pytest.fixture
def service(bruno, rst, agglo, louverne):
    """The agglomération would do it for Louverné; Bruno keeps it."""
    return faire_projet(
        "Instruire ensemble les permissions de voirie",
        bruno,
        reseau=rst,
        type_mutualisation="service_commun",
        fournisseur=agglo,
        beneficiaires=[louverne],
    )


@pytest.fixture
def prevu(service, bruno):
    """With what its tool foresees."""
    Demarche.prevoir(service, catalogue().outils["service-commun"], par=bruno)
    return service


def demarche(projet, code="deliberations"):
    return projet.demarches.get(code=code)


def regler(projet, par, *codes, **champs):
    for code in codes:
        visa = demarche(projet, code)
        for champ, valeur in champs.items():
            setattr(visa, champ, valeur)
        visa.noter(par=par)


def changements(projet):
    return [c for m in Modification.objects.filter(contribution=projet).order_by("pk") for c in m.changements]


# The list


def test_who_keeps_the_project_takes_the_list_of_a_tool_once(connecter, bruno, camille, service):
    client, adresse = connecter(bruno), f"/projets/{service.pk}/demarches/prevues/"
    assert "Ajouter les démarches d’un outil" in client.get(service.get_absolute_url()).text
    for _clic in range(2):
        assert client.post(adresse, {"outil": "service-commun"})["Location"].endswith("#demarches")
    assert "Elles y étaient déjà toutes." in client.get(service.get_absolute_url()).text
    assert service.demarches.count() == 10 and len(changements(service)) == 1
    lecture = connecter(camille).get(service.get_absolute_url()).text
    assert "Prendre les délibérations concordantes" in lecture and "/demarches/" not in lecture
    assert client.post(adresse, {"outil": "entente"}).status_code == 404  # Camille does not keep it


def test_a_tool_that_does_not_exist_adds_nothing(connecter, bruno, service):
    client = connecter(bruno)
    for envoi in ({"outil": "licorne"}, {"outil": ""}, {}):
        assert client.post(f"/projets/{service.pk}/demarches/prevues/", envoi).status_code == 404
    assert not service.demarches.exists()


def test_one_is_noted_with_its_file_and_its_link_and_the_history_tells_it(connecter, bruno, camille, prevu):
    fiche = controler(SimpleUploadedFile("deliberation.txt", b"Vu le code"))
    [piece] = PieceJointe.deposer([fiche], contribution=prevu)
    ligne = demarche(prevu)
    client, adresse = connecter(bruno), f"/demarches/{ligne.pk}/"
    envoi = prefilled(client, adresse) | {
        "qui": "Conseil municipal de Louverné",
        "faite_le": "2026-03-03",
        "remarque": "N° 2026-12",
        "lien": "louverne.example/actes",
        "piece": piece.pk,
    }
    assert client.post(adresse, envoi)["Location"] == f"{prevu.get_absolute_url()}#demarches"
    page = connecter(camille).get(prevu.get_absolute_url()).text
    for attendu in (
        "fait le 3 mars 2026",
        "Conseil municipal de Louverné",
        "noté par Bruno Petit",
        "N° 2026-12",
        'href="https://louverne.example/actes"',
        piece.get_absolute_url(),
    ):
        assert attendu in page
    dit = changements(prevu)[-1]
    assert (
        "à faire" in dit["avant"] and "fait le 3 mars 2026" in dit["apres"] and "N° 2026-12" in dit["apres"]
    )
    piece.supprimer()
    assert demarche(prevu).faite_le and demarche(prevu).piece is None


def test_one_is_left_out_with_a_reason_then_expected_again(connecter, bruno, prevu):
    client, adresse = connecter(bruno), f"/demarches/{demarche(prevu, 'avis-cst').pk}/"
    client.post(adresse, prefilled(client, adresse) | {"sans_objet": "Aucun agent ne change d’employeur."})
    page = client.get(prevu.get_absolute_url()).text
    assert "sans objet" in page and "Aucun agent ne change d’employeur." in page
    envoi = prefilled(client, adresse)
    client.post(adresse, {**envoi, "sans_objet": ""})
    ligne = demarche(prevu, "avis-cst")
    assert not ligne.est_reglee and ligne.etat_par is None and len(changements(prevu)) == 3


def test_another_is_added_once_however_often_it_is_sent(connecter, bruno, service):
    client, adresse = connecter(bruno), f"/projets/{service.pk}/demarches/"
    envoi = prefilled(client, adresse) | {"libelle": "Réunir les secrétaires de mairie"}
    for _clic in range(2):
        assert client.post(adresse, envoi).status_code == 302
    assert [d.libelle for d in service.demarches.all()] == ["Réunir les secrétaires de mairie"]


def test_what_is_wrong_is_told_beside_its_field(connecter, bruno, service):
    client, adresse = connecter(bruno), f"/projets/{service.pk}/demarches/"
    envoi = prefilled(client, adresse) | {"libelle": "Délibérer", "remarque": "à garder"}
    for champs, champ, refus in (
        ({"libelle": " "}, "libelle", "Dites ce qu’il faut faire."),
        ({"libelle": "x" * 201}, "libelle", ""),
        ({"faite_le": "hier"}, "faite_le", ""),
        ({"faite_le": "2999-01-01"}, "faite_le", "C’est une date à venir"),
        ({"faite_le": "2026-03-03", "sans_objet": "non"}, "sans_objet", "pas les deux"),
        ({"lien": "javascript:alert(1)"}, "lien", ""),
        ({"sans_objet": "x" * 501}, "sans_objet", ""),
    ):
        reponse = client.post(adresse, envoi | champs)
        assert reponse.status_code == 422 and f"id_{champ}_error" in reponse.text, champs
        assert refus in reponse.text and "à garder" in reponse.text
    assert not Demarche.objects.exists()


def test_the_file_of_another_project_is_refused(connecter, bruno, camille, prevu, rst):
    autre = faire_projet("Ailleurs", camille, reseau=rst)
    [sienne] = PieceJointe.deposer([controler(SimpleUploadedFile("a.txt", b"a"))], contribution=prevu)
    [ailleurs] = PieceJointe.deposer([controler(SimpleUploadedFile("b.txt", b"b"))], contribution=autre)
    client, adresse = connecter(bruno), f"/demarches/{demarche(prevu).pk}/"
    for piece, statut in ((ailleurs.pk, 422), ("9" * 40, 422), (sienne.pk, 302)):
        assert client.post(adresse, prefilled(client, adresse) | {"piece": piece}).status_code == statut


def test_what_somebody_else_has_noted_meanwhile_is_not_undone(connecter, bruno, diane, prevu):
    ligne = demarche(prevu)
    client, adresse = connecter(bruno), f"/demarches/{ligne.pk}/"
    envoi = prefilled(client, adresse)
    regler(prevu, diane, "deliberations", remarque="Reportée à juin")
    refus = client.post(adresse, envoi | {"remarque": "Votée"})
    assert refus.status_code == 422 and "Reportée à juin" in refus.text and "Votée" in refus.text
    lue = refus.context["form"]["lue"].value()
    assert client.post(adresse, envoi | {"remarque": "Votée", "lue": lue}).status_code == 302
    assert demarche(prevu).remarque == "Votée"


def test_the_database_holds_to_the_same_rules(prevu, bruno):
    lignes = Demarche.objects.filter(projet=prevu)
    signee = {"etat_le": timezone.now(), "etat_par": bruno}
    for code, champs in (
        ("deliberations", {"faite_le": "2026-01-01"}),
        ("deliberations", {"sans_objet": "non"}),
        ("deliberations", {"faite_le": "2026-01-01", "sans_objet": "non", **signee}),
        ("visa-rh", {"faite_le": "2026-01-01", "qui": "", **signee}),
        ("visa-rh", {"code": "visa-juridique"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            lignes.filter(code=code).update(**champs)


def test_the_page_costs_the_same_however_long_the_list(connecter, bruno, prevu):
    client, adresse = connecter(bruno), prevu.get_absolute_url()
    une = requetes_pour(client, adresse)
    for rang in range(10):
        faite = Demarche(projet=prevu, libelle=f"Étape {rang}", faite_le=timezone.localdate())
        faite.noter(par=bruno)
    assert requetes_pour(client, adresse) == une


def test_what_changes_arrives_on_the_pages_that_are_open(connecter, bruno, camille, prevu):
    regler(prevu, bruno, "deliberations", remarque="Inscrite au conseil de juin")
    suite = connecter(camille).get(f"/contributions/{prevu.pk}/rattrapage/?depuis=0").text
    assert "Inscrite au conseil de juin" in suite and "/demarches/" not in suite
    assert "/demarches/" in connecter(bruno).get(f"/contributions/{prevu.pk}/rattrapage/?depuis=0").text


def test_the_copy_of_the_network_holds_them(connecter, diane, prevu):
    client = connecter(diane)
    client.post("/reseaux/rst/archives/")
    copie = ArchiveDeReseau.objects.get()
    contenu = ZipFile(BytesIO(b"".join(client.get(copie.get_absolute_url())))).read("demarches.csv").decode()
    assert "Prendre les délibérations concordantes" in contenu and contenu.count(f"{prevu.pk};") == 10


def test_a_draft_shows_what_it_foresees_and_nobody_notes_it_yet(connecter, bruno, rst, service):
    brouillon = faire_projet("Plus tard", bruno, reseau=rst, publier=False)
    Demarche.prevoir(brouillon, catalogue().outils["entente"], par=bruno)
    client = connecter(bruno)
    page = client.get(brouillon.get_absolute_url()).text
    assert "Réunir la conférence de l’entente" in page and "/demarches/" not in page
    assert client.get(f"/demarches/{brouillon.demarches.first().pk}/").status_code == 404


# The visas of a service commun


def passer(client, projet, phase="operationnelle"):
    client.post(f"/projets/{projet.pk}/phase/", {"phase": phase})
    page = client.get(projet.get_absolute_url()).text
    return Projet.objects.get(pk=projet.pk).phase, page


def test_a_service_commun_begins_with_its_three_visas(connecter, bruno, prevu):
    client = connecter(bruno)
    assert "sans\u202f: visa juridique, visa ressources humaines, visa finances" in (
        client.get(prevu.get_absolute_url()).text
    )
    for code in VISAS:
        phase, page = passer(client, prevu)
        assert phase == "etude" and "Un service commun ne passe pas en" in page
        adresse = f"/demarches/{demarche(prevu, code).pk}/"
        envoi = prefilled(client, adresse) | {"faite_le": "2026-11-02"}
        sans_nom = client.post(adresse, envoi)
        assert sans_nom.status_code == 422 and "Dites qui a donné le visa." in sans_nom.text
        assert client.post(adresse, envoi | {"qui": "Direction concernée"}).status_code == 302
    phase, page = passer(client, prevu)
    assert phase == "operationnelle" and "ne passe pas en" not in page and "donné le 2 novembre 2026" in page


def test_or_with_a_waiver_that_says_why(connecter, bruno, prevu):
    client = connecter(bruno)
    regler(prevu, bruno, "visa-juridique", "visa-rh", qui="Direction", faite_le=timezone.localdate())
    assert passer(client, prevu)[0] == "etude"
    adresse = f"/demarches/{demarche(prevu, 'visa-finances').pk}/"
    client.post(adresse, prefilled(client, adresse) | {"sans_objet": "Sans effet sur les budgets."})
    phase, page = passer(client, prevu)
    assert phase == "operationnelle" and "dispense motivée" in page and "Sans effet sur les budgets." in page


def test_nor_does_it_go_round_by_the_next_phase_or_another_type(connecter, bruno, service, agglo, louverne):
    louverne.rejoindre(agglo)
    client = connecter(bruno)
    assert passer(client, service, "evaluation")[0] == "etude"
    assert passer(client, service, "diagnostic")[0] == "diagnostic"
    Projet.objects.update(type_mutualisation="prestation")
    assert passer(client, service)[0] == "operationnelle"
    adresse = service.url_de_modification
    reponse = client.post(adresse, prefilled(client, adresse) | {"type_mutualisation": "service_commun"})
    assert reponse.status_code == 422 and "id_type_mutualisation_error" in reponse.text
    assert "Un service commun ne passe pas en" in reponse.text
    assert Projet.objects.get().type_mutualisation == "prestation"


def test_nor_by_changing_its_type_while_it_passes_into_a_phase(
    connecter, monkeypatch, bruno, service, agglo, louverne
):
    louverne.rejoindre(agglo)
    Projet.objects.update(type_mutualisation="prestation")
    client, adresse, lu = connecter(bruno), service.url_de_modification, Projet.etat_suivi
    envoi = prefilled(client, adresse) | {"type_mutualisation": "service_commun"}

    def puis_un_autre_le_fait_avancer(projet):
        avant = lu(projet)
        monkeypatch.setattr(Projet, "etat_suivi", lu)
        Projet.objects.get().passer_en("operationnelle", par=bruno)
        return avant

    monkeypatch.setattr(Projet, "etat_suivi", puis_un_autre_le_fait_avancer)
    reponse = client.post(adresse, envoi)
    assert reponse.status_code == 422 and "Un service commun ne passe pas en" in reponse.text
    projet = Projet.objects.get()
    assert (projet.phase, projet.type_mutualisation) == ("operationnelle", "prestation")


def test_the_verb_itself_refuses_and_other_types_are_free(bruno, service, rst):
    with pytest.raises(ValidationError, match="visa juridique"):
        service.passer_en("operationnelle", par=bruno)
    assert Projet.objects.get(pk=service.pk).phase == "etude"
    action = faire_projet("Salage commun", bruno, reseau=rst)
    assert action.passer_en("operationnelle", par=bruno).phase == "operationnelle"
