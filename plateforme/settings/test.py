import os

os.environ.setdefault("SECRET_KEY", "seulement-pour-les-tests")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("ADRESSE_DU_SITE", "http://testserver")
os.environ.setdefault("EMAIL_URL", "memorymail:")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Mutualisons <ne-pas-repondre@mutualisons.example>")
os.environ.setdefault("ADRESSE_DE_REPONSE", "")
os.environ.setdefault("STATIQUES_A_LA_VOLEE", "true")  # no collectstatic before a test

from .dev import *  # noqa: F403
from .dev import DATABASES, STORAGES
from .environnement import DONNEES, moteurs_de_recherche

# A search server is for the tests that ask for one: see tests/machine.py.
ELASTICSEARCH_DES_TESTS = os.environ.pop("ELASTICSEARCH_URL", "")
WAGTAILSEARCH_BACKENDS = moteurs_de_recherche()

# A file, not memory: the browser tests and the race tests open the database from several threads.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # No suffix: Django and pytest-django then give the copies of tests/bases.py the same names.
    DATABASES["default"]["TEST"] = {"NAME": DONNEES / "base_des_tests"}
# A connection kept by the thread of a test server would stop PostgreSQL from dropping the test database.
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Fast and enough: no test is about the strength of the hash.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tasks run at once, in the caller's transaction; the tests of the queue itself ask for the database backend.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}
# Each process its own files: a test that travels in time sweeps those of its day.
FICHIERS_ROOT = DONNEES / "fichiers" / os.environ.get("PYTEST_XDIST_WORKER", "seul")
STORAGES["fichiers"]["OPTIONS"]["location"] = FICHIERS_ROOT
