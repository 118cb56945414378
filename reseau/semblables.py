"""What resembles a text, of what one may read: found by the search index, then ranked by what both speak of,
where and when. One idea for a sentence being typed, for the page of a need, for those brought together."""

from datetime import timedelta
from math import log

from django.utils import timezone
from wagtail.search.query import PlainText

from plateforme.socle.recherche import chercher

from .models import Contribution
from .vocabulaire import Sujet
from .voisinage import Voisinage

CANDIDATS_MAX = 60
CLES_MAX = 8
SEUIL = 0.35  # of what one says, the part that the other says too
CORPUS = 50  # as many texts are taken to stand behind those that were found: few do not make a word common
MEME_DOMAINE, AUTRE_DOMAINE = 1.1, 0.9
AUTRE_GESTE = 0.5
FLOU = 0.95  # of each of two terms that are nearly the same
RIEN, BREF = 0.01, 0.8  # below which a text says too little to be the same as another
VOISINE, VOISINAGE = 1.1, 15  # km
RECENTE, RECENTE_DEPUIS = 1.1, timedelta(days=180)
CLOSE = 0.8


def semblables(
    titre, corps="", *, user, types=None, domaines=(), collectivite=None, sauf=(), limite=5, seuil=SEUIL
):
    """The contributions that she may read and that speak of this, best first; each with its `collectivite`.

    `types`: their names, all if None; `domaines`: codes; `sauf`: ids of those to leave out.
    """
    visibles = Contribution.objects.visibles_par(user).publiees()
    if types is not None:
        visibles = visibles.filter(type__in=types)
    if sauf:
        visibles = visibles.exclude(pk__in=sauf)
    sujet = Sujet.de(titre, corps)
    comparaison = Comparaison(sujet, domaines, visibles.select_related("collectivite"))
    voisinage = Voisinage(collectivite) if collectivite and comparaison.candidates else None
    trouvees = []
    for candidate in comparaison.candidates:
        part = comparaison.part_dite(candidate)
        if part >= seuil:
            trouvees.append((part * a_propos(candidate, voisinage), candidate))
    trouvees.sort(key=lambda trouvee: (-trouvee[0], -trouvee[1].pk))
    return [candidate for _rang, candidate in trouvees[:limite]]


class Comparaison:
    """A text, and those of these contributions that have a term in common with it: the candidates."""

    def __init__(self, sujet, domaines, contributions):
        self.sujet, self.domaines = sujet, set(domaines)
        cles = PlainText(" ".join(sujet.cles(CLES_MAX)), operator="or")
        self.candidates = chercher(contributions, cles, CANDIDATS_MAX) if sujet.poids else []
        self.sujets = {c.pk: Sujet.de(c.titre, c.corps) for c in self.candidates}
        self.raretes = Raretes([sujet, *self.sujets.values()])

    def part_dite(self, candidate):
        """How much of what the text says the candidate says too, from 0 to about 1."""
        autre = self.sujets[candidate.pk]
        tout = self.raretes.somme(self.sujet)
        return self._commun(autre) / max(tout, RIEN) * self._domaine(candidate)

    def identite(self, candidate):
        """How near they are to being one and the same, from 0 to 1, whichever is compared to the other: what
        they share of all that they say, and of what the shorter one says."""
        autre = self.sujets[candidate.pk]
        norme = self.raretes.norme(self.sujet) * self.raretes.norme(autre)
        bref = min(self.raretes.somme(self.sujet), self.raretes.somme(autre))
        partage = (self._produit(autre) / max(norme, RIEN) + self._commun(autre) / max(bref, BREF)) / 2
        s_opposent = self.sujet.gestes and autre.gestes and not self.sujet.gestes & autre.gestes
        return min(1, partage * self._domaine(candidate) * (AUTRE_GESTE if s_opposent else 1))

    def _commun(self, autre):
        return sum(min(un, deux) for un, deux in self._poids_communs(autre))

    def _produit(self, autre):
        return sum(un * deux for un, deux in self._poids_communs(autre))

    def _poids_communs(self, autre):
        for un, deux in self.sujet.communs(autre):
            flou = 1 if un == deux else FLOU
            yield (
                self.raretes[un] * self.sujet.poids[un] * flou,
                self.raretes[deux] * autre.poids[deux] * flou,
            )

    def _domaine(self, candidate):
        siens = {code for code, _nom in candidate.reperes.get("domaines", ())}
        if not siens or not self.domaines:
            return 1
        return MEME_DOMAINE if siens & self.domaines else AUTRE_DOMAINE


class Raretes(dict):
    """{term: its weight}: what few of these texts say tells more of a subject than what all of them say."""

    def __init__(self, sujets):
        super().__init__()
        nombres = {}
        for sujet in sujets:
            for terme in sujet.poids:
                nombres[terme] = nombres.get(terme, 0) + 1
        ensemble = CORPUS + len(sujets)
        for terme, nombre in nombres.items():
            self[terme] = log(ensemble / nombre) / log(ensemble)

    def somme(self, sujet):
        return sum(self[terme] * poids for terme, poids in sujet.poids.items())

    def norme(self, sujet):
        return sum((self[terme] * poids) ** 2 for terme, poids in sujet.poids.items()) ** 0.5


def a_propos(contribution, voisinage):
    """Recent and near, up; closed, down: it moves what resembles as much, it makes nothing resemble."""
    recente = timezone.now() - contribution.publie_le <= RECENTE_DEPUIS
    proche = voisinage is not None and _voisine(contribution.collectivite, voisinage)
    return (RECENTE if recente else 1) * (VOISINE if proche else 1) * (CLOSE if contribution.clos_le else 1)


def _voisine(collectivite, voisinage):
    return collectivite.pk in voisinage.du_pole or voisinage.distance(collectivite) <= VOISINAGE
