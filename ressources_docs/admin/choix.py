"""An editor chooses a document in a page, among those that she herself may read."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from plateforme.socle.lectures import chercher_et_corriger
from plateforme.socle.recherche import completer

from ..models import Ressource

TROUVES_MAX = 100


class LisiblesMixin:
    def get_object_list(self):
        return Ressource.objects.visibles_par(self.request.user).publiees()

    def get_object(self, pk):
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks):
        return self.get_object_list().filter(pk__in=pks)


class RechercheForm(SearchFilterMixin, BaseFilterForm):
    """What is being typed begins a title, or is searched for as everywhere else, with its faults."""

    def filter(self, objects):
        if not (q := self.cleaned_data.get("q")):
            return super().filter(objects)
        self.is_searching, self.search_query = True, q
        _lecture, trouves = chercher_et_corriger(objects, q, TROUVES_MAX)
        trouves = [*completer(objects, q, TROUVES_MAX), *trouves]
        return list({trouve.pk: trouve for trouve in trouves}.values())


class ColonnesMixin(LisiblesMixin):
    ordering = ["-publie_le", "-pk"]
    filter_form_class = RechercheForm

    @property
    def columns(self):
        return [
            *super().columns,
            Column("nature", label=_("Nature"), accessor="get_nature_display"),
            Column("collectivite", label=_("Collectivité")),
            Column("visibilite", label=_("Qui peut lire"), accessor="get_visibilite_display"),
        ]


class DocumentsChooseView(ColonnesMixin, ChooseView):
    pass


class DocumentsChooseResultsView(ColonnesMixin, ChooseResultsView):
    pass


class DocumentChosenView(LisiblesMixin, ChosenView):
    def get_chosen_response_data(self, item):
        """For a link in a text: where it leads, and the words that every reader of the page may read."""
        mots = item.titre if item.est_publique else titre_reserve(item)
        return super().get_chosen_response_data(item) | {"url": item.get_absolute_url(), "mots": mots}


class DocumentsChosenView(LisiblesMixin, ChosenMultipleView):
    pass


def titre_reserve(ressource):
    return str(_("Document réservé n° %d") % ressource.pk)


def titre_montre(ressource):
    """Whoever edits the page is not always of the network that keeps it: its title is not for her."""
    du_reseau = ressource.visibilite == Ressource.Visibilite.RESEAU
    return titre_reserve(ressource) if du_reseau else ressource.titre


class ChoixDeRessource(BaseChooser):
    def get_display_title(self, instance):
        return titre_montre(instance)


class RessourceChooserViewSet(ChooserViewSet):
    model = Ressource
    icon = "doc-full"
    choose_one_text = _("Choisir un document")
    choose_another_text = _("Choisir un autre document")
    edit_item_text = _("Voir ce document")
    base_widget_class = ChoixDeRessource
    choose_view_class = DocumentsChooseView
    choose_results_view_class = DocumentsChooseResultsView
    chosen_view_class = DocumentChosenView
    chosen_multiple_view_class = DocumentsChosenView


choix_de_ressource = RessourceChooserViewSet("choix_de_ressource")
