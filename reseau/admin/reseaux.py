from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets.button import HeaderButton

from plateforme.socle.admin.vues import AdminViewSet, AjoutView, ConsultationViewSet, ListeView

from ..models import Entree, Membre, PageReseau, Reseau


class AvecSaPage:
    """A network and its page in the tree are saved together: one name, one address."""

    def save_instance(self):
        reseau = super().save_instance()
        PageReseau.installer(reseau)
        return reseau


class ReseauCreateView(AvecSaPage, AjoutView):
    def get_success_url(self):
        """A new network has nobody to animate it: straight to where one is named."""
        return reverse("reseau:reseau_membres", args=[self.object.slug])


class ReseauEditView(AvecSaPage, EditView):
    @property
    def header_more_buttons(self):
        adresse = reverse("reseau:reseau_membres", args=[self.object.slug])
        membres = HeaderButton(_("Membres et animation"), url=adresse, icon_name="group", priority=5)
        return [membres, *super().header_more_buttons]


class ReseauViewSet(AdminViewSet):
    model = Reseau
    icon = "group"
    menu_label = _("Réseaux")
    ajouter = _("Ajouter un réseau")
    champs_de_creation = ["slug"]
    form_fields = ["nom", "nom_court", "resume", "presentation", "nature", "acces", "pole", "ordre"]
    list_display = ["nom", "nature", "acces", "pole", "ordre", DateColumn("ferme_le", label=_("fermé"))]
    list_filter = ["nature", "acces", "pole"]
    search_fields = ["nom", "nom_court"]
    inspect_view_fields = [
        "nom",
        "nom_court",
        "slug",
        "resume",
        "nature",
        "acces",
        "pole",
        "cree_le",
        "ferme_le",
        "ferme_par",
    ]
    add_view_class = ReseauCreateView
    edit_view_class = ReseauEditView


class MembreIndexView(ListeView):
    """People are managed in our own pages, by those who answer for them: each name leads there."""

    def get_base_queryset(self):
        return super().get_base_queryset().avec_fonctions()


class MembreViewSet(ConsultationViewSet):
    model = Membre
    icon = "user"
    menu_label = _("Membres")
    adresses = {"index", "index_results"}
    inspect_view_enabled = False
    index_view_class = MembreIndexView
    list_display = [
        TitleColumn(
            "nom_complet",
            label=_("nom"),
            width="20%",
            sort_key="nom",
            get_url=lambda membre: membre.get_absolute_url(),
        ),
        Column("courriel", label=_("adresse électronique")),
        Column(
            "fonctions",
            label=_("fonctions"),
            accessor=lambda membre: ", ".join(str(fonction) for fonction in membre.fonctions_actuelles),
        ),
        BooleanColumn("actif", label=_("compte ouvert"), accessor="utilisateur.is_active"),
        DateColumn("connexion", label=_("dernière connexion"), accessor="utilisateur.last_login"),
    ]
    search_fields = ["prenom", "nom", "nom_cherche"]
    ordering = ["nom", "prenom"]


class EntreeViewSet(ConsultationViewSet):
    """The journal: written by the verbs of the models, changed by nobody."""

    model = Entree
    icon = "history"
    menu_label = _("Journal")
    adresses = {"index", "index_results"}
    inspect_view_enabled = False
    list_display = [
        DateColumn("le", label=_("le"), sort_key="le"),
        "geste",
        "par",
        "membre",
        "collectivite",
        "reseau",
        "detail",
    ]
    list_filter = {
        "geste": ["exact"],
        "reseau": ["exact"],
        "collectivite": ["exact"],
        "le": ["date__gte", "date__lte"],
    }
    search_fields = ["detail", "par__nom", "membre__nom"]
    ordering = ["-le"]


class ReseauxViewSetGroup(ModelViewSetGroup):
    menu_label = _("Réseaux")
    menu_icon = "group"
    menu_order = 220
    items = (ReseauViewSet, MembreViewSet, EntreeViewSet)
