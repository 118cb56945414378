"""« Quel outil choisir ? »: general information, for whoever asks. Nothing of anybody is read here."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from plateforme.socle.texte import entiers

from ..forms.outils import OutilsForm
from ..models import BaseLegale, Projet
from ..outils import catalogue


@require_safe
def outils(request):
    """The answers are in the address, so that what they lead to is sent and printed."""
    demande = any(code in request.GET for code in catalogue().questions)
    form = OutilsForm(request.GET if demande else None)
    contexte = {"form": form, "catalogue": catalogue(), **besoins_gardes(request)}
    if demande and form.is_valid():
        jugees = catalogue().proposer(form.cleaned_data)
        contexte["dites"] = list(form.dites())
        contexte["proposees"] = [p for p in jugees if not p.est_exclue]
        contexte["exclues"] = [p for p in jugees if p.est_exclue]
    return render(request, "besoins/outils/choisir.html", contexte, status=422 if form.errors else 200)


class OutilDetailView(TemplateView):
    template_name = "besoins/outils/outil.html"

    def get_context_data(self, **kwargs):
        outil = outil_ou_404(kwargs["code"])
        return super().get_context_data(
            outil=outil,
            **besoins_gardes(self.request),
            catalogue=catalogue(),
            type_mutualisation=Projet.TypeMutualisation(outil.type).label,
            bases=bases_de(outil),
            etapes=catalogue().etapes_de(outil),
            **kwargs,
        )


def besoins_gardes(request):
    """The needs that she was bringing together when she asked: kept from page to page, in addresses too."""
    besoins = entiers(request.GET.getlist("besoins"))
    gardes = urlencode({"besoins": besoins}, doseq=True)
    return {"besoins": besoins, "gardes": gardes, "suite": f"?{gardes}" if gardes else ""}


def outil_ou_404(code):
    try:
        return catalogue().outils[code]
    except KeyError:
        raise Http404(_("Cet outil n’existe pas.")) from None


def bases_de(outil):
    """Its legal bases as administrators keep them, in the order of the tool."""
    lues = BaseLegale.objects.in_bulk(outil.bases)
    return [lues[code] for code in outil.bases if code in lues]
