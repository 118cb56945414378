"""Wagtail's Elasticsearch: taught French, given up after a second, brought back to what the database holds.

Only `update_index` makes an index. A server would make one out of the first row saved, without the analysis
nor the older rows, and find nothing in it without failing: the database would not be asked.
"""

import contextlib
import hashlib
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from datetime import timedelta

from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.helpers import BulkIndexError, bulk, scan
from modelsearch.backends.base import get_model_root
from modelsearch.backends.elasticsearchbase import ElasticsearchAtomicIndexRebuilder
from modelsearch.utils import deep_update
from wagtail.search.backends import elasticsearch8
from wagtail.search.index import FilterField, get_indexed_instance, get_indexed_models

from plateforme.socle.models import AReindexer, EtatDIndex

from ..disjoncteur import Disjoncteur
from . import francais

logger = logging.getLogger(__name__)

NOM = "elasticsearch"  # in WAGTAILSEARCH_BACKENDS
RECONSTRUCTION_SECONDES = 60  # that each request of `update_index` may take: no page waits for it
RECONSTRUCTION_TOUS_LES = timedelta(minutes=30)  # one that fails is not begun again at once
INACHEVE_DEPUIS = timedelta(days=1)  # an index that a rebuild left behind
LOT = 500
REFUSE = 400
PAGE_MAX = 10_000  # Elasticsearch gives no more at once

_PLIES = ["lowercase", "fr_elision", "asciifolding"]
ANALYSE = {
    "char_filter": {
        # S.I.G. → SIG.
        "fr_sigles": {
            "type": "pattern_replace",
            "pattern": r"(?<=(?<!\p{L})\p{L})\.(?=\p{L}(?!\p{L}))",
            "replacement": "",
        }
    },
    "filter": {
        "fr_elision": {"type": "elision", "articles_case": True, "articles": list(francais.ELISIONS)},
        "fr_vides": {"type": "stop", "stopwords": sorted(francais.MOTS_VIDES)},
        "fr_racines": {"type": "stemmer", "language": "light_french"},
        "fr_debuts": {"type": "edge_ngram", "min_gram": 2, "max_gram": 15},
    },
    "analyzer": {
        "default": {
            "type": "custom",
            "char_filter": ["fr_sigles"],
            "tokenizer": "standard",
            "filter": [*_PLIES, "fr_vides", "fr_racines"],
        },
        # Wagtail's own neither folds what is typed nor parts « d’ » from « aménagement ».
        "edgengram_analyzer": {"type": "custom", "tokenizer": "standard", "filter": [*_PLIES, "fr_debuts"]},
        "fr_debuts_cherches": {"type": "custom", "tokenizer": "standard", "filter": _PLIES},
    },
}

ecriture = Disjoncteur()
_clients = {}


def client_du_processus(**options):
    """Wagtail makes a client for each search, which would shake hands with the server each time."""
    cle = repr(sorted(options.items()))
    if cle not in _clients:
        _clients[cle] = Elasticsearch(**options)
    return _clients[cle]


class Mapping(elasticsearch8.Elasticsearch8Mapping):
    edgengram_analyzer_config = {
        "analyzer": "edgengram_analyzer",
        "search_analyzer": "fr_debuts_cherches",
    }


class Index(elasticsearch8.Elasticsearch8Index):
    def etat(self):
        """(whether `update_index` has made it, the names of those that are being made), in one request."""
        siens = self.es.indices.get_alias(index=f"{self.name}_*")
        alias = {nom: self.name in lu["aliases"] for nom, lu in siens.items() if self._est_le_sien(nom)}
        return any(alias.values()), [nom for nom, en_service in alias.items() if not en_service]

    def _est_le_sien(self, nom):
        return re.fullmatch(rf"{re.escape(self.name)}_[a-z0-9]{{7}}", nom)

    def add_item(self, item):
        self._ecrire(item, super().add_item)

    def delete_item(self, item):
        self._ecrire(item, super().delete_item)

    def _ecrire(self, item, geste):
        en_service, en_construction = self.etat()
        if en_construction:
            # It was perhaps read already as it was: it is told again once the new one is in service.
            AReindexer.noter(item)
        if en_service:
            geste(item)

    def oublier(self, cle):
        with contextlib.suppress(NotFoundError):
            self.es.delete(index=self.name, id=cle)


