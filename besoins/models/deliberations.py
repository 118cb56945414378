from datetime import timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from reseau import direct
from reseau.models import Collectivite

from .bases_legales import TexteLegal, TypeMutualisation, fin_apres_debut
from .echeances import BORNES
from .notes import Note, NoteQuerySet


def au_terme(notifiee_le, mois):
    """The last day of a delay of so many months: the same day of the month; where that month has no such
    day, its last one: 30 November and three months is 28 or 29 February."""
    return notifiee_le + relativedelta(months=mois)


class DelaiLegal(TexteLegal):
    """How long a council has to deliberate; its silence is then an agreement. Only what was read in the law
    is here."""

    mois = models.PositiveSmallIntegerField(_("délai, en mois"))

    class Meta(TexteLegal.Meta):
        verbose_name = _("délai légal")
        verbose_name_plural = _("délais légaux")
        constraints = [
            models.CheckConstraint(
                condition=Q(mois__gte=1, mois__lte=24),
                name="besoins_delai_legal_mois_possibles",
                violation_error_message=_("Un délai est de 1 à 24 mois."),
            ),
            fin_apres_debut("besoins_delai_legal_fin_apres_debut"),
        ]


class DeliberationQuerySet(NoteQuerySet):
    def de(self, projet):
        """Those that are awaited or taken, of a project, by name."""
        notees = self.notes().filter(projet=projet).select_related("collectivite", "delai")
        return notees.order_by("collectivite__slug")


class Deliberation(Note):
    """What the council of one collectivité is asked to say of a project, since when, and what it said."""

    # The kinds of pooling on which the councils deliberate before it exists.
    TYPES = (TypeMutualisation.TRANSFERT, TypeMutualisation.SERVICE_COMMUN)

    class Sens(models.TextChoices):
        FAVORABLE = "favorable", _("favorable")
        DEFAVORABLE = "defavorable", _("défavorable")

    nom_d_historique = _("délibération")
    refus_si_retire = _("Cette délibération n’est plus attendue.")
    champs_dits = ("delai", "notifiee_le", "sens", "acte_le", "acte_numero")

    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    delai = models.ForeignKey(
        DelaiLegal, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("délai")
    )
    notifiee_le = models.DateField(_("notifiée le"), validators=BORNES)
    sens = models.CharField(_("sens"), max_length=12, choices=Sens, blank=True)
    acte_le = models.DateField(_("délibération du"), null=True, blank=True, validators=BORNES)
    acte_numero = models.CharField(_("numéro de l’acte"), max_length=40, blank=True)

    objects = DeliberationQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("délibération")
        verbose_name_plural = _("délibérations")
        constraints = [
            *Note.Meta.constraints,
            models.UniqueConstraint(
                fields=["projet", "collectivite"],
                condition=Q(retire_le=None),
                name="besoins_deliberation_une_par_collectivite",
                violation_error_message=_("Cette collectivité est déjà dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(sens="", acte_le=None) | ~Q(sens="") & Q(acte_le__isnull=False),
                name="besoins_deliberation_acte_date",
                violation_error_message=_("Une délibération a un sens et une date."),
            ),
            models.CheckConstraint(
                condition=Q(acte_le=None) | Q(acte_le__gte=F("notifiee_le")),
                name="besoins_deliberation_acte_apres_notification",
                violation_error_message=_("La délibération ne précède pas la notification."),
            ),
        ]

    def __str__(self):
        return f"{self.collectivite}, {self.etat}"

    def get_absolute_url(self):
        return f"{self.projet.get_absolute_url()}#deliberations"

    @property
    def echeance(self):
        """The last day on which the council may say no; None when no such delay was read in the law."""
        return au_terme(self.notifiee_le, self.delai.mois) if self.delai else None

    @property
    def reputee_le(self):
        """The day from which its silence, or a word that came too late, is an agreement; None before."""
        if self.echeance is None or (self.acte_le and self.acte_le <= self.echeance):
            return None
        lendemain = self.echeance + timedelta(days=1)
        return lendemain if lendemain <= timezone.localdate() else None

    @property
    def est_attendue(self):
        return not self.sens and self.reputee_le is None

    @property
    def etat(self):
        dite = self.acte_le and _("%(sens)s, le %(jour)s") % {
            "sens": self.get_sens_display(),
            "jour": en_jour(self.acte_le, "j F Y"),
        }
        if self.reputee_le:
            jour = en_jour(self.reputee_le, "j F Y")
            if dite:
                return _("réputé favorable le %(jour)s (délibération hors délai\u202f: %(dite)s)") % {
                    "jour": jour,
                    "dite": dite,
                }
            return _("silence, réputé favorable le %s") % jour
        return dite or _("attendue")

    @property
    def en_clair(self):
        mots = _("%(nom)s\u202f: notifiée le %(jour)s (%(delai)s), %(acte)s")
        acte = _("pas de délibération")
        if self.acte_le:
            acte = f"{self.get_sens_display()} {self.acte_le:%d/%m/%Y} {self.acte_numero}".strip()
        return mots % {
            "nom": self.collectivite.nom,
            "jour": f"{self.notifiee_le:%d/%m/%Y}",
            "delai": self.delai.article if self.delai else _("délai à vérifier"),
            "acte": acte,
        }

    @classmethod
    @transaction.atomic
    def attendre(cls, projet, collectivites, *, delai, notifiee_le, par):
        """Ask these, all notified on that day; those that are in the list already stay as they are."""
        revision = projet._avancer()
        deja = set(cls.objects.de(projet).values_list("collectivite", flat=True))
        nouvelles = [
            cls(projet=projet, collectivite=collectivite, delai=delai, notifiee_le=notifiee_le, par=par)
            for collectivite in collectivites
            if collectivite.pk not in deja
        ]
        cls.objects.bulk_create(nouvelles)
        for deliberation in nouvelles:
            projet._consigner(par, cls.nom_d_historique, "", deliberation.en_clair)
        if nouvelles:
            direct.fil_change(projet, revision)
        return nouvelles

    def _controler(self, avant):
        autres = Deliberation.objects.de(self.projet_id).filter(collectivite=self.collectivite_id)
        if autres.exclude(pk=self.pk).exists():
            raise ValidationError(_("Cette collectivité est déjà dans la liste."))
