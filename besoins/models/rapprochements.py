from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.models import Contribution, Fil, Membre, Notification, Notifieur, Suivi

from .besoins import Besoin


class RapprochementQuerySet(models.QuerySet):
    def actifs(self):
        return self.filter(defait_le=None)


class Rapprochement(models.Model):
    """A need that a project answers, with others; undone, it is kept."""

    besoin = models.ForeignKey(Besoin, models.CASCADE, related_name="rapprochements")
    projet = models.ForeignKey("besoins.Projet", models.CASCADE, related_name="rapprochements")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    defait_le = models.DateTimeField(null=True, editable=False)
    defait_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = RapprochementQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapprochement")
        verbose_name_plural = _("rapprochements")
        ordering = ["le", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["besoin"],
                condition=Q(defait_le=None),
                name="besoins_rapprochement_un_actif_par_besoin",
                violation_error_message=_("Ce besoin est déjà rapproché d’un projet."),
            ),
            models.CheckConstraint(
                condition=Q(defait_le=None, defait_par=None)
                | Q(defait_le__isnull=False, defait_par__isnull=False),
                name="besoins_rapprochement_defait_signe",
                violation_error_message=_("Un rapprochement défait a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.besoin_id} → {self.projet_id}"

    @staticmethod
    def prendre(*contributions):
        """Hold the counters of these threads, and read again what may have changed.

        Whoever brings together, separates or closes holds them too, in one order for all: the project, then
        its needs. Each then has its `revision`.
        """
        for contribution in sorted(contributions, key=lambda c: (isinstance(c, Besoin), c.pk)):
            contribution.revision, _rang = Fil.avancer(contribution)
            contribution.refresh_from_db(fields=[*contribution.CHAMPS_D_OUVERTURE])
        return contributions


class ReunitDesBesoins:
    """Mixin of the project: it answers needs, brought together in it, or chosen until it is published."""

    def besoins_lus_par(self, user):
        """Those brought together in it, or that will be once it is published, as far as she may read them."""
        reunis = self.rapprochements.actifs().values("besoin")
        if self.est_brouillon:
            reunis = self.besoins_prevus.values("pk")
        besoins = Contribution.objects.visibles_par(user).publiees().filter(pk__in=reunis)
        return besoins.select_related("collectivite").order_by("pk")

    @transaction.atomic
    def rapprocher(self, besoins, *, par):
        """Bring these needs together in it. ValidationError when one of them, or itself, no longer may."""
        *besoins, _projet = Rapprochement.prendre(*besoins, self)
        if not self.est_ouverte:
            raise ValidationError(_("Ce projet est clos\u202f: choisissez-en un autre."))
        for besoin in besoins:
            if not besoin.est_rapprochable:
                refus = _("« %s » est clos, ou déjà rapproché d’un projet.")
                raise ValidationError(refus % besoin.titre)
        self._reunir(besoins, par)
        direct.fil_change(self, self.revision)
        porteurs = Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id})
        # Not the title of the need: these may not read it.
        precision = _("%(nom)s en a rapproché un besoin") % {"nom": par.nom_complet}
        Notifieur(self, Notification.Genre.POSITION, par, precision=precision).prevenir(porteurs)
        return self

    def _reunir(self, besoins, par):
        """Those whose counter is held."""
        for besoin in besoins:
            Rapprochement.objects.create(besoin=besoin, projet=self, par=par)
            besoin.rapproche_le = timezone.now()
            besoin.save(update_fields=["rapproche_le"])
            # Not the title of the project: the history has other readers.
            besoin._consigner(par, _("état"), _("ouvert"), _("rapproché"))
            direct.fil_change(besoin, besoin.revision)
        self._dire_aux_suiveurs(besoins, par)

    def _dire_aux_suiveurs(self, besoins, par):
        """Once each, of the project; who may not read it is told of her need alone."""
        pks = [besoin.pk for besoin in besoins]
        suiveurs = Membre.objects.filter(pk__in=self._suivis(pks))
        Notifieur(self, Notification.Genre.SUITE, par).prevenir(suiveurs)
        lecteurs = self.lecteurs_parmi(suiveurs)
        for besoin in besoins:
            autres = Membre.objects.filter(pk__in=self._suivis([besoin.pk])).exclude(
                pk__in=lecteurs.values("pk")
            )
            Notifieur(besoin, Notification.Genre.SUITE, par).prevenir(autres)
        for auteur in lecteurs.filter(pk__in={besoin.auteur_id for besoin in besoins}):
            self.suivre(auteur)

    @staticmethod
    def _suivis(besoins):
        return Suivi.objects.filter(contribution__in=besoins).values("membre")

    def destinataires(self):
        """Without those who follow a need that it answers: they are told of that."""
        prevus = self.besoins_prevus.values("pk")
        return super().destinataires().exclude(pk__in=self._suivis(prevus))

    def _paraitre(self, par):
        """With the needs chosen for it that are still open, and to which it may still answer."""
        prevus = Rapprochement.prendre(*self.besoins_prevus.all())
        libres = [b for b in prevus if b.est_rapprochable and b.visible_par(par.utilisateur)]
        self.besoins_prevus.set(libres)
        super()._paraitre(par)
        self._reunir(libres, par)
        self.besoins_prevus.clear()
        return self
