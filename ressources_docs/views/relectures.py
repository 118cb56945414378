from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import ListView

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin
from reseau.views.publication import VERROU

from ..forms.relectures import RelectureForm
from ..models import Ressource
from .versions import reserve

A_VERIFIER_MAX = 200


class AVerifierView(MembreRequisMixin, ListView):
    """The documents whose day of reading again has come, the oldest first: mine, those of my commune whose
    référent I am, those of the networks that I run."""

    template_name = "ressources_docs/relectures/liste.html"
    context_object_name = "ressources"

    def get_queryset(self):
        miennes = Ressource.objects.modifiables_par(self.request.user).a_verifier()
        miennes = miennes.select_related("collectivite", "responsable", "reseau")
        return miennes.order_by("relire_le", "pk")[:A_VERIFIER_MAX]


class RelectureView(MembreRequisMixin, PorteMixin, FormView):
    model = Ressource
    porte = "modifiables_par"
    form_class = RelectureForm
    template_name = "ressources_docs/relectures/relecture.html"

    def get_queryset(self):
        return super().get_queryset().publiees()

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not self.object.corrigeable_par(request.user):
            raise PermissionDenied(VERROU)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        refus = reserve(self.object, self.request.user)
        return super().get_context_data(contribution=self.object, reserve=refus, **kwargs)

    def form_valid(self, form):
        try:
            self.object.confirmer(par=self.request.membre, **form.cleaned_data)
        except ValidationError as refus:
            form.add_error(None, refus.messages)
            return self.form_invalid(form)
        messages.success(self.request, _("C’est noté : il est à jour."), extra_tags=self.request.path)
        return redirect(self.object)
