from collections import Counter
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plateforme.socle.jours import en_jour
from reseau import direct
from reseau.models import Collectivite, Fonction, Membre, Message, Notification, Notifieur
from reseau.models.contributions import acceptant_les_messages

from .cadences import Cadence
from .positions import Position

# A reminder that could not leave for so long (the need was closed, the machine stopped) does not leave.
RETARD = timedelta(days=7)
# Between two reminders that somebody asks for, or that leave by themselves.
REPIT = timedelta(days=5)


class SollicitationQuerySet(models.QuerySet):
    def muettes(self):
        """Those of the communes that have neither said where they stand nor written since they were asked."""
        siennes = {"contribution": OuterRef("besoin"), "collectivite": OuterRef("collectivite")}
        positions = Position.objects.filter(**siennes)
        messages = Message.objects.filter(**siennes, retire_le=None, cree_le__gte=OuterRef("le"))
        return self.filter(~Exists(positions), ~Exists(messages))


class Sollicitation(models.Model):
    """A commune that is asked to answer a need. Without a word of hers it is « sans réponse »."""

    besoin = models.ForeignKey("besoins.Besoin", models.CASCADE, related_name="sollicitations")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    le = models.DateTimeField(_("sollicitée le"), default=timezone.now, editable=False)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("sollicitée par"))

    objects = SollicitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune sollicitée")
        verbose_name_plural = _("communes sollicitées")
        constraints = [
            models.UniqueConstraint(
                fields=["besoin", "collectivite"],
                name="besoins_sollicitation_unique",
                violation_error_message=_("Cette commune est déjà sollicitée."),
            )
        ]

    def __str__(self):
        return f"{self.besoin_id}, {self.collectivite}"


def relancable(chemin=""):
    """Still waits for what the communes say, whatever the day by which they answer (`accepte_les_positions`):
    a need, or what `chemin` leads to."""
    return acceptant_les_messages(chemin) & Q(**{f"{chemin}rapproche_le": None})


class RelanceQuerySet(models.QuerySet):
    def echues(self):
        return self.filter(faite_le=None, prevue_le__lte=timezone.localdate())

    def dues(self):
        """Those to send today, on needs that still take an answer; the animateur's list waits for nobody."""
        aujourd_hui = timezone.localdate()
        a_temps = Q(prevue_le__gt=aujourd_hui - RETARD) & (
            Q(besoin__echeance=None) | Q(besoin__echeance__gte=aujourd_hui)
        )
        return self.echues().filter(
            Q(etape=Relance.Etape.ANIMATION) | a_temps,
            relancable("besoin__"),
        )


