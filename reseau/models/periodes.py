from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PeriodeQuerySet(models.QuerySet):
    def en_cours(self, le=None):
        le = le or timezone.localdate()
        return self.non_finies(le).filter(Q(debut=None) | Q(debut__lte=le))

    def non_finies(self, le=None):
        """Under way that day, or to come."""
        return self.filter(Q(fin=None) | Q(fin__gt=le or timezone.localdate()))


class Periode(models.Model):
    """A dated fact. The end is the first day on which it is no longer true, so that two facts that follow
    each other share a date and leave no day between them; a fact closed on the day it began never was.
    """

    debut = models.DateField(
        _("début"), null=True, blank=True, help_text=_("Vide : depuis une date que l’on ne connaît pas.")
    )
    fin = models.DateField(
        _("fin"), null=True, blank=True, help_text=_("Premier jour où ce n’est plus vrai. Vide : en cours.")
    )

    objects = PeriodeQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(debut=None) | Q(fin=None) | Q(fin__gte=F("debut")),
                name="%(app_label)s_%(class)s_fin_apres_debut",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            )
        ]

    def clore(self, le=None):
        self.fin = le or timezone.localdate()
        self.full_clean()
        self.save(update_fields=["fin"])
        return self
