"""The embedded default: one process, SQLite, nothing to configure. Never on a public address."""

import os

from .environnement import DONNEES

DONNEES.mkdir(exist_ok=True)
PORT = os.environ.setdefault("PORT", "8000")
os.environ.setdefault("SECRET_KEY", "seulement-pour-la-demonstration-locale-jamais-en-production")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
os.environ.setdefault("ADRESSE_DU_SITE", f"http://localhost:{PORT}")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{DONNEES / 'plateforme.sqlite3'}")
os.environ.setdefault("EMAIL_URL", "dummymail:")
os.environ.setdefault("DEFAULT_FROM_EMAIL", "Mutualisons <ne-pas-repondre@mutualisons.example>")

from .base import *  # noqa: E402, F403

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
SECURE_PROXY_SSL_HEADER = None
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
# /courriels/ shows the mails that the platform wrote, /composants/ every component.
PAGES_DE_DEVELOPPEMENT = True
