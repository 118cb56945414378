from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

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
