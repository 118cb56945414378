from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reseau.models import Entree, Reseau

JOURS_MAX = 730


def _jours(nom, defaut, aide):
    return models.PositiveSmallIntegerField(
        nom,
        null=True,
        blank=True,
        default=defaut,
        validators=[MaxValueValidator(JOURS_MAX)],
        help_text=aide,
    )


def _bornes(champ):
    return Q(**{champ: None}) | Q(**{f"{champ}__range": (1, JOURS_MAX)})


def _apres(champ, precedent):
    return Q(**{champ: None}) | Q(**{precedent: None}) | Q(**{f"{champ}__gt": F(precedent)})


class Cadence(models.Model):
    """When the needs of a network ask again, in days; empty: never. A network without a row, and what is put
    to the whole platform, keep the days given here by default."""

    reseau = models.OneToOneField(Reseau, models.CASCADE, primary_key=True, related_name="+")
    premier_rappel = _jours(
        _("premier rappel"),
        9,
        _("En jours, après que l’on a sollicité des communes. Vide ou 0\u202f: jamais."),
    )
    second_rappel = _jours(_("second rappel"), 21, _("En jours, depuis ce même jour."))
    animation = _jours(
        _("à la personne qui anime"),
        45,
        _("En jours, depuis ce même jour\u202f: le besoin entre alors dans sa liste."),
    )
    utilite = _jours(
        _("demander si cela a aidé"), 90, _("En jours, après la clôture d’un besoin qui a eu une suite.")
    )

    class Meta:
        verbose_name = _("cadence des relances")
        verbose_name_plural = _("cadences des relances")
        constraints = [
            models.CheckConstraint(
                condition=_bornes("premier_rappel")
                & _bornes("second_rappel")
                & _bornes("animation")
                & _bornes("utilite"),
                name="besoins_cadence_jours_bornes",
                violation_error_message=_("Un délai va d’un jour à deux ans."),
            ),
            models.CheckConstraint(
                condition=_apres("second_rappel", "premier_rappel")
                & _apres("animation", "premier_rappel")
                & _apres("animation", "second_rappel"),
                name="besoins_cadence_dans_l_ordre",
                violation_error_message=_("Chaque relance vient après la précédente."),
            ),
        ]

    def __str__(self):
        return f"{self.reseau_id}, {self.premier_rappel}-{self.second_rappel}-{self.animation}"

    @classmethod
    def de(cls, reseau):
        """The one of this network (None: the whole platform), as it was set or as it is by default."""
        if reseau is None:
            return cls()
        return cls.objects.filter(reseau=reseau).first() or cls(reseau=reseau)

    @transaction.atomic
    def regler(self, *, par):
        """For the needs that will ask communes, or be closed, from now on."""
        self.save()
        Entree.noter(Entree.Geste.PRESENTATION, par=par, reseau=self.reseau, detail=_("relances des besoins"))
        return self
