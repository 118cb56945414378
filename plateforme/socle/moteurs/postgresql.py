"""Wagtail's PostgreSQL search. Texts and queries come folded, so that it needs no extension; it stems by
itself, with the configuration that the settings name (ours is made by migrations of accueil)."""

from django.db import OperationalError, transaction
from modelsearch.backends.database.postgres import postgres

from . import francais
from .classement import Compilateur, Debuts, Ecriture, LectureUnique, Reconstruction, Resultats

ENTREES = postgres.IndexEntry._meta.db_table
TROP_LONG = "54000"  # SQLSTATE of what PostgreSQL refuses to hold
PAR_LONGUEUR = 1  # of `ts_rank`: a long text is worth less, by the logarithm of its length


class ObjectIndexer(LectureUnique, postgres.ObjectIndexer):
    # Of a vector: PostgreSQL refuses 1 MB, with the title when it is asked.
    OCTETS_MAX = 1_000_000

    def as_vector(self, texts, for_autocomplete=False):
        """The long texts last: they are cut, and a title never is."""
        courts_d_abord = sorted(texts, key=lambda lu: len(lu[0]))
        mots = [(self._mots(texte, for_autocomplete), poids) for texte, poids in courts_d_abord]
        plies = zip(borner([siens for siens, _poids in mots], self.OCTETS_MAX), mots, strict=True)
        vecteur = [(" ".join(gardes), poids) for gardes, (_siens, poids) in plies]
        return super().as_vector(vecteur, for_autocomplete)

    def _mots(self, texte, pour_les_debuts):
        mots = francais.mots(texte)
        return mots if pour_les_debuts else list(map(francais.accorde, mots))


class ObjectIndexerSansLongs(ObjectIndexer):
    OCTETS_MAX = 100_000


def borner(textes, octets_max):
    """The words of these texts, as far as their vector weighs no more: of each different one its letters, an
    even number, and how many places; of each place, two."""
    vus, reste = set(), octets_max
    for mots in textes:
        gardes = []
        for mot in mots:
            reste -= 2 if mot in vus else len(mot.encode()) + 5
            if reste < 0:
                break
            vus.add(mot)
            gardes.append(mot)
        yield gardes


class Index(Ecriture, postgres.PostgresIndex):
    indexeur = ObjectIndexer
    colonnes = ("title", "body", "autocomplete", "title_text", "body_text")

    def add_items(self, model, objs):
        """What it refuses to hold is found by its short texts: who withdraws a message is not to fail."""
        try:
            with transaction.atomic():
                super().add_items(model, objs)
        except OperationalError as refus:
            if getattr(refus.__cause__, "sqlstate", "") != TROP_LONG:
                raise
            for objet in objs:
                self.ecrire(model, [objet], ObjectIndexerSansLongs)


class SearchQueryCompiler(Compilateur, postgres.PostgresSearchQueryCompiler):
    """An expression is a tsquery in SQL, and its parameters."""

    LUES_MAX = 5000

    def _suite(self, mots):
        suite = " ".join(map(francais.accorde, mots))
        return "phraseto_tsquery(%s::regconfig, %s)", [self.config or "simple", suite]

    def _joindre(self, expressions, operateur):
        signe = " && " if operateur == "and" else " || "
        return f"({signe.join(sql for sql, _ in expressions)})", [
            p for _, siens in expressions for p in siens
        ]

    def _sauf(self, voulue, exclue):
        return f"({voulue[0]} && !! {exclue[0]})", [*voulue[1], *exclue[1]]

    def _trouver(self, expression):
        source, parametres = self._source(expression)
        return f"SELECT object_id::{self._type_de_la_cle()} FROM {source}", parametres

    def _rangs(self, expression):
        # Asked for the newest of a word that three texts in a hundred hold, PostgreSQL goes through the whole
        # table from its end; asked for all of a word that each text holds, it reads them all.
        rangs = self._demander(*self._classer(expression, de_tous=True))
        if rangs and rangs[0][2] == self.LUES_MAX:
            rangs = self._demander(*self._classer(expression))
        return [(cle, score) for cle, score, _nombre in rangs]

    def _classer(self, expression, de_tous=False):
        """The newest matches, out of the first ones that it finds (all, unless they are too many) or out of
        those of the end of the table."""
        source, parametres = self._source(expression)
        fin = f"LIMIT {self.LUES_MAX}" if de_tous else f"ORDER BY e.id DESC LIMIT {self.CLASSEES_MAX}"
        return (
            f"WITH trouvees AS MATERIALIZED (SELECT e.id, demande FROM {source} {fin})"
            f" SELECT object_id, ts_rank(%s::float4[], {self._vecteur()}, demande, %s) AS score,"
            f" (SELECT count(*) FROM trouvees) FROM (SELECT * FROM trouvees ORDER BY id DESC"
            f" LIMIT {self.CLASSEES_MAX}) AS recentes JOIN {ENTREES} e ON e.id = recentes.id"
            " ORDER BY score DESC, e.id DESC",
            [*parametres, self.sql_weights, PAR_LONGUEUR],
        )

    def _source(self, expression):
        demande, parametres = expression
        return (
            f"{ENTREES} e, (SELECT {demande} AS demande) AS d"
            f" WHERE {self._vecteur()} @@ demande AND e.content_type_id = ANY(%s)",
            [*parametres, list(postgres.get_descendants_content_types_pks(self.queryset.model))],
        )

    def _vecteur(self):
        return "e.title" if self._dans_le_titre else "(e.title || e.body)"


class AutocompleteQueryCompiler(Debuts, SearchQueryCompiler):
    def get_config(self, backend):
        return backend.autocomplete_config

    def _mots(self, mots):
        fins = [""] * (len(mots) - 1) + [":*"]
        return [
            ("to_tsquery(%s::regconfig, %s)", [self.config, f"'{mot}'{fin}"])
            for mot, fin in zip(mots, fins, strict=True)
        ]

    def _vecteur(self):
        return "e.autocomplete"


class SearchResults(Resultats, postgres.PostgresSearchResults):
    pass


class Rebuilder(Reconstruction, postgres.PostgresSearchRebuilder):
    pass


class SearchBackend(postgres.PostgresSearchBackend):
    query_compiler_class = SearchQueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = atomic_rebuilder_class = Rebuilder
