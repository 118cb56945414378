"""Amounts as people write them."""

from django.utils.formats import number_format


def en_euros(montant):
    """« 12 000 € », with the cents where there are some, and more decimals where a unit price has them."""
    decimales = 0 if montant == int(montant) else max(2, -montant.normalize().as_tuple().exponent)
    ecrit = number_format(abs(montant), decimales, force_grouping=True)
    return f"{'−' if montant < 0 else ''}{ecrit}\u202f€"
