import json

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from wagtail.templatetags.wagtailcore_tags import richtext

from plateforme.socle.templatetags.socle import adresse

from ..blocs import lecteur_de
from ..catalogue import adresse_courte, en_schema_org
from ..models import PageDocuments
from ..texte_riche import pour_lecteur

register = template.Library()

# No character of it may close the element that holds it, whatever a title says.
_ECHAPPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def documents_publics(context):
    """Where a visitor finds the documents: the public page, or the list of the app where no page was made."""
    publique, _restreinte = PageDocuments.lieu(context["request"])
    return publique or adresse("ressources_docs:documents")


@register.simple_tag(takes_context=True)
def texte_riche(context, texte):
    """Wagtail's `richtext`, where the text may lead to documents: each link is for whom may open it."""
    texte = getattr(texte, "source", texte) or ""
    return richtext(pour_lecteur(texte, lecteur_de(context)))


@register.simple_tag(takes_context=True)
def documents_lies(context, blocs):
    """The documents that a page links to, drawn for this reader; "" when she may open none of them."""
    dessins = [bloc.render_as_block(context.flatten()) for bloc in blocs]
    return format_html_join("", "{}", [(dessin,) for dessin in dessins if dessin.strip()])


@register.simple_tag(takes_context=True)
def lien_permanent(context, ressource):
    return context["request"].build_absolute_uri(adresse_courte(ressource))


@register.simple_tag(takes_context=True)
def donnees_structurees(context, ressource):
    """What search engines read of it: data, which no browser runs."""
    absolue = context["request"].build_absolute_uri
    donnees = en_schema_org(ressource, ressource.version, absolue)
    texte = json.dumps(donnees, ensure_ascii=False, default=str).translate(_ECHAPPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(texte))
