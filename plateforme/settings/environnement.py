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


# « L’éclairage », « éclairages » and « eclairage » are one word; so are « voirie » and « voiries ».
ANALYSE_FRANCAISE = {
    "analysis": {
        "filter": {
            "fr_elision": {
                "type": "elision",
                "articles_case": True,
                "articles": [
                    "l",
                    "m",
                    "t",
                    "qu",
                    "n",
                    "s",
                    "j",
                    "d",
                    "c",
                    "jusqu",
                    "quoiqu",
                    "lorsqu",
                    "puisqu",
                ],
            },
            "fr_stop": {"type": "stop", "stopwords": "_french_"},
            "fr_stem": {"type": "stemmer", "language": "light_french"},
            "fr_debuts": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
        },
        "analyzer": {
            "default": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "fr_elision", "fr_stop", "asciifolding", "fr_stem"],
            },
            "edgengram_analyzer": {
                "type": "custom",
                "tokenizer": "standard",
                "filter": ["lowercase", "fr_elision", "asciifolding", "fr_debuts"],
            },
        },
    }
}


def moteurs_de_recherche():
    """The database's own index, always up to date; beside it Elasticsearch, where there is one."""
    # The configuration of PostgreSQL is made by migrations of accueil; SQLite reads no option.
    moteurs = {
        "default": {
            "BACKEND": "plateforme.socle.moteurs.base_de_donnees",
            "SEARCH_CONFIG": "francais",
            # One transaction over the whole index would stop whoever saves on SQLite.
            "ATOMIC_REBUILD": False,
        }
    }
    adresse = env.str("ELASTICSEARCH_URL", default="")
    if adresse:
        moteurs["elasticsearch"] = {
            "BACKEND": "plateforme.socle.elasticsearch",
            "URLS": [adresse],
            # A page does not wait longer; `update_index` may be given more.
            "TIMEOUT": env.float("ELASTICSEARCH_TIMEOUT", default=1),
            "OPTIONS": {"max_retries": 0},
            "INDEX_PREFIX": env.str("ELASTICSEARCH_PREFIXE", default="mutualisons_"),
            "INDEX_SETTINGS": {"settings": ANALYSE_FRANCAISE},
        }
    return moteurs
