from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Position


class PositionForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Position
        fields = ["niveau", "quantite", "commentaire"]
        localized_fields = ["quantite"]
        widgets = {"niveau": forms.RadioSelect}
        error_messages = {"niveau": {"required": _("Choisissez une position.")}}
