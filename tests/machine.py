"""What this machine can run: a test that it cannot is skipped by name, or fails when everything must run.

A test says what it needs with a marker: navigateur, postgresql, sqlite, redis, nginx, elasticsearch,
clamav. With PLATEFORME_TESTS=complet, as on the continuous integration, an absent server or browser is a
failure. What would say the same of both databases is played on one; a pass names what it leaves to the other.
"""

import os
from collections import Counter
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection
from django.utils.translation.reloader import translation_file_changed

from deploiement import catalogue, services
from deploiement import elasticsearch as moteur

COMPLET = os.environ.get("PLATEFORME_TESTS") == "complet"
# Played on SQLite only.
SUR_SQLITE = ["sqlite", "navigateur", "une_fois"]
# The folders whose files take minutes.
LONGS = ["bout_en_bout", "tests", "deploiement"]
CHROMIUM = next(filter(None, map(services.trouver, ["chromium", "chromium-browser", "google-chrome"])), None)
PREFIXE = "machine : "
AUTRE_PASSE = "autre passe : "


def absent(capacite):
    """Why this machine lacks a capacity, or an empty string."""
    if capacite == "navigateur":
        return "" if CHROMIUM else "chromium introuvable"
    if capacite == "elasticsearch":
        return "" if settings.ELASTICSEARCH_DES_TESTS else moteur.absent()
    programmes = {
        "redis": ["redis-server"],
        "clamav": ["clamd"],
        "nginx": ["nginx", "initdb", "redis-server"],
    }
    if manquants := services.manquants(*programmes.get(capacite, [])):
        return f"{', '.join(manquants)} introuvable"
    return ""


def pytest_configure(config):
    """Compile the French plurals: without them « 0 besoins »."""
    source = catalogue.CATALOGUE
    compile_ = source.with_suffix(".mo")
    if not hasattr(config, "workerinput") and (
        not compile_.exists() or compile_.stat().st_mtime < source.stat().st_mtime
    ):
        catalogue.compiler()
        translation_file_changed(None, compile_)  # an app may have read the former one while loading


def pytest_collection_modifyitems(items):
    """The longest first: at the end, the other processes would wait for it."""
    items.sort(key=lambda item: (*LONGS, item.path.parent.name).index(item.path.parent.name))


def pytest_runtest_setup(item):
    for capacite in ["navigateur", "redis", "nginx", "elasticsearch", "clamav"]:
        if item.get_closest_marker(capacite) and (raison := absent(capacite)):
            (pytest.fail if COMPLET else pytest.skip)(PREFIXE + raison)
    # Not a lack of this machine: `make test` makes a pass on each database.
    if connection.vendor != "postgresql" and any(map(item.get_closest_marker, ["postgresql", "nginx"])):
        pytest.skip(f"{AUTRE_PASSE}PostgreSQL, comme en production")
    if connection.vendor != "sqlite" and any(map(item.get_closest_marker, SUR_SQLITE)):
        pytest.skip(f"{AUTRE_PASSE}SQLite")


def pytest_terminal_summary(terminalreporter):
    rapports = terminalreporter.stats.get("skipped", [])
    ailleurs = Counter(r.nodeid.split("::")[0] for r in rapports if AUTRE_PASSE in str(r.longrepr))
    if ailleurs:
        terminalreporter.section(f"Ce que cette passe laisse à l'autre : {ailleurs.total()} tests")
        for fichier, nombre in sorted(ailleurs.items()):
            terminalreporter.line(f"{fichier} : {nombre}")
    sautes = [rapport for rapport in rapports if PREFIXE in str(rapport.longrepr)]
    if sautes:
        terminalreporter.section("Ce que cette machine n'a pas pu jouer")
        for rapport in sautes:
            terminalreporter.line(f"{rapport.nodeid} : {rapport.longrepr[2].split(PREFIXE)[1]}")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium: Playwright downloads none. Root, as in a container, has no sandbox."""
    arguments = ["--disable-dev-shm-usage", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session")
def redis_url():
    """A Redis of this session only."""
    with services.redis() as adresse:
        yield adresse


@pytest.fixture(scope="session")
def serveur_elasticsearch():
    """A real one, that of ELASTICSEARCH_URL or one of this session: its `adresse`, and its `pid` if ours."""
    if settings.ELASTICSEARCH_DES_TESTS:
        yield SimpleNamespace(adresse=settings.ELASTICSEARCH_DES_TESTS, pid=None)
        return
    with moteur.lancer(services.port_libre()) as enfant:
        yield enfant
