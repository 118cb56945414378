from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire

from ..models import Domaine


class SourdineForm(Formulaire, forms.Form):
    domaine = forms.ModelChoiceField(
        Domaine.objects.actifs(),
        label=_("Un domaine"),
        to_field_name="code",
        empty_label=_("Choisissez"),
        error_messages={"required": _("Choisissez le domaine à mettre en sourdine.")},
    )

    def __init__(self, *args, membre, **kwargs):
        super().__init__(*args, **kwargs)
        deja = membre.sourdines.exclude(domaine=None).values("domaine")
        self.fields["domaine"].queryset = Domaine.objects.actifs().exclude(pk__in=deja)
