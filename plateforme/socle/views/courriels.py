"""The mails that the platform wrote, for who tries it on her own machine: sign-in codes stand there, so these
pages exist only with PAGES_DE_DEVELOPPEMENT."""

import re

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe
from django.views.generic import DetailView, ListView

from ..models import Courriel
from ..texte import en_html

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
# The frame obeys no script and sends no form; links open outside of it.
_POLITIQUE_DU_CADRE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def en_cadre(html):
    """A mail's HTML, whose styles are inline, fit for a frame of ours and for nothing else."""
    reponse = HttpResponse(mark_safe(html))
    reponse["Content-Security-Policy"] = _POLITIQUE_DU_CADRE
    reponse["Cache-Control"] = "private, no-store"
    return reponse


class DeveloppementMixin:
    model = Courriel
    context_object_name = "courriel"

    def dispatch(self, request, *args, **kwargs):
        if not getattr(settings, "PAGES_DE_DEVELOPPEMENT", False):
            raise Http404
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response


class CourrielListView(DeveloppementMixin, ListView):
    template_name = "socle/courriels/liste.html"

    def get_queryset(self):
        return Courriel.objects.all()[:50]

    def get_context_data(self, **kwargs):
        courriels = [(courriel, code_de_connexion(courriel)) for courriel in self.object_list]
        return super().get_context_data(courriels=courriels, **kwargs)


class CourrielDetailView(DeveloppementMixin, DetailView):
    template_name = "socle/courriels/detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            code=code_de_connexion(self.object), texte=en_html(self.object.texte), **kwargs
        )


class CourrielHtmlView(DeveloppementMixin, DetailView):
    """The HTML part alone, as the frame of the detail page shows it."""

    def render_to_response(self, context, **kwargs):
        if not self.object.html:
            raise Http404
        return en_cadre(self.object.html)


def code_de_connexion(courriel):
    code = _CODE.search(f"{courriel.sujet}\n{courriel.texte}")
    return code[0] if code else ""
