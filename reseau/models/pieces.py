from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plateforme.socle.models import FichierProtege

from .contributions import Contribution
from .fils import Message


class PieceJointeQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """A file is seen by who sees its contribution, until its message is withdrawn."""
        return self.montrees().filter(contribution__in=Contribution.objects.visibles_par(user))

    def montrees(self):
        """But those of a message that was withdrawn."""
        return self.filter(Q(message=None) | Q(message__retire_le=None)).select_related("message__auteur")


class PieceJointe(FichierProtege):
    """A file or a photo of a contribution, or of one of its messages."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="pieces")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="pieces")

    objects = PieceJointeQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["pk"]

    def __str__(self):
        return self.nom_origine

    def get_absolute_url(self):
        return reverse("reseau:piece", args=[self.pk, self.nom_origine])

    def en_bref(self):
        """What a page shows of it, kept with the contribution or inside the message's HTML."""
        return {
            "url": self.get_absolute_url(),
            "nom": self.nom_origine,
            "taille": self.taille,
            "vignette": f"{self.get_absolute_url()}?v=vignette" if self.est_image else "",
        }

    @classmethod
    def deposer(cls, fiches, *, contribution, message=None):
        """Keep checked files (see plateforme.socle.fichiers) with a contribution or one of its messages.

        Raises ValidationError, on `pieces`, when one cannot be kept.
        """
        avec = {"contribution_id": contribution.pk, "message": message}
        try:
            return [cls.depuis_fiche(fiche, **avec) for fiche in fiches]
        except ValidationError as refus:
            raise ValidationError({"pieces": refus}) from refus
