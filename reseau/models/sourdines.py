from collections import defaultdict

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contributions import Contribution, DomaineDeContribution
from .domaines import Domaine
from .membres import Membre
from .reseaux import Reseau
from .territoire import Collectivite


class SourdineQuerySet(models.QuerySet):
    def visant(self, contribution, *, nommement=False):
        """Those that silence this contribution.

        The wide ones neither hide that somebody is named (`nommement`), nor what is said to whoever looks
        after it: only muting the contribution itself does.
        """
        elle_seule = Q(contribution=contribution.pk)
        if nommement:
            return self.filter(elle_seule)
        domaines = DomaineDeContribution.objects.filter(contribution=contribution.pk)
        larges = Q(collectivite=contribution.collectivite_id) | Q(domaine__in=domaines.values("domaine"))
        if contribution.reseau_id:
            larges |= Q(reseau=contribution.reseau_id)
        porteurs = Q(membre__in={contribution.auteur_id, contribution.responsable_id})
        return self.filter(elle_seule | larges & ~porteurs)

    def visibles_par(self, user):
        """My own; what I may no longer read is not named again."""
        membre = Membre.de(user)
        if not membre:
            return self.none()
        lisibles = Contribution.objects.visibles_par(user).values("pk")
        visibles = Reseau.objects.visibles_par(user).values("pk")
        return self.filter(
            Q(contribution=None) | Q(contribution__in=lisibles),
            Q(reseau=None) | Q(reseau__in=visibles),
            membre=membre,
        )

    modifiables_par = visibles_par


class Sourdine(models.Model):
    """What a member no longer wants to be told about; she still finds it, reads it, and follows it or not."""

    CIBLES = ("contribution", "domaine", "collectivite", "reseau")

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="sourdines")
    contribution = models.ForeignKey(Contribution, models.CASCADE, null=True, related_name="sourdines")
    domaine = models.ForeignKey(
        Domaine, models.CASCADE, null=True, related_name="+", verbose_name=_("domaine")
    )
    collectivite = models.ForeignKey(Collectivite, models.CASCADE, null=True, related_name="+")
    reseau = models.ForeignKey(Reseau, models.CASCADE, null=True, related_name="+")
    depuis = models.DateTimeField(_("depuis"), default=timezone.now, editable=False)

    objects = SourdineQuerySet.as_manager()

    class Meta:
        verbose_name = _("sourdine")
        verbose_name_plural = _("sourdines")
        ordering = ["-depuis", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(contribution__isnull=False, domaine=None, collectivite=None, reseau=None)
                    | Q(contribution=None, domaine__isnull=False, collectivite=None, reseau=None)
                    | Q(contribution=None, domaine=None, collectivite__isnull=False, reseau=None)
                    | Q(contribution=None, domaine=None, collectivite=None, reseau__isnull=False)
                ),
                name="reseau_sourdine_une_cible",
                violation_error_message=_("Une sourdine porte sur une seule chose."),
            ),
            models.UniqueConstraint(
                fields=["membre", "contribution"], name="reseau_sourdine_contribution_unique"
            ),
            models.UniqueConstraint(fields=["membre", "domaine"], name="reseau_sourdine_domaine_unique"),
            models.UniqueConstraint(
                fields=["membre", "collectivite"], name="reseau_sourdine_collectivite_unique"
            ),
            models.UniqueConstraint(fields=["membre", "reseau"], name="reseau_sourdine_reseau_unique"),
        ]

    def __str__(self):
        return f"{self.membre_id} · {self.cible}"

    @property
    def cible(self):
        return next(getattr(self, nom) for nom in self.CIBLES if getattr(self, f"{nom}_id"))

    @classmethod
    @transaction.atomic
    def poser(cls, membre, **cible):
        """`cible`: one of CIBLES. A second click changes nothing."""
        cls.objects.bulk_create([cls(membre=membre, **cible)], ignore_conflicts=True)
        return cls.objects.get(membre=membre, **cible)

    @classmethod
    def basculer(cls, membre, voulue, **cible):
        """Mute, or listen again."""
        if voulue:
            cls.poser(membre, **cible)
        else:
            cls.objects.filter(membre=membre, **cible).delete()


class Silences:
    """What these members (ids) have muted, among these contributions (ids): the rule of `visant`, two queries
    whatever their number."""

    def __init__(self, membres, contributions):
        self.cibles, self.domaines = defaultdict(set), defaultdict(set)
        for sourdine in Sourdine.objects.filter(membre__in=membres):
            cible = next(
                (nom, getattr(sourdine, f"{nom}_id"))
                for nom in Sourdine.CIBLES
                if getattr(sourdine, f"{nom}_id")
            )
            self.cibles[sourdine.membre_id].add(cible)
        if self.cibles:
            liens = DomaineDeContribution.objects.filter(contribution__in=contributions)
            for contribution, domaine in liens.values_list("contribution", "domaine"):
                self.domaines[contribution].add(("domaine", domaine))

    def taisent(self, membre, contribution, *, nommement=False):
        siennes = self.cibles.get(membre, set())
        if ("contribution", contribution.pk) in siennes:
            return True
        if nommement or membre in (contribution.auteur_id, contribution.responsable_id):
            return False
        larges = {("collectivite", contribution.collectivite_id), ("reseau", contribution.reseau_id)}
        return not siennes.isdisjoint(larges | self.domaines[contribution.pk])
