from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Heure

from ..models import Adhesion, Contribution, Recapitulatif


class CourrielsForm(Formulaire, forms.ModelForm):
    """All my mails on one page: how often each network writes, unless I say otherwise of a type, and when the
    récapitulatif comes."""

    arrete = forms.BooleanField(
        label=_("Ne pas m’envoyer de récapitulatif"),
        required=False,
        help_text=_("Ce qui doit arriver tout de suite arrive quand même."),
    )

    class Meta:
        model = Recapitulatif
        fields = ["niveau_ailleurs", "jour", "heure"]
        widgets = {"heure": Heure}
        labels = {
            "niveau_ailleurs": _("Hors de mes réseaux"),
            "jour": _("Le récapitulatif de la semaine arrive le"),
            "heure": _("Chaque récapitulatif arrive à"),
        }

    def __init__(self, *args, adhesions, **kwargs):
        super().__init__(*args, **kwargs)
        self.adhesions = adhesions
        self.initial["arrete"] = self.instance.est_arrete
        for adhesion in adhesions:
            niveaux = Adhesion.Niveau.choices
            self.fields[f"niveau_{adhesion.pk}"] = forms.ChoiceField(
                label=adhesion.reseau.nom, choices=niveaux, initial=adhesion.niveau_courriel
            )
            dits = {exception.type: exception.niveau for exception in adhesion.niveaux_de_type.all()}
            for type_, modele in Contribution.types().items():
                self.fields[f"niveau_{adhesion.pk}_{type_}"] = forms.ChoiceField(
                    label=modele._meta.verbose_name_plural.capitalize(),
                    choices=[("", _("comme le réseau")), *niveaux],
                    initial=dits.get(type_, ""),
                    required=False,
                )

    def reseaux(self):
        """[(adhésion, field of its level, fields of its types, whether to unfold these)]"""
        return [
            (adhesion, self[f"niveau_{adhesion.pk}"], champs, any(c.value() or c.errors for c in champs))
            for adhesion in self.adhesions
            for champs in [[self[f"niveau_{adhesion.pk}_{type_}"] for type_ in Contribution.types()]]
        ]

    def enregistrer(self):
        donnees = self.cleaned_data
        for adhesion in self.adhesions:
            dits = {type_: donnees[f"niveau_{adhesion.pk}_{type_}"] for type_ in Contribution.types()}
            adhesion.regler(
                donnees[f"niveau_{adhesion.pk}"], {type_: niveau for type_, niveau in dits.items() if niveau}
            )
        self.instance.regler(**{champ: donnees[champ] for champ in (*self.Meta.fields, "arrete")})


class DesabonnementForm(Formulaire, forms.Form):
    niveau = forms.ChoiceField(label=_("Votre choix"), widget=forms.RadioSelect)

    def __init__(self, *args, liste, **kwargs):
        super().__init__(*args, **kwargs)
        # None is chosen for her: who only confirms would lose more than she thinks.
        self.fields["niveau"].choices = liste.choix

    @property
    def choix(self):
        """What she has chosen, in the words of the page."""
        return dict(self.fields["niveau"].choices)[self.cleaned_data["niveau"]]
