"""What somebody prepares for who decides: once that one has agreed, it is said in his name."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle import jetons
from reseau.liens import JOURS
from reseau.models import Collectivite, Contribution, Fonction, Membre, Notification, Notifieur

from ..quantites import en_clair
from ..taches import courriel_de_preparation
from .actes import Acte
from .avis import Avis
from .consultations import Consultation
from .positions import Position, RecoitDesPositions

# As long as the link of its mail.
DUREE = timedelta(days=JOURS)
COURRIELS_PAR_HEURE = 3
DECIDEURS = (Fonction.Role.REFERENT, Fonction.Role.ELU)


class PreparationQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """Who is to agree, and those who speak for the collectivité, who prepared it among them."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        siennes = Q(pour=membre) | Q(collectivite__in=membre.droits.collectivites)
        lisibles = Contribution.objects.visibles_par(user).publiees()
        return self.filter(siennes, contribution__in=lisibles.values("pk"))

    def sans_suite(self):
        """Neither agreed to, nor sent back, nor taken back."""
        return self.filter(valide_le=None, refuse_le=None, retire_le=None)

    def en_attente(self):
        """Those that may still be agreed to, by somebody who still decides there; none of a need that a
        project answers."""
        fonctions = Fonction.objects.en_cours().filter(
            membre=OuterRef("pour"), collectivite=OuterRef("collectivite"), role__in=DECIDEURS
        )
        return self.sans_suite().filter(
            Exists(fonctions),
            pour__utilisateur__is_active=True,
            prepare_le__gt=timezone.now() - DUREE,
            contribution__in=Contribution.objects.acceptant_les_messages().values("pk"),
            contribution__besoin__rapproche_le=None,
        )

    def attendues_de(self, membre):
        """What waits for her agreement, as long as she decides for that collectivité."""
        return (
            self.visibles_par(membre.utilisateur)
            .en_attente()
            .filter(pour=membre, collectivite__in=membre.droits.collectivites_decidees)
        )

    def pour_page(self):
        return self.select_related("contribution__collectivite", "collectivite", "prepare_par", "pour")


