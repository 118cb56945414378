from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import correspondance

from .contributions import Contribution
from .fils import Message
from .membres import Membre
from .reseaux import Adhesion


class DejaTraite(Exception):
    """Another moderator answered first; `signalement` says who, and what."""

    def __init__(self, signalement):
        super().__init__(signalement)
        self.signalement = signalement


class SignalementQuerySet(models.QuerySet):
    def en_attente(self):
        return self.filter(traite_le=None)

    def modifiables_par(self, user):
        """The moderators: who runs the network; the administrators, where nobody else does.

        Never who wrote what is reported: she would read who reported it.
        """
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        ressort = Q(contribution__reseau__in=membre.droits.reseaux_animes)
        if membre.droits.est_administrateur:
            ressort |= ~Exists(animations(OuterRef("contribution__reseau"), OuterRef("vise")))
        return self.filter(ressort).exclude(vise=membre)

    visibles_par = modifiables_par

    def pour_liste(self):
        return self.select_related("contribution__reseau", "message", "par", "vise", "traite_par")


def animations(reseau, vise):
    """Who may answer in this network, whoever it is about."""
    animateurs = Adhesion.objects.ouvrantes().actives().filter(role=Adhesion.Role.ANIMATEUR)
    return animateurs.filter(reseau=reseau).exclude(membre=vise)


class Signalement(models.Model):
    """A member tells the moderators that a contribution, or a message, should not stay as it is."""

    class Motif(models.TextChoices):
        PROPOS = "propos", _("des propos blessants ou agressifs")
        PERSONNEL = "personnel", _("des informations sur une personne")
        HORS_SUJET = "hors_sujet", _("hors sujet, ou pas au bon endroit")
        PUBLICITE = "publicite", _("de la publicité")
        AUTRE = "autre", _("autre chose")

    class Suite(models.TextChoices):
        RETRAIT = "retrait", _("retiré")
        VERROU = "verrou", _("discussion verrouillée")
        AUCUNE = "aucune", _("laissé tel quel")

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="signalements")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="signalements")
    vise = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("qui l’a écrit"))
    par = models.ForeignKey(
        Membre, models.PROTECT, related_name="signalements", verbose_name=_("signalé par")
    )
    motif = models.CharField(_("ce qui ne va pas"), max_length=20, choices=Motif)
    precision = models.TextField(_("précisions"), blank=True, max_length=1000)
    cree_le = models.DateTimeField(_("reçu le"), default=timezone.now, editable=False)
    traite_le = models.DateTimeField(_("traité le"), null=True, editable=False)
    traite_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("traité par")
    )
    suite = models.CharField(_("suite"), max_length=10, choices=Suite, blank=True, editable=False)

    objects = SignalementQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement")
        verbose_name_plural = _("signalements")
        ordering = ["cree_le", "pk"]
        indexes = [
            models.Index(fields=["cree_le"], condition=Q(traite_le=None), name="reseau_signalement_attente")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "par"],
                condition=Q(message=None),
                name="reseau_signalement_unique_de_contribution",
                violation_error_message=_("Vous l’avez déjà signalée."),
            ),
            models.UniqueConstraint(
                fields=["message", "par"],
                name="reseau_signalement_unique_de_message",
                violation_error_message=_("Vous avez déjà signalé ce message."),
            ),
            models.CheckConstraint(
                condition=Q(traite_le=None, suite="") | Q(traite_le__isnull=False) & ~Q(suite=""),
                name="reseau_signalement_suite_datee",
                violation_error_message=_("Un signalement traité a une suite et une date."),
            ),
        ]

    def __str__(self):
        return f"{self.contribution_id}, {self.get_motif_display()}"

    @property
    def objet(self):
        return self.message or self.contribution

    @property
    def peut_etre_defait(self):
        """Whether what was done of it still holds, and may be undone from the queue."""
        if self.suite == self.Suite.RETRAIT:
            return self.objet.retire_le is not None
        return self.suite == self.Suite.VERROU and self.contribution.verrouille_le is not None

    def moderateurs(self):
        """To whom it is shown, as members: the same rule as `modifiables_par`."""
        animateurs = animations(self.contribution.reseau_id, self.vise_id).values("membre")
        if animateurs.exists():
            return Membre.objects.filter(pk__in=animateurs)
        return Membre.objects.administrateurs().exclude(pk=self.vise_id)

    @classmethod
    @transaction.atomic
    def deposer(cls, contribution, *, par, motif, precision="", message=None):
        """Once a member and object; the moderators are written to once an object, however many report it."""
        meme_objet = cls.objects.filter(contribution=contribution.pk, message=message)
        # Two who report at once: the second sees the first.
        Contribution._base_manager.select_for_update().values_list("pk").get(pk=contribution.pk)
        attendu = meme_objet.en_attente().exists()
        champs = {"motif": motif, "precision": precision, "vise_id": (message or contribution).auteur_id}
        try:
            with transaction.atomic():
                signalement = cls.objects.create(
                    contribution_id=contribution.pk, message=message, par=par, **champs
                )
        except IntegrityError:
            return meme_objet.get(par=par)
        if not attendu:
            correspondance.signalement_a_traiter(signalement)
        return signalement

    @transaction.atomic
    def traiter(self, suite, *, par, motif=""):
        """Act on the object, once for all who reported it; each is told what came of it.

        Only the first answer is written: the UPDATE itself looks whether there is one.
        """
        reponse = {"traite_le": timezone.now(), "traite_par": par, "suite": suite}
        en_attente = Signalement.objects.en_attente().filter(
            contribution=self.contribution_id, message=self.message_id
        )
        if not en_attente.update(**reponse):
            self.refresh_from_db()
            raise DejaTraite(self)
        self.refresh_from_db()
        if suite == self.Suite.RETRAIT:
            (self.message or self.contribution.specifique).retirer(par=par, motif=motif)
        elif suite == self.Suite.VERROU:
            self.contribution.specifique.verrouiller(par=par, motif=motif)
        self._repondre(reponse)
        return self

    def _repondre(self, reponse):
        traites = Signalement.objects.filter(
            contribution=self.contribution_id, message=self.message_id, **reponse
        )
        # Not to who may no longer read it: the mail names it.
        lecteurs = self.contribution.lecteurs_parmi(Membre.objects.filter(pk__in=traites.values("par")))
        for signalement in traites.filter(par__in=lecteurs).select_related("par__utilisateur"):
            correspondance.signalement_traite(signalement)

    @transaction.atomic
    def defaire(self, *, par):
        """Restore what was withdrawn, or lift the lock; the report stays answered."""
        if self.suite == self.Suite.RETRAIT:
            (self.message or self.contribution.specifique).retablir(par=par)
        elif self.suite == self.Suite.VERROU:
            self.contribution.specifique.deverrouiller(par=par)
        return self
