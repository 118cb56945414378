import io
import re
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from besoins.models import (
    Avis,
    Besoin,
    Consultation,
    Deliberation,
    Jalon,
    NousAussi,
    Position,
    Projet,
    RetourExperience,
    Tache,
)
from plateforme.accueil.cockpit import Cockpit
from plateforme.accueil.demo import comptes, pieces
from plateforme.accueil.demo.echanges import CONTENUS
from plateforme.accueil.demo.lecture import composer, lire
from plateforme.accueil.demo.personnes import adresse
from plateforme.accueil.models import Utilisateur
from reseau.models import (
    Annonce,
    Contribution,
    Demande,
    Discussion,
    Domaine,
    Entree,
    EnvoiDAnnonce,
    Fonction,
    Membre,
    Message,
    Notification,
    PageReseau,
    Pole,
    Signalement,
    Sourdine,
)
from ressources_docs.models import Ressource, Version

FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98)( \d\d){2}")


@pytest.fixture
def contenus():
    return lire(*CONTENUS)


@pytest.fixture
def demo(db):
    sortie = io.StringIO()
    call_command("demo", stdout=sortie)
    return sortie.getvalue()


def test_the_demo_is_a_living_agglomeration(demo, client, mailoutbox):
    assert Membre.objects.count() >= 25
    assert Besoin.objects.publiees().count() >= 24 and Discussion.objects.publiees().count() >= 15
    assert Message.objects.count() >= 120 and Position.objects.count() >= 60
    assert Pole.objects.get().communes().count() == 10
    assert Avis.objects.count() >= 7 and Consultation.objects.exclude(synthese="").count() == 1
    assert set(Projet.objects.publiees().ouvertes().values_list("sens", "phase")) >= {
        ("descendante", "etude"),
        ("horizontale", "diagnostic"),
        ("horizontale", "evaluation"),
    }
    d_ailleurs = RetourExperience.objects.publiees().exclude(collectivite_externe="")
    assert set(d_ailleurs.values_list("source", "visibilite")) == {("note de synthèse", "publique")}
    assert d_ailleurs.count() == 5 and NousAussi.objects.count() >= 5
    assert {"membre", "engagee"} <= set(Position.objects.values_list("niveau", flat=True))
    assert Besoin.objects.filter(rapproche_le__lt=timezone.now()).count() == 2
    etapes = {j.etape for j in Jalon.objects.filter(projet__titre="Mutualisation des services techniques")}
    assert len(etapes) == 4 and Jalon.objects.en_retard().count() == 2
    assert Tache.objects.en_retard().count() == 1
    etats = {str(d.etat).split(" le ")[0] for d in Deliberation.objects.notes()}
    assert etats == {"favorable,", "défavorable,", "silence, réputé favorable", "attendue"}
    assert Annonce.objects.publiees().count() == 1 and not EnvoiDAnnonce.objects.a_ecrire().exists()
    documents = Ressource.objects.publiees()
    assert documents.count() >= 25 and documents.a_verifier().count() == 1
    assert documents.filter(numero__gt=1).count() == 4
    assert documents.filter(visibilite="publique").count() >= 20
    assert documents.values("thematique").distinct().count() >= 15
    fiches = documents.filter(nature="fiche_juridique")
    assert fiches.count() >= 8 and not fiches.filter(a_jour_au=None).exists()
    [numerise] = Version.objects.filter(texte="", lien="")
    assert numerise.texte_manque.startswith("Texte non extrait") and numerise.vignette
    assert {"odt", "docx", "pdf", "xlsx", "txt", "lien"} == set(documents.values_list("format", flat=True))
    assert PageReseau.objects.count() == 4
    assert Demande.objects.en_attente().count() == 2
    assert Signalement.objects.en_attente().count() == 1 and Sourdine.objects.exists()
    assert Contribution.objects.filter(verrouille_le__lt=timezone.now()).count() == 1
    assert Notification.objects.non_lues().exists() and Entree.objects.exists()
    camille = Utilisateur.objects.get(email="camille.marchand@louverne.example").membre
    assert Contribution.objects.filter(auteur=camille, publie_le=None).count() == 2
    assert Projet.objects.sans_retour_de(camille).exists()
    client.force_login(camille.utilisateur)
    assert client.get("/").context["nombre_a_faire"] > 5
    jeanne = Utilisateur.objects.get(email="jeanne.tessier@laval-agglomeration.example")
    sections = {section.code: section for section in Cockpit(jeanne).sections}
    assert [ligne.titre for ligne in sections["communes"].lignes] == ["Nuillé-sur-Vicoin"]
    assert [ligne.titre for ligne in sections["nouveaux"].lignes] == ["Yanis Courteille"]
    assert all(section.nombre for section in sections.values())
    # Its dates: the past, in order, and what is asked is still asked.
    maintenant = timezone.now()
    assert not Contribution.objects.filter(publie_le__gt=maintenant).exists()
    for contribution in Contribution.objects.publiees():
        instants = [contribution.publie_le, *contribution.messages.values_list("cree_le", flat=True)]
        assert all(avant < apres for avant, apres in pairwise(instants)), contribution.titre
        assert instants[-1] <= maintenant
    assert not Besoin.objects.ouvertes().filter(echeance__lt=timezone.localdate()).exists()