class Rebuilder(ElasticsearchAtomicIndexRebuilder):
    """The former index answers until the new one is whole; the alias passes from one to the other at once."""

    def __init__(self, index):
        super().__init__(index)
        patient = index.backend.es.options(request_timeout=RECONSTRUCTION_SECONDES)
        self.alias.es = self.index.es = patient

    def finish(self):
        self.index.refresh()
        anciens = self.alias.aliased_indices() if self.alias.is_alias() else []
        if not anciens:
            # Perhaps an index of this very name.
            self.alias.delete()
        retraits = [{"remove": {"index": ancien.name, "alias": self.alias.name}} for ancien in anciens]
        ajout = {"add": {"index": self.index.name, "alias": self.alias.name}}
        self.index.es.indices.update_aliases(actions=[*retraits, ajout])
        for ancien in anciens:
            ancien.delete()
        self._oublier_les_inacheves()
        moteur = self.alias.backend
        EtatDIndex.objects.update_or_create(
            moteur=NOM, defaults={"analyse": moteur.analyse, "reconstruit_le": timezone.now()}
        )
        moteur.dire_le_retard()

    def _oublier_les_inacheves(self):
        limite = (timezone.now() - INACHEVE_DEPUIS).timestamp() * 1000
        for nom in self.alias.etat()[1]:
            reglages = self.index.es.indices.get_settings(index=nom)[nom]["settings"]["index"]
            if int(reglages["creation_date"]) < limite:
                self.index.es.indices.delete(index=nom)


class SearchQueryCompiler(elasticsearch8.Elasticsearch8SearchQueryCompiler):
    mapping_class = Mapping


class AutocompleteQueryCompiler(elasticsearch8.Elasticsearch8AutocompleteQueryCompiler):
    mapping_class = Mapping


class SearchResults(elasticsearch8.Elasticsearch8SearchResults):
    def _do_search(self):
        """One request, where the stock one opens a scroll beyond a hundred rows."""
        if self.stop is None or self.stop > PAGE_MAX:
            return super()._do_search()
        index = self.backend.get_index_for_model(self.query_compiler.queryset.model)
        page = {"from_": self.start, "size": self.stop - self.start}
        trouves = self._backend_do_search(
            self._get_es_body(), index=index.name, _source=False, stored_fields="pk", **page
        )
        return self._get_results_from_hits(trouves["hits"]["hits"])

    def _backend_do_search(self, body, **kwargs):
        return self.backend.en_temps(super()._backend_do_search, body, **kwargs)


