"""`@Camille Morel` in a message: who is named, among those who may read it."""

import re

from plateforme.socle.texte import sans_accents

from .models import Membre

MENTIONS_MAX = 20
# A first name, and up to three more words of a name (« Le Goff », « de La Tour »).
_MENTION = re.compile(r"(?<!\w)@(\w[\w’'-]{0,40}(?:[ \u00a0]\w[\w’'-]{0,40}){1,3})")


def nommes(texte):
    """The active members whose whole name follows an @, as a queryset.

    Names are few and their accents many: they are compared in Python, only when there is an @.
    """
    suites = [sans_accents(suite).replace("\u00a0", " ") for suite in _MENTION.findall(texte)[:MENTIONS_MAX]]
    if not suites:
        return Membre.objects.none()
    actifs = Membre.objects.actifs()
    return actifs.filter(pk__in=[m.pk for m in actifs.only("prenom", "nom") if _est_nomme(m, suites)])


def noms_qui_commencent(debut, limite=8):
    """Names of active members in which a word begins like this, accents and case aside."""
    cherche = sans_accents(debut)
    noms = (str(membre) for membre in Membre.objects.actifs().only("prenom", "nom"))
    return sorted(nom for nom in noms if f" {sans_accents(nom)}".find(f" {cherche}") >= 0)[:limite]


def _est_nomme(membre, suites):
    nom = sans_accents(membre.nom_complet)
    return any(suite == nom or suite.startswith(f"{nom} ") for suite in suites)
