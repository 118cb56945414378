from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.views.formulaires import UpdateView
from reseau.views.acces import Introuvable, MembreRequisMixin, obtenir

from ..forms.utilites import UtiliteForm
from ..models import Besoin


class UtiliteView(MembreRequisMixin, UpdateView):
    """« Est-ce que cela a aidé ? », for who carries the need: said, it may be said otherwise."""

    form_class = UtiliteForm
    template_name = "besoins/utilites/dire.html"

    def get_object(self, queryset=None):
        self.besoin = obtenir(Besoin.objects.visibles_par(self.request.user).publiees(), pk=self.kwargs["pk"])
        bilan = self.besoin.bilan
        dicible = bilan and (bilan.reponse or bilan.est_attendue)
        if not dicible or not self.besoin.peut_dire_si_cela_a_aide(self.request.membre):
            raise Introuvable
        return bilan

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.besoin, **kwargs)

    def form_valid(self, form):
        self.object.repondre(par=self.request.membre, **form.cleaned_data)
        messages.success(self.request, _("Merci, c’est noté."), extra_tags=self.request.path)
        return redirect(self.besoin)
