"""Quantities as people say them, for the pages and for the history."""

import re

from django.utils.formats import number_format

# Words that end in -s whatever their number: « devis », « repas », « accès », « mois »…
_INVARIABLE = re.compile(r".|.*(?:[aiu]s|ès)|temps|poids|corps|parcours|fonds", re.IGNORECASE)


def en_clair(nombre, unite=""):
    """The unit was asked for in the plural; below two, French says the singular."""
    ecrit = number_format(nombre.normalize(), use_l10n=True, force_grouping=True)
    return f"{ecrit} {au_singulier(unite) if nombre < 2 else unite}".strip()


def au_singulier(unite):
    """« jours ouvrés par mois » → « jour ouvré par mois »: the plurals in -s and -eaux of what is counted."""
    compte, lien, reste = re.match(
        r"(.*?)(\b(?:par\b|de\b|à\b|en\b|du\b|d[’'])|$)(.*)", unite, re.DOTALL
    ).groups()
    mots = re.sub(r"\w+", lambda trouve: _mot_au_singulier(trouve[0]), compte)
    return f"{mots}{lien}{reste}"


def _mot_au_singulier(mot):
    if _INVARIABLE.fullmatch(mot):
        return mot
    return mot.removesuffix("x") if mot.endswith("eaux") else mot.removesuffix("s")
