from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class TypeMutualisation(models.TextChoices):
    TRANSFERT = "transfert_competence", _("transfert de compétence")
    SERVICE_COMMUN = "service_commun", _("service commun")
    MISE_A_DISPOSITION = "mise_a_disposition", _("mise à disposition")
    PRESTATION = "prestation", _("prestation de service")
    ACTION_COORDONNEE = "action_coordonnee", _("action coordonnée")


def fin_apres_debut(nom):
    """The constraint of this name: what is dated ends after it begins."""
    return models.CheckConstraint(
        condition=Q(en_vigueur_du=None) | Q(en_vigueur_au=None) | Q(en_vigueur_au__gt=F("en_vigueur_du")),
        name=nom,
        violation_error_message=_("La fin vient après le début."),
    )


class TexteLegalQuerySet(models.QuerySet):
    def en_vigueur(self):
        aujourd_hui = timezone.localdate()
        commencees = Q(en_vigueur_du=None) | Q(en_vigueur_du__lte=aujourd_hui)
        return self.filter(commencees, Q(en_vigueur_au=None) | Q(en_vigueur_au__gt=aujourd_hui))

    def pour(self, type_mutualisation):
        """Those that found this kind of mutualisation: each row says which. A few rows, read in Python: no
        lookup inside JSON is common to SQLite and PostgreSQL."""
        codes = [b.code for b in self.only("code", "types") if type_mutualisation in b.types]
        return self.filter(code__in=codes)


class TexteLegal(models.Model):
    """What an article of law says of some kinds of mutualisation: a dated row, corrected when the law
    changes."""

    code = models.CharField(_("code"), max_length=30, primary_key=True)
    article = models.CharField(_("article"), max_length=80)
    intitule = models.CharField(_("intitulé"), max_length=200)
    types = models.JSONField(_("types de mutualisation"), default=list)
    en_vigueur_du = models.DateField(_("en vigueur du"), null=True, blank=True)
    en_vigueur_au = models.DateField(_("en vigueur jusqu’au"), null=True, blank=True)
    # The version of the text that was read; unknown, the page says that it is to be checked.
    a_jour_au = models.DateField(_("à jour au"), null=True, blank=True)
    rang = models.PositiveSmallIntegerField(_("rang"), default=0)

    objects = TexteLegalQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["rang", "code"]

    def __str__(self):
        return f"{self.article}, {self.intitule}" if self.article else self.intitule

    @property
    def est_abrogee(self):
        return self.en_vigueur_au is not None and self.en_vigueur_au <= timezone.localdate()


class BaseLegale(TexteLegal):
    """An article on which a project may rest."""

    AUTRE = "AUTRE"

    class Meta(TexteLegal.Meta):
        verbose_name = _("base légale")
        verbose_name_plural = _("bases légales")
        constraints = [fin_apres_debut("besoins_base_legale_fin_apres_debut")]
