"""`make test`: the whole suite on SQLite, then on PostgreSQL, with every server that this machine has.

Arguments go to pytest: python -m tests.lancer tests/reseau -k fil
"""

import os
import subprocess
import sys
import tempfile
import time

from deploiement import services

COMPLET = os.environ.get("PLATEFORME_TESTS") == "complet"
PROCESSUS = 2
PYTEST = [sys.executable, "-m", "pytest", "--reuse-db", "-n", str(PROCESSUS)]
PYTEST += ["--dist", "loadfile", "--no-loadscope-reorder"]


def jouer(nom, adresse):
    print(f"\n=== Toute la suite sur {nom} ===", flush=True)
    debut = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="plateforme-tests-") as donnees:
        environnement = {**os.environ, "DONNEES": donnees}
        environnement.pop("DATABASE_URL", None)
        if adresse:
            environnement["DATABASE_URL"] = adresse
        subprocess.run([sys.executable, "-m", "tests.bases", str(PROCESSUS)], env=environnement, check=True)
        code = subprocess.run([*PYTEST, *sys.argv[1:]], env=environnement).returncode
    return f"{nom} : {'tout est passé' if code == 0 else 'ÉCHEC'} ({time.monotonic() - debut:.0f} s)", code


def jouer_sur_postgresql():
    if manquants := services.manquants("initdb", "postgres", "createdb", "pg_isready"):
        return f"PostgreSQL : non joué, {', '.join(manquants)} introuvable", int(COMPLET)
    with services.postgresql() as adresse:
        return jouer("PostgreSQL", adresse)


def principal():
    bilan = [jouer("SQLite", None), jouer_sur_postgresql()]
    print("\n" + "\n".join(ligne for ligne, _ in bilan), flush=True)
    sys.exit(max(code for _, code in bilan))


if __name__ == "__main__":
    principal()
