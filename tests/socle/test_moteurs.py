"""The database's engines: they know French, rank what they found, and read it through the door."""

import pytest
from django.db import connection
from wagtail.search.backends import get_search_backend
from wagtail.search.query import MATCH_NONE, And, Not, Or, Phrase, PlainText

from plateforme.socle.moteurs import classement, francais, postgresql
from plateforme.socle.moteurs.postgresql import borner
from plateforme.socle.texte import requete
from reseau.models import Contribution, PieceJointe
from tests.fabriques import faire_besoin, faire_discussion, faire_fiche, faire_message, faire_ressource


@pytest.fixture
def ecrits(bruno, rst):
    faire_besoin(
        "Travaux sur les voiries communales", bruno, reseau=rst, corps="Œuvre d’art, l’État, le texte"
    )
    faire_besoin(
        "Éclairages de l’école", bruno, reseau=rst, corps="Voirie. S.I.G. et l'EPCI ; R482, taille-haie"
    )


@pytest.fixture
def trouver(ecrits, camille):
    """The first word of the titles that a query finds, the best first."""

    def _trouver(recherche):
        trouves = Contribution.objects.visibles_par(camille.utilisateur).search(recherche)
        return [contribution.titre.split()[0] for contribution in trouves]

    return _trouver


@pytest.mark.parametrize(
    ("texte", "indexe"),
    [
        ("L’Éclairage des voiries", "eclairag de voir"),
        ("S.I.G., D.G.S et E.P. ; M. le maire", "sig dg et ep m le mair"),
        ("élus élu, jeux jeu, publiées publiée publier", "elu elu jeu jeu publ publ publi"),
        ("Aujourd’hui jusqu’à l'œuvre", "aujourd hui a oeuvr"),
        ("R482, 3 m² et taille-haie", "r482 3 m2 et taill hai"),
        ("« » \x00 ’ ' \" *", ""),
    ],
)
def test_a_text_is_indexed_by_the_roots_of_its_words(texte, indexe):
    assert francais.racines(texte) == indexe


@pytest.mark.parametrize(
    ("q", "trouves"),
    [
        ("voirie", ["Travaux", "Éclairages"]),  # in its title first
        ("communaux", ["Travaux"]),
        ("Eclairage ecole", ["Éclairages"]),
        ("l'éclairage de l’école", ["Éclairages"]),
        ("oeuvre", ["Travaux"]),
        ("etat", ["Travaux"]),
        ("sig", ["Éclairages"]),
        ("S.I.G.", ["Éclairages"]),
        ("r482 taille haie", ["Éclairages"]),
        ('"voirie communale"', ["Travaux"]),
        ('"communale voirie"', []),
        ("voirie piscine", []),
    ],
)
def test_it_knows_french(trouver, q, trouves):
    assert trouver(requete(q)) == trouves


@pytest.mark.parametrize(
    ("recherche", "trouves"),
    [
        (And([PlainText("voirie"), Not(PlainText("ecole"))]), ["Travaux"]),
        (And([PlainText("voirie"), Not(Phrase("travaux sur"))]), ["Éclairages"]),
        (Not(PlainText("ecole")), ["Travaux"]),
        (And([Not(PlainText("ecole")), Not(Phrase("sel routier"))]), ["Travaux"]),
        (Or([Phrase("œuvre d’art"), PlainText("ecole piscine", operator="or")]), ["Travaux", "Éclairages"]),
        (MATCH_NONE, []),
        (PlainText(" "), []),
    ],
)
def test_it_reads_phrases_choices_and_exclusions(trouver, recherche, trouves):
    assert sorted(trouver(recherche)) == sorted(trouves)


@pytest.mark.parametrize(
    "q", ['voirie"', "'", '"', "NEAR(voirie travaux)", "* OR", "title : x", "%s %(x)s", "\\", ":*"]
)
def test_what_is_typed_is_never_read_as_an_operator(trouver, q):
    assert isinstance(trouver(q), list), "Wagtail's own pages search what is typed, untamed"


def test_autocomplete_finds_the_beginnings_of_words(ecrits, camille):
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert [c.titre for c in visibles.autocomplete("écl")] == ["Éclairages de l’école"]
    assert [c.titre for c in visibles.autocomplete("travaux sur les voi")] == [
        "Travaux sur les voiries communales"
    ]
    assert not visibles.autocomplete("clair")


