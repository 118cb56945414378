from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .droits import membre_de
from .membres import Membre
from .reseaux import Reseau

# A list of people is kept no longer than it takes to correct its errors.
CONSERVATION = timedelta(days=30)


class ImportDeMembresQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """My own lists."""
        membre = membre_de(user)
        return self.filter(par=membre) if membre else self.none()

    modifiables_par = visibles_par

    def perimes(self):
        return self.filter(cree_le__lt=timezone.now() - CONSERVATION)


class ImportDeMembres(models.Model):
    """A list of people read from a file: shown with its errors, then confirmed once."""

    par = models.ForeignKey(Membre, models.CASCADE, related_name="+", verbose_name=_("par"))
    reseau = models.ForeignKey(
        Reseau, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("réseau")
    )
    fichier = models.CharField(_("fichier"), max_length=150)
    # One mapping a line of the file; see `reseau.import_membres.Ligne`.
    lignes = models.JSONField(_("lignes"), default=list)
    cree_le = models.DateTimeField(_("déposé le"), default=timezone.now, editable=False)
    confirme_le = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    termine_le = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = ImportDeMembresQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("import de membres")
        verbose_name_plural = _("imports de membres")
        ordering = ["-cree_le", "-pk"]

    def __str__(self):
        return self.fichier

    @property
    def valides(self):
        return [ligne for ligne in self.lignes if not ligne["erreurs"] and ligne["effets"]]

    @property
    def fautives(self):
        return [ligne for ligne in self.lignes if ligne["erreurs"]]

    @property
    def inutiles(self):
        return [ligne for ligne in self.lignes if not ligne["erreurs"] and not ligne["effets"]]

    @property
    def est_en_cours(self):
        return self.confirme_le is not None and self.termine_le is None

    def confirmer(self):
        """Whether this caller is the one who confirms it: a second click is not."""
        return self._dater("confirme_le")

    def terminer(self):
        """Whether this caller is the one who ends it: a task that was run twice ends it once."""
        self.save(update_fields=["lignes"])
        return self._dater("termine_le")

    def _dater(self, champ):
        libres = ImportDeMembres.objects.filter(**{"pk": self.pk, champ: None})
        setattr(self, champ, timezone.now())
        return bool(libres.update(**{champ: getattr(self, champ)}))
