from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn

from plateforme.socle.admin.vues import AdminViewSet

from ..models import Thematique


class ThematiqueViewSet(AdminViewSet):
    """The folders of the documents: added, renamed, archived once nothing more goes in."""

    model = Thematique
    icon = "folder"
    menu_label = _("Dossiers des documents")
    menu_order = 226
    add_to_admin_menu = True
    form_fields = ["libelle", "code", "parent", "ordre", "archive_le"]
    list_display = ["libelle", "parent", "ordre", DateColumn("archive_le", label=_("archivée le"))]
    search_fields = ["libelle", "code"]
    inspect_view_fields = ["libelle", "code", "parent", "ordre", "archive_le"]
    ordering = ["ordre", "libelle"]
