from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def est_un_siren(valeur):
    """Nine digits whose Luhn sum is a multiple of ten: catches a wrong digit and most swapped pairs."""
    if len(valeur) != 9 or not (valeur.isascii() and valeur.isdigit()):
        return False
    doubles = [sum(divmod(2 * int(chiffre), 10)) for chiffre in valeur[1::2]]
    return (sum(map(int, valeur[::2])) + sum(doubles)) % 10 == 0


def valider_siren(valeur):
    if not est_un_siren(valeur):
        raise ValidationError(
            _("« %(valeur)s » n’est pas un numéro SIREN : neuf chiffres, dont le dernier est une clé."),
            code="siren",
            params={"valeur": valeur},
        )
