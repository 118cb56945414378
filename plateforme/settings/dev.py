"""The embedded default: one process, SQLite, nothing to configure. Never on a public address."""

import os

from .environnement import DONNEES, env

DONNEES.mkdir(parents=True, exist_ok=True)
PORT = env.str("PORT", default="8000")
os.environ.setdefault("SECRET_KEY", "seulement-pour-la-demonstration-locale-jamais-en-production")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("ADRESSE_DU_SITE", f"http://localhost:{PORT}")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DONNEES / 'plateforme.sqlite3'}")
os.environ.setdefault("EMAIL_URL", "dummymail:")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Mutualisons <ne-pas-repondre@mutualisons.example>")
# The mails may be answered from /courriels/, through the code that treats what really comes in.
os.environ.setdefault("ADRESSE_DE_REPONSE", "reponse@mutualisons.example")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from .base import *  # noqa: E402, F403
from .base import STORAGES  # noqa: E402

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER = None
MANDATAIRES_DE_CONFIANCE = ALLAUTH_TRUSTED_PROXY_COUNT = 0
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# /courriels/ shows the mails that the platform wrote, /composants/ every component.
PAGES_DE_DEVELOPPEMENT = True
# While a style sheet or a script is being written: the files as they lie in the apps, read at each request.
STATICFILES_COLLECTES = not env.bool("STATIQUES_A_LA_VOLEE", default=False)
if not STATICFILES_COLLECTES:
    WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
    STORAGES = {
        **STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
