"""What is written down on a project, whatever it is: note, correct, withdraw with a reason, restore."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.views.formulaires import FormView, UpdateView
from reseau.views.acces import MembreRequisMixin, membre_requis, obtenir, tenter

from ..forms.notes import NoteRetraitForm
from ..models import Projet


def projets_tenus_par(request):
    return Projet.objects.modifiables_par(request.user).publiees()


def notes_tenues_par(request, modele):
    tenues = modele.objects.modifiables_par(request.user).filter(projet__publie_le__isnull=False)
    return tenues.select_related("projet")


class NoteFormMixin(MembreRequisMixin):
    template_name = "besoins/notes/note.html"
    titre = bouton = avis = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(titre=self.titre, bouton=self.bouton, **kwargs)

    def form_valid(self, form):
        if not form.noter(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, self.avis, extra_tags=self.request.path)
        return redirect(form.instance)


class NoteCreateView(NoteFormMixin, FormView):
    modele = None
    bouton = gettext_lazy("Noter")

    def dispatch(self, request, *args, **kwargs):
        self.projet = self.get_projet()
        return super().dispatch(request, *args, **kwargs)

    def get_projet(self):
        return obtenir(projets_tenus_par(self.request), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.modele(projet=self.projet)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.projet, **kwargs)


class NoteTenue(MembreRequisMixin):
    """One of those that stand, that she may correct."""

    modele = None
    context_object_name = "note"
    # Where it is withdrawn.
    vue_de_retrait = ""

    def get_object(self, queryset=None):
        return obtenir(notes_tenues_par(self.request, self.modele).notes(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            contribution=self.object.projet, vue_de_retrait=self.vue_de_retrait, **kwargs
        )


class NoteUpdateView(NoteTenue, NoteFormMixin, UpdateView):
    """Correct what was noted."""

    bouton = gettext_lazy("Enregistrer")


class NoteRetraitView(NoteTenue, SingleObjectMixin, FormView):
    """Withdraw it, and say why: it is kept, and may be restored."""

    form_class = NoteRetraitForm
    template_name = "besoins/notes/retrait.html"
    titre = ""

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(titre=self.titre, **kwargs)

    def form_valid(self, form):
        self.object.retirer(par=self.request.membre, motif=form.cleaned_data["motif"])
        avis = _("C’est retiré. Vous pouvez le rétablir.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.object)


@require_POST
@membre_requis
def retablissement(request, pk, modele):
    note = obtenir(notes_tenues_par(request, modele), pk=pk)
    tenter(request, note.retablir, _("C’est rétabli."))
    return redirect(note)
