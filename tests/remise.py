"""Gives back what migrations installed (domaines, root page…) after a test that empties the tables.

A test with real transactions ends with a flush. Django then makes the content types, the permissions and our
pages again, one by one: these rows are kept beside instead, and copied back in one statement a table.
"""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase


class Remise:
    """What the database holds before any test, in tables of its own, and the way back to it."""

    def __init__(self, blocage):
        self.blocage, self.tables = blocage, []

    def garder(self):
        with self.blocage.unblock(), connection.cursor() as curseur:
            tables = connection.introspection.django_table_names(only_existing=True)
            # Of SQLite's full text, triggers take care.
            gardees = sorted(table for table in tables if not table.endswith("_fts"))
            for numero, table in enumerate(gardees):
                nom, copie = connection.ops.quote_name(table), f"avant_les_tests_{numero}"
                curseur.execute(f"SELECT 1 FROM {nom} LIMIT 1")
                if curseur.fetchone():
                    curseur.execute(f"DROP TABLE IF EXISTS {copie}")
                    curseur.execute(f"CREATE TABLE {copie} AS SELECT * FROM {nom}")
                    self.tables.append((nom, copie))

    def rendre(self):
        from django.contrib.contenttypes.models import ContentType

        options = {"inhibit_post_migrate": True, "reset_sequences": False, "allow_cascade": False}
        with self.blocage.unblock():
            call_command("flush", verbosity=0, interactive=False, **options)
            ContentType.objects.clear_cache()
            # The foreign keys are checked at the end: any order will do.
            with transaction.atomic(), connection.cursor() as curseur:
                for nom, copie in self.tables:
                    curseur.execute(f"INSERT INTO {nom} SELECT * FROM {copie}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    remise = Remise(django_db_blocker)
    remise.garder()
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setattr(TransactionTestCase, "_fixture_teardown", lambda test: remise.rendre())
        yield
