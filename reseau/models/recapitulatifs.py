from datetime import UTC, datetime, time, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contributions import Contribution
from .membres import Membre
from .reseaux import Adhesion

# How far back a récapitulatif looks: who chooses another day of the week has waited for it almost two.
FENETRE = timedelta(days=14)
# And how long a timer may stand still without making it forget.
RATTRAPAGE = timedelta(days=7)


class RecapitulatifQuerySet(models.QuerySet):
    def dus(self, a=None):
        return self.filter(arrete_le=None, prochain_le__lte=a or timezone.now())

    def ouvrir(self):
        """Give theirs to the active members who have none yet."""
        maintenant, nouveau = timezone.now(), self.model()
        prochain = nouveau.apres(maintenant)
        sans = Membre.objects.actifs().filter(recapitulatif=None).values_list("pk", flat=True)
        lignes = [self.model(membre_id=pk, prochain_le=prochain) for pk in sans]
        self.bulk_create(lignes, ignore_conflicts=True, batch_size=500)


class Recapitulatif(models.Model):
    """When a member gets the mail that gathers the rest: each day at her hour, and what is weekly on her day.

    Whoever writes it moves `prochain_le` in the same transaction: it is written once. On a row of its own,
    that a member loaded earlier and then saved does not rewind.
    """

    class Jour(models.IntegerChoices):
        LUNDI = 0, _("lundi")
        MARDI = 1, _("mardi")
        MERCREDI = 2, _("mercredi")
        JEUDI = 3, _("jeudi")
        VENDREDI = 4, _("vendredi")
        SAMEDI = 5, _("samedi")
        DIMANCHE = 6, _("dimanche")

    membre = models.OneToOneField(Membre, models.CASCADE, primary_key=True, related_name="recapitulatif")
    jour = models.PositiveSmallIntegerField(
        _("jour du récapitulatif de la semaine"), choices=Jour, default=Jour.MARDI
    )
    heure = models.TimeField(_("heure du récapitulatif"), default=time(8))
    # The mail of what is in none of her networks: an adhésion says it for the others.
    niveau_ailleurs = models.CharField(
        _("hors de mes réseaux"),
        max_length=20,
        choices=Adhesion.Niveau,
        default=Adhesion.Niveau.QUOTIDIEN,
        help_text=_("Ce qui s’adresse à toute la plateforme, ou vous nomme ailleurs."),
    )
    prochain_le = models.DateTimeField(_("prochain le"), editable=False)
    arrete_le = models.DateTimeField(_("arrêté le"), null=True, editable=False)

    objects = RecapitulatifQuerySet.as_manager()

    class Meta:
        verbose_name = _("récapitulatif")
        verbose_name_plural = _("récapitulatifs")
        indexes = [
            models.Index(
                fields=["prochain_le"], condition=models.Q(arrete_le=None), name="reseau_recapitulatif_du"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(jour__lte=6),
                name="reseau_recapitulatif_jour_de_la_semaine",
                violation_error_message=_("Choisissez un jour de la semaine."),
            )
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.get_jour_display()} {self.heure:%H:%M}"

    @classmethod
    def de(cls, membre):
        prochain = cls(membre=membre).apres(timezone.now())
        return cls.objects.get_or_create(membre=membre, defaults={"prochain_le": prochain})[0]

    @property
    def est_arrete(self):
        return self.arrete_le is not None

    def instant(self, jour):
        """Her hour on that day. One that the clocks jump over falls one hour later, one that they tell twice
        is the first: each day has exactly one."""
        return datetime.combine(jour, self.heure, tzinfo=timezone.get_default_timezone()).astimezone(UTC)

    def apres(self, instant):
        """The next one after this instant."""
        jour = _jour_de(instant)
        while (prochain := self.instant(jour)) <= instant:
            jour += timedelta(days=1)
        return prochain

    @property
    def periode(self):
        """The day it is the récapitulatif of."""
        return _jour_de(self.prochain_le)

    def niveaux_dus(self, a):
        """The levels that it answers: what is weekly too if her day has come since the last one."""
        Niveau, jour = Adhesion.Niveau, max(self.periode, _jour_de(a - RATTRAPAGE) + timedelta(days=1))
        while jour <= _jour_de(a):
            if jour.weekday() == self.jour and self.instant(jour) <= a:
                return {Niveau.QUOTIDIEN, Niveau.HEBDOMADAIRE}
            jour += timedelta(days=1)
        return {Niveau.QUOTIDIEN}

    def debut(self, a):
        """From when on it tells what happened."""
        return max(self.prochain_le, a - RATTRAPAGE) - FENETRE

    @transaction.atomic
    def regler(self, *, jour, heure, niveau_ailleurs, arrete):
        """Another hour keeps the day of the next one: today's is neither lost nor written again."""
        self._relire()
        periode, repris = self.periode, self.est_arrete and not arrete
        self.jour, self.heure, self.niveau_ailleurs = jour, heure, niveau_ailleurs
        self.prochain_le = self.apres(timezone.now()) if repris else self.instant(periode)
        self.arrete_le = (self.arrete_le or timezone.now()) if arrete else None
        self.save()
        return self

    @transaction.atomic
    def arreter(self):
        self._relire()
        if not self.est_arrete:
            self.arrete_le = timezone.now()
            self.save(update_fields=["arrete_le"])
        return self

    @transaction.atomic
    def reprendre(self):
        """From the next one on."""
        self._relire()
        if self.est_arrete:
            self.arrete_le, self.prochain_le = None, self.apres(timezone.now())
            self.save(update_fields=["arrete_le", "prochain_le"])
        return self

    @transaction.atomic
    def abaisser(self, niveau):
        """No more often than this for what is in none of her networks."""
        self._relire()
        self.niveau_ailleurs = Adhesion.Niveau(self.niveau_ailleurs).plafonne(niveau)
        self.save(update_fields=["niveau_ailleurs"])
        return self

    def _relire(self):
        """Behind whoever is writing it."""
        self.refresh_from_db(from_queryset=Recapitulatif.objects.select_for_update())


