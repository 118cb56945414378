from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from plateforme.socle.fichiers import servir
from plateforme.socle.limites import consommer

from ..limites import ARCHIVES_PAR_MEMBRE
from ..models import ArchiveDeReseau
from .acces import MembreRequisMixin, membre_requis, obtenir
from .reseaux import ReseauMixin


class ArchiveListView(MembreRequisMixin, ReseauMixin, DetailView):
    """My copies of a network that I run, and the button that asks for another."""

    porte = "modifiables_par"
    template_name = "reseau/reseaux/archives.html"

    def get_context_data(self, **kwargs):
        siennes = ArchiveDeReseau.objects.visibles_par(self.request.user).filter(reseau=self.object)
        return super().get_context_data(
            archives=siennes, en_preparation=siennes.en_preparation().exists(), **kwargs
        )

    def post(self, request, *args, **kwargs):
        if not consommer((ARCHIVES_PAR_MEMBRE, request.membre.pk)):
            messages.error(request, _("Cinq archives par jour au plus : réessayez demain."))
        else:
            ArchiveDeReseau.demander(self.reseau, par=request.membre)
            messages.success(request, _("C’est demandé : un courriel vous dira quand l’archive est prête."))
        return redirect("reseau:archives", self.reseau.slug)


@require_safe
@membre_requis
def archive(request, pk):
    return servir(request, obtenir(ArchiveDeReseau.objects.visibles_par(request.user).pretes(), pk=pk))
