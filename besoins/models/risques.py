from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.models import Membre

from .projets import Projet


class RisqueQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.notes().filter(projet__in=Projet.objects.visibles_par(user))

    def modifiables_par(self, user):
        """Those that were withdrawn too: they may be restored."""
        return self.filter(projet__in=Projet.objects.modifiables_par(user))

    def notes(self):
        return self.filter(retire_le=None)

    def retires(self):
        return self.filter(retire_le__isnull=False).select_related("retire_par")


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
    par = models.ForeignKey(Membre, models.PROTECT, editable=False, related_name="+")
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    retire_le = models.DateTimeField(_("retiré le"), null=True, editable=False)
    retire_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retire_motif = models.CharField(_("motif du retrait"), blank=True, max_length=1000, editable=False)

    objects = RisqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("risque")
        verbose_name_plural = _("risques")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["par", "envoi"], name="besoins_risque_envoi_unique"),
            models.CheckConstraint(
                condition=Q(retire_le=None) | Q(retire_par__isnull=False) & ~Q(retire_motif=""),
                name="besoins_risque_retrait_motive",
                violation_error_message=_("Un retrait porte un nom et un motif."),
            ),
        ]

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
    def noter(self, *, par, lu=None):
        """Write it down, new or corrected; the history of the project says what it said before.

        `lu`: its `en_clair` that she had before her eyes. ValidationError if it has moved, or was withdrawn.
        """
        revision = self.projet._avancer()
        avant = Risque.objects.filter(pk=self.pk).first()
        if avant is None:
            self.par = par
        elif avant.retire_le:
            raise ValidationError(_("Ce risque a été retiré."))
        elif avant.en_clair == self.en_clair:
            return self
        elif lu and lu != avant.en_clair:
            refus = _("Quelqu’un d’autre l’a corrigé\u202f: %s Vérifiez, puis enregistrez.")
            raise ValidationError(refus % avant.en_clair)
        self.save()
        return self._consigner(par, avant.en_clair if avant else "", self.en_clair, revision)

    @transaction.atomic
    def retirer(self, *, par, motif):
        """Kept for those who look after the project, with the reason."""
        revision = self._tenir()
        if self.retire_le:
            return self
        self.retire_le, self.retire_par, self.retire_motif = timezone.now(), par, motif
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        return self._consigner(par, self.en_clair, _("retiré\u202f: %s") % motif, revision)

    @transaction.atomic
    def retablir(self, *, par):
        revision = self._tenir()
        if not self.retire_le:
            return self
        self.retire_le, self.retire_par, self.retire_motif = None, None, ""
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        return self._consigner(par, _("retiré"), self.en_clair, revision)

    def _tenir(self):
        revision = self.projet._avancer()
        self.refresh_from_db(fields=["libelle", "probabilite", "gravite", "parade", "retire_le"])
        return revision

    def _consigner(self, par, avant, apres, revision):
        self.projet._consigner(par, _("risque"), avant, apres)
        direct.fil_change(self.projet, revision)
        return self
