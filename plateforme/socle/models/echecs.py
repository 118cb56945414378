from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Sent once when an address begins to fail, with `adresse` and `diagnostic`, in the transaction that notes it.
adresse_en_echec = Signal()


class AdresseEnEchecQuerySet(models.QuerySet):
    def en_cours(self):
        return self.filter(levee_le=None)

    def parmi(self, adresses):
        """Those of these addresses from which mail comes back, in lower case: one query."""
        cherchees = {adresse.lower() for adresse in adresses}
        return set(self.en_cours().filter(adresse__in=cherchees).values_list("adresse", flat=True))

    def purger(self):
        """Forget those that were cleared more than COURRIELS_JOURS ago. → how many."""
        limite = timezone.now() - timedelta(days=getattr(settings, "COURRIELS_JOURS", 30))
        return self.filter(levee_le__lt=limite).delete()[0]


class AdresseEnEchec(models.Model):
    """An address from which mail comes back for good. It says so until somebody clears it: who changes her
    address has another one."""

    adresse = models.CharField(_("adresse"), max_length=400, unique=True)
    en_echec_le = models.DateTimeField(_("en échec le"), default=timezone.now)
    diagnostic = models.CharField(_("ce que dit le serveur"), max_length=300, blank=True)
    levee_le = models.DateTimeField(_("levée le"), null=True, blank=True)
    levee_par = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("levée par"),
    )

    objects = AdresseEnEchecQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("adresse en échec")
        verbose_name_plural = _("adresses en échec")
        ordering = ["-en_echec_le", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(levee_par=None) | Q(levee_le__isnull=False),
                name="adresse_en_echec_levee_datee",
                violation_error_message=_("Qui lève l’échec d’une adresse le fait un jour donné."),
            )
        ]

    def __str__(self):
        return self.adresse

    @classmethod
    @transaction.atomic
    def noter(cls, adresse, diagnostic):
        """Mark it; who must know is told when it was not yet."""
        adresse = adresse.lower()
        champs = {"en_echec_le": timezone.now(), "diagnostic": diagnostic[:300]}
        echec, nouveau = cls.objects.get_or_create(adresse=adresse, defaults=champs)
        if not nouveau:
            levees = cls.objects.filter(pk=echec.pk, levee_le__isnull=False)
            nouveau = bool(levees.update(**champs, levee_le=None, levee_par=None))
        if nouveau:
            adresse_en_echec.send(sender=cls, adresse=adresse, diagnostic=champs["diagnostic"])

    @classmethod
    def lever(cls, adresse, *, par):
        """Write to it again; whether it was marked."""
        marquee = cls.objects.en_cours().filter(adresse=adresse.lower())
        return bool(marquee.update(levee_le=timezone.now(), levee_par=par))