class Relance(models.Model):
    """One time when the silent communes are, or were, asked again. Its day is known from the first on."""

    class Etape(models.TextChoices):
        PREMIERE = "premiere", _("premier rappel")
        SECONDE = "seconde", _("second rappel")
        ANIMATION = "animation", _("liste de la personne qui anime")
        A_LA_MAIN = "a_la_main", _("rappel demandé")

    besoin = models.ForeignKey("besoins.Besoin", models.CASCADE, related_name="relances")
    etape = models.CharField(_("étape"), max_length=10, choices=Etape)
    prevue_le = models.DateField(_("prévue le"))
    faite_le = models.DateTimeField(_("faite le"), null=True)
    par = models.ForeignKey(Membre, models.PROTECT, null=True, related_name="+", verbose_name=_("par"))

    objects = RelanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("relance")
        verbose_name_plural = _("relances")
        ordering = ["prevue_le", "pk"]
        indexes = [
            models.Index(fields=["prevue_le"], condition=Q(faite_le=None), name="besoins_relance_a_faire")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["besoin", "etape"],
                condition=~Q(etape="a_la_main"),
                name="besoins_relance_une_par_etape",
                violation_error_message=_("Cette relance est déjà prévue."),
            ),
            models.CheckConstraint(
                condition=Q(etape="a_la_main", par__isnull=False, faite_le__isnull=False)
                | (~Q(etape="a_la_main") & Q(par=None)),
                name="besoins_relance_a_la_main_signee",
                violation_error_message=_("Une relance demandée a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.besoin_id}, {self.get_etape_display()}"

    @property
    def est_un_rappel(self):
        return self.etape != self.Etape.ANIMATION


class SolliciteDesCommunes:
    """Mixin of the need, which asks communes to answer and reminds those that say nothing."""

    # Known of a need read by `avec_absences`: nothing more is then to be read.
    sans_sollicitation = False

    def muettes(self):
        """The silent ones, in alphabetical order, as collectivités."""
        silencieuses = self.sollicitations.muettes().values("collectivite")
        return list(Collectivite.objects.filter(pk__in=silencieuses))

    def repondantes(self):
        """The functions, as a query, of those who may read this and answer it for a commune."""
        lecteurs = self.lecteurs()
        fonctions = Fonction.objects.en_cours().exclude(role=Fonction.Role.INTERLOCUTEUR)
        return fonctions.filter(membre__in=lecteurs).exclude(collectivite=self.collectivite_id)

    @cached_property
    def etat_des_sollicitations(self):
        """What its page says of the communes that were asked, or None; a few queries."""
        combien = 0 if self.sans_sollicitation else self.sollicitations.count()
        if not combien:
            return None
        muettes = self.muettes()
        if muettes:
            en_mesure = set(self.repondantes().values_list("collectivite", flat=True))
            for commune in muettes:
                commune.peut_repondre = commune.pk in en_mesure
        relances = list(self.relances.all())
        return {
            "combien": combien,
            "repondues": combien - len(muettes),
            "muettes": muettes,
            "faites": [r for r in relances if r.faite_le and r.est_un_rappel],
            "prevues": self._a_venir(relances) if muettes and self.accepte_les_positions else [],
        }

    def _a_venir(self, relances):
        """The days of the reminders to come; none after the day by which one answers."""
        aujourd_hui = timezone.localdate()
        return [
            relance.prevue_le
            for relance in relances
            if relance.faite_le is None
            and relance.est_un_rappel
            and relance.prevue_le >= aujourd_hui
            and (self.echeance is None or relance.prevue_le <= self.echeance)
        ]

    def fragments_pour(self, user):
        contexte = {"contribution": self, "membre": Membre.de(user)}
        sollicitations = render_to_string("besoins/sollicitations/liste.html", contexte)
        return {**super().fragments_pour(user), "sollicitations": sollicitations}

    @transaction.atomic
    def solliciter(self, collectivites, *, par, retirees=()):
        """Ask these communes, and no longer those; of who was asked already, or has said where she stands,
        nothing is asked → who is new.

        The first ones set the days of the reminders, as the network wants them then.
        """
        revision = self._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE)
        if not self.accepte_les_positions:
            raise ValidationError(self.phrase_sans_position)
        avant = self._noms_des_sollicitees()
        self.sollicitations.filter(collectivite__in=retirees).delete()
        deja = set(self.sollicitations.values_list("collectivite", flat=True)) | {self.collectivite_id}
        deja |= set(self.positions.values_list("collectivite", flat=True))
        nouvelles = [commune for commune in collectivites if commune.pk not in deja]
        Sollicitation.objects.bulk_create(
            [Sollicitation(besoin=self, collectivite=commune, par=par) for commune in nouvelles]
        )
        apres = self._noms_des_sollicitees()
        if avant == apres:
            return nouvelles
        self._consigner(par, _("communes sollicitées"), avant, apres)
        if nouvelles:
            Relance.objects.bulk_create(self.relances_a_prevoir())
            self._demander(nouvelles, par, _sollicitees, sauf=self._sollicites_depuis_peu())
        direct.fil_change(self, revision)
        return nouvelles

    def _noms_des_sollicitees(self):
        noms = self.sollicitations.order_by("collectivite__slug").values_list("collectivite__nom", flat=True)
        return ", ".join(noms)

    def relances_a_prevoir(self):
        """Those that asking communes today would set, as its network wants them; none the second time."""
        if self.relances.exists():
            return []
        cadence, aujourd_hui = Cadence.de(self.reseau), timezone.localdate()
        jours = {
            Relance.Etape.PREMIERE: cadence.premier_rappel,
            Relance.Etape.SECONDE: cadence.second_rappel,
            Relance.Etape.ANIMATION: cadence.animation,
        }
        return [
            Relance(besoin=self, etape=etape, prevue_le=aujourd_hui + timedelta(days=n))
            for etape, n in jours.items()
            if n
        ]

    def rappels_prevus(self):
        """The days of the reminders to come, before anybody is asked as after."""
        return self._a_venir(self.relances_a_prevoir() or self.relances.all())

    def _demander(self, communes, par, phrase, sauf=()):
        """Tell those who may answer for these communes: once each, though she speaks for several."""
        siennes = {}
        fonctions = self.repondantes().filter(collectivite__in=communes).exclude(membre__in=sauf)
        for membre, commune in fonctions.values_list("membre", "collectivite").distinct():
            siennes.setdefault(membre, set()).add(commune)
        for plusieurs in (False, True):
            membres = [membre for membre, les in siennes.items() if (len(les) > 1) == plusieurs]
            if membres:
                notifieur = Notifieur(
                    self, Notification.Genre.SOLLICITATION, par, precision=phrase(2 if plusieurs else 1)
                )
                notifieur.prevenir(Membre.objects.filter(pk__in=membres))

    def _sollicites_depuis_peu(self):
        """Who has just been asked is not asked again, though a commune was taken off and put back."""
        recentes = self.notifications.filter(
            genre=Notification.Genre.SOLLICITATION, le__gte=timezone.now() - REPIT
        )
        return recentes.values("membre")

    @transaction.atomic
    def rappeler(self):
        """Send what is due, once: the thread's counter makes two workers follow each other."""
        revision = self._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE)
        dues = {relance.pk: relance for relance in self.relances.dues()}
        muettes = self.muettes()
        if not dues or not muettes:
            return self
        Relance.objects.filter(pk__in=dues).update(faite_le=timezone.now())
        if any(relance.est_un_rappel for relance in dues.values()):
            self._demander(muettes, self.responsable, _rappelees)
        if not all(relance.est_un_rappel for relance in dues.values()):
            self._passer_la_main(muettes)
        direct.fil_change(self, revision)
        return self

    def _passer_la_main(self, muettes):
        """To who runs its network; to who runs the site, for what is in none."""
        qui = self.reseau.animateurs() if self.reseau else Membre.objects.administrateurs()
        precision = ngettext("%d commune n’a pas répondu", "%d communes n’ont pas répondu", len(muettes))
        notifieur = Notifieur(
            self, Notification.Genre.SOLLICITATION, self.responsable, precision=precision % len(muettes)
        )
        notifieur.prevenir(qui, acteur_compris=True)

    @transaction.atomic
    def relancer(self, *, par):
        """Remind the silent ones now. ValidationError when none is, or when it was done too lately."""
        revision = self._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE)
        if not self.accepte_les_positions:
            raise ValidationError(self.phrase_sans_position)
        muettes = self.muettes()
        if not muettes:
            raise ValidationError(_("Toutes les communes sollicitées ont répondu."))
        derniere = self._derniere_demande()
        if est_recente(derniere):
            refus = _("Elles viennent d’être sollicitées\u202f: relancez-les à partir du %(jour)s.")
            jour = en_jour(timezone.localtime(derniere + REPIT), "j F")
            raise ValidationError(refus % {"jour": jour})
        maintenant = timezone.now()
        self.relances.create(
            etape=Relance.Etape.A_LA_MAIN, prevue_le=timezone.localdate(), faite_le=maintenant, par=par
        )
        noms = get_text_list([commune.nom for commune in muettes], _t("et"))
        self._consigner(par, _("relance"), "", noms)
        self._demander(muettes, par, _rappelees)
        direct.fil_change(self, revision)
        return self

    def _derniere_demande(self):
        """When communes were last asked or reminded."""
        rappels = self.relances.exclude(etape=Relance.Etape.ANIMATION).filter(faite_le__isnull=False)
        instants = [*rappels.values_list("faite_le", flat=True)]
        return max([*instants, *self.sollicitations.values_list("le", flat=True)], default=None)


