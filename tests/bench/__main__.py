"""Measures the platform beside two yardsticks of the same run: python -m tests.bench, or make bench."""

import argparse
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from deploiement import services

from . import direct, ecriture, extraction, lecture, tableau
from .formes import FORMES, NOMS, PROGRAMMES


def options(arguments=None):
    lecteur = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    lecteur.add_argument("--bases", nargs="+", choices=FORMES, default=list(FORMES))
    lecteur.add_argument("--tailles", nargs="+", type=int, default=[1000, 20_000], help="contributions")
    lecteur.add_argument("--tours", type=int, default=7, help="rounds, of which the median is kept")
    lecteur.add_argument("--secondes", type=float, default=0.6, help="of each burst of requests")
    lecteur.add_argument("--requetes", type=int, default=400, help="before the memory is read")
    lecteur.add_argument("--prises", type=int, default=500, help="sockets open on one thread")
    lecteur.add_argument("--abonnes", type=int, default=2000, help="members whose récapitulatif is due")
    lecteur.add_argument("--dossier", type=Path, help="where the databases stay for a next run")
    return lecteur.parse_args(arguments)


def principal(arguments=None):
    choix = options(arguments)
    for base in choix.bases:
        if manquants := services.manquants(*PROGRAMMES[base]):
            sys.exit(f"Introuvable : {', '.join(manquants)} (--bases sqlite s'en passe)")
        with tempfile.TemporaryDirectory(prefix="plateforme-banc-") as passager, ExitStack() as pile:
            mesurer(base, choix.dossier or Path(passager), pile, choix)
    tableau.extraction(extraction.mesurer(choix.tours))


def mesurer(base, dossier, pile, choix):
    tableau.titre(NOMS[base])
    sites = demarrer(base, dossier, pile, choix.tailles)
    memoires = [lecture.memoire(site, choix.requetes) for site in sites]
    mesures, ecarts = lecture.mesurer(sites, choix.tours, choix.secondes)
    for site in sites:
        tableau.pages(site.taille, site.compter(), mesures[site.taille])
    port_nu = pile.enter_context(direct.diffusion_nue(dossier))
    for site, mib in zip(sites, memoires, strict=True):
        tableau.reste(
            site.taille,
            message=ecriture.mesurer(site, choix.tours),
            prises=direct.mesurer(site, port_nu, choix.tours, choix.prises),
            visite=lecture.premiere_visite(site),
            memoire=mib,
            recapitulatifs=site.recapituler(choix.abonnes),
        )
    tableau.croissance(sites, ecarts)


def demarrer(base, dossier, pile, tailles):
    """One site a size, prepared together: half of the run would be migrations."""
    dossiers = [dossier / f"{base}-{taille}" for taille in tailles]
    for sien in dossiers:
        sien.mkdir(parents=True, exist_ok=True)
    dossier.chmod(0o755)  # PostgreSQL runs under an account of its own
    with ThreadPoolExecutor() as fils:
        return list(fils.map(lambda d, t: pile.enter_context(FORMES[base](d, t)), dossiers, tailles))


if __name__ == "__main__":
    principal()
