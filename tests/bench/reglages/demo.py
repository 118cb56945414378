from plateforme.settings.dev import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
