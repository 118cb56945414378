from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Adhesion, Reseau
from .membres import NiveauForm


class EntreeForm(NiveauForm):
    """One small page on the way into a network; a word for those who answer, where it is on request."""

    mot = forms.CharField(
        label=_("Quelques mots pour la personne qui vous répondra"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ["mot", "niveau_courriel"]

    def __init__(self, *args, reseau, **kwargs):
        super().__init__(*args, **kwargs)
        if reseau.est_ouvert_a_tous:
            del self.fields["mot"]


class PresentationForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Reseau
        fields = ["resume", "presentation"]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "resume": _("Dans la liste des réseaux."),
            "presentation": _("Une ligne vide sépare deux paragraphes ; les adresses deviennent des liens."),
        }


class RoleForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Adhesion
        fields = ["role"]


class DepartForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi ?"),
        max_length=300,
        help_text=_("Une phrase, gardée au journal du réseau."),
    )
