from datetime import timedelta

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.limites import Limite, consommer
from plateforme.socle.views.formulaires import FormView

from ..forms.reseaux import GroupeForm
from .invitations import ResponsableMixin

PAR_JOUR = Limite("groupe-de-travail", 5, timedelta(days=1))


class GroupeCreateView(ResponsableMixin, FormView):
    """A référent or an animateur opens a working group, with nobody's leave."""

    form_class = GroupeForm
    template_name = "reseau/reseaux/ouvrir.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"par": self.request.membre}

    def form_valid(self, form):
        if not form.deja.exists() and not consommer((PAR_JOUR, self.request.membre.pk)):
            form.add_error(None, _("Cinq groupes par jour au plus : réessayez demain."))
            return self.form_invalid(form)
        groupe = form.ouvrir()
        messages.success(
            self.request,
            _("Le groupe est ouvert, et vous l’animez : invitez-y qui vous voulez."),
            extra_tags=self.request.path,
        )
        return redirect(groupe)
