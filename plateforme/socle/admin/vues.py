"""What our Wagtail screens share. Nothing here deletes: what served is archived, closed or withdrawn."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.forms import modelform_factory
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views.generic import CreateView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet

from plateforme.socle.formulaires import ObjetEntier

SANS_SUPPRESSION = {"delete_url_name": None, "usage_url_name": None}
REPONSES = {
    "success_message": gettext_lazy("C’est enregistré : « %(object)s »."),
    "error_message": gettext_lazy("Rien n’est enregistré : corrigez ce qui est signalé ci-dessous."),
}
SANS_ECRITURE = {**SANS_SUPPRESSION, "add_url_name": None, "edit_url_name": None, "history_url_name": None}


class FormulaireEntier(ObjetEntier, WagtailAdminModelForm):
    """What is given once, when the object is created, is checked whenever it is changed."""


class ListeView(IndexView):
    """Every head begins with a capital, as Wagtail gives one to the names of fields only."""

    @cached_property
    def columns(self):
        colonnes = super().columns
        for colonne in colonnes:
            colonne.label = capfirst(colonne.label)
        return colonnes


class AjoutView(CreateView):
    """Named as the button that leads there: Wagtail's French knows neither gender nor number."""

    def get_page_subtitle(self):
        return ""

    def get_breadcrumbs_items(self):
        *avant, _ici = super().get_breadcrumbs_items()
        return [*avant, {"url": "", "label": self.get_page_title()}]


class FicheView(InspectView):
    """What is not known reads « – »."""

    page_title = gettext_lazy("Fiche")

    def get_field_display_value(self, field_name, field):
        valeur = super().get_field_display_value(field_name, field)
        return "–" if valeur in (None, "") else valeur


class FicheAvecGesteView(InspectView):
    """Whoever may change it finds one thing to do there: `agir`, which answers what to say of it."""

    def post(self, request, *args, **kwargs):
        if not self.user_has_permission("change"):
            raise PermissionDenied
        messages.success(request, self.agir())
        return redirect(request.path)


class EtatFilter(django_filters.ChoiceFilter):
    """By state, which is a fact of several columns: {value: (words, what keeps them of a queryset)}."""

    def __init__(self, etats):
        self.etats = etats
        choix = [(valeur, mots) for valeur, (mots, _lesquelles) in etats.items()]
        super().__init__(choices=choix, label=gettext_lazy("état"))

    def filter(self, lignes, valeur):
        return self.etats[valeur][1](lignes) if valeur in self.etats else lignes


class AdminViewSet(ModelViewSet):
    """Listed, created, edited, with its history; read in full on a page of its own."""

    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = ListeView
    add_view_class = AjoutView
    inspect_view_class = FicheView
    # « Ajouter un dossier »: the button, and the page that it opens.
    ajouter = gettext_lazy("Ajouter")
    list_per_page = 50
    # Fields that are given once, when the object is created.
    champs_de_creation = ()
    adresses = {"index", "index_results", "add", "edit", "history", "history_results", "inspect"}
    adresses_absentes = SANS_SUPPRESSION

    def __init__(self, name=None, **kwargs):
        # A host may have a model of the same name.
        super().__init__(name or self.model._meta.label_lower.replace(".", "_"), **kwargs)

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(**{**kwargs, **self.adresses_absentes})

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(**{"add_item_label": self.ajouter, **kwargs})

    def get_add_view_kwargs(self, **kwargs):
        return super().get_add_view_kwargs(**{"page_title": self.ajouter, **REPONSES, **kwargs})

    def get_edit_view_kwargs(self, **kwargs):
        return super().get_edit_view_kwargs(**{**REPONSES, **kwargs})

    def get_urlpatterns(self):
        return [adresse for adresse in super().get_urlpatterns() if adresse.name in self.adresses]

    def get_form_class(self, for_update=False):
        if self._edit_handler:
            return super().get_form_class(for_update)
        champs = [*(() if for_update else self.champs_de_creation), *self.form_fields]
        return modelform_factory(
            self.model,
            form=FormulaireEntier,
            formfield_callback=self.formfield_for_dbfield,
            fields=champs,
        )


class ConsultationViewSet(AdminViewSet):
    """Only read here: it is written elsewhere, or never changes."""

    form_fields = ()
    adresses = {"index", "index_results", "inspect"}
    adresses_absentes = SANS_ECRITURE

    def register_admin_url_finder(self):
        """There is no page to edit it that Wagtail could find."""