def test_every_persona_of_the_table_has_an_account_and_a_second_run_only_prints(demo):
    roles = set(Fonction.objects.en_cours().values_list("role", flat=True))
    assert roles == set(Fonction.Role.values)
    for email in re.findall(r"\S+@\S+\.example", demo):
        assert Utilisateur.objects.get(email=email).is_active
    assert not Utilisateur.objects.filter(is_superuser=True).exists()
    assert not Utilisateur.objects.exclude(email__endswith=".example").exists()
    nombres = [modele.objects.count() for modele in (Membre, Contribution, Message, Notification, Entree)]
    sortie = io.StringIO()
    call_command("demo", stdout=sortie)
    assert nombres == [m.objects.count() for m in (Membre, Contribution, Message, Notification, Entree)]
    assert sortie.getvalue().strip() == demo.split("…", 1)[1].strip()


def test_the_demo_never_mixes_with_real_people(camille):
    with pytest.raises(CommandError, match="base neuve"):
        call_command("demo", stdout=io.StringIO())
    assert not comptes.deja_chargee()


def test_its_people_have_invented_addresses_and_numbers_that_ring_nowhere():
    for fiche in lire("personnes")["personne"]:
        assert re.fullmatch(r"[a-z.-]+@[a-z-]+\.example", adresse(fiche))
        assert "telephone" not in fiche or FICTION.fullmatch(fiche["telephone"])


def test_its_files_pass_the_checks_of_any_member_s_file():
    for nom in lire("documents"):
        assert pieces.document(nom).taille
    for nom in pieces.DESSINS:
        assert pieces.photo(nom).image


@pytest.mark.django_db
def test_it_only_names_domaines_that_exist(contenus):
    fiches = [fiche for table in contenus.values() if isinstance(table, list) for fiche in table]
    codes = {code for fiche in fiches for code in fiche.get("domaines", ())} | {
        *contenus["sourdine"].values()
    }
    assert codes <= set(Domaine.objects.values_list("code", flat=True))
    assert len(codes) >= 11


@pytest.mark.parametrize(
    ("tape", "compose"),
    [
        ("Qui a un modèle ?", "Qui a un modèle\u202f?"),
        ("« au nom de »", "«\u202fau nom de\u202f»"),
        ("18 % de moins, 290 € HT", "18\u202f% de moins, 290\u202f€ HT"),
        ("7 000 m², 02 61 91 10 00", "7\u202f000 m², 02 61 91 10 00"),
        ("à 8:30, http://exemple.example/?a=1", "à 8:30, http://exemple.example/?a=1"),
    ],
)
def test_french_spaces_are_put_where_they_belong(tape, compose):
    assert composer([tape]) == [compose]
