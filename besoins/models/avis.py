from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau.models import Collectivite, Contribution, Fil, Membre

from .consultations import Consultation
from .paroles import Parole, ParoleDite


class AvisQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(contribution__in=Contribution.objects.visibles_par(user).values("pk"))


class Avis(Parole):
    """What a collectivité thinks of a project: one current row, what was said before stays in AvisDonne."""

    class Sens(models.TextChoices):
        FAVORABLE = "favorable", _("favorable")
        RESERVES = "reserves", _("favorable avec réserves")
        DEFAVORABLE = "defavorable", _("défavorable")
        SANS_AVIS = "sans_avis", _("sans avis")

    contribution = models.ForeignKey(
        Consultation, models.CASCADE, related_name="avis", verbose_name=_("consultation")
    )
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    sens = models.CharField(_("avis"), max_length=12, choices=Sens)
    texte = models.TextField(_("en quelques mots"), blank=True, max_length=3000)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("donné par"))
    dite_le = models.DateTimeField(_("donné le"), default=timezone.now, editable=False)

    objects = AvisQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis")
        verbose_name_plural = _("avis")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "collectivite"],
                name="besoins_avis_unique_par_collectivite",
                violation_error_message=_("Cette collectivité a déjà donné un avis."),
            ),
            models.CheckConstraint(
                condition=~Q(sens="reserves") | ~Q(texte=""),
                name="besoins_avis_reserves_dites",
                violation_error_message=_("Dites quelles sont vos réserves."),
            ),
        ]

    def __str__(self):
        return f"{self.collectivite}, {self.get_sens_display()}"

    @classmethod
    @transaction.atomic
    def donner(cls, consultation, *, collectivite, par, sens, texte=""):
        """Record what a member says for her collectivité → (current opinion, whether her word counts).

        Raises ValidationError when its window is not open, or she is not asked. As for a position, the
        thread's counter is taken first.
        """
        revision, _rang = Fil.avancer(consultation)
        consultation.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE, "ouverte_du", "jusqu_au"])
        if consultation.verrouille_le:
            raise ValidationError(_("Cette consultation est verrouillée\u202f: elle ne prend plus d’avis."))
        if not consultation.accepte_les_avis:
            raise ValidationError(_("Cette consultation ne prend pas d’avis aujourd’hui."))
        if not consultation.interroge(collectivite):
            raise ValidationError(_("L’avis de votre collectivité n’est pas demandé ici."))
        avis, compte = cls.noter(consultation, collectivite=collectivite, par=par, sens=sens, texte=texte)
        if compte:
            consultation.suivre(par)
            consultation.avis_change(revision, avis)
        return avis, compte

    @staticmethod
    def histoire():
        return AvisDonne


class AvisDonne(ParoleDite):
    contribution = models.ForeignKey(Consultation, models.CASCADE, related_name="avis_donnes")
    sens = models.CharField(max_length=12, choices=Avis.Sens)
    texte = models.TextField(blank=True, max_length=3000)

    class Meta(ParoleDite.Meta):
        verbose_name = _("avis donné")
        verbose_name_plural = _("avis donnés")

    def __str__(self):
        return f"{self.collectivite_id}, {self.get_sens_display()}"
