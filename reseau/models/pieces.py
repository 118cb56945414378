from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import taille_lisible

from .contributions import PIECES_INDEXEES, Contribution
from .fichiers_lus import FichierLu, FichierLuQuerySet
from .fils import Fil, Message
from .membres import Membre
from .reseaux import Reseau

QUOTA_DU_MEMBRE = 1024**3
QUOTA_DU_RESEAU = 10 * 1024**3


def controler_la_place(taille, *, membre, reseau):
    """ValidationError when a member's files, or those of a network (its id), would take more than they may,
    joined or kept otherwise (`poids_des_fichiers`); two at once are counted in turn."""
    Membre.objects.select_for_update(no_key=True).values_list("pk").get(pk=membre.pk)
    quota = getattr(settings, "FICHIERS_QUOTA_DU_MEMBRE", QUOTA_DU_MEMBRE)
    if _poids(membre=membre) + taille > quota:
        refus = _("Les fichiers de %(nom)s occupent toute la place qui lui est donnée (%(place)s).")
        raise _plus_de_place(refus, quota, nom=membre.nom_complet)
    if reseau:
        Reseau.objects.select_for_update(no_key=True).values_list("pk").get(pk=reseau)
        quota = getattr(settings, "FICHIERS_QUOTA_DU_RESEAU", QUOTA_DU_RESEAU)
        if _poids(reseau=reseau) + taille > quota:
            refus = _("Les fichiers de ce réseau occupent toute la place qui lui est donnée (%(place)s).")
            raise _plus_de_place(refus, quota)


def _poids(**de):
    propres = sum(modele.poids_des_fichiers(**de) for modele in Contribution.types().values())
    return PieceJointe.objects.poids(**de) + propres


def _plus_de_place(refus, quota, **noms):
    return ValidationError(refus % {"place": taille_lisible(quota), **noms}, code="quota")


class PieceJointeQuerySet(FichierLuQuerySet):
    def visibles_par(self, user):
        """A file is seen by who sees its contribution, until its message is withdrawn."""
        return self.montrees().filter(contribution__in=Contribution.objects.visibles_par(user))

    def montrees(self):
        """But those of a message that was withdrawn."""
        return self.filter(Q(message=None) | Q(message__retire_le=None)).select_related("message__auteur")

    def poids(self, *, membre=None, reseau=None):
        """What those of a network weigh; or a member's: of her messages, and of the publications that she
        wrote."""
        siennes = Q(message__auteur=membre) | Q(message=None, contribution__auteur=membre)
        parmi = siennes if membre else Q(contribution__reseau=reseau)
        return self.filter(parmi).aggregate(n=Sum("taille"))["n"] or 0


class PieceJointeManager(models.Manager.from_queryset(PieceJointeQuerySet)):
    def get_queryset(self):
        """What they say is read by the search alone."""
        return super().get_queryset().defer("texte")


class PieceJointe(FichierLu):
    """A file or a photo of a contribution, or of one of its messages."""

    CARACTERES_LUS = PIECES_INDEXEES

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="pieces")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="pieces")

    objects = PieceJointeManager()

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
    @transaction.atomic
    def deposer(cls, fiches, *, contribution, message=None):
        """Keep checked files (see plateforme.socle.fichiers) with a contribution or one of its messages.

        Raises ValidationError, on `pieces`, when one cannot be kept.
        """
        if not fiches:
            return []
        avec = {"contribution_id": contribution.pk, "message": message}
        # Who writes in the thread holds its counter before she is counted: in this order everywhere.
        Fil.objects.select_for_update().filter(pk=contribution.pk).first()
        try:
            controler_la_place(
                sum(fiche.taille for fiche in fiches),
                membre=(message or contribution).auteur,
                reseau=contribution.reseau_id,
            )
            pieces = [cls.depuis_fiche(fiche, **avec) for fiche in fiches]
        except ValidationError as refus:
            raise ValidationError({"pieces": refus}) from refus
        for piece in pieces:
            piece.faire_lire()
        return pieces

    @property
    def porteuse(self):
        return None if self.message and self.message.est_retire else self.contribution

    def dits(self):
        return self.nom_origine, f"{self.nom_origine} {self.texte}"
