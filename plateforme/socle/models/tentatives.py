import hashlib
from dataclasses import dataclass
from datetime import timedelta

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Limite:
    """So many attempts per window, for each value (a code, an address, an IP) it is asked about."""

    nom: str
    nombre: int
    duree: timedelta

    def cle(self, valeur):
        return hashlib.sha256(f"{self.nom}:{valeur}".encode()).hexdigest()


class TentativeQuerySet(models.QuerySet):
    def consommer(self, limite, valeur):
        """Take one attempt; False when the window has none left.

        Three statements, each atomic by itself: whatever runs beside, no more than `limite.nombre` callers
        ever get True. A counter read, compared and written back (a session, a cache) lets them all pass.
        """
        cle, maintenant = limite.cle(valeur), timezone.now()
        fenetre = {"nombre": 0, "expire_le": maintenant + limite.duree}
        self.bulk_create([self.model(cle=cle, **fenetre)], ignore_conflicts=True)
        self.filter(cle=cle, expire_le__lte=maintenant).update(**fenetre)
        return bool(self.filter(cle=cle, nombre__lt=limite.nombre).update(nombre=F("nombre") + 1))

    def purger(self):
        """→ how many."""
        return self.filter(expire_le__lt=timezone.now() - timedelta(days=1)).delete()[0]


class Tentative(models.Model):
    """A counter of attempts, in the database because every process must see it at once."""

    cle = models.CharField(max_length=64, primary_key=True)
    nombre = models.PositiveSmallIntegerField(default=0)
    expire_le = models.DateTimeField(db_index=True)

    objects = TentativeQuerySet.as_manager()

    class Meta:
        verbose_name = _("compteur de tentatives")
        verbose_name_plural = _("compteurs de tentatives")

    def __str__(self):
        return f"{self.cle[:8]} : {self.nombre}"
