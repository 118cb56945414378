from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..outils import catalogue


class OutilsForm(Formulaire, forms.Form):
    """The questions of the catalogue, in its order; only the first one must be answered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        inconnue = _("Choisissez une des réponses proposées.")
        for question in catalogue().questions.values():
            self.fields[question.code] = forms.ChoiceField(
                label=question.libelle,
                choices=question.choix,
                required=not question.facultative,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choisissez une réponse."), "invalid_choice": inconnue},
            )

    def groupes(self):
        """For the page: each field with its answers, (radio, precision)."""
        for question in catalogue().questions.values():
            champ = self[question.code]
            precisions = question.precisions
            yield champ, [(radio, precisions.get(radio.data["value"], "")) for radio in champ]

    def dites(self):
        """What was answered, as one reads it: (question, answer), without what one does not know."""
        for code, valeur in self.cleaned_data.items():
            if valeur:
                yield self.fields[code].label, dict(self.fields[code].choices)[valeur]
