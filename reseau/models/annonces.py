from datetime import timedelta

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from plateforme.socle.models import Courriel
from reseau.heures import minuit
from reseau.taches import ecrire_les_courriels_d_annonce, faire_partir_l_annonce

from .contributions import Contribution, ContributionQuerySet
from .fonctions import Fonction
from .membres import Membre
from .recapitulatifs import Niveaux
from .reseaux import Reseau
from .territoire import Collectivite

# How many mails one transaction writes: some tenths of a second, during which SQLite makes the others wait.
LOT = 25
# After what an answer needs at once (a notification is 0, see plateforme.socle.courriel).
PRIORITE = -5


class AnnonceQuerySet(ContributionQuerySet):
    def dues(self):
        return self.filter(partie_le=None, a_envoyer_le__lte=timezone.now())

    def de_la_semaine(self, instant):
        """Those that leave, or left, in the week that holds this instant."""
        lundi, lundi_suivant = semaine_de(instant)
        return self.filter(a_envoyer_le__gte=lundi, a_envoyer_le__lt=lundi_suivant)

    def en_cours_d_ecriture(self):
        """Left, with mails that are still to be written."""
        return self.filter(pk__in=EnvoiDAnnonce.objects.a_ecrire().values("annonce"))


class Annonce(Contribution):
    """What an animateur has to tell a network, or some of its communes: one mail each, at its hour.

    Until it leaves it is a draft, planned or not; leaving publishes it.
    """

    PAR_SEMAINE = 2

    communes = models.ManyToManyField(
        Collectivite,
        blank=True,
        related_name="+",
        verbose_name=_("communes"),
        help_text=_("Vide : tout le réseau."),
    )
    a_envoyer_le = models.DateTimeField(_("à envoyer le"), null=True, editable=False)
    partie_le = models.DateTimeField(_("partie le"), null=True, editable=False)
    relancee_le = models.DateTimeField(_("relancée le"), null=True, editable=False)
    relancee_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("relancée par")
    )

    objects = AnnonceQuerySet.as_manager()

    icone = "megaphone"
    teinte = "pin"
    vue_de_publication = "reseau:annonce_publier"
    mot_a_publier = _("Une annonce")
    rang_a_publier = 20
    gabarit_d_etat = "reseau/annonces/etat.html"
    previent_par_courriel = False
    se_deplace = False

    class Meta:
        verbose_name = _("annonce")
        verbose_name_plural = _("annonces")
        indexes = [
            models.Index(
                fields=["a_envoyer_le"], condition=Q(partie_le=None), name="reseau_annonce_a_envoyer"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(partie_le=None) | Q(a_envoyer_le__isnull=False),
                name="reseau_annonce_partie_a_son_heure",
                violation_error_message=_("Une annonce partie avait une heure de départ."),
            ),
            models.CheckConstraint(
                condition=Q(relancee_le=None) | Q(partie_le__isnull=False),
                name="reseau_annonce_relancee_apres_son_depart",
                violation_error_message=_("On ne relance qu’une annonce partie."),
            ),
        ]

    @classmethod
    def publiable_par(cls, membre):
        return bool(membre and membre.droits.reseaux_animes)

    @property
    def est_programmee(self):
        return self.est_brouillon and self.a_envoyer_le is not None

    @property
    def depart_imminent(self):
        """To be sent, and the task has not come to it yet."""
        return self.est_programmee and self.a_envoyer_le <= timezone.now()

    @property
    def est_une_synthese(self):
        """Drafted by the platform: its key is made from what it tells; that of a form is drawn by lot."""
        return self.envoi is not None and self.envoi.version == 5

    @property
    def adressee_a(self):
        noms = [commune.nom for commune in self.communes.all()]
        return ", ".join(noms) if noms else _("tout le réseau")

    def etat_suivi(self):
        return {**super().etat_suivi(), _("adressée à"): str(self.adressee_a) if self.pk else ""}

    # Who gets it

    def destinataires(self):
        membres = Membre.objects.actifs().filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))
        communes = list(self.communes.values_list("pk", flat=True))
        if communes:
            membres = membres.filter(pk__in=_fonctions().filter(collectivite__in=communes).values("membre"))
        return membres

    def adressees(self):
        """Those whom it will reach: not who sends it."""
        return self.lecteurs_parmi(self.destinataires()).exclude(pk=self.auteur_id)

    def nombre_d_adressees(self):
        """(those who will get the mail, those who want or get none: told on the platform only)"""
        joignables = list(self.adressees().joignables().values_list("pk", flat=True))
        avec = len(Niveaux(joignables).joignables(joignables, self))
        return avec, self.adressees().count() - avec

    # Until it leaves

    def publier(self, *, par):
        """Send now: by a task, however many are told."""
        return self.programmer(timezone.now(), par=par)

    @transaction.atomic
    def programmer(self, quand, *, par):
        """Leave at that instant. Raises ValidationError when it may not."""
        _verrouiller(self.pk)
        self._relire("publie_le", "partie_le", "reseau")
        if not self.est_brouillon:
            return self
        if not par.anime(self.reseau):
            raise ValidationError(_("Seules les personnes qui animent ce réseau lui font des annonces."))
        self._laisser_souffler(quand)
        self.a_envoyer_le = quand
        self.save(update_fields=["a_envoyer_le"])
        if self.a_envoyer_le <= timezone.now():
            faire_partir_l_annonce.enqueue(self.pk)
            self.refresh_from_db()
        return self

    def _laisser_souffler(self, quand):
        """A network that hears too much of its animateur no longer listens."""
        # Two animateurs who each plan the last one of the week count one after the other.
        Reseau.objects.select_for_update().get(pk=self.reseau_id)
        autres = Annonce.objects.de_la_semaine(quand).filter(reseau=self.reseau_id).exclude(pk=self.pk)
        if autres.count() >= self.PAR_SEMAINE:
            lundi, _suivant = semaine_de(quand)
            refus = _(
                "Ce réseau a déjà %(max)s annonces la semaine du %(lundi)s\u202f: choisissez-en une autre."
            )
            mots = {"max": self.PAR_SEMAINE, "lundi": en_jour(timezone.localtime(lundi), "j F")}
            raise ValidationError(refus % mots)

    @classmethod
    def restantes(cls, reseaux, sauf=None):
        """[(network, how many it may still be told)], the week when `sauf` leaves, which does not count, or
        this one: one query."""
        quand = sauf and sauf.a_envoyer_le or timezone.now()
        prevues = cls.objects.de_la_semaine(quand).filter(reseau__in=reseaux).exclude(pk=sauf and sauf.pk)
        deja = dict(prevues.order_by().values_list("reseau").annotate(Count("pk")))
        return [(reseau, max(0, cls.PAR_SEMAINE - deja.get(reseau.pk, 0))) for reseau in reseaux]

    @transaction.atomic
    def annuler(self):
        """It is a mere draft again → whether it was still time."""
        _verrouiller(self.pk)
        restee = bool(Annonce.objects.filter(pk=self.pk, partie_le=None).update(a_envoyer_le=None))
        self.refresh_from_db(fields=["a_envoyer_le", "partie_le"])
        return restee

    @transaction.atomic
    def modifier(self, *, par, avant, lue=None):
        _verrouiller(self.pk)
        if self.est_brouillon and Annonce.objects.filter(pk=self.pk, partie_le__isnull=False).exists():
            refus = _("L’annonce est partie pendant que vous écriviez\u202f: les courriels ne changent plus.")
            raise ValidationError({NON_FIELD_ERRORS: refus})
        prevue = Annonce.objects.filter(pk=self.pk, a_envoyer_le__isnull=False, partie_le=None)
        if enregistree := prevue.exclude(reseau=self.reseau_id).first():
            # It changes network: the other one has its own two a week.
            try:
                self._laisser_souffler(enregistree.a_envoyer_le)
            except ValidationError as refus:
                raise ValidationError({NON_FIELD_ERRORS: refus.messages}) from refus
        return super().modifier(par=par, avant=avant, lue=lue)

    @classmethod
    @transaction.atomic
    def partir(cls, pk):
        """Publish the one that is due and address it to each; None when another worker did, or need not.

        A conditional UPDATE decides, in the transaction that does the rest: whoever is killed leaves it due.
        """
        _verrouiller(pk)
        if not cls.objects.dues().filter(pk=pk).update(partie_le=timezone.now()):
            return None
        annonce = cls.objects.select_related("auteur", "reseau").get(pk=pk)
        if not annonce._son_auteur_le_peut():
            # She no longer runs the network: what she had planned stays with her.
            annonce.partie_le = annonce.a_envoyer_le = None
            annonce.save(update_fields=["partie_le", "a_envoyer_le"])
            return None
        Contribution.publier(annonce, par=annonce.auteur)
        EnvoiDAnnonce.objects.adresser(annonce)
        ecrire_les_courriels_d_annonce.enqueue(pk)
        return annonce

    def _son_auteur_le_peut(self):
        auteur = self.auteur
        actif = auteur.utilisateur.is_active and auteur.anime(self.reseau)
        return actif and not self.refus_de_publication(auteur)

    # Once it has left

    def a_relancer(self):
        """Those who have not opened it, among those whom a reminder may reach."""
        pas_ouverte = self.envois.a_relancer()
        membres = Membre.objects.filter(pk__in=pas_ouverte.values("membre"))
        lecteurs = set(self.lecteurs_parmi(membres).joignables().values_list("pk", flat=True))
        return pas_ouverte.filter(membre__in=Niveaux(lecteurs).joignables(lecteurs, self))

    @transaction.atomic
    def relancer(self, *, par):
        """Once only, write again to those who have not opened it → to how many."""
        pas_encore = Annonce.objects.filter(pk=self.pk, partie_le__isnull=False, relancee_le=None)
        if not pas_encore.update(relancee_le=timezone.now(), relancee_par=par):
            return 0
        self.refresh_from_db(fields=["relancee_le", "relancee_par"])
        combien = self.a_relancer().update(attend=EnvoiDAnnonce.Attente.RELANCE)
        ecrire_les_courriels_d_annonce.enqueue(self.pk)
        return combien

    @classmethod
    def message_ecrit(cls, message):
        """Who answers has read it, if only in her mail."""
        EnvoiDAnnonce.objects.filter(annonce=message.contribution_id).ouvrir(message.auteur)


