"""`@Camille Morel` in a message: who is named, among those who may read it."""

import re
from itertools import accumulate

from django.db.models import Q

from plateforme.socle.texte import sans_accents

from .models import Membre

MENTIONS_MAX = 20
NOMMES_MAX = 10  # a message that calls everybody calls nobody
# A first name, and up to three more words of a name (« Le Goff », « de La Tour »).
_MENTION = re.compile(r"(?<!\w)@(\w[\w’'-]{0,40}(?:[ \u00a0]\w[\w’'-]{0,40}){1,3})")


def nommes(texte):
    """The active members whose whole name follows an @, as a queryset."""
    noms = set()
    for suite in _MENTION.findall(texte)[:MENTIONS_MAX]:
        # « @Camille Morel peux-tu » : nothing says where the name ends.
        noms.update(accumulate(sans_accents(suite).split(), "{} {}".format))
    return Membre.objects.actifs().filter(nom_cherche__in=noms) if noms else Membre.objects.none()


def noms_qui_commencent(debut, limite=8):
    """Names of active members in which a word begins like this, accents and case aside."""
    cherche = sans_accents(debut)
    commence = Q(nom_cherche__startswith=cherche) | Q(nom_cherche__contains=f" {cherche}")
    membres = Membre.objects.actifs().filter(commence).order_by("nom_cherche").only("prenom", "nom")
    return [membre.nom_complet for membre in membres[:limite]]
