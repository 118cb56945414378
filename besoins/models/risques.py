from django.db import models
from django.utils.translation import gettext_lazy as _

from .notes import Note


class Risque(Note):
    """What may go wrong in a project, and what is done about it."""

    class Degre(models.IntegerChoices):
        FAIBLE = 1, _("faible")
        MOYEN = 2, _("moyen")
        FORT = 3, _("fort")

    nom_d_historique = _("risque")
    refus_si_retire = _("Ce risque a été retiré.")
    champs_dits = ("libelle", "probabilite", "gravite", "parade")

    libelle = models.CharField(_("risque"), max_length=200)
    probabilite = models.PositiveSmallIntegerField(_("probabilité"), choices=Degre, default=Degre.MOYEN)
    gravite = models.PositiveSmallIntegerField(_("gravité"), choices=Degre, default=Degre.MOYEN)
    parade = models.TextField(_("parade"), blank=True, max_length=1000)

    class Meta(Note.Meta):
        verbose_name = _("risque")
        verbose_name_plural = _("risques")
        ordering = ["pk"]

    def __str__(self):
        return self.libelle

    def get_absolute_url(self):
        return f"{self.projet.get_absolute_url()}#risques"

    @property
    def en_clair(self):
        mots = _("%(libelle)s (probabilité\u202f: %(probabilite)s, gravité\u202f: %(gravite)s). %(parade)s")
        return (
            mots
            % {
                "libelle": self.libelle,
                "probabilite": self.get_probabilite_display(),
                "gravite": self.get_gravite_display(),
                "parade": self.parade,
            }
        ).strip()
