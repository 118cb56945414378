from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, PlusieursField

from ..models import Jalon, Tache
from .notes import NoteForm


class JalonForm(NoteForm):
    class Meta:
        model = Jalon
        fields = ["libelle", "debut", "pour_le", "depend_de", "phase", "etape"]
        field_classes = {"depend_de": PlusieursField}
        widgets = {"debut": Jour, "pour_le": Jour}
        labels = {
            "libelle": _("Ce qui sera acquis"),
            "debut": _("Cela commence le"),
            "pour_le": _("C’est attendu pour le"),
            "depend_de": _("Cela vient après"),
            "phase": _("Phase du projet"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        autres = self.instance.projet.jalons.notes().exclude(pk=self.instance.pk)
        self.fields["depend_de"].queryset = autres
        if not autres:
            del self.fields["depend_de"]
        if self.instance.pk is None:
            self.initial["phase"] = self.instance.projet.phase

    def clean(self):
        donnees = super().clean()
        debut, fin = donnees.get("debut"), donnees.get("pour_le")
        if debut and fin and debut > fin:
            self.add_error("pour_le", _("La fin vient après le début."))
        return donnees

    def noter(self, *, par):
        self.instance.a_suivre = list(self.cleaned_data.get("depend_de", ()))
        return super().noter(par=par)


class TacheForm(NoteForm):
    class Meta:
        model = Tache
        fields = ["libelle", "porteur", "pour_le"]
        widgets = {"pour_le": Jour}
        labels = {
            "libelle": _("Ce qu’il y a à faire"),
            "porteur": _("Qui s’en charge"),
            "pour_le": _("Pour le"),
        }
        help_texts = {"porteur": _("Cette personne est prévenue.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        porteurs = self.fields["porteur"]
        porteurs.queryset = self.instance.projet.lecteurs().order_by("nom", "prenom")
        porteurs.choices = [("", _("Choisissez")), *par_commune(porteurs.queryset.avec_fonctions())]

    def clean_pour_le(self):
        jour = self.cleaned_data["pour_le"]
        if jour != self.initial.get("pour_le") and jour < timezone.localdate():
            raise forms.ValidationError(_("Cette date est passée."))
        return jour


def par_commune(membres):
    """[(commune, [(id, « name, commune »)…])…], for a list where one looks for somebody of somewhere."""
    groupes = {}
    for membre in membres:
        collectivite = next((f.collectivite for f in membre.fonctions_propres), None)
        groupes.setdefault(collectivite, []).append(membre)
    for collectivite in sorted(groupes, key=lambda c: (c is None, c and c.slug)):
        nom = collectivite.nom if collectivite else _("Sans collectivité")
        yield nom, [(membre.pk, f"{membre.nom_complet}, {nom}") for membre in groupes[collectivite]]


class FaitForm(Formulaire, forms.Form):
    """The day on which it was done; none: today."""

    le = forms.DateField(label=_("Fait le"), required=False, widget=Jour)

    def refus(self):
        """What is wrong, in a sentence."""
        return " ".join(refus for refus_du_champ in self.errors.values() for refus in refus_du_champ)
