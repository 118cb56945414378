from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class ThematiqueQuerySet(models.QuerySet):
    def actives(self):
        return self.filter(archive_le=None)

    def dans_l_ordre(self):
        """Each folder, then what it holds."""
        return self.select_related("parent").order_by(
            Coalesce("parent__ordre", "ordre"),
            Coalesce("parent__libelle", "libelle"),
            F("parent").asc(nulls_first=True),
            "ordre",
            "libelle",
        )


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
    ordre = models.PositiveSmallIntegerField(
        _("place"),
        default=100,
        help_text=_("Les plus petites places d’abord, puis l’alphabet ; dans un dossier, parmi les siens."),
    )
    archive_le = models.DateField(_("archivé le"), null=True, blank=True)

    objects = ThematiqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["ordre", "libelle"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="documents_thematique_code_unique",
                violation_error_message=_("Un autre dossier a déjà ce code."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="documents_thematique_pas_dans_elle_meme",
                violation_error_message=_("Un dossier n’est pas dans lui-même."),
            ),
        ]

    def __str__(self):
        return f"{self.parent.libelle} › {self.libelle}" if self.parent_id else self.libelle
