from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from reseau.taches import noter_les_reperes


class DomaineQuerySet(models.QuerySet):
    def actifs(self):
        return self.filter(archive_le=None)


class Domaine(models.Model):
    """A technical field. Archived rather than deleted: whatever names it protects it (PROTECT)."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Dans les adresses : ne change jamais."))
    libelle = models.CharField(_("libellé"), max_length=80)
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=100)
    archive_le = models.DateField(_("archivé le"), null=True, blank=True)

    objects = DomaineQuerySet.as_manager()

    class Meta:
        verbose_name = _("domaine technique")
        verbose_name_plural = _("domaines techniques")
        ordering = ["ordre", "libelle"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="reseau_domaine_code_unique",
                violation_error_message=_("Un autre domaine a déjà ce code."),
            ),
            models.UniqueConstraint(
                Lower("libelle"),
                name="reseau_domaine_libelle_unique",
                violation_error_message=_("Un autre domaine a déjà ce libellé."),
            ),
        ]

    def __str__(self):
        return self.libelle

    def save(self, *args, **kwargs):
        renomme = Domaine.objects.filter(pk=self.pk).exclude(libelle=self.libelle).exists()
        super().save(*args, **kwargs)
        if renomme:
            # Lists show names written with each contribution (docs/decisions/0003).
            noter_les_reperes.enqueue(domaines=self.pk)
