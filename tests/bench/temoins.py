"""The yardsticks inside the site's own server and middleware, and the trigger of the live measures."""

import time

from django.db import transaction
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from plateforme.socle.direct import publier
from reseau.direct import groupe_fil
from reseau.models import Contribution, Fil, Message

from .nue import HTML

PAGE_FIXE = b"x" * 20_000


def fixe(request):
    """A page that costs nothing but the server and its middleware."""
    return HttpResponse(PAGE_FIXE, content_type="text/html; charset=utf-8")


@csrf_exempt
@transaction.atomic
def transaction_nue(request):
    """The least that a member's message can cost: one row inserted, one counter moved, one commit."""
    revision, rang = Fil.avancer(Contribution(pk=request.POST["contribution"]), rang=1)
    Message.objects.create(
        contribution_id=request.POST["contribution"],
        rang=rang,
        revision=revision,
        auteur=request.membre,
        collectivite=request.au_nom_de,
        texte=request.POST["texte"],
        html=HTML,
    )
    return HttpResponse(status=204)


def diffusion(request):
    """Publish frames to the sockets of a thread; each says when it left."""
    for _ in range(int(request.GET["n"])):
        trame = {"t": "fil", "fil": int(request.GET["fil"]), "parti": time.time(), "html": HTML}
        publier(groupe_fil(request.GET["fil"]), trame)
    return HttpResponse(status=204)
