from datetime import timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.liens import lien
from reseau.models import Fil, Membre, Notification, Notifieur
from reseau.models.contributions import publiee

from .cadences import Cadence

# After which who has said nothing is asked once more, and never again.
RAPPEL = timedelta(days=14)


class UtiliteQuerySet(models.QuerySet):
    def a_demander(self):
        """Those whose day has come, or that a reminder may still obtain."""
        premiere = Q(demandee_le=None, a_demander_le__lte=timezone.localdate())
        seconde = Q(rappelee_le=None, demandee_le__lte=timezone.now() - RAPPEL)
        return self.filter(premiere | seconde, publiee("besoin__"), reponse="", besoin__clos_le__isnull=False)


class Utilite(models.Model):
    """Whether what came of a need has helped: asked of who carries it, some months after it was closed."""

    class Reponse(models.TextChoices):
        OUI = "oui", _("oui")
        EN_PARTIE = "en_partie", _("en partie")
        NON = "non", _("non")

    besoin = models.OneToOneField("besoins.Besoin", models.CASCADE, primary_key=True, related_name="utilite")
    a_demander_le = models.DateField(_("à demander le"))
    demandee_le = models.DateTimeField(_("demandée le"), null=True)
    rappelee_le = models.DateTimeField(_("rappelée le"), null=True)
    reponse = models.CharField(_("cela a aidé"), max_length=10, choices=Reponse, blank=True)
    mot = models.CharField(_("en quelques mots"), max_length=500, blank=True)
    dite_le = models.DateTimeField(_("dite le"), null=True)
    dite_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, related_name="+", verbose_name=_("dite par")
    )

    objects = UtiliteQuerySet.as_manager()

    class Meta:
        verbose_name = _("utilité")
        verbose_name_plural = _("utilités")
        indexes = [
            models.Index(fields=["a_demander_le"], condition=Q(reponse=""), name="besoins_utilite_a_demander")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reponse="", dite_le=None, dite_par=None)
                | (~Q(reponse="") & Q(dite_le__isnull=False, dite_par__isnull=False)),
                name="besoins_utilite_signee",
                violation_error_message=_("Une réponse a une date et un auteur."),
            )
        ]

    def __str__(self):
        return f"{self.besoin_id}, {self.get_reponse_display() or self.a_demander_le}"

    @property
    def est_attendue(self):
        """The day has come, and nobody has answered."""
        return not self.reponse and self.a_demander_le <= timezone.localdate()

    @transaction.atomic
    def demander(self):
        """Ask who carries the need, or ask again: once each, whoever else is at it."""
        revision, _rang = Fil.avancer(self.besoin)
        champ = "rappelee_le" if self.demandee_le else "demandee_le"
        libre = Utilite.objects.a_demander().filter(pk=self.pk, **{champ: None})
        if not libre.update(**{champ: timezone.now()}):
            return self
        self.refresh_from_db()
        besoin = self.besoin
        notifieur = Notifieur(
            besoin,
            Notification.Genre.SOLLICITATION,
            besoin.responsable,
            precision=_t("Dites si cela a aidé"),
        )
        porteurs = Membre.objects.filter(pk__in={besoin.auteur_id, besoin.responsable_id})
        notifieur.prevenir(porteurs, acteur_compris=True)
        direct.fil_change(besoin, revision)
        return self

    @transaction.atomic
    def repondre(self, *, par, reponse, mot=""):
        """Said once; said again, it takes the place of what was said, and the history keeps both."""
        revision, _rang = Fil.avancer(self.besoin)
        self.refresh_from_db(fields=["reponse", "mot"])
        if (self.reponse, self.mot) == (reponse, mot):
            return self
        avant = self.en_clair
        self.reponse, self.mot = reponse, mot
        self.dite_le, self.dite_par = timezone.now(), par
        self.save(update_fields=["reponse", "mot", "dite_le", "dite_par"])
        self.besoin._consigner(par, _("cela a aidé"), avant, self.en_clair)
        direct.fil_change(self.besoin, revision)
        return self

    @property
    def en_clair(self):
        return ". ".join(str(dit) for dit in (self.get_reponse_display(), self.mot) if dit)


# From a mail, one link for each: (its view, its words).
GESTES_DE_BILAN = {
    Utilite.Reponse.OUI: ("besoins:lien_aide_oui", _("Oui, cela a aidé")),
    Utilite.Reponse.EN_PARTIE: ("besoins:lien_aide_en_partie", _("Cela a aidé en partie")),
    Utilite.Reponse.NON: ("besoins:lien_aide_non", _("Non, cela n’a pas aidé")),
}


class DitSiCelaAAide:
    """Mixin of the need that, once it has had an outcome, says some months later whether it helped."""

    @property
    def bilan(self):
        """Its Utilite, or None."""
        return Utilite.objects.filter(besoin=self.pk).select_related("dite_par").first()

    def peut_dire_si_cela_a_aide(self, membre):
        """Who carries it, or answers for its commune."""
        porteurs = {self.auteur_id, self.responsable_id}
        return membre is not None and (
            membre.pk in porteurs or self.collectivite_id in membre.droits.collectivites_engagees
        )

    def gestes_de_bilan(self, membre):
        """One link for each answer, as long as one is awaited of her."""
        bilan = self.bilan if self.clos_le and self.peut_dire_si_cela_a_aide(membre) else None
        if bilan is None or not bilan.est_attendue:
            return []
        return [{"texte": geste, "url": lien(vue, self, membre)} for vue, geste in GESTES_DE_BILAN.values()]

    def consequences(self):
        """Closed with an outcome, its day is set; open again, it is no longer asked."""
        super().consequences()
        if self.clos_le is None:
            Utilite.objects.filter(besoin=self.pk, reponse="").delete()
        elif (
            self.issue and self.issue != self.Issue.SANS_SUITE and (jours := Cadence.de(self.reseau).utilite)
        ):
            le = timezone.localdate(self.clos_le) + timedelta(days=jours)
            Utilite.objects.get_or_create(besoin=self, defaults={"a_demander_le": le})


def avec_utilites(besoins):
    """Give each what was said of whether it has helped: one query."""
    utilites = Utilite.objects.in_bulk([besoin.pk for besoin in besoins])
    for besoin in besoins:
        utilite = utilites.get(besoin.pk)
        besoin.dit_avoir_aide = utilite.en_clair if utilite else ""
    return besoins
