from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plateforme.socle.texte import entiers
from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import ParoleRequiseMixin, membre_requis, obtenir

from ..forms.rapprochements import RapprochementForm
from ..models import Besoin, Ressemblances


class RapprochementView(ParoleRequiseMixin, FormView):
    """Bring a need together with others in a new project, whose form comes next, or in one of its network."""

    form_class = RapprochementForm
    template_name = "besoins/rapprochements/rapprocher.html"

    def dispatch(self, request, *args, **kwargs):
        modifiables = Besoin.objects.modifiables_par(request.user).publiees()
        self.besoin = obtenir(modifiables, pk=kwargs["pk"])
        if not self.besoin.est_rapprochable:
            messages.info(request, _("Ce besoin est clos, ou déjà rapproché d’un projet."))
            return redirect(self.besoin)
        return super().dispatch(request, *args, **kwargs)

    @property
    def mots(self):
        return self.request.GET.get("q", "")

    @property
    def coches(self):
        """Those that the link names (`?avec=`), or those that are the same need: in her own search, none."""
        if self.mots:
            return []
        if "avec" in self.request.GET:
            return entiers(self.request.GET.getlist("avec"))
        return [besoin.pk for besoin in Ressemblances(self.besoin, self.request.user).memes]

    def get_form_kwargs(self):
        siens = {
            "besoin": self.besoin,
            "user": self.request.user,
            "mots": self.mots,
            "coches": self.coches,
        }
        return super().get_form_kwargs() | siens

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.besoin, mots=self.mots[:200], **kwargs)

    def form_valid(self, form):
        if not form.cleaned_data["projet"]:
            choisis = QueryDict(mutable=True)
            choisis.setlist("besoins", [besoin.pk for besoin in form.reunis])
            return redirect(f"{reverse('besoins:projet_publier')}?{choisis.urlencode()}")
        projet = form.rapprocher(par=self.request.membre)
        if not projet:
            return self.form_invalid(form)
        avis = _("C’est rapproché. Ceux qui suivent ces besoins sont prévenus.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(projet)


@require_POST
@membre_requis
def separation(request, pk):
    """Undo it."""
    besoin = obtenir(Besoin.objects.modifiables_par(request.user).publiees(), pk=pk)
    if besoin.rapproche_le:
        besoin.separer(par=request.membre)
        messages.success(request, _("Le rapprochement est défait. Ceux qui suivent le besoin sont prévenus."))
    return redirect(besoin)
