"""What I no longer want to be told about: a commune, a network, a domaine; a contribution from its page."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plateforme.socle.views.formulaires import FormView

from ..forms.sourdines import SourdineForm
from ..models import Collectivite, Reseau, Sourdine
from .acces import MembreRequisMixin, membre_requis, obtenir


class SourdineListView(MembreRequisMixin, FormView):
    """What I muted, each with the way back; a domaine, which has no page of its own, is muted here."""

    form_class = SourdineForm
    template_name = "reseau/sourdines/liste.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"membre": self.request.membre}

    def get_context_data(self, **kwargs):
        sourdines = Sourdine.objects.visibles_par(self.request.user)
        sourdines = sourdines.select_related("contribution", "domaine", "collectivite", "reseau")
        return super().get_context_data(sourdines=sourdines, **kwargs)

    def form_valid(self, form):
        Sourdine.poser(self.request.membre, domaine=form.cleaned_data["domaine"])
        messages.success(self.request, _("C’est noté."))
        return redirect("reseau:sourdines")


@require_POST
@membre_requis
def levee(request, pk):
    obtenir(Sourdine.objects.modifiables_par(request.user), pk=pk).delete()
    messages.success(request, _("La sourdine est levée : vous serez de nouveau prévenu·e."))
    return redirect("reseau:sourdines")


@require_POST
@membre_requis
def reseau(request, slug):
    return _basculer(request, reseau=obtenir(Reseau.objects.visibles_par(request.user), slug=slug))


@require_POST
@membre_requis
def collectivite(request, slug):
    return _basculer(request, collectivite=obtenir(Collectivite.objects, slug=slug))


def _basculer(request, **cible):
    Sourdine.basculer(request.membre, request.POST.get("sourdine") == "oui", **cible)
    [objet] = cible.values()
    return redirect(objet)
