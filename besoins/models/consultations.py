from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from plateforme.socle.texte import en_html
from reseau import direct
from reseau.models import (
    Adhesion,
    Appartenance,
    Collectivite,
    Contribution,
    Fil,
    Fonction,
    Membre,
    Notification,
    Notifieur,
)
from reseau.models.contributions import ContributionQuerySet


class ConsultationQuerySet(ContributionQuerySet):
    def attentes(self, collectivites):
        """What `attendus_de` says of one, for many collectivités (ids) at once: one query.
        Of one that is over, no day: a receipt is late, not due by then."""
        ouvertes = self.acceptant_les_messages()
        a_recevoir = Q(collectivite__nature=Collectivite.Nature.EPCI, recue_le=None)
        attendue = a_recevoir | Q(consultation__in=ouvertes.filter(self._en_cours()).values("pk"))
        muettes = Interrogation.objects.muettes().filter(
            attendue, consultation__in=ouvertes.values("pk"), collectivite__in=collectivites
        )
        lignes = muettes.values_list("consultation", "collectivite", "consultation__jusqu_au")
        aujourd_hui = timezone.localdate()
        return {(pk, c): jusqu_au if jusqu_au >= aujourd_hui else None for pk, c, jusqu_au in lignes}

    @staticmethod
    def _en_cours():
        aujourd_hui = timezone.localdate()
        return Q(ouverte_du__lte=aujourd_hui, jusqu_au__gte=aujourd_hui)

    def attendus_de(self, collectivite):
        """Those to which this collectivité owes a word: an opinion, or to say that it has received it."""
        if collectivite is None:
            return self.none()
        muettes = Interrogation.objects.muettes().filter(collectivite=collectivite)
        a_recevoir = muettes.filter(recue_le=None, collectivite__nature=Collectivite.Nature.EPCI)
        attendue = self._en_cours() | Q(pk__in=a_recevoir.values("consultation"))
        return self.acceptant_les_messages().filter(attendue, pk__in=muettes.values("consultation"))


