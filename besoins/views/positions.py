from django.utils.translation import gettext_lazy as _

from reseau.views.acces import obtenir

from ..forms.positions import PositionForm
from ..models import Besoin, Position
from .paroles import ParoleView


class PositionView(ParoleView):
    """Where my commune stands."""

    modele = Position
    dire = Position.dire
    dossier = "positions"
    ancre = "ma-position"
    note_sans_effet = _("Votre avis est noté. La position du référent reste celle de la commune.")

    def dispatch(self, request, *args, **kwargs):
        visibles = Besoin.objects.visibles_par(request.user).publiees().pour_liste()
        self.contribution = obtenir(visibles, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def peut_dire(self):
        sien = self.contribution.collectivite_id == self.request.au_nom_de.pk
        return self.contribution.accepte_les_positions and not sien

    def formulaire(self, *args, **kwargs):
        return PositionForm(*args, besoin=self.contribution, **kwargs)

    def contexte(self, actuelle, formulaire):
        return {"ma_position": actuelle, "formulaire_position": formulaire}
