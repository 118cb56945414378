from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import ChoixDeFichiers, FichiersField
from plateforme.socle.formulaires import Formulaire, Jour, Relue

from ..models import Acte, Position

PDF = "application/pdf"


class PieceField(FichiersField):
    """The act, as a single PDF; its cleaned value is a FicheFichier, or None."""

    widget = ChoixDeFichiers({"accept": ".pdf", "multiple": False})

    def __init__(self, **kwargs):
        super().__init__(max_fichiers=1, required=False, **kwargs)

    def clean(self, data, initial=None):
        fiches = super().clean(data, initial)
        if fiches and fiches[0].type_mime != PDF:
            raise ValidationError(_("L’acte s’envoie en PDF."), code="pas_un_pdf")
        return fiches[0] if fiches else None


class ActeForm(Formulaire, forms.ModelForm):
    piece = PieceField(
        label=_("L’acte, en PDF"),
        help_text=_("Qui peut lire le projet pourra le lire. Il peut venir plus tard."),
    )

    class Meta:
        model = Acte
        fields = ["nature", "numero", "date", "executoire_le"]
        widgets = {"nature": forms.RadioSelect, "date": Jour, "executoire_le": Jour}
        labels = {"nature": _("Votre commune s’engage par"), "date": _("Prise le")}

    def _tenter(self, verbe):
        """Whether it was done; else the reasons are among the errors, each beside its field."""
        try:
            verbe()
        except ValidationError as refus:
            self._refuser(refus)
            return False
        return True

    def _refuser(self, refus):
        self.add_error(None, refus)


class EngagementForm(ActeForm):
    commentaire = forms.CharField(
        label=_("Un mot"),
        required=False,
        max_length=300,
        help_text=_("Une réserve, une quantité, un contact."),
    )

    def engager(self, *, par):
        donnees = self.cleaned_data
        return self._tenter(
            partial(
                self.instance.engager,
                par=par,
                commentaire=donnees["commentaire"],
                fiche=donnees["piece"],
            )
        )


class ActeCorrectionForm(Relue, ActeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if piece := self.instance.piece:
            self.fields["piece"].help_text = (
                _("Il prendrait la place de «\u202f%s\u202f», qui reste gardé.") % piece
            )

    def repere(self):
        return Acte.objects.get(pk=self.instance.pk).en_clair

    def corriger(self, *, par):
        donnees = self.cleaned_data
        return self._tenter(
            partial(self.instance.corriger, par=par, lu=donnees["lue"], fiche=donnees["piece"])
        )

    def _refuser(self, refus):
        self.refuser(refus)


class EtapeForm(Formulaire, forms.ModelForm):
    """What one says of a commune that is engaged: she is a member, or she is out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[self.jour].initial = self.initial[self.jour] = self._jour_propose()

    def dire(self, projet, *, collectivite, par):
        try:
            Position.dire(projet, collectivite=collectivite, par=par, niveau=self.niveau, **self.cleaned_data)
        except ValidationError as refus:
            self.add_error(None, refus)
            return False
        return True


class AdmissionForm(EtapeForm):
    niveau, jour = Position.Niveau.MEMBRE, "convention_le"

    class Meta:
        model = Position
        fields = ["convention_le"]
        widgets = {"convention_le": Jour}
        labels = {"convention_le": _("Convention signée le")}
        help_texts = {"convention_le": _("S’il y en a une, et si elle est signée.")}

    def _jour_propose(self):
        return self.instance.convention_le

    def clean_convention_le(self):
        jour = self.cleaned_data["convention_le"]
        if jour and jour > timezone.localdate():
            raise ValidationError(_("Cette date n’est pas encore venue."))
        return jour

    def clean(self):
        donnees = super().clean()
        return donnees | {"commentaire": self.instance.commentaire}


class SortieForm(EtapeForm):
    niveau, jour = Position.Niveau.RETIREE, "effet_le"

    class Meta:
        model = Position
        fields = ["effet_le", "commentaire"]
        widgets = {"effet_le": Jour}
        labels = {"effet_le": _("À compter du"), "commentaire": _("Un mot")}
        help_texts = {"commentaire": _("Pourquoi, si vous voulez le dire. Rien n’y oblige.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["effet_le"].required = True
        self.initial["commentaire"] = ""

    def _jour_propose(self):
        return self.instance.effet_le or timezone.localdate()
