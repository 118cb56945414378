from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, PlusieursField
from reseau.semblables import semblables

from ..models import Besoin, Projet, Ressemblance

TROUVES_MAX = 20
RECENTS_MAX = 10


def a_cote(besoin, user):
    """The other needs that she may bring together with this one."""
    return Besoin.objects.visibles_par(user).rapprochables().exclude(pk=besoin.pk)


def proposes(besoin, user, mots, coches):
    """What answers her words, best first; if she typed none, those that are `coches`, those that resemble it,
    then the newest, without what was set aside."""
    libres = a_cote(besoin, user).select_related("collectivite")
    if mots:
        trouves = semblables(mots, user=user, types=["besoin"], sauf=[besoin.pk], limite=TROUVES_MAX)
        return dans_l_ordre(libres, [trouve.pk for trouve in trouves])
    ecartes = Ressemblance.objects.ecartees().autres(besoin.pk)
    proches = Ressemblance.objects.proposees().autres(besoin.pk)
    recents = libres.exclude(pk__in=[*coches, *proches, *ecartes]).recentes_d_abord()
    return [*dans_l_ordre(libres, [*coches, *proches]), *recents[:RECENTS_MAX]]


def dans_l_ordre(besoins, pks):
    lus = besoins.in_bulk(pks)
    return [lus[pk] for pk in dict.fromkeys(pks) if pk in lus]


class ProjetField(forms.ModelChoiceField):
    """An id that no database holds is no choice, rather than an error of SQLite."""

    def to_python(self, value):
        return super().to_python("-" if len(str(value)) > 18 else value)


class RapprochementForm(Formulaire, forms.Form):
    besoins = PlusieursField(Besoin.objects.none(), label=_("Avec quels besoins"), required=False)
    projet = ProjetField(
        Projet.objects.none(), label=_("Dans quel projet"), required=False, empty_label=_("Un nouveau projet")
    )

    def __init__(self, *args, besoin, user, mots="", coches=(), **kwargs):
        """`coches`: the ids of the needs that are ticked when she arrives."""
        super().__init__(*args, **kwargs)
        self.besoin = besoin
        self.fields["besoins"].queryset = a_cote(besoin, user)
        self.initial.setdefault("besoins", coches)
        choix = proposes(besoin, user, mots, coches)
        self.fields["besoins"].widget.choices = [(b.pk, f"{b.titre} ({b.collectivite.nom})") for b in choix]
        self.fields["projet"].queryset = (
            Projet.objects.visibles_par(user).publiees().ouvertes().filter(reseau=besoin.reseau_id)
        )

    def clean(self):
        donnees = super().clean()
        if "besoins" in donnees and not donnees["besoins"] and not donnees.get("projet"):
            self.add_error("besoins", _("Cochez un autre besoin, ou choisissez un projet."))
        return donnees

    @property
    def reunis(self):
        return [self.besoin, *self.cleaned_data["besoins"]]

    def rapprocher(self, *, par):
        """In the project that was chosen → it, or None with the reason among the errors."""
        try:
            return self.cleaned_data["projet"].rapprocher(self.reunis, par=par)
        except ValidationError as refus:
            self.add_error(None, refus)
            return None
