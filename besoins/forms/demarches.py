from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Jour
from reseau.forms.rencontres import Lien

from ..models import Demarche
from .notes import NoteForm


class DemarcheForm(NoteForm):
    class Meta:
        model = Demarche
        fields = ["libelle", "qui", "faite_le", "remarque", "lien", "piece", "sans_objet"]
        error_messages = {"libelle": {"required": _("Dites ce qu’il faut faire.")}}
        field_classes = {"lien": Lien}
        widgets = {"faite_le": Jour, "remarque": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "libelle": _("Ce qu’il faut faire"),
            "qui": _("Qui s’en charge"),
            "faite_le": _("Fait le"),
            "lien": _("Un lien"),
            "piece": _("Un fichier du projet"),
            "sans_objet": _("Sans objet, parce que"),
        }
        help_texts = {
            "faite_le": _("À laisser vide tant que ce n’est pas fait."),
            "sans_objet": _("Si le projet n’en a pas besoin\u202f: elle ne sera plus attendue."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._proposer_les_fichiers()
        if self.instance.est_un_visa:
            self.fields["qui"].label = _("Qui l’a donné")
            self.fields["faite_le"].label = _("Donné le")
            self.fields["sans_objet"].label = _("Dispense, parce que")
            self.fields["sans_objet"].help_text = _(
                "Si vous vous en passez\u202f: la raison se lit sur la page du projet."
            )
            del self.fields["libelle"]

    def _proposer_les_fichiers(self):
        """Those of the project itself; it has to have some."""
        champ = self.fields["piece"]
        champ.queryset = self.instance.projet.pieces.filter(message=None)
        champ.empty_label = _("Aucun")
        if not champ.queryset:
            del self.fields["piece"]

    def clean_faite_le(self):
        jour = self.cleaned_data["faite_le"]
        if jour and jour > timezone.localdate():
            raise ValidationError(_("C’est une date à venir\u202f: laissez vide tant que ce n’est pas fait."))
        return jour

    def clean(self):
        donnees = super().clean()
        if donnees.get("faite_le") and donnees.get("sans_objet"):
            self.add_error("sans_objet", _("Une démarche est faite, ou sans objet\u202f: pas les deux."))
        if self.instance.est_un_visa and donnees.get("faite_le") and not donnees.get("qui"):
            self.add_error("qui", _("Dites qui a donné le visa."))
        return donnees
