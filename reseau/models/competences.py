from django.db import models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import sans_accents


class CompetenceQuerySet(models.QuerySet):
    def portees_par(self, membres):
        """Those that these members bear, the most common first, each with how many do as `nombre`."""
        portees = self.filter(membres__in=membres).annotate(nombre=Count("membres"))
        return portees.order_by("-nombre", "cle")


class Competence(models.Model):
    """What somebody can do, in her own words: « nacelle », « taille des platanes ».

    Two spellings are one: the first to write it says with which capitals and accents.
    """

    nom = models.CharField(_("nom"), max_length=80)
    cle = models.CharField(max_length=320, editable=False)

    objects = CompetenceQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("compétence")
        verbose_name_plural = _("compétences")
        ordering = ["cle"]
        constraints = [
            models.UniqueConstraint(
                fields=["cle"],
                name="reseau_competence_cle_unique",
                violation_error_message=_("Cette compétence existe déjà."),
            )
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **kwargs):
        self.cle = sans_accents(self.nom)
        super().save(*args, **kwargs)

    @classmethod
    def nommees(cls, noms):
        """Those of these names, made where nobody has written them yet."""
        par_cle = {sans_accents(nom): nom for nom in reversed(noms)}
        nouvelles = [cls(cle=cle, nom=nom) for cle, nom in par_cle.items() if cle]
        cls.objects.bulk_create(nouvelles, ignore_conflicts=True)
        return list(cls.objects.filter(cle__in=par_cle))
