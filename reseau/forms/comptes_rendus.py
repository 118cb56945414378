from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import FichiersField
from plateforme.socle.formulaires import Formulaire, Relue, UneFois

from ..models import Collectivite, Contribution, Decision, PointPropose

OBJETS_PROPOSES = 200


class PointForm(Formulaire, forms.Form):
    texte = forms.CharField(
        label=_("De quoi voulez-vous qu’on parle\u202f?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une phrase. Pour une question, écrivez plutôt dans la discussion."),
    )

    def proposer(self, rencontre, *, par, collectivite):
        """The point, or None with the reason among the errors."""
        try:
            return PointPropose.proposer(
                rencontre, par=par, collectivite=collectivite, texte=self.cleaned_data["texte"]
            )
        except ValidationError as refus:
            self.add_error(None, refus)
            return None


class PresentForm(Formulaire, forms.Form):
    """Somebody who came without having registered."""

    nom = forms.CharField(label=_("Prénom et nom"), max_length=160)
    collectivite = forms.ModelChoiceField(
        Collectivite.objects.none(), label=_("De"), empty_label=_("Choisir…")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["collectivite"].queryset = Collectivite.objects.actuelles()

    def accueillir(self, seance, *, par):
        try:
            return seance.accueillir(par=par, **self.cleaned_data)
        except ValidationError as refus:
            self.add_error("nom", refus)
            return None


class CompteRenduForm(Relue, UneFois, Formulaire, forms.Form):
    texte = forms.CharField(
        label=_("Compte rendu"),
        max_length=30_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Ce qui s’est dit. Les décisions se notent à part, une par une."),
    )
    pieces = FichiersField(label=_("Photos ou fichiers"), required=False)

    def __init__(self, *args, rencontre, **kwargs):
        self.rencontre = rencontre
        super().__init__(*args, **kwargs)

    def repere(self):
        return self.rencontre.repere_du_compte_rendu

    def publier(self, *, par):
        """The meeting, or None with the reason among the errors: a file may not be kept."""
        try:
            return self.rencontre.rendre_compte(
                par=par,
                texte=self.cleaned_data["texte"],
                pieces=self.cleaned_data["pieces"] or (),
                lu=self.cleaned_data["lue"],
                envoi=self.envoi,
            )
        except ValidationError as refus:
            self.refuser(refus)
            return None


class DecisionForm(UneFois, Formulaire, forms.Form):
    texte = forms.CharField(
        label=_("Ce qui est décidé, en une phrase"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    contribution = forms.ModelChoiceField(
        Contribution.objects.none(),
        label=_("La publication que cela change"),
        required=False,
        empty_label=_("Aucune"),
        help_text=_("Un besoin, une discussion… du réseau, encore ouvert."),
    )

    def __init__(self, *args, rencontre, user, decision=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.rencontre, self.decision = rencontre, decision
        ouvertes = Contribution.objects.visibles_par(user).publiees().ouvertes()
        siennes = ouvertes.filter(reseau=rencontre.reseau_id).exclude(pk=rencontre.pk)
        recentes = list(siennes.recentes_d_abord().values_list("pk", flat=True)[:OBJETS_PROPOSES])
        if decision and decision.contribution_id:
            # What it changes already, closed since or in another network, if she may read it.
            recentes.append(decision.contribution_id)
            ouvertes = Contribution.objects.visibles_par(user).publiees()
        self.fields["contribution"].queryset = ouvertes.filter(pk__in=recentes).order_by("titre")

    def corriger(self, *, par):
        """The decision, or None with the reason among the errors."""
        choisie = self.cleaned_data["contribution"]
        if choisie is None and self.contribution_tue:
            choisie = self.decision.contribution
        try:
            return self.decision.corriger(par=par, texte=self.cleaned_data["texte"], contribution=choisie)
        except ValidationError as refus:
            self.add_error(None, refus)
            return None

    @property
    def contribution_tue(self):
        """What it changes is not hers to read: it is kept without being said."""
        tue = self.decision.contribution_id
        return tue and not self.fields["contribution"].queryset.filter(pk=tue).exists()

    def noter(self, *, par):
        """The decision, or None with the reason among the errors."""
        noter = partial(
            Decision.noter,
            self.rencontre,
            par=par,
            texte=self.cleaned_data["texte"],
            contribution=self.cleaned_data["contribution"],
            envoi=self.envoi,
        )
        try:
            return self.une_fois(noter, self.rencontre.decisions.filter(par=par))
        except ValidationError as refus:
            self.add_error(None, refus)
            return None
