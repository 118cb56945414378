from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Etiquette


class EtiquetteForm(Formulaire, forms.Form):
    nom = forms.CharField(
        label=_("Nom"),
        max_length=100,
        help_text=_("Si une autre étiquette porte déjà ce nom, les deux n’en feront plus qu’une."),
    )

    def __init__(self, *args, etiquette, **kwargs):
        super().__init__(*args, **kwargs)
        self.etiquette = etiquette
        self.initial.setdefault("nom", etiquette.name)

    def appliquer(self, *, par):
        return Etiquette.nommer(self.etiquette.pk, self.cleaned_data["nom"], par=par)
