from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSetGroup

from plateforme.socle.admin.vues import AdminViewSet, FicheView

from ..models import Appartenance, AppartenancePole, Collectivite, Domaine, Pole


class CollectiviteInspectView(FicheView):
    """With what is dated about it: memberships, pôles, populations."""

    template_name = "reseau/admin/collectivite.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            appartenances=self.object.appartenances.select_related("epci"),
            composition=self.object.composition.select_related("commune"),
            poles=self.object.appartenances_aux_poles.select_related("pole"),
            populations=self.object.populations.all(),
            **kwargs,
        )


class CollectiviteViewSet(AdminViewSet):
    model = Collectivite
    icon = "home"
    menu_label = _("Collectivités")
    ajouter = _("Ajouter une collectivité")
    champs_de_creation = ["nature", "code_insee", "siren"]
    form_fields = ["nom", "forme", "slug", "code_postal", "latitude", "longitude"]
    list_display = ["nom", "nature", "code_insee", "siren", "code_postal"]
    list_filter = ["nature"]
    search_fields = ["nom", "code_insee", "siren", "code_postal"]
    inspect_view_class = CollectiviteInspectView
    inspect_view_fields = ["nom", "nature", "forme", "code_insee", "siren", "code_postal", "slug"]


class AppartenanceViewSet(AdminViewSet):
    """A membership is closed by its end date; its history stays."""

    model = Appartenance
    icon = "link"
    menu_label = _("Appartenances")
    ajouter = _("Ajouter une appartenance")
    champs_de_creation = ["commune", "epci"]
    form_fields = ["debut", "fin"]
    list_display = ["commune", "epci", "debut", "fin"]
    list_filter = ["epci"]
    search_fields = ["commune__nom", "epci__nom"]
    inspect_view_fields = ["commune", "epci", "debut", "fin"]


class PoleInspectView(FicheView):
    template_name = "reseau/admin/pole.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            perimetre=self.object.appartenances.select_related("commune").order_by("commune__slug", "debut"),
            **kwargs,
        )


class PoleViewSet(AdminViewSet):
    model = Pole
    icon = "globe"
    menu_label = _("Pôles")
    ajouter = _("Ajouter un pôle")
    champs_de_creation = ["epci"]
    form_fields = ["nom", "slug", "statut", "archive_le"]
    list_display = ["nom", "epci", "statut", "archive_le"]
    list_filter = ["statut", "epci"]
    search_fields = ["nom"]
    inspect_view_class = PoleInspectView
    inspect_view_fields = ["nom", "epci", "statut", "archive_le"]


class AppartenancePoleViewSet(AdminViewSet):
    model = AppartenancePole
    icon = "list-ul"
    menu_label = _("Périmètres des pôles")
    ajouter = _("Ajouter une commune à un pôle")
    champs_de_creation = ["pole", "commune"]
    form_fields = ["debut", "fin"]
    list_display = ["commune", "pole", "debut", "fin"]
    list_filter = ["pole"]
    search_fields = ["commune__nom", "pole__nom"]
    inspect_view_fields = ["pole", "commune", "debut", "fin"]


class DomaineViewSet(AdminViewSet):
    """Renamed and archived, never deleted: what names a domaine keeps it."""

    model = Domaine
    icon = "tag"
    menu_label = _("Domaines techniques")
    ajouter = _("Ajouter un domaine")
    champs_de_creation = ["code"]
    form_fields = ["libelle", "mots", "ordre", "archive_le"]
    list_display = ["libelle", Column("code", label=_("code")), "ordre", "archive_le"]
    search_fields = ["libelle", "code"]
    inspect_view_fields = ["libelle", "code", "mots", "ordre", "archive_le"]


class TerritoireViewSetGroup(ModelViewSetGroup):
    menu_label = _("Territoire")
    menu_icon = "globe"
    menu_order = 210
    items = (
        CollectiviteViewSet,
        AppartenanceViewSet,
        PoleViewSet,
        AppartenancePoleViewSet,
        DomaineViewSet,
    )
