from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.models import Contribution, Membre
from reseau.models.contributions import ouverte


class EcritQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.notes().filter(projet__in=Contribution.objects.visibles_par(user).values("pk"))

    def modifiables_par(self, user):
        """Those that were withdrawn too: they may be restored."""
        return self.filter(projet__in=Contribution.objects.modifiables_par(user).values("pk"))

    def notes(self):
        """Those that stand."""
        return self.all()


class NoteQuerySet(EcritQuerySet):
    def notes(self):
        return self.filter(retire_le=None)

    def retires(self):
        return self.filter(retire_le__isnull=False).select_related("retire_par")

    def en_cours(self):
        """Done or not, of the projects that still go on."""
        return self.notes().filter(ouverte("projet__"))


class Corrigible:
    """Mixin of what is corrected under the eyes of others, and says in `en_clair` all that it says."""

    def _a_corriger(self, lu):
        """As it was written until now; None when it is new.

        `lu`: its `en_clair` that she had before her eyes. ValidationError if it has moved since, unless it
        says now what she writes.
        """
        avant = type(self).objects.filter(pk=self.pk).first()
        if avant and lu and avant.en_clair not in (lu, self.en_clair):
            refus = _("Quelqu’un d’autre l’a corrigé\u202f: %s Vérifiez, puis enregistrez.")
            raise ValidationError(refus % avant.en_clair)
        return avant


class Ecrit(Corrigible, models.Model):
    """What is written down on a project, and corrected; its history says what it said before."""

    # What the history calls it, and the columns that she types.
    nom_d_historique = ""
    champs_dits = ()

    projet = models.ForeignKey("besoins.Projet", models.CASCADE, related_name="%(class)ss")
    par = models.ForeignKey(Membre, models.PROTECT, editable=False, related_name="+")
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois

    objects = EcritQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(fields=["par", "envoi"], name="besoins_%(class)s_envoi_unique"),
        ]

    @property
    def en_clair(self):
        """All that it says, as the history keeps it: two that say the same are the same."""
        return str(self)

    @transaction.atomic
    def noter(self, *, par, lu=None):
        """Write it down, new or corrected; see `_a_corriger`."""
        revision = self.projet._avancer()
        avant = self._a_corriger(lu)
        dit = avant.en_clair if avant else ""
        if avant is None:
            self.par = par
        elif dit == self.en_clair:
            return self
        self._controler(avant)
        self._ecrire(avant, par=par)
        return self._consigner(par, dit, self.en_clair, revision)

    def _controler(self, avant):
        """ValidationError if it may not be written as it is now; `avant`: as it was, None when it is new."""

    def _ecrire(self, avant, *, par):
        """Its own columns only: it undoes nothing of what happened meanwhile."""
        self.save(update_fields=self.champs_dits if avant else None)

    def _consigner(self, par, avant, apres, revision):
        self.projet._consigner(par, self.nom_d_historique, avant, apres)
        direct.fil_change(self.projet, revision)
        return self


class Note(Ecrit):
    """One that is also withdrawn with a reason, and never erased."""

    # What is answered to who corrects it too late.
    refus_si_retire = ""

    retire_le = models.DateTimeField(_("retiré le"), null=True, editable=False)
    retire_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retire_motif = models.CharField(_("motif du retrait"), blank=True, max_length=1000, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta(Ecrit.Meta):
        abstract = True
        constraints = [
            *Ecrit.Meta.constraints,
            models.CheckConstraint(
                condition=Q(retire_le=None) | Q(retire_par__isnull=False) & ~Q(retire_motif=""),
                name="besoins_%(class)s_retrait_motive",
                violation_error_message=_("Un retrait porte un nom et un motif."),
            ),
        ]

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
        """ValidationError if it may not come back: see `_controler`."""
        revision = self._tenir()
        if not self.retire_le:
            return self
        self._controler(self)
        self.retire_le, self.retire_par, self.retire_motif = None, None, ""
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        return self._consigner(par, _("retiré"), self.en_clair, revision)

    def _a_corriger(self, lu):
        avant = super()._a_corriger(lu)
        if avant and avant.retire_le:
            raise ValidationError(self.refus_si_retire)
        return avant

    def _tenir(self):
        revision = self.projet._avancer()
        self.refresh_from_db(fields=[*self.champs_dits, "retire_le"])
        return revision
