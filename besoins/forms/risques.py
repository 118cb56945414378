from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Risque
from .notes import NoteForm


class RisqueForm(NoteForm):
    class Meta:
        model = Risque
        fields = ["libelle", "probabilite", "gravite", "parade"]
        widgets = {
            "probabilite": forms.RadioSelect,
            "gravite": forms.RadioSelect,
            "parade": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {"libelle": _("Ce qui peut mal se passer"), "parade": _("Ce que vous prévoyez")}
