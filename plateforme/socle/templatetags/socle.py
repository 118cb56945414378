import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.templatetags.cache import do_cache
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from plateforme.socle.fichiers import taille_lisible
from plateforme.socle.jours import en_jour
from plateforme.socle.recherche import en_mode_reduit

register = template.Library()
register.filter("taille", taille_lisible)


@register.filter(expects_localtime=True)
def jour(le, forme="j F Y"):
    """`date`, but « 1er décembre ». To be used wherever a format says the day and its month."""
    return en_jour(le, forme) if le else ""


@register.filter
def stocke(html):
    """HTML that was rendered and sanitised when it was written (see plateforme.socle.texte.en_html)."""
    return mark_safe(html)


# The stylesheet gives size and stroke (class i); these attributes keep the drawing readable without it.
_OUVERTURE = (
    '<svg class="i" viewBox="0 0 24 24" width="1em" height="1em" fill="none" stroke="currentColor"'
    ' aria-hidden="true">'
)


@register.simple_tag
@lru_cache(maxsize=512)
def icone(nom):
    """A Lucide icon, drawn inline. Decorative: the word beside it carries the meaning."""
    dessin = re.search(r"<svg[^>]*>(.*)</svg>", lucide(nom, size=None), re.DOTALL).group(1)
    return mark_safe(_OUVERTURE + re.sub(r"\s+(?=<)|(?<=>)\s+|\s+(?=/>)", "", dessin) + "</svg>")


@register.simple_tag
def courriel_secable(adresse):
    """An address that breaks after its @, rather than in the middle of a name."""
    nom, arobase, domaine = adresse.partition("@")
    return format_html("{}{}<wbr>{}", nom, arobase, domaine)


@register.simple_tag
def mode_reduit():
    """Under the results of a search that the database has answered in place of the search server."""
    if not en_mode_reduit():
        return ""
    avis = _("La recherche répond en mode réduit : il peut manquer des réponses.")
    return format_html('<p class="discret" role="status">{} {}</p>', icone("info"), avis)


class PourVisiteursNode(template.Node):
    child_nodelists = ("nodelist",)

    def __init__(self, cache):
        self.cache, self.nodelist = cache, cache.nodelist

    def render(self, context):
        return (self.cache if self.se_garde(context) else self.nodelist).render(context)

    @staticmethod
    def se_garde(context):
        request = context.get("request")
        if not request or "empreinte_de_la_page" not in context or request.user.is_authenticated:
            return False
        # Anybody can make up a query string: it would fill the memory with copies. A message is for one.
        return not request.GET and not get_messages(request)


@register.tag
def cache_des_visiteurs(parser, token):
    """Django's `{% cache %}`, to its `{% endcache %}`, for who is not signed in and asks for nothing, on a
    page whose view gives `empreinte_de_la_page`: all that it is drawn from."""
    return PourVisiteursNode(do_cache(parser, token))


@register.simple_block_tag
def fil_ariane(content):
    """The way down to this page, from the top: `<li>` links. The page itself is its h1."""
    return format_html(
        '<nav class="fil-ariane" aria-label="{}"><ol role="list">{}</ol></nav>', _("Vous êtes ici"), content
    )


@register.simple_tag
def adresse(nom):
    """The URL of a view without arguments, or nothing where the site does not have it.

    The shell asks for some twenty of them on every page, hence the cache: the URLconf of a process is fixed.
    """
    return _adresse(nom, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=256)
def _adresse(nom, urlconf, prefixe):
    try:
        return reverse(nom, urlconf)
    except NoReverseMatch:
        return ""


@register.simple_tag
def connexion(suite):
    """The site's own way to sign in (LOGIN_URL), then back to `suite`."""
    return redirect_to_login(suite).url
