from datetime import date
from uuid import uuid4

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plateforme.socle.jours import en_jour
from reseau.models import Membre

from .notes import Note, NoteQuerySet

# Beyond which a day tells more than how many there are.
RETARD_EN_JOURS = 60
# What a schedule can be drawn over.
BORNES = [
    MinValueValidator(date(2000, 1, 1), _("Choisissez une date à partir de 2000.")),
    MaxValueValidator(date(2100, 12, 31), _("Choisissez une date avant 2101.")),
]


class EcheanceQuerySet(NoteQuerySet):
    def faisables_par(self, user):
        """Those that she may say are done."""
        return self.modifiables_par(user)

    def a_faire(self):
        return self.en_cours().filter(fait_le=None)

    def en_retard(self):
        """The same rule as `retard`."""
        return self.a_faire().filter(pour_le__lt=timezone.localdate())

    def pour_agenda(self, depuis):
        return self.filter(pour_le__gte=depuis).select_related("projet__fil")


class Echeance(Note):
    """What a project awaits by a given day, and who did it, on which day."""

    pour_le = models.DateField(_("pour le"), validators=BORNES)
    fait_le = models.DateField(_("fait le"), null=True, editable=False)
    fait_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)  # a calendar knows it by that

    class Meta(Note.Meta):
        abstract = True
        ordering = ["pour_le", "pk"]
        constraints = [
            *Note.Meta.constraints,
            models.CheckConstraint(
                condition=Q(fait_le=None, fait_par=None) | Q(fait_le__isnull=False, fait_par__isnull=False),
                name="besoins_%(class)s_fait_signe",
                violation_error_message=_("Ce qui est fait porte un jour et un nom."),
            ),
        ]

    def get_absolute_url(self):
        return f"{self.projet.url_de_l_echeancier}#{self.ancre}"

    @property
    def ancre(self):
        return f"{self._meta.model_name}-{self.pk}"

    @property
    def url_de_fait(self):
        return reverse(f"besoins:{self._meta.model_name}_fait", args=[self.pk])

    @property
    def url_de_reprise(self):
        return reverse(f"besoins:{self._meta.model_name}_reprise", args=[self.pk])

    @cached_property
    def retard(self):
        """In days; 0 for what is done, to come, or of a project that is over."""
        if self.fait_le or self.projet.clos_le:
            return 0
        return max(0, (timezone.localdate() - self.pour_le).days)

    @property
    def retard_en_clair(self):
        if annees := relativedelta(timezone.localdate(), self.pour_le).years if self.retard else 0:
            return ngettext("en retard de %d an", "en retard de %d ans", annees) % annees
        if self.retard > RETARD_EN_JOURS:
            return _("en retard depuis le %s") % en_jour(self.pour_le, "j F Y")
        return ngettext("en retard de %d jour", "en retard de %d jours", self.retard) % self.retard

    @property
    def etat(self):
        """« fait le 3 mars 2026 », « en retard de 12 jours », « à faire »"""
        if self.fait_le:
            return _("fait le %s") % en_jour(self.fait_le, "j F Y")
        return self.retard_en_clair if self.retard else _("à faire")

    @transaction.atomic
    def faire(self, *, par, le=None):
        """Done, today or on that earlier day. ValidationError for a day to come."""
        aujourd_hui = timezone.localdate()
        if le and le > aujourd_hui:
            raise ValidationError(_("Ce jour n’est pas encore venu."))
        revision = self._tenir()
        if self.fait_le or self.retire_le:
            return self
        return self._marquer(le or aujourd_hui, par, revision, consigne_par=par)

    @transaction.atomic
    def reprendre(self, *, par):
        """It was not done after all."""
        revision = self._tenir()
        if not self.fait_le:
            return self
        return self._marquer(None, None, revision, consigne_par=par)

    def _marquer(self, le, par, revision, consigne_par):
        self.fait_le, self.fait_par = le, par
        self.save(update_fields=["fait_le", "fait_par"])
        etats = [_("à faire"), _("fait")]
        avant, apres = etats if le else reversed(etats)
        return self._consigner(
            consigne_par, f"{self.libelle}\u202f: {avant}", f"{self.libelle}\u202f: {apres}", revision
        )

    def _tenir(self):
        self.__dict__.pop("retard", None)
        revision = super()._tenir()
        self.refresh_from_db(fields=["fait_le", "fait_par"])
        return revision
