from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plateforme.socle.exports import en_tableur
from reseau.views.acces import membre_requis, obtenir

from ..forms.consultations import AvisForm
from ..models import Avis, Consultation
from .paroles import ParoleView


class AvisView(ParoleView):
    """The opinion of my collectivité."""

    modele = Avis
    formulaire = AvisForm
    dire = Avis.donner
    dossier = "avis"
    ancre = "mon-avis"
    note_sans_effet = gettext_lazy("Votre avis est noté. L’avis confirmé reste celui de la collectivité.")

    def dispatch(self, request, *args, **kwargs):
        visibles = Consultation.objects.visibles_par(request.user).publiees()
        self.contribution = obtenir(visibles.select_related("collectivite", "reseau", "fil"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def peut_dire(self):
        consultation = self.contribution
        return consultation.accepte_les_avis and consultation.interroge(self.request.au_nom_de)

    def contexte(self, actuelle, formulaire):
        return {"mon_avis": actuelle, "formulaire_avis": formulaire}


@require_safe
@membre_requis
def export(request, pk):
    """Who was asked, in alphabetical order, and what each answered; silence is said as such."""
    consultation = obtenir(Consultation.objects.visibles_par(request.user).publiees(), pk=pk)
    entetes = [
        _("collectivité"),
        _("avis"),
        _("en quelques mots"),
        _("donné par"),
        _("confirmé par le référent ou un élu"),
        _("donné le"),
        _("accusé de réception le"),
        _("accusé par"),
    ]
    return en_tableur(request, _("avis"), entetes, map(_ligne, consultation.reponses()))


def _ligne(reponse):
    avis = reponse.avis
    return [
        reponse.collectivite.nom,
        avis.get_sens_display() if avis else _("sans réponse"),
        avis.texte if avis else "",
        avis.par.nom_complet if avis else "",
        avis.confirmee if avis else "",
        timezone.localtime(avis.dite_le) if avis else None,
        timezone.localtime(reponse.recue_le) if reponse.recue_le else None,
        reponse.recue_par.nom_complet if reponse.recue_par else "",
    ]
