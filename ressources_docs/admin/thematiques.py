from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import DateColumn

from plateforme.socle.admin.vues import AdminViewSet, ListeView

from ..models import Thematique


class ThematiqueListeView(ListeView):
    """The tree, until another column is asked for."""

    def order_queryset(self, queryset):
        return super().order_queryset(queryset) if self.ordering else queryset.dans_l_ordre()


class ThematiqueViewSet(AdminViewSet):
    """The folders of the documents: added, renamed, archived once nothing more goes in."""

    model = Thematique
    icon = "folder"
    menu_label = _("Dossiers")
    ajouter = _("Ajouter un dossier")
    menu_order = 226
    add_to_admin_menu = True
    form_fields = ["libelle", "code", "parent", "ordre", "archive_le"]
    list_display = ["__str__", "ordre", DateColumn("archive_le", label=_("archivé le"))]
    index_view_class = ThematiqueListeView
    search_fields = ["libelle", "code"]
    inspect_view_fields = ["libelle", "code", "parent", "ordre", "archive_le"]
