"""Days as one writes them in French."""

from django.utils.formats import date_format


def en_jour(le, forme="j F Y"):
    """As Django writes it, but « 1er décembre »: of the days of a month, the first alone is an ordinal."""
    return date_format(le, forme.replace("j ", r"j\e\r ") if le.day == 1 else forme)
