"""What finds nothing as it is typed is read otherwise: rightly spelt, or one word fewer."""

import pytest
from django.contrib.auth.models import AnonymousUser

from plateforme.socle.lectures import Lecture, chercher_et_corriger, lectures
from plateforme.socle.moteurs import francais
from reseau.models import Contribution
from reseau.models.contributions.querysets import ContributionQuerySet
from tests.fabriques import faire_besoin, faire_discussion


@pytest.fixture
def lire(camille):
    def _lire(q, membre=camille):
        return lectures(q, Contribution.objects.visibles_par(membre.utilisateur))

    return _lire


@pytest.mark.parametrize(
    ("q", "lue"),
    [
        ("balayeusse", "balayeuse"),
        ("ballayeuses", "balayeuse"),
        ("balayese", "balayeuse"),
        ("balay", "balayeuse"),
        ("balaheuse de voirie", "balayeuse de voirie"),
        ('balayeusse "de voirie" -neige', 'balayeuse "de voirie" -neige'),
    ],
)
def test_a_word_that_nothing_says_is_read_as_the_nearest_one(lire, camille, balayeuse, q, lue):
    assert lire(q) == [Lecture(lue, corrigee=lue)]
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    lecture, trouvees = chercher_et_corriger(visibles, q, 5)
    assert lecture.q == lue and [c.titre for c in trouvees] == [balayeuse.titre]


@pytest.mark.parametrize(
    "q", ["zeppelin", "bal", "nottre", "balaheuse -voirie", '"balaheuse"', "-balayeuse", ""]
)
def test_what_resembles_nothing_or_would_find_nothing_is_left(lire, camille, balayeuse, q):
    assert lire(q) == []
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert chercher_et_corriger(visibles, q, 5) == (Lecture(q), [])


def test_a_word_that_she_reads_is_taken_as_it_is(lire, balayeuse, bruno, rst):
    faire_besoin("Balayette", bruno, reseau=rst)
    assert lire("balayette") == [Lecture("balayette")]


@pytest.fixture
def ecrits(bruno, rst):
    faire_besoin("Tonte des stades", bruno, reseau=rst)
    faire_besoin("Tonte des bords de rivière", bruno, reseau=rst)
    faire_besoin("Pelouse du stade, arrosage", bruno, reseau=rst)


@pytest.mark.parametrize(
    ("q", "lues"),
    [
        ("tonte zeppelin", [("tonte", ("zeppelin",))]),
        # The rarest first.
        ("tonte pelouse", [("pelouse", ("tonte",)), ("tonte", ("pelouse",))]),
        ("tonte stade arrosage", [("tonte stade", ("arrosage",)), ("stade arrosage", ("tonte",))]),
        ("tonte de la pelousse", [("de la pelouse", ("tonte",)), ("tonte de la", ("pelousse",))]),
        ('"tonte des stades" pelouse', [('"tonte des stades"', ("pelouse",))]),
        ("tonte zeppelin -rivière", [("tonte -rivière", ("zeppelin",))]),
        ("zeppelin dirigeable tonte", []),  # most of the words say nothing
        ("zeppelin dirigeable", []),
        ("-tonte", []),
        ('"tonte des pelouses"', []),
        ("tonte un2 deux3 trois4 quatre5 cinq6 six7", []),
    ],
)
def test_when_no_text_says_all_those_that_say_most_of_it_are_found(lire, ecrits, q, lues):
    trouvees = [(lecture.q, lecture.manquants) for lecture in lire(q)]
    assert sorted(trouvees) == sorted(lues)
    if q == "tonte pelouse":
        assert trouvees == lues


def test_a_word_as_it_is_typed_comes_before_what_another_may_stand_for(lire, ecrits):
    # « arrosage », which « arosaje » may stand for, is rarer than « tonte ».
    assert [(lecture.q, lecture.corrigee) for lecture in lire("arosaje tonte")] == [
        ("tonte", ""),
        ("arrosage", "arrosage tonte"),
    ]


def test_a_term_of_several_words_is_left_out_whole(lire, ecrits):
    assert lire("arrosage éclairage public") == [Lecture("arrosage", manquants=("éclairage public",))]


def test_the_words_of_what_she_may_not_read_are_as_absent(lire, camille, chantal, bruno, rst, ecrits):
    faire_discussion("Tonte avec le CANARIX", bruno, reseau=rst, visibilite="reseau")
    assert lire("canarixx tonte", camille) == [Lecture("canarix tonte", corrigee="canarix tonte")]
    assert lire("canarixx tonte", chantal) == [Lecture("tonte", manquants=("canarixx",))]
    assert lire("canarix", chantal) == []


def test_the_tries_are_few_whatever_is_typed(lire, ecrits, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        lire("tonte stade arrosage rivière pelouse bord")
    with django_assert_max_num_queries(4):
        lire("tonte stade arrosage rivière pelouse bord zeppelin")


@pytest.fixture
def lus(monkeypatch):
    """How many times the beginnings were read, and how many words were listened to."""
    lus = {"textes": 0, "sons": 0}
    textes_recents, son = ContributionQuerySet.textes_recents, francais.son

    def compter_les_textes(self):
        lus["textes"] += 1
        return textes_recents(self)

    def compter_les_sons(mot):
        lus["sons"] += 1
        return son(mot)

    monkeypatch.setattr(ContributionQuerySet, "textes_recents", compter_les_textes)
    monkeypatch.setattr(francais, "son", compter_les_sons)
    return lus


INCONNUS = "zeppelin dirigeable montgolfiere parachute planeur autogire"


def test_words_that_nothing_says_are_compared_to_so_many_each_heard_once(
    lire, lus, monkeypatch, bruno, rst, ecrits
):
    monkeypatch.setattr("plateforme.socle.lectures.MOTS_MAX", 20)
    corps = " ".join(f"mo{a}{b}o" for a in "bcdfgh" for b in "bcdfghjk")
    faire_besoin("Beaucoup de mots", bruno, reseau=rst, corps=corps)
    assert lire(INCONNUS) == []
    assert lus == {"textes": 1, "sons": 20 + 6}


def test_what_a_visitor_reads_is_gone_through_once_a_minute_and_a_member_s_is_hers(
    lire, lus, camille, bruno, rst
):
    visibles = Contribution.objects.visibles_par(AnonymousUser())
    faire_discussion("Une balayeuse", bruno, visibilite="publique")
    faire_discussion("Le CANARIX", bruno, reseau=rst, visibilite="reseau")
    assert lectures("canarixx", visibles) == []
    assert lectures("balayeusse", visibles) == [Lecture("balayeuse", corrigee="balayeuse")]
    assert lus["textes"] == 1
    assert lire("canarixx") == [Lecture("canarix", corrigee="canarix")], "a visitor's are not for her"
    assert lectures("canarixx", visibles) == [], "nor hers for a visitor"
    assert lire("canarixx") and lus["textes"] == 3, "hers are read each time: her rights may have changed"
    assert lectures("balayeusse", visibles.filter(type="besoin")) == []
    assert lectures("balayeusse", visibles.filter(pk__in=[])) == []
