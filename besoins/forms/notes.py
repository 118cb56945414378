from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Relue, UneFois
from reseau.forms.contributions import RetraitForm


class NoteForm(Relue, UneFois, Formulaire, forms.ModelForm):
    """What is written down on a project, new or corrected."""

    def repere(self):
        ecrit = type(self.instance).objects.filter(pk=self.instance.pk).first()
        return ecrit.en_clair if ecrit else ""

    def noter(self, *, par):
        """The note, or None with the reason among the errors."""
        if self.instance.pk is None:
            self.instance.envoi = self.envoi
        noter = partial(self.instance.noter, par=par, lu=self.cleaned_data["lue"])
        siennes = type(self.instance).objects.filter(projet=self.instance.projet_id, par=par)
        try:
            return self.une_fois(noter, siennes)
        except ValidationError as refus:
            self.refuser(refus)
            return None


class NoteRetraitForm(RetraitForm):
    motif = forms.CharField(
        label=_("Pourquoi\u202f?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une phrase, gardée dans l’historique du projet."),
    )
