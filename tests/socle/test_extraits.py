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
