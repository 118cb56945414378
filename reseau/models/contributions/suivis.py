from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..membres import Membre


class Suivi(models.Model):
    """A member who wants to be told what happens to a contribution."""

    contribution = models.ForeignKey("reseau.Contribution", models.CASCADE, related_name="suivis")
    membre = models.ForeignKey(Membre, models.CASCADE, related_name="suivis")
    depuis = models.DateTimeField(_("depuis"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [models.UniqueConstraint(fields=["contribution", "membre"], name="reseau_suivi_unique")]

    def __str__(self):
        return f"{self.membre} · {self.contribution_id}"
