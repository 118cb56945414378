from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour
from reseau.forms.contributions import ContributionForm
from reseau.forms.listes import FiltreForm
from reseau.models import Contribution

from ..models import Besoin, Position
from .quantites import QuantiteField


class BesoinForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Besoin
        fields = [
            "titre",
            "corps",
            "reseau",
            "collectivite",
            "visibilite",
            "domaines",
            "echeance",
            "quantite",
            "unite",
            "urgence",
            "etiquettes",
        ]
        localized_fields = ["quantite"]
        field_classes = {"quantite": QuantiteField}
        widgets = {**ContributionForm.Meta.widgets, "echeance": Jour, "urgence": forms.RadioSelect}
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("De quoi avez-vous besoin, en une phrase ?"),
            "unite": _("Unité, au pluriel"),
        }

    def clean_echeance(self):
        echeance = self.cleaned_data["echeance"]
        if echeance and echeance != self.initial.get("echeance") and echeance < timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée."))
        return echeance

    def clean(self):
        donnees = super().clean()
        if donnees.get("unite") and not donnees.get("quantite") and "quantite" not in self.errors:
            self.add_error("quantite", _("Donnez aussi la quantité, ou videz l’unité."))
        return donnees


class ClotureForm(Formulaire, forms.Form):
    issue = forms.ChoiceField(
        label=_("Qu’en est-il sorti ?"), choices=Besoin.Issue.choices, widget=forms.RadioSelect
    )
    motif = forms.CharField(
        label=_("En quelques mots"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sauf si le besoin reste sans suite : dire pourquoi aide les suivants."),
    )

    refus_sans_motif = _("Dites pourquoi le besoin reste sans suite.")

    def clean(self):
        donnees = super().clean()
        if donnees.get("issue") == Besoin.Issue.SANS_SUITE and not donnees.get("motif"):
            self.add_error("motif", self.refus_sans_motif)
        return donnees


class BesoinFiltreForm(FiltreForm):
    ma_commune = forms.MultipleChoiceField(
        label=_("Ma commune"),
        required=False,
        choices=[("a_repondre", _("n’a pas répondu")), ("repondu", _("a répondu"))],
    )

    projet = forms.MultipleChoiceField(
        label=_("Projet commun"),
        required=False,
        choices=[("rapproche", _("rapproché d’un projet")), ("aucun", _("pas encore rapproché"))],
    )

    facettes = ("ma_commune", "etat", "projet", *(f for f in FiltreForm.facettes if f != "etat"))
    tris = {**FiltreForm.tris, "echeance": _("par échéance")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.ma_collectivite is None:
            del self.fields["ma_commune"]

    def filtrees(self, contributions, choisis):
        contributions = super().filtrees(contributions, choisis)
        if len(projet := choisis.get("projet", [])) == 1:
            seuls = Besoin.objects.filter(rapproche_le__isnull=projet == ["aucun"])
            contributions = contributions.filter(pk__in=seuls.values("pk"))
        choix = choisis.get("ma_commune", [])
        if len(choix) != 1:
            return contributions
        dites = Position.objects.filter(collectivite=self.ma_collectivite).values("contribution")
        if choix == ["repondu"]:
            return contributions.filter(pk__in=dites)
        attendues = Besoin.objects.attendus_de(self.ma_collectivite).values("pk")
        return contributions.filter(pk__in=Contribution.objects.filter(pk__in=attendues).values("pk"))
