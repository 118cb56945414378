"""What came in by mail, and the addresses from which ours come back."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import InspectView

from plateforme.socle.models import AdresseEnEchec, CourrielRecu
from plateforme.socle.texte import extrait

from .courriels import CourrielIndexView
from .vues import ConsultationViewSet, EtatFilter, FicheAvecGesteView


def etat(recu):
    if recu.pris_le:
        return _("pris en compte")
    return _("refusé, réponse envoyée") if recu.repondu_le else _("refusé, sans réponse")


class CourrielRecuFilterSet(WagtailFilterSet):
    etat = EtatFilter(
        {
            "repondu": (
                gettext_lazy("refusé, réponse envoyée"),
                lambda recus: recus.refuses().filter(repondu_le__isnull=False),
            ),
            "ecarte": (
                gettext_lazy("refusé, sans réponse"),
                lambda recus: recus.refuses().filter(repondu_le=None),
            ),
            "pris": (gettext_lazy("pris en compte"), lambda recus: recus.filter(pris_le__isnull=False)),
        }
    )

    class Meta:
        model = CourrielRecu
        fields = ["etat"]


class CourrielRecuInspectView(InspectView):
    template_name = "socle/admin/courriel_recu.html"
    page_title = gettext_lazy("Courriel reçu")

    def get_page_subtitle(self):
        return self.object.expediteur

    def get_context_data(self, **kwargs):
        return super().get_context_data(recu=self.object, etat=etat(self.object), **kwargs)


class CourrielRecuViewSet(ConsultationViewSet):
    model = CourrielRecu
    icon = "download"
    menu_label = gettext_lazy("Courriels reçus")
    menu_order = 241
    add_to_admin_menu = True
    index_view_class = CourrielIndexView
    inspect_view_class = CourrielRecuInspectView
    filterset_class = CourrielRecuFilterSet
    search_fields = ["expediteur"]
    ordering = ["-pk"]
    list_display = [
        TitleColumn(
            "expediteur",
            label=gettext_lazy("expéditeur"),
            accessor=lambda recu: recu.expediteur or "–",
            url_name="socle_recu:inspect",
        ),
        Column("sujet", label=gettext_lazy("objet")),
        Column("etat", label=gettext_lazy("état"), accessor=etat),
        Column("motif", label=gettext_lazy("motif"), accessor=lambda recu: extrait(recu.motif, 80)),
        DateColumn("recu_le", label=gettext_lazy("reçu le"), sort_key="recu_le"),
    ]


class AdresseEnEchecInspectView(FicheAvecGesteView):
    template_name = "socle/admin/adresse_en_echec.html"
    page_title = gettext_lazy("Adresse en échec")

    def get_page_subtitle(self):
        return self.object.adresse

    def agir(self):
        AdresseEnEchec.lever(self.object.adresse, par=self.request.user)
        return _("La plateforme écrit de nouveau à cette adresse.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(echec=self.object, **kwargs)


class AdresseEnEchecViewSet(ConsultationViewSet):
    model = AdresseEnEchec
    icon = "warning"
    menu_label = gettext_lazy("Adresses en échec")
    menu_order = 242
    add_to_admin_menu = True
    inspect_view_class = AdresseEnEchecInspectView
    search_fields = ["adresse"]
    ordering = ["-en_echec_le"]
    list_display = [
        TitleColumn("adresse", label=gettext_lazy("adresse"), url_name="socle_adresseenechec:inspect"),
        Column("diagnostic", label=gettext_lazy("ce que dit le serveur")),
        DateColumn("en_echec_le", label=gettext_lazy("en échec le"), sort_key="en_echec_le"),
        DateColumn("levee_le", label=gettext_lazy("levée le"), sort_key="levee_le"),
    ]
