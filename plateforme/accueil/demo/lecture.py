"""The content of the demo, written in TOML as one types, read with the spaces that French wants."""

import re
import tomllib
from importlib.resources import files

FINE = "\u202f"
_AVANT = re.compile(r" (?=[;:!?»%€](?:\s|$|[.,)’]))")
_MILLIERS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_APRES = re.compile(r"(?<=«) ")


def lire(*noms):
    """The tables of these files, together."""
    tables = {}
    for nom in noms:
        texte = files("plateforme.accueil.demo").joinpath(f"donnees/{nom}.toml").read_text()
        for cle, valeur in composer(tomllib.loads(texte)).items():
            tables[cle] = tables[cle] + valeur if isinstance(valeur, list) and cle in tables else valeur
    return tables


def composer(valeur):
    if isinstance(valeur, str):
        return _MILLIERS.sub(FINE, _APRES.sub(FINE, _AVANT.sub(FINE, valeur))).strip()
    if isinstance(valeur, list):
        return [composer(element) for element in valeur]
    if isinstance(valeur, dict):
        return {cle: composer(element) for cle, element in valeur.items()}
    return valeur
