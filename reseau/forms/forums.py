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
