from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Besoin, Position
from .quantites import QuantiteField


class PositionForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Position
        fields = ["niveau", "quantite", "commentaire"]
        localized_fields = ["quantite"]
        field_classes = {"quantite": QuantiteField}
        widgets = {"niveau": forms.RadioSelect}
        error_messages = {"niveau": {"required": _("Choisissez une position.")}}

    def __init__(self, *args, objet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["niveau"].choices = [(niveau.value, niveau.label) for niveau in objet.niveaux_en_un_clic]
        if not isinstance(objet, Besoin):
            del self.fields["quantite"]  # of a need alone
        elif objet.unite:
            self.fields["quantite"].label = _("Quantité (%s)") % objet.unite
