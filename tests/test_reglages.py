"""The settings of production: what they refuse, what they send, and the table that explains them."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploiement.verifier import production

RACINE = Path(__file__).parents[1]
OBLIGATOIRES = [
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "ADRESSE_DU_SITE",
    "DATABASE_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
]


def demarrer(tmp_path, *arguments, **environnement):
    """A process of the site with the settings of production and the values of .env.example."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=RACINE,
        env={"PATH": os.environ["PATH"], **production(str(tmp_path)), **environnement},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("nom", OBLIGATOIRES)
def test_production_refuses_to_start_without_a_variable_and_names_it(tmp_path, nom):
    # Empty rather than absent: a developer's own .env must not fill it.
    resultat = demarrer(tmp_path, "-c", "import plateforme.settings.base", **{nom: ""})
    assert resultat.returncode == 1
    assert resultat.stderr.splitlines()[-1].endswith(f"Variables d'environnement manquantes : {nom}")


def test_the_deployment_check_of_django_finds_nothing_to_say(tmp_path):
    resultat = demarrer(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert resultat.returncode == 0, resultat.stderr
    assert "no issues (0 silenced)" in resultat.stdout


def variables_lues():
    """The names that the settings read, whatever the reader: env.str("X"), env.db_url("X")…"""
    for fichier in RACINE.joinpath("plateforme/settings").glob("*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text())):
            match noeud:
                case ast.Call(func=ast.Attribute(value=ast.Name("env")), args=[ast.Constant(nom), *_]):
                    yield nom


def test_the_readme_explains_every_variable_that_the_settings_read():
    expliquees = re.findall(r"^\| `([A-Z_]+)`", RACINE.joinpath("README.md").read_text(), re.MULTILINE)
    assert sorted(expliquees) == sorted(set(variables_lues()))


def test_the_example_of_environment_holds_every_variable_of_production():
    donnees = re.findall(r"^#?([A-Z_]+)=", RACINE.joinpath(".env.example").read_text(), re.MULTILINE)
    assert set(donnees) == set(variables_lues()) - {"PORT", "STATIQUES_A_LA_VOLEE"}


def politique(reponse):
    directives = (directive.split() for directive in reponse.headers["Content-Security-Policy"].split(";"))
    return {nom: valeurs for nom, *valeurs in directives}


def test_a_page_gets_the_strict_policy_with_a_nonce_of_its_own(client, db):
    scripts = [politique(client.get("/compte/connexion/"))["script-src"] for _ in range(2)]
    assert all(re.fullmatch(r"'nonce-.+'", nonce) and soi == "'self'" for soi, nonce in scripts)
    assert scripts[0] != scripts[1]


@pytest.mark.parametrize("adresse", ["/", "/besoins/", "/administration/", "/nulle-part/"])
def test_no_page_allows_what_is_inline_nor_another_site(client, db, adresse):
    regles = politique(client.get(adresse))
    assert "'unsafe-inline'" not in regles["script-src"] + regles["style-src"]
    assert regles["default-src"] == regles["connect-src"] == ["'self'"]
    assert regles["object-src"] == regles["frame-ancestors"] == ["'none'"]


def test_the_wagtail_admin_alone_gets_its_own_policy(client, db):
    regles = politique(client.get("/admin/"))
    assert regles["script-src"] == regles["style-src"] == ["'self'", "'unsafe-inline'"]
    assert regles["frame-ancestors"] == ["'self'"]
