from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Phrase, Repere, UneFois
from plateforme.socle.texte import nettoyer, sans_accents

from ..models import Adhesion, Domaine, PageReseau, Reseau
from .membres import NiveauForm


class EntreeForm(NiveauForm):
    """One small page on the way into a network; a word for those who answer, where it is on request."""

    mot = forms.CharField(
        label=_("Quelques mots pour la personne qui vous répondra"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = ["mot", "niveau_courriel"]

    def __init__(self, *args, reseau, **kwargs):
        super().__init__(*args, **kwargs)
        if reseau.est_ouvert_a_tous:
            del self.fields["mot"]


class GroupeForm(UneFois, Formulaire, forms.ModelForm):
    """A working group: its name, why, who comes in."""

    domaines = forms.ModelMultipleChoiceField(
        Domaine.objects.actifs(),
        label=_("Domaines"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Reseau
        fields = ["nom", "resume", "acces", "domaines"]
        labels = {
            "nom": _("Nom du groupe"),
            "resume": _("Pourquoi ce groupe ?"),
            "acces": _("Qui peut y entrer ?"),
        }
        widgets = {"resume": Phrase, "acces": forms.RadioSelect}
        help_texts = {
            "resume": _("Une phrase : ce que vous voulez faire ensemble."),
            "acces": _("Sur invitation, seuls ses membres savent que le groupe existe."),
        }

    def __init__(self, *args, par, **kwargs):
        super().__init__(*args, **kwargs)
        self.par = par
        self.fields["resume"].required = True
        self.initial.setdefault("acces", Reseau.Acces.OUVERT)

    def clean_nom(self):
        return " ".join(nettoyer(self.cleaned_data["nom"]).split())

    def clean(self):
        """Of the networks that she knows: another name is not hers to learn."""
        donnees = super().clean()
        connus = Reseau.objects.visibles_par(self.par.utilisateur).ouverts()
        pris = {sans_accents(connu) for connu in connus.values_list("nom", flat=True)}
        if sans_accents(donnees.get("nom", "")) in pris and not self.deja.exists():
            self.add_error("nom", _("Un réseau ou un groupe porte déjà ce nom."))
        return donnees

    @property
    def deja(self):
        """What this very sending has opened."""
        return Reseau.objects.filter(envoi=self.envoi) if self.envoi else Reseau.objects.none()

    def ouvrir(self):
        return self.une_fois(self._ouvrir, self.deja)

    @transaction.atomic
    def _ouvrir(self):
        dits = {champ: self.cleaned_data[champ] for champ in self._meta.fields}
        groupe = Reseau.ouvrir_un_groupe(**dits, envoi=self.envoi, par=self.par)
        PageReseau.installer(groupe)
        return groupe


class PresentationForm(Formulaire, forms.ModelForm):
    lue = forms.CharField(required=False, widget=Repere)

    autre = None

    class Meta:
        model = Reseau
        fields = ["resume", "presentation", "retient_les_nouveaux"]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "resume": _("Dans la liste des réseaux."),
            "presentation": _("Une ligne vide sépare deux paragraphes ; les adresses deviennent des liens."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["lue"] = self.instance.empreinte

    def enregistrer(self, *, par):
        """Whether it is; if not, `autre` holds what somebody else wrote, and is known to have been read."""
        try:
            self.instance.presenter(**self.cleaned_data, par=par)
        except ValidationError as refus:
            self.add_error(None, refus)
            self.autre = Reseau.objects.get(pk=self.instance.pk)
            self.data = self.data.copy()
            self.data["lue"] = self.autre.empreinte
        return self.autre is None


class RoleForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Adhesion
        fields = ["role"]


class DepartForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi ?"),
        max_length=300,
        help_text=_("Une phrase, gardée au journal du réseau."),
    )
