import csv
import gzip
import math
import re
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import slugify
from django.utils.translation import gettext as _

from plateforme.socle.texte import entier

FICHIER_LIVRE = Path(__file__).with_name("territoire.csv.gz")
COLONNES = {"siren", "insee", "nom", "forme", "code_postal", "epci"}
ABREGES = {"latitude": "lat", "longitude": "lon"}

_COLONNE_DE_POPULATION = re.compile(r"(insee|dgcl)_(\d{4})_(municipale|totale)")


class FichierIllisible(Exception):
    """Says in French what is wrong with a file given by the user."""


class EpciInconnu(Exception):
    """The file does not know this EPCI; the message says, in French, where to look."""


@dataclass(frozen=True)
class Fiche:
    """A line of the file: an EPCI or a member; populations by (source, year)."""

    siren: str
    code_insee: str
    nom: str
    forme: str
    code_postal: str
    populations: dict


def lire_epci(siren, chemin=FICHIER_LIVRE):
    """The EPCI and its members, as (Fiche, [Fiche])."""
    epci, membres, ailleurs = None, [], None
    for numero, ligne in lignes_csv(chemin, COLONNES):
        if ligne["epci"] == siren and ligne["insee"]:
            membres.append(_fiche(numero, ligne))
        elif ligne["siren"] == siren and not ligne["insee"]:
            epci = _fiche(numero, ligne)
        elif ligne["siren"] == siren:
            ailleurs = ligne
    if ailleurs:
        raise EpciInconnu(
            _("%(siren)s est le SIREN de la commune de %(nom)s, dont l’intercommunalité est %(epci)s.")
            % ailleurs
        )
    if not (epci and membres):
        raise EpciInconnu(
            _("Le fichier ne connaît aucune intercommunalité de SIREN %s avec ses communes.") % siren
        )
    repetes = [code for code, fois in Counter(fiche.code_insee for fiche in membres).items() if fois > 1]
    if repetes:
        raise FichierIllisible(_("Communes citées deux fois : %s.") % ", ".join(repetes))
    return epci, membres


def chercher(texte, chemin=FICHIER_LIVRE, au_plus=8):
    """EPCI whose name holds these words, as "Laval Agglomération (200083392)"."""
    mots = slugify(texte).split("-")
    trouves = (
        f"{ligne['nom']} ({ligne['siren']})"
        for _numero, ligne in lignes_csv(chemin, COLONNES)
        if not ligne["insee"] and all(mot in slugify(ligne["nom"]) for mot in mots)
    )
    return sorted(trouves, key=len)[:au_plus]


def lire_coordonnees(chemin):
    """{"53130": (48.061, -0.7658)} from a CSV insee, lat, lon."""
    return {
        ligne["insee"]: (_degres(numero, ligne["lat"]), _degres(numero, ligne["lon"]))
        for numero, ligne in lignes_csv(chemin, {"insee", "lat", "lon"})
    }


def lignes_csv(chemin, colonnes):
    """(number, row) pairs; comma or semicolon, gzipped or not, with or without a byte order mark."""
    with _ouvrir(chemin) as texte:
        entete = texte.readline()
        separateur = ";" if ";" in entete else ","
        noms = [nom.strip().lower() for nom in next(csv.reader([entete], delimiter=separateur), [])]
        noms = [ABREGES.get(nom, nom) for nom in noms]
        manquantes = colonnes.difference(noms)
        if manquantes:
            raise FichierIllisible(_("Colonnes absentes : %s.") % ", ".join(sorted(manquantes)))
        lecteur = csv.DictReader(texte, noms, delimiter=separateur, restval="")
        for ligne in lecteur:
            yield lecteur.line_num + 1, {nom: (ligne[nom] or "").strip() for nom in noms}


@contextmanager
def _ouvrir(chemin):
    chemin = Path(chemin)
    ouvrir = gzip.open if chemin.suffix == ".gz" else open
    try:
        with ouvrir(chemin, "rt", encoding="utf-8-sig", newline="") as texte:
            yield texte
    except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as erreur:
        raise FichierIllisible(
            _("« %(fichier)s » est illisible : un CSV en UTF-8 est attendu (%(erreur)s).")
            % {"fichier": chemin, "erreur": erreur}
        ) from erreur


def _degres(numero, texte):
    try:
        degres = float(texte.replace(",", "."))
    except ValueError:
        degres = math.nan
    if not math.isfinite(degres):
        raise FichierIllisible(_("Ligne %s : la latitude ou la longitude est illisible.") % numero)
    return degres


def _fiche(numero, ligne):
    populations = {}
    for colonne, valeur in ligne.items():
        sens = _COLONNE_DE_POPULATION.fullmatch(colonne)
        if not (sens and valeur):
            continue
        nombre = entier(valeur, 9)
        if nombre is None:
            raise FichierIllisible(
                _("Ligne %(ligne)s, colonne %(colonne)s : « %(valeur)s » n’est pas un nombre d’habitants.")
                % {"ligne": numero, "colonne": colonne, "valeur": valeur}
            )
        source, annee, genre = sens.groups()
        populations.setdefault((source, int(annee)), {})[genre] = nombre
    return Fiche(
        siren=ligne["siren"],
        code_insee=ligne["insee"],
        nom=ligne["nom"].replace("'", "’"),
        forme=ligne["forme"],
        code_postal=ligne["code_postal"],
        populations=populations,
    )
