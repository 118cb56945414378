"""The only reader of the environment: every variable of the README's table is read through `env`."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

RACINE = Path(__file__).resolve().parents[2]

env = environ.Env()
environ.Env.read_env(RACINE / ".env")

DONNEES = Path(env.str("DONNEES", default=str(RACINE / "donnees")))

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: a read-then-write transaction waits instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-2000;"
        "PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
    ),
}


def exiger(*noms):
    """Refuse to start without them, naming at once all those that are missing."""
    manquants = [nom for nom in noms if not env.str(nom, default="")]
    if manquants:
        raise ImproperlyConfigured(f"Variables d'environnement manquantes : {', '.join(manquants)}")


def base_de_donnees(**options):
    """DATABASE_URL as a Django database, with what its engine needs to bear several writers."""
    base = env.db_url("DATABASE_URL", **options)
    if base["ENGINE"].endswith("sqlite3"):
        base["OPTIONS"] = {**base.get("OPTIONS", {}), **SQLITE_OPTIONS}
    # Pages are served by a fixed number of threads, each with its connection.
    base["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=600)
    base["CONN_HEALTH_CHECKS"] = True
    return base


def couche_de_canaux():
    """In memory for one process, Redis pub/sub beyond."""
    redis = env.str("REDIS_URL", default="")
    if not redis:
        # The default capacity keeps 105 frames of a burst of 1,000.
        return {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
    return {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [redis]}}


def acces_a_elasticsearch():
    """The key that it knows us by, and the authority that vouches for it."""
    cle, autorite = env.str("ELASTICSEARCH_CLE", default=""), env.str("ELASTICSEARCH_CA", default="")
    return {**({"api_key": cle} if cle else {}), **({"ca_certs": autorite} if autorite else {})}


def moteurs_de_recherche():
    """The database's own index, always up to date; beside it Elasticsearch, where there is one."""
    # The configuration of PostgreSQL is made by migrations of accueil; SQLite reads no option.
    moteurs = {
        "default": {
            "BACKEND": "plateforme.socle.moteurs.base_de_donnees",
            "SEARCH_CONFIG": "francais",
        }
    }
    adresse = env.str("ELASTICSEARCH_URL", default="")
    if adresse:
        moteurs["elasticsearch"] = {
            "BACKEND": "plateforme.socle.moteurs.elasticsearch",
            "URLS": [adresse],
            "TIMEOUT": env.float("ELASTICSEARCH_TIMEOUT", default=1),
            "OPTIONS": {"max_retries": 0, **acces_a_elasticsearch()},
            "INDEX_PREFIX": env.str("ELASTICSEARCH_PREFIXE", default="mutualisons_"),
        }
    return moteurs
