from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from reseau.models import Collectivite, Fonction, Membre, Notification, Notifieur

from ..montants import en_euros
from ..quantites import en_clair
from .echeances import BORNES
from .notes import Note, NoteQuerySet
from .projets import Projet

MONTANT_MAX = Decimal(10) ** 12
POSITIF = MinValueValidator(0, _("Ce nombre n’est pas négatif."))


class RetombeeQuerySet(NoteQuerySet):
    def corrigeables_par(self, user):
        """Those of the projects that she looks after and, of what she may read, those of her own commune."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        lus = Projet.objects.visibles_par(user).publiees()
        siennes = Q(collectivite__in=membre.droits.collectivites_decidees, projet__in=lus)
        return self.filter(siennes | Q(projet__in=Projet.objects.modifiables_par(user)))

    def pour_page(self):
        return self.select_related("collectivite", "par", "contestee_par").order_by(
            "collectivite__slug", "pk"
        )


class Retombee(Note):
    """What a project makes a collectivité, or all of them, save; a loss is told as such, below zero.

    An amount, in euros, says by which method it was found, from which source, and on which day. Two add up
    when their nature and their method are the same.
    """

    class Nature(models.TextChoices):
        PRIX_DE_REFERENCE = "prix_reference", _("prix de référence")
        COUT_EVITE = "cout_evite", _("coût évité")

    class Moment(models.TextChoices):
        ESTIMEE = "estimee", _("estimée")
        REELLE = "reelle", _("réelle")

    nom_d_historique = _("économie")
    refus_si_retire = _("Cette économie a été retirée.")
    # Of a reference price: how many, of what, at which price; of an avoided cost, none of these.
    DU_PRIX = ("quantite", "unite", "prix_reference", "prix_paye")
    champs_dits = (
        "collectivite",
        "moment",
        "nature",
        "methode",
        *DU_PRIX,
        "montant",
        "source",
        "constatee_le",
    )
    DE_LA_CONTESTATION = ("contestee_le", "contestee_par", "contestation")

    collectivite = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("collectivité"),
    )
    moment = models.CharField(_("estimée ou réelle"), max_length=10, choices=Moment, default=Moment.ESTIMEE)
    nature = models.CharField(_("nature"), max_length=20, choices=Nature, default=Nature.PRIX_DE_REFERENCE)
    methode = models.CharField(_("méthode"), max_length=150)
    quantite = models.DecimalField(
        _("quantité"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[POSITIF]
    )
    unite = models.CharField(_("unité, au pluriel"), max_length=30, blank=True)
    prix_reference = models.DecimalField(
        _("prix de référence"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[POSITIF]
    )
    prix_paye = models.DecimalField(
        _("prix payé"), max_digits=12, decimal_places=4, null=True, blank=True, validators=[POSITIF]
    )
    montant = models.DecimalField(_("montant"), max_digits=14, decimal_places=2)
    source = models.CharField(_("source"), max_length=300)
    constatee_le = models.DateField(_("constatée le"), validators=BORNES)
    contestee_le = models.DateTimeField(_("contestée le"), null=True, editable=False)
    contestee_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    contestation = models.CharField(
        _("motif de la contestation"), max_length=1000, blank=True, editable=False
    )

    objects = RetombeeQuerySet.as_manager()

    class Meta(Note.Meta):
        verbose_name = _("économie")
        verbose_name_plural = _("économies")
        ordering = ["pk"]
        constraints = [
            *Note.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(methode="") & ~Q(source=""),
                name="besoins_retombee_methode_et_source",
                violation_error_message=_("Un montant dit sa méthode et sa source."),
            ),
            models.CheckConstraint(
                condition=Q(nature="cout_evite", quantite=None, unite="", prix_reference=None, prix_paye=None)
                | Q(
                    ~Q(unite=""),
                    nature="prix_reference",
                    quantite__gt=0,
                    prix_reference__gte=0,
                    prix_paye__gte=0,
                ),
                name="besoins_retombee_calculee_ou_dite",
                violation_error_message=_(
                    "Sur un prix de référence, dites la quantité, son unité et les deux prix."
                ),
            ),
            models.CheckConstraint(
                condition=Q(contestee_le=None, contestee_par=None, contestation="")
                | Q(
                    ~Q(contestation=""),
                    contestee_le__isnull=False,
                    contestee_par__isnull=False,
                    collectivite__isnull=False,
                ),
                name="besoins_retombee_contestation_motivee",
                violation_error_message=_("Une contestation porte un nom, un motif et une collectivité."),
            ),
            models.UniqueConstraint(
                fields=["projet", "collectivite", "nature", "methode", "moment"],
                condition=Q(retire_le=None, collectivite__isnull=False),
                name="besoins_retombee_une_par_collectivite",
                violation_error_message=_("Cette collectivité a déjà une économie par cette méthode."),
            ),
            models.UniqueConstraint(
                fields=["projet", "nature", "methode", "moment"],
                condition=Q(retire_le=None, collectivite=None),
                name="besoins_retombee_une_pour_le_projet",
                violation_error_message=_("Le projet a déjà une économie par cette méthode."),
            ),
        ]

    def __str__(self):
        return f"{self.pour_qui}\u202f: {self.en_bref}"

    def get_absolute_url(self):
        return f"{self.projet.get_absolute_url()}#economies"

    @property
    def pour_qui(self):
        return self.collectivite.nom if self.collectivite else str(_("ensemble du projet"))

    @property
    def clef(self):
        """Those that have the same one add up."""
        return self.nature, " ".join(self.methode.casefold().split())

    @property
    def montant_en_clair(self):
        return en_euros(self.montant)

    @property
    def en_bref(self):
        return f"{self.montant_en_clair} ({self.get_moment_display()}, {self.methode})"

    @property
    def calcul(self):
        """« 120 tonnes × (95 € − 82 €) », or nothing for an amount that was given as such."""
        if self.nature != self.Nature.PRIX_DE_REFERENCE:
            return ""
        prix = f"({en_euros(self.prix_reference)} − {en_euros(self.prix_paye)})"
        return f"{en_clair(self.quantite, self.unite)} × {prix}"

    @property
    def en_clair(self):
        dit = [
            f"{self.pour_qui}\u202f: {self.montant_en_clair} ({self.get_moment_display()})",
            f"{self.get_nature_display()}, {self.methode}",
            self.calcul,
            _("source\u202f: %s") % self.source,
            en_jour(self.constatee_le, "j F Y"),
        ]
        return ". ".join(str(morceau) for morceau in dit if morceau)

    @property
    def est_contestee(self):
        return self.contestee_le is not None

    def noter(self, *, par, lu=None):
        if self.nature == self.Nature.PRIX_DE_REFERENCE:
            ecart = self.prix_reference - self.prix_paye
            self.montant = (self.quantite * ecart).quantize(Decimal("0.01"))
        return super().noter(par=par, lu=lu)

    def _controler(self, avant):
        if avant and avant.est_contestee and avant.collectivite_id != self.collectivite_id:
            raise ValidationError(_("Sa commune la conteste\u202f: elle reste à son nom d’ici là."))
        if abs(self.montant) >= MONTANT_MAX:
            raise ValidationError(_("Ce montant est trop grand\u202f: vérifiez la quantité et les prix."))
        for autre in self._autres():
            if autre.collectivite_id == self.collectivite_id:
                refus = _("%(qui)s a déjà une économie %(moment)s par cette méthode\u202f: corrigez-la.")
                raise ValidationError(
                    refus % {"qui": self.pour_qui.capitalize(), "moment": self.get_moment_display()}
                )
            if autre.collectivite_id is None or self.collectivite_id is None:
                raise ValidationError(
                    _(
                        "Par une même méthode, c’est commune par commune ou pour l’ensemble du projet\u202f: "
                        "les deux compteraient deux fois."
                    )
                )

    def _autres(self):
        """What stands beside it in the same sum; not what this very sending has written already."""
        autres = Retombee.objects.notes().filter(
            projet=self.projet_id, nature=self.nature, moment=self.moment
        )
        if self.envoi:
            autres = autres.exclude(par=self.par_id, envoi=self.envoi)
        return [autre for autre in autres.exclude(pk=self.pk) if autre.clef == self.clef]

    def _ecrire(self, avant, *, par):
        super()._ecrire(avant, par=par)
        if avant and avant.est_contestee and par.engage(self.collectivite):
            self._contester(None, None, "")
        self._prevenir(par)

    def _prevenir(self, par):
        """Its commune, and who looks after the project; not who wrote it."""
        referents = Fonction.objects.en_cours().filter(
            collectivite=self.collectivite_id, role=Fonction.Role.REFERENT
        )
        precision = _("Économie %(moment)s, %(commune)s\u202f: %(montant)s") % {
            "moment": self.get_moment_display(),
            "commune": self.pour_qui,
            "montant": self.montant_en_clair,
        }
        porteurs = Q(pk__in={self.par_id, self.projet.responsable_id})
        notifieur = Notifieur(self.projet, Notification.Genre.POSITION, par, precision=precision)
        notifieur.prevenir(Membre.objects.filter(porteurs | Q(pk__in=referents.values("membre"))))

    @transaction.atomic
    def contester(self, *, par, motif):
        """Its commune does not agree: it no longer counts in the sums, until that is settled."""
        revision = self._tenir_pour_sa_commune()
        if self.retire_le:
            raise ValidationError(self.refus_si_retire)
        if self.est_contestee:
            return self
        self._contester(timezone.now(), par, motif)
        precision = _("%(nom)s conteste l’économie de %(commune)s") % {
            "nom": par.nom_complet,
            "commune": self.collectivite.nom,
        }
        porteurs = {self.par_id, self.projet.responsable_id}
        notifieur = Notifieur(self.projet, Notification.Genre.POSITION, par, precision=precision)
        notifieur.prevenir(Membre.objects.filter(pk__in=porteurs))
        return self._consigner(par, self.en_clair, _("contestée\u202f: %s") % motif, revision)

    @transaction.atomic
    def accepter(self, *, par):
        """Its commune agrees after all."""
        revision = self._tenir_pour_sa_commune()
        if not self.est_contestee:
            return self
        self._contester(None, None, "")
        return self._consigner(par, _("contestée"), self.en_clair, revision)

    def _tenir_pour_sa_commune(self):
        """Refused when it has been given to another meanwhile."""
        commune = self.collectivite_id
        revision = self._tenir()
        if self.collectivite_id != commune:
            raise ValidationError(_("Cette économie n’est plus celle de votre commune."))
        return revision

    def _contester(self, le, par, motif):
        self.contestee_le, self.contestee_par, self.contestation = le, par, motif
        self.save(update_fields=self.DE_LA_CONTESTATION)

    def _tenir(self):
        revision = super()._tenir()
        self.refresh_from_db(fields=self.DE_LA_CONTESTATION)
        return revision

    @classmethod
    def estimations(cls, projet):
        """Those that the end of the project may make real: they stand, and nothing real answers them yet."""
        notees = list(cls.objects.notes().filter(projet=projet).pour_page())
        for notee in notees:
            notee.projet = projet
        reelles = {(r.clef, r.collectivite_id) for r in notees if r.moment == cls.Moment.REELLE}
        estimees = [r for r in notees if r.moment == cls.Moment.ESTIMEE]
        return [r for r in estimees if (r.clef, r.collectivite_id) not in reelles]

    def en_reelle(self):
        """What it turned out to be, not written yet: the same, to correct."""
        champs = ("projet", "collectivite", "nature", "methode", *self.DU_PRIX, "montant")
        return Retombee(
            **{champ: getattr(self, champ) for champ in champs},
            moment=self.Moment.REELLE,
            constatee_le=timezone.localdate(),
        )
