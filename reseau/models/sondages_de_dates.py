"""When shall we meet? Several dates are put to the members; the one that is kept becomes the séance's."""

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.heures import en_creneau

from .membres import Membre
from .notifications import Notification, Notifieur
from .rencontres import Rencontre
from .territoire import Collectivite

DATES_MAX = 12


class DateProposeeQuerySet(models.QuerySet):
    def visibles_par(self, user):
        if Membre.de(user) is None:
            return self.none()
        return self.filter(rencontre__in=Rencontre.objects.visibles_par(user).publiees())

    def modifiables_par(self, user):
        return self.filter(rencontre__in=Rencontre.objects.modifiables_par(user).publiees())

    def retirables_par(self, user):
        """By who proposed it, and who looks after the meeting."""
        membre = Membre.de(user)
        if membre is None or not membre.est_actif:
            return self.none()
        siennes = Q(par=membre) | Q(rencontre__in=Rencontre.objects.modifiables_par(user))
        return self.visibles_par(user).filter(siennes)

    def avec_reponses(self):
        """In order, each with who said what: two queries."""
        reponses = ReponseDeDate.objects.select_related("membre", "collectivite")
        return self.order_by("debut").prefetch_related(models.Prefetch("reponses", reponses))


class DateProposee(models.Model):
    """One of the dates between which the members of a meeting choose."""

    rencontre = models.ForeignKey(Rencontre, models.CASCADE, related_name="dates_proposees")
    debut = models.DateTimeField(_("début"))
    fin = models.DateTimeField(_("fin"))
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    proposee_le = models.DateTimeField(default=timezone.now, editable=False)
    retenue_le = models.DateTimeField(null=True, editable=False)
    retenue_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = DateProposeeQuerySet.as_manager()

    class Meta:
        verbose_name = _("date proposée")
        verbose_name_plural = _("dates proposées")
        ordering = ["debut"]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="reseau_date_proposee_fin_apres_debut",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.UniqueConstraint(
                fields=["rencontre", "debut"],
                name="reseau_date_proposee_unique",
                violation_error_message=_("Cette date est déjà proposée."),
            ),
            models.UniqueConstraint(
                fields=["rencontre"],
                condition=Q(retenue_le__isnull=False),
                name="reseau_date_retenue_unique",
                violation_error_message=_("Une autre date est déjà retenue."),
            ),
        ]

    def __str__(self):
        return self.creneau

    @property
    def creneau(self):
        return en_creneau(self.debut, self.fin)

    @property
    def comptes(self):
        """[(choice, how many said it, their names)…], of what `avec_reponses` has read."""
        nombres = Counter(reponse.choix for reponse in self.reponses.all())
        return [
            {
                "choix": choix.value,
                "libelle": choix.label,
                "nombre": nombres[choix.value],
                "noms": [r.membre.nom_complet for r in self.reponses.all() if r.choix == choix],
            }
            for choix in ReponseDeDate.Choix
        ]

    @classmethod
    @transaction.atomic
    def proposer(cls, rencontre, *, par, creneaux):
        """`creneaux`: [(debut, fin)…]. The first ones open the poll, where the announced date is one of the
        choices, and tell who is concerned, once. A refusal says which one it bears on (`rang`).
        """
        revision = rencontre._avancer()
        rencontre.refresh_from_db(
            fields=[*rencontre.CHAMPS_D_OUVERTURE, "debut", "fin", "sondage_ouvert_le", "sondage_clos_le"]
        )
        if not rencontre.accepte_un_sondage:
            raise ValidationError(_("La date de cette rencontre ne se choisit plus."))
        siennes, premieres = rencontre.dates_proposees, rencontre.sondage_ouvert_le is None
        if premieres:
            annoncee = rencontre.seances.prevues().get()
            siennes.get_or_create(debut=annoncee.debut, defaults={"fin": annoncee.fin, "par": par})
        prises = set(siennes.values_list("debut", flat=True))
        dates = []
        for rang, (debut, fin) in enumerate(creneaux):
            if premieres and len(creneaux) > 1 and (debut, fin) == (annoncee.debut, annoncee.fin):
                continue
            if debut in prises:
                raise ValidationError(_("Cette date est déjà proposée."), params={"rang": rang})
            if len(prises) >= DATES_MAX:
                refus = _("%(max)s dates au plus.") % {"max": DATES_MAX}
                raise ValidationError(refus, params={"rang": rang})
            prises.add(debut)
            dates.append(siennes.create(debut=debut, fin=fin, par=par))
        if premieres:
            rencontre.sondage_ouvert_le = timezone.now()
            rencontre.save(update_fields=["sondage_ouvert_le"])
            notifieur = Notifieur(rencontre, Notification.Genre.SONDAGE, par)
            notifieur.prevenir(rencontre.destinataires())
        direct.fil_change(rencontre, revision)
        return dates

    @transaction.atomic
    def retirer(self, *, par):
        """Out of the choices, with what was said of it. Without any left, the announced date stands."""
        rencontre = self.rencontre
        revision = rencontre._avancer()
        rencontre.refresh_from_db(
            fields=[*rencontre.CHAMPS_D_OUVERTURE, "fin", "sondage_ouvert_le", "sondage_clos_le"]
        )
        if not rencontre.a_un_sondage_ouvert:
            raise ValidationError(_("Le sondage est clos\u202f: une date est déjà retenue."))
        self._exiger_proposee()
        rencontre._consigner(par, _("date proposée"), self.creneau, _("retirée"))
        self.delete()
        if not rencontre.dates_proposees.exists():
            rencontre.sondage_ouvert_le = None
            rencontre.save(update_fields=["sondage_ouvert_le"])
            dit = _("Date maintenue\u202f: %(seance)s") % {
                "seance": rencontre.seances.prevues().get()._en_clair()
            }
            rencontre.redire(par, dit)
        direct.fil_change(rencontre, revision)
        return self

    def _exiger_proposee(self):
        """Under the lock of the meeting: somebody else may have taken it back."""
        if not DateProposee.objects.filter(pk=self.pk).exists():
            raise ValidationError(_("Cette date n’est plus proposée."))

    @transaction.atomic
    def fixer(self, *, par):
        """The séance takes this date, which is told; whoever comes second finds it done."""
        rencontre = self.rencontre
        revision = rencontre._avancer()
        rencontre.refresh_from_db(
            fields=[*rencontre.CHAMPS_D_OUVERTURE, "fin", "sondage_ouvert_le", "sondage_clos_le"]
        )
        if not rencontre.a_un_sondage_ouvert:
            raise ValidationError(_("Le sondage est clos\u202f: une date est déjà retenue."))
        self._exiger_proposee()
        if self.debut <= timezone.now():
            raise ValidationError(_("Cette date est passée."))
        seance = rencontre.seances.prevues().first()
        if seance is None:
            raise ValidationError(_("Cette rencontre n’a plus de séance\u202f: ajoutez-en une."))
        self.retenue_le, self.retenue_par = timezone.now(), par
        self.save(update_fields=["retenue_le", "retenue_par"])
        rencontre.sondage_clos_le = self.retenue_le
        rencontre.save(update_fields=["sondage_clos_le"])
        seance.rencontre = rencontre
        dit = _("Date retenue\u202f: %(seance)s")
        if (seance.debut, seance.fin) == (self.debut, self.fin):
            rencontre.redire(par, dit % {"seance": seance._en_clair()})
            direct.fil_change(rencontre, revision)
        else:
            seance.modifier(par=par, dit=dit, debut=self.debut, fin=self.fin)
        return self


