from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.contrib.sitemaps import views as sitemaps
from wagtail.models import Site

from plateforme.accueil.models import PageAccueil
from plateforme.accueil.sitemaps import SECTIONS
from plateforme.socle.visiteurs import pour_tous
from reseau.models import Reseau
from ressources_docs.models import PageDocuments


class PlanView(TemplateView):
    """What there is, for whoever asks: made from what exists, so that it is never out of date."""

    template_name = "accueil/pages/plan.html"

    def get_context_data(self, **kwargs):
        racine = Site.find_for_request(self.request).root_page
        pages = racine.get_children().live().public().exclude(pk__in=PageAccueil.objects.values("pk"))
        documents = PageDocuments.objects.live().public().descendant_of(racine).order_by("path")
        autres = pages.exclude(pk__in=documents.values("pk")).specific()
        informations = [page for page in autres if not hasattr(page, "reseau_id")]
        return super().get_context_data(
            informations=informations,
            documents=documents,
            reseaux=Reseau.objects.visibles_par(self.request.user).ouverts(),
            **kwargs,
        )


@require_safe
@pour_tous
def sitemap_index(request):
    return sitemaps.index(request, SECTIONS, sitemap_url_name="accueil:sitemap")


@require_safe
@pour_tous
def sitemap(request, section):
    return sitemaps.sitemap(request, SECTIONS, section=section)


@require_safe
@pour_tous
def robots(request):
    return render(request, "accueil/robots.txt", content_type="text/plain; charset=utf-8")
