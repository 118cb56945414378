from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plateforme.socle.retour import est_une_page
from plateforme.socle.views.formulaires import FormView, UpdateView

from ..forms.membres import AbsenceForm, MoiForm
from ..forms.recapitulatifs import CourrielsForm
from ..models import Adhesion, Membre, Recapitulatif
from .acces import Introuvable, MembreRequisMixin, membre_requis


def mes_adhesions(request):
    siennes = Adhesion.objects.ouvrantes().filter(membre=request.membre)
    return siennes.select_related("reseau").order_by("role", "pk")


class MoiView(MembreRequisMixin, UpdateView):
    """My names, what I can do, who sees what, how often each network writes to me."""

    form_class = MoiForm
    template_name = "reseau/membres/moi.html"

    def get_object(self, queryset=None):
        # Not `request.membre` itself, which the header shows: a refused name is nobody's name.
        return Membre.objects.get(pk=self.request.membre.pk)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            fonctions=self.request.membre.fonctions.en_cours().pour_liste(),
            adhesions=mes_adhesions(self.request),
            aujourd_hui=timezone.localdate(),
            courriel_revient=self.request.membre.courriel_revient,
            **kwargs,
        )

    def form_valid(self, form):
        form.enregistrer()
        messages.success(self.request, _("C’est enregistré."))
        return redirect("reseau:moi")


class AbsenceView(MembreRequisMixin, UpdateView):
    """Who answers while I am away."""

    form_class = AbsenceForm
    template_name = "reseau/membres/absence_a_dire.html"

    def get_object(self, queryset=None):
        return Membre.objects.get(pk=self.request.membre.pk)

    def form_valid(self, form):
        form.enregistrer()
        messages.success(self.request, _("C’est noté : l’annuaire le dira ces jours-là."))
        return redirect("reseau:moi")


@require_POST
@membre_requis
def retour(request):
    request.membre.revenir()
    messages.success(request, _("C’est noté : vous êtes de retour."))
    return redirect("reseau:moi")


class CourrielsView(MembreRequisMixin, FormView):
    """How often each of my networks writes to me, all at once."""

    form_class = CourrielsForm
    template_name = "reseau/membres/courriels.html"

    def get_form_kwargs(self):
        adhesions = mes_adhesions(self.request).prefetch_related("niveaux_de_type")
        recapitulatif = Recapitulatif.de(self.request.membre)
        return super().get_form_kwargs() | {"adhesions": list(adhesions), "instance": recapitulatif}

    def form_valid(self, form):
        form.enregistrer()
        messages.success(self.request, _("C’est noté."))
        return redirect("reseau:moi")


@require_POST
@membre_requis
def reprise(request):
    """Get my récapitulatif again, from the next one on."""
    Recapitulatif.de(request.membre).reprendre()
    messages.success(request, _("C’est noté\u202f: votre récapitulatif reprend."))
    return redirect("reseau:moi_courriels")


@require_POST
@membre_requis
def au_nom_de(request):
    """Speak for another of my collectivités, from the same page."""
    permises = request.membre.collectivites_parlees
    choisie = {str(permise.pk): permise for permise in permises}.get(request.POST.get("collectivite"))
    if choisie is None:
        raise Introuvable
    request.membre.choisir(choisie)
    suite = request.POST.get("next", "")
    return HttpResponseRedirect(suite if est_une_page(suite) else "/")