class SearchBackend(elasticsearch8.Elasticsearch8SearchBackend):
    client_class = staticmethod(client_du_processus)
    mapping_class = Mapping
    index_class = Index
    query_compiler_class = SearchQueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    results_class = SearchResults
    atomic_rebuilder_class = Rebuilder
    settings = deep_update(
        deepcopy(elasticsearch8.Elasticsearch8SearchBackend.settings), {"settings": {"analysis": ANALYSE}}
    )
    # The client's own delay is for each step (the name, the connection, each read); a page waits once.
    _fils = ThreadPoolExecutor(max_workers=8, thread_name_prefix="elasticsearch")

    def en_temps(self, appel, *args, **kwargs):
        return self._fils.submit(appel, *args, **kwargs).result(timeout=self.timeout)

    def bulk(self, client, actions, **kwargs):
        return bulk(client, actions, max_retries=3, **kwargs)

    @property
    def analyse(self):
        """What tells whether an index was made with this very analysis, of these very fields."""
        champs = [self.mapping_class(modele).get_mapping() for modele in get_indexed_models()]
        return hashlib.sha256(json.dumps([self.settings, champs], sort_keys=True).encode()).hexdigest()

    # Writing: in a task, and told again later if it fails

    def add(self, obj):
        self._ecrire(obj, super().add)

    def delete(self, obj):
        self._ecrire(obj, super().delete)

    def _ecrire(self, obj, geste):
        if not ecriture.ferme:
            AReindexer.noter(obj)
            return
        try:
            geste(obj)
        except BadRequestError:
            # It would be refused as well the next time.
            logger.exception("Elasticsearch refuses %s %s", obj._meta.label, obj.pk)
        except Exception as raison:
            logger.warning("Elasticsearch could not be told of %s %s: %s", obj._meta.label, obj.pk, raison)
            ecriture.ouvrir()
            AReindexer.noter(obj)

    # Catching up

    def rattraper(self):
        """Tell the server what it missed, all of it if it lost its data. → how many rows."""
        if self._a_reconstruire():
            self._reconstruire()
        dites = self.dire_le_retard()
        for racine, modeles in self._modeles_par_racine().items():
            if dites or self._nombre(racine) != sum(m.get_indexed_objects().count() for m in modeles):
                dites += self._comparer(racine, modeles)
        return dites

    def _modeles_par_racine(self):
        par_racine = {}
        for modele in get_indexed_models():
            par_racine.setdefault(get_model_root(modele), []).append(modele)
        return par_racine

    def _a_reconstruire(self):
        if not all(index.etat()[0] for index in self.all_indexes()):
            return True
        return not EtatDIndex.objects.filter(moteur=NOM, analyse=self.analyse).exists()

    def _reconstruire(self):
        etat, _neuf = EtatDIndex.objects.get_or_create(moteur=NOM)
        if etat.essaye_le and etat.essaye_le > timezone.now() - RECONSTRUCTION_TOUS_LES:
            return
        EtatDIndex.objects.filter(moteur=NOM).update(essaye_le=timezone.now())
        call_command("update_index", backend_name=NOM, verbosity=0)
        EtatDIndex.objects.filter(moteur=NOM).update(essaye_le=None)

    def dire_le_retard(self):
        dites = 0
        while lignes := list(AReindexer.objects.order_by("pk")[:LOT]):
            for ligne in lignes:
                self._redire(ligne)
                AReindexer.objects.filter(pk=ligne.pk, fois=ligne.fois).delete()
            dites += len(lignes)
        return dites

    def _redire(self, ligne):
        try:
            modele = apps.get_model(ligne.modele)
        except LookupError:
            return
        index = self.get_index_for_model(modele)
        objet = modele._base_manager.filter(pk=ligne.cle).first()
        objet = get_indexed_instance(objet) if objet else None
        if objet is None:
            index.oublier(ligne.cle)
            return
        try:
            index.add_items(type(objet), [objet])
        except BulkIndexError as refus:
            if any(erreur["index"]["status"] != REFUSE for erreur in refus.errors):
                raise
            # It would be refused as well the next time, and those that follow wait.
            logger.exception("Elasticsearch refuses %s %s", ligne.modele, ligne.cle)

    def _nombre(self, racine):
        index = self.get_index_for_model(racine)
        index.refresh()
        return self.es.count(index=index.name)["count"]

    def _comparer(self, racine, modeles):
        """Tell it again the rows of which it knows another state, or that it does not know. → how many."""
        index, mapping = self.get_index_for_model(racine), self.mapping_class(racine)
        colonnes = {
            mapping.get_field_column_name(champ): champ.get_attname(racine)
            for champ in racine.get_search_fields()
            if isinstance(champ, FilterField) and champ.get_attname(racine) in _colonnes(racine)
        }
        connues = {
            lu["_id"]: [lu["_source"].get(colonne) for colonne in colonnes]
            for lu in scan(self.es, index=index.name, size=1000, query={"_source": list(colonnes)})
        }
        corrigees = 0
        for modele in modeles:
            rangees = modele.get_indexed_objects().prefetch_related(None)
            lues = rangees.values_list("pk", *colonnes.values())
            ecarts = [
                cle
                for cle, *valeurs in lues.iterator()
                if connues.pop(str(cle), None) != [_en_json(valeur) for valeur in valeurs]
            ]
            for debut in range(0, len(ecarts), LOT):
                lot = list(modele.get_indexed_objects().filter(pk__in=ecarts[debut : debut + LOT]))
                index.add_items(modele, lot)
            corrigees += len(ecarts)
        for cle in connues:
            index.oublier(cle)
        return corrigees + len(connues)


def _colonnes(modele):
    return {champ.attname for champ in modele._meta.concrete_fields}


def _en_json(valeur):
    """As the client writes it."""
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur
