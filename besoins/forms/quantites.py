from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _


class QuantiteField(forms.DecimalField):
    """A number as people write it: 1,5 and not 1,50."""

    default_error_messages = {"invalid": _("Saisissez un nombre, par exemple 1,5.")}

    def prepare_value(self, value):
        return value.normalize() if isinstance(value, Decimal) else value
