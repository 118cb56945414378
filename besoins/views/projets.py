from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.texte import entier
from plateforme.socle.views.formulaires import FormView, UpdateView
from reseau.views.acces import MembreRequisMixin, membre_requis, obtenir, parole_requise
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.projets import (
    BasesLegalesForm,
    ProjetClotureForm,
    ProjetFiltreForm,
    ProjetForm,
    RisqueForm,
    RisqueRetraitForm,
)
from ..models import Besoin, Position, Projet, Risque
from .besoins import ClotureView
from .participation import Echelle
from .positions import AvecPositionsMixin, avec_positions

BESOINS_MAX = 50


class ProjetFiltreMixin:
    type = "projet"
    filtre_class = ProjetFiltreForm


class ProjetListView(ProjetFiltreMixin, ContributionListView):
    template_name = "besoins/projets/liste.html"

    def completes(self, contributions):
        return avec_positions(super().completes(contributions), self.request.au_nom_de)


class ProjetExportView(ProjetFiltreMixin, ContributionExportView):
    nom = gettext_lazy("projets")

    def completes(self, contributions):
        return avec_positions(contributions, None)

    def entetes(self):
        propres = [_("type de mutualisation"), _("sens"), _("phase"), _("état")]
        return [*super().entetes(), *propres, *Position.Niveau.labels]

    def ligne(self, projet):
        nombres = {p["niveau"]: p["nombre"] for p in projet.resume_des_positions}
        return [
            *super().ligne(projet),
            projet.get_type_mutualisation_display(),
            projet.get_sens_display(),
            projet.get_phase_display(),
            projet.etat,
            *[nombres.get(niveau, 0) for niveau in Position.Niveau.values],
        ]


class ProjetDetailView(AvecPositionsMixin, ContributionDetailView):
    model = Projet
    template_name = "besoins/projets/detail.html"

    def get_queryset(self):
        siens = ("fournisseur", "base_legale", "pole", "responsable", "elu_referent", "phase_par")
        return super().get_queryset().select_related(*siens)

    def get_context_data(self, **kwargs):
        besoins = list(self.object.besoins_lus_par(self.request.user))
        contexte = super().get_context_data(besoins=besoins, **kwargs)
        if parle_pour := self.request.au_nom_de:
            position = contexte["ma_position"] = self.object.position_de(parle_pour)
            qui = {"membre": self.request.membre, "collectivite": parle_pour}
            contexte["echelle"] = Echelle(self.object, position, **qui)
        contexte["empreinte_de_la_page"] = lambda: [
            self.object.empreinte,
            *(besoin.empreinte for besoin in besoins),
        ]
        return contexte


class ProjetCreateView(ContributionCreateView):
    """« ?besoins=1&besoins=2 »: the needs that it will answer prefill it."""

    model = Projet
    form_class = ProjetForm
    template_name = "besoins/projets/publier.html"

    @cached_property
    def besoins(self):
        """Of those that the address names, the ones that she may bring together, in that order."""
        numeros = [entier(n) for n in self.request.GET.getlist("besoins")[:BESOINS_MAX]]
        numeros = [n for n in numeros if n is not None]
        if not numeros:
            return []
        visibles = Besoin.objects.visibles_par(self.request.user).rapprochables()
        trouves = visibles.select_related("collectivite").in_bulk(numeros)
        besoins = [trouves[n] for n in dict.fromkeys(numeros) if n in trouves]
        # She brings together others' needs with one of hers, or of a network that she runs.
        return besoins if any(b.modifiable_par(self.request.user) for b in besoins) else []

    def get_initial(self):
        initial = super().get_initial()
        if not self.besoins:
            return initial
        premier = self.besoins[0]
        initial["titre"] = initial["titre"] or premier.titre
        initial["beneficiaires"] = list({b.collectivite_id: b.collectivite for b in self.besoins}.values())
        initial["domaines"] = list({d.pk: d for b in self.besoins for d in b.domaines.all()}.values())
        if premier.reseau_id in self.request.membre.droits.reseaux:
            initial["reseau"] = premier.reseau_id
        reserve = Besoin.Visibilite.RESEAU
        if any(besoin.visibilite == reserve for besoin in self.besoins):
            initial["visibilite"] = reserve
        return initial

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.besoins = self.besoins
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(besoins=self.besoins, **kwargs)


class ProjetUpdateView(ContributionUpdateView):
    model = Projet
    form_class = ProjetForm
    template_name = "besoins/projets/publier.html"


class ProjetClotureView(ClotureView):
    model = Projet
    form_class = ProjetClotureForm
    template_name = "besoins/projets/cloture.html"
    avis = gettext_lazy("Le projet est clos.")


@require_safe
@parole_requise
def bases_legales(request):
    """The field of the form, for the type that was just chosen."""
    form = BasesLegalesForm(request.GET.get("type_mutualisation"))
    return HttpResponse(form["base_legale"].as_field_group())


def projets_tenus_par(request):
    return Projet.objects.modifiables_par(request.user).publiees()


@require_POST
@membre_requis
def phase(request, pk):
    projet = obtenir(projets_tenus_par(request), pk=pk)
    if request.POST.get("phase") in Projet.Phase:
        projet.passer_en(request.POST["phase"], par=request.membre)
    return redirect(projet)


class RisqueFormMixin(MembreRequisMixin):
    form_class = RisqueForm
    template_name = "besoins/risques/risque.html"

    def form_valid(self, form):
        if not form.noter(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("Le risque est noté."), extra_tags=self.request.path)
        return redirect(form.instance.projet.get_absolute_url() + "#risques")


class RisqueCreateView(RisqueFormMixin, FormView):
    def dispatch(self, request, *args, **kwargs):
        self.projet = obtenir(projets_tenus_par(request), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": Risque(projet=self.projet)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.projet, **kwargs)


def risques_tenus_par(request):
    tenus = Risque.objects.modifiables_par(request.user).filter(projet__publie_le__isnull=False)
    return tenus.select_related("projet")


class RisqueNote(MembreRequisMixin):
    """One of those that stand, of a project that she looks after."""

    context_object_name = "risque"

    def get_object(self, queryset=None):
        return obtenir(risques_tenus_par(self.request).notes(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object.projet, **kwargs)


class RisqueUpdateView(RisqueNote, RisqueFormMixin, UpdateView):
    """Correct what was noted."""


class RisqueRetraitView(RisqueNote, SingleObjectMixin, FormView):
    """Withdraw it, and say why: it is kept, and may be restored."""

    form_class = RisqueRetraitForm
    template_name = "besoins/risques/retrait.html"

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        self.object.retirer(par=self.request.membre, motif=form.cleaned_data["motif"])
        avis = _("Le risque est retiré. Vous pouvez le rétablir.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.object.projet.get_absolute_url() + "#risques")


@require_POST
@membre_requis
def risque_retablissement(request, pk):
    risque = obtenir(risques_tenus_par(request), pk=pk)
    risque.retablir(par=request.membre)
    messages.success(request, _("Le risque est rétabli."))
    return redirect(risque.projet.get_absolute_url() + "#risques")
