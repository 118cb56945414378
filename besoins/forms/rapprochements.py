from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire
from plateforme.socle.recherche import chercher
from plateforme.socle.texte import requete_large
from reseau.forms.communes import CommunesField
from reseau.models import Contribution

from ..models import Besoin, Projet

PROCHES_MAX = 20
RECENTS_MAX = 10


def a_cote(besoin, user):
    """The other needs that she may bring together with this one."""
    return Besoin.objects.visibles_par(user).rapprochables().exclude(pk=besoin.pk)


def proposes(besoin, user, mots):
    """Those that resemble it, or that answer her words, best first; then the newest, if she typed none."""
    libres = a_cote(besoin, user).select_related("collectivite")
    visibles = Contribution.objects.visibles_par(user).publiees().ouvertes().filter(type="besoin")
    recherche = requete_large(mots or besoin.titre)
    trouvees = chercher(visibles, recherche, PROCHES_MAX) if recherche else []
    proches = libres.in_bulk([trouvee.pk for trouvee in trouvees])
    proches = [proches[trouvee.pk] for trouvee in trouvees if trouvee.pk in proches]
    if mots:
        return proches
    recents = libres.exclude(pk__in=[proche.pk for proche in proches]).recentes_d_abord()
    return [*proches, *recents[:RECENTS_MAX]]


class ProjetField(forms.ModelChoiceField):
    """An id that no database holds is no choice, rather than an error of SQLite."""

    def to_python(self, value):
        return super().to_python("-" if len(str(value)) > 18 else value)


class RapprochementForm(Formulaire, forms.Form):
    besoins = CommunesField(Besoin.objects.none(), label=_("Avec quels besoins"), required=False)
    projet = ProjetField(
        Projet.objects.none(), label=_("Dans quel projet"), required=False, empty_label=_("Un nouveau projet")
    )

    def __init__(self, *args, besoin, user, mots="", **kwargs):
        super().__init__(*args, **kwargs)
        self.besoin = besoin
        self.fields["besoins"].queryset = a_cote(besoin, user)
        choix = proposes(besoin, user, mots)
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
