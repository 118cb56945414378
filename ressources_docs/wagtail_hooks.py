from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature

from .admin import ThematiqueViewSet, choix_de_ressource
from .texte_riche import CONVERSION, LienVersRessource

LIEN = "lien-document"


@hooks.register("register_admin_viewset")
def ecrans():
    return [ThematiqueViewSet(), choix_de_ressource]


@hooks.register("register_rich_text_features")
def lien_vers_un_document(features):
    outil = {
        "type": "RESSOURCE",
        "icon": "doc-full",
        "description": _("Lien vers un document"),
        "chooserUrls": {"ressource": reverse_lazy(choix_de_ressource.get_url_name("choose"))},
    }
    js = ["wagtailadmin/js/chooser-modal.js", "ressources_docs/lien-document.js"]
    features.register_link_type(LienVersRessource)
    features.register_editor_plugin("draftail", LIEN, EntityFeature(outil, js=js))
    features.register_converter_rule("contentstate", LIEN, CONVERSION)
    features.default_features.append(LIEN)
