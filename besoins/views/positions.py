from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from reseau.views.acces import ParoleRequiseMixin, obtenir

from ..forms.positions import PositionForm
from ..models import Besoin, Position


class PositionView(ParoleRequiseMixin, View):
    """Say where my commune stands, in one click; GET shows the form alone, for those without script."""

    def dispatch(self, request, *args, **kwargs):
        visibles = Besoin.objects.visibles_par(request.user).publiees().pour_liste()
        self.besoin = obtenir(visibles, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        return self.afficher(PositionForm(instance=self.position()))

    def post(self, request, pk):
        formulaire = PositionForm(request.POST, instance=self.position())
        if not formulaire.is_valid():
            return self.afficher(formulaire, status=422)
        try:
            _position, compte = Position.dire(
                self.besoin,
                collectivite=request.au_nom_de,
                par=request.membre,
                **{champ: formulaire.cleaned_data[champ] for champ in ("niveau", "quantite", "commentaire")},
            )
        except ValidationError as erreur:
            formulaire.add_error(None, erreur)
            return self.afficher(formulaire, status=422)
        if not compte:
            messages.info(
                request,
                _("Votre avis est noté. La position donnée par le référent reste celle de la commune."),
            )
        if request.htmx:
            return self.afficher(PositionForm(instance=self.position()))
        return redirect(f"{self.besoin.get_absolute_url()}#ma-position")

    def position(self):
        return self.besoin.positions.filter(collectivite=self.request.au_nom_de).first()

    def afficher(self, formulaire, status=200):
        contexte = {"contribution": self.besoin, "formulaire_position": formulaire}
        gabarit = "besoins/positions/choix.html" if self.request.htmx else "besoins/positions/page.html"
        return render(self.request, gabarit, contexte, status=status)
