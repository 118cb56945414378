import email
import email.policy
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

# Longer than any dialogue with a mail server: each of its steps is bounded by EMAIL_TIMEOUT.
BAIL = timedelta(minutes=10)


class CourrielQuerySet(models.QuerySet):
    def en_attente(self):
        return self.filter(envoye_le=None, abandonne_le=None)

    def dus(self, a=None):
        return self.en_attente().filter(prochain_essai_le__lte=a or timezone.now())

    def en_retard(self):
        """Tried in vain for an hour: the server is down, or refuses for now."""
        return self.en_attente().exclude(erreur="").filter(cree_le__lt=timezone.now() - timedelta(hours=1))

    def termines_avant(self, date):
        return self.filter(Q(envoye_le__lt=date) | Q(abandonne_le__lt=date))

    def reserver(self, pk):
        """The mail, for the one worker that gets it; None for all the others.

        A conditional UPDATE decides. The lease is the date of the next try: a worker killed in mid-send
        leaves a row that becomes due again by itself.
        """
        fin_du_bail = timezone.now() + BAIL
        if self.dus().filter(pk=pk).update(prochain_essai_le=fin_du_bail, essais=F("essais") + 1):
            return self.get(pk=pk)
        return None


class Courriel(models.Model):
    """One mail to one address, from the transaction that wrote it until it is purged."""

    clef = models.CharField(
        _("clef"),
        max_length=200,
        blank=True,
        help_text=_("Événement dont il est l’unique courriel pour cette adresse."),
    )
    expediteur = models.CharField(_("expéditeur"), max_length=400)
    destinataire = models.CharField(_("destinataire"), max_length=400)
    sujet = models.CharField(_("objet"), max_length=1000, blank=True)
    source = models.BinaryField(_("source"))
    cree_le = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    essais = models.PositiveSmallIntegerField(_("essais"), default=0)
    prochain_essai_le = models.DateTimeField(_("prochain essai le"), default=timezone.now)
    envoye_le = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    abandonne_le = models.DateTimeField(_("abandonné le"), null=True, blank=True)
    erreur = models.TextField(_("dernière erreur"), blank=True)

    objects = CourrielQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("courriel")
        verbose_name_plural = _("courriels")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clef", "destinataire"],
                condition=~Q(clef=""),
                name="courriel_unique_par_clef_et_adresse",
                violation_error_message=_("Ce courriel est déjà dans la file."),
            ),
            models.CheckConstraint(
                condition=Q(envoye_le=None) | Q(abandonne_le=None),
                name="courriel_envoye_ou_abandonne",
                violation_error_message=_("Un courriel envoyé n’est pas abandonné."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["prochain_essai_le"],
                condition=Q(envoye_le=None, abandonne_le=None),
                name="courriel_en_attente",
            ),
        ]

    def __str__(self):
        return f"{self.destinataire} · {self.sujet}"

    @cached_property
    def _contenu(self):
        return email.message_from_bytes(bytes(self.source), policy=email.policy.default)

    @cached_property
    def texte(self):
        return self._partie("plain")

    @property
    def adresse_de_reponse(self):
        """Where an answer to it goes, "" where nobody reads them."""
        return str(self._contenu.get("Reply-To", ""))

    @cached_property
    def html(self):
        return self._partie("html")

    def _partie(self, sous_type):
        partie = self._contenu.get_body((sous_type,))
        return partie.get_content() if partie else ""

    def marquer_envoye(self):
        self.envoye_le, self.erreur = timezone.now(), ""
        # Sent is sent, whatever another worker wrote since.
        Courriel.objects.filter(pk=self.pk).update(envoye_le=self.envoye_le, abandonne_le=None, erreur="")
        return self

    def noter_echec(self, erreur, prochain=None):
        """Keep the reason; without a date for the next try, give up."""
        suite = {"prochain_essai_le": prochain} if prochain else {"abandonne_le": timezone.now()}
        # The number of tries is the token of the lease: a worker whose lease has run out writes nothing.
        Courriel.objects.en_attente().filter(pk=self.pk, essais=self.essais).update(
            erreur=str(erreur)[:2000], **suite
        )
        self.refresh_from_db()
        return self
