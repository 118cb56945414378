from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import FichiersField
from plateforme.socle.formulaires import Formulaire, UneFois

from ..models import Message


class MessageForm(UneFois, Formulaire, forms.Form):
    texte = forms.CharField(
        label=_("Votre message"),
        max_length=10_000,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "placeholder": _("Répondre à tous… (@ pour nommer quelqu’un)"),
                "data-suggestions": reverse_lazy("reseau:mentions"),
                "data-apres": "@",
            }
        ),
        error_messages={"required": _("Écrivez votre message.")},
    )
    pieces = FichiersField(label=_("Photos ou fichiers"), required=False)

    def __init__(self, *args, contribution=None, sans_fichiers=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.contribution = contribution
        if sans_fichiers:
            del self.fields["pieces"]

    def ecrire(self, *, par, au_nom_de):
        """The message, or None with the reason among the errors: the discussion may have closed meanwhile."""
        ecrire = partial(
            Message.ecrire,
            self.contribution,
            auteur=par,
            collectivite=au_nom_de,
            texte=self.cleaned_data["texte"],
            pieces=self.cleaned_data.get("pieces") or (),
            envoi=self.envoi,
        )
        try:
            return self.une_fois(ecrire, self.contribution.messages.filter(auteur=par))
        except ValidationError as refus:
            self.add_error(None, refus)
            return None

    def corriger(self, message):
        """The message that now says what was typed, or None with the reason, like `ecrire`."""
        if self.cleaned_data["texte"] == message.texte:
            return message
        try:
            return message.corriger(texte=self.cleaned_data["texte"])
        except ValidationError as refus:
            self.add_error(None, refus)
            return None


class RetraitDeMessageForm(Formulaire, forms.Form):
    motif = forms.CharField(label=_("Pourquoi le retirer ?"), max_length=300)
