from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from ..models import Version


class DoublonsMixin:
    """A file whose content is served already is said so, once: who knows it sends it all the same.

    Only what she may read is told: to the others, it is a new document.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["doublon"] = forms.BooleanField(
            required=False, label=_("Le déposer quand même"), widget=forms.CheckboxInput
        )
        self.doublons = []

    def refuser_le_doublon(self, champ, fiche):
        deja = deja_publie(fiche.empreinte, self.membre)
        if deja is None or deja.pk == self.instance.pk:
            return
        self.doublons.append(deja)
        if not self.cleaned_data.get("doublon"):
            self.add_error(champ, phrase_du_doublon(deja))


def deja_publie(empreinte, membre):
    """The document, of those that she may read, that serves this very content; or None."""
    version = Version.objects.memes(empreinte, membre.utilisateur).first()
    return version and version.ressource


def phrase_du_doublon(ressource):
    return format_html(
        '{} <a href="{}">{}</a>', _("Déjà publié\u202f:"), ressource.get_absolute_url(), ressource.titre
    )
