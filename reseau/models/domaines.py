import re

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import sans_accents
from reseau.taches import noter_les_reperes


class DomaineQuerySet(models.QuerySet):
    def actifs(self):
        return self.filter(archive_le=None)

    def devines(self, texte):
        """The two that these words speak of most, by their label and the words that announce them."""
        dits = mots_de(texte)
        comptes = [(len(dits & domaine.annonces), domaine) for domaine in self.actifs()]
        nommes = sorted((c for c in comptes if c[0]), key=lambda compte: -compte[0])
        return [domaine for _nombre, domaine in nommes[:2]]


def mots_de(texte):
    """The words of four letters and more, without accents or plural."""
    return {mot.rstrip("sx") for mot in re.findall(r"\w{4,}", sans_accents(texte))}


class Domaine(models.Model):
    """A technical field. Archived rather than deleted: whatever names it protects it (PROTECT)."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Dans les adresses : ne change jamais."))
    libelle = models.CharField(_("libellé"), max_length=80)
    mots = models.CharField(
        _("mots qui l’annoncent"),
        max_length=500,
        blank=True,
        help_text=_("Séparés par des espaces\u202f: qui écrit l’un d’eux n’a pas à choisir ce domaine."),
    )
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

    @property
    def annonces(self):
        return mots_de(f"{self.libelle} {self.mots}")
