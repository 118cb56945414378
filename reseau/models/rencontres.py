from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from plateforme.socle.texte import en_html
from reseau import direct
from reseau.heures import en_creneau
from reseau.taches import convier

from .contributions import Contribution
from .membres import Membre
from .notifications import Notification, Notifieur
from .pieces import PieceJointe

securise = URLValidator(schemes=["https"], message=_("Donnez une adresse qui commence par https://"))


class Rencontre(Contribution):
    """A meeting, a workshop or a visit, in one or several séances for which one registers."""

    class Genre(models.TextChoices):
        REUNION = "reunion", _("réunion")
        ATELIER = "atelier", _("atelier")
        VISITE = "visite", _("visite")

    genre = models.CharField(_("genre"), max_length=10, choices=Genre, default=Genre.REUNION)
    visio = models.URLField(
        _("lien de visioconférence"),
        blank=True,
        max_length=500,
        validators=[securise],
        help_text=_("Montré aux membres seulement."),
    )
    ordre_du_jour = models.TextField(_("ordre du jour"), blank=True, max_length=10_000)
    inscription_jusqu_au = models.DateField(
        _("inscriptions jusqu’au"),
        null=True,
        blank=True,
        help_text=_("Vide\u202f: jusqu’au début de la séance."),
    )
    # From the first séance to the last one: what a list shows and sorts by without reading the séances.
    debut = models.DateTimeField(_("commence le"), null=True, editable=False)
    fin = models.DateTimeField(_("finit le"), null=True, editable=False)
    compte_rendu = models.TextField(_("compte rendu"), blank=True, max_length=30_000, editable=False)
    compte_rendu_html = models.TextField(blank=True, editable=False)
    compte_rendu_le = models.DateTimeField(_("compte rendu publié le"), null=True, editable=False)
    compte_rendu_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    # Of the last sending that was kept: see plateforme.socle.formulaires.UneFois.
    compte_rendu_envoi = models.UUIDField(null=True, editable=False)
    # As long as it is open the date is not sure.
    sondage_ouvert_le = models.DateTimeField(null=True, editable=False)
    sondage_clos_le = models.DateTimeField(null=True, editable=False)
    motif = models.TextField(_("motif de l’annulation"), blank=True, max_length=1000, editable=False)

    search_fields = [
        *Contribution.search_fields,
        index.SearchField("ordre_du_jour"),
        index.SearchField("compte_rendu"),
        index.FilterField("genre"),
        index.FilterField("debut"),
    ]

    icone = "calendar-days"
    teinte = "prune"
    vue_de_publication = "reseau:rencontre_publier"
    mot_a_publier = _("Une rencontre")
    rang_a_publier = 3
    gabarit_de_ligne = "reseau/rencontres/ligne.html"
    gabarit_d_etat = "reseau/rencontres/etat.html"
    CHAMPS_D_OUVERTURE = (
        *Contribution.CHAMPS_D_OUVERTURE,
        "debut",
        "fin",
        "sondage_ouvert_le",
        "sondage_clos_le",
    )
    champs_de_cloture = (*Contribution.champs_de_cloture, "motif")
    phrase_de_cloture = _("Cette rencontre est annulée\u202f: elle ne prend plus de message.")

    class Meta:
        verbose_name = _("rencontre")
        verbose_name_plural = _("rencontres")
        indexes = [models.Index(fields=["debut"], name="reseau_rencontre_debut")]
        constraints = [
            models.CheckConstraint(
                condition=Q(visio="") | Q(visio__startswith="https://"),
                name="reseau_rencontre_visio_securisee",
                violation_error_message=_("Donnez une adresse qui commence par https://"),
            ),
            models.CheckConstraint(
                condition=Q(compte_rendu_le=None) | Q(compte_rendu_par__isnull=False),
                name="reseau_rencontre_compte_rendu_signe",
                violation_error_message=_("Un compte rendu porte un nom."),
            ),
        ]

    @property
    def ordre_du_jour_html(self):
        return en_html(self.ordre_du_jour)

    @property
    def conclusion(self):
        return str(_("la rencontre est annulée")) if self.clos_le else ""

    @property
    def est_annulee(self):
        return self.clos_le is not None or self.est_retiree

    @property
    def est_passee(self):
        return self.fin is not None and self.fin < timezone.now()

    @property
    def est_commencee(self):
        return self.debut is not None and self.debut <= timezone.now()

    @property
    def a_un_sondage_ouvert(self):
        ouvert = self.sondage_ouvert_le is not None and self.sondage_clos_le is None
        return ouvert and self.accepte_les_messages

    @property
    def refus_de_sondage(self):
        """Why nothing is said of the dates now, in a sentence; empty as long as the poll is open."""
        if self.a_un_sondage_ouvert:
            return ""
        if self.sondage_clos_le:
            return _("Le sondage est clos\u202f: une date est déjà retenue.")
        if self.est_annulee:
            return _("Cette rencontre est annulée\u202f: le sondage de dates est arrêté.")
        if self.verrouille_le:
            return _("La discussion est verrouillée\u202f: le sondage de dates attend qu’elle se rouvre.")
        return _("Aucune date n’est proposée au choix.")

    @property
    def accepte_un_sondage(self):
        """Of one séance only, as long as no date was kept."""
        seule = self.seances.prevues().count() == 1
        return self.accepte_les_messages and not self.est_commencee and not self.sondage_clos_le and seule

    @property
    def accepte_les_points(self):
        return self.accepte_les_messages and not self.est_passee

    @property
    def refus_de_suites(self):
        """Why it takes neither minutes nor decisions now, in a sentence; empty when it does."""
        if not self.est_publiee:
            return _("Cette rencontre n’est pas publiée, ou a été retirée.")
        if self.clos_le:
            return _("Cette rencontre est annulée\u202f: elle n’a ni compte rendu ni décision.")
        if not self.est_commencee:
            return _(
                "La rencontre n’a pas commencé\u202f: son compte rendu et ses décisions s’écrivent après."
            )
        return ""

    @property
    def repere_du_compte_rendu(self):
        return self.compte_rendu_le.isoformat() if self.compte_rendu_le else "-"

    @property
    def en_bref(self):
        if not self.seances_prevues:
            return ""
        creneau = en_creneau(self.debut, self.seances_prevues[0].fin)
        return _("%s (date à confirmer)") % creneau if self.a_un_sondage_ouvert else creneau

    @cached_property
    def seances_prevues(self):
        """Those that stand, in order, with their places counted: one query."""
        return list(self.seances.prevues().avec_places())

    def etat_suivi(self):
        jusqu_au = self.inscription_jusqu_au
        return {
            **super().etat_suivi(),
            _("genre"): self.get_genre_display(),
            _("visioconférence"): self.visio,
            _("ordre du jour"): self.ordre_du_jour,
            _("inscriptions jusqu’au"): f"{jusqu_au:%d/%m/%Y}" if jusqu_au else "",
        }

    def fragments_vivants(self):
        seances = {
            seance.ancre: render_to_string(
                "reseau/rencontres/seance.html", {"seance": seance, "contribution": self}
            )
            for seance in self.seances_prevues
        }
        gabarits = {
            "annulation": "reseau/rencontres/annulation.html",
            "sondage": "reseau/sondages_de_dates/avis.html",
            "compte-rendu": "reseau/comptes_rendus/publie.html",
        }
        siens = {id_: render_to_string(gabarit, {"contribution": self}) for id_, gabarit in gabarits.items()}
        return {**super().fragments_vivants(), **siens, **seances}

    # Who may call one

    @staticmethod
    def convocables_par(membre):
        """Ids of the networks where she may call a meeting or a workshop; None stands for all of them."""
        return None if membre.droits.est_administrateur else membre.droits.reseaux_animes

    def refus_de_publication(self, membre):
        return self.refus_de_convoquer(membre, self.reseau_id) or super().refus_de_publication(membre)

    def _refuser_le_deplacement(self, vers, par):
        if refus := self.refus_de_convoquer(par, vers.pk):
            raise ValidationError({"vers": refus})
        super()._refuser_le_deplacement(vers, par)

    def refus_de_convoquer(self, membre, reseau_id):
        """Whoever is in a network proposes a visit; who runs it calls meetings and workshops."""
        convocables = self.convocables_par(membre)
        if self.genre == self.Genre.VISITE or convocables is None or reseau_id in convocables:
            return ""
        return _(
            "Une réunion ou un atelier se convoque dans un réseau que vous animez. "
            "Ailleurs, proposez une visite."
        )

    # Whom it concerns

    def destinataires(self):
        """Those of the network; of a meeting for the whole platform, every active member."""
        membres = Membre.objects.actifs()
        if self.reseau_id:
            membres = membres.filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))
        return membres

    def inscrits(self):
        """The members who have, or wait for, a seat in a séance that stands."""
        prevues = self.seances.filter(
            annulee_le=None, inscriptions__isnull=False, inscriptions__annulee_le=None
        )
        return Membre.objects.filter(pk__in=prevues.values("inscriptions__membre"))

    def participants(self):
        """Those who registered are told in a mail of their own, that takes it out of their calendar."""
        return super().participants().exclude(pk__in=self.inscrits().values("pk"))

    @staticmethod
    def tables_d_archive(visibles, user):
        from .comptes_rendus import Decision, PointPropose
        from .inscriptions import Inscription
        from .seances import Seance

        rencontres = Rencontre.objects.filter(pk__in=visibles)
        return [
            (
                "seances",
                Seance.objects.prevues().filter(rencontre__in=rencontres),
                {
                    _("numéro"): "id",
                    _("contribution"): "rencontre",
                    _("début"): "debut",
                    _("fin"): "fin",
                    _("lieu"): "lieu",
                    _("places"): "capacite",
                },
            ),
            (
                "inscriptions",
                Inscription.objects.visibles_par(user)
                .actives()
                .filter(seance__rencontre__in=rencontres)
                .order_by("seance", "le", "pk"),
                {
                    _("séance"): "seance",
                    _("prénom"): "membre__prenom",
                    _("nom"): "membre__nom",
                    _("sans compte"): "nom",
                    _("collectivité"): "collectivite__nom",
                    _("place confirmée le"): "confirmee_le",
                    _("présent le"): "present_le",
                },
            ),
            (
                "ordres-du-jour",
                PointPropose.objects.filter(rencontre__in=rencontres),
                {
                    _("contribution"): "rencontre",
                    _("point"): "texte",
                    _("collectivité"): "collectivite__nom",
                    _("proposé le"): "propose_le",
                    _("retenu le"): "retenu_le",
                    _("écarté le"): "ecarte_le",
                },
            ),
            (
                "comptes-rendus",
                rencontres.filter(compte_rendu_le__isnull=False).order_by("compte_rendu_le", "pk"),
                {
                    _("contribution"): "id",
                    _("compte rendu"): "compte_rendu",
                    _("publié le"): "compte_rendu_le",
                },
            ),
            (
                "decisions",
                Decision.objects.notees().filter(rencontre__in=rencontres),
                {_("contribution"): "rencontre", _("décision"): "texte", _("notée le"): "le"},
            ),
        ]

    def paroles(self):
        """Registering, asking for a point, choosing a date: each names somebody to its readers."""
        return [
            self.messages.values("auteur"),
            self.points.values("par"),
            self.dates_proposees.values("reponses__membre"),
            self.seances.values("inscriptions__par"),
            self.seances.values("inscriptions__membre"),
        ]

    # What happens to it

    def _avancer(self):
        """And what decides whether something is still taken, as whoever acted before has left it."""
        revision = super()._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE)
        return revision

    @transaction.atomic
    def programmer(self, **champs):
        """One more séance."""
        seance = self.seances.create(**champs)
        self.noter_les_seances()
        return seance

    @property
    def accepte_une_seance_de_plus(self):
        return self.genre == self.Genre.ATELIER and not self.est_annulee and not self.a_un_sondage_ouvert

    @transaction.atomic
    def ajouter(self, *, par, **champs):
        """One more date of a workshop that is already published: who follows it is told."""
        revision = None if self.est_brouillon else self._avancer()
        self.refresh_from_db(fields=["genre"])
        if not self.accepte_une_seance_de_plus:
            raise ValidationError(_("Seul un atelier a plusieurs séances."))
        seance = self.programmer(**champs)
        if revision:
            self._consigner(par, _("séance"), "", seance._en_clair())
            precision = _("Une séance de plus\u202f: %(creneau)s") % {"creneau": seance.creneau}
            notifieur = Notifieur(self, Notification.Genre.RENCONTRE, par, precision=precision)
            notifieur.prevenir_suiveurs()
            direct.lecteurs_changes(self)
        return seance

    def noter_les_seances(self):
        """Write down when it begins and ends."""
        bornes = self.seances.prevues().aggregate(debut=models.Min("debut"), fin=models.Max("fin"))
        self.debut, self.fin = bornes["debut"], bornes["fin"]
        self.save(update_fields=["debut", "fin"])
        self.__dict__.pop("seances_prevues", None)

    @transaction.atomic
    def modifier(self, *, par, avant, lue=None):
        ancienne = avant[_("visioconférence")]
        super().modifier(par=par, avant=avant, lue=lue)
        if self.accepte_les_messages and self.visio != ancienne:
            self.redire(par, _("Le lien de visioconférence a changé"))
        return self

    @transaction.atomic
    def clore(self, *, par, motif):
        """Call it off: whoever registered is told why, and it leaves her calendar. A lock stops messages, not
        this. Raises ValidationError once it has taken place."""
        if self.est_passee:
            raise ValidationError(_("Cette rencontre a eu lieu\u202f: elle ne s’annule plus."))
        self.motif = motif
        return super().clore(par=par)

    @transaction.atomic
    def rouvrir(self, *, par):
        self.motif = ""
        return super().rouvrir(par=par)

    @transaction.atomic
    def rendre_compte(self, *, par, texte, pieces=(), lu=None, envoi=None):
        """Publish what was said: who registered and who follows are told, the first time.

        `lu`: the `repere_du_compte_rendu` of what she had before her eyes; ValidationError if it has moved.
        """
        revision = self._avancer()
        self._relire("compte_rendu", "compte_rendu_le", "compte_rendu_envoi")
        if envoi and envoi == self.compte_rendu_envoi:
            return self
        if refus := self.refus_de_suites:
            raise ValidationError(refus)
        if lu and lu != self.repere_du_compte_rendu:
            raise ValidationError(
                _(
                    "Quelqu’un d’autre a écrit le compte rendu pendant ce temps. "
                    "Relisez-le ci-dessous, puis enregistrez le vôtre."
                )
            )
        premier, avant = self.compte_rendu_le is None, self.compte_rendu
        PieceJointe.deposer(pieces, contribution=self)
        self.compte_rendu, self.compte_rendu_html = texte, en_html(texte)
        self.compte_rendu_le, self.compte_rendu_par = timezone.now(), par
        self.compte_rendu_envoi = envoi
        self.noter_reperes(
            "compte_rendu", "compte_rendu_html", "compte_rendu_le", "compte_rendu_par", "compte_rendu_envoi"
        )
        if premier:
            notifieur = Notifieur(self, Notification.Genre.COMPTE_RENDU, par)
            notifieur.prevenir(self.inscrits())
            notifieur.prevenir_suiveurs(sauf=self.inscrits())
        elif avant != texte:
            self._consigner(par, _("compte rendu"), avant, texte)
        direct.fil_change(self, revision)
        return self

    def consequences(self):
        """Off, or on again: calendars follow."""
        self._annoncer_aux_agendas(self.seances.prevues())

    def redire(self, par, precision, seances=None):
        """Something that the calendars hold has changed: tell whoever registered, then who follows."""
        self._annoncer_aux_agendas(self.seances.prevues() if seances is None else seances)
        notifieur = Notifieur(self, Notification.Genre.RENCONTRE, par, precision=precision)
        notifieur.prevenir(self.inscrits(), courriel=False)
        notifieur.prevenir_suiveurs(sauf=self.inscrits())

    def _annoncer_aux_agendas(self, seances):
        pks = list(seances.values_list("pk", flat=True))
        self.seances.filter(pk__in=pks).update(sequence=F("sequence") + 1, modifiee_le=timezone.now())
        convier.enqueue(seances=pks, inscriptions=None, objet="changement", evenement=uuid4().hex)
