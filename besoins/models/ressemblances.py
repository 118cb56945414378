from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from reseau.models import Contribution, Membre
from reseau.models.contributions import en_specifiques
from reseau.semblables import Comparaison, a_propos
from reseau.vocabulaire import Sujet
from reseau.voisinage import Voisinage

from ..taches import comparer

# Percents of `Comparaison.identite`: what is worth showing, and what is proposed as one and the same need.
# What they find, and what they miss, is measured by tests/besoins/test_ressemblances.py.
SEUIL, SEUIL_MEME = 40, 50
LUES_MAX = 100
GROUPES_MAX = 20


class SeCompare:
    """Mixin of what is compared to the needs, in a task, each time its words or its domaines change."""

    def noter_reperes(self, *avec):
        super().noter_reperes(*avec)
        if self.publie_le:
            comparer.enqueue(self.pk)


def types_compares():
    return [nom for nom, modele in Contribution.types().items() if issubclass(modele, SeCompare)]


class RessemblanceQuerySet(models.QuerySet):
    def de(self, pk):
        return self.filter(Q(premiere=pk) | Q(seconde=pk))

    def entre(self, un, deux):
        premiere, seconde = sorted((un, deux))
        return self.filter(premiere=premiere, seconde=seconde)

    def proposees(self):
        return self.filter(ecartee_le=None)

    def ecartees(self):
        return self.filter(ecartee_le__isnull=False)

    def autres(self, pk):
        """{what resembles it: how much}, ids and percents, most first."""
        paires = self.de(pk).order_by("-score", "pk").values_list("premiere", "seconde", "score")[:LUES_MAX]
        return {seconde if premiere == pk else premiere: score for premiere, seconde, score in paires}

    def memes_parmi(self, libres):
        """The pairs of these needs, of two communes, that are one and the same."""
        paires = self.proposees().filter(
            score__gte=SEUIL_MEME, premiere__in=libres.values("pk"), seconde__in=libres.values("pk")
        )
        return paires.exclude(premiere__collectivite=F("seconde__collectivite"))

    def a_rapprocher(self, user, limite=GROUPES_MAX):
        """The groups of needs that she may read, of two communes at least, that are one and the same and of
        which she may bring one together with the others; the most communes first. Three statements."""
        from .besoins import Besoin

        libres = Besoin.objects.visibles_par(user).rapprochables()
        siens = set(Besoin.objects.modifiables_par(user).rapprochables().values_list("pk", flat=True))
        if not siens:
            return []
        voisins = _voisins(self.memes_parmi(libres))
        etoiles = list(_etoiles(voisins, siens, limite))
        lus = libres.select_related("collectivite", "reseau").in_bulk(
            [pk for etoile in etoiles for pk in etoile]
        )
        return [Groupe([lus[pk] for pk in etoile if pk in lus]) for etoile in etoiles]


def _voisins(paires):
    """{(need, its collectivité): {the same, of what is one and the same need}}."""
    voisins = defaultdict(set)
    colonnes = "premiere", "seconde", "premiere__collectivite", "seconde__collectivite"
    for un, deux, chez_l_un, chez_l_autre in paires.values_list(*colonnes):
        voisins[un, chez_l_un].add((deux, chez_l_autre))
        voisins[deux, chez_l_autre].add((un, chez_l_un))
    return voisins


def _du_plus_entoure(voisins):
    """Those of the most communes first."""
    return sorted(voisins, key=lambda c: (-len({commune for _pk, commune in voisins[c]}), c[0]))


def _etoiles(voisins, siens, limite):
    """The ids of a need, one of hers first, and of those around it: the widest first, each need once."""
    pris = set()
    for centre in _du_plus_entoure(voisins):
        if limite == 0:
            return
        autour = [autre for autre in sorted(voisins[centre]) if autre not in pris]
        if centre in pris or not autour:
            continue
        etoile = [pk for pk, _commune in (centre, *autour)]
        if not siens.isdisjoint(etoile):
            pris.update((centre, *autour))
            limite -= 1
            yield sorted(etoile, key=lambda pk: pk not in siens)


