import csv
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy
from openpyxl import load_workbook

from plateforme.socle.exports import en_csv, en_xlsx

ENTETES = ["Objet", "Valeur"]


def lire_csv(lignes, entetes=ENTETES):
    texte = b"".join(en_csv("Besoins", entetes, lignes)).decode("utf-8-sig")
    return list(csv.reader(StringIO(texte), delimiter=";"))[1:]


def lire_xlsx(lignes, entetes=ENTETES):
    contenu = b"".join(en_xlsx("Besoins", entetes, lignes))
    feuille = load_workbook(BytesIO(contenu)).active
    return list(feuille.iter_rows(min_row=2)), feuille


FORMULES = [
    '=cmd|" /C calc"!A0',
    "+33 2 43 00 00 00",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠a",
    "  =1",
    "\u200b=1",
    "\x00=1",
    '=HYPERLINK("http://x")',
    "\u00a0=1",
    "\ufeff=1",
]


@pytest.mark.parametrize("formule", FORMULES)
def test_no_text_is_ever_a_formula(formule):
    ((texte,),) = lire_csv([[formule]], ["Objet"])
    assert texte.startswith("'")
    (((cellule),),), _ = lire_xlsx([[formule]], ["Objet"])
    assert cellule.data_type == "s" and cellule.value.startswith("'")


def test_a_heading_is_not_a_formula_either():
    texte = b"".join(en_csv("x", ["=1+1"], [])).decode()
    assert texte == "\ufeff'=1+1\r\n"


def test_csv_speaks_the_french_of_excel():
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    lignes = [
        ['a;b\n"c"', Decimal("12.50")],
        [True, -3],
        [None, 1.5],
        [instant, date(2026, 1, 2)],
        [time(8, 5), Decimal("1E+3")],
        [gettext_lazy("Été"), False],
    ]
    assert lire_csv(lignes) == [
        ['a;b\n"c"', "12,50"],
        ["oui", "-3"],
        ["", "1,5"],
        ["23/11/2026 00:30", "02/01/2026"],
        ["08:05", "1000"],
        ["Été", "non"],
    ]


def test_xlsx_keeps_numbers_and_dates():
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    lignes = [
        ["a", Decimal("-12.5")],
        [date(2026, 1, 2), instant],
        [True, None],
        [date(1850, 1, 1), float("nan")],
        [Decimal("Infinity"), Decimal("NaN")],
    ]
    cellules, feuille = lire_xlsx(lignes)
    valeurs = [[c.value for c in ligne] for ligne in cellules]
    assert valeurs[0] == ["a", -12.5]
    assert valeurs[1] == [datetime(2026, 1, 2), datetime(2026, 11, 23, 0, 30)]
    assert valeurs[2][0] == "oui" and not valeurs[2][1]
    assert valeurs[3] == ["01/01/1850", "nan"]
    assert feuille.freeze_panes == "A2" and feuille["A1"].font.bold


@pytest.mark.parametrize("texte", ["\x00\x01\x1f", "\ud800", "a" * 50_000, "\ufffe", "<a&b>", "_x0041_"])
def test_no_text_breaks_the_file(texte):
    lire_csv([[texte]], ["Objet"])
    cellules, _ = lire_xlsx([[texte]], ["Objet"])
    assert len(cellules[0][0].value or "") <= 32_767


@pytest.mark.parametrize("nom", ["Besoins d’été / RST", "", "../../etc", 'a"\r\nX: y', "[]:*?" * 20])
def test_the_file_is_named_after_the_list_and_the_day(nom):
    for reponse, extension in ((en_csv(nom, ["a"], []), "csv"), (en_xlsx(nom, ["a"], []), "xlsx")):
        disposition = reponse["Content-Disposition"]
        assert disposition.endswith(f'-{timezone.localdate():%Y-%m-%d}.{extension}"')
        assert disposition.count('"') == 2 and "/" not in disposition
        assert reponse["Cache-Control"] == "private, no-store"
        assert b"".join(reponse)
    assert 'filename="besoins-dete-rst-' in en_csv("Besoins d’été / RST", ["a"], [])["Content-Disposition"]


def test_csv_streams_its_lines():
    tires = []

    def lignes():
        for n in range(1000):
            tires.append(n)
            yield [n, "x"]

    flux = iter(en_csv("x", ENTETES, lignes()))
    next(flux), next(flux)
    assert len(tires) == 1
