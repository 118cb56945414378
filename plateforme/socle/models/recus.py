from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class CourrielRecuQuerySet(models.QuerySet):
    def refuses(self):
        return self.filter(refuse_le__isnull=False)

    def purger(self):
        """Forget those of more than COURRIELS_JOURS ago: mails hold personal data. → how many."""
        limite = timezone.now() - timedelta(days=getattr(settings, "COURRIELS_JOURS", 30))
        return self.filter(recu_le__lt=limite).delete()[0]


class CourrielRecu(models.Model):
    """A mail that came in, so that it is treated once; kept whole if it was refused."""

    clef = models.CharField(max_length=64, unique=True)
    expediteur = models.CharField(_("expéditeur"), max_length=400, blank=True)
    destinataire = models.CharField(_("destinataire"), max_length=400, blank=True)
    sujet = models.CharField(_("objet"), max_length=1000, blank=True)
    source = models.BinaryField(_("source"), default=bytes)
    recu_le = models.DateTimeField(_("reçu le"), default=timezone.now, editable=False)
    pris_le = models.DateTimeField(_("pris en compte le"), null=True, blank=True)
    refuse_le = models.DateTimeField(_("refusé le"), null=True, blank=True)
    motif = models.CharField(_("motif"), max_length=1000, blank=True)
    repondu_le = models.DateTimeField(_("répondu le"), null=True, blank=True)

    objects = CourrielRecuQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("courriel reçu")
        verbose_name_plural = _("courriels reçus")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(pris_le=None) | Q(refuse_le=None),
                name="courriel_recu_pris_ou_refuse",
                violation_error_message=_("Un courriel pris en compte n’est pas refusé."),
            ),
            models.CheckConstraint(
                condition=Q(refuse_le=None) | ~Q(motif=""),
                name="courriel_recu_refus_motive",
                violation_error_message=_("Un refus porte un motif."),
            ),
        ]

    def __str__(self):
        return f"{self.expediteur} · {self.sujet}"

    @cached_property
    def texte(self):
        from plateforme.socle.reception import CourrielLu

        return CourrielLu(bytes(self.source)).texte_a_rendre if self.source else ""

    @classmethod
    def noter(cls, lu, adresse):
        """(its row, whether it is new); a second one that comes at the same moment waits for the first."""
        return cls.objects.get_or_create(
            clef=lu.clef(adresse),
            defaults={"expediteur": lu.de, "destinataire": adresse[:400], "sujet": lu.sujet},
        )

    def prendre(self, precision=""):
        self.pris_le, self.motif = timezone.now(), precision[:1000]
        self.save(update_fields=["pris_le", "motif"])
        return self

    def refuser(self, motif, source, *, repondu=False):
        self.refuse_le, self.motif, self.source = timezone.now(), motif[:1000], source
        self.repondu_le = self.refuse_le if repondu else None
        self.save(update_fields=["refuse_le", "motif", "source", "repondu_le"])
        return self
