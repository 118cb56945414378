from datetime import timedelta

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.models import FichierProtege
from reseau import taches

from .droits import membre_de
from .journal import Entree
from .membres import Membre
from .reseaux import Reseau

CONSERVATION = timedelta(days=7)


class ArchiveDeReseauQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """My own, as long as I run the network: a right that is lost is lost at once."""
        membre = membre_de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(par=membre, reseau__in=Reseau.objects.modifiables_par(user)).exclude(
            pk__in=self.model.objects.perimees().values("pk")
        )

    modifiables_par = visibles_par

    def pretes(self):
        return self.filter(prete_le__isnull=False)

    def en_preparation(self):
        return self.filter(prete_le=None, echec_le=None)

    def perimees(self):
        """Kept long enough, or never made: its worker is dead."""
        limite = timezone.now() - CONSERVATION
        return self.filter(Q(prete_le__lte=limite) | Q(prete_le=None, demandee_le__lte=limite))


class ArchiveDeReseau(FichierProtege):
    """A copy of a network for who runs it, asked for, made by a task, then kept a week for her alone."""

    reseau = models.ForeignKey(Reseau, models.PROTECT, related_name="+", verbose_name=_("réseau"))
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("demandée par"))
    demandee_le = models.DateTimeField(_("demandée le"), default=timezone.now, editable=False)
    prete_le = models.DateTimeField(_("prête le"), null=True, editable=False)
    echec_le = models.DateTimeField(_("abandonnée le"), null=True, editable=False)

    objects = ArchiveDeReseauQuerySet.as_manager()

    class Meta:
        verbose_name = _("archive d’un réseau")
        verbose_name_plural = _("archives des réseaux")
        ordering = ["-demandee_le", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseau", "par"],
                condition=Q(prete_le=None, echec_le=None),
                name="reseau_archive_une_a_la_fois",
                violation_error_message=_("Une archive de ce réseau est déjà en préparation."),
            ),
            models.CheckConstraint(
                condition=Q(prete_le=None) | Q(echec_le=None),
                name="reseau_archive_prete_ou_abandonnee",
                violation_error_message=_("Une archive est prête ou abandonnée, pas les deux."),
            ),
        ]

    def get_absolute_url(self):
        return reverse("reseau:archive", args=[self.pk])

    @property
    def expire_le(self):
        return self.prete_le and self.prete_le + CONSERVATION

    @property
    def est_prete(self):
        return self.prete_le is not None

    @classmethod
    def demander(cls, reseau, *, par):
        """The one that is being made for her, asked for if there was none."""
        try:
            with transaction.atomic():
                archive = cls.objects.create(
                    reseau=reseau,
                    par=par,
                    nom_origine=f"archive-{reseau.slug}-{timezone.localdate():%Y-%m-%d}.zip",
                    type_mime="application/zip",
                    taille=0,
                )
                taches.archiver_le_reseau.enqueue(archive.pk)
        except IntegrityError:
            return cls.objects.filter(reseau=reseau, par=par).latest("pk")
        return archive

    @transaction.atomic
    def livrer(self, fichier, *, taille, empreinte, detail):
        """Keep the file that was made; False when another worker has already delivered it."""
        self.fichier.save(self.nom_origine, fichier, save=False)
        faits = {"taille": taille, "empreinte": empreinte, "prete_le": timezone.now()}
        ouvertes = ArchiveDeReseau.objects.en_preparation().filter(pk=self.pk)
        if not ouvertes.update(fichier=self.fichier.name, **faits):
            self.fichier.storage.delete(self.fichier.name)
            return False
        for champ, valeur in faits.items():
            setattr(self, champ, valeur)
        Entree.noter(Entree.Geste.ARCHIVE, par=self.par, reseau=self.reseau, detail=detail)
        return True

    def abandonner(self):
        """It could not be made: she may ask again."""
        ArchiveDeReseau.objects.en_preparation().filter(pk=self.pk).update(echec_le=timezone.now())
