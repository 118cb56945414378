from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from plateforme.socle.exports import en_tableur
from reseau.views.acces import ParoleRequiseMixin, membre_requis, obtenir

from ..forms.consultations import AvisForm
from ..models import Avis, Consultation


@method_decorator(vary_on_headers("HX-Request"), "dispatch")
class AvisView(ParoleRequiseMixin, View):
    """Give the opinion of my collectivité; GET shows the form alone, for those without script."""

    def dispatch(self, request, *args, **kwargs):
        visibles = Consultation.objects.visibles_par(request.user).publiees()
        self.consultation = obtenir(visibles.select_related("collectivite", "reseau", "fil"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        if not self.consultation.accepte_les_avis or not self.consultation.interroge(request.au_nom_de):
            return redirect(self.consultation)
        return self.afficher()

    def post(self, request, pk):
        formulaire = AvisForm(request.POST)
        if not formulaire.is_valid():
            return self.afficher(formulaire)
        try:
            _avis, compte = Avis.donner(
                self.consultation,
                collectivite=request.au_nom_de,
                par=request.membre,
                **formulaire.cleaned_data,
            )
        except ValidationError as refus:
            formulaire.add_error(None, refus)
            return self.afficher(formulaire)
        avis = _("C’est noté.")
        if not compte:
            avis = _("Votre avis est noté. L’avis du référent reste celui de la collectivité.")
        if request.htmx:
            return self.afficher(note=avis)
        messages.info(request, avis)
        return redirect(f"{self.consultation.get_absolute_url()}#mon-avis")

    def afficher(self, refuse=None, note=""):
        """The opinion that stands, with the form to change it, or the one that was refused."""
        actuel = Avis.objects.filter(
            contribution=self.consultation, collectivite=self.request.au_nom_de
        ).select_related("par")
        actuel = actuel.first()
        contexte = {
            "contribution": self.consultation,
            "mon_avis": actuel,
            "formulaire_avis": refuse or AvisForm(instance=actuel),
            "note": note,
        }
        gabarit = "besoins/avis/choix.html" if self.request.htmx else "besoins/avis/page.html"
        return render(self.request, gabarit, contexte, status=422 if refuse else 200)


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
        _("confirmé par le référent"),
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
        avis.par_referent if avis else "",
        timezone.localtime(avis.dite_le) if avis else None,
        timezone.localtime(reponse.recue_le) if reponse.recue_le else None,
        reponse.recue_par.nom_complet if reponse.recue_par else "",
    ]
