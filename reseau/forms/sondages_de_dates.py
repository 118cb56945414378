from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import DateProposee, ReponseDeDate
from ..models.sondages_de_dates import DateRefusee
from .rencontres import CreneauForm


class DateForm(Formulaire, CreneauForm):
    """One more date to choose from: its place and seats are the séance's."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["lieu"], self.fields["capacite"]


class DatesProposeesFormSet(forms.BaseFormSet):
    """Several of them at once; a row without a day is left aside."""

    def clean(self):
        if not any(self.errors) and not self.remplis:
            raise ValidationError(_("Donnez une date au moins."))

    @property
    def remplis(self):
        return [ligne for ligne in self.forms if ligne.has_changed()]

    def proposer(self, rencontre, *, par):
        """The dates, or None with the reason among the errors of the row that is refused."""
        creneaux = [(ligne.bornes["de"], ligne.bornes["a"]) for ligne in self.remplis]
        try:
            return DateProposee.proposer(rencontre, par=par, creneaux=creneaux)
        except DateRefusee as refus:
            self.remplis[refus.rang].add_error("jour", refus)
        except ValidationError as refus:
            self.non_form_errors().extend(refus.messages)
        return None


DatesForm = forms.formset_factory(DateForm, DatesProposeesFormSet, extra=3, max_num=3, absolute_max=3)


class ReponsesForm(Formulaire, forms.Form):
    """Yes, if need be, or no, to each date; what is left blank says nothing."""

    def __init__(self, *args, dates, membre, **kwargs):
        super().__init__(*args, **kwargs)
        self.dates = dates
        for date in dates:
            dite = next((r.choix for r in date.reponses.all() if r.membre_id == membre.pk), None)
            self.fields[f"date_{date.pk}"] = forms.ChoiceField(
                label=date.creneau,
                choices=ReponseDeDate.Choix.choices,
                required=False,
                widget=forms.RadioSelect,
                initial=dite,
            )

    def clean(self):
        donnees = super().clean()
        if not self.errors and not any(donnees.values()):
            raise ValidationError(_("Répondez à une date au moins."))
        return donnees

    def donner(self, rencontre, *, membre, collectivite):
        dits = {date.pk: self.cleaned_data[f"date_{date.pk}"] for date in self.dates}
        choix = {pk: dit for pk, dit in dits.items() if dit}
        try:
            ReponseDeDate.donner(rencontre, choix, membre=membre, collectivite=collectivite)
        except ValidationError as refus:
            self.add_error(None, refus)
        return not self.errors
