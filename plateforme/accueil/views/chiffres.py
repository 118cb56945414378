from django.utils.functional import cached_property
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from plateforme.accueil.chiffres import Indicateurs, reperes
from plateforme.socle.exports import en_tableur
from reseau.models import Reseau
from reseau.views.acces import Introuvable, MembreRequisMixin, membre_requis, obtenir


def reseaux_animes(request):
    return Reseau.objects.filter(pk__in=request.membre.droits.reseaux_animes)


def reseau_choisi(request):
    """The network that the address names, for who runs it; None: what every member may read."""
    slug = request.GET.get("reseau")
    return obtenir(reseaux_animes(request), slug=slug) if slug else None


class ChiffresView(MembreRequisMixin, TemplateView):
    template_name = "accueil/chiffres/page.html"

    @cached_property
    def reseau(self):
        return reseau_choisi(self.request)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            reseau=self.reseau,
            reseaux=reseaux_animes(self.request),
            indicateurs=Indicateurs.de(self.reseau).values(),
            reperes=reperes(),
            **kwargs,
        )


@require_safe
@membre_requis
def export(request, code):
    indicateur = Indicateurs.de(reseau_choisi(request)).get(code)
    if indicateur is None:
        raise Introuvable
    entetes = indicateur.entetes_du_tableur or indicateur.entetes
    return en_tableur(request, indicateur.titre, entetes, indicateur.pour_tableur())
