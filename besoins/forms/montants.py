import re

from django import forms
from django.utils.translation import gettext_lazy as _

from .quantites import QuantiteField


class MontantField(forms.DecimalField):
    """An amount as people write it: « 12 000 € », « 1 500,50 »."""

    default_error_messages = {"invalid": _("Saisissez un montant, par exemple 12 000.")}

    def to_python(self, value):
        if isinstance(value, str):
            value = re.sub(r"[\s€]", "", value).replace("−", "-")
        return super().to_python(value)


class PrixField(MontantField):
    """A unit price, shown without the zeros that end it."""

    def prepare_value(self, value):
        return QuantiteField.prepare_value(self, value)
