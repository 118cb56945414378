from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, PlusieursField
from reseau.models import Collectivite

from ..models import DelaiLegal, Deliberation, TypeMutualisation
from .notes import NoteForm

SANS_DELAI = _("Autre procédure\u202f: délai à vérifier, la plateforme ne le calcule pas")


class DelaiEtNotification:
    """Mixin of a form that asks for the delay that the law gives, and since when it runs."""

    def proposer_les_delais(self, projet, actuel=None):
        champ = self.fields["delai"]
        delais = DelaiLegal.objects.en_vigueur().pour(projet.type_mutualisation)
        champ.queryset = DelaiLegal.objects.filter(Q(pk__in=delais.values("pk")) | Q(pk=actuel))
        champ.empty_label = SANS_DELAI
        if self.instance.pk is None and projet.type_mutualisation == TypeMutualisation.TRANSFERT:
            self.initial.setdefault("delai", delais.first())

    def clean_notifiee_le(self):
        jour = self.cleaned_data["notifiee_le"]
        if jour > timezone.localdate():
            raise forms.ValidationError(_("Ce jour n’est pas encore venu."))
        return jour


class DeliberationsForm(DelaiEtNotification, Formulaire, forms.ModelForm):
    """Ask several councils, all notified on the same day."""

    collectivites = PlusieursField(queryset=Collectivite.objects.none(), label=_("Qui doit délibérer"))

    class Meta:
        model = Deliberation
        fields = ["delai", "notifiee_le"]
        widgets = {"notifiee_le": Jour, "delai": forms.RadioSelect}
        labels = {"delai": _("Selon quel texte"), "notifiee_le": _("Notifié le")}
        help_texts = {
            "notifiee_le": _("Le délai court de ce jour. Il se corrige ensuite, commune par commune.")
        }

    def __init__(self, *args, projet, **kwargs):
        super().__init__(*args, **kwargs)
        self.projet = projet
        self.proposer_les_delais(projet)
        deja = projet.deliberations.notes().values("collectivite")
        proposees = Q(pk__in=Collectivite.objects.actuelles().values("pk"))
        proposees |= Q(pk__in=projet.beneficiaires.values("pk"))
        self.fields["collectivites"].queryset = Collectivite.objects.filter(proposees).exclude(pk__in=deja)
        self.initial.setdefault("collectivites", [c.pk for c in projet.beneficiaires.all()])

    def attendre(self, *, par):
        lu = self.cleaned_data
        return Deliberation.attendre(
            self.projet, lu["collectivites"], delai=lu["delai"], notifiee_le=lu["notifiee_le"], par=par
        )


class DeliberationForm(DelaiEtNotification, NoteForm):
    class Meta:
        model = Deliberation
        fields = ["sens", "acte_le", "acte_numero", "notifiee_le", "delai"]
        widgets = {
            "notifiee_le": Jour,
            "acte_le": Jour,
            "sens": forms.RadioSelect,
            "delai": forms.RadioSelect,
        }
        labels = {
            "sens": _("Ce que le conseil a délibéré"),
            "acte_le": _("Le"),
            "acte_numero": _("Numéro de l’acte"),
            "notifiee_le": _("Notifié le"),
            "delai": _("Selon quel texte"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposer_les_delais(self.instance.projet, self.instance.delai_id)
        self.fields["sens"].choices = [("", _("rien encore")), *Deliberation.Sens.choices]

    def clean(self):
        donnees = super().clean()
        sens, acte, notifiee = donnees.get("sens"), donnees.get("acte_le"), donnees.get("notifiee_le")
        if sens and not acte and "acte_le" not in self.errors:
            self.add_error("acte_le", _("Dites de quel jour est la délibération."))
        elif acte and not sens and "sens" not in self.errors:
            self.add_error("sens", _("Dites dans quel sens."))
        elif acte and acte > timezone.localdate():
            self.add_error("acte_le", _("Ce jour n’est pas encore venu."))
        elif acte and notifiee and acte < notifiee:
            self.add_error("acte_le", _("La délibération ne précède pas la notification."))
        return donnees
