"""Lock the dependencies with hashes and without index addresses; tell offline whether the locks hold."""

import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RACINE = Path(__file__).resolve().parents[1]
# Each list and the extras of pyproject.toml that it holds; None: all of them.
VERROUS = {"demo": ["site"], "production": ["site", "postgres", "redis", "elasticsearch"], "dev": None}
COMMANDE = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
COMMANDE += ["--generate-hashes", "--no-emit-index-url"]
DEMANDE = "plateforme-mutualisation (pyproject.toml)"


def recalculer():
    for nom, extras in VERROUS.items():
        options = [mot for extra in extras for mot in ("--extra", extra)] if extras else ["--all-extras"]
        commande = [*COMMANDE, *options, "pyproject.toml", "-o", f"requirements/{nom}.txt"]
        subprocess.run(commande, cwd=RACINE, check=True, stdout=subprocess.DEVNULL)


def demandes(nom):
    """What pyproject.toml asks of this lock, as requirements."""
    projet = tomllib.loads(RACINE.joinpath("pyproject.toml").read_text())["project"]
    groupes = projet["optional-dependencies"]
    voulus = VERROUS[nom] or groupes
    lignes = [*projet["dependencies"], *(ligne for groupe in voulus for ligne in groupes[groupe])]
    return [Requirement(ligne) for ligne in lignes]


def verrouillees(nom):
    """The versions of a lock, and which of them stand there because pyproject.toml asks for them."""
    versions, directes, paquet = {}, set(), ""
    for ligne in RACINE.joinpath("requirements", f"{nom}.txt").read_text().splitlines():
        if "==" in ligne and not ligne.startswith((" ", "#")):
            exigence = Requirement(ligne.rstrip(" \\"))
            paquet = canonicalize_name(exigence.name)
            versions[paquet] = next(iter(exigence.specifier)).version
        elif DEMANDE in ligne:
            directes.add(paquet)
    return versions, directes


def ecarts(nom):
    versions, directes = verrouillees(nom)
    exigences = demandes(nom)
    for exigence in exigences:
        version = versions.get(canonicalize_name(exigence.name))
        if version is None or not exigence.specifier.contains(version, prereleases=True):
            yield f"requirements/{nom}.txt : {exigence} n'y est pas ({version or 'absent'})"
    for paquet in sorted(directes - {canonicalize_name(exigence.name) for exigence in exigences}):
        yield f"requirements/{nom}.txt : {paquet} n'est plus demandé"


def verifier():
    trouves = [ecart for nom in VERROUS for ecart in ecarts(nom)]
    if trouves:
        sys.exit("\n".join([*trouves, "Recalculez : make verrous"]))


if __name__ == "__main__":
    verifier() if "--verifier" in sys.argv else recalculer()
