from functools import cached_property

from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from django.views.generic import ListView

from plateforme.socle.texte import nettoyer
from plateforme.socle.views.formulaires import FormView

from ..forms.etiquettes import EtiquetteForm
from ..models import Contribution, Etiquetage, Etiquette
from .acces import MembreRequisMixin, membre_requis, obtenir


class AnimateurRequisMixin(MembreRequisMixin):
    """The words belong to all networks: any animateur of one may tidy them."""

    def dispatch(self, request, *args, **kwargs):
        droits = request.membre.droits
        if not (droits.anime_un_reseau or droits.est_administrateur):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class EtiquetteListView(AnimateurRequisMixin, ListView):
    template_name = "reseau/etiquettes/liste.html"
    context_object_name = "etiquettes"

    def get_queryset(self):
        connues = etiquettes_connues(self.request)
        return connues.annotate(nombre=Count("emplois")).order_by("name")[:1000]


def etiquettes_connues(request):
    """The words of what she may read, all of them for an administrator: a word tells what a circle says."""
    if request.membre.droits.est_administrateur:
        return Etiquette.objects.all()
    visibles = Contribution.objects.visibles_par(request.user)
    lus = Etiquetage.objects.filter(content_object__in=visibles)
    return Etiquette.objects.filter(pk__in=lus.values("tag"))


class EtiquetteUpdateView(AnimateurRequisMixin, FormView):
    """Rename a word, or give all its uses to another one."""

    template_name = "reseau/etiquettes/modifier.html"
    form_class = EtiquetteForm

    @cached_property
    def etiquette(self):
        return obtenir(etiquettes_connues(self.request).order_by("pk"), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "etiquette": self.etiquette}

    def get_context_data(self, **kwargs):
        return super().get_context_data(etiquette=self.etiquette, **kwargs)

    def form_valid(self, form):
        form.appliquer(par=self.request.membre)
        return redirect("reseau:etiquettes")


@require_safe
@membre_requis
def suggestions(request):
    """Words that begin like what is being typed, the most used first, among what she may read."""
    debut = nettoyer(request.GET.get("q", ""))[:50]
    if not debut:
        return JsonResponse({"suggestions": []})
    visibles = Contribution.objects.visibles_par(request.user)
    trouvees = (
        Etiquette.objects.filter(name__istartswith=debut, emplois__content_object__in=visibles)
        .annotate(nombre=Count("emplois"))
        .order_by("-nombre", "name")
    )
    noms = trouvees.values_list("name", flat=True)[:8]
    return JsonResponse({"suggestions": [{"mot": nom, "detail": ""} for nom in noms]})
