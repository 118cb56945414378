"""Two people who write differently speak of the same thing."""

import pytest

from plateforme.socle.models import Synonymes
from reseau.vocabulaire import Sujet, a_une_lettre_pres, presque_egaux, racine, termes, vocabulaire


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Passage EP en LED", "éclairage public : leds"),
        ("balayeuze", "Balayeuses"),
        ("sel deneigment", "Sel de déneigement"),
        ("ellagage", "Élaguer"),
        ("aires de jeux", "AIRE DE JEU"),
        ("DPO", "délégué à la protection des données"),
        ("entretien des EV", "espaces verts"),
        ("poteaux incendie", "PI"),
        ("réunion des ST", "services techniques"),
        ("Réseau EU", "eaux usées"),
        ("l’école", "ecoles"),
    ],
)
def test_two_writings_share_what_they_speak_of(un, autre):
    assert Sujet.de(un).communs(Sujet.de(autre))


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Rue Saint-Jean, st jean", "ST : réunion"),
        ("Chauffe-eau", "chaudière"),
        ("Pour nous, chez vous avec les autres communes", "nous avons besoin de vous"),
    ],
)
def test_what_says_nothing_or_something_else_is_not_shared(un, autre):
    assert not Sujet.de(un).communs(Sujet.de(autre))


def test_what_is_wanted_is_told_apart_from_the_thing():
    pret, achat = Sujet.de("qui prête une nacelle ?"), Sujet.de("Achat d’une nacelle")
    assert pret.gestes == {"emprunter"} and achat.gestes == {"acheter"}
    assert "nacel" in pret.poids and "nacel" in achat.poids


def test_a_letter_apart_is_a_mistake_in_a_long_word_and_another_word_in_a_short_one():
    assert a_une_lettre_pres("procesionair", "procesionar") and not a_une_lettre_pres("bariere", "baireer")
    assert a_une_lettre_pres("compreseur", "comrpeseur") and not a_une_lettre_pres("nacelle", "macelle")
    assert presque_egaux("archivist", "archiv")
    assert not presque_egaux("bac", "bas") and not presque_egaux("sel", "selecteur")


@pytest.mark.parametrize(
    "texte", ["", "\0", '" OR NOT (', "x" * 20_000, "é" * 20_000, "選ぶ " * 500, "👍\ud800"]
)
def test_any_text_is_read(texte):
    sujet = Sujet.de(texte, texte)
    assert all(cle.isalnum() and cle.isascii() for cle in sujet.cles())
    assert racine("a") == "a"


def test_what_widens_a_search_and_what_compares_needs_never_contradict_each_other(db):
    choses = set(vocabulaire().choses.values())

    def nommees(terme):
        lus, _gestes = termes(terme)
        return [nom for nom, poids in lus if poids == 1 and nom in choses][:1]

    lignes = list(Synonymes.objects.values_list("termes", flat=True))
    for ligne in lignes:
        assert len({nom for terme in ligne.split(",") for nom in nommees(terme)}) <= 1, ligne
    assert sum(bool(nommees(ligne)) for ligne in lignes) > 20, "they speak of the same things"