@dataclass
class Groupe:
    """Needs that are one and the same; its reader may bring the first one together with the others."""

    besoins: list

    @property
    def communes(self):
        return list({besoin.collectivite_id: besoin.collectivite for besoin in self.besoins}.values())

    @property
    def autres_communes(self):
        """Than that of the first one."""
        return self.communes[1:]

    @property
    def url(self):
        premier, *autres = self.besoins
        choisis = urlencode({"avec": [besoin.pk for besoin in autres]}, doseq=True)
        return f"{reverse('besoins:rapprochement', args=[premier.pk])}?{choisis}"


class Ressemblance(models.Model):
    """Two contributions, one of them a need at least, that speak of the same thing; or did: once somebody has
    said that they are not the same, it is kept and never proposed again."""

    premiere = models.ForeignKey(Contribution, models.CASCADE, related_name="+")
    seconde = models.ForeignKey(Contribution, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("ressemblance"), help_text=_("En pour cent."))
    ecartee_le = models.DateTimeField(_("écartée le"), null=True, editable=False)
    ecartee_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = RessemblanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("ressemblance")
        verbose_name_plural = _("ressemblances")
        constraints = [
            models.UniqueConstraint(
                fields=["premiere", "seconde"],
                name="besoins_ressemblance_unique",
                violation_error_message=_("Ces deux contributions sont déjà comparées."),
            ),
            models.CheckConstraint(
                condition=Q(premiere__lt=F("seconde")),
                name="besoins_ressemblance_dans_l_ordre",
                violation_error_message=_("Une ressemblance va de la plus ancienne à la plus récente."),
            ),
            models.CheckConstraint(
                condition=Q(ecartee_le=None, ecartee_par=None)
                | Q(ecartee_le__isnull=False, ecartee_par__isnull=False),
                name="besoins_ressemblance_ecart_signe",
                violation_error_message=_("Une ressemblance écartée a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.premiere_id} ~ {self.seconde_id}"

    @classmethod
    def comparer(cls, contribution):
        """Find again what resembles it. What was set aside stays so."""
        types = types_compares() if contribution.type == "besoin" else ["besoin"]
        autres = Contribution.objects.publiees().filter(type__in=types).exclude(pk=contribution.pk)
        sujet = Sujet.de(contribution.titre, contribution.corps)
        comparaison = Comparaison(sujet, [code for code, _nom in contribution.reperes["domaines"]], autres)
        scores = {c.pk: round(100 * comparaison.identite(c)) for c in comparaison.candidates}
        scores = {pk: score for pk, score in sorted(scores.items()) if score >= SEUIL}
        cls._ecrire(contribution.pk, scores)

    @classmethod
    @transaction.atomic
    def _ecrire(cls, pk, scores):
        lignes = [
            cls(premiere_id=min(pk, autre), seconde_id=max(pk, autre), score=score)
            for autre, score in scores.items()
        ]
        unique = ["premiere", "seconde"]
        cls.objects.bulk_create(lignes, update_conflicts=True, unique_fields=unique, update_fields=["score"])
        perimees = cls.objects.proposees().de(pk)
        perimees.exclude(Q(premiere__in=scores) | Q(seconde__in=scores)).delete()

    @classmethod
    def ecarter(cls, un, deux, *, par):
        """They are not the same: it is not proposed again; twice changes nothing."""
        ecart = {"ecartee_le": timezone.now(), "ecartee_par": par}
        cls.objects.proposees().entre(un.pk, deux.pk).update(**ecart)

    @classmethod
    def remettre(cls, un, deux):
        """They may be the same after all."""
        cls.objects.entre(un.pk, deux.pk).update(ecartee_le=None, ecartee_par=None)


class Ressemblances:
    """What the page of a need shows of what resembles it, of what this user may read."""

    MONTREES_MAX, MEMES_MAX = 5, 20

    def __init__(self, besoin, user):
        self.besoin, self.user = besoin, user
        lues = list(self._visibles())
        self.scores = {contribution.pk: contribution.score for contribution in lues}
        self.toutes = self._dans_l_ordre(en_specifiques(lues))

    def _visibles(self):
        """Those that she may read, as base rows with their `score`, most first: one statement."""
        autre = Case(When(premiere=self.besoin.pk, then="seconde"), default="premiere")
        paires = Ressemblance.objects.proposees().de(self.besoin.pk).annotate(autre=autre)
        visibles = Contribution.objects.visibles_par(self.user).publiees()
        visibles = visibles.filter(pk__in=paires.values("autre"))
        # The page names the project that answers it already.
        visibles = visibles.exclude(pk__in=self.besoin.rapprochements.actifs().values("projet"))
        score = Subquery(paires.filter(autre=OuterRef("pk")).values("score"))
        return visibles.only("type").annotate(score=score).order_by("-score", "pk")[:LUES_MAX]

    def _dans_l_ordre(self, lues):
        if len(lues) < 2:
            return lues
        voisinage = Voisinage(self.besoin.collectivite)
        return sorted(lues, key=lambda c: (-self.scores[c.pk] * a_propos(c, voisinage), -c.pk))

    @cached_property
    def memes(self):
        """The open needs of other communes that are the same one, best first; then those that are the same as
        the one of these that has the most, as `a_rapprocher` counts them."""
        if not self.besoin.est_rapprochable:
            return []
        proches = self._proches()
        return [*proches, *self._autour(proches)][: self.MEMES_MAX] if proches else []

    def _proches(self):
        return [
            autre
            for autre in self.toutes
            if autre.type == "besoin"
            and autre.est_rapprochable
            and autre.collectivite_id != self.besoin.collectivite_id
            and self.scores[autre.pk] >= SEUIL_MEME
        ]

    def _autour(self, proches):
        from .besoins import Besoin

        libres = Besoin.objects.visibles_par(self.user).rapprochables()
        ici = {self.besoin.pk, *(autre.pk for autre in proches)}
        paires = Ressemblance.objects.memes_parmi(libres)
        voisins = _voisins(paires.filter(Q(premiere__in=ici) | Q(seconde__in=ici)))
        centre = next((c for c in _du_plus_entoure(voisins) if c[0] in ici), None)
        plus = {pk for pk, _commune in voisins[centre]} - ici
        if not plus:
            return []
        ailleurs = libres.exclude(collectivite=self.besoin.collectivite_id).filter(pk__in=plus)
        return list(ailleurs.select_related("collectivite", "fil").order_by("pk"))

    @property
    def groupe(self):
        """It and the same ones, to be brought together; or None."""
        return Groupe([self.besoin, *self.memes]) if self.memes else None

    @property
    def montrees(self):
        return self.toutes[: self.MONTREES_MAX]

    @property
    def autres(self):
        """Those that the proposal does not name already."""
        memes = {autre.pk for autre in self.memes}
        return [autre for autre in self.toutes if autre.pk not in memes][: self.MONTREES_MAX]

    @cached_property
    def ecartees(self):
        """The rows set aside, each with its `autre`: who looks after the need may put it back."""
        lignes = Ressemblance.objects.ecartees().de(self.besoin.pk).select_related("ecartee_par")
        lignes = list(lignes.order_by("-ecartee_le")[: self.MONTREES_MAX])
        visibles = Contribution.objects.visibles_par(self.user).publiees().select_related("collectivite")
        lues = visibles.in_bulk({pk for ligne in lignes for pk in (ligne.premiere_id, ligne.seconde_id)})
        for ligne in lignes:
            autre = ligne.seconde_id if ligne.premiere_id == self.besoin.pk else ligne.premiere_id
            ligne.autre = lues.get(autre)
        return [ligne for ligne in lignes if ligne.autre]
