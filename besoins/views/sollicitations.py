from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from plateforme.socle.retour import page_quittee
from plateforme.socle.views.formulaires import FormView, UpdateView
from reseau.views.acces import Introuvable, MembreRequisMixin, membre_requis, obtenir, tenter
from reseau.views.reseaux import ReseauMixin

from ..forms.cadences import CadenceForm
from ..forms.sollicitations import SollicitationForm
from ..models import Besoin, Cadence, Sollicitables
from ..models.sollicitations import avec_muettes

SANS_REPONSE_MAX = 50


class SollicitationView(MembreRequisMixin, FormView):
    """« Qui devrait répondre ? »: after publishing, and whenever who carries the need wants it."""

    form_class = SollicitationForm
    template_name = "besoins/sollicitations/solliciter.html"

    def dispatch(self, request, *args, **kwargs):
        tenus = Besoin.objects.modifiables_par(request.user).publiees().select_related("reseau", "fil")
        self.besoin = obtenir(tenus, pk=kwargs["pk"])
        if not self.besoin.accepte_les_positions:
            messages.info(request, self.besoin.phrase_sans_position)
            return redirect(self.besoin)
        self.sollicitables = Sollicitables(self.besoin, request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        siens = {"besoin": self.besoin, "sollicitables": self.sollicitables}
        return super().get_form_kwargs() | siens

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            contribution=self.besoin, sans_personne=self.sollicitables.sans_personne, **kwargs
        )

    def form_valid(self, form):
        nouvelles = form.solliciter(par=self.request.membre)
        if nouvelles is None:
            return self.form_invalid(form)
        avis = ngettext("%d commune est sollicitée.", "%d communes sont sollicitées.", len(nouvelles))
        avis = avis % len(nouvelles) if nouvelles else _("C’est noté.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.besoin)


@require_POST
@membre_requis
def relance(request, pk):
    """Remind now those that say nothing."""
    tenus = Besoin.objects.relancables_par(request.user).publiees().select_related("reseau", "fil")
    besoin = obtenir(tenus, pk=pk)
    tenter(request, besoin.relancer, _("Les communes sans réponse sont relancées."))
    return redirect(page_quittee(request) if "liste" in request.POST else besoin)


class SansReponseView(MembreRequisMixin, ListView):
    """The needs that communes leave without an answer, for who runs their network: the oldest first."""

    template_name = "besoins/sollicitations/sans_reponse.html"
    context_object_name = "besoins"

    def dispatch(self, request, *args, **kwargs):
        droits = request.membre.droits
        if not droits.reseaux_animes and not droits.est_administrateur:
            raise Introuvable
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        besoins = Besoin.objects.moderables_par(self.request.user).sans_reponse()
        besoins = besoins.order_by("publie_le", "pk").pour_page()[:SANS_REPONSE_MAX]
        besoins = avec_muettes(besoins)
        for besoin in besoins:
            besoin.tenu = besoin.modifiable_par(self.request.user)
        return besoins


class CadenceView(MembreRequisMixin, ReseauMixin, UpdateView):
    """When the needs of this network ask again."""

    porte = "modifiables_par"
    form_class = CadenceForm
    template_name = "besoins/sollicitations/cadence.html"

    def get_object(self, queryset=None):
        return Cadence.de(self.reseau)

    def form_valid(self, form):
        form.instance.regler(par=self.request.membre)
        messages.success(self.request, _("Les relances sont réglées."), extra_tags=self.request.path)
        return redirect(self.reseau)