class Preparation(models.Model):
    """An answer of a collectivité, a position or an opinion, that waits for the agreement of who decides.

    It falls as soon as something else stands for the collectivité (see `Parole.noter`).
    """

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="preparations")
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    # One or the other, as the contribution asks.
    niveau = models.CharField(_("position"), max_length=12, choices=Position.Niveau, blank=True)
    sens = models.CharField(_("avis"), max_length=12, choices=Avis.Sens, blank=True)
    quantite = models.DecimalField(_("quantité"), max_digits=12, decimal_places=2, null=True, blank=True)
    texte = models.TextField(_("en quelques mots"), blank=True, max_length=3000)
    # The act by which a commune engages herself in a project.
    acte_nature = models.CharField(_("nature"), max_length=12, choices=Acte.Nature, blank=True)
    acte_numero = models.CharField(_("numéro"), max_length=40, blank=True)
    acte_date = models.DateField(_("du"), null=True, blank=True)
    acte_executoire_le = models.DateField(_("exécutoire le"), null=True, blank=True)
    prepare_par = models.ForeignKey(
        Membre, models.PROTECT, related_name="+", verbose_name=_("préparée par"), editable=False
    )
    prepare_le = models.DateTimeField(_("préparée le"), default=timezone.now, editable=False)
    pour = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("à valider par"))
    valide_le = models.DateTimeField(_("validée le"), null=True, editable=False)
    refuse_le = models.DateTimeField(_("renvoyée le"), null=True, editable=False)
    retire_le = models.DateTimeField(_("retirée le"), null=True, editable=False)
    motif = models.CharField(_("un mot"), max_length=500, blank=True, editable=False)

    objects = PreparationQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("réponse préparée")
        verbose_name_plural = _("réponses préparées")
        ordering = ["-prepare_le", "-pk"]
        indexes = [
            models.Index(
                fields=["pour"],
                condition=Q(valide_le=None, refuse_le=None, retire_le=None),
                name="besoins_preparation_pour",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantite=None) | Q(quantite__gt=0),
                name="besoins_preparation_quantite_positive",
                violation_error_message=_("La quantité est supérieure à zéro."),
            ),
            models.UniqueConstraint(
                fields=["contribution", "collectivite"],
                condition=Q(valide_le=None, refuse_le=None, retire_le=None),
                name="besoins_preparation_une_en_attente",
                violation_error_message=_("Une réponse de cette collectivité attend déjà d’être validée."),
            ),
            models.CheckConstraint(
                condition=~Q(niveau="") & Q(sens="") | Q(niveau="") & ~Q(sens=""),
                name="besoins_preparation_position_ou_avis",
                violation_error_message=_("On prépare une position ou un avis."),
            ),
            models.CheckConstraint(
                condition=Q(valide_le=None, refuse_le=None)
                | Q(valide_le=None, retire_le=None)
                | Q(refuse_le=None, retire_le=None),
                name="besoins_preparation_une_seule_suite",
                violation_error_message=_("Une réponse préparée n’a qu’une suite."),
            ),
            models.CheckConstraint(
                condition=Q(refuse_le=None) | ~Q(motif=""),
                name="besoins_preparation_renvoi_motive",
                violation_error_message=_("Dites pourquoi vous la renvoyez."),
            ),
        ]

    def __str__(self):
        return f"{self.collectivite}, {self.dit}"

    def get_absolute_url(self):
        return reverse("besoins:preparation", args=[self.pk])

    def lien_par_courriel(self):
        """The address, signed for who is to agree, where he confirms."""
        vue = "besoins:lien_preparation"
        return reverse(vue, args=[jetons.signer(vue, self.pour_id, self.pk, jours=JOURS)])

    # What it says

    @property
    def dit(self):
        return self.get_niveau_display() or self.get_sens_display()

    @property
    def acte(self):
        """The act to come, not saved; None where there is none."""
        if not self.acte_numero:
            return None
        return Acte(
            projet=self.contribution.specifique,
            collectivite=self.collectivite,
            nature=self.acte_nature,
            numero=self.acte_numero,
            date=self.acte_date,
            executoire_le=self.acte_executoire_le,
        )

    @property
    def en_clair(self):
        """« engagée (délibération n° 12 du 3 mars 2026) », « intéressée (3) »"""
        if acte := self.acte:
            precision = acte.en_clair
        else:
            unite = getattr(self.contribution.specifique, "unite", "")
            precision = en_clair(self.quantite, unite) if self.quantite else ""
        return f"{self.dit} ({precision})" if precision else str(self.dit)

    @property
    def est_perimee(self):
        """Prepared too long ago to be agreed to: it is prepared anew."""
        return self.prepare_le <= timezone.now() - DUREE

    # Who may prepare it, who may agree to it

    @staticmethod
    def recue_par(contribution):
        """Whether communes answer this kind of contribution."""
        return isinstance(contribution, (RecoitDesPositions, Consultation))

    @staticmethod
    def qui_decident(contribution, collectivite, *, sauf):
        """The référent and the élus of this collectivité who may read it; not who prepares the answer."""
        fonctions = Fonction.objects.en_cours().filter(collectivite=collectivite, role__in=DECIDEURS)
        autres = Membre.objects.filter(pk__in=fonctions.values("membre")).exclude(pk=sauf.pk)
        lecteurs = contribution.lecteurs_parmi(autres)
        return lecteurs.order_by("nom", "prenom", "pk")

    @staticmethod
    def refus_de_repondre(contribution, collectivite):
        """Why this collectivité answers nothing there now, in a sentence; "" when she may."""
        if isinstance(contribution, Consultation):
            if not contribution.accepte_les_avis:
                return _("Cette consultation ne prend pas d’avis aujourd’hui.")
            demande = contribution.interroge(collectivite)
            return "" if demande else _("L’avis de votre collectivité n’est pas demandé ici.")
        if not contribution.accepte_les_positions:
            return contribution.phrase_sans_position
        return contribution.refus_de_position(collectivite) or contribution.refus_de_preparer(collectivite)

    def refus_de_valider(self, membre):
        """Why it is not this member's to agree to, now, in a sentence; "" when it is."""
        if self.valide_le:
            return _("Cette réponse est déjà validée.")
        if self.refuse_le:
            return _("Cette réponse a été renvoyée à qui l’a préparée.")
        if self.retire_le:
            return _(
                "Cette réponse ne se valide plus\u202f: qui l’a préparée l’a retirée, "
                "ou la collectivité a répondu depuis."
            )
        if self.est_perimee:
            return _("Cette réponse a été préparée il y a plus d’un mois\u202f: elle ne se valide plus.")
        if membre.pk != self.pour_id or not membre.decide_pour(self.collectivite):
            return _("Vous n’êtes pas la personne qui valide pour cette collectivité.")
        return self.refus_de_repondre(self.contribution.specifique, self.collectivite)

    def a_reprendre_pour(self, collectivite):
        """Whether it came back to who speaks for this one, and may be prepared again."""
        siennes = {"contribution": self.contribution_id, "collectivite": self.collectivite_id}
        return bool(
            self.refuse_le
            and collectivite
            and collectivite.pk == self.collectivite_id
            and not Preparation.objects.filter(**siennes, pk__gt=self.pk).exists()
            and not self.refus_de_repondre(self.contribution.specifique, self.collectivite)
        )

    def retirable_par(self, membre):
        return membre.pk == self.prepare_par_id and not (self.valide_le or self.refuse_le or self.retire_le)

    # What happens to it

    @transaction.atomic
    def preparer(self, *, par):
        """Put it before who decides, who is told at once; it takes the place of what waited already.

        The same words sent twice are one. ValidationError where he could not say so.
        """
        self.contribution._avancer()
        contribution = self.contribution.specifique
        contribution._relire(*contribution.CHAMPS_D_OUVERTURE)
        self._controler(contribution, par)
        if avant := self._en_attente().select_for_update(of=("self",)).first():
            redite = (avant.en_clair, avant.texte, avant.pour_id) == (self.en_clair, self.texte, self.pour_id)
            if redite and not avant.est_perimee:
                return avant
            self._en_attente().update(retire_le=timezone.now())
        self.prepare_par = par
        self.save()
        precision = _("%(nom)s vous propose une réponse à valider\u202f: %(dit)s")
        self._dire(par, precision, self.pour_id, Notification.Genre.SOLLICITATION, courriel=False)
        if self._courriels_recents() < COURRIELS_PAR_HEURE:
            courriel_de_preparation.enqueue(self.pk)
        return self

    def _courriels_recents(self):
        """How many others were put to him for it within the hour: beyond a few, the bell alone rings."""
        recentes = Preparation.objects.filter(
            contribution=self.contribution_id,
            collectivite=self.collectivite_id,
            pour=self.pour_id,
            prepare_le__gte=timezone.now() - timedelta(hours=1),
        )
        return recentes.exclude(pk=self.pk).count()

    def _en_attente(self):
        siennes = Preparation.objects.filter(
            contribution=self.contribution_id, collectivite=self.collectivite_id
        )
        return siennes.sans_suite()

    def _controler(self, contribution, par):
        if refus := self.refus_de_repondre(contribution, self.collectivite):
            raise ValidationError(refus)
        if not self.qui_decident(contribution, self.collectivite, sauf=par).filter(pk=self.pour_id).exists():
            raise ValidationError({"pour": _("Cette personne ne peut pas valider la réponse.")})
        if self.sens:
            return
        actuelle = contribution.positions.filter(collectivite=self.collectivite).first()
        dit = {"niveau": self.niveau, "acte": self.acte, "effet_le": None}
        qui = {"par": self.pour, "collectivite": self.collectivite}
        if refus := contribution.refus_de_niveau(actuelle, dit, **qui):
            raise ValidationError({"niveau": refus})

    @transaction.atomic
    def valider(self, *, par):
        """Say it, in the name of who agrees. ValidationError when it is no longer his to say so."""
        contribution = self._tenir()
        if self.valide_le and par.pk == self.pour_id:
            return self
        if refus := self.refus_de_valider(par):
            raise ValidationError(refus)
        self.valide_le = timezone.now()
        self.save(update_fields=["valide_le"])
        self._parler(contribution, par)
        champ = _("réponse de %s") % self.collectivite.nom
        apres = _("%(dit)s, préparée par %(nom)s") % {"dit": self.dit, "nom": self.prepare_par.nom_complet}
        contribution._consigner(par, champ, "", apres)
        self._dire(par, _("%(nom)s a validé votre réponse\u202f: %(dit)s"), self.prepare_par_id)
        return self

    def _parler(self, contribution, par):
        qui = {"collectivite": self.collectivite, "par": par}
        if self.sens:
            Avis.donner(contribution, sens=self.sens, texte=self.texte, **qui)
        elif acte := self.acte:
            acte.engager(par=par, commentaire=self.texte)
        else:
            Position.dire(
                contribution, niveau=self.niveau, quantite=self.quantite, commentaire=self.texte, **qui
            )

    @transaction.atomic
    def renvoyer(self, *, par, motif):
        """Back to who prepared it, with a word; nothing is said for the collectivité."""
        self._tenir()
        if self.refuse_le and par.pk == self.pour_id:
            return self
        if refus := self.refus_de_valider(par):
            raise ValidationError(refus)
        self.refuse_le, self.motif = timezone.now(), motif
        self.save(update_fields=["refuse_le", "motif"])
        self._dire(
            par, _("%(nom)s vous renvoie votre réponse\u202f: «\u202f%(motif)s\u202f»"), self.prepare_par_id
        )
        return self

    @transaction.atomic
    def retirer(self, *, par):
        """By who prepared it, as long as nothing came of it."""
        self._tenir()
        if self.valide_le or self.refuse_le:
            raise ValidationError(_("Cette réponse a déjà une suite\u202f: elle ne se retire plus."))
        if not self.retire_le:
            self.retire_le = timezone.now()
            self.save(update_fields=["retire_le"])
        return self

    def _tenir(self):
        """The thread's counter, then this row as it now is."""
        self.contribution._avancer()
        verrouillee = Preparation.objects.select_for_update()
        suites = ["valide_le", "refuse_le", "retire_le", "motif"]
        self.refresh_from_db(fields=suites, from_queryset=verrouillee)
        return self.contribution.specifique

    def _dire(self, par, mots, a, genre=Notification.Genre.POSITION, **options):
        precision = mots % {"nom": par.nom_complet, "dit": self.dit, "motif": self.motif}
        notifieur = Notifieur(self.contribution, genre, par, precision=precision)
        notifieur.prevenir(Membre.objects.filter(pk=a), **options)
