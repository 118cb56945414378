from django.db import IntegrityError, models, transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ressources import Ressource


class TelechargementQuerySet(models.QuerySet):
    def total(self, ressource):
        return self.filter(ressource=ressource).aggregate(n=Sum("nombre"))["n"] or 0


class Telechargement(models.Model):
    """How many times a document was fetched on one day: a number, nobody's name nor address."""

    ressource = models.ForeignKey(Ressource, models.CASCADE, related_name="telechargements")
    jour = models.DateField(_("jour"))
    nombre = models.PositiveIntegerField(_("nombre"), default=0)

    objects = TelechargementQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("téléchargements d’un jour")
        verbose_name_plural = _("téléchargements")
        constraints = [
            models.UniqueConstraint(fields=["ressource", "jour"], name="documents_telechargement_du_jour")
        ]

    def __str__(self):
        return f"{self.ressource_id}, {self.jour}"

    @classmethod
    def compter(cls, ressource):
        du_jour = cls.objects.filter(ressource_id=ressource.pk, jour=timezone.localdate())
        if du_jour.update(nombre=F("nombre") + 1):
            return
        try:
            with transaction.atomic():
                cls.objects.create(ressource_id=ressource.pk, jour=timezone.localdate(), nombre=1)
        except IntegrityError:  # somebody else was the first of the day, just before
            du_jour.update(nombre=F("nombre") + 1)