class EnvoiDAnnonceQuerySet(models.QuerySet):
    def a_ecrire(self):
        return self.exclude(attend="")

    def a_relancer(self):
        """Who was written to, whose server did not refuse it, and who has not opened it."""
        return self.filter(ecrit_le__isnull=False, refuse_le=None, ouverte_le=None, relance_le=None)

    def adresser(self, annonce):
        """One row for each of those whom it reaches today, counted with the commune that she works for."""
        fonctions = _fonctions()
        communes = list(annonce.communes.values_list("pk", flat=True))
        if communes:
            fonctions = fonctions.filter(collectivite__in=communes)
        adressees = annonce.adressees()
        # The oldest function comes last, and stays.
        fonctions = fonctions.filter(membre__in=adressees.values("pk")).order_by("-pk")
        commune_de = dict(fonctions.values_list("membre", "collectivite"))
        envois = [
            EnvoiDAnnonce(annonce=annonce, membre_id=pk, collectivite_id=commune_de.get(pk))
            for pk in adressees.order_by("pk").values_list("pk", flat=True)
        ]
        return self.bulk_create(envois, batch_size=500)

    @transaction.atomic
    def ecrire_un_lot(self, annonce, ecrire):
        """Write some of the mails that are waited for → whether there were any left.

        `ecrire`: what writes one, `reseau.courriels.de_contribution`.

        Two workers take different rows (PostgreSQL), or one waits for the other (SQLite); and whatever
        happens a mail's key lets it be written once.
        """
        en_attente = self.a_ecrire().filter(annonce=annonce).order_by("pk")
        lot = list(
            en_attente.select_for_update(skip_locked=True, of=("self",)).select_related(
                "membre__utilisateur"
            )[:LOT]
        )
        if not lot:
            return False
        niveaux = Niveaux([envoi.membre_id for envoi in lot])
        joignables = niveaux.joignables(self._lecteurs(annonce, lot), annonce)
        ecrits = [envoi for envoi in lot if envoi.membre_id in joignables]
        for envoi in ecrits:
            envoi.ecrire(annonce, niveaux, ecrire)
        # Without an empty key, which the index leaves out.
        clefs = {envoi.clef: envoi for envoi in ecrits if envoi.attend == EnvoiDAnnonce.Attente.ANNONCE}
        for pk, clef in Courriel.objects.filter(~Q(clef=""), clef__in=clefs).values_list("pk", "clef"):
            clefs[clef].courriel_id = pk
        for envoi in lot:
            envoi.attend = ""
        self.bulk_update(lot, ["attend", "ecrit_le", "relance_le", "courriel"])
        return True

    @staticmethod
    def _lecteurs(annonce, lot):
        """Who of these may still read it, seen as late as can be; and has not opened it."""
        if annonce.est_retiree:
            return set()
        pas_ouverte = [
            envoi.membre_id
            for envoi in lot
            if envoi.attend != EnvoiDAnnonce.Attente.RELANCE or not envoi.ouverte_le
        ]
        lecteurs = annonce.lecteurs_parmi(Membre.objects.filter(pk__in=pas_ouverte)).joignables()
        return set(lecteurs.values_list("pk", flat=True))

    def relever(self):
        """Copy what the queue knows of their mails, which it forgets after COURRIELS_JOURS.

        « remis » is: our SMTP server took it; what another server says later, see `revenir`.
        """
        courriel = Courriel.objects.filter(pk=OuterRef("courriel"))
        return self.filter(courriel__isnull=False, remis_le=None).update(
            remis_le=Subquery(courriel.values("envoye_le")),
            refuse_le=Subquery(courriel.values("abandonne_le")),
        )

    def revenir(self, membre, clef):
        """The mail of this key came back from her: our server had taken it, whether the queue has said so yet
        or not, and hers refused it. Whoever has opened the page was told all the same."""
        maintenant = timezone.now()
        sien = self.filter(membre=membre, courriel__clef=clef, refuse_le=None, ouverte_le=None)
        return sien.update(remis_le=Coalesce("remis_le", maintenant), refuse_le=maintenant)

    def ouvrir(self, membre):
        """She has the page before her eyes, or answers by mail, for the first time."""
        return self.filter(membre=membre, ouverte_le=None).update(ouverte_le=timezone.now())

    def par_commune(self):
        """The figures of each commune, in alphabetical order: counts, never who, never a ranking."""
        return (
            self.order_by("collectivite__slug")
            .values("collectivite__nom")
            .annotate(
                adressees=Count("pk"),
                ecrits=Count("ecrit_le"),
                remis=Count("remis_le", filter=Q(refuse_le=None)),
                refuses=Count("refuse_le"),
                ouvertes=Count("ouverte_le"),
                relances=Count("relance_le"),
            )
        )


