"""Gives back what migrations installed (domaines, root page…) after a test that empties the tables.

A test with real transactions ends with a flush: the next test of the same worker would find no domaine.
"""

import json

import pytest
from django.core.management import call_command
from django.db import connection


class Remise:
    """What the database holds before any test, and the way back to it."""

    contenu = blocage = None

    def garder(self, blocage):
        self.blocage = blocage
        with blocage.unblock():
            objets = json.loads(connection.creation.serialize_db_to_string())
        # What is saved may ask for its content type, and would make another one.
        objets.sort(key=lambda objet: objet["model"] != "contenttypes.contenttype")
        self.contenu = json.dumps(objets)

    def rendre(self):
        from django.contrib.contenttypes.models import ContentType

        options = {"inhibit_post_migrate": True, "reset_sequences": False, "allow_cascade": False}
        with self.blocage.unblock():
            call_command("flush", verbosity=0, interactive=False, **options)
            ContentType.objects.clear_cache()
            connection.creation.deserialize_db_from_string(self.contenu)


remise = Remise()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    remise.garder(django_db_blocker)


def vide_les_tables(item):
    marque = item.get_closest_marker("django_db")
    return bool(marque and marque.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    suite = yield
    if remise.contenu and nextitem and vide_les_tables(item) and not vide_les_tables(nextitem):
        remise.rendre()
    return suite
