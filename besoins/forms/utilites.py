from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Utilite


class UtiliteForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Utilite
        fields = ["reponse", "mot"]
        widgets = {"reponse": forms.RadioSelect, "mot": forms.Textarea(attrs={"rows": 3})}
        labels = {"reponse": _("Est-ce que cela a aidé\u202f?")}
        error_messages = {"reponse": {"required": _("Choisissez une réponse.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reponse"].required = True
        self.fields["reponse"].choices = Utilite.Reponse.choices
