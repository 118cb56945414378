"""What a project has to do: read on its page, written here by who looks after it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from plateforme.socle.views.formulaires import FormView, UpdateView
from reseau.views.acces import MembreRequisMixin, membre_requis, obtenir

from ..forms.demarches import DemarcheForm
from ..models import Demarche
from .outils import outil_ou_404
from .projets import projets_tenus_par


class DemarcheFormMixin(MembreRequisMixin):
    form_class = DemarcheForm
    template_name = "besoins/demarches/demarche.html"

    def form_valid(self, form):
        if not form.noter(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("C’est noté."), extra_tags=self.request.path)
        return vers_les_demarches(form.instance.projet)


def vers_les_demarches(projet):
    return redirect(projet.get_absolute_url() + "#demarches")


class DemarcheCreateView(DemarcheFormMixin, FormView):
    def dispatch(self, request, *args, **kwargs):
        self.projet = obtenir(projets_tenus_par(request), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": Demarche(projet=self.projet)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.projet, **kwargs)


class DemarcheUpdateView(DemarcheFormMixin, UpdateView):
    context_object_name = "demarche"

    def get_object(self, queryset=None):
        tenues = Demarche.objects.modifiables_par(self.request.user).filter(projet__publie_le__isnull=False)
        return obtenir(tenues.select_related("projet"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object.projet, **kwargs)


@require_POST
@membre_requis
def demarches_prevues(request, pk):
    """Those that an outil foresees join the list of the project."""
    projet = obtenir(projets_tenus_par(request), pk=pk)
    ajoutees = Demarche.prevoir(projet, outil_ou_404(request.POST.get("outil")), par=request.membre)
    mots = ngettext("%d démarche ajoutée.", "%d démarches ajoutées.", ajoutees) % ajoutees
    messages.success(request, mots if ajoutees else _("Elles y étaient déjà toutes."))
    return vers_les_demarches(projet)
