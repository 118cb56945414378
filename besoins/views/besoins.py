from functools import cached_property

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.besoins import BesoinFiltreForm, BesoinForm, ClotureForm
from ..forms.utilites import UtiliteForm
from ..models import Besoin, Ressemblances, Sollicitables
from ..models.positions import avec_positions
from ..models.sollicitations import avec_sollicitations
from ..models.utilites import avec_utilites
from .positions import AvecPositionsMixin


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
        return avec_utilites(avec_sollicitations(avec_positions(contributions, None)))

    def entetes(self):
        return [
            *super().entetes(),
            _("échéance"),
            _("quantité"),
            _("unité"),
            _("urgence"),
            _("état"),
            *[niveau.label for niveau in Besoin.niveaux],
            _("communes sollicitées"),
            _("sans réponse"),
            _("cela a aidé"),
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
            *[nombres.get(niveau, 0) for niveau in Besoin.niveaux],
            *besoin.sollicitees_et_muettes,
            besoin.dit_avoir_aide,
        ]


class BesoinDetailView(AvecPositionsMixin, ContributionDetailView):
    model = Besoin
    template_name = "besoins/besoins/detail.html"

    def get_queryset(self):
        besoins = super().get_queryset()
        # What they tell of is for members: a visitor's page stays at one statement (decision 0009).
        return besoins.avec_absences() if self.request.membre else besoins

    def get_context_data(self, **kwargs):
        user = self.request.user
        projet = self.object.projet_lu_par(user)
        compare = self.request.membre and not self.object.sans_ressemblance
        ressemblances = Ressemblances(self.object, user) if compare else None
        contexte = super().get_context_data(projet=projet, ressemblances=ressemblances, **kwargs)
        contexte |= self.bilan()
        if projet:
            contexte["empreinte_de_la_page"] = lambda: [self.object.empreinte, projet.empreinte]
        return contexte

    def bilan(self):
        """For who carries it: the form, once it is time to say whether it has helped; then the way to say
        otherwise, or more."""
        if not self.object.clos_le or not self.object.peut_dire_si_cela_a_aide(self.request.membre):
            return {}
        bilan = self.object.bilan
        if bilan and bilan.est_attendue:
            return {"formulaire_utilite": UtiliteForm()}
        return {"utilite_a_completer": bool(bilan and bilan.reponse)}


class BesoinCreateView(ContributionCreateView):
    model = Besoin
    form_class = BesoinForm
    template_name = "besoins/besoins/publier.html"

    def suite(self, form, contribution, clef):
        """Then, who should answer: as long as somebody may be proposed."""
        page = super().suite(form, contribution, clef)
        if not contribution.est_publiee or not Sollicitables(contribution, self.request.user).proposees:
            return page
        return redirect("besoins:sollicitations", contribution.pk)


class BesoinUpdateView(ContributionUpdateView):
    model = Besoin
    form_class = BesoinForm
    template_name = "besoins/besoins/publier.html"


class ClotureView(MembreRequisMixin, PorteMixin, FormView):
    """Close a need, and say what came of it."""

    avis = _("Le besoin est clos.")
    model = Besoin
    porte = "modifiables_par"
    form_class = ClotureForm
    template_name = "besoins/besoins/cloture.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        objet = self.get_object()
        if objet.est_ouverte:
            objet.clore(par=self.request.membre, **form.cleaned_data)
            messages.success(self.request, self.avis, extra_tags=self.request.path)
        return redirect(self.suite(objet))

    def suite(self, objet):
        """Where one goes once it is closed."""
        return objet
