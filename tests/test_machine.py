"""A machine that lacks a server says so by name, and the continuous integration fails."""

import pytest
from _pytest.outcomes import Failed, Skipped

from tests import lancer, machine


class Essai:
    """What the plugin asks of a test: its markers."""

    def __init__(self, *marques):
        self.marques = marques

    def get_closest_marker(self, nom):
        return nom in self.marques


@pytest.fixture
def machine_nue(monkeypatch):
    monkeypatch.setattr(machine, "CHROMIUM", None)
    monkeypatch.setattr("deploiement.services.trouver", lambda nom: None)


@pytest.mark.parametrize(
    "marque, raison", [("navigateur", "chromium"), ("redis", "redis-server"), ("nginx", "nginx, initdb")]
)
def test_what_is_absent_is_skipped_by_name_and_fails_where_all_must_run(
    machine_nue, monkeypatch, marque, raison
):
    monkeypatch.setattr(machine, "COMPLET", False)
    with pytest.raises(Skipped, match=f"machine : {raison}"):
        machine.pytest_runtest_setup(Essai(marque))
    monkeypatch.setattr(machine, "COMPLET", True)
    with pytest.raises(Failed, match=raison):
        machine.pytest_runtest_setup(Essai(marque))


def test_a_test_that_needs_nothing_runs_on_a_bare_machine(machine_nue):
    machine.pytest_runtest_setup(Essai())


@pytest.mark.parametrize("complet, code", [(False, 0), (True, 1)])
def test_without_postgresql_the_second_pass_is_named_and_fails_where_all_must_run(
    machine_nue, monkeypatch, complet, code
):
    monkeypatch.setattr(lancer, "COMPLET", complet)
    ligne, resultat = lancer.jouer_sur_postgresql()
    assert "PostgreSQL : non joué, initdb" in ligne
    assert resultat == code
