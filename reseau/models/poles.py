from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .periodes import Periode
from .territoire import Collectivite, slug_libre


class PoleQuerySet(models.QuerySet):
    def actifs(self):
        return self.filter(archive_le=None)


class Pole(models.Model):
    """A voluntary group of neighbouring communes; a commune may be in none or in several."""

    class Statut(models.TextChoices):
        EXPERIMENTAL = "experimental", _("Expérimental")
        PERENNE = "perenne", _("Pérenne")

    nom = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(_("nom dans l’adresse"), max_length=120, blank=True)
    epci = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        verbose_name=_("intercommunalité"),
        related_name="poles",
        limit_choices_to={"nature": Collectivite.Nature.EPCI},
    )
    statut = models.CharField(_("statut"), max_length=12, choices=Statut, default=Statut.EXPERIMENTAL)
    archive_le = models.DateField(_("archivé le"), null=True, blank=True)

    objects = PoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("pôle")
        verbose_name_plural = _("pôles")
        ordering = ["nom", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="reseau_pole_slug_unique",
                violation_error_message=_("Un autre pôle a déjà ce nom dans l’adresse."),
            ),
            models.UniqueConstraint(
                "epci",
                Lower("nom"),
                condition=Q(archive_le=None),
                name="reseau_pole_nom_unique_parmi_les_actifs",
                violation_error_message=_("Cette intercommunalité a déjà un pôle de ce nom."),
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = slug_libre(type(self), self.nom, self.epci.slug)
        super().save(*args, **kwargs)

    def clean(self):
        if self.epci_id and self.epci.nature != Collectivite.Nature.EPCI:
            raise ValidationError({"epci": _("Cette collectivité n’est pas une intercommunalité.")})

    def communes(self, le=None):
        return Collectivite.objects.filter(
            pk__in=AppartenancePole.objects.en_cours(le).filter(pole=self).values("commune")
        )

    @transaction.atomic
    def accueillir(self, commune, le=None):
        """The current membership of the commune, opened if there was none."""
        Pole.objects.select_for_update().get(pk=self.pk)
        actuelle = self.appartenances.filter(commune=commune, fin=None).first()
        if actuelle:
            return actuelle
        nouvelle = AppartenancePole(pole=self, commune=commune, debut=le or timezone.localdate())
        nouvelle.full_clean()
        nouvelle.save()
        return nouvelle

    @transaction.atomic
    def retirer(self, commune, le=None):
        return self.appartenances.select_for_update().get(commune=commune, fin=None).clore(le)


class AppartenancePole(Periode):
    pole = models.ForeignKey(Pole, models.PROTECT, verbose_name=_("pôle"), related_name="appartenances")
    commune = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        verbose_name=_("commune"),
        related_name="appartenances_aux_poles",
        limit_choices_to={"nature": Collectivite.Nature.COMMUNE},
    )

    class Meta(Periode.Meta):
        verbose_name = _("appartenance à un pôle")
        verbose_name_plural = _("appartenances aux pôles")
        ordering = ["debut", "pk"]
        constraints = [
            *Periode.Meta.constraints,
            models.UniqueConstraint(
                fields=["pole", "commune"],
                condition=Q(fin=None),
                name="reseau_appartenancepole_une_seule_en_cours",
                violation_error_message=_("Cette commune est déjà dans ce pôle."),
            ),
        ]

    def __str__(self):
        return f"{self.commune} → {self.pole}"

    def clean(self):
        if self.commune_id and self.commune.nature != Collectivite.Nature.COMMUNE:
            raise ValidationError({"commune": _("Seule une commune entre dans un pôle.")})