class ReponseDeDate(models.Model):
    """What a member says of one date; she may change her mind until one is kept."""

    class Choix(models.TextChoices):
        OUI = "oui", _("oui")
        SI_BESOIN = "si_besoin", _("si besoin")
        NON = "non", _("non")

    date = models.ForeignKey(DateProposee, models.CASCADE, related_name="reponses")
    membre = models.ForeignKey(Membre, models.CASCADE, related_name="+")
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    choix = models.CharField(_("réponse"), max_length=10, choices=Choix)
    le = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("réponse à une date")
        verbose_name_plural = _("réponses à des dates")
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["date", "membre"], name="reseau_reponse_de_date_unique")
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.choix}"

    @classmethod
    @transaction.atomic
    def donner(cls, rencontre, choix, *, membre, collectivite):
        """`choix`: {date id: choice}, of this meeting. Raises ValidationError once a date is kept."""
        rencontre._avancer()
        rencontre.refresh_from_db(
            fields=[*rencontre.CHAMPS_D_OUVERTURE, "sondage_ouvert_le", "sondage_clos_le"]
        )
        if not rencontre.a_un_sondage_ouvert:
            raise ValidationError(_("Le sondage est clos\u202f: une date est déjà retenue."))
        proposees = set(rencontre.dates_proposees.filter(pk__in=choix).values_list("pk", flat=True))
        if proposees != set(choix):
            raise ValidationError(
                _("Une date a été retirée pendant ce temps\u202f: relisez celles qui restent.")
            )
        for date, dit in choix.items():
            cls.objects.update_or_create(
                date_id=date,
                membre=membre,
                defaults={"choix": dit, "collectivite": collectivite, "le": timezone.now()},
            )
        rencontre.suivre(membre)
