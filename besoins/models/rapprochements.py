from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau.models import Fil, Membre

from .besoins import Besoin


class RapprochementQuerySet(models.QuerySet):
    def actifs(self):
        return self.filter(defait_le=None)


class Rapprochement(models.Model):
    """A need that a project answers, with others; undone, it is kept."""

    besoin = models.ForeignKey(Besoin, models.CASCADE, related_name="rapprochements")
    projet = models.ForeignKey("besoins.Projet", models.CASCADE, related_name="rapprochements")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    defait_le = models.DateTimeField(null=True, editable=False)
    defait_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = RapprochementQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapprochement")
        verbose_name_plural = _("rapprochements")
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["besoin"],
                condition=Q(defait_le=None),
                name="besoins_rapprochement_un_actif_par_besoin",
                violation_error_message=_("Ce besoin est déjà rapproché d’un projet."),
            ),
            models.CheckConstraint(
                condition=Q(defait_le=None, defait_par=None)
                | Q(defait_le__isnull=False, defait_par__isnull=False),
                name="besoins_rapprochement_defait_signe",
                violation_error_message=_("Un rapprochement défait a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.besoin_id} → {self.projet_id}"

    @staticmethod
    def prendre(*contributions):
        """Hold the counters of these threads, and read again what may have changed.

        Whoever brings together, separates or closes holds them too, in one order for all: the project, then
        its needs. Each then has its `revision`.
        """
        for contribution in sorted(contributions, key=lambda c: (isinstance(c, Besoin), c.pk)):
            contribution.revision, _rang = Fil.avancer(contribution)
            contribution.refresh_from_db(fields=[*contribution.CHAMPS_D_OUVERTURE])
        return contributions