class Consultation(Contribution):
    """A project that is put to others before it is decided: the EPCI's to its communes, or a commune's to
    the EPCI and to the other communes. One opinion each, until a day; then a synthesis."""

    ouverte_du = models.DateField(_("ouverte du"), default=timezone.localdate)
    jusqu_au = models.DateField(
        _("jusqu’au"), help_text=_("Jusqu’à ce jour compris, chacun peut donner son avis et en changer.")
    )
    interrogees = models.ManyToManyField(
        Collectivite,
        through="besoins.Interrogation",
        blank=True,
        related_name="+",
        verbose_name=_("collectivités interrogées"),
    )
    synthese = models.TextField(_("synthèse"), blank=True, max_length=20_000, editable=False)

    objects = ConsultationQuerySet.as_manager()

    search_fields = [
        *Contribution.search_fields,
        index.SearchField("synthese"),
        index.FilterField("jusqu_au"),
    ]

    icone = "messages-square"
    teinte = "prune"
    vue_de_publication = "besoins:consultation_publier"
    mot_a_publier = _("Un projet, pour avis")
    rang_a_publier = 3
    champs_de_cloture = (*Contribution.champs_de_cloture, "synthese")
    phrase_de_cloture = _("Cette consultation est close\u202f: elle ne prend plus de message.")
    gabarit_de_ligne = "besoins/consultations/ligne.html"
    gabarit_d_etat = "besoins/consultations/etat.html"

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        indexes = [models.Index(fields=["jusqu_au"], name="besoins_consultation_jusqu_au")]
        constraints = [
            models.CheckConstraint(
                condition=Q(jusqu_au__gte=F("ouverte_du")),
                name="besoins_consultation_fin_apres_debut",
                violation_error_message=_("La consultation finit après son ouverture."),
            )
        ]

    @classmethod
    def publiable_par(cls, membre):
        """It is put to a network: she has one."""
        return bool(membre and membre.droits.reseaux)

    @property
    def descend(self):
        """From the EPCI to its communes: who publishes says it, nobody types it."""
        return self.collectivite.nature == Collectivite.Nature.EPCI

    @property
    def sens(self):
        if self.descend:
            return _("projet de l’agglo")
        if self.collectivite.nature == Collectivite.Nature.COMMUNE:
            return _("projet de la commune")
        return _("projet d’un organisme")

    @property
    def est_a_venir(self):
        return self.ouverte_du > timezone.localdate()

    @property
    def est_echue(self):
        return self.jusqu_au < timezone.localdate()

    @property
    def accepte_les_avis(self):
        return self.accepte_les_messages and not self.est_a_venir and not self.est_echue

    @property
    def est_a_conclure(self):
        """Its window is over, or everybody has spoken: its synthesis may be published."""
        if not self.est_ouverte or self.est_a_venir:
            return False
        return self.est_echue or not self.interrogations.muettes().exists()

    @property
    def synthese_html(self):
        return en_html(self.synthese)

    @property
    def conclusion(self):
        return str(_("la synthèse est publiée")) if self.synthese else ""

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("ouverte du"): f"{self.ouverte_du:%d/%m/%Y}",
            _("jusqu’au"): f"{self.jusqu_au:%d/%m/%Y}",
            _("collectivités interrogées"): ", ".join(c.nom for c in self.interrogees.all())
            if self.pk
            else "",
        }

    def fragments_vivants(self):
        contexte = {"contribution": self, "reponses": self.reponses()}
        return {
            **super().fragments_vivants(),
            "les-avis": render_to_string("besoins/avis/liste.html", contexte),
            "synthese": render_to_string("besoins/consultations/synthese.html", contexte),
        }

    def reponses(self):
        """Each collectivité that was asked, in alphabetical order, with its opinion (`avis`) or None."""
        avis = {a.collectivite_id: a for a in self.avis.select_related("par")}
        interrogations = list(self.interrogations.select_related("collectivite", "recue_par"))
        for interrogation in interrogations:
            interrogation.avis = avis.get(interrogation.collectivite_id)
            if interrogation.avis:
                interrogation.avis.collectivite = interrogation.collectivite
        return sorted(interrogations, key=lambda i: i.collectivite.slug)

    @staticmethod
    def tables_d_archive(visibles, user):
        from .avis import Avis

        return [
            (
                "avis",
                Avis.objects.filter(contribution__in=visibles).order_by("contribution", "collectivite__slug"),
                {
                    _("contribution"): "contribution",
                    _("collectivité"): "collectivite__nom",
                    _("avis"): "sens",
                    _("en quelques mots"): "texte",
                    _("donné le"): "dite_le",
                },
            ),
            (
                "syntheses",
                Consultation.objects.filter(pk__in=visibles).exclude(synthese="").order_by("clos_le", "pk"),
                {_("contribution"): "id", _("synthèse"): "synthese", _("publiée le"): "clos_le"},
            ),
        ]

    def interroge(self, collectivite):
        return self.interrogations.filter(collectivite=collectivite).exists()

    # Who is asked, who is told

    def destinataires(self):
        """The people of those that are asked, among the members of the network."""
        membres = self.reseau.adhesions.en_cours().values("membre")
        fonctions = Fonction.objects.en_cours().filter(
            membre__in=membres, collectivite__in=self.interrogations.values("collectivite")
        )
        return Membre.objects.actifs().filter(pk__in=fonctions.values("membre"))

    def interesses_par_la_cloture(self):
        suiveurs = super().interesses_par_la_cloture().values("pk")
        return Membre.objects.filter(Q(pk__in=suiveurs) | Q(pk__in=self.destinataires().values("pk")))

    def participants(self):
        return super().participants() | Membre.objects.filter(pk__in=self.avis_donnes.values("par"))

    def _refuser_le_deplacement(self, vers, par):
        super()._refuser_le_deplacement(vers, par)
        la_bas = Adhesion.objects.actives().filter(reseau=vers).collectivites()
        if self.interrogations.exclude(collectivite__in=la_bas.values("collectivite")).exists():
            refus = _("Des collectivités interrogées n’ont personne dans « %(reseau)s ».")
            raise ValidationError({"vers": refus % {"reseau": vers.nom}})

    def _paraitre(self, par):
        self._interroger()
        return super()._paraitre(par)

    def _interroger(self):
        """Settle who is asked: those that were chosen, or all those of the network; the EPCI if it is a
        commune's project; never who asks."""
        interrogees = set(self.interrogees.values_list("pk", flat=True))
        if not interrogees:
            du_reseau = Adhesion.objects.actives().filter(reseau=self.reseau_id).collectivites()
            interrogees = set(du_reseau.values_list("collectivite", flat=True))
        epci = Appartenance.objects.en_cours().filter(commune=self.collectivite_id)
        interrogees.update(epci.values_list("epci", flat=True))
        self.interrogees.set(interrogees - {self.collectivite_id})

    @transaction.atomic
    def clore(self, *, par, synthese):
        """Raises ValidationError when another synthesis was published meanwhile."""
        self.synthese = synthese
        super().clore(par=par)
        self.refresh_from_db(fields=["synthese", "clos_par"])
        if self.synthese != synthese:
            refus = _(
                "%(nom)s a déjà publié une autre synthèse. Gardez votre texte\u202f: pour le publier à sa"
                " place, rouvrez la consultation."
            )
            raise ValidationError(refus % {"nom": self.clos_par.nom_complet})
        return self

    # What they answer

    def avis_change(self, revision, avis):
        precision = f"{avis.collectivite.nom}\u202f: {avis.get_sens_display()}"
        self._montrer_et_dire(revision, avis.par, precision)

    def _montrer_et_dire(self, revision, par, precision):
        """Show it live, and tell whoever carries the project."""
        direct.fil_change(self, revision)
        porteurs = Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id})
        Notifieur(self, Notification.Genre.POSITION, par, precision=precision).prevenir(porteurs)

    def accusable_par(self, membre, collectivite):
        """Whether she may say that it has received this: who decides for it; of the EPCI, who runs the
        network too."""
        if collectivite is None or collectivite.pk not in membre.droits.collectivites:
            return False
        anime = collectivite.nature == Collectivite.Nature.EPCI and membre.anime(self.reseau)
        return membre.decide_pour(collectivite) or anime

    @transaction.atomic
    def accuser(self, *, collectivite, par):
        """Acknowledge receipt, once → whether this was the time."""
        revision, _rang = Fil.avancer(self)
        self.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE])
        if not self.accepte_les_messages:
            return False
        attendue = self.interrogations.filter(collectivite=collectivite, recue_le=None)
        if not attendue.update(recue_le=timezone.now(), recue_par=par):
            return False
        precision = _("%(nom)s a accusé réception") % {"nom": collectivite.nom}
        self._montrer_et_dire(revision, par, precision)
        return True


class InterrogationQuerySet(models.QuerySet):
    def muettes(self):
        """Those that have given no opinion yet."""
        return self.exclude(consultation__avis__collectivite=F("collectivite"))


class Interrogation(models.Model):
    """A collectivité whose opinion is asked, and when it said that it had received the project."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="interrogations")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    recue_le = models.DateTimeField(_("reçue le"), null=True)
    recue_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, related_name="+", verbose_name=_("accusé par")
    )

    objects = InterrogationQuerySet.as_manager()

    class Meta:
        verbose_name = _("collectivité interrogée")
        verbose_name_plural = _("collectivités interrogées")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "collectivite"],
                name="besoins_interrogation_unique",
                violation_error_message=_("Cette collectivité est déjà interrogée."),
            ),
            models.CheckConstraint(
                condition=Q(recue_le=None, recue_par=None)
                | Q(recue_le__isnull=False, recue_par__isnull=False),
                name="besoins_interrogation_accuse_signe",
                violation_error_message=_("Un accusé de réception a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.consultation_id}, {self.collectivite}"
