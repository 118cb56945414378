"""What a page of the site shows of a document: a block for any StreamField."""

from django.contrib.auth.models import AnonymousUser
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from .admin import choix_de_ressource, titre_montre

RessourceChooserBlock = choix_de_ressource.get_block_class("RessourceChooserBlock", "ressources_docs.blocs")


def lecteur_de(contexte):
    """Whoever reads what is drawn in this context; outside a request, a visitor."""
    return getattr(contexte.get("request"), "user", None) or AnonymousUser()


class DocumentBlock(RessourceChooserBlock):
    """A link to a document, for the reader who may open it; for the others, nothing, not even its title."""

    class Meta:
        template = "ressources_docs/ressources/bloc.html"
        label = _("Document")

    def render_basic(self, value, context=None):
        """Where two revisions are compared: for whoever edits the page."""
        return escape(titre_montre(value)) if value else ""

    def get_context(self, value, parent_context=None):
        lecteur = lecteur_de(parent_context or {})
        lisible = value is not None and value.est_publiee and value.visible_par(lecteur)
        return super().get_context(value, parent_context) | {"ressource": value if lisible else None}
