"""Who is near a collectivité: those of its pôle, and those a few kilometres away."""

from math import asin, cos, radians, sin, sqrt

from .models import AppartenancePole

RAYON = 6371  # of the Earth, km


class Voisinage:
    """One query, whatever is asked of it then."""

    def __init__(self, collectivite):
        self.collectivite = collectivite
        actuelles = AppartenancePole.objects.en_cours()
        poles = actuelles.filter(commune=collectivite).values("pole")
        self.du_pole = set(actuelles.filter(pole__in=poles).values_list("commune", flat=True))

    def distance(self, autre):
        """Between their middles, as the crow flies, in km; infinite when one is not known."""
        ici = self.collectivite
        if None in (ici.latitude, ici.longitude, autre.latitude, autre.longitude):
            return float("inf")
        phi, psi = radians(ici.latitude), radians(autre.latitude)
        ecart = radians(autre.longitude - ici.longitude)
        corde = sin((psi - phi) / 2) ** 2 + cos(phi) * cos(psi) * sin(ecart / 2) ** 2
        return 2 * RAYON * asin(sqrt(corde))
