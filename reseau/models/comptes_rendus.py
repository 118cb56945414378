"""What is put to a meeting before it, and what comes of it: points of its agenda, decisions."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

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
        revision = rencontre._avancer()
        rencontre.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE, "fin"])
        if not rencontre.accepte_les_points:
            raise ValidationError(_("Cette rencontre ne prend plus de point."))
        if rencontre.points.filter(texte=texte).exists():
            raise ValidationError(_("Ce point est déjà proposé."))
        point = cls.objects.create(rencontre=rencontre, par=par, collectivite=collectivite, texte=texte)
        rencontre.suivre(par)
        precision = _("%(nom)s propose un point\u202f: %(texte)s") % {"nom": par.nom_complet, "texte": texte}
        porteurs = Membre.objects.filter(pk__in={rencontre.auteur_id, rencontre.responsable_id})
        point._notifieur(par, precision).prevenir(porteurs)
        direct.fil_change(rencontre, revision)
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
        revision = self.rencontre._avancer()
        self.refresh_from_db(fields=["retenu_le", "ecarte_le"])
        if (self.retenu_le and retenu_le) or (self.ecarte_le and ecarte_le):
            return self
        self.retenu_le, self.ecarte_le, self.repondu_par = retenu_le, ecarte_le, par
        self.save(update_fields=["retenu_le", "ecarte_le", "repondu_par"])
        precision = phrase % {"nom": par.nom_complet, "texte": self.texte}
        self._notifieur(par, precision).prevenir(Membre.objects.filter(pk=self.par_id))
        direct.fil_change(self.rencontre, revision)
        return self

    def _notifieur(self, acteur, precision):
        return Notifieur(self.rencontre, Notification.Genre.RENCONTRE, acteur, precision=precision[:160])


class DecisionQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(rencontre__in=Rencontre.objects.visibles_par(user))

    def modifiables_par(self, user):
        return self.filter(rencontre__in=Rencontre.objects.modifiables_par(user))

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

    objects = DecisionQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["le", "pk"]

    def __str__(self):
        return self.texte

    @transaction.atomic
    def relier(self, contribution, *, par):
        """Say what came of it, once: whoever comes second finds it done."""
        libre = Decision.objects.filter(pk=self.pk, contribution=None)
        if libre.update(contribution=contribution):
            self.contribution = contribution
            # Not its title: the history has other readers.
            self.rencontre._consigner(par, _("suite d’une décision"), self.texte, contribution.nom_du_type)
        return self

    @transaction.atomic
    def corriger(self, *, par, texte, contribution):
        """Its words, and what it changes. Raises ValidationError once it is withdrawn."""
        revision = self._avancer()
        avant, reliee = self.texte, self.contribution
        self.texte, self.contribution = texte, contribution
        if (avant, reliee) != (texte, contribution):
            self.save(update_fields=["texte", "contribution"])
            # Not its title: the history is read by others than those who may read what it changes.
            apres = texte if reliee == contribution else _("%s (reliée autrement)") % texte
            self.rencontre._consigner(par, _("décision"), avant, apres)
            direct.fil_change(self.rencontre, revision)
        return self

    @transaction.atomic
    def retirer(self, *, par):
        """Raises ValidationError once it is withdrawn."""
        revision = self._avancer()
        self.rencontre._consigner(par, _("décision"), self.texte, _("retirée"))
        self.delete()
        direct.fil_change(self.rencontre, revision)
        return self

    def _avancer(self):
        """The hands that touch one meeting follow each other, and the last one sees what the others did."""
        revision = self.rencontre._avancer()
        courante = Decision.objects.filter(pk=self.pk).select_related("contribution").first()
        if courante is None:
            raise ValidationError(_("Cette décision a été retirée."))
        self.texte, self.contribution = courante.texte, courante.contribution
        return revision
