from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Phrase, Repere

from ..models import Discussion
from .contributions import ContributionForm


class DiscussionForm(ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Discussion
        fields = ["titre", "genre", *ContributionForm.Meta.fields[1:]]
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Votre question, en une phrase"),
            "genre": _("C’est"),
        }

    def clean_genre(self):
        genre = self.cleaned_data["genre"]
        if self.instance.resolue_le and genre != Discussion.Genre.QUESTION:
            raise ValidationError(_("Une question résolue reste une question."))
        return genre


class FaqForm(Formulaire, forms.Form):
    question = forms.CharField(label=_("La question, en une phrase"), max_length=200, widget=Phrase)
    reponse = forms.CharField(
        label=_("La réponse"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Ce que lira, dans un an, celle ou celui qui se pose la question."),
    )
    lue = forms.CharField(required=False, widget=Repere)

    def enregistrer(self, discussion, *, par):
        """The discussion, or None with the reason among the errors: another may have written it meanwhile."""
        try:
            return discussion.mettre_en_faq(**self.cleaned_data, par=par)
        except ValidationError as refus:
            self.add_error(None, refus)
            # She has been told: her next click will be in knowledge of it.
            self.data = self.data.copy()
            self.data["lue"] = discussion.repere_de_la_faq
            return None
