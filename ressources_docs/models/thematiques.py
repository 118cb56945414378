from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ThematiqueQuerySet(models.QuerySet):
    def actives(self):
        return self.filter(archive_le=None)

    def dans_l_ordre(self):
        """Each folder, then what it holds."""
        toutes = list(self.select_related("parent"))
        return sorted(toutes, key=lambda thematique: thematique.rang)


class Thematique(models.Model):
    """A folder, or a folder inside one: on two levels people still find their way. Archived, not deleted."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Dans les adresses : ne change jamais."))
    libelle = models.CharField(_("libellé"), max_length=80)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filles",
        limit_choices_to={"parent": None},
        verbose_name=_("dans le dossier"),
    )
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=100)
    archive_le = models.DateField(_("archivée le"), null=True, blank=True)

    objects = ThematiqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("thématique")
        verbose_name_plural = _("thématiques")
        ordering = ["ordre", "libelle"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="documents_thematique_code_unique",
                violation_error_message=_("Une autre thématique a déjà ce code."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="documents_thematique_pas_dans_elle_meme",
                violation_error_message=_("Un dossier n’est pas dans lui-même."),
            ),
        ]

    def __str__(self):
        return f"{self.parent.libelle} › {self.libelle}" if self.parent_id else self.libelle

    @property
    def rang(self):
        """Where it stands among all: its folder first, then itself."""
        soi = (self.ordre, self.libelle)
        return ((self.parent.ordre, self.parent.libelle), soi) if self.parent_id else (soi,)
