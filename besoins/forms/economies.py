from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour
from reseau.forms.contributions import RetraitForm
from reseau.forms.listes import FacettesForm
from reseau.models import Collectivite, Contribution, Domaine

from ..models import Retombee
from .montants import PrixField
from .notes import NoteForm
from .quantites import QuantiteField

PRIX, EVITE = Retombee.Nature.PRIX_DE_REFERENCE, Retombee.Nature.COUT_EVITE


class MontantEtMethode:
    """Mixin of a form that asks for an amount: computed from prices, or given as such."""

    def clean_constatee_le(self):
        jour = self.cleaned_data["constatee_le"]
        if jour and jour > timezone.localdate():
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return jour

    def controler_le_montant(self, donnees, nature):
        """Ask for what this nature needs, and leave out the rest."""
        demandes = self.DEMANDES[nature]
        for nom, refus in demandes.items():
            if donnees.get(nom) in (None, "") and nom not in self.errors:
                self.add_error(nom, refus)
        for nom in {*self.DEMANDES[PRIX], *self.DEMANDES[EVITE]} - {*demandes}:
            self.errors.pop(nom, None)
            donnees[nom] = "" if nom == "unite" else None

    DEMANDES = {
        PRIX: {
            "quantite": _("Dites combien."),
            "unite": _("Dites de quoi."),
            "prix_reference": _("Donnez le prix sans le projet."),
            "prix_paye": _("Donnez le prix avec le projet."),
        },
        EVITE: {"montant": _("Donnez le montant, en euros.")},
    }


