"""Wagtail's SQLite search, taught French: what is indexed and what is asked go through `francais`."""

from django.utils.functional import cached_property
from modelsearch.backends.database.sqlite import sqlite

from . import francais
from .classement import Compilateur, Debuts, Ecriture, LectureUnique, Reconstruction, Resultats

ENTREES = sqlite.IndexEntry._meta.db_table
INDEX = sqlite.SQLiteFTSIndexEntry._meta.db_table
# In the order of the columns of the table: autocomplete, body, title.
POIDS = "0.0, 1.0, 6.0"


class ObjectIndexer(LectureUnique, sqlite.ObjectIndexer):
    @cached_property
    def title(self):
        return francais.racines(super().title)

    @cached_property
    def body(self):
        return francais.racines(super().body)

    @cached_property
    def autocomplete(self):
        return " ".join(francais.mots(super().autocomplete))


class Index(Ecriture, sqlite.SQLiteIndex):
    indexeur = ObjectIndexer
    colonnes = ("title", "body", "autocomplete")


class SearchQueryCompiler(Compilateur, sqlite.SQLiteSearchQueryCompiler):
    # Folded and alphanumeric: nothing in the words is read as an operator.

    def _suite(self, mots):
        return f'"{" ".join(map(francais.racine, mots))}"'

    def _joindre(self, expressions, operateur):
        return f"({f' {operateur.upper()} '.join(expressions)})"

    def _sauf(self, voulue, exclue):
        return f"({voulue} NOT {exclue})"

    def _trouver(self, expression):
        condition, parametres = self._condition(expression)
        return f"SELECT CAST(e.object_id AS {self._type_de_la_cle()}) FROM {condition}", parametres

    def _classer(self, expression):
        condition, parametres = self._condition(expression)
        return (
            "SELECT object_id, score FROM ("
            f"SELECT e.object_id, e.id, bm25({INDEX}, {POIDS}) AS score FROM {condition}"
            f" ORDER BY {INDEX}.rowid DESC LIMIT {self.CLASSEES_MAX}) ORDER BY score, id DESC",
            parametres,
        )

    def _condition(self, expression):
        """The index first: the planner would begin with the entries, and search it once for each."""
        types = sqlite.get_descendants_content_types_pks(self.queryset.model)
        return (
            f"{INDEX} CROSS JOIN {ENTREES} e ON e.id = {INDEX}.rowid WHERE {INDEX} MATCH %s"
            f" AND e.content_type_id IN ({', '.join(['%s'] * len(types))})",
            [f"{{{' '.join(self._colonnes())}}} : {expression}", *types],
        )

    def _colonnes(self):
        return ["title"] if self._dans_le_titre else ["title", "body"]


class AutocompleteQueryCompiler(Debuts, SearchQueryCompiler):
    def _mots(self, mots):
        return [f'"{mot}"' for mot in mots[:-1]] + [f'"{mot}"*' for mot in mots[-1:]]

    def _colonnes(self):
        return ["autocomplete"]


class SearchResults(Resultats, sqlite.SQLiteSearchResults):
    pass


class Rebuilder(Reconstruction, sqlite.SQLiteSearchRebuilder):
    pass


class SearchBackend(sqlite.SQLiteSearchBackend):
    query_compiler_class = SearchQueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = atomic_rebuilder_class = Rebuilder