class EnvoiDAnnonce(models.Model):
    """What became of an announcement for one of those to whom it was addressed."""

    class Attente(models.TextChoices):
        ANNONCE = "annonce", _("l’annonce")
        RELANCE = "relance", _("la relance")

    annonce = models.ForeignKey(Annonce, models.CASCADE, related_name="envois", verbose_name=_("annonce"))
    membre = models.ForeignKey(Membre, models.CASCADE, related_name="+", verbose_name=_("membre"))
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, null=True, related_name="+", verbose_name=_("collectivité")
    )
    # The mail that a task has still to write; nothing for who wants none.
    attend = models.CharField(
        _("courriel attendu"), max_length=10, choices=Attente, blank=True, default=Attente.ANNONCE
    )
    courriel = models.ForeignKey(
        Courriel, models.SET_NULL, null=True, related_name="+", verbose_name=_("courriel")
    )
    ecrit_le = models.DateTimeField(_("écrit le"), null=True)
    remis_le = models.DateTimeField(_("remis le"), null=True)
    refuse_le = models.DateTimeField(_("refusé le"), null=True)
    ouverte_le = models.DateTimeField(_("ouverte le"), null=True)
    relance_le = models.DateTimeField(_("relance écrite le"), null=True)

    objects = EnvoiDAnnonceQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("envoi d’une annonce")
        verbose_name_plural = _("envois d’une annonce")
        indexes = [
            models.Index(fields=["annonce"], condition=~Q(attend=""), name="reseau_envoi_a_ecrire"),
            models.Index(
                fields=["annonce"],
                condition=Q(courriel__isnull=False, remis_le=None),
                name="reseau_envoi_a_relever",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["annonce", "membre"],
                name="reseau_envoi_unique_par_membre",
                violation_error_message=_("Cette annonce lui est déjà adressée."),
            ),
            models.CheckConstraint(
                condition=Q(relance_le=None) | Q(ecrit_le__isnull=False),
                name="reseau_envoi_relance_apres_l_annonce",
                violation_error_message=_("On ne relance que qui a reçu l’annonce."),
            ),
        ]

    def __str__(self):
        return f"{self.annonce_id} → {self.membre_id}"

    @property
    def clef(self):
        return f"{self.attend}-{self.annonce_id}-{self.membre_id}"

    def ecrire(self, annonce, niveaux, ecrire):
        """Write the mail that is waited for; the caller saves the row."""
        relance = self.attend == self.Attente.RELANCE
        evenement, contexte = f"{self.attend}-{self.annonce_id}", {"relance": relance}
        ecrire("annonce", annonce, self.membre, niveaux, evenement, contexte, priorite=PRIORITE)
        setattr(self, "relance_le" if relance else "ecrit_le", timezone.now())


def _verrouiller(pk):
    """Its row, before any other: those who send, correct or delete it wait for each other in one order."""
    list(Contribution._base_manager.select_for_update().filter(pk=pk).values_list("pk"))


def _fonctions():
    """Those of people in their own post: a contact at the EPCI is not of the commune that she answers."""
    return Fonction.objects.en_cours().exclude(role=Fonction.Role.INTERLOCUTEUR)


def semaine_de(instant):
    """The week (Monday to Monday, on the clocks of here) that holds this instant."""
    jour = timezone.localdate(instant)
    lundi = jour - timedelta(days=jour.weekday())
    return minuit(lundi), minuit(lundi + timedelta(days=7))