def test_counts_facets_and_scores_are_those_of_what_one_may_read(ecrits, camille, chantal, bruno, rst):
    faire_discussion("Voirie CANARI", bruno, reseau=rst, visibilite="reseau")
    sienne, autre = (
        Contribution.objects.visibles_par(m.utilisateur).search("voirie") for m in (camille, chantal)
    )
    assert (sienne.count(), dict(sienne.facet("type"))) == (3, {"besoin": 2, "discussion": 1})
    assert (autre.count(), dict(autre.facet("type"))) == (2, {"besoin": 2})
    assert "CANARI" not in str([contribution.titre for contribution in autre])
    assert all(contribution.note is not None for contribution in autre.annotate_score("note"))
    par_date = Contribution.objects.order_by("publie_le").search("voirie", order_by_relevance=False)
    assert [c.titre[:2] for c in par_date] == ["Tr", "Éc", "Vo"]


def test_a_narrow_door_still_shows_what_is_far_down_the_ranking(
    monkeypatch, camille, chantal, bruno, rst, django_assert_num_queries
):
    monkeypatch.setattr(classement, "LOT", 2)
    publique = faire_besoin("Une voirie", bruno, reseau=rst, corps="un texte plus long " * 30)
    for _ in range(4):
        faire_besoin("Voirie", bruno, reseau=rst, visibilite="reseau")
    assert list(Contribution.objects.visibles_par(chantal.utilisateur).search("voirie")[:1]) == [
        publique.contribution_ptr
    ]
    monkeypatch.setattr(classement, "LOT", 200)
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    with django_assert_num_queries(2):
        assert len(visibles.search("voirie")[:10]) == 5


def test_what_is_too_common_to_be_ranked_is_found_behind_a_narrow_door(monkeypatch, chantal, bruno, rst):
    monkeypatch.setattr(classement.Compilateur, "CLASSEES_MAX", 2)
    if connection.vendor == "postgresql":
        monkeypatch.setattr("plateforme.socle.moteurs.postgresql.SearchQueryCompiler.LUES_MAX", 3)
    publiques = [faire_besoin(f"Voirie {n}", bruno, reseau=rst) for n in range(2)]
    for _ in range(3):
        faire_besoin("Voirie", bruno, reseau=rst, visibilite="reseau")
    trouvees = Contribution.objects.visibles_par(chantal.utilisateur).search("voirie")
    assert [trouvee.pk for trouvee in trouvees[:5]] == [besoin.pk for besoin in reversed(publiques)]
    assert trouvees.count() == 2


def test_saving_reads_nothing_of_the_other_entries(ecrits, bruno, rst, django_assert_max_num_queries):
    besoin = faire_besoin("Benne", bruno, reseau=rst)
    index = get_search_backend()
    with django_assert_max_num_queries(5) as faites:
        index.add(besoin)
    faites = [faite["sql"] for faite in faites.captured_queries if "SAVEPOINT" not in faite["sql"]]
    assert len(faites) <= 3, "its messages, its files, the entry"
    assert "AVG" not in "".join(faites)


def test_the_words_of_a_row_weigh_together_no_more_than_they_may():
    assert list(borner([["sel", "eau", "sel"], ["bois", "sable"]], 8 + 8 + 2 + 9)) == [
        ["sel", "eau", "sel"],
        ["bois"],
    ]
    assert list(borner([["가나"], ["다라"]], 11)) == [["가나"], []], "of bytes, not of characters"


@pytest.fixture
def tres_long(bruno, camille, rst):
    """A file and an annexe whose words are all different, each letter of several bytes: more than PostgreSQL
    holds in a row; and a message to withdraw."""

    def mots(n, debut):
        return " ".join(
            "".join(chr(0xAC00 + (debut + i) // 100**p % 100) for p in range(4)) for i in range(n)
        )

    ressource = faire_ressource("Règlement", bruno, reseau=rst)
    ressource.version.noter_le_texte(mots(25_000, 0))
    [piece] = PieceJointe.deposer([faire_fiche()], contribution=ressource)
    PieceJointe.objects.filter(pk=piece.pk).update(texte=mots(10_000, 25_000))
    return faire_message(ressource, camille, "La balayeuse est là.")


@pytest.mark.postgresql
def test_a_message_is_withdrawn_from_what_fills_a_row_of_the_index(tres_long, camille):
    tres_long.retirer(par=camille, motif="Erreur")
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert [c.titre for c in visibles.search(requete("règlement"))] == ["Règlement"]
    assert not visibles.search(requete("balayeuse"))


@pytest.mark.postgresql
def test_what_the_engine_refuses_all_the_same_is_found_by_its_short_texts(tres_long, camille, monkeypatch):
    monkeypatch.setattr(postgresql.ObjectIndexer, "OCTETS_MAX", 10**9)
    tres_long.retirer(par=camille, motif="Erreur")
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert [c.titre for c in visibles.search(requete("règlement"))] == ["Règlement"]
