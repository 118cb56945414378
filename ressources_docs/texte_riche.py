"""A link to a document in the rich text of a page: for who may open it; to the others, its words."""

from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from draftjs_exporter.dom import DOM
from wagtail.admin.rich_text.converters.html_to_contentstate import LinkElementHandler
from wagtail.rich_text import LinkHandler
from wagtail.rich_text.rewriters import LinkRewriter

from plateforme.socle.texte import entier

from .admin import titre_montre
from .models import Ressource

SANS_LIEN = "<a>"  # as Wagtail opens a link to what is no more: neither followed nor reached by the keyboard


class LienVersRessource(LinkHandler):
    """Wagtail asks it without saying who reads: it answers as to a visitor (see `pour_lecteur`)."""

    identifier = "ressource"

    @staticmethod
    def get_model():
        return Ressource

    @classmethod
    def expand_db_attributes(cls, attrs):
        return cls.expand_db_attributes_many([attrs])[0]

    @classmethod
    def expand_db_attributes_many(cls, attrs_list):
        return ouvertures(AnonymousUser(), attrs_list)

    @classmethod
    def extract_references(cls, attrs):
        pk = numero(attrs)
        if pk is not None:
            yield Ressource, str(pk), "", ""


class DuDocument(LinkRewriter):
    """Of a stored text, its links to documents alone: Wagtail does the others."""

    def get_tag_replacements(self, tag_type, attrs_list):
        return super().get_tag_replacements(tag_type, attrs_list) if tag_type in self.bulk_rules else []


def pour_lecteur(texte, user):
    """This stored text with the links to documents that this reader may open: one statement, or none."""
    return DuDocument(bulk_rules={LienVersRessource.identifier: partial(ouvertures, user)})(texte)


def ouvertures(user, attrs_list):
    """The tag that opens each of these links, for this reader."""
    pks = [numero(attrs) for attrs in attrs_list]
    lisibles = Ressource.objects.visibles_par(user).publiees().filter(pk__in={*pks} - {None})
    lisibles = set(lisibles.values_list("pk", flat=True))
    return [
        format_html('<a href="{}">', reverse("ressources_docs:ressource", args=[pk]))
        if pk in lisibles
        else SANS_LIEN
        for pk in pks
    ]


def numero(attrs):
    return entier(attrs.get("id", ""))


# Between what is stored and Wagtail's editor


class LienElementHandler(LinkElementHandler):
    def get_attribute_data(self, attrs):
        pk = numero(attrs)
        ressource = None if pk is None else Ressource.objects.publiees().filter(pk=pk).first()
        if ressource is None:
            return {"id": attrs.get("id"), "titre": str(_("Document retiré"))}
        return {"id": pk, "titre": titre_montre(ressource), "url": ressource.get_absolute_url()}


def en_element(props):
    attrs = {"linktype": LienVersRessource.identifier, "id": props.get("id")}
    return DOM.create_element("a", attrs, props["children"])


CONVERSION = {
    "from_database_format": {
        f'a[linktype="{LienVersRessource.identifier}"]': LienElementHandler("RESSOURCE"),
    },
    "to_database_format": {"entity_decorators": {"RESSOURCE": en_element}},
}
