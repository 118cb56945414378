"""A machine that lacks a server says so by name, and the continuous integration fails."""

from types import SimpleNamespace

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


@pytest.mark.parametrize(
    "marque, passe",
    [
        ("une_fois", "sqlite"),
        ("sqlite", "sqlite"),
        ("navigateur", "sqlite"),
        ("nginx", "postgresql"),
        ("postgresql", "postgresql"),
    ],
)
def test_what_one_pass_is_enough_for_is_left_to_it_and_the_rest_is_played_on_both(monkeypatch, marque, passe):
    monkeypatch.setattr(machine, "absent", lambda capacite: "")
    for base in ("sqlite", "postgresql"):
        monkeypatch.setattr(machine, "connection", SimpleNamespace(vendor=base))
        machine.pytest_runtest_setup(Essai())
        machine.pytest_runtest_setup(Essai("redis"))
        if base == passe:
            machine.pytest_runtest_setup(Essai(marque))
        else:
            with pytest.raises(Skipped, match="autre passe"):
                machine.pytest_runtest_setup(Essai(marque))


def test_each_pass_names_what_it_leaves_to_the_other():
    def saute(fichier, raison):
        longrepr = ("machine.py", 1, f"Skipped: {raison}")
        return SimpleNamespace(nodeid=f"tests/{fichier}::test_a", longrepr=longrepr)

    sautes = [saute("test_a.py", "autre passe : SQLite")] * 2
    sautes.append(saute("test_b.py", "machine : nginx introuvable"))
    dit = []
    machine.pytest_terminal_summary(
        SimpleNamespace(stats={"skipped": sautes}, section=dit.append, line=dit.append)
    )
    assert dit == [
        "Ce que cette passe laisse à l'autre : 2 tests",
        "tests/test_a.py : 2",
        "Ce que cette machine n'a pas pu jouer",
        "tests/test_b.py::test_a : nginx introuvable",
    ]
