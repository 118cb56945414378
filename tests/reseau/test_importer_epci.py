import csv
import gzip
from datetime import date
from functools import cache
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from reseau.donnees.lecture import FICHIER_LIVRE
from reseau.models import Appartenance, Collectivite, Population

pytestmark = pytest.mark.django_db

LAVAL = "200083392"
NORD = "200000172"
DU_PAYS_DE_LOIRON = [
    "53026",
    "53039",
    "53040",
    "53045",
    "53103",
    "53108",
    "53129",
    "53137",
    "53158",
    "53169",
    "53182",
    "53209",
    "53243",
    "53247",
]
FUSION = date(2019, 1, 1)


def importer(siren=LAVAL, **options):
    sortie = StringIO()
    call_command("importer_epci", siren, stdout=sortie, **options)
    return sortie.getvalue().replace("\u202f", " ").replace("\xa0", " ").splitlines()


def refus(siren=LAVAL, **options):
    with pytest.raises(CommandError) as erreur:
        importer(siren, **options)
    return str(erreur.value).replace("\u202f", " ")


@cache
def liste_officielle():
    lignes = csv.DictReader(StringIO(gzip.decompress(FICHIER_LIVRE.read_bytes()).decode()))
    return [ligne for ligne in lignes if LAVAL in (ligne["siren"], ligne["epci"])]


@pytest.fixture
def fichier(tmp_path):
    """Writes the official list anew: fichier({"53001": None}) drops Ahuillé, a dict changes its columns."""

    def ecrire(changements=(), separateur=","):
        chemin = tmp_path / "liste.csv"
        changements = dict(changements)
        with chemin.open("w", encoding="utf-8", newline="") as texte:
            sortie = csv.DictWriter(texte, liste_officielle()[0], delimiter=separateur)
            sortie.writeheader()
            for ligne in liste_officielle():
                changement = changements.get(ligne["insee"], {})
                if changement is not None:
                    sortie.writerow(ligne | changement)
        return chemin

    return ecrire


@pytest.fixture
def laval():
    importer()
    return Collectivite.objects.get(siren=LAVAL)


def test_laval_agglomeration_has_its_34_communes():
    sortie = importer()
    epci = Collectivite.objects.get(siren=LAVAL)
    assert (epci.nom, epci.nature, epci.forme) == ("Laval Agglomération", "epci", "CA")
    assert Collectivite.objects.membres_de(epci).communes().count() == 34
    assert sortie[0] == "Créée : Laval Agglomération (200083392)"
    assert "Entrée : Saint-Pierre-la-Cour (53247)" in sortie
    assert "Entrée : L’Huisserie (53119)" in sortie
    assert sortie[-1].startswith("Laval Agglomération : 34 communes au ")


def test_every_population_keeps_its_year_and_source(laval):
    commune = Collectivite.objects.get(code_insee="53130")
    assert (commune.siren, commune.code_postal, commune.slug) == ("215301300", "53000", "laval")
    chiffres = commune.populations.values_list("annee", "source", "municipale", "totale")
    assert [*chiffres] == [(2023, "insee", 49400, None), (2022, "dgcl", 49474, 51903)]
    assert laval.population.municipale == 114872
    municipales_2023 = Population.objects.filter(annee=2023, source="insee").values_list(
        "municipale", flat=True
    )
    assert sum(municipales_2023) == 115195


def test_a_first_import_without_date_does_not_invent_a_start(laval):
    assert not Appartenance.objects.exclude(debut=None).exists()


def test_importing_twice_changes_nothing(laval, django_assert_max_num_queries):
    avant = [*Collectivite.objects.values()], [*Appartenance.objects.values()], [*Population.objects.values()]
    with django_assert_max_num_queries(90):
        assert importer()[0] == "Rien n’a changé."
    apres = [*Collectivite.objects.values()], [*Appartenance.objects.values()], [*Population.objects.values()]
    assert avant == apres


def test_the_twenty_communes_of_2016_become_34_in_2019(fichier):
    importer(date="2001-01-01", fichier=fichier(dict.fromkeys(DU_PAYS_DE_LOIRON)))
    sortie = importer(date="2019-01-01")
    epci = Collectivite.objects.get(siren=LAVAL)
    assert Collectivite.objects.membres_de(epci, date(2018, 12, 31)).count() == 20
    assert Collectivite.objects.membres_de(epci, FUSION).count() == 34
    assert sum(ligne.startswith("Entrée") for ligne in sortie) == 14
    assert "Entrée : Olivet (53169), le 1er janvier 2019" in sortie


