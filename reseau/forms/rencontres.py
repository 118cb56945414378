from datetime import timedelta
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Heure, Jour, Relue, UneFois
from plateforme.socle.texte import nettoyer

from ..heures import instant
from ..models import Membre, Rencontre
from .contributions import ContributionForm

HORIZON = timedelta(days=5 * 366)


class Lien(forms.URLField):
    """An address typed without its beginning is a safe one."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", **kwargs)


class CreneauForm(forms.Form):
    """Mixin of fields: a day and two hours, as the clocks will show them, then where and for how many."""

    jour = forms.DateField(label=_("Jour"), widget=Jour)
    de = forms.TimeField(label=_("De"), widget=Heure, error_messages={"invalid": _("Par exemple 9:30.")})
    a = forms.TimeField(label=_("À"), widget=Heure, error_messages={"invalid": _("Par exemple 11:30.")})
    lieu = forms.CharField(
        label=_("Lieu"),
        required=False,
        max_length=200,
        help_text=_("«\u202fMairie de Changé, salle du conseil\u202f»"),
    )
    capacite = forms.IntegerField(
        label=_("Nombre de places"),
        required=False,
        max_value=9999,
        validators=[MinValueValidator(1, _("Une place au moins."))],
        help_text=_("Vide\u202f: autant qu’on veut. Au-delà, une liste d’attente."),
    )

    champs_du_creneau = ("jour", "de", "a", "lieu", "capacite")

    def clean_jour(self):
        jour, aujourdhui = self.cleaned_data["jour"], timezone.localdate()
        if jour != self.initial.get("jour") and jour < aujourdhui:
            raise ValidationError(_("Cette date est passée."))
        if jour > aujourdhui + HORIZON:
            raise ValidationError(_("C’est dans plus de cinq ans\u202f: vérifiez l’année."))
        return jour

    def clean(self):
        donnees = super().clean()
        donnees = self.cleaned_data if donnees is None else donnees
        bornes = {}
        if donnees.get("jour"):
            for borne in ("de", "a"):
                if donnees.get(borne) is not None:
                    try:
                        bornes[borne] = instant(donnees["jour"], donnees[borne])
                    except ValidationError as refus:
                        self.add_error(borne, refus)
        if len(bornes) == 2 and bornes["a"] <= bornes["de"]:
            self.add_error("a", _("La fin vient après le début."))
        self.bornes = bornes
        return donnees

    def creneau(self):
        """What a Séance holds of it."""
        return {
            "debut": self.bornes["de"],
            "fin": self.bornes["a"],
            "lieu": self.cleaned_data["lieu"],
            "capacite": self.cleaned_data["capacite"],
        }


class SeanceForm(Relue, UneFois, Formulaire, CreneauForm):
    def __init__(self, *args, rencontre, seance=None, **kwargs):
        self.rencontre, self.seance = rencontre, seance
        if seance:
            debut, fin = timezone.localtime(seance.debut), timezone.localtime(seance.fin)
            kwargs["initial"] = {
                "jour": debut.date(),
                "de": debut.time(),
                "a": fin.time(),
                "lieu": seance.lieu,
                "capacite": seance.capacite,
            }
        super().__init__(*args, **kwargs)
        lieu = self.fields["lieu"]
        lieu.required = not rencontre.visio
        lieu.error_messages["required"] = _("Dites où, ou donnez à la rencontre un lien de visioconférence.")

    def repere(self):
        return self.seance.repere_de_lecture if self.seance else ""

    def enregistrer(self, *, par):
        """The séance, or None with the reason among the errors."""
        try:
            if self.seance:
                return self.seance.modifier(par=par, lue=self.cleaned_data["lue"], **self.creneau())
            ajouter = partial(self.rencontre.ajouter, par=par, envoi=self.envoi, **self.creneau())
            return self.une_fois(ajouter, self.rencontre.seances)
        except ValidationError as refus:
            self.refuser(refus)
            return None


class RencontreForm(CreneauForm, ContributionForm):
    class Meta(ContributionForm.Meta):
        model = Rencontre
        fields = [
            "titre",
            "genre",
            *ContributionForm.Meta.fields[1:],
            "visio",
            "ordre_du_jour",
            "inscription_jusqu_au",
        ]
        widgets = {
            **ContributionForm.Meta.widgets,
            "genre": forms.RadioSelect,
            "ordre_du_jour": forms.Textarea(attrs={"rows": 4}),
            "inscription_jusqu_au": Jour,
            "visio": forms.URLInput(attrs={"placeholder": "https://"}),
        }
        field_classes = {"visio": Lien}
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("De quoi parlerez-vous, en une phrase\u202f?"),
            "genre": _("C’est"),
            "corps": _("Présentation"),
        }
        error_messages = {
            **ContributionForm.Meta.error_messages,
            "visio": {"invalid": _("Donnez une adresse qui commence par https://")},
        }

    hors_du_pli = {
        *ContributionForm.hors_du_pli,
        *CreneauForm.champs_du_creneau,
        "genre",
        "visio",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._choix_du_genre()
        # One of the two is enough, none is not: neither is « facultatif ».
        if not self.instance.pk:
            self.fields["lieu"].label = _("Lieu (ou lien, au-dessous)")
            self.fields["visio"].label = _("Lien de visioconférence (ou lieu, au-dessus)")
            self.fields["lieu"].sans_mention = self.fields["visio"].sans_mention = True
        # A date is kept in each séance, which has its own page, once there is one.
        if self.instance.pk:
            for champ in self.champs_du_creneau:
                del self.fields[champ]
        elif self.membre.droits.reseaux_animes:
            self._proposer_le_reseau_anime()

    def _choix_du_genre(self):
        """Only a visit where she calls nothing; else the rule, before she fills the rest."""
        champ, convocables = self.fields["genre"], Rencontre.convocables_par(self.membre)
        if convocables is None:
            return
        champ.help_text = _("Une réunion ou un atelier se convoque dans un réseau que vous animez.")
        if not convocables:
            permis = {Rencontre.Genre.VISITE, self.instance.pk and self.instance.genre}
            champ.choices = [choix for choix in Rencontre.Genre.choices if choix[0] in permis]
            champ.error_messages["invalid_choice"] = champ.help_text
            if not self.instance.pk:
                self.initial["genre"] = Rencontre.Genre.VISITE

    def _proposer_le_reseau_anime(self):
        proposee = self.initial.get("reseau")
        if getattr(proposee, "pk", proposee) not in self.membre.droits.reseaux_animes:
            self.initial["genre"] = Rencontre.Genre.VISITE

    @property
    def demande_un_creneau(self):
        return "jour" in self.fields

    def clean(self):
        donnees = super().clean()
        endroit = donnees.get("lieu") or donnees.get("visio")
        if self.demande_un_creneau and not endroit and not {"lieu", "visio"} & set(self.errors):
            self.add_error("lieu", _("Dites où, ou donnez un lien de visioconférence."))
        jusqu_au = donnees.get("inscription_jusqu_au")
        if jusqu_au and jusqu_au != self.initial.get("inscription_jusqu_au"):
            fin = donnees.get("jour") or (self.instance.fin and timezone.localdate(self.instance.fin))
            if jusqu_au < timezone.localdate():
                self.add_error("inscription_jusqu_au", _("Cette date est passée."))
            elif fin and jusqu_au > fin:
                self.add_error("inscription_jusqu_au", _("C’est après la rencontre."))
        self._controler_qui_convoque(donnees)
        return donnees

    def _controler_qui_convoque(self, donnees):
        """The rule of `refus_de_convoquer`, for what she changes: what stands keeps standing."""
        genre, reseau = donnees.get("genre"), donnees.get("reseau")
        inchange = self.instance.pk and (genre, reseau and reseau.pk) == (
            self.initial.get("genre"),
            self.initial.get("reseau"),
        )
        if not genre or "reseau" in self.errors or inchange:
            return
        if refus := Rencontre(genre=genre).refus_de_convoquer(self.membre, reseau and reseau.pk):
            self.add_error("genre", refus)

    def save(self, commit=True):
        rencontre = super().save(commit)
        if commit and self.demande_un_creneau:
            rencontre.programmer(**self.creneau())
        return rencontre


class AnnulationForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi l’annuler\u202f?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une phrase, pour ceux qui s’étaient inscrits."),
    )


class CollegueForm(Formulaire, forms.Form):
    """Somebody of my collectivité: a member, or a name."""

    membre = forms.ModelChoiceField(
        Membre.objects.none(),
        label=_("Une personne de la commune"),
        required=False,
        empty_label=_("Quelqu’un d’autre"),
    )
    nom = forms.CharField(
        label=_("Ou le prénom et le nom de quelqu’un sans compte"), required=False, max_length=160
    )

    def __init__(self, *args, seance, collectivite, **kwargs):
        super().__init__(*args, **kwargs)
        self.seance, self.collectivite = seance, collectivite
        # One of the two is enough, none is not: neither is « facultatif ».
        for champ in self.fields.values():
            champ.sans_mention = True
        deja = seance.inscriptions.actives().filter(membre__isnull=False)
        collegues = Membre.objects.actifs().agents_de(collectivite)
        lecteurs = seance.rencontre.lecteurs_parmi(collegues).exclude(pk__in=deja.values("membre"))
        self.fields["membre"].queryset = lecteurs

    def clean(self):
        donnees = super().clean()
        membre, nom = donnees.get("membre"), nettoyer(donnees.get("nom") or "")
        if membre and nom:
            self.add_error("nom", _("Choisissez une personne, ou donnez un nom\u202f: pas les deux."))
        elif not membre and not nom and "membre" not in self.errors:
            self.add_error("membre", _("Choisissez une personne, ou donnez son nom."))
        return donnees

    def inscrire(self, *, par):
        """The inscription, or None with the reason among the errors."""
        try:
            return self.seance.inscrire(
                par=par,
                collectivite=self.collectivite,
                membre=self.cleaned_data["membre"],
                nom=self.cleaned_data["nom"],
            )
        except ValidationError as refus:
            self.add_error(None, refus)
            return None
