from datetime import timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from plateforme.socle.texte import sans_accents
from reseau import direct
from reseau.heures import en_creneau
from reseau.taches import convier

from .membres import Membre
from .notifications import Notification, Notifieur
from .rencontres import Rencontre

RAPPEL = timedelta(hours=24)
CHANGEMENT = _("Changement\u202f: %(seance)s")


class SeanceQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.prevues().filter(rencontre__in=Rencontre.objects.visibles_par(user))

    def publiees_pour(self, user):
        """What the calendar shows her."""
        return self.prevues().filter(rencontre__in=Rencontre.objects.visibles_par(user).publiees())

    def modifiables_par(self, user):
        return self.prevues().filter(rencontre__in=Rencontre.objects.modifiables_par(user))

    def tenues_par(self, user):
        """Those whose sheet she keeps: a draft has none."""
        return self.prevues().filter(rencontre__in=Rencontre.objects.modifiables_par(user).publiees())

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
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois

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
            models.UniqueConstraint(fields=["rencontre", "envoi"], name="reseau_seance_envoi_unique"),
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
        revision = self.rencontre._avancer()
        self.refresh_from_db(fields=["debut", "fin", "lieu", "capacite", "annulee_le"])
        self.rencontre.refresh_from_db(fields=["inscription_jusqu_au", "visibilite", "reseau"])
        return revision

    @property
    def repere_de_lecture(self):
        return "|".join([self.debut.isoformat(), self.fin.isoformat(), self.lieu, str(self.capacite)])

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
    def modifier(self, *, par, dit=CHANGEMENT, lue=None, **champs):
        """Another date, place or number of seats. Whoever has a seat keeps it, even when there are fewer.

        `dit`: how it is told. `lue`: the `repere_de_lecture` of what she had before her eyes; ValidationError
        if it has moved, otherwise than to what she asks for.
        """
        publiee = self.rencontre.est_publiee
        revision = self._avancer() if publiee else None
        if all(getattr(self, champ) == valeur for champ, valeur in champs.items()):
            return self
        if lue and lue != self.repere_de_lecture:
            refus = _("Quelqu’un d’autre l’a changée\u202f: %(seance)s. Vérifiez, puis enregistrez.")
            raise ValidationError(refus % {"seance": self._etat_suivi()})
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
        notifieur = Notifieur(self.rencontre, Notification.Genre.RENCONTRE, par, precision=precision)
        notifieur.prevenir(siens, courriel=False)
        direct.fil_change(self.rencontre, revision)
        return self

    def _promouvoir(self, par):
        """Seats that are free go to who waits and can still be told, in the order of arrival."""
        if self.est_commencee or self.est_annulee:
            return
        lecteurs = self.rencontre.lecteurs()
        joignables = Q(membre__in=lecteurs) | Q(membre=None, par__in=lecteurs)
        attente = self.inscriptions.en_attente().filter(joignables).select_related("membre", "par")
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
        du_nom = Q(nom=nom) | Q(membre__nom_cherche=sans_accents(nom))
        deja = self.inscriptions.actives().filter(du_nom, collectivite=collectivite)
        if deja.confirmees().exists():
            raise ValidationError(_("%(nom)s est déjà dans la liste.") % {"nom": nom})
        maintenant = timezone.now()
        presence = {"confirmee_le": maintenant, "present_le": maintenant, "present_par": par}
        inscription = deja.first()
        if inscription:
            # Whoever waited for a seat and came all the same has it.
            deja.filter(pk=inscription.pk).update(**presence)
            inscription.refresh_from_db(fields=[*presence])
        else:
            inscription = self.inscriptions.create(collectivite=collectivite, nom=nom, par=par, **presence)
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
            precision=_("Rappel\u202f: %(creneau)s") % {"creneau": self.creneau},
        )
        siens = Membre.objects.filter(pk__in=confirmees.values("membre"))
        notifieur.prevenir(siens, courriel=False, acteur_compris=True)
        return self
