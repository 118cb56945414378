from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Jour

from ..models import Membre
from .invitations import PersonneForm

A_VENIR_MAX = timedelta(days=365)


class RemplacementForm(PersonneForm):
    """Who takes over, from when: somebody of the commune, or a new person."""

    successeur = forms.ModelChoiceField(
        Membre.objects.none(),
        label=_("Qui prend la suite ?"),
        required=False,
        empty_label=_("Une nouvelle personne, nommée ci-dessous"),
    )
    le = forms.DateField(label=_("À partir du"), widget=Jour, initial=timezone.localdate)

    field_order = ["successeur", "prenom", "nom", "courriel", "telephone", "le"]

    def __init__(self, *args, partant, collectivite, **kwargs):
        super().__init__(*args, **kwargs)
        equipe = Membre.objects.actifs().de_la_collectivite(collectivite).exclude(pk=partant.pk)
        self.fields["successeur"].queryset = equipe
        # Asked for a new person only, which the browser cannot know.
        self.use_required_attribute = False
        if self.is_bound and self["successeur"].data:
            for nom in ("prenom", "nom", "courriel"):
                self.fields[nom].required = False

    def clean_le(self):
        le = self.cleaned_data["le"]
        if le > timezone.localdate() + A_VENIR_MAX:
            raise ValidationError(_("Choisissez une date dans l’année qui vient."))
        return le

    def personne(self, *, par):
        """The one chosen, or the member of the address that was typed, invited if she is new."""
        donnees = self.cleaned_data
        return donnees["successeur"] or Membre.inscrire(
            donnees["courriel"],
            prenom=donnees["prenom"],
            nom=donnees["nom"],
            telephone=donnees["telephone"],
            par=par,
        )
