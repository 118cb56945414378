from plateforme.settings.base import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
STATICFILES_COLLECTES = True  # both shapes are prepared by the embedded server's steps
