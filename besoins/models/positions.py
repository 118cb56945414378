from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reseau.models import Collectivite, Contribution, Fil, Membre

from .paroles import Parole, ParoleDite


class PositionQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(contribution__in=Contribution.objects.visibles_par(user))

    def de(self, contribution):
        """The positions on one contribution, as a list: the most engaged first, then by name."""
        positions = self.filter(contribution_id=contribution.pk).select_related("collectivite")
        niveaux = Position.Niveau.values
        return sorted(positions, key=lambda p: (niveaux.index(p.niveau), p.collectivite.slug))

    def resumes(self, contributions, collectivite=None):
        """{contribution id: ([{niveau, libelle, nombre}…], niveau said by this collectivité)}, one query."""
        lus = defaultdict(lambda: [Counter(), None])
        lignes = self.filter(contribution__in=contributions).values_list(
            "contribution_id", "niveau", "collectivite_id"
        )
        for contribution, niveau, commune in lignes:
            lus[contribution][0][niveau] += 1
            if collectivite is not None and commune == collectivite.pk:
                lus[contribution][1] = niveau
        return {pk: (Position.resume(nombres), mienne) for pk, (nombres, mienne) in lus.items()}


class Position(Parole):
    """Where a collectivité stands on a need: one current row, what was said before stays in PositionDite."""

    class Niveau(models.TextChoices):
        ENGAGEE = "engagee", _("engagée")
        INTERESSEE = "interessee", _("intéressée")
        CURIEUSE = "curieuse", _("curieuse")
        HORS = "hors", _("pas concernée")

        def accorde(self, nombre):
            """What so many communes say."""
            return {
                "engagee": ngettext("engagée", "engagées", nombre),
                "interessee": ngettext("intéressée", "intéressées", nombre),
                "curieuse": ngettext("curieuse", "curieuses", nombre),
                "hors": ngettext("pas concernée", "pas concernées", nombre),
            }[self.value]

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="positions", verbose_name=_("collectivité")
    )
    niveau = models.CharField(_("position"), max_length=12, choices=Niveau)
    quantite = models.DecimalField(_("quantité"), max_digits=12, decimal_places=2, null=True, blank=True)
    commentaire = models.CharField(_("un mot"), max_length=300, blank=True)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("dite par"))
    # Set once a référent has spoken: from then on an agent's word no longer changes the row.
    par_referent = models.BooleanField(_("dite par un référent"), default=False)
    dite_le = models.DateTimeField(_("dite le"), default=timezone.now, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "collectivite"],
                name="besoins_position_unique_par_collectivite",
                violation_error_message=_("Cette collectivité a déjà une position."),
            ),
            models.CheckConstraint(
                condition=Q(quantite=None) | Q(quantite__gt=0),
                name="besoins_position_quantite_positive",
                violation_error_message=_("La quantité est supérieure à zéro."),
            ),
        ]

    def __str__(self):
        return f"{self.collectivite}, {self.get_niveau_display()}"

    @property
    def vaut_interet(self):
        """Interested, or more."""
        return self.niveau in (self.Niveau.INTERESSEE, self.Niveau.ENGAGEE)

    @property
    def lettre(self):
        return "–" if self.niveau == self.Niveau.HORS else self.get_niveau_display()[0].upper()

    @staticmethod
    def resume(nombres):
        return [
            {"niveau": niveau.value, "libelle": niveau.accorde(nombres[niveau]), "nombre": nombres[niveau]}
            for niveau in Position.Niveau
            if nombres.get(niveau)
        ]

    @classmethod
    @transaction.atomic
    def dire(cls, besoin, *, collectivite, par, niveau, quantite=None, commentaire=""):
        """Record what a member says for her commune → (current position, whether her word counts).

        An agent's word is kept but does not replace a référent's. Raises ValidationError when the
        need takes no answer any more. The thread's counter is taken first: its row lock makes
        concurrent words follow each other.
        """
        revision, _rang = Fil.avancer(besoin)
        besoin.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE])
        if not besoin.accepte_les_positions:
            raise ValidationError(_("Ce besoin ne prend plus de réponse."))
        if besoin.collectivite_id == collectivite.pk:
            raise ValidationError(_("Ce besoin est celui de votre commune\u202f: les autres y répondent."))
        remplacee = besoin.positions.filter(collectivite=collectivite).values_list("par", flat=True).first()
        position, compte = cls.noter(
            besoin,
            collectivite=collectivite,
            par=par,
            niveau=niveau,
            quantite=quantite,
            commentaire=commentaire,
        )
        if compte:
            besoin.suivre(par)
            besoin.positions_changees(revision, position, remplacee)
        return position, compte

    @staticmethod
    def histoire():
        return PositionDite


class PositionDite(ParoleDite):
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions_dites")
    niveau = models.CharField(max_length=12, choices=Position.Niveau)
    quantite = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    commentaire = models.CharField(max_length=300, blank=True)

    class Meta(ParoleDite.Meta):
        verbose_name = _("position dite")
        verbose_name_plural = _("positions dites")

    def __str__(self):
        return f"{self.collectivite_id}, {self.get_niveau_display()}"
