from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn

from plateforme.socle.admin.vues import AdminViewSet

from ..models import BaseLegale


class BaseLegaleViewSet(AdminViewSet):
    """An administrator corrects an article and its dates when the law changes. The rows themselves come with
    the platform: projects and tools name them by their code."""

    model = BaseLegale
    icon = "doc-full"
    menu_label = _("Bases légales")
    menu_order = 225
    add_to_admin_menu = True
    form_fields = ["article", "intitule", "en_vigueur_du", "en_vigueur_au", "a_jour_au"]
    adresses = {"index", "index_results", "edit", "history", "history_results", "inspect"}
    adresses_absentes = {**AdminViewSet.adresses_absentes, "add_url_name": None}
    list_display = [
        "article",
        "intitule",
        DateColumn("a_jour_au", label=_("à jour au")),
        DateColumn("en_vigueur_au", label=_("en vigueur jusqu’au")),
    ]
    search_fields = ["article", "intitule"]
    inspect_view_fields = ["article", "intitule", "code", "en_vigueur_du", "en_vigueur_au", "a_jour_au"]
    ordering = ["rang", "code"]
