from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, ObjetEntier

from ..models import Adhesion, Collectivite, Fonction, Membre


class ProfilForm(Formulaire, forms.ModelForm):
    """What a member says of herself, or what the person who answers for her commune corrects."""

    class Meta:
        model = Membre
        fields = ["prenom", "nom", "telephone"]
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "telephone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }
        help_texts = {"telephone": _("Vu des membres seulement : c’est souvent le plus rapide.")}


class FonctionForm(Formulaire, ObjetEntier, forms.ModelForm):
    """What somebody does for a collectivité; an administrator alone names who runs the site."""

    class Meta:
        model = Fonction
        fields = ["collectivite", "role", "intitule"]

    def __init__(self, *args, par, **kwargs):
        super().__init__(*args, **kwargs)
        permises = Collectivite.objects.modifiables_par(par.utilisateur)
        if self.instance.pk:
            del self.fields["collectivite"]
        else:
            self.fields["collectivite"].queryset = permises & Collectivite.objects.actuelles()
        self.fields["role"].choices = Fonction.roles_permis_a(par)


class AnnuaireForm(Formulaire, forms.Form):
    """The filters of the directory; a GET form, read even when some of it makes no sense."""

    q = forms.CharField(label=_("Nom ou fonction"), required=False, max_length=100)
    collectivite = forms.ModelChoiceField(
        Collectivite.objects.actuelles(),
        label=_("Collectivité"),
        to_field_name="slug",
        required=False,
        empty_label=_("Toutes"),
    )

    def appliquer(self, membres):
        if not self.is_valid():
            return membres
        donnees = self.cleaned_data
        for mot in donnees["q"].split()[:5]:
            membres = membres.repondant_a(mot)
        if donnees["collectivite"]:
            membres = membres.de_la_collectivite(donnees["collectivite"])
        return membres


class AdministrationForm(AnnuaireForm):
    etat = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[
            ("", _("Tous")),
            ("attendus", _("n’ont pas encore ouvert leur compte")),
            ("sans_fonction", _("sans fonction en cours")),
            ("desactives", _("comptes désactivés")),
        ],
    )
    role = forms.ChoiceField(
        label=_("Rôle"), required=False, choices=[("", _("Tous")), *Fonction.Role.choices]
    )

    def appliquer(self, membres):
        membres = super().appliquer(membres)
        if not self.is_valid():
            return membres
        if etat := self.cleaned_data["etat"]:
            membres = getattr(membres, etat)()
        if role := self.cleaned_data["role"]:
            membres = membres.filter(pk__in=Fonction.objects.en_cours().filter(role=role).values("membre"))
        return membres


class NiveauForm(Formulaire, forms.ModelForm):
    """How often a network writes to her: asked when joining, changed at any time."""

    class Meta:
        model = Adhesion
        fields = ["niveau_courriel"]
        widgets = {"niveau_courriel": forms.RadioSelect}
        labels = {"niveau_courriel": _("Recevoir les nouvelles par courriel")}
