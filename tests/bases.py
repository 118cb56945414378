"""Migrate a database of tests once, then copy it for each process of pytest-xdist: python -m tests.bases 2

Migrations cost as much as several hundred tests. `pytest --reuse-db` takes the copies, by their names.
"""

import os
import sys

import django
from django.db import connection


def preparer(processus):
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    for numero in range(processus):
        connection.creation.clone_test_db(f"gw{numero}", verbosity=0, autoclobber=True)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "plateforme.settings.test"
    django.setup()
    preparer(int(sys.argv[1]))
