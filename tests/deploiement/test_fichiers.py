"""What no server of ours can run here is at least held to what the repository has."""

import sys
from pathlib import Path

import pytest
import uvicorn
import yaml

from deploiement import installer, production_locale, verrous
from deploiement.services import variables
from plateforme.accueil.serveur import OPTIONS

pytestmark = pytest.mark.une_fois

DEPLOIEMENT = Path(__file__).parents[2] / "deploiement"


@pytest.fixture
def services():
    return yaml.safe_load(DEPLOIEMENT.joinpath("compose.yaml").read_text())["services"]


def test_compose_names_only_services_and_files_that_exist(services):
    for service in services.values():
        assert set(service.get("depends_on", [])) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("./") and source != "./certificats":
                assert DEPLOIEMENT.joinpath(source).exists()


def test_every_shape_starts_the_sockets_with_the_same_options(services, tmp_path, monkeypatch):
    reglages = DEPLOIEMENT / "prises.env"
    assert "prises.env" in services["prises"]["env_file"]
    unite = DEPLOIEMENT.joinpath("systemd/plateforme-prises.service").read_text()
    assert "EnvironmentFile=/srv/plateforme/deploiement/prises.env\n" in unite
    site = production_locale.Production(tmp_path, tmp_path, 8000)
    site.regler("sqlite://", "", {})
    assert variables(reglages).items() <= site.environnement.items()

    for nom, valeur in variables(reglages).items():
        monkeypatch.setenv(nom, valeur)
    lues = uvicorn.main.make_context("uvicorn", ["plateforme.asgi:application"]).params
    assert OPTIONS.items() <= lues.items(), "and so does the embedded server"
    assert lues["access_log"] is False


def test_the_locks_hold_what_the_project_asks_for():
    for nom in verrous.VERROUS:
        assert not list(verrous.ecarts(nom))


def test_a_dependency_that_was_added_but_not_locked_is_named(monkeypatch):
    demandes = verrous.demandes("demo")
    monkeypatch.setattr(verrous, "demandes", lambda nom: [*demandes[1:], verrous.Requirement("inconnu>=1")])
    ecarts = list(verrous.ecarts("demo"))
    assert any("inconnu" in ecart for ecart in ecarts)
    assert any(f"{demandes[0].name} n'est plus demandé" in ecart for ecart in ecarts)


def test_an_old_python_is_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit, match="Il faut Python 3.11"):
        installer.verifier_python()


def test_a_python_without_venv_is_refused_with_the_package_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "venv", None)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        installer.verifier_python()
