"""A document read without its program: its words, page by page, and its pages as images."""

import re
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.html import escape, format_html_join
from django.utils.http import quote_etag
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from plateforme.socle.extraction import apercu
from plateforme.socle.extraits import Motif
from plateforme.socle.fichiers import POLITIQUE, servir
from plateforme.socle.limites import adresse_ip, consommer
from plateforme.socle.texte import entier, requete_normale
from reseau.views.acces import obtenir

from ..limites import PAGES_PAR_LECTEUR
from ..models import Version
from ..models.versions import PREMIERE_MARQUE

PAGES_A_LA_FOIS = 20
LETTRES_MARQUEES = 200_000  # of what one page shows: a text file is one page, however long
MARQUE = "<mark>"
_PARAGRAPHE = re.compile(r"\n{2,}")
RETENTER = 10  # seconds: a page is drawn in less


def version_lue(request, pk, numero):
    lisibles = Version.objects.visibles_par(request.user).select_related("ressource")
    return obtenir(lisibles.sans_texte(), ressource=pk, numero=numero)


class TexteView(TemplateView):
    """What a version says, some pages at once; `?page=` is one of the document's, `?q=` is marked there."""

    template_name = "ressources_docs/lecture/texte.html"

    def get_context_data(self, **kwargs):
        version = version_lue(self.request, self.kwargs["pk"], self.kwargs["numero"])
        voulue = max(1, entier(self.request.GET.get("page", "")) or 1)
        debut = (voulue - 1) // PAGES_A_LA_FOIS * PAGES_A_LA_FOIS
        fin = debut + PAGES_A_LA_FOIS
        pages = version.pages_du_texte
        derniere = pages[-1][0] if pages else 0
        q = requete_normale(self.request.GET.get("q", ""))
        return super().get_context_data(
            version=version,
            contribution=version.ressource,
            q=q,
            suite=f"&{urlencode({'q': q})}" if q else "",
            pages=list(ancrer(marquer([page for page in pages if debut < page[0] <= fin], q))),
            plusieurs=derniere > 1,
            avant=max(1, debut - PAGES_A_LA_FOIS + 1) if debut else None,
            apres=fin + 1 if fin < derniere else None,
            **kwargs,
        )


def marquer(pages, q):
    """(number, text) of these pages, the words of this search marked, by paragraphs: a mark opens and closes
    in one."""
    motif, reste = Motif.de(q), LETTRES_MARQUEES
    for numero, texte in pages:
        marques = []
        for paragraphe in _PARAGRAPHE.split(texte):
            reste -= len(paragraphe)
            marques.append(motif.marquer(paragraphe) if reste >= 0 else escape(paragraphe))
        yield numero, format_html_join("\n\n", "{}", ([marque] for marque in marques))


def ancrer(pages):
    """The same; the first mark is where a search leads to (see `Version.adresse_du_texte`)."""
    ancre = False
    for numero, texte in pages:
        if not ancre and MARQUE in texte:
            # Of what was escaped, this alone is a tag.
            texte, ancre = mark_safe(texte.replace(MARQUE, f'<mark id="{PREMIERE_MARQUE}">', 1)), True
        yield numero, texte


@require_safe
def vignette(request, pk, numero):
    return servir(request, version_lue(request, pk, numero), telechargement=False, version="vignette")


def version_qui_a_cette_page(request, pk, numero, page):
    """A version that she reads; that it has no such page is then no secret, nor a reason to sign in."""
    version = version_lue(request, pk, numero)
    if not version.se_dessine or not 1 <= page <= version.pages:
        raise Http404
    return version


class PageView(TemplateView):
    """A page of a PDF as it looks, between the one before and the one after."""

    template_name = "ressources_docs/lecture/page.html"

    def get_context_data(self, pk, numero, page, **kwargs):
        version = version_qui_a_cette_page(self.request, pk, numero, page)
        return super().get_context_data(
            version=version,
            contribution=version.ressource,
            numero=page,
            adresse_du_texte=version.adresse_du_texte(page),
            avant=page - 1,
            apres=page + 1 if page < version.pages else None,
            **kwargs,
        )


@require_safe
def image(request, pk, numero, page):
    """The image of a page of a PDF, drawn when it is asked for. A version never changes: the browser that has
    read it asks each time whether it still may, and nothing is drawn again."""
    version = version_qui_a_cette_page(request, pk, numero, page)
    etag = quote_etag(f"{version.empreinte}-page-{page}")
    reponse = get_conditional_response(request, etag=etag) or dessiner(request, version, page)
    if reponse.status_code in (200, 304):
        reponse["ETag"] = etag
    patch_cache_control(reponse, private=True, no_cache=True)
    reponse["Content-Security-Policy"] = POLITIQUE
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse


def dessiner(request, version, page):
    if not consommer((PAGES_PAR_LECTEUR, adresse_ip(request))):
        return en_mots(_("Beaucoup de pages ont été demandées depuis une heure. Réessayez plus tard."), 429)
    dessin = apercu(version.fichier.path, page)
    if dessin.image:
        return HttpResponse(dessin.image, content_type="image/webp")
    if not dessin.a_reprendre:
        return en_mots(dessin.raison, 404)
    reponse = en_mots(_("%s Réessayez dans quelques secondes.") % dessin.raison, 503)
    reponse["Retry-After"] = RETENTER
    return reponse


def en_mots(raison, status):
    """In place of the image, for who opens it alone."""
    return HttpResponse(raison, status=status, content_type="text/plain; charset=utf-8")
