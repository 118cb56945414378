"""Words of one meaning, and what a mistake sounds like: the same for every engine."""

import pytest
from django.core.exceptions import ValidationError

from plateforme.socle.models import Synonymes
from plateforme.socle.moteurs import francais
from plateforme.socle.moteurs.demande import developper
from plateforme.socle.recherche import chercher
from plateforme.socle.texte import requete
from reseau.models import Contribution
from tests.fabriques import faire_besoin


@pytest.fixture
def trouver(camille):
    def _trouver(q):
        visibles = Contribution.objects.visibles_par(camille.utilisateur)
        return {contribution.titre for contribution in chercher(visibles, requete(q), 10)}

    return _trouver


def test_the_words_of_the_trade_come_with_the_platform(db):
    assert ("espaces", "verts") in Synonymes.objects.table()[("ev",)]


def test_each_of_the_words_finds_the_others_until_they_are_archived(trouver, bruno, rst):
    faire_besoin("Un glouton pour le marché", bruno, reseau=rst)
    faire_besoin("Aspirateur de rue électrique", bruno, reseau=rst)
    assert trouver("glouton") == {"Un glouton pour le marché"}
    ligne = Synonymes.objects.create(termes="glouton, aspirateur de rue, GLT")
    deux = {"Un glouton pour le marché", "Aspirateur de rue électrique"}
    for q in ("gloutons", "aspirateurs de rues", "g.l.t."):
        assert trouver(q) == deux, q
    assert trouver("glouton électrique") == {"Aspirateur de rue électrique"}
    assert trouver('"glouton"') == {"Un glouton pour le marché"}, "between quotes, as it is typed"
    ligne.archive_le = "2026-01-01"
    ligne.save()
    assert trouver("glouton") == {"Un glouton pour le marché"}


@pytest.mark.parametrize(
    "termes", ["glouton", "glouton, Gloutons", " , ", "un, " + "mot " * 6, ", ".join("abcdefghijklm")]
)
def test_a_list_that_says_nothing_or_too_much_is_refused(termes):
    with pytest.raises(ValidationError):
        Synonymes(termes=termes).clean()
    Synonymes(termes="glouton, aspirateur de rue").clean()


def test_an_administrator_edits_them_and_nobody_else(client, alex, diane):
    client.force_login(alex.utilisateur)
    reponse = client.post("/admin/socle_synonymes/new/", {"termes": "glouton, aspirateur de rue"})
    assert reponse.status_code == 302, reponse.context["form"].errors
    assert ("glouton",) in Synonymes.objects.table()
    client.force_login(diane.utilisateur)
    client.post("/admin/socle_synonymes/new/", {"termes": "zeppelin, hydravion"})
    assert not Synonymes.objects.filter(termes__contains="zeppelin").exists()


def test_one_statement_whatever_the_words(db, django_assert_num_queries):
    with django_assert_num_queries(1):  # the synonyms, once a minute
        developper(requete("balayeuse des bourgs pour les espaces verts et la voirie"))
        developper(requete("glouton zeppelin hydravion montgolfiere"))


@pytest.mark.parametrize(
    ("ecrit", "correct"),
    [
        ("fotocopieur", "photocopieur"),
        ("acotement", "accotement"),
        ("hidrocurage", "hydrocurage"),
        ("assainisement", "assainissement"),
        ("embulance", "ambulance"),
        ("eclerage", "eclairage"),
    ],
)
def test_a_mistake_sounds_like_the_word(ecrit, correct):
    assert francais.corriger(ecrit, {correct: francais.son(correct), "autre": "autre"}) == [correct]


def test_what_merely_ends_alike_is_another_word():
    assert francais.corriger("geotechnique", {"techniques": francais.son("techniques")}) == []
