"""What is put to a meeting before it, and what comes of it: points of its agenda, decisions."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contributions import Contribution
from .membres import Membre
from .notifications import Notification, Notifieur
from .rencontres import Rencontre
from .territoire import Collectivite


class PointQuerySet(models.QuerySet):
    def visibles_par(self, user):
        if Membre.de(user) is None:
            return self.none()
        return self.filter(rencontre__in=Rencontre.objects.visibles_par(user))

    def modifiables_par(self, user):
        """Who looks after the meeting answers."""
        return self.filter(rencontre__in=Rencontre.objects.modifiables_par(user))


class PointPropose(models.Model):
    """A point that somebody asks to speak of; who runs the meeting keeps it, or sets it aside."""

    rencontre = models.ForeignKey(Rencontre, models.CASCADE, related_name="points")
    texte = models.CharField(_("point"), max_length=300)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    propose_le = models.DateTimeField(default=timezone.now, editable=False)
    retenu_le = models.DateTimeField(null=True, editable=False)
    ecarte_le = models.DateTimeField(null=True, editable=False)
    repondu_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("point proposé")
        verbose_name_plural = _("points proposés")
        ordering = ["propose_le", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retenu_le=None) | Q(ecarte_le=None),
                name="reseau_point_retenu_ou_ecarte",
                violation_error_message=_("Un point est retenu ou écarté."),
            ),
            models.CheckConstraint(
                condition=Q(retenu_le=None, ecarte_le=None) | Q(repondu_par__isnull=False),
                name="reseau_point_repondu_par_quelqu_un",
                violation_error_message=_("Une réponse porte un nom."),
            ),
        ]

    def __str__(self):
        return self.texte

    @classmethod
    @transaction.atomic
    def proposer(cls, rencontre, *, par, collectivite, texte):
        """Raises ValidationError once the meeting is over, or off."""
        rencontre._relire(*rencontre.CHAMPS_D_OUVERTURE)
        if not rencontre.accepte_les_points:
            raise ValidationError(_("Cette rencontre ne prend plus de point."))
        if rencontre.points.filter(texte=texte).exists():
            raise ValidationError(_("Ce point est déjà proposé."))
        point = cls.objects.create(rencontre=rencontre, par=par, collectivite=collectivite, texte=texte)
        rencontre.suivre(par)
        precision = _("%(nom)s propose un point\u202f: %(texte)s") % {"nom": par.nom_complet, "texte": texte}
        porteurs = Membre.objects.filter(pk__in={rencontre.auteur_id, rencontre.responsable_id})
        point._notifieur(par, precision).prevenir(porteurs)
        return point

    @transaction.atomic
    def accepter(self, *, par):
        return self._repondre(
            par, _("%(nom)s retient votre point\u202f: %(texte)s"), retenu_le=timezone.now()
        )

    @transaction.atomic
    def ecarter(self, *, par):
        return self._repondre(par, _("%(nom)s écarte votre point\u202f: %(texte)s"), ecarte_le=timezone.now())

    def _repondre(self, par, phrase, retenu_le=None, ecarte_le=None):
        """Answered again, it is the last answer that counts; the same one twice changes nothing."""
        self.rencontre._relire(*self.rencontre.CHAMPS_D_OUVERTURE)
        self.refresh_from_db(fields=["retenu_le", "ecarte_le"])
        if (self.retenu_le and retenu_le) or (self.ecarte_le and ecarte_le):
            return self
        self.retenu_le, self.ecarte_le, self.repondu_par = retenu_le, ecarte_le, par
        self.save(update_fields=["retenu_le", "ecarte_le", "repondu_par"])
        precision = phrase % {"nom": par.nom_complet, "texte": self.texte}
        self._notifieur(par, precision).prevenir(Membre.objects.filter(pk=self.par_id))
        return self

    def _notifieur(self, acteur, precision):
        return Notifieur(self.rencontre, Notification.Genre.RENCONTRE, acteur, precision=precision)


class DecisionQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.notees().filter(rencontre__in=Rencontre.objects.visibles_par(user))

    def modifiables_par(self, user):
        """Those that were withdrawn too: they may be restored."""
        return self.filter(rencontre__in=Rencontre.objects.modifiables_par(user).publiees())

    def notees(self):
        return self.filter(retiree_le=None)

    def retirees(self):
        return self.filter(retiree_le__isnull=False).select_related("retiree_par")

    def a_lire_par(self, user):
        """In order, each with what it changes (`objet`) if she may read it: two queries."""
        decisions = list(self)
        objets = {d.contribution_id for d in decisions if d.contribution_id}
        lisibles = Contribution.objects.visibles_par(user).in_bulk(objets) if objets else {}
        for decision in decisions:
            decision.objet = lisibles.get(decision.contribution_id)
        return decisions


class Decision(models.Model):
    """What a meeting decided, with the contribution that it changes or that was born of it."""

    rencontre = models.ForeignKey(Rencontre, models.CASCADE, related_name="decisions")
    texte = models.CharField(_("décision"), max_length=500)
    contribution = models.ForeignKey(
        Contribution, models.SET_NULL, null=True, blank=True, related_name="nees_de"
    )
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    retiree_le = models.DateTimeField(_("retirée le"), null=True, editable=False)
    retiree_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retiree_motif = models.CharField(_("motif du retrait"), blank=True, max_length=1000, editable=False)

    objects = DecisionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["par", "envoi"], name="reseau_decision_envoi_unique"),
            models.CheckConstraint(
                condition=Q(retiree_le=None) | Q(retiree_par__isnull=False) & ~Q(retiree_motif=""),
                name="reseau_decision_retrait_motive",
                violation_error_message=_("Un retrait porte un nom et un motif."),
            ),
        ]

    def __str__(self):
        return self.texte

    @classmethod
    @transaction.atomic
    def noter(cls, rencontre, *, par, texte, contribution=None, envoi=None):
        """Raises ValidationError before the meeting begins, and once it is off."""
        rencontre._relire(*rencontre.CHAMPS_D_OUVERTURE)
        if refus := rencontre.refus_de_suites:
            raise ValidationError(refus)
        decision = cls.objects.create(
            rencontre=rencontre, par=par, texte=texte, contribution=contribution, envoi=envoi
        )
        rencontre._consigner(par, _("décision"), "", texte)
        return decision

    @transaction.atomic
    def relier(self, contribution, *, par):
        """Say what came of it, once: whoever comes second finds it done."""
        libre = Decision.objects.notees().filter(pk=self.pk, contribution=None)
        if libre.update(contribution=contribution):
            self.contribution = contribution
            # Not its title: the history has other readers.
            self.rencontre._consigner(par, _("suite d’une décision"), self.texte, contribution.nom_du_type)
        return self

    @transaction.atomic
    def corriger(self, *, par, texte, contribution):
        """Its words, and what it changes. Raises ValidationError once it is withdrawn."""
        self._tenir()
        if self.retiree_le:
            raise ValidationError(_("Cette décision a été retirée."))
        avant, reliee = self.texte, self.contribution
        self.texte, self.contribution = texte, contribution
        if (avant, reliee) != (texte, contribution):
            self.save(update_fields=["texte", "contribution"])
            # Not its title: the history is read by others than those who may read what it changes.
            apres = texte if reliee == contribution else _("%s (reliée autrement)") % texte
            self.rencontre._consigner(par, _("décision"), avant, apres)
        return self

    @transaction.atomic
    def retirer(self, *, par, motif):
        """Kept for those who look after the meeting, with the reason."""
        self._tenir()
        if self.retiree_le:
            return self
        self.retiree_le, self.retiree_par, self.retiree_motif = timezone.now(), par, motif
        self.save(update_fields=["retiree_le", "retiree_par", "retiree_motif"])
        self.rencontre._consigner(par, _("décision"), self.texte, _("retirée\u202f: %s") % motif)
        return self

    @transaction.atomic
    def retablir(self, *, par):
        self._tenir()
        if not self.retiree_le:
            return self
        self.retiree_le, self.retiree_par, self.retiree_motif = None, None, ""
        self.save(update_fields=["retiree_le", "retiree_par", "retiree_motif"])
        self.rencontre._consigner(par, _("décision"), _("retirée"), self.texte)
        return self

    def _tenir(self):
        """The hands that touch one meeting follow each other, and the last one sees what the others did."""
        self.rencontre._relire(*self.rencontre.CHAMPS_D_OUVERTURE)
        self.refresh_from_db(fields=["texte", "contribution", "retiree_le"])
