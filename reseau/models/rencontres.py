from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, URLValidator
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.search import index

from plateforme.socle.texte import en_html
from reseau import direct
from reseau.heures import en_creneau
from reseau.taches import convier

from .contributions import Contribution
from .fils import Fil
from .membres import Membre
from .notifications import Notification, Notifieur
from .pieces import PieceJointe
from .territoire import Collectivite

RAPPEL = timedelta(hours=24)
CHANGEMENT = _("Changement\u202f: %(seance)s")

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
    def accepte_un_sondage(self):
        """Of one séance only, as long as no date was kept."""
        seule = self.seances.prevues().count() == 1
        return self.accepte_les_messages and not self.est_commencee and not self.sondage_clos_le and seule

    @property
    def accepte_les_points(self):
        return self.accepte_les_messages and not self.est_passee

    @property
    def accepte_un_compte_rendu(self):
        return self.est_publiee and self.est_commencee and self.clos_le is None

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
        annulation = render_to_string("reseau/rencontres/annulation.html", {"contribution": self})
        return {**super().fragments_vivants(), "annulation": annulation, **seances}

    # Who may call one

    @staticmethod
    def convocables_par(membre):
        """Ids of the networks where she may call a meeting or a workshop; None stands for all of them."""
        return None if membre.droits.est_administrateur else membre.droits.reseaux_animes

    def refus_de_publication(self, membre):
        """Whoever is in a network proposes a visit; who runs it calls meetings and workshops."""
        convocables = self.convocables_par(membre)
        if self.genre == self.Genre.VISITE or convocables is None or self.reseau_id in convocables:
            return super().refus_de_publication(membre)
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
        return Membre.objects.filter(pk__in=Inscription.objects.de(self).values("membre"))

    def participants(self):
        """Those who registered are told in a mail of their own, that takes it out of their calendar."""
        return super().participants().exclude(pk__in=self.inscrits().values("pk"))

    @property
    def d_autres_ont_parle(self):
        """Registering, asking for a point, choosing a date: each names somebody to its readers."""
        inscriptions = Inscription.objects.filter(seance__rencontre=self.pk)
        paroles = (
            self.messages.values_list("auteur", flat=True),
            self.points.values_list("par", flat=True),
            self.dates_proposees.values_list("reponses__membre", flat=True),
            inscriptions.values_list("par", flat=True),
            inscriptions.values_list("membre", flat=True),
        )
        return bool({pk for parole in paroles for pk in parole} - {None, self.auteur_id})

    # What happens to it

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
        self.refresh_from_db(fields=["genre", "clos_le", "sondage_ouvert_le", "sondage_clos_le"])
        if not self.accepte_une_seance_de_plus:
            raise ValidationError(_("Seul un atelier a plusieurs séances."))
        seance = self.programmer(**champs)
        if revision:
            self._consigner(par, _("séance"), "", seance._en_clair())
            precision = str(_("Une séance de plus\u202f: %(creneau)s") % {"creneau": seance.creneau})
            notifieur = Notifieur(self, Notification.Genre.RENCONTRE, par, precision=precision[:160])
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
        """Call it off: whoever registered is told why, and it leaves her calendar."""
        self.motif = motif
        return super().clore(par=par)

    @transaction.atomic
    def rouvrir(self, *, par):
        self.motif = ""
        return super().rouvrir(par=par)

    @transaction.atomic
    def rendre_compte(self, *, par, texte, pieces=()):
        """Publish what was said: who registered and who follows are told, the first time."""
        revision = self._avancer()
        self._relire("compte_rendu", "compte_rendu_le", "retire_le", "debut")
        if not self.est_publiee:
            raise ValidationError(_("Cette rencontre a été retirée."))
        if not self.est_commencee:
            raise ValidationError(_("La rencontre n’a pas commencé\u202f: son compte rendu se publie après."))
        premier, avant = self.compte_rendu_le is None, self.compte_rendu
        self.compte_rendu, self.compte_rendu_html = texte, en_html(texte)
        self.compte_rendu_le, self.compte_rendu_par = timezone.now(), par
        champs = ("compte_rendu", "compte_rendu_html", "compte_rendu_le", "compte_rendu_par")
        PieceJointe.deposer(pieces, contribution=self)
        self.noter_reperes(*champs)
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
        notifieur = Notifieur(self, Notification.Genre.RENCONTRE, par, precision=str(precision)[:160])
        notifieur.prevenir(self.inscrits(), courriel=False)
        notifieur.prevenir_suiveurs(sauf=self.inscrits())

    def _annoncer_aux_agendas(self, seances):
        pks = list(seances.values_list("pk", flat=True))
        Seance.objects.filter(pk__in=pks).update(sequence=F("sequence") + 1, modifiee_le=timezone.now())
        convier.enqueue(seances=pks, inscriptions=None, objet="changement", evenement=uuid4().hex)


class SeanceQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.prevues().filter(rencontre__in=Rencontre.objects.visibles_par(user))

    def publiees_pour(self, user):
        """What the calendar shows her."""
        return self.prevues().filter(rencontre__in=Rencontre.objects.visibles_par(user).publiees())

    def modifiables_par(self, user):
        return self.prevues().filter(rencontre__in=Rencontre.objects.modifiables_par(user))

    def prevues(self):
        return self.filter(annulee_le=None).order_by("debut", "pk")

    def maintenues(self):
        return self.filter(rencontre__clos_le=None)

    def a_venir(self):
        return self.filter(fin__gte=timezone.now())

    def entre(self, debut, fin):
        return self.filter(debut__lt=fin, fin__gt=debut)

    def avec_places(self):
        """With how many have a seat (`confirmees`) and how many wait for one (`attentes`)."""
        actives = Q(inscriptions__annulee_le=None, inscriptions__isnull=False)
        assise = Q(inscriptions__confirmee_le__isnull=False)
        return self.annotate(
            confirmees=Count("inscriptions", filter=actives & assise),
            attentes=Count("inscriptions", filter=actives & ~assise),
        )

    def pour_agenda(self):
        return self.select_related("rencontre__collectivite", "rencontre__reseau")

    def a_rappeler(self):
        maintenant = timezone.now()
        publiees = Rencontre.objects.publiees().ouvertes()
        # As long as a poll is open, the date is not sure.
        publiees = publiees.exclude(sondage_ouvert_le__isnull=False, sondage_clos_le=None)
        return self.prevues().filter(
            rencontre__in=publiees,
            rappelee_le=None,
            debut__gt=maintenant,
            debut__lte=maintenant + RAPPEL,
        )


