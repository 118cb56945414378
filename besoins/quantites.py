"""Quantities as people say them, for the pages and for the history."""

import re

from django.utils.formats import number_format

INVARIABLES = {"mois", "fois", "colis", "poids", "temps", "bus", "bras", "châssis", "relais", "sous"}


def en_clair(nombre, unite=""):
    """The unit was asked for in the plural; below two, French says the singular."""
    ecrit = number_format(nombre.normalize(), use_l10n=True, force_grouping=True)
    return f"{ecrit} {au_singulier(unite) if nombre < 2 else unite}".strip()


def au_singulier(unite):
    """« jours ouvrés par mois » → « jour ouvré par mois »: the plurals in -s of what is counted."""
    compte, lien, reste = re.match(
        r"(.*?)(\b(?:par\b|de\b|à\b|en\b|du\b|d[’'])|$)(.*)", unite, re.DOTALL
    ).groups()
    mots = re.sub(r"\w+", lambda mot: mot[0] if mot[0] in INVARIABLES else mot[0].removesuffix("s"), compte)
    return f"{mots}{lien}{reste}"
