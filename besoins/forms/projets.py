from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, PlusieursField
from reseau.forms.contributions import ContributionForm
from reseau.forms.listes import FiltreForm
from reseau.models import Adhesion, Collectivite, Contribution, Fonction, Membre, Pole

from ..models import BaseLegale, Demarche, Projet
from ..models.projets import sens_entre
from .besoins import ClotureForm


class ProjetForm(ContributionForm):
    # The needs that the new project will answer, the tool or the project from which it starts: the view's.
    besoins = ()
    outil = copie = None
    # A copy takes none of these: each project has its own.
    JAMAIS_COPIES = {"reseau", "collectivite", "responsable", "elu_referent", "positions_jusqu_au"}
    hors_du_pli = ContributionForm.hors_du_pli | {
        "corps",
        "type_mutualisation",
        "fournisseur",
        "beneficiaires",
    }

    class Meta(ContributionForm.Meta):
        model = Projet
        fields = [
            "titre",
            "corps",
            "reseau",
            "collectivite",
            "type_mutualisation",
            "fournisseur",
            "beneficiaires",
            "visibilite",
            "responsable",
            "elu_referent",
            "base_legale",
            "base_legale_autre",
            "pole",
            "decideur",
            "consultes",
            "executants",
            "droit_de_retrait",
            "positions_jusqu_au",
            "conditions",
            "domaines",
            "etiquettes",
        ]
        field_classes = {"beneficiaires": PlusieursField}
        widgets = {
            **ContributionForm.Meta.widgets,
            # The chosen type has its own legal bases, and a provider or none.
            "type_mutualisation": forms.RadioSelect(
                attrs={
                    "hx-get": reverse_lazy("besoins:champs_du_type"),
                    "hx-trigger": "change",
                    "hx-include": "#fournisseur",
                    "hx-target": "#base-legale",
                }
            ),
            **{
                champ: forms.Textarea(attrs={"rows": 2})
                for champ in ("decideur", "consultes", "executants", "droit_de_retrait", "conditions")
            },
            "positions_jusqu_au": Jour,
        }
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Votre projet commun, en une phrase"),
            "corps": _("Ce que vous voulez faire ensemble"),
            "responsable": _("Pilote"),
            "base_legale_autre": _("Si c’est un autre texte, lequel"),
            "decideur": _("Qui prend la décision"),
        }
        help_texts = {
            "reseau": "",
            "responsable": _("Qui mène le projet, et répond aux communes."),
            "fournisseur": _(
                "Vous louez ou achetez ensemble à une entreprise\u202f? C’est une action coordonnée."
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        actuelles = Collectivite.objects.actuelles()
        beneficiaires = Q(pk__in=actuelles.values("pk"))
        if self.instance.pk:
            beneficiaires |= Q(pk__in=self.instance.beneficiaires.values("pk"))
        self.fields["beneficiaires"].queryset = Collectivite.objects.filter(beneficiaires)
        proposer_les_fournisseurs(self, self["type_mutualisation"].value())
        self._proposer("pole", Pole.objects.actifs(), _("Aucun"))
        self._proposer("elu_referent", elus(), _("Personne pour l’instant"))
        self._proposer("responsable", self._pilotes(), None)
        self.fields["responsable"].required = False
        if self.instance.pk is None:
            self.initial.setdefault("responsable", self.membre.pk)
        proposer_les_bases(self, self["type_mutualisation"].value())

    def _proposer(self, nom, choix, vide):
        """These, and the one that was chosen already."""
        actuel = getattr(self.instance, f"{nom}_id")
        champ = self.fields[nom]
        modele = champ.queryset.model
        champ.queryset = modele.objects.filter(Q(pk__in=choix.values("pk")) | Q(pk=actuel))
        champ.empty_label = vide

    def _pilotes(self):
        """Who is in one of her networks, and herself."""
        voisins = Adhesion.objects.actives().filter(reseau__in=self.membre.droits.reseaux).values("membre")
        return Membre.objects.filter(Q(pk__in=voisins) | Q(pk=self.membre.pk))

    @property
    def deja_lies(self):
        return super().deja_lies | {besoin.pk for besoin in self.besoins}

    @property
    def clef_de_brouillon(self):
        """What the needs prefill is no draft of a project from scratch; a tool is looked for on the way."""
        reunis = [str(besoin.pk) for besoin in self.besoins]
        copie = [f"copie{self.copie.pk}"] if self.copie else []
        return "-".join([super().clef_de_brouillon, *reunis, *copie])

    @classmethod
    def mots_de(cls, projet, *, titre=""):
        """What this form asks, as that project says it; with another title, where there is one."""
        copies = [champ for champ in cls.Meta.fields if champ not in cls.JAMAIS_COPIES]
        mots = forms.model_to_dict(projet, copies)
        return mots | {"titre": titre or projet.titre}

    def clean_responsable(self):
        actuel = self.instance.responsable if self.instance.pk else self.membre
        return self.cleaned_data["responsable"] or actuel

    def clean_positions_jusqu_au(self):
        jour = self.cleaned_data["positions_jusqu_au"]
        if jour and jour != self.initial.get("positions_jusqu_au") and jour < timezone.localdate():
            raise ValidationError(_("Cette date est passée."))
        return jour

    def clean(self):
        donnees = super().clean()
        type_, fournisseur = donnees.get("type_mutualisation"), donnees.get("fournisseur")
        if type_ == Projet.TypeMutualisation.ACTION_COORDONNEE and fournisseur:
            refus = _(
                "Dans une action coordonnée, personne ne rend le service aux autres\u202f: videz ce choix."
            )
            self.add_error("fournisseur", refus)
        elif "beneficiaires" in donnees:
            try:
                sens_entre(fournisseur, donnees["beneficiaires"])
            except ValidationError as refus:
                self.add_error("beneficiaires", refus)
        base = donnees.get("base_legale")
        if base and base.code == BaseLegale.AUTRE and not donnees.get("base_legale_autre"):
            self.add_error("base_legale_autre", _("Dites sur quel texte le projet repose."))
        self._controler_le_pilote(donnees)
        return donnees

    def _controler_le_pilote(self, donnees):
        """What is read by the members of a network only has one of them as its pilote."""
        pilote, reseau = donnees.get("responsable"), donnees.get("reseau")
        reserve = donnees.get("visibilite") == Contribution.Visibilite.RESEAU
        if pilote and reseau and reserve and reseau.pk not in pilote.droits.reseaux:
            refus = _("%(nom)s n’est pas membre de « %(reseau)s »\u202f: le projet ne s’y lirait pas.")
            self.add_error("responsable", refus % {"nom": pilote.nom_complet, "reseau": reseau})

    def _save_m2m(self):
        super()._save_m2m()
        if self.besoins:
            self.instance.besoins_prevus.set(self.besoins)
        if self.outil:
            Demarche.prevoir(self.instance, self.outil, par=self.membre)
        if self.copie:
            self.instance.reprendre_le_plan(self.copie, par=self.membre)

    @transaction.atomic
    def _modifier(self, avant):
        pilote = self.cleaned_data["responsable"]
        change = pilote.pk != self.initial["responsable"]
        projet = super()._modifier(avant)
        return projet.confier(pilote, par=self.membre) if change else projet


def elus():
    """Those who hold an elected function today."""
    mandats = Fonction.objects.en_cours().filter(role=Fonction.Role.ELU)
    return Membre.objects.filter(pk__in=mandats.values("membre"))


def proposer_les_fournisseurs(form, type_mutualisation):
    """Who may render the service: somebody has to, except in an action coordonnée, where nobody does."""
    champ = form.fields["fournisseur"]
    form.sans_fournisseur = type_mutualisation == Projet.TypeMutualisation.ACTION_COORDONNEE
    choix = Q(pk__in=Collectivite.objects.actuelles().values("pk")) | Q(pk=form.instance.fournisseur_id)
    champ.queryset, champ.empty_label = Collectivite.objects.filter(choix), _("Choisissez")
    champ.required = not form.sans_fournisseur
    champ.error_messages["required"] = _("Dites quelle collectivité rend le service.")


def proposer_les_bases(form, type_mutualisation):
    """The choices of `base_legale` that agree with this type; the row itself says with which it does."""
    champ = form.fields["base_legale"]
    champ.queryset = BaseLegale.objects.en_vigueur().pour(type_mutualisation)
    if form.instance.base_legale_id and form.instance.type_mutualisation == type_mutualisation:
        champ.queryset |= BaseLegale.objects.filter(pk=form.instance.base_legale_id)
    champ.empty_label = _("À préciser plus tard")
    champ.error_messages["invalid_choice"] = _("Cette base légale ne va pas avec ce type.")


class ChampsDuTypeForm(Formulaire, forms.ModelForm):
    """What depends on the type that was just chosen; `fournisseur`: the one that was, if any."""

    class Meta:
        model = Projet
        fields = ["base_legale", "fournisseur"]
        labels = ProjetForm.Meta.labels
        help_texts = ProjetForm.Meta.help_texts

    def __init__(self, type_mutualisation, fournisseur):
        super().__init__(initial={"fournisseur": fournisseur})
        proposer_les_bases(self, type_mutualisation)
        proposer_les_fournisseurs(self, type_mutualisation)


class ProjetClotureForm(ClotureForm):
    issue = forms.ChoiceField(
        label=_("Qu’en est-il sorti ?"), choices=Projet.Issue.choices, widget=forms.RadioSelect
    )
    refus_sans_motif = _("Dites pourquoi le projet reste sans suite.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = _(
            "Sauf s’il reste sans suite\u202f: dire pourquoi aide les suivants."
        )


class ProjetFiltreForm(FiltreForm):
    type_mutualisation = forms.MultipleChoiceField(
        label=_("Type de mutualisation"), required=False, choices=Projet.TypeMutualisation.choices
    )
    sens = forms.MultipleChoiceField(label=_("Sens"), required=False, choices=Projet.Sens.choices)
    phase = forms.MultipleChoiceField(label=_("Phase"), required=False, choices=Projet.Phase.choices)

    propres = ("type_mutualisation", "sens", "phase")
    facettes = (*propres, *FiltreForm.facettes)

    def filtrees(self, contributions, choisis):
        contributions = super().filtrees(contributions, choisis)
        voulus = {f"{facette}__in": choisis[facette] for facette in self.propres if choisis.get(facette)}
        if not voulus:
            return contributions
        return contributions.filter(pk__in=Projet.objects.filter(**voulus).values("pk"))