class RetombeeForm(MontantEtMethode, NoteForm):
    class Meta:
        model = Retombee
        fields = [
            "collectivite",
            "moment",
            "nature",
            "methode",
            "quantite",
            "unite",
            "prix_reference",
            "prix_paye",
            "montant",
            "source",
            "constatee_le",
        ]
        localized_fields = ["quantite", "prix_reference", "prix_paye", "montant"]
        field_classes = {
            "quantite": QuantiteField,
            "prix_reference": PrixField,
            "prix_paye": PrixField,
            "montant": PrixField,
        }
        widgets = {
            "moment": forms.RadioSelect,
            "nature": forms.RadioSelect,
            "constatee_le": Jour,
            **{
                nom: forms.TextInput(attrs={"inputmode": "decimal"})
                for nom in ("quantite", "prix_reference", "prix_paye", "montant")
            },
        }
        labels = {
            "collectivite": _("Pour qui"),
            "moment": _("C’est une économie"),
            "nature": _("Comment il est calculé"),
            "methode": _("La méthode, en une phrase"),
            "prix_reference": _("Prix d’une unité sans le projet, en euros"),
            "prix_paye": _("Prix d’une unité avec le projet, en euros"),
            "montant": _("Montant économisé, en euros"),
            "source": _("D’où viennent ces chiffres"),
            "constatee_le": _("À la date du"),
        }
        help_texts = {
            "methode": _("Les mêmes mots d’une commune à l’autre\u202f: seuls ces montants s’additionnent."),
            "montant": _("Un surcoût s’écrit avec un signe moins\u202f: −300."),
            "source": _("Devis, facture, marché, relevé… et sa date ou son numéro."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for nom in self.DEMANDES[PRIX] | self.DEMANDES[EVITE]:
            self.fields[nom].required = False
            self.fields[nom].sans_mention = True
        proposees = self.instance.projet.concernees()
        if self.instance.collectivite_id:
            proposees = proposees | Collectivite.objects.filter(pk=self.instance.collectivite_id)
        self.fields["collectivite"].queryset = proposees
        self.fields["collectivite"].sans_mention = True
        self.fields["collectivite"].empty_label = _("L’ensemble du projet")
        if self.instance.pk is None:
            self.initial["constatee_le"] = timezone.localdate()

    def garder_la_collectivite(self):
        """Who corrects it for her own commune does not give it to another."""
        del self.fields["collectivite"]

    def clean(self):
        donnees = super().clean()
        if nature := donnees.get("nature"):
            self.controler_le_montant(donnees, Retombee.Nature(nature))
        if donnees.get("quantite") is not None and donnees["quantite"] <= 0:
            self.add_error("quantite", _("La quantité est supérieure à zéro."))
        return donnees


class ContestationForm(RetraitForm):
    motif = forms.CharField(
        label=_("Pourquoi\u202f?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Les membres qui lisent le projet liront votre raison à côté du montant."),
    )


class ReelForm(MontantEtMethode, Formulaire, forms.Form):
    """What an estimation turned out to be, asked when the project is closed; not ticked, nothing is noted."""

    noter = forms.BooleanField(label=_("Noter le montant réel"), required=False)
    quantite = QuantiteField(
        label=_("Quantité réelle"), required=False, localize=True, max_digits=12, decimal_places=2
    )
    prix_paye = PrixField(
        label=_("Prix d’une unité payé, en euros"),
        required=False,
        localize=True,
        min_value=0,
        max_digits=12,
        decimal_places=4,
    )
    montant = PrixField(
        label=_("Montant économisé, en euros"), required=False, localize=True, max_digits=14, decimal_places=2
    )
    source = forms.CharField(label=_("D’où vient ce chiffre"), required=False, max_length=300)

    def __init__(self, *args, estimee, **kwargs):
        self.estimee = estimee
        super().__init__(*args, prefix=f"reel-{estimee.pk}", **kwargs)
        siens = ("quantite", "prix_paye") if estimee.nature == PRIX else ("montant",)
        for nom in {"quantite", "prix_paye", "montant"} - {*siens}:
            del self.fields[nom]
        for nom in siens:
            self.initial[nom] = getattr(estimee, nom)
        for champ in self.fields.values():
            champ.sans_mention = True

    def clean(self):
        donnees = super().clean()
        if not donnees.get("noter"):
            self._errors.clear()  # what is not to be noted is not to be right either
            return donnees
        refus = {**self.DEMANDES[self.estimee.nature], "source": _("Dites d’où vient ce chiffre.")}
        for nom in self.fields:
            if nom in refus and donnees.get(nom) in (None, "") and nom not in self.errors:
                self.add_error(nom, refus[nom])
        if donnees.get("quantite") is not None and donnees["quantite"] <= 0:
            self.add_error("quantite", _("La quantité est supérieure à zéro."))
        return donnees

    def enregistrer(self, *, par):
        if not self.cleaned_data.get("noter"):
            return None
        reelle = self.estimee.en_reelle()
        for nom in self.fields:
            if nom != "noter":
                setattr(reelle, nom, self.cleaned_data[nom])
        return reelle.noter(par=par)


class EconomiesFiltreForm(FacettesForm):
    moment = forms.MultipleChoiceField(
        label=_("Estimé ou réel"), required=False, choices=Retombee.Moment.choices
    )
    nature = forms.MultipleChoiceField(label=_("Nature"), required=False, choices=Retombee.Nature.choices)
    annee = forms.MultipleChoiceField(label=_("Année"), required=False)
    domaine = forms.MultipleChoiceField(label=_("Domaine"), required=False)

    facettes = ("moment", "nature", "annee", "domaine")
    invite = _("Chercher une méthode, une source")

    def __init__(self, data, *, retombees):
        super().__init__(data)
        self.retombees = retombees
        annees = [str(jour.year) for jour in retombees.order_by().dates("constatee_le", "year", "DESC")]
        self.fields["annee"].choices = [(annee, annee) for annee in annees]
        self.fields["domaine"].choices = Domaine.objects.actifs().values_list("code", "libelle")

    def trouvees(self):
        choisis, trouvees = self.choisis, self.retombees
        for colonne in ("moment", "nature"):
            if choisis[colonne]:
                trouvees = trouvees.filter(**{f"{colonne}__in": choisis[colonne]})
        if choisis["annee"]:
            trouvees = trouvees.filter(constatee_le__year__in=[int(annee) for annee in choisis["annee"]])
        if choisis["domaine"]:
            liens = Contribution.domaines.through.objects.filter(domaine__code__in=choisis["domaine"])
            trouvees = trouvees.filter(projet__in=liens.values("contribution"))
        return trouvees
