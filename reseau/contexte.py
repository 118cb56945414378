from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from plateforme.socle.memoire import memoire_locale

from .models import Membre, Notification

NON_LUES_MAX = 100
INTERLOCUTEUR_SECONDES = 60


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
    def interlocuteur(self):
        """Whom the EPCI has named for the commune she speaks for; one who is not away, if there are several.

        Kept by commune: whoever works there reads her number, however she set it (see `Membre.montre`).
        """
        if self.au_nom_de is None:
            return None
        clef = f"reseau:interlocuteurs:{self.au_nom_de.pk}"
        tous = memoire_locale().get_or_set(clef, self._interlocuteurs, INTERLOCUTEUR_SECONDES)
        presents = [membre for membre in tous if not membre.est_absent]
        return next(iter(presents or tous), None)

    def _interlocuteurs(self):
        tous = Membre.objects.interlocuteurs_de(self.au_nom_de)
        return list(tous.select_related("suppleant__utilisateur").order_by("pk"))

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
        return self.membre.collectivites_parlees

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
