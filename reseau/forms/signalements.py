from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Signalement


class SignalementForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Signalement
        fields = ["motif", "precision"]
        widgets = {"motif": forms.RadioSelect, "precision": forms.Textarea(attrs={"rows": 3})}
        labels = {"motif": _("Qu’est-ce qui ne va pas ?")}
        help_texts = {"precision": _("Pour la personne qui anime : elle seule vous lit.")}
        error_messages = {"motif": {"required": _("Dites ce qui ne va pas.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].choices = Signalement.Motif.choices

    def clean(self):
        donnees = super().clean()
        if donnees.get("motif") == Signalement.Motif.AUTRE and not donnees.get("precision"):
            self.add_error("precision", _("Dites en une phrase ce qui ne va pas."))
        return donnees


class SuiteForm(Formulaire, forms.Form):
    suite = forms.ChoiceField(choices=Signalement.Suite.choices, widget=forms.HiddenInput)
    motif = forms.CharField(
        label=_("Pourquoi ?"), max_length=300, error_messages={"required": _("Dites pourquoi en une phrase.")}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].required = self["suite"].value() != Signalement.Suite.AUCUNE
