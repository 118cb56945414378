import signal

import pytest

from plateforme.socle.extraits import Dits, Motif
from plateforme.socle.texte import Termes, requete


def test_what_is_typed_is_read_as_words_phrases_and_what_is_taken_away():
    termes = Termes.lire('sel "bac de sel" -neige -"sel fin"')
    assert (termes.mots, termes.expressions, termes.exclus) == (["sel"], ["bac de sel"], ["neige"])
    assert Termes.lire("porte-outils").mots == ["porte-outils"]
    assert not Termes.lire("-neige")


@pytest.mark.parametrize(
    ("q", "texte", "marque"),
    [
        ("voirie", "Les voiries du bourg", "Les <mark>voiries</mark> du bourg"),
        ("eclairages", "L’éclairage public", "L’<mark>éclairage</mark> public"),
        ("le sel", "Le sel & <b>le sable</b>", "Le <mark>sel</mark> &amp; &lt;b&gt;le sable&lt;/b&gt;"),
        ("oeuvre", "Main-d’Œuvre", "Main-d’<mark>Œuvre</mark>"),
        ('"bac de sel"', "Un bac de sel, de quoi", "Un <mark>bac de sel</mark>, de quoi"),
        ("<script>", "un script", "un <mark>script</mark>"),
        ("", "rien", "rien"),
    ],
)
def test_the_words_are_marked_whatever_their_accents_and_endings(q, texte, marque):
    assert Motif(requete(q)).marquer(texte) == marque


@pytest.mark.parametrize(
    ("q", "texte", "marque"),
    [
        ('"le sel de la commune"', "Le sel", "Le sel"),
        (
            '"le sel de la commune"',
            "Le sel, le sel de la commune",
            "Le sel, <mark>le sel de la commune</mark>",
        ),
        ('"l’eau potable"', "Eau : de l'eau potable", "Eau : de l&#x27;<mark>eau potable</mark>"),
        ('"état de l’eau"', "l’état de l’eau", "l’<mark>état de l’eau</mark>"),
        ('sel "bac de sel"', "Sel du bac de sel", "<mark>Sel</mark> du <mark>bac de sel</mark>"),
    ],
)
def test_a_phrase_in_quotes_is_marked_whole_and_nowhere_else(q, texte, marque):
    assert Motif(requete(q)).marquer(texte) == marque


def test_an_extract_is_cut_around_the_phrase_however_often_its_words_stand_before():
    texte = "Le coût de la nacelle. " * 30 + "Qui paie le barème " + "de la très longue " * 20 + "nacelle ?"
    assert "<mark>barème de la très</mark>" in Motif(requete('"barème de la très"')).extrait(texte)
    phrase = " ".join(f"mot{n}" for n in range(30))
    assert f"<mark>{phrase}</mark>" in Motif(requete(f'"{phrase}"')).extrait(f"{texte} {phrase} Fin.")


def test_an_extract_shows_where_most_of_the_words_are_and_escapes_the_rest():
    texte = "Le sel manque. " + "Rien à voir ici. " * 40 + "Un bac à <sel> de déneigement. " + "Fin. " * 80
    extrait = Motif(requete("sel déneigement")).extrait(texte)
    assert extrait.startswith("… ") and extrait.endswith("…")
    assert "&lt;<mark>sel</mark>&gt; de <mark>déneigement</mark>" in extrait
    assert len(extrait) < 320
    assert Motif(requete("absent")).extrait("Un texte bref.") == "Un texte bref."


@pytest.mark.parametrize(
    ("q", "oui"),
    [
        ("balayeuses", True),
        ("balayeuse louverne", True),
        ('"balayeuse de voirie"', True),
        ('"voirie balayeuse"', False),
        ("balayeuse -panne", False),
        ("balayeuse nacelle", False),
    ],
)
def test_texts_answer_a_search_together(q, oui):
    assert (
        Motif(requete(q)).repond(Dits(["Balayeuse de voirie", "La nôtre est en panne, à Louverné."])) == oui
    )


@pytest.mark.parametrize("texte", ["sel " * 20_000, "a" * 100_000, "é" * 5000 + " sel"])
def test_no_text_takes_long(texte):
    assert len(Motif(requete("sel neige")).extrait(texte)) < 1200


@pytest.fixture
def _ne_dure_pas():
    """Stops what would go on for minutes, or for ever, so that it fails instead."""

    def arreter(*_args):
        pytest.fail("goes on without end")

    avant = signal.signal(signal.SIGVTALRM, arreter)
    signal.setitimer(signal.ITIMER_VIRTUAL, 20)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, avant)


@pytest.mark.parametrize(
    ("q", "texte"),
    [
        ('"zone bleue"', "zone" * 100_000 + " verte"),
        ('"zone bleue"', "zone" + " " * 400_000 + "rouge"),
        ('"zone zone bleue"', "zone-" * 80_000),
        ('"d d d d bleu"', "d'" * 200_000),
        (f'"{"a " * 80}z"', "a'" * 200_000),
        (f'"{"d " * 80}z"', "d'" * 200_000),
    ],
)
def test_no_text_is_gone_through_again_and_again(_ne_dure_pas, q, texte):
    assert Motif(requete(q)).debut_probable.search(texte) is None


@pytest.mark.parametrize(
    ("q", "texte", "debut"),
    [
        ('"eau potable"', "du chateau, de l'eau -- potable", "eau -- pota"),
        ('"bac de sel"', "un bac de sel", "bac de sel"),
        ('"bac eau"', "bacs d’eau", "bacs d’eau"),
        ('"loi aujourd"', "les lois aujourd'hui", "lois aujo"),
        ("sel", "mise, selle", "sel"),
        ("", "rien", None),
    ],
)
def test_a_word_is_looked_for_from_its_beginning_before_its_text_is_read(q, texte, debut):
    trouve = Motif(requete(q)).debut_probable.search(texte)
    assert (trouve and trouve[0]) == debut
