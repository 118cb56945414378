"""`make check`: every verification that needs neither a server nor the network, each one run to its end."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .services import variables

RACINE = Path(__file__).resolve().parents[1]
GABARITS = ["templates", "plateforme", "reseau", "besoins", "ressources_docs"]


def etapes(donnees):
    essai = {"DONNEES": donnees, "DATABASE_URL": "sqlite:///:memory:"}
    gabarits = sorted(str(g) for dossier in GABARITS for g in RACINE.joinpath(dossier).rglob("*.html"))
    manage = [sys.executable, "manage.py"]
    return [
        ("règles", ["ruff", "check", "--quiet", "."], {}),
        ("mise en forme", ["ruff", "format", "--quiet", "--check", "."], {}),
        ("flèches entre les applications", ["lint-imports", "--no-logo"], {}),
        ("mise en forme des gabarits", ["djhtml", "--check", *gabarits], {}),
        ("migrations", [*manage, "makemigrations", "--check", "--dry-run"], essai),
        (
            "réglages de production",
            [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            production(donnees),
        ),
        ("catalogue des pluriels", [sys.executable, "-m", "deploiement.catalogue", "--verifier"], {}),
        ("verrous des dépendances", [sys.executable, "-m", "deploiement.verrous", "--verifier"], {}),
    ]


def production(donnees):
    """The settings of production with the values of .env.example: it must stay enough to start."""
    exemple = variables(RACINE / ".env.example")
    return {**exemple, "DONNEES": donnees, "DJANGO_SETTINGS_MODULE": "plateforme.settings.base"}


def principal():
    echecs = []
    with tempfile.TemporaryDirectory() as donnees:
        for nom, commande, environnement in etapes(donnees):
            debut = time.monotonic()
            resultat = subprocess.run(
                commande,
                cwd=RACINE,
                env={**os.environ, **environnement},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            if resultat.returncode:
                echecs.append(nom)
                print(resultat.stdout)
            print(f"{'ÉCHEC' if resultat.returncode else 'ok':6}{nom} ({time.monotonic() - debut:.1f} s)")
    if echecs:
        sys.exit("make check : " + ", ".join(echecs))


if __name__ == "__main__":
    principal()
