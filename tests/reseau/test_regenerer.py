import csv
import gzip
import io
import json

import pytest

from reseau.donnees.lecture import FICHIER_LIVRE, lire_epci
from reseau.donnees.regenerer import nom_en_clair, regenerer
from reseau.siren import est_un_siren

pytestmark = pytest.mark.une_fois


def commune(code, nom, population=None, **autres):
    return {"code": code, "nom": nom, "type": "commune-actuelle", "population": population, **autres}


def epci(code, nom, forme, membres):
    return {"code": code, "nom": nom, "type": forme, **habitants(sum(n for *_cle, n in membres))} | {
        "membres": [
            {"code": insee, "siren": siren, "nom": "ancien nom", **habitants(n)}
            for insee, siren, n in membres
        ]
    }


def habitants(municipale):
    return {"populationMunicipale": municipale, "populationTotale": municipale + 1}


@pytest.fixture
def paquet(tmp_path):
    """Two EPCI, out of order, one of them in Mayotte; an old commune that bears the code of a current one."""
    epcis = [
        epci(
            "200083392",
            "CA Laval Agglomération",
            "CA",
            [("53130", "215301300", 5), ("53001", "215300013", 4)],
        ),
        epci("200050532", "CC de Petite-Terre", "CC", [("97608", "200008795", 7)]),
    ]
    communes = [
        commune("53130", "Laval", 6, codesPostaux=["53010", "53000"]),
        commune("53001", "Ahuillé", 4, codesPostaux=["53940"]),
        commune("97608", "Dzaoudzi", 7, codesPostaux=["97615"]),
        {"code": "53130", "nom": "Laval (associée)", "type": "commune-associee"},
    ]
    (tmp_path / "data").mkdir()
    for nom, contenu in [
        ("package.json", {"version": "6.0.0"}),
        ("data/epci.json", epcis),
        ("data/communes.json", communes),
    ]:
        (tmp_path / nom).write_text(json.dumps(contenu), encoding="utf-8")
    return tmp_path


def test_the_file_holds_the_derived_facts_each_population_under_its_year(paquet):
    sortie = paquet / "territoire.csv.gz"
    assert regenerer(paquet, sortie) == 5
    assert gzip.decompress(sortie.read_bytes()).decode() == (
        "siren,insee,nom,forme,code_postal,epci,dgcl_2017_municipale,dgcl_2017_totale,"
        "insee_2017_municipale,dgcl_2022_municipale,dgcl_2022_totale,insee_2023_municipale\n"
        "200050532,,Communauté de communes de Petite-Terre,CC,,,7,8,,,,\n"
        "200008795,97608,Dzaoudzi,,97615,200050532,7,8,7,,,\n"
        "200083392,,Laval Agglomération,CA,,,,,,9,10,\n"
        "215300013,53001,Ahuillé,,53940,200083392,,,,4,5,4\n"
        "215301300,53130,Laval,,53000,200083392,,,,5,6,6\n"
    )


def test_the_same_package_gives_the_same_bytes(paquet, tmp_path):
    une, deux = tmp_path / "une.csv.gz", tmp_path / "deux.csv.gz"
    regenerer(paquet, une)
    regenerer(paquet, deux)
    assert une.read_bytes() == deux.read_bytes()


def test_the_importer_reads_what_the_script_writes(paquet):
    regenerer(paquet, paquet / "territoire.csv.gz")
    epci, communes = lire_epci("200083392", paquet / "territoire.csv.gz")
    assert epci.nom == "Laval Agglomération"
    assert [fiche.nom for fiche in communes] == ["Ahuillé", "Laval"]
    assert communes[1].populations == {
        ("dgcl", 2022): {"municipale": 5, "totale": 6},
        ("insee", 2023): {"municipale": 6},
    }


def test_a_version_whose_years_are_unknown_is_refused(paquet):
    (paquet / "package.json").write_text('{"version": "7.0.0"}')
    with pytest.raises(SystemExit, match="7.0.0"):
        regenerer(paquet, paquet / "territoire.csv.gz")


@pytest.mark.parametrize(
    ("officiel", "clair"),
    [
        ("CA Laval Agglomération", "Laval Agglomération"),
        ("CC du Pays de Craon", "Communauté de communes du Pays de Craon"),
        ("CU d'Arras", "Communauté urbaine d'Arras"),
        ("Rennes Métropole", "Rennes Métropole"),
    ],
)
def test_an_epci_is_called_by_its_name(officiel, clair):
    assert nom_en_clair(officiel) == clair


def test_the_shipped_file_covers_the_country_with_valid_numbers():

    lignes = list(csv.DictReader(io.StringIO(gzip.decompress(FICHIER_LIVRE.read_bytes()).decode())))
    assert sum(not ligne["insee"] for ligne in lignes) == 1255
    assert sum(bool(ligne["insee"]) for ligne in lignes) == 34871
    assert all(est_un_siren(ligne["siren"]) for ligne in lignes)
    assert all(ligne["code_postal"] for ligne in lignes if ligne["insee"])
