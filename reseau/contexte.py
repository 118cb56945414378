from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from .models import Notification

NON_LUES_MAX = 100


@dataclass
class Entete:
    """What the header of every page says: one query, for a member only, when it is shown."""

    membre: object = None
    au_nom_de: object = None

    @cached_property
    def contributions_non_lues(self):
        if self.membre is None:
            return []
        non_lues = Notification.objects.a_lire_par(self.membre)
        return list(non_lues.values_list("contribution_id", flat=True)[:NON_LUES_MAX])

    @property
    def nom(self):
        return self.membre.nom_complet

    @property
    def initiales(self):
        return self.membre.initiales

    @property
    def non_lues(self):
        return len(self.contributions_non_lues)

    @property
    def collectivites(self):
        noms = {f.objet: f.nom for f in self.membre.droits.paroles}
        return [{"pk": pk, "nom": nom} for pk, nom in noms.items()]

    @property
    def reseaux(self):
        return [
            {"nom": a.nom, "nom_court": a.nom_court, "url": reverse("reseau:reseau", args=[a.slug])}
            for a in self.membre.droits.adhesions
        ]


def entete(request):
    """Context processor. Also read by the view of a contribution, to know whether to mark it as seen."""
    return {"entete": entete_de(request)}


def entete_de(request):
    if not hasattr(request, "_entete"):
        request._entete = Entete(getattr(request, "membre", None), getattr(request, "au_nom_de", None))
    return request._entete
