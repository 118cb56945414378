"""Production. dev.py and test.py only relax it; the README has the table of the variables."""

from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from .environnement import (
    DONNEES,
    RACINE,
    base_de_donnees,
    couche_de_canaux,
    env,
    exiger,
    moteurs_de_recherche,
)

exiger("SECRET_KEY", "ALLOWED_HOSTS", "ADRESSE_DU_SITE", "DATABASE_URL", "EMAIL_URL", "DEFAULT_FROM_EMAIL")

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
ADRESSE_DU_SITE = env.str("ADRESSE_DU_SITE")  # https://mutualisons.example.fr
CSRF_TRUSTED_ORIGINS = [ADRESSE_DU_SITE]

INSTALLED_APPS = [
    "plateforme.accueil",
    "besoins",
    "ressources_docs",
    "reseau",
    "plateforme.socle",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "lucide",
    "template_partials.apps.SimpleAppConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "plateforme.accueil.politique.PolitiqueMiddleware",
    "plateforme.socle.middleware.SansNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "reseau.middleware.MembreMiddleware",
    "plateforme.accueil.middleware.AFaireMiddleware",
    "plateforme.accueil.administration.AdministrationMiddleware",
    "reseau.views.acces.PorteMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "plateforme.urls"
WSGI_APPLICATION = "plateforme.wsgi.application"
ASGI_APPLICATION = "plateforme.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [RACINE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "plateforme.socle.contexte.nonce",
                "plateforme.accueil.contexte.identite",
                "plateforme.accueil.contexte.a_faire",
                "reseau.contexte.entete",
            ],
        },
    }
]

CSRF_FAILURE_VIEW = "plateforme.socle.views.erreurs.csrf_refuse"
FORM_RENDERER = "plateforme.socle.formulaires.Rendu"

DATABASES = {"default": base_de_donnees()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by the processes and alive when Redis is not: what sign-in counts on.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Of this process, never rights: figures that may be a minute old.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
    # Where {% cache %} keeps lines and threads, each under a key that says all it was drawn from.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}
CHANNEL_LAYERS = {"default": couche_de_canaux()}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "accueil.Utilisateur"
AUTHENTICATION_BACKENDS = ["plateforme.accueil.connexion.ConnexionBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 90 * 24 * 3600  # a trusted device
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The address of who asks is the last one that our own proxies wrote; what comes before, anybody can write.
MANDATAIRES_DE_CONFIANCE = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("MANDATAIRES_DE_CONFIANCE", default=1)
SECURE_REFERRER_POLICY = "same-origin"

_POLITIQUE = {
    "default-src": [SELF],
    "script-src": [SELF, NONCE],
    "style-src": [SELF, NONCE],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _POLITIQUE}
# The Wagtail admin has inline scripts and styles (34 violations measured under the strict policy) and shows
# the preview of a page, which it renders under its own address, in a frame.
POLITIQUE_DE_L_ADMIN = {
    **_POLITIQUE,
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "frame-ancestors": [SELF],
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(DONNEES / "static"))
MEDIA_URL = "/media/"  # images that editors place in pages; members' files never go there
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(DONNEES / "media"))
FICHIERS_ROOT = env.path("FICHIERS_ROOT", default=str(DONNEES / "fichiers"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "fichiers": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FICHIERS_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "plateforme.socle.statiques.StatiquesEnUnFichier"},
}
# Behind nginx: the internal location that serves FICHIERS_ROOT. Empty: Django streams the file itself.
FICHIERS_X_ACCEL = env.str("FICHIERS_X_ACCEL", default="")
# In bytes: of what a member's files take together, documents and joined files alike; of a network's.
FICHIERS_QUOTA_DU_MEMBRE = env.int("FICHIERS_QUOTA_DU_MEMBRE", default=1024**3)
FICHIERS_QUOTA_DU_RESEAU = env.int("FICHIERS_QUOTA_DU_RESEAU", default=10 * 1024**3)
# ClamAV, to which every file is shown; whether a file that it could not read is refused.
ANTIVIRUS_URL = env.str("ANTIVIRUS_URL", default="")
ANTIVIRUS_EXIGE = env.bool("ANTIVIRUS_EXIGE", default=False)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Every mail is first a row of the queue, written in the caller's transaction; a task hands it to the server.
EMAIL_BACKEND = "plateforme.socle.courriel.FileDAttente"
EMAIL_TIMEOUT = 10
vars().update(
    {
        f"{'SERVEUR_' if cle == 'EMAIL_BACKEND' else ''}{cle}": valeur
        for cle, valeur in env.email_url("EMAIL_URL").items()
        if cle != "OPTIONS"
    }
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL")
# Where members answer by mail; empty, no mail says that they may. Each mail gets its own: reponse+…@….
ADRESSE_DE_REPONSE = env.str("ADRESSE_DE_REPONSE", default="")
REPONSES_JOURS = env.int("REPONSES_JOURS", default=90)
IMAP_URL = env.str("IMAP_URL", default="")

ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_ADAPTER = "plateforme.accueil.connexion.CompteAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_TIMEOUT = 3600  # longer than a code and its three successors
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Where allauth counts in a cache, plateforme.accueil.limites counts in the database.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "request_login_code": None,
    "confirm_email": None,
    "reauthenticate": None,
}
ACCOUNT_FORMS = {
    "login": "plateforme.accueil.forms.connexion.ConnexionForm",
    "confirm_login_code": "plateforme.accueil.forms.connexion.CodeForm",
    "confirm_email_verification_code": "plateforme.accueil.forms.connexion.CodeDAdresseForm",
    "add_email": "plateforme.accueil.forms.securite.AdresseForm",
    "reauthenticate": "plateforme.accueil.forms.securite.ConfirmationForm",
}
MFA_ADAPTER = "plateforme.accueil.connexion.SecuriteAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a phone's clock, or a slow hand; no code serves twice
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "authenticate": "plateforme.accueil.forms.securite.ValidationForm",
    "reauthenticate": "plateforme.accueil.forms.securite.RevalidationForm",
    "activate_totp": "plateforme.accueil.forms.securite.ApplicationForm",
    "login_webauthn": "plateforme.accueil.forms.securite.CleDeConnexionForm",
    "reauthenticate_webauthn": "plateforme.accueil.forms.securite.CleDeConfirmationForm",
    "add_webauthn": "plateforme.accueil.forms.securite.CleForm",
    "edit_webauthn": "plateforme.accueil.forms.securite.NomDeCleForm",
}
USERSESSIONS_TRACK_ACTIVITY = False

WAGTAIL_SITE_NAME = "Mutualisons"
WAGTAILADMIN_BASE_URL = ADRESSE_DU_SITE
WAGTAILADMIN_LOGIN_URL = "connexion_administration"
WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_USER_TIME_ZONES = ["Europe/Paris"]
WAGTAILEMBEDS_FINDERS = []
WAGTAILSEARCH_BACKENDS = moteurs_de_recherche()
TAGGIT_CASE_INSENSITIVE = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
