from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.views.formulaires import FormView

from ..forms.invitations import InvitationForm
from .acces import Introuvable, MembreRequisMixin


class ResponsableMixin(MembreRequisMixin):
    """For those who answer for others: référents, animateurs, administrators."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not request.membre.droits.est_responsable:
            raise Introuvable


class InvitationView(ResponsableMixin, FormView):
    """Let somebody in; prefilled by the page one comes from (?collectivite=…, ?reseau=…)."""

    form_class = InvitationForm
    template_name = "reseau/membres/invitation.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"par": self.request.membre}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        for nom in ("collectivite", "reseau"):
            if nom in form.fields:
                choix = form.fields[nom].queryset
                form.initial[nom] = choix.filter(slug=self.request.GET.get(nom, "")).first() or seul(choix)
        return form

    def form_valid(self, form):
        arrivee = form.envoyer()
        if arrivee is None:
            return self.form_invalid(form)
        messages.success(self.request, phrase(arrivee), extra_tags="invitation")
        return redirect(arrivee.membre)


def seul(choix):
    """The only possible choice, if there is only one."""
    premiers = list(choix[:2])
    return premiers[0] if len(premiers) == 1 else None


def phrase(arrivee):
    noms = {"nom": arrivee.membre.nom_complet, "courriel": arrivee.membre.courriel}
    if not arrivee.nouveaute:
        return _("%(nom)s y était déjà : rien n’a changé.") % noms
    if arrivee.membre.est_attendu:
        return _("L’invitation est partie à %(courriel)s.") % noms
    return _("%(nom)s avait déjà un compte : c’est fait, un courriel l’en prévient.") % noms
