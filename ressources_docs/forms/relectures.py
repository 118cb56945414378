from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour

from ..models.ressources import UN_AN
from .ressources import controler_la_relecture


class RelectureForm(Formulaire, forms.Form):
    """It still holds: from today, and until when."""

    a_jour_au = forms.DateField(label=_("À jour au"), widget=Jour)
    relire_le = forms.DateField(label=_("À relire le"), widget=Jour)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        aujourd_hui = timezone.localdate()
        self.initial = {"a_jour_au": aujourd_hui, "relire_le": aujourd_hui + UN_AN}

    def clean(self):
        donnees = super().clean()
        controler_la_relecture(self, donnees)
        if donnees.get("relire_le") and donnees["relire_le"] <= timezone.localdate():
            self.add_error("relire_le", _("Choisissez un jour à venir."))
        return donnees
