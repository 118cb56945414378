from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, PlusieursField
from reseau.forms.communes import CommunesDuReseau
from reseau.forms.contributions import ContributionForm

from ..models import Avis, Consultation


class ConsultationForm(CommunesDuReseau, ContributionForm):
    champ_des_communes = "interrogees"
    hors_du_pli = ContributionForm.hors_du_pli | {"corps", "ouverte_du", "jusqu_au", "interrogees"}

    class Meta(ContributionForm.Meta):
        model = Consultation
        fields = [
            "titre",
            "corps",
            "reseau",
            "collectivite",
            "ouverte_du",
            "jusqu_au",
            "interrogees",
            "visibilite",
            "domaines",
            "etiquettes",
        ]
        field_classes = {"interrogees": PlusieursField}
        widgets = {
            **ContributionForm.Meta.widgets,
            "corps": forms.Textarea(attrs={"rows": 8}),
            "ouverte_du": Jour,
            "jusqu_au": Jour,
        }
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Votre projet, en une phrase"),
            "corps": _("Ce que vous soumettez aux autres"),
            "jusqu_au": _("Jusqu’au, ce jour compris"),
            "interrogees": _("Seulement ces collectivités"),
        }
        help_texts = {
            "reseau": "",
            "jusqu_au": "",
            "interrogees": _("Aucune cochée\u202f: toutes celles qui ont quelqu’un dans le réseau."),
        }
        error_messages = {
            **ContributionForm.Meta.error_messages,
            "jusqu_au": {"required": _("Dites jusqu’à quel jour vous attendez les avis.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        reseau = self.fields["reseau"]
        reseau.required = True
        reseau.error_messages["required"] = _("Choisissez le réseau que vous consultez.")
        if self.instance.pk is None and self.membre.droits.reseaux:
            reseau.empty_label = None
        if not self.instance.est_brouillon:
            # Whose project it is, and whom it is put to, is settled: others may still be asked.
            for nom in ("reseau", "collectivite"):
                self.fields[nom].disabled = True
            champ = self.fields["interrogees"]
            champ.queryset = champ.queryset.exclude(pk=self.instance.collectivite_id)
            champ.label = _("Collectivités interrogées")
            champ.help_text = _("Vous pouvez en ajouter, pas en retirer.")

    def clean(self):
        donnees = super().clean()
        debut, fin = donnees.get("ouverte_du"), donnees.get("jusqu_au")
        if debut and fin and fin < debut:
            self.add_error("jusqu_au", _("La consultation finit après son ouverture."))
        elif fin and fin != self.initial.get("jusqu_au") and fin < timezone.localdate():
            self.add_error("jusqu_au", _("Cette date est passée."))
        if "interrogees" in donnees:
            self._controler_les_interrogees(donnees)
        return donnees

    def _controler_les_interrogees(self, donnees):
        choisies = set(donnees["interrogees"])
        if not self.instance.est_brouillon:
            retirees = set(self.instance.interrogees.all()) - choisies
            if retirees:
                self.add_error("interrogees", _("Vous pouvez en ajouter, pas en retirer."))
        elif choisies and choisies == {donnees.get("collectivite")}:
            self.add_error("interrogees", _("Choisissez-en une autre que la vôtre."))
        elif donnees.get("reseau") and donnees.get("collectivite") and not choisies:
            autres = self.collectivites_de([donnees["reseau"]]).exclude(
                collectivite=donnees["collectivite"].pk
            )
            if not autres.exists():
                self.add_error("reseau", _("Ce réseau n’a pas encore d’autre collectivité à interroger."))


class AvisForm(Formulaire, forms.ModelForm):
    class Meta:
        model = Avis
        fields = ["sens", "texte"]
        widgets = {"sens": forms.RadioSelect, "texte": forms.Textarea(attrs={"rows": 4})}
        help_texts = {"texte": _("Facultatif, sauf pour dire vos réserves.")}
        error_messages = {"sens": {"required": _("Choisissez un avis.")}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["texte"].sans_mention = True

    def clean(self):
        donnees = super().clean()
        muettes = not donnees.get("texte") and "texte" not in self.errors
        if donnees.get("sens") == Avis.Sens.RESERVES and muettes:
            self.add_error("texte", _("Dites quelles sont vos réserves."))
        return donnees


class SyntheseForm(Formulaire, forms.Form):
    synthese = forms.CharField(
        label=_("Synthèse"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Ce qui a été dit, ce que vous en retenez, ce que vous ferez. Les avis restent à côté."),
    )
