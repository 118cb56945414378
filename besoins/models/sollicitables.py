"""Who could answer a need: what the platform knows of the communes, said as a reason for each."""

from collections import defaultdict

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from reseau.models import (
    Collectivite,
    Contribution,
    DomaineDeContribution,
    DomaineDeMembre,
    Membre,
)
from reseau.vocabulaire import mots
from reseau.voisinage import Voisinage

from .positions import Position

PROPOSEES_MAX = 8
VOISINES_KM = 10


class Sollicitables:
    """The communes that may be asked to answer `besoin`, as `user` may know them; some queries, whatever
    their number."""

    def __init__(self, besoin, user):
        self.besoin, self.user = besoin, user

    @cached_property
    def communes(self):
        """{id: collectivité} of those that are in question: neither asked already nor already heard."""
        sollicitees = self.besoin.sollicitations.values("collectivite")
        entendues = self.besoin.positions.values("collectivite")
        actuelles = Collectivite.objects.actuelles().values("pk")
        connues = Q(pk__in=actuelles) | Q(pk__in=self.besoin.repondantes().values("collectivite"))
        autres = Collectivite.objects.filter(connues).exclude(pk=self.besoin.collectivite_id)
        return {c.pk: c for c in autres.exclude(Q(pk__in=sollicitees) | Q(pk__in=entendues))}

    @cached_property
    def en_mesure(self):
        """{id: members, ids} of those for which somebody may read the need and answer it."""
        membres = defaultdict(set)
        for commune, membre in self.besoin.repondantes().values_list("collectivite", "membre"):
            if commune in self.communes:
                membres[commune].add(membre)
        return membres

    @cached_property
    def sans_personne(self):
        """The communes for which nobody can answer, in alphabetical order."""
        muettes = [commune for pk, commune in self.communes.items() if pk not in self.en_mesure]
        return [commune for commune in muettes if commune.nature == Collectivite.Nature.COMMUNE]

    @cached_property
    def raisons(self):
        """{id: [(weight, reason)…]}, the heaviest first."""
        raisons = defaultdict(list)
        for poids, raison in (
            (4, self._du_meme_pole()),
            (4, self._ont_repondu()),
            (2, self._s_en_occupent()),
            (2, self._savent_faire()),
            (1, self._voisines()),
        ):
            for commune, phrase in raison.items():
                if commune in self.en_mesure:
                    raisons[commune].append((poids, phrase))
        return raisons

    @cached_property
    def proposees(self):
        """Ids of those with the best reasons: a reasonable number."""
        poids = {pk: sum(poids for poids, _mots in raisons) for pk, raisons in self.raisons.items()}
        rangees = sorted(poids, key=lambda pk: (-poids[pk], self.communes[pk].slug))
        return set(rangees[:PROPOSEES_MAX])

    def pourquoi(self, commune):
        return " · ".join(raison for _poids, raison in self.raisons.get(commune.pk, ()))

    @cached_property
    def voisinage(self):
        return Voisinage(self.besoin.collectivite)

    def _du_meme_pole(self):
        return dict.fromkeys(self.voisinage.du_pole, _("même pôle"))

    @cached_property
    def domaines(self):
        return {domaine.pk: domaine.libelle for domaine in self.besoin.domaines.all()}

    def _ont_repondu(self):
        """To what she may read, in the same domaines; who said « pas concernée » did not help."""
        lues = Contribution.objects.visibles_par(self.user).publiees().exclude(pk=self.besoin.pk)
        liens = DomaineDeContribution.objects.filter(domaine__in=self.domaines, contribution__in=lues)
        domaine_de = defaultdict(set)
        for contribution, domaine in liens.values_list("contribution", "domaine"):
            domaine_de[contribution].add(self.domaines[domaine])
        dites = Position.objects.filter(contribution__in=liens.values("contribution"))
        par_commune = defaultdict(set)
        utiles = dites.exclude(niveau=Position.Niveau.HORS)
        for commune, contribution in utiles.values_list("collectivite", "contribution"):
            par_commune[commune] |= domaine_de[contribution]
        return {pk: _("a déjà répondu\u202f: %s") % _en_liste(noms) for pk, noms in par_commune.items()}

    def _s_en_occupent(self):
        suivis = DomaineDeMembre.objects.filter(domaine__in=self.domaines, membre__in=self._membres)
        par_membre = defaultdict(set)
        for membre, domaine in suivis.values_list("membre", "domaine"):
            par_membre[membre].add(self.domaines[domaine])
        return self._par_commune(par_membre, _("s’occupe de\u202f: %s"))

    def _savent_faire(self):
        """The words of the need, among what their people say that they can do."""
        dits = set(mots(self.besoin.titre))
        savoirs = Membre.competences.through.objects.filter(membre__in=self._membres)
        par_membre = defaultdict(set)
        for membre, nom in savoirs.values_list("membre", "competence__nom"):
            if not dits.isdisjoint(mots(nom)):
                par_membre[membre].add(nom)
        return self._par_commune(par_membre, _("sait faire\u202f: %s"))

    @cached_property
    def _membres(self):
        return set().union(*self.en_mesure.values())

    def _par_commune(self, par_membre, phrase):
        trouves = {}
        for commune, membres in self.en_mesure.items():
            noms = set().union(*(par_membre.get(membre, set()) for membre in membres))
            if noms:
                trouves[commune] = phrase % _en_liste(noms)
        return trouves

    def _voisines(self):
        distances = {pk: self.voisinage.distance(commune) for pk, commune in self.communes.items()}
        return {pk: _("à %d km") % max(1, round(km)) for pk, km in distances.items() if km <= VOISINES_KM}


def _en_liste(noms):
    """A few of them."""
    return ", ".join(sorted(noms)[:2])
