"""What is already there on a subject: below a sentence as it is typed, and on the page of a draft."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from plateforme.socle.texte import entiers

from ..models.contributions import en_specifiques
from ..semblables import semblables
from .acces import membre_requis

PROCHES_MAX = 4


@require_safe
@membre_requis
def proches(request):
    """What resembles the sentence being typed, of what she may read: perhaps there is nothing to ask."""
    lus = request.GET
    contexte = {
        "proches": proches_de(
            request,
            lus.get("titre", ""),
            domaines=lus.getlist("domaines"),
            sauf=entiers(lus.getlist("sauf")),
        )
    }
    return render(request, "reseau/contributions/proches.html", contexte)


def proches_de(request, titre, **criteres):
    ici = request.au_nom_de
    return en_specifiques(
        semblables(titre, user=request.user, collectivite=ici, limite=PROCHES_MAX, **criteres)
    )


def proches_du_brouillon(request, brouillon):
    """The same, for who has no script: on its page, before it is published."""
    domaines = [code for code, _nom in brouillon.reperes.get("domaines", ())]
    return proches_de(
        request, brouillon.titre, corps=brouillon.corps, domaines=domaines, sauf=brouillon.deja_lies
    )
