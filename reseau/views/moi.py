from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from plateforme.socle.retour import est_une_page
from plateforme.socle.views.formulaires import FormView, UpdateView

from ..forms.membres import NiveauxForm, ProfilForm
from ..models import Adhesion, Collectivite, Membre
from .acces import Introuvable, MembreRequisMixin, membre_requis


def mes_adhesions(request):
    return Adhesion.objects.ouvrantes().filter(membre=request.membre).pour_liste()


class MoiView(MembreRequisMixin, UpdateView):
    """My names, what I do, how often each network writes to me."""

    form_class = ProfilForm
    template_name = "reseau/membres/moi.html"

    def get_object(self, queryset=None):
        # Not `request.membre` itself, which the header shows: a refused name is nobody's name.
        return Membre.objects.get(pk=self.request.membre.pk)

    def get_context_data(self, **kwargs):
        adhesions = list(mes_adhesions(self.request))
        return super().get_context_data(
            fonctions=self.request.membre.fonctions.en_cours().pour_liste(),
            adhesions=adhesions,
            niveaux=NiveauxForm(adhesions=adhesions),
            courriel_revient=self.request.membre.courriel_revient,
            **kwargs,
        )

    def form_valid(self, form):
        form.save()
        messages.success(self.request, _("C’est enregistré."))
        return redirect("reseau:moi")


class CourrielsView(MembreRequisMixin, FormView):
    """How often each of my networks writes to me, all at once."""

    form_class = NiveauxForm
    template_name = "reseau/membres/courriels.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"adhesions": list(mes_adhesions(self.request))}

    def form_valid(self, form):
        form.enregistrer()
        messages.success(self.request, _("C’est noté."))
        return redirect("reseau:moi")


@require_POST
@membre_requis
def au_nom_de(request):
    """Speak for another of my collectivités, from the same page."""
    permises = Collectivite.objects.filter(pk__in=request.membre.droits.collectivites)
    choisie = {str(permise.pk): permise for permise in permises}.get(request.POST.get("collectivite"))
    if choisie is None:
        raise Introuvable
    request.membre.choisir(choisie)
    suite = request.POST.get("next", "")
    return HttpResponseRedirect(suite if est_une_page(suite) else "/")
