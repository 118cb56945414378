import re
from datetime import timedelta

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Heure, Jour, PlusieursField
from plateforme.socle.texte import entier

from ..heures import instant
from ..models import Annonce, Contribution, Reseau
from .communes import CommunesDuReseau
from .contributions import ContributionForm

DANS_UN_AN = timedelta(days=366)


class AnnonceForm(CommunesDuReseau, ContributionForm):
    """What is told, and to whom. When it leaves is asked on the next page, once it has been seen."""

    champ_des_communes = "communes"
    hors_du_pli = ContributionForm.hors_du_pli | {"corps", "communes"}

    class Meta(ContributionForm.Meta):
        model = Annonce
        fields = [
            "titre",
            "corps",
            "reseau",
            "communes",
            "collectivite",
            "visibilite",
            "domaines",
            "etiquettes",
        ]
        field_classes = {"communes": PlusieursField}
        widgets = {
            **ContributionForm.Meta.widgets,
            "corps": forms.Textarea(attrs={"rows": 8}),
        }
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Votre annonce, en une phrase"),
            "corps": _("Texte"),
            "communes": _("Seulement ces communes"),
        }
        help_texts = {
            "reseau": "",
            "communes": _("Aucune cochée\u202f: tous les membres du réseau reçoivent l’annonce."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("visibilite", Annonce.Visibilite.RESEAU)
        if not self.instance.est_brouillon:
            # They have had it: only what is said may still be corrected.
            for nom in ("reseau", "communes"):
                self.fields[nom].disabled = True

    def _controler_les_lecteurs(self, visibilite, reseau):
        """Nor does it name to more readers what it leads to and they may not read."""
        super()._controler_les_lecteurs(visibilite, reseau)
        chemins = list(_chemins_d_ici(self.cleaned_data.get("corps", "")))
        lues = Contribution.objects.visibles_par(self.membre.utilisateur).filter(
            pk__in=_contributions_citees(chemins)
        )
        trop = [lue for lue in lues.order_by("pk") if lue.elargit(visibilite, reseau and reseau.pk)]
        if trop:
            refus = _(
                "L’annonce aurait plus de lecteurs que «\u202f%(titre)s\u202f», qu’elle cite\u202f: "
                "retirez sa ligne, ou choisissez moins de lecteurs."
            )
            self.add_error("visibilite", refus % {"titre": trop[0].titre})
        elif visibilite == Annonce.Visibilite.PUBLIQUE and any(map(_mene_a_un_membre, chemins)):
            refus = _(
                "L’annonce mène à la page de membres, que le public ne lit pas\u202f: retirez leurs lignes."
            )
            self.add_error("visibilite", refus)

    def restantes(self):
        """[(network, how many it may still be told the week when this one leaves, or this week)]"""
        return Annonce.restantes(self.fields["reseau"].queryset, sauf=self.instance)

    def _choix_du_reseau(self):
        permis = {*self.membre.droits.reseaux_animes}
        if not self.instance.est_brouillon:
            permis.add(self.instance.reseau_id)
        champ = self.fields["reseau"]
        champ.queryset = Reseau.objects.filter(pk__in=permis)
        champ.required = True
        champ.error_messages["required"] = _("Choisissez le réseau à qui vous l’annoncez.")
        animes = self.membre.droits.reseaux_animes
        if self.instance.pk is None and animes:
            # The page of a network that she does not run leads here too.
            demande = getattr(self.initial.get("reseau"), "pk", None)
            self.initial["reseau"] = demande if demande in animes else animes[0]
        if self.instance.pk or animes:
            champ.empty_label = None


def _chemins_d_ici(texte):
    """Where its links to this site lead, whatever the prefix under which the site is served."""
    ici = getattr(settings, "WAGTAILADMIN_BASE_URL", "") + get_script_prefix()
    return [f"/{chemin}" for chemin in re.findall(re.escape(ici) + r"([\w/-]+)", texte)]


def _contributions_citees(chemins):
    """The ids of what these lead to: its page, that of its file, of its history…"""
    pages = [f"{m._meta.app_label}:{nom}" for nom, m in Contribution.types().items()]
    racines = {reverse(page, args=[0]).removesuffix("0/") for page in [*pages, "reseau:contribution"]}
    racines = "|".join(re.escape(f"/{racine.removeprefix(get_script_prefix())}") for racine in racines)
    citees = [re.match(rf"(?:{racines})(\d+)(?:/|$)", chemin) for chemin in chemins]
    return {n for citee in citees if citee and (n := entier(citee[1])) is not None}


def _mene_a_un_membre(chemin):
    try:
        return resolve(chemin).view_name == "reseau:membre"
    except Resolver404:
        return False


class DepartForm(Formulaire, forms.Form):
    """Now, or at an hour on the clocks of here."""

    MAINTENANT, PLUS_TARD = "maintenant", "plus_tard"

    quand = forms.ChoiceField(
        label=_("Quand l’envoyer ?"),
        choices=[(MAINTENANT, _("maintenant")), (PLUS_TARD, _("à un moment choisi, à cinq minutes près"))],
        widget=forms.RadioSelect,
    )
    jour = forms.DateField(
        label=_("Jour"), widget=Jour, error_messages={"required": _("Choisissez un jour.")}
    )
    heure = forms.TimeField(
        label=_("Heure, celle de Paris"),
        widget=Heure,
        error_messages={"required": _("Choisissez une heure.")},
    )

    # They are asked for only if she chooses so, which the browser does not know.
    use_required_attribute = False

    def clean(self):
        donnees = super().clean()
        if donnees.get("quand") == self.MAINTENANT:
            for nom in ("jour", "heure"):
                self.errors.pop(nom, None)
        elif donnees.get("jour") and donnees.get("heure"):
            self._dater(donnees)
        return donnees

    def _dater(self, donnees):
        try:
            donnees["depart"] = instant(donnees["jour"], donnees["heure"])
        except ValidationError as refus:
            self.add_error("heure", refus)
            return
        if donnees["depart"] > timezone.now() + DANS_UN_AN:
            self.add_error("jour", _("Choisissez un jour d’ici un an."))
        elif donnees["depart"] <= timezone.now():
            passe = donnees["jour"] < timezone.localdate()
            self.add_error(
                "jour" if passe else "heure",
                _("Ce jour est passé.") if passe else _("Cette heure est passée."),
            )

    @property
    def depart(self):
        return self.cleaned_data.get("depart") or timezone.now()