def test_a_commune_that_left_has_her_membership_closed_not_deleted(laval, fichier):
    sortie = importer(date="2026-01-01", fichier=fichier({"53001": None}))
    assert sortie[0] == "Sortie : Ahuillé (53001), le 1er janvier 2026"
    assert Appartenance.objects.get(commune__code_insee="53001").fin == date(2026, 1, 1)
    assert Collectivite.objects.membres_de(laval).count() == 33


def test_a_commune_that_comes_back_opens_a_new_membership(laval, fichier):
    importer(date="2026-01-01", fichier=fichier({"53001": None}))
    assert importer(date="2026-06-01")[0] == "Entrée : Ahuillé (53001), le 1er juin 2026"
    debuts = Appartenance.objects.filter(commune__code_insee="53001").values_list("debut", "fin")
    assert [*debuts.order_by("pk")] == [(None, date(2026, 1, 1)), (date(2026, 6, 1), None)]


def test_a_commune_that_comes_from_another_epci_leaves_it(laval):
    voisine = Collectivite.objects.create(nom="Voisine", nature="epci", siren=NORD)
    ahuille = Collectivite.objects.get(code_insee="53001")
    ahuille.rejoindre(voisine, FUSION)
    assert importer(date="2020-01-01")[0] == "Entrée : Ahuillé (53001), le 1er janvier 2020, venue de Voisine"
    assert ahuille.appartenances.get(epci=voisine).fin == date(2020, 1, 1)
    assert ahuille.appartenances.get(fin=None).epci == laval


def test_a_departure_announced_for_later_is_left_alone(laval):
    ahuille = Collectivite.objects.get(code_insee="53001")
    voisine = Collectivite.objects.create(nom="Voisine", nature="epci", siren=NORD)
    ahuille.rejoindre(voisine, date(2099, 1, 1))
    assert importer()[0] == "Rien n’a changé."


def test_names_codes_and_populations_that_changed_are_told(laval, fichier):
    nouvelle = {"nom": "Ahuillé-la-Neuve", "code_postal": "", "insee_2023_municipale": "1853"}
    sortie = importer(fichier=fichier({"53001": nouvelle}))
    assert sortie[:3] == [
        "Modifiée : Ahuillé-la-Neuve (53001), nom : Ahuillé devient Ahuillé-la-Neuve",
        "Modifiée : Ahuillé-la-Neuve (53001), code postal : 53940 devient rien",
        "Modifiée : Ahuillé-la-Neuve (53001), population municipale, Insee 2023 : 1 852 devient 1 853",
    ]
    assert Collectivite.objects.get(code_insee="53001").slug == "ahuille"


def test_a_dry_run_says_the_same_and_changes_nothing(laval, fichier):
    liste = fichier({"53001": None, "53007": {"nom": "Argentré-le-Neuf"}})
    a_blanc = importer(a_blanc=True, fichier=liste)
    assert a_blanc[-1] == "Essai à blanc : rien n’a été enregistré."
    assert Collectivite.objects.membres_de(laval).count() == 34
    assert Collectivite.objects.get(code_insee="53007").nom == "Argentré"
    assert importer(fichier=liste) == a_blanc[:-1]


def test_a_dry_run_on_an_empty_base_leaves_it_empty():
    assert len(importer(a_blanc=True)) > 34
    assert not Collectivite.objects.exists()


@pytest.mark.parametrize(
    ("siren", "forme", "communes"),
    [("200000172", "CC", 7), ("246100663", "CU", 31), ("243500139", "METRO", 43)],
)
def test_every_legal_form_is_imported(siren, forme, communes):
    importer(siren)
    epci = Collectivite.objects.get(siren=siren)
    assert epci.forme == forme
    assert Collectivite.objects.membres_de(epci).count() == communes


def test_two_epci_live_side_by_side(laval):
    importer(NORD)
    assert Collectivite.objects.membres_de(laval).count() == 34
    assert Collectivite.objects.epci().count() == 2


def test_a_siren_typed_with_spaces_is_understood():
    assert importer("200 083 392", a_blanc=True)[0] == "Créée : Laval Agglomération (200083392)"


@pytest.mark.parametrize(
    ("siren", "message"),
    [
        ("200083393", "« 200083393 » n’est pas un SIREN : neuf chiffres, dont le dernier est une clé."),
        ("20008339", "« 20008339 » n’est pas un SIREN"),
        ("732829320", "Le fichier ne connaît aucune intercommunalité de SIREN 732829320"),
        (
            "215301300",
            "215301300 est le SIREN de la commune de Laval, dont l’intercommunalité est 200083392.",
        ),
        ("laval agglo", "Intercommunalités de ce nom : Laval Agglomération (200083392)."),
        ("zzzz", "aucune intercommunalité n’a « zzzz » dans son nom"),
    ],
)
def test_a_wrong_siren_is_answered_in_french(siren, message):
    assert message in refus(siren)


