from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, obtenir

from ..forms.deliberations import DeliberationForm, DeliberationsForm
from ..models import Deliberation
from .notes import NoteRetraitView, NoteUpdateView, projets_tenus_par


class DeliberationsView(MembreRequisMixin, FormView):
    """Say whose deliberation the project awaits, and since when."""

    form_class = DeliberationsForm
    template_name = "besoins/notes/note.html"

    def dispatch(self, request, *args, **kwargs):
        projets = projets_tenus_par(request).filter(type_mutualisation__in=Deliberation.TYPES)
        self.projet = obtenir(projets, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"projet": self.projet}

    def get_context_data(self, **kwargs):
        mots = {"titre": _("Attendre des délibérations"), "bouton": _("Enregistrer")}
        return super().get_context_data(contribution=self.projet, **mots, **kwargs)

    def form_valid(self, form):
        form.attendre(par=self.request.membre)
        avis = _("C’est noté\u202f: le délai court de la notification.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(f"{self.projet.get_absolute_url()}#deliberations")


class DeliberationUpdateView(NoteUpdateView):
    modele, form_class = Deliberation, DeliberationForm
    titre, avis = _("La délibération"), _("La délibération est notée.")
    vue_de_retrait = "besoins:deliberation_retrait"


class DeliberationRetraitView(NoteRetraitView):
    modele, titre = Deliberation, _("Ne plus attendre cette délibération")
