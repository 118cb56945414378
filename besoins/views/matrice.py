from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from plateforme.socle.exports import en_tableur
from reseau.views.acces import MembreRequisMixin, membre_requis

from ..forms.matrice import MatriceForm
from ..matrice import Matrice, MatriceDesDomaines
from ..models import Projet

# How it is shown; without one of them, the table, and first on a phone the line of my commune.
VUES = {
    "tableau": gettext_lazy("Tableau"),
    "communes": gettext_lazy("Par commune"),
    "projets": gettext_lazy("Par projet"),
}


def lire(request):
    """→ (the form, the matrix) that the address asks for."""
    visibles = Projet.objects.visibles_par(request.user).publiees()
    filtre = MatriceForm(request.GET, visibles=visibles, collectivite=request.au_nom_de)
    classe = MatriceDesDomaines if request.GET.get("par") == "domaines" else Matrice
    return filtre, classe(request.user, filtre.choix, mienne=request.au_nom_de)


class MatriceView(MembreRequisMixin, TemplateView):
    template_name = "besoins/matrice/page.html"

    @cached_property
    def vue(self):
        return self.request.GET.get("vue") if self.request.GET.get("vue") in VUES else ""

    def get_context_data(self, **kwargs):
        filtre, matrice = lire(self.request)
        par_domaines = isinstance(matrice, MatriceDesDomaines)
        return super().get_context_data(
            filtre=filtre,
            matrice=matrice,
            par_domaines=par_domaines,
            vue=self.vue,
            vues=[
                {
                    "nom": nom,
                    "libelle": _("Par domaine") if par_domaines and nom == "projets" else libelle,
                    "adresse": self.adresse(vue=nom),
                    "courante": nom == (self.vue or "tableau"),
                }
                for nom, libelle in VUES.items()
            ],
            colonnes=[(self.adresse(par=""), _("Projets")), (self.adresse(par="domaines"), _("Domaines"))],
            export=self.adresse(vue=""),
            niveaux=Projet.niveaux,
            **kwargs,
        )

    def adresse(self, **autres):
        """This page's query string with other values; an empty one is left out."""
        parametres = self.request.GET.copy()
        for nom, valeur in autres.items():
            parametres[nom] = valeur
        return "?" + "&".join(
            morceau for morceau in parametres.urlencode().split("&") if not morceau.endswith("=")
        )


@require_safe
@membre_requis
def export(request):
    """The same, as a table for a spreadsheet: words, not letters."""
    _filtre, matrice = lire(request)
    entetes = [_("commune"), *(colonne.en_clair for colonne in matrice.colonnes)]
    lignes = ([ligne.collectivite.nom, *map(matrice.en_clair, ligne.cases)] for ligne in matrice.lignes)
    return en_tableur(request, _("participation"), entetes, lignes)
