"""`@Camille Morel`, `@Louverné`, `@animateurs` in a message: who is named, among those who may read it."""

import re
from collections import defaultdict
from itertools import accumulate

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plateforme.socle.texte import sans_accents

from .models import Collectivite, Fonction, Membre
from .models.territoire import slug_de

MENTIONS_MAX = 20
SUGGESTIONS_MAX = 8
# Up to four words: « Camille Morel », « Le Goff », « La Chapelle-Anthenaise ».
_MENTION = re.compile(r"(?<!\w)@(\w[\w’'-]{0,40}(?:[ \u00a0]\w[\w’'-]{0,40}){0,3})")
ROLES = {"animateurs": _("animateurs"), "referents": _("référents")}
NOMMES_MAX = 10  # a message that calls everybody calls nobody


def nommes(texte, reseau):
    """The active members that what follows each @ names, as a queryset: a person by her whole name, the
    référents of a commune (all of its people if it has none), those of the network who have a role."""
    # « @Camille Morel peux-tu » : nothing says where the name ends.
    suites = [list(accumulate(suite.split(), "{} {}".format)) for suite in _MENTION.findall(texte)]
    suites = suites[:MENTIONS_MAX]
    if not suites:
        return Membre.objects.none()
    designes = Q(nom_cherche__in={sans_accents(nom) for suite in suites for nom in suite})
    if communes := _communes_nommees(suites):
        designes |= Q(pk__in={pk for pks in repondants(communes).values() for pk in pks})
    for role in ROLES.keys() & {sans_accents(suite[0]) for suite in suites}:
        designes |= Q(pk__in=_de_ce_role(role, reseau).values("pk"))
    return Membre.objects.actifs().filter(designes)


def trop_de_nommes(membres):
    """Why this text tells too many people, in a sentence; "" when it does not."""
    combien = 0 if membres.query.is_empty() else membres.count()
    if combien <= NOMMES_MAX:
        return ""
    refus = _("Vous nommez %(nombre)s personnes\u202f: %(max)s au plus sont prévenues à la fois.")
    return refus % {"nombre": combien, "max": NOMMES_MAX}


def _communes_nommees(suites):
    """The longest name wins: « @Laval Agglomération » does not name Laval."""
    adresses = [[slug_de(nom) for nom in suite] for suite in suites]
    possibles = {adresse for suite in adresses for adresse in suite}
    connues = {c.slug: c for c in Collectivite.objects.filter(slug__in=possibles)}
    return [connues[nommees[-1]] for suite in adresses if (nommees := [a for a in suite if a in connues])]


def repondants(collectivites):
    """{collectivité id: ids of the members whom naming it names}"""
    gens = defaultdict(lambda: defaultdict(set))
    fonctions = Fonction.objects.en_cours().filter(collectivite__in=collectivites)
    for collectivite, role, membre in fonctions.values_list("collectivite", "role", "membre"):
        gens[collectivite][role].add(membre)
    propres = Fonction.ROLES_DE_LA_COMMUNE
    return {
        collectivite: par_role[Fonction.Role.REFERENT] or set().union(*(par_role[r] for r in propres))
        for collectivite, par_role in gens.items()
    }


def _de_ce_role(role, reseau):
    if reseau is None:
        return Membre.objects.none()
    if role == "animateurs":
        return reseau.animateurs()
    referents = Fonction.objects.en_cours().filter(role=Fonction.Role.REFERENT)
    membres = reseau.adhesions.ouvrantes().values("membre")
    return Membre.objects.actifs().filter(pk__in=referents.values("membre")).filter(pk__in=membres)


def suggestions(debut, contribution, sauf=None):
    """What follows an @ and begins like this → [{mot, detail}]: roles of the network and communes, each with
    how many people it would tell (`sauf`: not herself), then members by name.

    `contribution`: where it is written, or a mere draft of it; None where nobody may be counted."""
    cherche = sans_accents(debut)
    offertes = list(_groupes(cherche, contribution, sauf)) if contribution else []
    commence = Q(nom_cherche__startswith=cherche) | Q(nom_cherche__contains=f" {cherche}")
    membres = Membre.objects.actifs().filter(commence).order_by("nom_cherche").only("prenom", "nom")
    offertes += [{"mot": membre.nom_complet, "detail": ""} for membre in membres[:SUGGESTIONS_MAX]]
    return offertes[:SUGGESTIONS_MAX]


def _groupes(cherche, contribution, sauf):
    slug = slug_de(cherche)
    communes = list(Collectivite.objects.filter(slug__startswith=slug)[:SUGGESTIONS_MAX]) if slug else []
    gens = repondants(communes)
    reseau, roles = contribution.reseau, [r for r in ROLES.items() if r[0].startswith(cherche)]
    groupes = [(nom, _de_ce_role(role, reseau)) for role, nom in roles]
    groupes += [(c.nom, Membre.objects.filter(pk__in=gens.get(c.pk, ()))) for c in communes]
    for nom, membres in groupes:
        nombre = contribution.lecteurs_parmi(membres).exclude(pk=sauf and sauf.pk).count()
        if nombre:
            yield {
                "mot": str(nom),
                "detail": ngettext("%(n)s personne", "%(n)s personnes", nombre) % {"n": nombre},
            }
