"""French plurals: found where they are written, compiled without gettext, carried by the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import ngettext

from deploiement.catalogue import pluriels

pytestmark = pytest.mark.une_fois

RACINE = Path(__file__).parents[2]
CATALOGUE = "plateforme/socle/locale/fr/LC_MESSAGES/django"
GABARIT = """
  {% load i18n %}
    <p>{% translate "Bonjour" %}</p>
  {% blocktranslate count n=total trimmed %}
    {{ n }} besoin
  {% plural %}
    {{ n }} besoins
  {% endblocktranslate %}
"""
MODULE = """
from django.utils.translation import gettext as _, ngettext
_("Bonjour")
ngettext("%(n)d pôle", "%(n)d pôles", 2)
"""


@pytest.mark.parametrize(
    "nom, contenu, attendu",
    [
        ("liste.html", GABARIT, ("%(n)s besoin", "%(n)s besoins", None)),
        ("vues.py", MODULE, ("%(n)d pôle", "%(n)d pôles", None)),
    ],
)
def test_plurals_are_found_in_templates_and_in_code(tmp_path, nom, contenu, attendu):
    fichier = tmp_path / nom
    fichier.write_text(contenu)
    assert list(pluriels(fichier)) == [attendu]


def test_zero_is_singular_in_every_plural_of_the_site():
    catalogue = read_po(RACINE.joinpath(f"{CATALOGUE}.po").open("rb"))
    paires = [message.id for message in catalogue if message.id and not message.context]
    assert paires
    for singulier, pluriel in paires:
        assert [ngettext(singulier, pluriel, n) for n in (0, 1, 2)] == [singulier, singulier, pluriel]


def test_the_wheel_carries_the_compiled_catalogue_and_the_templates(tmp_path):
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", f"--wheel-dir={tmp_path}"]
    construire = [sys.executable, "-m", "pip", "wheel", *options, "."]
    subprocess.run(construire, cwd=copie(tmp_path / "source"), check=True)
    noms = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    assert f"{CATALOGUE}.mo" in noms
    assert "besoins/templates/besoins/base.html" in noms
    assert not [nom for nom in noms if nom.startswith(("tests/", "deploiement/"))]


def copie(dossier):
    """The tracked files only: setuptools writes beside the sources, and keeps what an earlier build left."""
    dossier.mkdir()
    archive = subprocess.run(["git", "ls-files", "-z"], cwd=RACINE, check=True, capture_output=True).stdout
    for nom in filter(None, archive.decode().split("\0")):
        source = RACINE / nom
        if source.is_file():
            cible = dossier / nom
            cible.parent.mkdir(parents=True, exist_ok=True)
            cible.write_bytes(source.read_bytes())
    return dossier
