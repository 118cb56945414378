from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin, membre_requis, obtenir, tenter

from ..forms.ouvertures import OuvertureForm
from ..models import Ressource


class OuvertureView(MembreRequisMixin, PorteMixin, FormView):
    """Everybody will read it: who answers for it says that it was looked at, and the journal keeps it."""

    model = Ressource
    porte = "ouvrables_par"
    form_class = OuvertureForm
    template_name = "ressources_docs/ouvertures/ouverture.html"

    def get_queryset(self):
        return super().get_queryset().select_related("reseau", "collectivite")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.get_object()}

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        ressource = contexte["form"].instance  # the very one of which the form says what was read
        version = ressource.version
        return contexte | {
            "contribution": ressource,
            "refus": ressource.refus_d_ouverture,
            "modifiable": ressource.corrigeable_par(self.request.user),
            "sans_balises": version is not None and version.est_sans_balises,
        }

    def form_valid(self, form):
        ressource = form.ouvrir(par=self.request.membre)
        if not ressource:
            return self.form_invalid(form)
        avis = _("« %s » est public : tout le monde peut le lire.") % ressource.titre
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(ressource)


@require_POST
@membre_requis
def fermeture(request, pk):
    """Members alone read it again; a second click changes nothing."""
    ressource = obtenir(Ressource.objects.ouvrables_par(request.user), pk=pk)
    tenter(request, ressource.refermer, _("Il n’est plus public : les membres seuls le lisent."))
    return redirect(ressource)
