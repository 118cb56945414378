from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from reseau.views.acces import obtenir

from ..forms.positions import PositionForm
from ..models import Besoin, Position, Projet
from .paroles import ParoleView
from .participation import Echelle


class PositionView(ParoleView):
    """Where my commune stands."""

    modele = Position
    sur = Besoin
    dire = Position.dire
    dossier = "positions"
    ancre = "ma-position"
    note_sans_effet = _("Votre avis est noté. La position confirmée reste celle de la commune.")

    def dispatch(self, request, *args, **kwargs):
        visibles = self.sur.objects.visibles_par(request.user).publiees().pour_liste()
        self.contribution = obtenir(visibles, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def peut_dire(self):
        refus = self.contribution.refus_de_position(self.request.au_nom_de)
        return self.contribution.accepte_les_positions and not refus

    def formulaire(self, *args, **kwargs):
        return PositionForm(*args, objet=self.contribution, **kwargs)

    def contexte(self, actuelle, formulaire):
        return {"ma_position": actuelle, "formulaire_position": formulaire}


class PositionSurProjetView(PositionView):
    sur = Projet
    dossier = "participation"

    def contexte(self, actuelle, formulaire):
        return super().contexte(actuelle, formulaire) | self._echelle()

    def _echelle(self):
        qui = {"membre": self.request.membre, "collectivite": self.request.au_nom_de}
        position = self.contribution.position_de(self.request.au_nom_de)
        return {"ma_position": position, "echelle": Echelle(self.contribution, position, **qui)}


class AvecPositionsMixin:
    """The page of what takes positions: theirs, and mine if I speak for a collectivité."""

    def get_context_data(self, **kwargs):
        positions = SimpleLazyObject(lambda: Position.objects.de(self.object))
        contexte = super().get_context_data(positions=positions, **kwargs)
        parle_pour = self.request.au_nom_de
        if parle_pour and not self.object.refus_de_position(parle_pour):
            contexte["ma_position"] = next((p for p in positions if p.collectivite == parle_pour), None)
            if self.object.accepte_les_positions:
                contexte["formulaire_position"] = PositionForm(
                    instance=contexte["ma_position"], objet=self.object
                )
        return contexte
