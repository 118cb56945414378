from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire
from reseau.models import Domaine, Pole, Reseau

from ..models import Projet

MON_POLE = "mien"


class PoleField(forms.ModelChoiceField):
    """A pôle, or « celui de ma commune » (the first one, if it is in several)."""

    mien = None

    def clean(self, value):
        return self.mien if value == MON_POLE else super().clean(value)


class MatriceForm(Formulaire, forms.Form):
    """The query string of the matrix. What means nothing in it is left out."""

    domaine = forms.ModelChoiceField(
        Domaine.objects.none(),
        label=_("Domaine"),
        required=False,
        to_field_name="code",
        empty_label=_("Tous"),
    )
    pole = PoleField(
        Pole.objects.none(),
        label=_("Communes"),
        required=False,
        to_field_name="slug",
        empty_label=_("Toutes"),
    )
    reseau = forms.ModelChoiceField(
        Reseau.objects.none(), label=_("Réseau"), required=False, to_field_name="slug", empty_label=_("Tous")
    )
    phase = forms.ChoiceField(
        label=_("Phase"), required=False, choices=[("", _("Toutes")), *Projet.Phase.choices]
    )
    clos = forms.BooleanField(label=_("Avec les projets clos"), required=False)

    def __init__(self, data, *, visibles, collectivite):
        super().__init__(data)
        for champ in self.fields.values():
            champ.sans_mention = True
        self.fields["domaine"].queryset = Domaine.objects.actifs()
        self.fields["reseau"].queryset = Reseau.objects.filter(pk__in=visibles.values("reseau"))
        pole = self.fields["pole"]
        pole.queryset = Pole.objects.actifs()
        if collectivite:
            actuelles = collectivite.appartenances_aux_poles.en_cours().values("pole")
            pole.mien = pole.queryset.filter(pk__in=actuelles).first()
        if pole.mien:
            nom = _("Le pôle de ma commune (%s)") % pole.mien.nom
            pole.choices = [
                ("", pole.empty_label),
                (MON_POLE, nom),
                *[(p.slug, p.nom) for p in pole.queryset if p != pole.mien],
            ]

    @cached_property
    def choix(self):
        """{criterion: what is chosen}"""
        self.is_valid()
        return {nom: valeur for nom, valeur in self.cleaned_data.items() if valeur}
