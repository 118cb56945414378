from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import ADRESSE_MAX, AdresseField, Formulaire

from ..invitations import Invitation
from ..models import Collectivite, Fonction, Reseau


class PersonneForm(Formulaire, forms.Form):
    """Who is let in."""

    prenom = forms.CharField(label=_("Prénom"), max_length=80)
    nom = forms.CharField(label=_("Nom"), max_length=80)
    courriel = AdresseField(
        label=_("Adresse électronique"),
        max_length=ADRESSE_MAX,
        help_text=_("Professionnelle ou non : la personne la tapera pour entrer."),
    )
    telephone = forms.CharField(
        label=_("Téléphone"), max_length=30, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


def regler_le_reseau(form, par):
    """Into which network: an animateur chooses among hers, and must when she answers for no commune."""
    if not par.droits.est_administrateur and not par.droits.reseaux_animes:
        del form.fields["reseau"]
        return
    champ = form.fields["reseau"]
    champ.queryset = Reseau.objects.modifiables_par(par.utilisateur).ouverts()
    if not par.droits.est_administrateur and not par.droits.collectivites_engagees:
        champ.required, champ.empty_label = True, _("Choisissez")


class InvitationForm(PersonneForm):
    """A référent invites for her commune, an animateur for her network, an administrator for both."""

    collectivite = forms.ModelChoiceField(
        Collectivite.objects.none(), label=_("Collectivité"), empty_label=_("Choisissez")
    )
    role = forms.ChoiceField(label=_("Rôle"))
    intitule = forms.CharField(
        label=_("Fonction"),
        max_length=120,
        required=False,
        help_text=_("« responsable technique », « secrétaire de mairie »…"),
    )
    reseau = forms.ModelChoiceField(
        Reseau.objects.none(), label=_("Réseau"), required=False, empty_label=_("Aucun pour l’instant")
    )

    field_order = ["collectivite", "prenom", "nom", "courriel", "telephone", "role", "intitule", "reseau"]

    def __init__(self, *args, par, **kwargs):
        super().__init__(*args, **kwargs)
        self.par = par
        self.fields["collectivite"].queryset = Collectivite.objects.proposees_par(par.utilisateur)
        self.fields["role"].choices = Fonction.roles_permis_a(par)
        self.fields["role"].initial = Fonction.Role.AGENT
        if not par.droits.est_administrateur and not par.droits.collectivites_engagees:
            del self.fields["role"]
        regler_le_reseau(self, par)

    def clean(self):
        donnees = super().clean()
        collectivite = donnees.get("collectivite")
        if collectivite and not self.par.gere(collectivite):
            donnees["role"] = Fonction.Role.AGENT
            if "reseau" in self.fields and not donnees.get("reseau"):
                self.add_error("reseau", _("Choisissez le réseau où vous invitez cette personne."))
        return donnees

    def envoyer(self):
        """The Arrivee, or None with the reason among the errors."""
        try:
            return Invitation(**self.cleaned_data).envoyer(par=self.par)
        except ValidationError as refus:
            self.add_error("courriel", refus)
            return None


class ImportForm(Formulaire, forms.Form):
    """A list of people to invite, as a spreadsheet."""

    fichier = forms.FileField(
        label=_("Le fichier"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV ou Excel, 1 Mo et 300 personnes au plus. Rien n’est envoyé avant votre accord."),
    )
    reseau = forms.ModelChoiceField(
        Reseau.objects.none(),
        label=_("Réseau où les inviter"),
        required=False,
        empty_label=_("Aucun pour l’instant"),
    )

    def __init__(self, *args, par, **kwargs):
        super().__init__(*args, **kwargs)
        regler_le_reseau(self, par)
