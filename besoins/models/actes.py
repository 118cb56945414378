from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from plateforme.socle.models import FichierProtege
from reseau import direct
from reseau.models import Collectivite, Contribution, Membre, Notification, Notifieur

from .notes import Corrigible
from .positions import Position


class ActeQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(projet__in=Contribution.objects.visibles_par(user).values("pk"))

    def modifiables_par(self, user):
        """By who engages the commune, as long as she may read the project."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        publies = Contribution.objects.visibles_par(user).publiees().values("pk")
        return self.filter(projet__in=publies, collectivite__in=membre.droits.collectivites_decidees)


class Acte(Corrigible, models.Model):
    """The decision or the deliberation by which a collectivité engages itself in a project.

    It is corrected, and the history of the project says what it said before; it is never rewritten unseen.
    """

    class Nature(models.TextChoices):
        DELIBERATION = "deliberation", _("délibération")
        DECISION = "decision", _("décision")

    projet = models.ForeignKey("besoins.Projet", models.CASCADE, related_name="actes")
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    nature = models.CharField(_("nature"), max_length=12, choices=Nature, default=Nature.DELIBERATION)
    numero = models.CharField(_("numéro"), max_length=40)
    date = models.DateField(_("du"))
    executoire_le = models.DateField(
        _("exécutoire le"),
        null=True,
        blank=True,
        help_text=_(
            "Le jour où il a été à la fois publié et transmis au préfet (CGCT, L2131-1). "
            "À laisser vide tant qu’il ne l’est pas\u202f: vous compléterez."
        ),
    )
    par = models.ForeignKey(Membre, models.PROTECT, editable=False, related_name="+")
    note_le = models.DateTimeField(default=timezone.now, editable=False)

    objects = ActeQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("acte")
        verbose_name_plural = _("actes")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(numero=""),
                name="besoins_acte_numerote",
                violation_error_message=_("Un acte a un numéro."),
            ),
            models.CheckConstraint(
                condition=Q(executoire_le=None) | Q(executoire_le__gte=F("date")),
                name="besoins_acte_executoire_apres_sa_date",
                violation_error_message=_("Un acte n’est pas exécutoire avant d’être pris."),
            ),
        ]

    def __str__(self):
        return _("%(nature)s n° %(numero)s du %(jour)s") % {
            "nature": self.get_nature_display(),
            "numero": self.numero,
            "jour": en_jour(self.date, "j F Y"),
        }

    @property
    def en_clair(self):
        if self.executoire_le is None:
            return _("%(acte)s, pas encore exécutoire") % {"acte": self}
        jour = en_jour(self.executoire_le, "j F Y")
        return _("%(acte)s, exécutoire le %(jour)s") % {"acte": self, "jour": jour}

    @property
    def est_executoire(self):
        """Published and transmitted (CGCT L2131-1), today at the latest."""
        return self.executoire_le is not None and self.executoire_le <= timezone.localdate()

    @property
    def piece(self):
        """The file that stands: the last one; those that it replaced are kept. Read from a prefetch."""
        return max(self.pieces.all(), key=lambda piece: piece.pk, default=None)

    def clean(self):
        refus = {}
        for champ in ("date", "executoire_le"):
            jour = getattr(self, champ)
            if jour and jour > timezone.localdate():
                refus[champ] = _("Cette date n’est pas encore venue.")
        if self.executoire_le and self.date and self.executoire_le < self.date:
            refus["executoire_le"] = _("Un acte n’est pas exécutoire avant d’être pris.")
        if refus:
            raise ValidationError(refus)

    @transaction.atomic
    def engager(self, *, par, commentaire="", fiche=None):
        """Engage its collectivité by this new act → her position; sent twice, nothing more is written.

        `fiche`: the checked file (see plateforme.socle.fichiers). ValidationError when she may not be.
        """
        self.clean()
        self.projet._avancer()
        deja = self.projet.positions.select_related("acte").filter(
            collectivite=self.collectivite, niveau=Position.Niveau.ENGAGEE, acte__isnull=False
        )
        if position := deja.first():
            if position.acte.en_clair == self.en_clair and position.acte.a_deja(fiche):
                return position
            refus = _("Votre commune est déjà engagée par sa %s\u202f: c’est elle qu’il faut corriger.")
            raise ValidationError(refus % position.acte)
        self.par = par
        self.save()
        position, _compte = Position.dire(
            self.projet,
            collectivite=self.collectivite,
            par=par,
            niveau=Position.Niveau.ENGAGEE,
            commentaire=commentaire,
            acte=self,
        )
        self._deposer(fiche, par)
        self._consigner(par, "", self.en_clair)
        if self.est_executoire:
            self._attendre_l_entree(par)
        return position

    @transaction.atomic
    def corriger(self, *, par, lu="", fiche=None):
        """Save what was corrected; a new file takes the place of the former one, which is kept.

        `lu`: see `_a_corriger`. ValidationError also if a member's act would no longer be executory.
        """
        self.clean()
        revision = self.projet._avancer()
        avant = self._a_corriger(lu)
        membres = Position.objects.filter(acte=self.pk, niveau=Position.Niveau.MEMBRE)
        if not self.est_executoire and membres.exists():
            refus = _("Votre commune est membre du projet\u202f: son acte reste exécutoire.")
            raise ValidationError({"executoire_le": refus})
        self._deposer(fiche, par)
        if avant.en_clair != self.en_clair:
            self.save()
            self._consigner(par, avant.en_clair, self.en_clair)
        direct.fil_change(self.projet, revision)
        engagees = Position.objects.filter(acte=self.pk, niveau=Position.Niveau.ENGAGEE)
        if self.est_executoire and not avant.est_executoire and engagees.exists():
            self._attendre_l_entree(par)
        return self

    def a_deja(self, fiche):
        """Whether this file adds nothing to it."""
        if fiche is None:
            return True
        piece = self.piece
        nouvelle = (fiche.empreinte, fiche.nom_origine)
        return piece is not None and (piece.empreinte, piece.nom_origine) == nouvelle

    def _deposer(self, fiche, par):
        if self.a_deja(fiche):
            return
        avant = self.piece
        piece = PieceDActe.depuis_fiche(fiche, acte=self, par=par)
        champ = _("fichier de l’acte de %s") % self.collectivite.nom
        self.projet._consigner(par, champ, avant or "", piece)

    def _consigner(self, par, avant, apres):
        self.projet._consigner(par, _("acte de %s") % self.collectivite.nom, avant, apres)

    def _attendre_l_entree(self, par):
        """Tell who carries the project that this one may now be recorded as a member."""
        precision = _("%s\u202f: acte exécutoire, à enregistrer comme membre") % self.collectivite.nom
        porteurs = Membre.objects.filter(pk__in={self.projet.auteur_id, self.projet.responsable_id})
        Notifieur(self.projet, Notification.Genre.POSITION, par, precision=precision).prevenir(porteurs)


class PieceDActeQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(acte__in=Acte.objects.visibles_par(user))


class PieceDActe(FichierProtege):
    """The act itself, as a file that is read by who may read the project."""

    acte = models.ForeignKey(Acte, models.CASCADE, related_name="pieces")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")

    objects = PieceDActeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier d’un acte")
        verbose_name_plural = _("fichiers des actes")
        ordering = ["pk"]

    def __str__(self):
        return self.nom_origine

    def get_absolute_url(self):
        return reverse("besoins:acte_piece", args=[self.pk, self.nom_origine])
