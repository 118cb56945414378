from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plateforme.socle.pagination import PARAMETRE, paginer_une_liste
from plateforme.socle.visiteurs import pour_tous
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView, tout_compter
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..catalogue import sur_une_ligne
from ..forms.ressources import RessourceFiltreForm, RessourceForm, compter_les_documents
from ..models import PageDocuments, Ressource, Telechargement, Version
from ..resultats import resultats_de
from .versions import reserve

CHOIX_MAX = 4000  # characters of a query string that are worth leading on


class RessourceFiltreMixin:
    type = "ressource"
    filtre_class = RessourceFiltreForm

    def compter(self, visibles):
        return tout_compter(visibles) | compter_les_documents(visibles)


class RessourceListView(RessourceFiltreMixin, ContributionListView):
    """Folders first, then the documents of the one that is open."""

    template_name = "ressources_docs/ressources/liste.html"

    def get(self, request, *args, **kwargs):
        """A visitor finds them on the public page, where there is one that shows all the folders."""
        page, restreinte = PageDocuments.lieu(request)
        # One that an editor has called « documents » stands behind this very address.
        if page and not restreinte and page != request.path and request.membre is None:
            choix = request.GET.urlencode()
            return redirect(f"{page}?{choix}" if 0 < len(choix) <= CHOIX_MAX else page)
        return super().get(request, *args, **kwargs)

    def paginate_queryset(self, queryset, page_size):
        """The best first, where words are asked for: no column has that order."""
        if self.filtre.tri != "pertinence":
            return super().paginate_queryset(queryset, page_size)
        page = paginer_une_liste(self.filtre.classes, self.request.GET.get(PARAMETRE, ""), page_size)
        par_id = queryset.in_bulk(page.object_list)
        lignes = [par_id[pk] for pk in page if pk in par_id]
        return None, page, lignes, page.has_next()

    def resultats(self, contributions):
        """What the lines say of each, where words are asked for."""
        return (
            resultats_de(self.filtre, list(contributions), self.request.user) if self.filtre.cherche else []
        )

    def get_context_data(self, **kwargs):
        membre = self.request.membre
        a_verifier = (
            bool(membre) and Ressource.objects.modifiables_par(self.request.user).a_verifier().count()
        )
        contexte = super().get_context_data(
            dossiers=self.filtre.dossiers_montres(),
            dossier=self.filtre.dossier,
            a_verifier=a_verifier,
            **kwargs,
        )
        return contexte | {"resultats": SimpleLazyObject(lambda: self.resultats(contexte["contributions"]))}


class RessourceExportView(RessourceFiltreMixin, ContributionExportView):
    nom = gettext_lazy("documents")

    def entetes(self):
        return [
            *super().entetes(),
            _("nature"),
            _("dossier"),
            _("statut"),
            _("format"),
            _("taille en octets"),
            _("version"),
            _("date du document"),
            _("à jour au"),
            _("à relire le"),
            _("service auteur"),
            _("source"),
            _("références juridiques"),
            _("licence"),
            _("fichier"),
        ]

    def completes(self, ressources):
        ressources = list(ressources)
        rangees = Ressource.objects.avec_dossier().in_bulk([r.pk for r in ressources])
        for ressource in ressources:
            ressource.dossier = str(rangees[ressource.pk].thematique or "")
        return ressources

    def ligne(self, ressource):
        return [
            *super().ligne(ressource),
            ressource.get_nature_display(),
            ressource.dossier,
            ressource.get_statut_display(),
            ressource.format,
            ressource.taille,
            ressource.numero,
            ressource.date_du_document,
            ressource.a_jour_au,
            ressource.relire_le,
            ressource.service_auteur,
            ressource.source,
            sur_une_ligne(ressource.references_juridiques),
            ressource.get_licence_display(),
            self.request.build_absolute_uri(ressource.url_du_fichier),
        ]


@method_decorator(pour_tous, "dispatch")
class RessourceDetailView(ContributionDetailView):
    model = Ressource
    template_name = "ressources_docs/ressources/detail.html"

    def get_queryset(self):
        return super().get_queryset().avec_dossier()

    def get_context_data(self, **kwargs):
        ressource, user = self.object, self.request.user
        versions = Version.objects.visibles_par(user).filter(ressource=ressource).sans_texte()
        versions = list(versions.select_related("par"))
        contexte = super().get_context_data(**kwargs)
        modifiable = contexte["modifiable"]
        return contexte | {
            "versions": versions,
            "version": next((v for v in versions if v.numero == ressource.numero), None),
            "remplacable": ressource.remplacable_par(user),
            "ouvrable": ressource.ouvrable_par(user),
            "telechargements": Telechargement.objects.total(ressource) if modifiable else None,
        }


class RessourceFormulaireMixin:
    model = Ressource
    form_class = RessourceForm
    template_name = "ressources_docs/ressources/publier.html"


class RessourceCreateView(RessourceFormulaireMixin, ContributionCreateView):
    """A link may say in which folder it goes (`?thematique=`)."""

    def get_initial(self):
        return {"thematique": self.request.GET.get("thematique", "")} | super().get_initial()


class RessourceUpdateView(RessourceFormulaireMixin, ContributionUpdateView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(reserve=reserve(self.object, self.request.user), **kwargs)
