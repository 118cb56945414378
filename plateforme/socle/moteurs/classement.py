"""The database's own index, asked first: what was found there is read through the door, the best first.

The stock backends rank every row of the queryset that they are given: seconds, where this takes milliseconds.
"""

import hashlib
import json

from django.core.management import call_command
from django.db import connection
from django.db.models.expressions import RawSQL
from django.utils import timezone
from modelsearch.utils import get_content_type_pk
from wagtail.search.index import AutocompleteField, get_indexed_models
from wagtail.search.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText

from plateforme.socle.models import EtatDIndex

from . import francais

BASE_DE_DONNEES = "default"  # in WAGTAILSEARCH_BACKENDS
ANALYSE = 1  # how texts are written in the index: one more whenever `francais` or an engine changes it
LOT = 60  # of the best at least, read at once; four times more at each turn


class Compilateur:
    """Of a SearchQuery, for one database: `_mots`, `_suite`, `_joindre` and `_sauf` write it in the language
    of its index; `_trouver` and `_classer` give the statements, with their parameters, that ask for it."""

    # Matches that are ranked, the newest of the index: nobody reads the thousandth of a common word.
    CLASSEES_MAX = 1000

    def _correspond(self):
        """(what the index must hold, what it must not): expressions, or None."""
        parties = self.query.subqueries if isinstance(self.query, And) else [self.query]
        if all(isinstance(partie, Not) for partie in parties):
            return None, self._jointes(self._expressions(partie.subquery for partie in parties), "or")
        return self._expression(self.query), None

    def _expression(self, query):
        match query:
            case PlainText() | Fuzzy():
                return self._jointes(self._mots(francais.mots(query.query_string)), query.operator)
            case Phrase():
                mots = francais.mots(query.query_string)
                return self._suite(mots) if mots else None
            case And():
                exclues = [sous.subquery for sous in query.subqueries if isinstance(sous, Not)]
                voulues = [sous for sous in query.subqueries if not isinstance(sous, Not)]
                voulue = self._jointes(self._expressions(voulues), "and")
                exclue = self._jointes(self._expressions(exclues), "or")
                return self._sauf(voulue, exclue) if voulue and exclue else voulue
            case Or():
                return self._jointes(self._expressions(query.subqueries), "or")
            case Boost():
                return self._expression(query.subquery)
            case MatchAll():
                return None
        raise NotImplementedError(f"{type(query).__name__} inside another query")

    def _expressions(self, queries):
        return [expression for expression in map(self._expression, queries) if expression]

    def _jointes(self, expressions, operateur):
        return self._joindre(expressions, operateur) if expressions else None

    def _mots(self, mots):
        return [self._suite([mot]) for mot in francais.utiles(mots)]

    @property
    def _dans_le_titre(self):
        """The index tells the title apart, and nothing else."""
        return set(self.fields or ()) == {"title"}

    def search(self, config, start, stop, score_field=None, backend=None):
        """All that match, in the order of the queryset: for a count, a facet, a list by date."""
        self.config = config
        voulu, exclu = (None, None) if isinstance(self.query, MatchAll) else self._correspond()
        if isinstance(self.query, MatchAll):
            trouvees = self.queryset
        elif voulu is not None:
            trouvees = self.queryset.filter(pk__in=RawSQL(*self._trouver(voulu)))
        elif exclu is not None:
            trouvees = self.queryset.exclude(pk__in=RawSQL(*self._trouver(exclu)))
        else:
            trouvees = self.queryset.none()
        return (trouvees if trouvees.query.order_by else trouvees.order_by("-pk"))[start:stop]

    def classees(self, config, start, stop, score_field):
        """The best first; None when nothing tells them apart."""
        self.config = config
        if not self.order_by_relevance or isinstance(self.query, MatchAll):
            return None
        voulu, _exclu = self._correspond()
        if voulu is None:
            return None
        rangs = self._rangs(voulu)
        # Twice what is asked for: the door lets most of them pass.
        lues, debut, taille = [], 0, max(LOT, 2 * (stop or 0))
        while debut < len(rangs) and (stop is None or len(lues) < stop):
            lues += self._lire(rangs[debut : debut + taille], score_field)
            debut, taille = debut + taille, 4 * taille
        if len(rangs) == self.CLASSEES_MAX and (stop is None or len(lues) < stop):
            lues += self._autres(config, lues, stop, score_field)
        return lues[start:stop]

    def _autres(self, config, lues, stop, score_field):
        """Those that a narrow door leaves of the matches that were too many to rank: the newest first."""
        deja = {objet.pk for objet in lues}
        trouvees = self.search(config, None, None).order_by("-pk")[:stop]
        autres = [objet for objet in trouvees if objet.pk not in deja]
        for objet in autres if score_field else ():
            setattr(objet, score_field, None)
        return autres

    def _rangs(self, expression):
        """[(id, score)] of what is ranked, the best first."""
        return self._demander(*self._classer(expression))

    def _demander(self, sql, parametres):
        with connection.cursor() as curseur:
            curseur.execute(sql, parametres)
            return curseur.fetchall()

    def _lire(self, rangs, score_field):
        cles = [cle for cle, _score in rangs]
        objets = {str(objet.pk): objet for objet in self.queryset.filter(pk__in=cles).order_by()}
        lues = []
        for cle, score in rangs:
            if cle in objets:
                lues.append(objets[cle])
                if score_field:
                    setattr(objets[cle], score_field, score)
        return lues

    def _type_de_la_cle(self):
        cle = self.queryset.model._meta.pk
        while cle.remote_field:
            cle = cle.target_field
        return cle.rel_db_type(connection)


