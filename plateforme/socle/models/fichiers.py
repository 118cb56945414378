import logging
import uuid
from functools import partial

from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


def stockage():
    return storages["fichiers"]


def dossier(modele):
    """Each model has its folder: what the sweeping of orphans may delete is exactly what the model wrote."""
    return f"{modele._meta.app_label}/{modele._meta.model_name}"


def nom_genere(instance, filename):
    """Nothing of what the sender typed reaches the disk, not even the extension."""
    nom = uuid.uuid4().hex
    return f"{dossier(type(instance))}/{nom[:2]}/{nom}"


class FichierProtege(models.Model):
    """A file that only our view serves, after the check of visibility (`fichiers.servir`)."""

    fichier = models.FileField(_("fichier"), storage=stockage, upload_to=nom_genere, max_length=200)
    # Of an image: 2,000 px for the screen, 480 px for lists. A document has a thumbnail at most.
    version_web = models.FileField(
        _("version pour l’écran"), storage=stockage, upload_to=nom_genere, max_length=200, blank=True
    )
    vignette = models.FileField(
        _("vignette"), storage=stockage, upload_to=nom_genere, max_length=200, blank=True
    )
    largeur = models.PositiveIntegerField(_("largeur"), null=True, blank=True)
    hauteur = models.PositiveIntegerField(_("hauteur"), null=True, blank=True)
    nom_origine = models.CharField(_("nom"), max_length=150)
    type_mime = models.CharField(_("type"), max_length=100)
    taille = models.PositiveBigIntegerField(_("taille en octets"))
    empreinte = models.CharField(_("empreinte SHA-256"), max_length=64)
    depose_le = models.DateTimeField(_("déposé le"), default=timezone.now, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        abstract = True

    def __str__(self):
        return self.nom_origine

    @classmethod
    def depuis_fiche(cls, fiche, **champs):
        """Store a file that passed `fichiers.controler`, in the caller's transaction.

        Raises ValidationError when the disk is full or out of reach.
        """
        try:
            return cls.objects.create(**fiche.champs(), **champs)
        except OSError as panne:
            logger.exception("A file could not be kept.")
            raise ValidationError(
                _("« %(nom)s » n’a pas pu être gardé. Réessayez plus tard, ou envoyez sans ce fichier."),
                params={"nom": fiche.nom_origine},
            ) from panne

    def supprimer(self):
        """Forget it: its row now, what the disk holds of it once that is certain."""
        stockees = [version for version in (self.fichier, self.version_web, self.vignette) if version]
        self.delete()
        for version in stockees:
            # What fails is left to the sweeping (see plateforme.socle.fichiers).
            transaction.on_commit(partial(version.storage.delete, version.name), robust=True)

    @property
    def est_image(self):
        return self.type_mime.startswith("image/")
