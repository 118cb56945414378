from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from plateforme.accueil.cockpit import Cockpit
from plateforme.accueil.synthese import Synthese
from reseau.models import Reseau
from reseau.views.acces import Introuvable, MembreRequisMixin, obtenir, parole_requise


class CockpitView(MembreRequisMixin, TemplateView):
    """For who runs networks: what waits for her, over all of them. An administrator sees those she runs."""

    template_name = "accueil/cockpit/page.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.membre.droits.reseaux_animes:
            raise Introuvable
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        cockpit = Cockpit(self.request.user, parle=self.request.au_nom_de is not None)
        return super().get_context_data(cockpit=cockpit, **kwargs)


@require_POST
@parole_requise
def synthese(request, slug):
    """The draft of this week: opened again by a second click, and once it has left, its page."""
    animes = Reseau.objects.filter(pk__in=request.membre.droits.reseaux_animes)
    reseau = obtenir(animes, slug=slug)
    annonce = Synthese(reseau).preparer(par=request.membre, collectivite=request.au_nom_de)
    if not annonce.est_brouillon:
        messages.info(request, _("La synthèse de cette semaine est déjà partie."))
        return redirect(annonce)
    return redirect("reseau:annonce_modifier", annonce.pk)
