from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn

from plateforme.socle.models import Synonymes

from .vues import AdminViewSet


class SynonymesViewSet(AdminViewSet):
    """The words of the trade, which every search reads within a minute: nothing is reindexed."""

    model = Synonymes
    icon = "search"
    menu_label = _("Synonymes")
    ajouter = _("Ajouter des synonymes")
    menu_order = 228
    add_to_admin_menu = True
    form_fields = ["termes", "archive_le"]
    list_display = ["termes", DateColumn("archive_le", label=_("ne sert plus depuis le"))]
    search_fields = ["termes"]
    inspect_view_fields = ["termes", "archive_le"]