class Seance(models.Model):
    """One date of a meeting, with its place and its seats. A calendar knows it by its `uid`, for ever."""

    rencontre = models.ForeignKey(Rencontre, models.CASCADE, related_name="seances")
    debut = models.DateTimeField(_("début"))
    fin = models.DateTimeField(_("fin"))
    lieu = models.CharField(
        _("lieu"), max_length=200, blank=True, help_text=_("«\u202fMairie de Changé, salle du conseil\u202f»")
    )
    capacite = models.PositiveSmallIntegerField(
        _("nombre de places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1, _("Une place au moins."))],
        help_text=_("Vide\u202f: autant qu’on veut. Au-delà, une liste d’attente."),
    )
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    # Of iCalendar: each change that calendars must follow takes the next one.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    modifiee_le = models.DateTimeField(default=timezone.now, editable=False)
    annulee_le = models.DateTimeField(_("annulée le"), null=True, editable=False)
    annulee_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    rappelee_le = models.DateTimeField(_("rappelée le"), null=True, editable=False)

    objects = SeanceQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        indexes = [models.Index(fields=["debut"], name="reseau_seance_debut")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fin__gt=F("debut")),
                name="reseau_seance_fin_apres_debut",
                violation_error_message=_("La fin vient après le début."),
            ),
            models.CheckConstraint(
                condition=Q(capacite=None) | Q(capacite__gt=0),
                name="reseau_seance_capacite_positive",
                violation_error_message=_("Une place au moins."),
            ),
        ]

    def __str__(self):
        return self.creneau

    def get_absolute_url(self):
        return f"{self.rencontre.get_absolute_url()}#{self.ancre}"

    @property
    def ancre(self):
        return f"seance-{self.pk}"

    @property
    def creneau(self):
        return en_creneau(self.debut, self.fin)

    @property
    def est_commencee(self):
        return self.debut <= timezone.now()

    @property
    def est_passee(self):
        return self.fin < timezone.now()

    @property
    def est_annulee(self):
        return self.annulee_le is not None or self.rencontre.est_annulee

    @property
    def accepte_les_inscriptions(self):
        rencontre = self.rencontre
        jusqu_au = rencontre.inscription_jusqu_au
        return (
            rencontre.accepte_les_messages
            and self.annulee_le is None
            and not self.est_commencee
            and (jusqu_au is None or timezone.localdate() <= jusqu_au)
        )

    @property
    def places_libres(self):
        """How many seats are left; None when they are not counted. See `avec_places`."""
        return None if self.capacite is None else max(self.capacite - self.confirmees, 0)

    @property
    def phrase_des_places(self):
        """« 12 inscrits, 3 places restantes »: the same for every reader."""
        mots = [ngettext("%d inscrit", "%d inscrits", self.confirmees) % self.confirmees]
        if self.capacite is not None and not self.est_passee:
            libres = self.places_libres
            mots.append(
                ngettext("%d place restante", "%d places restantes", libres) % libres
                if libres
                else str(_("complet"))
            )
        if self.attentes:
            mots.append(ngettext("%d en attente", "%d en attente", self.attentes) % self.attentes)
        return ", ".join(mots)

    # What happens to it: the thread's counter is taken first, whose lock makes hands follow each other

    def _avancer(self):
        revision = Fil.avancer(self.rencontre)[0]
        self.refresh_from_db(fields=["debut", "fin", "lieu", "capacite", "annulee_le"])
        self.rencontre.refresh_from_db(
            fields=[
                "publie_le",
                "clos_le",
                "verrouille_le",
                "retire_le",
                "inscription_jusqu_au",
                "visibilite",
                "reseau",
            ]
        )
        return revision

    @transaction.atomic
    def inscrire(self, *, par, collectivite, membre=None, nom=""):
        """A seat for a member of this collectivité, or for somebody of its who has no account (`nom`).

        Without a seat left, she waits for one in the order of arrival. Raises ValidationError when the séance
        takes nobody any more, or already has her.
        """
        revision = self._avancer()
        if not self.accepte_les_inscriptions:
            raise ValidationError(_("Cette séance ne prend plus d’inscription."))
        if membre and not Membre.objects.agents_de(collectivite).filter(pk=membre.pk).exists():
            raise ValidationError(_("Cette personne n’est pas de votre collectivité."))
        if membre and not self.rencontre.lecteurs_parmi(Membre.objects.filter(pk=membre.pk)).exists():
            raise ValidationError(
                _("%(nom)s n’est pas du réseau auquel cette rencontre est réservée.")
                % {"nom": membre.nom_complet}
            )
        memes = self.inscriptions.actives()
        memes = memes.filter(membre=membre) if membre else memes.filter(collectivite=collectivite, nom=nom)
        if memes.exists():
            raise ValidationError(
                _("%(nom)s est déjà dans la liste.") % {"nom": membre.nom_complet if membre else nom}
            )
        a_sa_place = self.capacite is None or self.inscriptions.confirmees().count() < self.capacite
        inscription = self.inscriptions.create(
            membre=membre,
            nom=nom,
            collectivite=collectivite,
            par=par,
            confirmee_le=timezone.now() if a_sa_place else None,
        )
        self.rencontre.suivre(membre or par)
        inscription.envoyer("inscription")
        if membre:
            inscription.prevenir(par, _("%(nom)s vous a inscrit·e") % {"nom": par.nom_complet})
        direct.fil_change(self.rencontre, revision)
        return inscription

    @transaction.atomic
    def modifier(self, *, par, dit=CHANGEMENT, **champs):
        """Another date, place or number of seats. Whoever has a seat keeps it, even when there are fewer.

        `dit`: how it is told.
        """
        publiee = self.rencontre.est_publiee
        revision = self._avancer() if publiee else None
        avant, etat_suivi = self._en_clair(), self._etat_suivi()
        quand = (self.debut, self.fin)
        for champ, valeur in champs.items():
            setattr(self, champ, valeur)
        self.save(update_fields=list(champs))
        self.rencontre.noter_les_seances()
        if not publiee or etat_suivi == self._etat_suivi():
            return self
        self.rencontre._consigner(par, _("séance"), etat_suivi, self._etat_suivi())
        if quand != (self.debut, self.fin):
            Seance.objects.filter(pk=self.pk).update(rappelee_le=None)
        if avant != self._en_clair() and not self.est_annulee:
            seances = Seance.objects.filter(pk=self.pk)
            self.rencontre.redire(par, dit % {"seance": self._en_clair()}, seances)
        self._promouvoir(par)
        direct.fil_change(self.rencontre, revision)
        return self

    def _en_clair(self):
        return f"{self.creneau}, {self.lieu}" if self.lieu else self.creneau

    def _etat_suivi(self):
        """What the history follows."""
        if self.capacite is None:
            return self._en_clair()
        places = ngettext("%d place", "%d places", self.capacite) % self.capacite
        return f"{self._en_clair()}, {places}"

    @transaction.atomic
    def annuler(self, *, par):
        """Take this date off a workshop that has others; that of a draft is forgotten."""
        if self.rencontre.est_publiee:
            revision = self._avancer()
        if not self.rencontre.seances.prevues().exclude(pk=self.pk).exists():
            raise ValidationError(_("C’est la seule séance\u202f: annulez plutôt la rencontre."))
        if not self.rencontre.est_publiee:
            self.delete()
            self.rencontre.noter_les_seances()
            return self
        if self.annulee_le:
            return self
        self.annulee_le, self.annulee_par = timezone.now(), par
        self.save(update_fields=["annulee_le", "annulee_par"])
        self.rencontre.noter_les_seances()
        self.rencontre._consigner(par, _("séance"), self._en_clair(), _("annulée"))
        precision = _("La séance du %(creneau)s est annulée") % {"creneau": self.creneau}
        siens = Membre.objects.filter(pk__in=self.inscriptions.actives().values("membre"))
        self.rencontre._annoncer_aux_agendas(Seance.objects.filter(pk=self.pk))
        notifieur = Notifieur(self.rencontre, Notification.Genre.RENCONTRE, par, precision=precision[:160])
        notifieur.prevenir(siens, courriel=False)
        direct.fil_change(self.rencontre, revision)
        return self

    def _promouvoir(self, par):
        """Seats that are free go to who waits, in the order of arrival."""
        attente = self.inscriptions.en_attente().select_related("membre", "par")
        if self.capacite is not None:
            libres = self.capacite - self.inscriptions.confirmees().count()
            attente = attente[: max(libres, 0)]
        for inscription in attente:
            inscription.confirmee_le = timezone.now()
            inscription.save(update_fields=["confirmee_le"])
            inscription.envoyer("place")
            inscription.prevenir(par, _("Une place s’est libérée\u202f: vous êtes inscrit·e"))

    @transaction.atomic
    def emarger(self, presents, *, par):
        """Of those who have a seat, say who came (ids); what is not ticked is taken back."""
        self.debut = Seance.objects.select_for_update().get(pk=self.pk).debut
        self._refuser_les_presences()
        confirmees = self.inscriptions.confirmees()
        confirmees.exclude(pk__in=presents).update(present_le=None, present_par=None)
        venus = confirmees.filter(pk__in=presents, present_le=None)
        venus.update(present_le=timezone.now(), present_par=par)
        return self

    @transaction.atomic
    def accueillir(self, *, par, collectivite, nom):
        """Somebody came who was not on the list."""
        revision = self._avancer()
        self._refuser_les_presences()
        deja = self.inscriptions.actives().filter(collectivite=collectivite, nom=nom).first()
        if deja and deja.est_confirmee:
            raise ValidationError(_("%(nom)s est déjà dans la liste.") % {"nom": nom})
        # Whoever waited for a seat and came all the same has it.
        inscription = deja or Inscription(seance=self, collectivite=collectivite, nom=nom, par=par)
        inscription.confirmee_le = inscription.present_le = timezone.now()
        inscription.present_par = par
        inscription.save()
        direct.fil_change(self.rencontre, revision)
        return inscription

    def _refuser_les_presences(self):
        if not self.est_commencee:
            raise ValidationError(_("La séance n’a pas commencé\u202f: les présences se notent ensuite."))

    @transaction.atomic
    def rappeler(self):
        """Tell those who have a seat that it is soon; once, whoever else tries at the same time."""
        miennes = Seance.objects.filter(pk=self.pk, rappelee_le=None)
        if not miennes.update(rappelee_le=timezone.now()):
            return self
        confirmees = self.inscriptions.confirmees()
        convier.enqueue(
            seances=[self.pk],
            inscriptions=list(confirmees.values_list("pk", flat=True)),
            objet="rappel",
            evenement=f"rappel-{self.uid}-{self.sequence}",
        )
        notifieur = Notifieur(
            self.rencontre,
            Notification.Genre.RENCONTRE,
            self.rencontre.responsable,
            precision=str(_("Rappel\u202f: %(creneau)s") % {"creneau": self.creneau})[:160],
        )
        siens = Membre.objects.filter(pk__in=confirmees.values("membre"))
        notifieur.prevenir(siens, courriel=False, acteur_compris=True)
        return self


class InscriptionQuerySet(models.QuerySet):
    def actives(self):
        return self.filter(annulee_le=None)

    def confirmees(self):
        return self.actives().filter(confirmee_le__isnull=False)

    def en_attente(self):
        return self.actives().filter(confirmee_le=None).order_by("le", "pk")

    def de(self, rencontre):
        return self.actives().filter(seance__rencontre=rencontre.pk, seance__annulee_le=None)

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
            self.seance.rencontre, Notification.Genre.RENCONTRE, acteur, precision=str(precision)[:160]
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
