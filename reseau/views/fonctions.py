from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from plateforme.socle.views.formulaires import CreateView, UpdateView

from .. import correspondance
from ..forms.membres import FonctionForm
from ..models import Collectivite, Fonction, Membre
from .acces import Introuvable, MembreRequisMixin, PorteMixin, obtenir, tenter


class FonctionMixin(MembreRequisMixin):
    """A function, by the référent of its commune or an administrator; then back to the person's page."""

    model = Fonction
    porte = "modifiables_par"
    form_class = FonctionForm
    template_name = "reseau/membres/fonction.html"
    context_object_name = "fonction"

    def get_queryset(self):
        return super().get_queryset().en_cours().select_related("membre", "collectivite")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"par": self.request.membre}


class FonctionCreateView(FonctionMixin, CreateView):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.membre = obtenir(Membre.objects.visibles_par(request.user), pk=kwargs["pk"])
        if not Collectivite.objects.modifiables_par(request.user).exists():
            raise Introuvable

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": Fonction(membre=self.membre)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(membre=self.membre, **kwargs)

    def form_valid(self, form):
        fonction = self.membre.exercer(**form.cleaned_data, par=self.request.membre)
        if self.membre != self.request.membre:
            correspondance.ajout(self.membre, par=self.request.membre, collectivite=fonction.collectivite)
        messages.success(self.request, _("La fonction est ouverte."))
        return redirect(self.membre)


class FonctionUpdateView(FonctionMixin, PorteMixin, UpdateView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(membre=self.object.membre, **kwargs)

    def form_valid(self, form):
        # The form has written its choices on the object it was given: the verb compares with the stored one.
        fonction = self.get_object()
        try:
            fonction.changer(**form.cleaned_data, par=self.request.membre)
        except ValidationError as refus:
            form.add_error(None, refus)
            return self.form_invalid(form)
        messages.success(self.request, _("La fonction est modifiée."))
        return redirect(fonction.membre)


class FinDeFonctionView(FonctionMixin, PorteMixin, DetailView):
    """The page says what she loses; the button does it."""

    template_name = "reseau/membres/fin_de_fonction.html"

    def get_context_data(self, **kwargs):
        autres = self.object.membre.fonctions.en_cours().exclude(pk=self.object.pk)
        return super().get_context_data(est_la_derniere=not autres.exists(), **kwargs)

    def post(self, request, *args, **kwargs):
        fonction = self.get_object()
        tenter(request, fonction.clore, _("La fonction est terminée."))
        return redirect("reseau:collectivite", fonction.collectivite.slug)
