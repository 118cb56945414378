from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Cadence


class CadenceForm(Formulaire, forms.ModelForm):
    """In days; zero says « never », as an empty field does."""

    class Meta:
        model = Cadence
        fields = ["premier_rappel", "second_rappel", "animation", "utilite"]

    def clean(self):
        donnees = super().clean()
        for nom in self.fields:
            donnees[nom] = donnees.get(nom) or None
        rappels = ["premier_rappel", "second_rappel", "animation"]
        dits = [(nom, donnees[nom]) for nom in rappels if donnees[nom]]
        for (_avant, jours), (nom, suivants) in zip(dits, dits[1:], strict=False):
            if suivants <= jours:
                refus = _("Plus tard que la relance précédente, qui est à %(jours)s jours.")
                self.add_error(nom, refus % {"jours": jours})
        return donnees
