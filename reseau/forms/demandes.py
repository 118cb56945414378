from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import AdresseField, Formulaire

from ..models import Collectivite, Demande, Reseau


class RejoindreForm(Formulaire, forms.ModelForm):
    """A visitor asks to come in. The waiting request of the same address is nobody's business here."""

    class Meta:
        model = Demande
        fields = [
            "reseau",
            "prenom",
            "nom",
            "courriel",
            "telephone",
            "collectivite",
            "intitule",
            "mot",
            "niveau_courriel",
        ]
        field_classes = {"courriel": AdresseField}
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "courriel": forms.EmailInput(attrs={"autocomplete": "email"}),
            "telephone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "mot": forms.Textarea(attrs={"rows": 3}),
            "niveau_courriel": forms.RadioSelect,
        }
        labels = {
            "reseau": _("Le réseau que vous voulez rejoindre"),
            "courriel": _("Votre adresse électronique"),
            "collectivite": _("Votre collectivité"),
            "mot": _("Quelques mots pour la personne qui vous répondra"),
            "niveau_courriel": _("Recevoir les nouvelles du réseau par courriel"),
        }
        help_texts = {
            "courriel": _("Professionnelle ou non : c’est elle que vous taperez pour entrer."),
            "intitule": _("« responsable technique », « secrétaire de mairie »…"),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reseau"].queryset = Reseau.objects.visibles_par(user)
        self.fields["collectivite"].queryset = Collectivite.objects.actuelles()
        for nom in ("reseau", "collectivite"):
            self.fields[nom].empty_label = _("Choisissez")

    def validate_constraints(self):
        """The uniqueness of what waits would tell a stranger who has asked: `deposer` keeps it quiet."""


class RefusForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Demande
        fields = ["motif"]
        widgets = {"motif": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"motif": _("Envoyé tel quel à la personne.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].required = True
