from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.taches import convier

from .membres import Membre
from .notifications import Notification, Notifieur
from .rencontres import Rencontre
from .seances import Seance
from .territoire import Collectivite


class InscriptionQuerySet(models.QuerySet):
    def actives(self):
        return self.filter(annulee_le=None)

    def confirmees(self):
        return self.actives().filter(confirmee_le__isnull=False)

    def en_attente(self):
        return self.actives().filter(confirmee_le=None).order_by("le", "pk")

    def visibles_par(self, user):
        """Their names are for members."""
        return self.filter(seance__in=Seance.objects.visibles_par(user)) if Membre.de(user) else self.none()

    def modifiables_par(self, user):
        """Herself, who registered her, and who looks after the meeting."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        # Her own seat, even where she no longer reads: it is not to stay taken.
        siennes = Q(membre=membre) | Q(seance__rencontre__in=Rencontre.objects.modifiables_par(user))
        siennes |= Q(
            par=membre,
            collectivite__in=membre.droits.collectivites,
            seance__in=Seance.objects.visibles_par(user),
        )
        return self.actives().filter(siennes)

    def pour_liste(self):
        return self.select_related("membre", "collectivite").order_by("le", "pk")


class Inscription(models.Model):
    """A seat asked for in a séance, for a member or for a colleague who has no account."""

    seance = models.ForeignKey(Seance, models.CASCADE, related_name="inscriptions")
    membre = models.ForeignKey(Membre, models.PROTECT, null=True, blank=True, related_name="inscriptions")
    nom = models.CharField(_("nom"), max_length=160, blank=True)
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    # Empty as long as she waits for a seat.
    confirmee_le = models.DateTimeField(null=True)
    annulee_le = models.DateTimeField(null=True)
    annulee_par = models.ForeignKey(Membre, models.PROTECT, null=True, related_name="+")
    # Who came, as the one who ran the séance has ticked it.
    present_le = models.DateTimeField(null=True)
    present_par = models.ForeignKey(Membre, models.PROTECT, null=True, related_name="+")

    objects = InscriptionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("inscription")
        verbose_name_plural = _("inscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(membre__isnull=False, nom="") | Q(membre=None) & ~Q(nom=""),
                name="reseau_inscription_d_une_personne",
                violation_error_message=_("Choisissez une personne, ou donnez son nom."),
            ),
            models.UniqueConstraint(
                fields=["seance", "membre"],
                condition=Q(annulee_le=None, membre__isnull=False),
                name="reseau_inscription_unique_du_membre",
                violation_error_message=_("Cette personne est déjà dans la liste."),
            ),
            models.UniqueConstraint(
                fields=["seance", "collectivite", "nom"],
                condition=Q(annulee_le=None, membre=None),
                name="reseau_inscription_unique_du_nom",
                violation_error_message=_("Cette personne est déjà dans la liste."),
            ),
        ]

    def __str__(self):
        return self.nom_complet

    @property
    def nom_complet(self):
        return self.membre.nom_complet if self.membre else self.nom

    @property
    def est_confirmee(self):
        return self.confirmee_le is not None

    @property
    def destinataire(self):
        """Whom to write to: herself or, for who has no account, who registered her."""
        return self.membre or self.par

    def envoyer(self, objet):
        """Her mail, with what her calendar must hold."""
        convier.enqueue(seances=[self.seance_id], inscriptions=[self.pk], objet=objet, evenement=uuid4().hex)

    def prevenir(self, acteur, precision):
        """Her bell; the mail is that of `envoyer`."""
        notifieur = Notifieur(
            self.seance.rencontre, Notification.Genre.RENCONTRE, acteur, precision=precision
        )
        notifieur.prevenir(Membre.objects.filter(pk=self.destinataire.pk), courriel=False)

    @transaction.atomic
    def annuler(self, *, par):
        """Give the seat back: the first who waits takes it. Raises ValidationError once it has begun."""
        revision = self.seance._avancer()
        if self.seance.est_commencee:
            raise ValidationError(_("La séance a commencé\u202f: la liste ne change plus."))
        self.refresh_from_db(fields=["annulee_le", "confirmee_le"])
        if self.annulee_le:
            return self
        self.annulee_le, self.annulee_par = timezone.now(), par
        self.save(update_fields=["annulee_le", "annulee_par"])
        if self.est_confirmee:
            self.envoyer("desistement")
        self.prevenir(par, _("%(nom)s a annulé votre inscription") % {"nom": par.nom_complet})
        self.seance._promouvoir(par)
        direct.fil_change(self.seance.rencontre, revision)
        return self
