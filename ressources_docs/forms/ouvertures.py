from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Relue

from ..models import Ressource
from .ressources import DossierField

# What is looked at before everybody reads it: a short name for the journal, and the question.
VERIFICATIONS = {
    "acheve": _(
        "Il est achevé\u202f: ni brouillon, ni préparatoire à une décision qui n’est pas encore prise."
    ),
    "personnes": _(
        "Il ne donne ni adresse, ni téléphone, ni date de naissance, ni signature manuscrite d’une personne."
    ),
    "jugements": _(
        "Il ne porte aucun jugement sur une personne nommée ou reconnaissable, agent, élu ou habitant."
    ),
    "secrets": _(
        "Il ne révèle ni le secret des affaires d’une entreprise (prix détaillés, procédés), ni ce qui"
        " protège un lieu ou un système (plans, accès, codes)."
    ),
    "droits": _("Nous pouvons le diffuser\u202f: textes, photos et plans sont de nous, ou permis."),
    "traces": _(
        "Le fichier ne garde ni commentaire, ni suivi des modifications, ni page ou colonne masquée."
    ),
}


class ToutCocherField(forms.MultipleChoiceField):
    """Each box is a thing that was looked at: all of them, or it does not go out."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        coches = super().clean(value)
        if set(coches) != {valeur for valeur, _libelle in self.choices}:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return coches


def verifications_field():
    return ToutCocherField(
        label=_("Avant que tout le monde le lise, vous avez vérifié"),
        choices=VERIFICATIONS.items(),
        error_messages={
            "required": _("Vérifiez et cochez chaque point\u202f: sans cela, il reste entre membres.")
        },
    )


class OuvertureForm(Relue, Formulaire, forms.ModelForm):
    """What was looked at; and, of what everybody will read of it, what nobody has said yet."""

    thematique = DossierField()
    verifie = verifications_field()

    field_order = ["verifie", "licence", "thematique", "corps"]

    class Meta:
        model = Ressource
        fields = ["licence", "thematique", "corps"]
        widgets = {"licence": forms.RadioSelect, "corps": forms.Textarea(attrs={"rows": 3})}
        labels = {"corps": _("Résumé"), "licence": _("Ce que chacun pourra en faire")}
        help_texts = {"corps": _("Ce qu’on y trouve, pour qui hésite à l’ouvrir.")}
        error_messages = {
            "licence": {"required": _("Choisissez sa licence\u202f: chaque document public en a une.")}
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["licence"].required = True
        self.fields["licence"].choices = Ressource.Licence.choices
        self.fields["thematique"].ranger()
        for nom in ("thematique", "corps"):
            if getattr(self.instance, nom):
                del self.fields[nom]

    def repere(self):
        return self.instance.repere_d_ouverture

    def ouvrir(self, *, par):
        """The document, which everybody reads; or None with the reason among the errors."""
        try:
            return self.instance.ouvrir_au_public(par=par, **self.cleaned_data)
        except ValidationError as refus:
            self.refuser(refus)
            return None

    def refuser(self, refus):
        """What was ticked was said of what it is no more."""
        super().refuser(refus)
        self.data.setlist("verifie", [])
