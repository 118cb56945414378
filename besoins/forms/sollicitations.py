from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, PlusieursField
from reseau.models import Collectivite


class AvecRaisonsField(PlusieursField):
    """Each commune with the reason why it is proposed."""

    pourquoi = staticmethod(lambda commune: "")

    def label_from_instance(self, commune):
        raison = self.pourquoi(commune)
        if not raison:
            return commune.nom
        return format_html('<span>{}<br><span class="discret">{}</span></span>', commune.nom, raison)


class SollicitationForm(Formulaire, forms.Form):
    """Who is asked: those proposed, some others; and who no longer is."""

    a_retirer = PlusieursField(
        Collectivite.objects.none(),
        label=_("Ne plus solliciter"),
        required=False,
        help_text=_("Déjà sollicitées, sans réponse\u202f: cochez celles à ne plus relancer."),
    )
    proposees = AvecRaisonsField(Collectivite.objects.none(), label=_("Communes proposées"), required=False)
    autres = AvecRaisonsField(Collectivite.objects.none(), label=_("Autres communes"), required=False)

    def __init__(self, *args, besoin, sollicitables, **kwargs):
        super().__init__(*args, **kwargs)
        self.besoin = besoin
        en_mesure = Collectivite.objects.filter(pk__in=sollicitables.en_mesure)
        self._offrir("proposees", en_mesure.filter(pk__in=sollicitables.proposees), sollicitables)
        self._offrir("autres", en_mesure.exclude(pk__in=sollicitables.proposees), sollicitables)
        self.initial["proposees"] = list(sollicitables.proposees)
        muettes = besoin.sollicitations.muettes().values("collectivite")
        self.fields["a_retirer"].queryset = Collectivite.objects.filter(pk__in=muettes)
        for champ in self.fields.values():
            champ.sans_mention = True

    def _offrir(self, nom, communes, sollicitables):
        champ = self.fields[nom]
        champ.queryset, champ.pourquoi = communes, sollicitables.pourquoi

    def clean(self):
        donnees = super().clean()
        if not self.errors and not any(donnees.values()):
            raise ValidationError(_("Cochez au moins une commune, ou passez."))
        return donnees

    def solliciter(self, *, par):
        """The new ones, or None with the reason among the errors."""
        donnees = self.cleaned_data
        try:
            return self.besoin.solliciter(
                [*donnees["proposees"], *donnees["autres"]], par=par, retirees=donnees["a_retirer"]
            )
        except ValidationError as refus:
            self.add_error(None, refus)
            return None
