from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin

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

    def get_context_data(self, **kwargs):
        ressource = self.get_object()
        version = ressource.version
        sans_balises = version is not None and version.est_sans_balises
        return super().get_context_data(contribution=ressource, sans_balises=sans_balises, **kwargs)

    def form_valid(self, form):
        ressource = self.get_object()
        try:
            ressource.ouvrir_au_public(par=self.request.membre, verifie=form.cleaned_data["verifie"])
        except ValidationError as refus:
            form.add_error(None, refus.messages)
            return self.form_invalid(form)
        avis = _("« %s » est public : tout le monde peut le lire.") % ressource.titre
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(ressource)
