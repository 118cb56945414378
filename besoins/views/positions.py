from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from reseau.views.acces import ParoleRequiseMixin, obtenir

from ..forms.positions import PositionForm
from ..models import Besoin, Position


@method_decorator(vary_on_headers("HX-Request"), "dispatch")
class PositionView(ParoleRequiseMixin, View):
    """Say where my commune stands, in one click; GET shows the form alone, for those without script."""

    def dispatch(self, request, *args, **kwargs):
        visibles = Besoin.objects.visibles_par(request.user).publiees().pour_liste()
        self.besoin = obtenir(visibles, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        if self.besoin.collectivite_id == request.au_nom_de.pk or not self.besoin.accepte_les_positions:
            return redirect(self.besoin)
        return self.afficher()

    def post(self, request, pk):
        formulaire = PositionForm(request.POST, besoin=self.besoin)
        if not formulaire.is_valid():
            return self.afficher(formulaire)
        try:
            _position, compte = Position.dire(
                self.besoin,
                collectivite=request.au_nom_de,
                par=request.membre,
                **{champ: formulaire.cleaned_data[champ] for champ in ("niveau", "quantite", "commentaire")},
            )
        except ValidationError as erreur:
            formulaire.add_error(None, erreur)
            return self.afficher(formulaire)
        avis = _("C’est noté.")
        if not compte:
            avis = _("Votre avis est noté. La position du référent reste celle de la commune.")
        if request.htmx:
            return self.afficher(avis=avis)
        messages.info(request, avis)
        return redirect(f"{self.besoin.get_absolute_url()}#ma-position")

    def afficher(self, refuse=None, avis=""):
        """The position that stands, with the form to change it, or the one that was refused."""
        position = self.besoin.positions.filter(collectivite=self.request.au_nom_de).first()
        contexte = {
            "contribution": self.besoin,
            "ma_position": position,
            "formulaire_position": refuse or PositionForm(instance=position, besoin=self.besoin),
            "avis": avis,
        }
        gabarit = "besoins/positions/choix.html" if self.request.htmx else "besoins/positions/page.html"
        return render(self.request, gabarit, contexte, status=422 if refuse else 200)
