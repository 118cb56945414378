"""The searches that a member follows; those that found nothing, for who runs networks."""

from functools import partial

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from plateforme.socle.retour import page_quittee

from ..forms.recherche import RechercheForm
from ..models import RechercheSansReponse, RechercheSuivie
from .acces import Introuvable, MembreRequisMixin, membre_requis, obtenir, tenter

RECHERCHE_MAX = 4000  # characters of a query string
SANS_REPONSE_MAX, TRAITEES_MAX = 100, 20


class RechercheSuivieListView(MembreRequisMixin, ListView):
    template_name = "reseau/recherches/suivies.html"
    context_object_name = "suivies"

    def get_queryset(self):
        return RechercheSuivie.objects.visibles_par(self.request.user)


@require_POST
@membre_requis
def suivre(request):
    """« Me prévenir », from the page of results, whose query string the form holds."""
    # What it holds is decoded after the middleware that takes NUL away.
    adresse = request.POST.get("recherche", "")[:RECHERCHE_MAX].replace("%00", "")
    form = RechercheForm(QueryDict(adresse), user=request.user)
    courriel = request.POST.get("courriel") == "oui"
    fait = (
        _("C’est noté\u202f: la cloche et un courriel vous préviendront.")
        if courriel
        else _("C’est noté\u202f: la cloche vous préviendra.")
    )

    recherche = {"q": form.q, "facettes": form.choisis, "libelle": form.libelle, "courriel": courriel}
    tenter(request, partial(RechercheSuivie.suivre, **recherche), fait)
    return redirect(page_quittee(request))


@require_POST
@membre_requis
def courriel(request, pk):
    suivie = obtenir(RechercheSuivie.objects.modifiables_par(request.user), pk=pk)
    voulu = request.POST.get("courriel") == "oui"
    RechercheSuivie.objects.filter(pk=suivie.pk).update(courriel=voulu)
    return redirect("reseau:recherches_suivies")


@require_POST
@membre_requis
def arret(request, pk):
    obtenir(RechercheSuivie.objects.modifiables_par(request.user), pk=pk).delete()
    messages.success(request, _("Vous n’êtes plus prévenu·e de cette recherche."))
    return redirect(page_quittee(request))


class RechercheSansReponseListView(MembreRequisMixin, ListView):
    """What members looked for and did not find: something to write, to ask, or another word to teach."""

    template_name = "reseau/recherches/sans_reponse.html"
    context_object_name = "recherches"

    def get_queryset(self):
        droits = self.request.membre.droits
        if not droits.reseaux_animes and not droits.est_administrateur:
            raise Introuvable
        recherches = RechercheSansReponse.objects.visibles_par(self.request.user).select_related("reseau")
        return recherches.a_traiter()[:SANS_REPONSE_MAX]

    def get_context_data(self, **kwargs):
        visibles = RechercheSansReponse.objects.visibles_par(self.request.user).select_related("reseau")
        return super().get_context_data(traitees=visibles.traitees()[:TRAITEES_MAX], **kwargs)


@require_POST
@membre_requis
def traitement(request, pk):
    obtenir(RechercheSansReponse.objects.modifiables_par(request.user), pk=pk).traiter(par=request.membre)
    return redirect(page_quittee(request))