def test_a_wrong_date_is_answered_in_french():
    assert refus(date="01/01/2019") == "« 01/01/2019 » n’est pas une date : AAAA-MM-JJ est attendu."


def test_a_date_before_what_is_known_is_refused_and_nothing_is_kept(fichier):
    importer(date="2019-01-01", fichier=fichier({"53001": None}))
    voisine = Collectivite.objects.create(nom="Voisine", nature="epci", siren=NORD)
    ahuille = Collectivite.objects.create(nom="Ahuillé", nature="commune", code_insee="53001")
    ahuille.rejoindre(voisine, date(2026, 1, 1))
    liste = fichier({"53007": {"nom": "Argentré-le-Neuf"}})
    message = refus(date="2025-01-01", fichier=liste)
    assert message == "Ahuillé (53001) : La fin ne peut pas précéder le début."
    assert ahuille.appartenances.get().epci == voisine
    assert Collectivite.objects.get(code_insee="53007").nom == "Argentré"


@pytest.mark.parametrize(
    ("changement", "message"),
    [
        ({"siren": "215300014"}, "Ahuillé (53001) : « 215300014 » n’est pas un numéro SIREN"),
        ({"siren": "215300070"}, "(53007) : Une autre collectivité a déjà ce numéro SIREN."),
        ({"nom": ""}, "(53001) : Ce champ ne peut pas être vide."),
        ({"insee_2023_municipale": "beaucoup"}, "« beaucoup » n’est pas un nombre d’habitants."),
        ({"insee_2023_municipale": "²"}, "« ² » n’est pas un nombre d’habitants."),
        ({"insee": "53007"}, "Communes citées deux fois : 53007."),
        ({"insee": "5307"}, "Cinq caractères"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named_and_nothing_is_kept(fichier, changement, message):
    assert message in refus(fichier=fichier({"53001": changement}))
    assert not Collectivite.objects.exists()


def test_a_semicolon_file_from_a_spreadsheet_is_read(fichier):
    liste = fichier(separateur=";")
    liste.write_bytes(b"\xef\xbb\xbf" + liste.read_bytes())
    assert importer(fichier=liste)[-1].startswith("Laval Agglomération : 34 communes")


@pytest.mark.parametrize(
    ("contenu", "message"),
    [
        (b"", "Colonnes absentes : code_postal, epci, forme, insee, nom, siren."),
        (b"siren;nom\n", "Colonnes absentes : code_postal, epci, forme, insee."),
        ("siren,insee,nom,forme,code_postal,epci\né".encode("latin-1"), "un CSV en UTF-8 est attendu"),
        (None, "un CSV en UTF-8 est attendu"),
    ],
)
def test_an_unreadable_file_is_answered_in_french(tmp_path, contenu, message):
    liste = tmp_path / "liste.csv"
    if contenu is not None:
        liste.write_bytes(contenu)
    assert message in refus(fichier=liste)


def test_a_truncated_archive_is_answered_in_french(tmp_path):
    liste = tmp_path / "liste.csv.gz"
    liste.write_bytes(FICHIER_LIVRE.read_bytes()[:1000])
    assert "un CSV en UTF-8 est attendu" in refus(fichier=liste)


def test_coordinates_place_the_communes_and_are_kept_by_the_next_import(tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("insee;latitude;longitude\n53130;48,061;-0,7658\n99999;1;1\n")
    assert "1 commune placée sur la carte" in importer(coordonnees=points)
    assert importer(coordonnees=points)[0] == importer()[0] == "Rien n’a changé."
    laval = Collectivite.objects.get(code_insee="53130")
    assert (laval.latitude, laval.longitude) == (48.061, -0.7658)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ("ici,là", "Ligne 2 : la latitude ou la longitude est illisible."),
        ("nan,0", "Ligne 2 : la latitude ou la longitude est illisible."),
        ("91,0", "Laval (53130) : La latitude (−90 à 90) et la longitude (−180 à 180) vont ensemble."),
    ],
)
def test_a_point_off_the_globe_is_refused(tmp_path, point, message):
    points = tmp_path / "points.csv"
    points.write_text(f"insee,lat,lon\n53130,{point}\n")
    assert refus(coordonnees=points) == message
