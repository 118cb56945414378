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


class DateRefusee(ValidationError):
    """One of the dates that are proposed at once: the one at `rang`."""

    def __init__(self, refus, rang):
        super().__init__(refus)
        self.rang = rang


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

    def proposees(self):
        return self.filter(retiree_le=None)

    def retirees(self):
        return self.filter(retiree_le__isnull=False).select_related("retiree_par")

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
    retiree_le = models.DateTimeField(null=True, editable=False)
    retiree_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

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
                condition=Q(retiree_le=None),
                name="reseau_date_proposee_unique",
                violation_error_message=_("Cette date est déjà proposée."),
            ),
            models.UniqueConstraint(
                fields=["rencontre"],
                condition=Q(retenue_le__isnull=False),
                name="reseau_date_retenue_unique",
                violation_error_message=_("Une autre date est déjà retenue."),
            ),
            models.CheckConstraint(
                condition=Q(retiree_le=None) | Q(retenue_le=None, retiree_par__isnull=False),
                name="reseau_date_proposee_retrait_signe",
                violation_error_message=_("Une date retirée porte un nom, et n’est pas retenue."),
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
        choices, and tell who is concerned, once. Raises DateRefusee for the one that is refused.
        """
        revision = rencontre._avancer()
        if not rencontre.accepte_un_sondage:
            raise ValidationError(_("La date de cette rencontre ne se choisit plus."))
        siennes, premieres = rencontre.dates_proposees.proposees(), rencontre.sondage_ouvert_le is None
        if premieres:
            annoncee = rencontre.seances.prevues().get()
            siennes.get_or_create(
                rencontre=rencontre, debut=annoncee.debut, defaults={"fin": annoncee.fin, "par": par}
            )
        prises = set(siennes.values_list("debut", flat=True))
        dates = []
        for rang, (debut, fin) in enumerate(creneaux):
            # Typed with others it goes without saying; alone, there would be nothing to choose from.
            if premieres and len(creneaux) > 1 and (debut, fin) == (annoncee.debut, annoncee.fin):
                continue
            if debut in prises:
                raise DateRefusee(_("Cette date est déjà proposée."), rang)
            if len(prises) >= DATES_MAX:
                raise DateRefusee(_("%(max)s dates au plus.") % {"max": DATES_MAX}, rang)
            prises.add(debut)
            dates.append(rencontre.dates_proposees.create(debut=debut, fin=fin, par=par))
        if premieres:
            rencontre.sondage_ouvert_le = timezone.now()
            rencontre.save(update_fields=["sondage_ouvert_le"])
            notifieur = Notifieur(rencontre, Notification.Genre.SONDAGE, par)
            notifieur.prevenir(rencontre.destinataires())
        direct.fil_change(rencontre, revision)
        return dates

    @transaction.atomic
    def retirer(self, *, par):
        """Out of the choices, kept with what was said of it. Without any left, the announced date stands."""
        rencontre = self.rencontre
        revision = rencontre._avancer()
        exiger_un_sondage(rencontre)
        self._exiger_proposee()
        rencontre._consigner(par, _("date proposée"), self.creneau, _("retirée"))
        self.retiree_le, self.retiree_par = timezone.now(), par
        self.save(update_fields=["retiree_le", "retiree_par"])
        if not rencontre.dates_proposees.proposees().exists():
            rencontre.sondage_ouvert_le = None
            rencontre.save(update_fields=["sondage_ouvert_le"])
            dit = _("Date maintenue\u202f: %(seance)s") % {
                "seance": rencontre.seances.prevues().get()._en_clair()
            }
            rencontre.redire(par, dit)
        direct.fil_change(rencontre, revision)
        return self

    @transaction.atomic
    def retablir(self, *, par):
        """Among the choices again, with what was said of it."""
        rencontre = self.rencontre
        rencontre._relire(*rencontre.CHAMPS_D_OUVERTURE)
        exiger_un_sondage(rencontre)
        self.refresh_from_db(fields=["retiree_le"])
        if not self.retiree_le:
            return self
        proposees = rencontre.dates_proposees.proposees()
        if proposees.filter(debut=self.debut).exists():
            raise ValidationError(_("Cette date est déjà proposée."))
        if proposees.count() >= DATES_MAX:
            raise ValidationError(_("%(max)s dates au plus.") % {"max": DATES_MAX})
        self.retiree_le = self.retiree_par = None
        self.save(update_fields=["retiree_le", "retiree_par"])
        rencontre._consigner(par, _("date proposée"), _("retirée"), self.creneau)
        return self

    def _exiger_proposee(self):
        """Under the lock of the meeting: somebody else may have taken it back."""
        self.refresh_from_db(fields=["retiree_le"])
        if self.retiree_le:
            raise ValidationError(_("Cette date n’est plus proposée."))

    @transaction.atomic
    def fixer(self, *, par):
        """The séance takes this date, which is told; whoever comes second finds it done."""
        rencontre = self.rencontre
        revision = rencontre._avancer()
        exiger_un_sondage(rencontre)
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


def exiger_un_sondage(rencontre):
    if refus := rencontre.refus_de_sondage:
        raise ValidationError(refus)


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
        rencontre._relire(*rencontre.CHAMPS_D_OUVERTURE)
        exiger_un_sondage(rencontre)
        ouvertes = rencontre.dates_proposees.proposees()
        proposees = set(ouvertes.filter(pk__in=choix).values_list("pk", flat=True))
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
