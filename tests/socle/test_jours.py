"""« 1er décembre »: the first day of a month, wherever a day is written."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template

from plateforme.socle.jours import en_jour

DOSSIERS = ("besoins", "plateforme", "reseau", "ressources_docs", "templates")


@pytest.mark.parametrize(
    ("le", "forme", "mots"),
    [
        (date(2026, 12, 1), "j F", "1er décembre"),
        (date(2026, 12, 1), "l j F Y", "mardi 1er décembre 2026"),
        (date(2026, 12, 2), "j F Y", "2 décembre 2026"),
        (date(2026, 12, 11), "j F", "11 décembre"),
        (date(2026, 12, 1), "F Y", "décembre 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal(le, forme, mots):
    assert en_jour(le, forme) == mots
    assert Template(f"{{% load socle %}}{{{{ le|jour:'{forme}' }}}}").render(Context({"le": le})) == mots


def test_an_instant_is_of_the_day_of_our_clocks_and_none_is_nothing():
    gabarit = Template("{% load socle %}{{ le|jour:'j F à G \\h' }}")
    assert gabarit.render(Context({"le": datetime(2026, 11, 30, 23, 30, tzinfo=UTC)})) == "1er décembre à 0 h"
    assert gabarit.render(Context({"le": None})) == ""


def test_no_page_nor_mail_writes_it_otherwise():
    racine = Path(__file__).parents[2]
    fautes = [
        fichier.relative_to(racine)
        for dossier in DOSSIERS
        for fichier in (racine / dossier).rglob("*")
        if fichier.suffix in (".html", ".txt", ".py")
        and re.search(r"""(\|date:|\bdate_format\([^"'\n]*)["'][^"'\n]*\bj F""", fichier.read_text())
    ]
    assert fautes == []
