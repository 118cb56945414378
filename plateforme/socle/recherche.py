"""One search for every page: Elasticsearch where there is one, the database's own index when it fails."""

import logging
import time

from django.conf import settings
from wagtail.search.backends import get_search_backend

from .texte import requete_normale

logger = logging.getLogger(__name__)

ELASTICSEARCH = "elasticsearch"
REPOS = 30  # seconds during which a server that failed is not asked again, by this process


class Disjoncteur:
    """Open after a failure, so that a dead server slows one page and not each of them."""

    def __init__(self):
        self.ouvert_jusqu_a = 0.0

    @property
    def ferme(self):
        return time.monotonic() >= self.ouvert_jusqu_a

    def ouvrir(self):
        self.ouvert_jusqu_a = time.monotonic() + REPOS


disjoncteur = Disjoncteur()


def chercher(queryset, recherche, limite):
    """The best matches of a SearchQuery (see `texte.requete`), best first; the queryset comes by its door."""
    if ELASTICSEARCH in settings.WAGTAILSEARCH_BACKENDS and disjoncteur.ferme:
        try:
            return _chercher(queryset, recherche, limite, backend=ELASTICSEARCH)
        except Exception:
            # Absent, slow, without its index: whatever it is, the database answers.
            logger.warning("Elasticsearch failed: the database answers for %s s", REPOS, exc_info=True)
            disjoncteur.ouvrir()
    return _chercher(queryset, recherche, limite)


def completer(queryset, debut, limite):
    """Those of which a title begins so: asked at each key, of the database alone."""
    q = requete_normale(debut).replace('"', " ").strip()
    return list(queryset.autocomplete(q, operator="and")[:limite]) if q else []


def indexer_aussitot(objet):
    """In the database's own index, with the caller's transaction: what was taken out of a text is found no
    more from the commit on. The other indexes follow by a task."""
    instance = objet.get_indexed_instance()
    if instance:
        get_search_backend().add(instance)


def _chercher(queryset, recherche, limite, **options):
    return list(queryset.search(recherche, operator="and", **options)[:limite])
