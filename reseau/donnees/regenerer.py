"""Write territoire.csv.gz from an unpacked copy of the npm package @etalab/decoupage-administratif.

    npm pack @etalab/decoupage-administratif@6.0.0 && tar xzf etalab-*.tgz
    python -m reseau.donnees.regenerer package

The same package always gives the same bytes, so a diff of the file is a diff of the facts.
"""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

SORTIE = Path(__file__).with_name("territoire.csv.gz")

# The package names no year. Its population of a commune is Insee's; that of an EPCI's member comes from the
# DGCL's list, one year behind; both keep the census of 2017 for Mayotte. A new version: read its README,
# then add its line.
MILLESIMES = {"6.0.0": {"insee": 2023, "dgcl": 2022, "mayotte": 2017}}

FORMES = {"CC": "CC", "CA": "CA", "CU": "CU", "METRO": "METRO", "MET69": "METRO"}
FORMES_EN_CLAIR = {
    "CC": "Communauté de communes",
    "CA": "Communauté d'agglomération",
    "CU": "Communauté urbaine",
}


def regenerer(dossier, sortie=SORTIE):
    version = _lire_json(dossier / "package.json")["version"]
    if version not in MILLESIMES:
        raise SystemExit(f"{version}: unknown version, add the years of its populations to MILLESIMES.")
    lignes = lignes_du_territoire(
        _lire_json(dossier / "data" / "epci.json"),
        _lire_json(dossier / "data" / "communes.json"),
        MILLESIMES[version],
    )
    sortie.write_bytes(compresser(lignes))
    return len(lignes)


def lignes_du_territoire(epcis, communes, annees):
    """One row per EPCI, followed by one row per member."""
    actuelles = {commune["code"]: commune for commune in communes if commune["type"] == "commune-actuelle"}
    lignes = []
    for epci in sorted(epcis, key=lambda epci: epci["code"]):
        membres = sorted(epci["membres"], key=lambda membre: membre["code"])
        lignes.append(_ligne_epci(epci, membres, annees))
        lignes += [_ligne_membre(epci, membre, actuelles[membre["code"]], annees) for membre in membres]
    return lignes


def compresser(lignes):
    colonnes = list(dict.fromkeys(colonne for ligne in lignes for colonne in ligne))
    texte = io.StringIO()
    sortie = csv.DictWriter(texte, colonnes, restval="", lineterminator="\n")
    sortie.writeheader()
    sortie.writerows(lignes)
    # Neither a date nor a file name in the header: they would change the bytes.
    return gzip.compress(texte.getvalue().encode(), compresslevel=9, mtime=0)


def _lire_json(chemin):
    return json.loads(chemin.read_text(encoding="utf-8"))


def _ligne_epci(epci, membres, annees):
    return {
        "siren": epci["code"],
        "insee": "",
        "nom": nom_en_clair(epci["nom"]),
        "forme": FORMES[epci["type"]],
        "code_postal": "",
        "epci": "",
        **_populations_dgcl(epci, membres[0]["code"], annees),
    }


def _ligne_membre(epci, membre, commune, annees):
    annee = annees[_recensement(membre["code"], "insee")]
    return {
        "siren": membre["siren"],
        "insee": membre["code"],
        "nom": commune["nom"],
        "forme": "",
        "code_postal": min(commune.get("codesPostaux", []), default=""),
        "epci": epci["code"],
        f"insee_{annee}_municipale": commune.get("population", ""),
        **_populations_dgcl(membre, membre["code"], annees),
    }


def _populations_dgcl(fiche, insee, annees):
    annee = annees[_recensement(insee, "dgcl")]
    return {
        f"dgcl_{annee}_municipale": fiche["populationMunicipale"],
        f"dgcl_{annee}_totale": fiche["populationTotale"],
    }


def _recensement(insee, source):
    return "mayotte" if insee.startswith("976") else source


def nom_en_clair(nom):
    """CA Laval Agglomération → Laval Agglomération; CC du Pays… → Communauté de communes du Pays…"""
    sigle, _espace, reste = nom.partition(" ")
    if sigle not in FORMES_EN_CLAIR:
        return nom
    return f"{FORMES_EN_CLAIR[sigle]} {reste}" if reste[0].islower() else reste


if __name__ == "__main__":
    nombre = regenerer(Path(sys.argv[1]), *map(Path, sys.argv[2:3]))
    sys.stdout.write(f"{nombre} lignes\n")