def _sollicitees(nombre):
    return ngettext("Votre commune est sollicitée", "Vos communes sont sollicitées", nombre)


def _rappelees(nombre):
    return ngettext(
        "Rappel\u202f: votre commune n’a pas répondu", "Rappel\u202f: vos communes n’ont pas répondu", nombre
    )


def est_recente(demande):
    """Whether communes were asked too lately to be asked again."""
    return demande is not None and demande > timezone.now() - REPIT


def avec_muettes(besoins):
    """Give each the names of the communes that say nothing, and when they were asked if it is too lately to
    ask again: three queries.
    """
    besoins = list(besoins)
    muettes = Sollicitation.objects.muettes().filter(besoin__in=[besoin.pk for besoin in besoins])
    noms = {}
    for besoin, nom in muettes.order_by("collectivite__slug").values_list("besoin", "collectivite__nom"):
        noms.setdefault(besoin, []).append(nom)
    recentes = demandes_recentes(besoins)
    for besoin in besoins:
        besoin.noms_des_muettes = noms.get(besoin.pk, [])
        besoin.vient_d_etre_demande_le = recentes.get(besoin.pk)
    return besoins


def demandes_recentes(besoins):
    """{need: when its communes were last asked or reminded}, where it is too lately to do so again."""
    siennes = {"besoin__in": [besoin.pk for besoin in besoins]}
    rappels = Relance.objects.filter(**siennes).exclude(etape=Relance.Etape.ANIMATION)
    demandes = Sollicitation.objects.filter(**siennes)
    recentes = {}
    for lignes, champ in ((rappels, "faite_le"), (demandes, "le")):
        lignes = lignes.filter(**{f"{champ}__gt": timezone.now() - REPIT})
        for besoin, le in lignes.order_by().values_list("besoin").annotate(Max(champ)):
            recentes[besoin] = max(le, recentes.get(besoin, le))
    return recentes


def avec_sollicitations(besoins):
    """Give each how many communes were asked, and how many say nothing: two queries."""
    sollicitations = Sollicitation.objects.filter(besoin__in=[besoin.pk for besoin in besoins])
    combien = Counter(sollicitations.values_list("besoin", flat=True))
    muettes = Counter(sollicitations.muettes().values_list("besoin", flat=True))
    for besoin in besoins:
        besoin.sollicitees_et_muettes = [combien[besoin.pk], muettes[besoin.pk]]
    return besoins
