from datetime import timedelta
from secrets import token_urlsafe

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau.ical import journees_demandees

from .inscriptions import Inscription
from .membres import Membre
from .reseaux import Reseau
from .seances import Seance

PASSEES = timedelta(days=90)


class LienAgendaQuerySet(models.QuerySet):
    def en_cours(self):
        return self.filter(revoque_le=None)


class LienAgenda(models.Model):
    """The secret address at which a calendar program reads the meetings of a member, without signing in.

    Of one network, or (`reseau` empty) of all hers. Whoever has the address reads: it can be taken back.
    """

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="liens_agenda")
    reseau = models.ForeignKey(Reseau, models.CASCADE, null=True, related_name="+")
    jeton = models.CharField(max_length=64, unique=True, default=token_urlsafe, editable=False)
    cree_le = models.DateTimeField(default=timezone.now, editable=False)
    revoque_le = models.DateTimeField(null=True, editable=False)

    objects = LienAgendaQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien d’agenda")
        verbose_name_plural = _("liens d’agenda")
        constraints = [
            models.UniqueConstraint(
                fields=["membre", "reseau"],
                condition=Q(revoque_le=None, reseau__isnull=False),
                name="reseau_lien_agenda_unique_par_reseau",
            ),
            models.UniqueConstraint(
                fields=["membre"],
                condition=Q(revoque_le=None, reseau=None),
                name="reseau_lien_agenda_unique_personnel",
            ),
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.reseau_id or '*'}"

    def get_absolute_url(self):
        return reverse("reseau:flux_agenda", args=[self.jeton])

    @classmethod
    @transaction.atomic
    def couper(cls, membre, reseau=None):
        """Her address leads nowhere any more. Her row is locked: two clicks follow each other."""
        Membre.objects.select_for_update().get(pk=membre.pk)
        siens = cls.objects.en_cours().filter(membre=membre, reseau=reseau)
        siens.update(revoque_le=timezone.now())

    @classmethod
    @transaction.atomic
    def renouveler(cls, membre, reseau=None):
        cls.couper(membre, reseau)
        return cls.objects.create(membre=membre, reseau=reseau)

    def seances(self):
        """What its owner may read today: the meetings of the network or, personal, those of all her networks
        and those where she is registered; with whether she is (`occupe`)."""
        lisibles = Seance.objects.publiees_pour(self.membre.utilisateur)
        recentes = lisibles.filter(fin__gte=timezone.now() - PASSEES)
        siennes = Inscription.objects.confirmees().filter(membre=self.membre).values("seance")
        if self.reseau:
            montrees = recentes.filter(rencontre__reseau=self.reseau)
        else:
            miens = Q(rencontre__reseau__in=self.membre.droits.reseaux) | Q(rencontre__reseau=None)
            montrees = recentes.filter(miens | Q(pk__in=siennes))
        occupe = set(montrees.filter(pk__in=siennes).order_by().values_list("pk", flat=True))
        return montrees.pour_agenda(), occupe

    def journees(self):
        """What the apps above add to it, as far as she may read it today."""
        depuis = timezone.localdate() - PASSEES
        demande = {"membre": self.membre, "reseau": self.reseau, "depuis": depuis}
        return [j for _receveur, siennes in journees_demandees.send(LienAgenda, **demande) for j in siennes]
