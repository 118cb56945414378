from django.views.generic import TemplateView
from wagtail.models import Site

from plateforme.accueil.models import PageAccueil
from reseau.models import Reseau


class PlanView(TemplateView):
    """What there is, for whoever asks: made from what exists, so that it is never out of date."""

    template_name = "accueil/pages/plan.html"

    def get_context_data(self, **kwargs):
        racine = Site.find_for_request(self.request).root_page
        pages = racine.get_children().live().public().exclude(pk__in=PageAccueil.objects.values("pk"))
        informations = [page for page in pages.specific() if not hasattr(page, "reseau_id")]
        return super().get_context_data(
            informations=informations,
            reseaux=Reseau.objects.visibles_par(self.request.user).ouverts(),
            **kwargs,
        )
