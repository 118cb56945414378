from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.limites import consommer
from plateforme.socle.views.formulaires import FormView

from ..forms.reseaux import GroupeForm
from ..limites import GROUPES_PAR_MEMBRE
from .invitations import ResponsableMixin


class GroupeCreateView(ResponsableMixin, FormView):
    """A référent or an animateur opens a working group, with nobody's leave."""

    form_class = GroupeForm
    template_name = "reseau/reseaux/ouvrir.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"par": self.request.membre}

    def form_valid(self, form):
        if not form.deja.exists() and not consommer((GROUPES_PAR_MEMBRE, self.request.membre.pk)):
            form.add_error(None, _("Cinq groupes par jour au plus : réessayez demain."))
            return self.form_invalid(form)
        groupe = form.ouvrir()
        messages.success(
            self.request,
            _("Le groupe est ouvert, et vous l’animez : invitez-y qui vous voulez."),
            extra_tags=self.request.path,
        )
        return redirect(groupe)
