import sqlite3
import subprocess
import sys

import pytest
from django.db import connection

from deploiement.production_locale import RACINE

OPTIONS = [
    "--bases=sqlite",
    "--tailles=50",
    "--tours=1",
    "--secondes=0.2",
    "--prises=8",
    "--requetes=20",
    "--abonnes=20",
    "--dossier",
]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_bench_prints_every_figure_beside_its_target(tmp_path):
    tmp_path.joinpath("sqlite-50").mkdir()
    with (
        sqlite3.connect(connection.settings_dict["NAME"]) as migree,
        sqlite3.connect(tmp_path / "sqlite-50/plateforme.sqlite3") as sienne,
    ):
        migree.backup(sienne)
    commande = [sys.executable, "-m", "tests.bench", *OPTIONS, tmp_path]
    tableau = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True)
    assert tableau.returncode == 0, tableau.stderr
    cibles = [
        "(≥ 0,20)",
        "(≥ 0,07)",
        "(≥ 0,10)",
        "(≤ 1,80)",
        "(≤ 2,00)",
        "(≥ 0,50)",
        "(≤ 160,0)",
        "(≤ 15)",
        "(≤ 4,00)",
        "(≤ 1,20)",
        "(≤ 12,0)",
    ]
    assert [cible for cible in cibles if cible not in tableau.stdout] == []
    assert "fil de 2 000 messages, membre" in tableau.stdout
    assert "1 (≤ 3)" in tableau.stdout
    # Six where nothing resembles the need; here its two threads say the same, and its target is missed.
    assert "9 (≤ 7)" in tableau.stdout
