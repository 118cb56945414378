from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour

from ..models import Acte, Avis, Besoin, Consultation, Position, Preparation, Projet
from ..models.participation import PASSAGES, Qui
from .quantites import QuantiteField

DE_L_ACTE = {
    "nature": "acte_nature",
    "numero": "acte_numero",
    "date": "acte_date",
    "executoire_le": "acte_executoire_le",
}


def _en_choix(valeurs):
    return [(valeur.value, capfirst(valeur.label)) for valeur in valeurs]


class PreparationForm(Formulaire, forms.ModelForm):
    """What the contribution of its instance takes: a position, with the act that engages, or an opinion."""

    class Meta:
        model = Preparation
        fields = ["niveau", "sens", "quantite", *DE_L_ACTE.values(), "texte", "pour"]
        localized_fields = ["quantite"]
        field_classes = {"quantite": QuantiteField}
        widgets = {
            "niveau": forms.RadioSelect,
            "sens": forms.RadioSelect,
            "pour": forms.RadioSelect,
            "acte_nature": forms.RadioSelect,
            "acte_date": Jour,
            "acte_executoire_le": Jour,
            "texte": forms.Textarea(attrs={"rows": 3}),
        }
        labels = {
            "acte_nature": _("Pour l’engager\u202f: par quel acte"),
            "acte_numero": _("Numéro de l’acte"),
            "acte_date": _("Pris le"),
            "acte_executoire_le": _("Exécutoire le"),
        }
        help_texts = {
            "acte_numero": _("Seulement si la commune s’engage."),
            "acte_executoire_le": _("À laisser vide tant qu’il n’est pas publié et transmis au préfet."),
            "pour": _("Cette personne reçoit un courriel, et répond d’un clic."),
        }
        error_messages = {
            "niveau": {"required": _("Choisissez une position.")},
            "sens": {"required": _("Choisissez un avis.")},
            "pour": {"required": _("Choisissez qui valide.")},
        }

    def __init__(self, *args, decideurs, actuelle, **kwargs):
        super().__init__(*args, **kwargs)
        self.contribution = self.instance.contribution.specifique
        pour = self.fields["pour"]
        pour.queryset, pour.empty_label = decideurs, None
        if len(decideurs) == 1:
            self.initial["pour"] = decideurs[0].pk
        self.fields["texte"].sans_mention = True
        if isinstance(self.contribution, Consultation):
            self._demander_un_avis()
        else:
            self._demander_une_position(actuelle)

    def _demander_un_avis(self):
        self._garder("sens", "texte", "pour")
        self.fields["sens"].required = True
        self.fields["sens"].choices = _en_choix(Avis.Sens)
        self.fields["texte"].help_text = _("Facultatif, sauf pour dire vos réserves.")

    def _demander_une_position(self, actuelle):
        niveau = self.fields["niveau"]
        niveau.required = True
        mot = Position._meta.get_field("commentaire")
        self.fields["texte"].validators.append(MaxLengthValidator(mot.max_length))
        self.fields["texte"].widget.attrs["maxlength"] = mot.max_length
        if isinstance(self.contribution, Besoin):
            self._garder("niveau", "quantite", "texte", "pour")
            niveau.choices = [(n.value, mot) for n, (mot, _aide) in Besoin.mots.items()]
            return
        permis = PASSAGES[actuelle and actuelle.niveau]
        dicibles = {n: mot for n, (mot, _aide) in Projet.mots.items() if Qui.DECIDEUR in permis.get(n, ())}
        dicibles.pop(Position.Niveau.RETIREE, None)
        niveau.choices = [(n.value, mot) for n, mot in dicibles.items()]
        actes = DE_L_ACTE.values() if Position.Niveau.ENGAGEE in dicibles else ()
        self._garder("niveau", *actes, "texte", "pour")
        if actes:
            self.fields["acte_nature"].choices = _en_choix(Acte.Nature)
            self.initial["acte_nature"] = self.initial.get("acte_nature") or Acte.Nature.DELIBERATION

    def _garder(self, *noms):
        for nom in set(self.Meta.fields) - set(noms):
            del self.fields[nom]

    def clean(self):
        donnees = super().clean()
        if donnees.get("quantite") is not None and donnees["quantite"] <= 0:
            self.add_error("quantite", _("La quantité est supérieure à zéro."))
        if "sens" in self.fields:
            self._controler_les_reserves(donnees)
        elif "acte_numero" in self.fields:
            self._controler_l_acte(donnees)
        return donnees

    def _controler_les_reserves(self, donnees):
        if (
            donnees.get("sens") == Avis.Sens.RESERVES
            and not donnees.get("texte")
            and "texte" not in self.errors
        ):
            self.add_error("texte", _("Dites quelles sont vos réserves."))

    def _controler_l_acte(self, donnees):
        """Asked for where the commune engages herself, left aside elsewhere."""
        if donnees.get("niveau") != Position.Niveau.ENGAGEE:
            for champ in DE_L_ACTE.values():
                donnees[champ] = None if champ in ("acte_date", "acte_executoire_le") else ""
            return
        for champ, refus in [
            ("acte_nature", _("Dites si c’est une délibération ou une décision.")),
            (
                "acte_numero",
                _("Une commune s’engage par une décision ou une délibération\u202f: dites laquelle."),
            ),
            ("acte_date", _("Dites de quel jour est cet acte.")),
        ]:
            if not donnees.get(champ) and champ not in self.errors:
                self.add_error(champ, refus)
        acte = Acte(date=donnees.get("acte_date"), executoire_le=donnees.get("acte_executoire_le"))
        self._reporter(acte.clean, DE_L_ACTE)

    def _reporter(self, verbe, champs):
        """Whether it was done; else its reasons are among the errors, each beside its field."""
        try:
            verbe()
        except ValidationError as refus:
            parmi = refus.error_dict if hasattr(refus, "error_dict") else {None: refus}
            for champ, erreur in parmi.items():
                champ = champs.get(champ, champ)
                self.add_error(champ if champ in self.fields else None, erreur)
            return False
        return True

    def preparer(self, *, par):
        """The Preparation that stands, or None: it was refused."""
        ecrite = []
        fait = self._reporter(lambda: ecrite.append(self.instance.preparer(par=par)), {})
        return ecrite[0] if fait else None


class RenvoiForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Un mot à qui l’a préparée"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Dites pourquoi vous la renvoyez.")},
    )