class Niveaux:
    """How often these members (ids) want mail: three queries, whatever their number."""

    def __init__(self, membres):
        adhesions = Adhesion.objects.ouvrantes().filter(membre__in=membres)
        self.adhesions = {
            (adhesion.membre_id, adhesion.reseau_id): adhesion
            for adhesion in adhesions.select_related("reseau").prefetch_related("niveaux_de_type")
        }
        ailleurs = Recapitulatif.objects.filter(membre__in=membres)
        self.ailleurs = dict(ailleurs.values_list("membre", "niveau_ailleurs"))

    def adhesion(self, membre, contribution):
        return self.adhesions.get((membre, contribution.reseau_id))

    def de(self, membre, contribution):
        adhesion = self.adhesion(membre, contribution)
        if adhesion:
            return adhesion.niveau_pour(contribution.type)
        return Adhesion.Niveau(self.ailleurs.get(membre, Adhesion.Niveau.QUOTIDIEN))

    def joignables(self, membres, contribution):
        """Of these members (ids), those who want mail of it, be it once a week."""
        return {pk for pk in membres if self.de(pk, contribution) != Adhesion.Niveau.AUCUN}


class LectureQuerySet(models.QuerySet):
    def perimees(self):
        """Older than anything a récapitulatif may still tell."""
        return self.filter(le__lt=timezone.now() - FENETRE - 2 * RATTRAPAGE)

    def noter(self, lectures):
        """{(member, contribution): when}, ids; a later date takes the place of what was noted."""
        self.bulk_create(
            [self.model(membre_id=m, contribution_id=c, le=le) for (m, c), le in sorted(lectures.items())],
            update_conflicts=True,
            unique_fields=["membre", "contribution"],
            update_fields=["le"],
            batch_size=1000,
        )

    def dates(self, membres, contributions):
        """{(member, contribution): when}, one query."""
        lignes = self.filter(membre__in=membres, contribution__in=contributions)
        return {(m, c): le for m, c, le in lignes.values_list("membre", "contribution", "le")}


class Lecture(models.Model):
    """When a member was last shown a contribution: its page, or a mail. Kept as long as a récapitulatif
    might repeat it, and no longer."""

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="+")
    le = models.DateTimeField(default=timezone.now, db_index=True)

    objects = LectureQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("lecture")
        verbose_name_plural = _("lectures")
        constraints = [
            models.UniqueConstraint(fields=["membre", "contribution"], name="reseau_lecture_unique")
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.contribution_id}"

    @staticmethod
    def peut_servir(contribution):
        """Whether a récapitulatif might still tell that it was published."""
        return contribution.est_publiee and contribution.publie_le > timezone.now() - FENETRE - RATTRAPAGE

    @classmethod
    def noter(cls, membre, contribution):
        """She sees its page."""
        cls.objects.bulk_create([cls(membre=membre, contribution_id=contribution.pk)], ignore_conflicts=True)


def _jour_de(instant):
    return timezone.localdate(instant, timezone.get_default_timezone())
