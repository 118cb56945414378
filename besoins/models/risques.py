from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from reseau import direct

from .projets import Projet


class RisqueQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(projet__in=Projet.objects.visibles_par(user))

    def modifiables_par(self, user):
        return self.filter(projet__in=Projet.objects.modifiables_par(user))


class Risque(models.Model):
    """What may go wrong in a project, and what is done about it."""

    class Degre(models.IntegerChoices):
        FAIBLE = 1, _("faible")
        MOYEN = 2, _("moyen")
        FORT = 3, _("fort")

    projet = models.ForeignKey(Projet, models.CASCADE, related_name="risques")
    libelle = models.CharField(_("risque"), max_length=200)
    probabilite = models.PositiveSmallIntegerField(_("probabilité"), choices=Degre, default=Degre.MOYEN)
    gravite = models.PositiveSmallIntegerField(_("gravité"), choices=Degre, default=Degre.MOYEN)
    parade = models.TextField(_("parade"), blank=True, max_length=1000)

    objects = RisqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("risque")
        verbose_name_plural = _("risques")
        ordering = ["pk"]

    def __str__(self):
        return self.libelle

    @property
    def en_clair(self):
        mots = _("%(libelle)s (probabilité\u202f: %(probabilite)s, gravité\u202f: %(gravite)s). %(parade)s")
        return (
            mots
            % {
                "libelle": self.libelle,
                "probabilite": self.get_probabilite_display(),
                "gravite": self.get_gravite_display(),
                "parade": self.parade,
            }
        ).strip()

    @transaction.atomic
    def noter(self, *, par):
        """Write it down, new or corrected; the history of the project says what it said before."""
        revision = self.projet._avancer()
        avant = Risque.objects.filter(pk=self.pk).first()
        self.save()
        if avant is None or avant.en_clair != self.en_clair:
            self.projet._consigner(par, _("risque"), avant.en_clair if avant else "", self.en_clair)
            direct.fil_change(self.projet, revision)
        return self

    @transaction.atomic
    def retirer(self, *, par):
        revision = self.projet._avancer()
        if self.delete()[0]:
            self.projet._consigner(par, _("risque"), self.en_clair, _("retiré"))
            direct.fil_change(self.projet, revision)
        return self
