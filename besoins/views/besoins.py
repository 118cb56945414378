from functools import cached_property

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.besoins import BesoinFiltreForm, BesoinForm, ClotureForm
from ..forms.positions import PositionForm
from ..models import Besoin, Position


class BesoinFiltreMixin:
    type = "besoin"
    filtre_class = BesoinFiltreForm

    @cached_property
    def portee(self):
        """By deadline, only those that have one: the column is their own."""
        if self.request.GET.get("tri") != "echeance":
            return super().portee
        return Besoin.objects.visibles_par(self.request.user).filter(echeance__isnull=False)

    def get_tri(self):
        return ("echeance", "pk") if self.filtre.tri == "echeance" else super().get_tri()


class BesoinListView(BesoinFiltreMixin, ContributionListView):
    template_name = "besoins/besoins/liste.html"

    def completes(self, contributions):
        return avec_positions(super().completes(contributions), self.request.au_nom_de)


class BesoinExportView(BesoinFiltreMixin, ContributionExportView):
    nom = _("besoins")

    def completes(self, contributions):
        return avec_positions(contributions, None)

    def entetes(self):
        return [
            *super().entetes(),
            _("échéance"),
            _("quantité"),
            _("unité"),
            _("urgence"),
            _("état"),
            *Position.Niveau.labels,
        ]

    def ligne(self, besoin):
        nombres = {p["niveau"]: p["nombre"] for p in besoin.resume_des_positions}
        return [
            *super().ligne(besoin),
            besoin.echeance,
            besoin.quantite and besoin.quantite.normalize(),
            besoin.unite,
            besoin.get_urgence_display(),
            besoin.etat,
            *[nombres.get(niveau, 0) for niveau in Position.Niveau.values],
        ]


def avec_positions(besoins, collectivite):
    """Give each need how many communes stand where, and what this one said: one query for the page."""
    resumes = Position.objects.resumes([besoin.pk for besoin in besoins], collectivite)
    for besoin in besoins:
        besoin.resume_des_positions, besoin.ma_position = resumes.get(besoin.pk, ([], None))
    return besoins


class BesoinDetailView(ContributionDetailView):
    model = Besoin
    template_name = "besoins/besoins/detail.html"

    def get_context_data(self, **kwargs):
        positions = SimpleLazyObject(lambda: Position.objects.de(self.object))
        contexte = super().get_context_data(positions=positions, **kwargs)
        parle_pour = self.request.au_nom_de
        if parle_pour and parle_pour.pk != self.object.collectivite_id:
            contexte["ma_position"] = next((p for p in positions if p.collectivite == parle_pour), None)
            if self.object.accepte_les_positions:
                contexte["formulaire_position"] = PositionForm(
                    instance=contexte["ma_position"], besoin=self.object
                )
        return contexte


class BesoinCreateView(ContributionCreateView):
    model = Besoin
    form_class = BesoinForm
    template_name = "besoins/besoins/publier.html"


class BesoinUpdateView(ContributionUpdateView):
    model = Besoin
    form_class = BesoinForm
    template_name = "besoins/besoins/publier.html"


class ClotureView(MembreRequisMixin, PorteMixin, FormView):
    """Close a need, and say what came of it."""

    model = Besoin
    porte = "modifiables_par"
    form_class = ClotureForm
    template_name = "besoins/besoins/cloture.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        besoin = self.get_object()
        if besoin.est_ouverte:
            besoin.clore(par=self.request.membre, **form.cleaned_data)
            messages.success(self.request, _("Le besoin est clos."), extra_tags=self.request.path)
        return redirect(besoin)