class Debuts:
    """Of a compiler that completes: its `_mots` are as they are written, the last perhaps not finished."""

    TARGET_SEARCH_FIELD_TYPE = AutocompleteField

    def get_search_fields_for_model(self):
        return self.queryset.model.get_autocomplete_search_fields()


class Ecriture:
    """Of an index: what `indexeur` reads of each object, in these `colonnes`."""

    def add_items(self, model, objs):
        self.ecrire(model, objs, self.indexeur)

    def ecrire(self, model, objs, indexeur):
        """One statement for all, where the stock indexes ask which are new, or write SQL of their own."""
        type_ = get_content_type_pk(model)
        entrees = []
        for lu in (indexeur(objet, self.backend) for objet in objs):
            valeurs = {colonne: getattr(lu, colonne) for colonne in self.colonnes}
            entrees.append(self.entries.model(content_type_id=type_, object_id=lu.id, **valeurs))
        self.entries.bulk_create(
            entrees,
            update_conflicts=True,
            unique_fields=["content_type", "object_id"],
            update_fields=self.colonnes,
        )

    def _refresh_title_norms(self, full=False):
        """Nothing reads them: titles have a weight. The stock one reads the whole index at each save."""


class LectureUnique:
    """Of an indexer: the stock one reads all the fields for the title, again for the text, then for the
    beginnings, and some of them are computed."""

    def prepare_field(self, obj, field):
        if obj is not self.obj:
            return super().prepare_field(obj, field)
        lus = self.__dict__.setdefault("_lus", {})
        if id(field) not in lus:
            lus[id(field)] = list(super().prepare_field(obj, field))
        return lus[id(field)]


class Reconstruction:
    """`update_index`, for a database: row after row, so that searches and saves go on meanwhile."""

    def start(self):
        self.index.delete_stale_entries()
        return self.index

    def finish(self):
        etat = {"analyse": analyse(), "reconstruit_le": timezone.now()}
        EtatDIndex.objects.update_or_create(moteur=BASE_DE_DONNEES, defaults=etat)


def analyse():
    """What tells whether the index was written in this very way, from these very fields."""
    champs = [(modele._meta.label, _decrits(modele.search_fields)) for modele in get_indexed_models()]
    return hashlib.sha256(json.dumps([ANALYSE, champs]).encode()).hexdigest()


def _decrits(champs):
    return [
        (
            type(champ).__name__,
            champ.field_name,
            getattr(champ, "boost", None),
            _decrits(getattr(champ, "fields", ())),
        )
        for champ in champs
    ]


def reconstruire_si_l_analyse_a_change():
    """After an upgrade that writes the index of the database otherwise: a query would not meet it."""
    if not EtatDIndex.objects.filter(moteur=BASE_DE_DONNEES, analyse=analyse()).exists():
        call_command("update_index", backend_name=BASE_DE_DONNEES, verbosity=0)


class Resultats:
    def _do_search(self):
        classees = self.query_compiler.classees(self._config, self.start, self.stop, self._score_field)
        return list(self.get_queryset()) if classees is None else classees

    def get_queryset(self):
        return self.query_compiler.search(self._config, self.start, self.stop)

    @property
    def _config(self):
        return self.query_compiler.get_config(self.backend)
