"""The queue of mails. Never their text: a sign-in code opens an account."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from plateforme.socle.courriel import remettre_en_file
from plateforme.socle.models import Courriel

from .vues import ConsultationViewSet, EtatFilter, FicheAvecGesteView, ListeView

_CODE = re.compile(r"\d{6}")


def etat(courriel):
    if courriel.envoye_le:
        return _("envoyé")
    if courriel.abandonne_le:
        return _("abandonné")
    return _("nouvel essai prévu") if courriel.erreur else _("en attente")


def objet_sans_code(courriel):
    return _CODE.sub("••••••", courriel.sujet)


class CourrielFilterSet(WagtailFilterSet):
    etat = EtatFilter(
        {
            "attente": (gettext_lazy("en attente"), lambda file: file.en_attente()),
            "retard": (gettext_lazy("en retard"), lambda file: file.en_retard()),
            "abandonne": (gettext_lazy("abandonné"), lambda file: file.filter(abandonne_le__isnull=False)),
            "envoye": (gettext_lazy("envoyé"), lambda file: file.filter(envoye_le__isnull=False)),
        }
    )

    class Meta:
        model = Courriel
        fields = ["etat"]


class CourrielIndexView(ListeView):
    def get_base_queryset(self):
        return super().get_base_queryset().defer("source")

    def get_list_buttons(self, instance):
        return []


class CourrielInspectView(FicheAvecGesteView):
    template_name = "socle/admin/courriel.html"
    page_title = gettext_lazy("Courriel")

    def get_page_subtitle(self):
        return self.object.destinataire

    def agir(self):
        remettre_en_file(self.object)
        return _("Le courriel est remis en file.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            courriel=self.object, etat=etat(self.object), objet=objet_sans_code(self.object), **kwargs
        )


class CourrielViewSet(ConsultationViewSet):
    model = Courriel
    icon = "mail"
    menu_label = gettext_lazy("Courriels")
    menu_order = 240
    add_to_admin_menu = True
    index_view_class = CourrielIndexView
    inspect_view_class = CourrielInspectView
    filterset_class = CourrielFilterSet
    search_fields = ["destinataire"]
    ordering = ["-pk"]
    list_display = [
        TitleColumn("destinataire", label=gettext_lazy("destinataire"), url_name="socle_courriel:inspect"),
        Column("sujet", label=gettext_lazy("objet"), accessor=objet_sans_code),
        Column("etat", label=gettext_lazy("état"), accessor=etat),
        Column("essais", label=gettext_lazy("essais")),
        DateColumn("cree_le", label=gettext_lazy("créé le"), sort_key="cree_le"),
        Column("erreur", label=gettext_lazy("dernière erreur"), accessor=lambda c: c.erreur[:80]),
    ]
