from datetime import date, timedelta

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour

from ..heures import minuit
from ..models import Entree

# Databases and time zones refuse the first and the last year there is.
DATES_PLAUSIBLES = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]


class JournalForm(Formulaire, forms.Form):
    """The filters of the journal; what makes no sense is shown as an error and does not filter."""

    geste = forms.ChoiceField(
        label=_("Geste"), required=False, choices=[("", _("Tous")), *Entree.Geste.choices]
    )
    du = forms.DateField(label=_("Du"), required=False, widget=Jour, validators=DATES_PLAUSIBLES)
    au = forms.DateField(label=_("Au"), required=False, widget=Jour, validators=DATES_PLAUSIBLES)

    def appliquer(self, entrees):
        self.full_clean()
        donnees = getattr(self, "cleaned_data", {})
        if donnees.get("geste"):
            entrees = entrees.filter(geste=donnees["geste"])
        if donnees.get("du"):
            entrees = entrees.filter(le__gte=minuit(donnees["du"]))
        if donnees.get("au"):
            entrees = entrees.filter(le__lt=minuit(donnees["au"] + timedelta(days=1)))
        return entrees
