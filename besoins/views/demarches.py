"""What a project has to do: read on its page, written here by who looks after it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from reseau.views.acces import membre_requis, obtenir

from ..forms.demarches import DemarcheForm
from ..models import Demarche
from .notes import NoteCreateView, NoteUpdateView, projets_tenus_par
from .outils import outil_ou_404


class DemarcheCreateView(NoteCreateView):
    modele, form_class = Demarche, DemarcheForm
    template_name = "besoins/demarches/demarche.html"
    titre, avis = gettext_lazy("Ajouter une démarche"), gettext_lazy("C’est noté.")
    bouton = gettext_lazy("Ajouter")


class DemarcheUpdateView(NoteUpdateView):
    modele, form_class = Demarche, DemarcheForm
    template_name = "besoins/demarches/demarche.html"
    avis = gettext_lazy("C’est noté.")

    @property
    def titre(self):
        return self.object.libelle


@require_POST
@membre_requis
def demarches_prevues(request, pk):
    """Those that an outil foresees join the list of the project."""
    projet = obtenir(projets_tenus_par(request), pk=pk)
    ajoutees = Demarche.prevoir(projet, outil_ou_404(request.POST.get("outil")), par=request.membre)
    mots = ngettext("%d démarche ajoutée.", "%d démarches ajoutées.", ajoutees) % ajoutees
    messages.success(request, mots if ajoutees else _("Elles y étaient déjà toutes."))
    return redirect(f"{projet.get_absolute_url()}#demarches")
