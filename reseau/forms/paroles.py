from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class AuNomDe:
    """Mixin of a form by which one speaks for a collectivité: it carries the one that its page showed.

    Another may have been chosen meanwhile, in another tab: it is then said, rather than speak for it. The
    page writes `{{ form.parle_pour }}` in the form; without it (a page opened before, a mail), all goes on.
    """

    def __init__(self, *args, au_nom_de=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.au_nom_de = au_nom_de
        self.fields["parle_pour"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.initial["parle_pour"] = au_nom_de and au_nom_de.pk

    def clean_parle_pour(self):
        montree = self.cleaned_data["parle_pour"]
        if self.au_nom_de and montree and montree != str(self.au_nom_de.pk):
            # She has been told: her next click will be in knowledge of it.
            self.data = self.data.copy()
            self.data[self.add_prefix("parle_pour")] = self.au_nom_de.pk
            refus = _("Vous parlez maintenant au nom de %s. Relisez, puis envoyez de nouveau.")
            raise ValidationError(refus % self.au_nom_de.nom)
        return montree

    def clean(self):
        donnees = super().clean()
        donnees.pop("parle_pour", None)  # what remains is what she says
        return donnees
