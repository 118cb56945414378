"""The mails that the platform wrote, for who tries it on her own machine: sign-in codes stand there, so these
pages exist only with PAGES_DE_DEVELOPPEMENT."""

import re
from email.message import EmailMessage
from email.utils import make_msgid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from ..models import Courriel
from ..reception import CourrielLu, courriel_arrive
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


@require_POST
def reponse(request, pk):
    """Answer as its addressee would from her own mail program: what she writes comes in as any mail does."""
    courriel = get_object_or_404(Courriel, pk=pk)
    if not getattr(settings, "PAGES_DE_DEVELOPPEMENT", False) or not courriel.adresse_de_reponse:
        raise Http404
    lu = CourrielLu(en_reponse(courriel, request.POST.get("texte", "")))
    for _recepteur, recu in courriel_arrive.send(sender=Courriel, lu=lu):
        if recu.refuse_le:
            messages.warning(request, _("La réponse est refusée\u202f: %s") % recu.motif)
        else:
            messages.success(request, _("La réponse est arrivée\u202f: %s") % recu.motif)
    return redirect("socle:courriel", courriel.pk)


def en_reponse(courriel, texte):
    """The source of an answer, with what it answers quoted under it."""
    message = EmailMessage()
    message["From"], message["To"] = courriel.destinataire, courriel.adresse_de_reponse
    message["Subject"], message["Message-ID"] = f"Re: {courriel.sujet}", make_msgid()
    citation = "\n".join(f"> {ligne}" for ligne in courriel.texte.splitlines())
    ecrit_par = f"Le {courriel.cree_le:%d/%m/%Y}, {courriel.expediteur} a écrit :"
    message.set_content(f"{texte}\n\n{ecrit_par}\n{citation}\n")
    return message.as_bytes()


def code_de_connexion(courriel):
    code = _CODE.search(f"{courriel.sujet}\n{courriel.texte}")
    return code[0] if code else ""
