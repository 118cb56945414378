"""One search for every page: Elasticsearch where there is one, the database's own index when it fails."""

import logging

from django.conf import settings
from wagtail.search.backends import get_search_backend

from plateforme.socle.moteurs.demande import developper

from .disjoncteur import REPOS, Disjoncteur
from .texte import requete_normale

logger = logging.getLogger(__name__)

ELASTICSEARCH = "elasticsearch"

disjoncteur = Disjoncteur()


def chercher(queryset, recherche, limite):
    """The best matches of a SearchQuery (see `texte.requete`), best first; the queryset comes by its door."""
    recherche = developper(recherche)
    if a_un_serveur() and disjoncteur.ferme:
        try:
            return _chercher(queryset, recherche, limite, backend=ELASTICSEARCH)
        except Exception:
            # Absent, slow, without its index: whatever it is, the database answers.
            logger.warning("Elasticsearch failed: the database answers for %s s", REPOS, exc_info=True)
            disjoncteur.ouvrir()
    return _chercher(queryset, recherche, limite)


def a_un_serveur():
    return ELASTICSEARCH in settings.WAGTAILSEARCH_BACKENDS


def en_mode_reduit():
    """Whether the database has answered in place of the search server: asked just after the search."""
    return a_un_serveur() and not disjoncteur.ferme


def rattraper_le_serveur():
    """Bring the index of the search server back to what the database holds. → how many rows it was told."""
    if not a_un_serveur():
        return 0
    try:
        return get_search_backend(ELASTICSEARCH).rattraper()
    except Exception:
        logger.warning("Elasticsearch is not brought up to date: it will be the next time", exc_info=True)
        return 0


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
