from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

from .membres import Membre
from .periodes import Periode, PeriodeQuerySet
from .poles import Pole
from .territoire import Collectivite


class ReseauQuerySet(models.QuerySet):
    def ouverts(self):
        return self.filter(ferme_le=None)

    def visibles_par(self, user):
        """That a network exists is public, but for those by invitation, known to their members only."""
        membre = Membre.de(user)
        visibles = ~Q(acces=Reseau.Acces.INVITATION)
        if membre:
            if membre.droits.est_administrateur:
                return self
            visibles |= Q(pk__in=membre.droits.reseaux)
        return self.ouverts().filter(visibles)

    def modifiables_par(self, user):
        membre = Membre.de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.ouverts().filter(pk__in=membre.droits.reseaux_animes)


class Reseau(models.Model):
    """A professional network, a pôle's space, a working group: who meets around what."""

    class Acces(models.TextChoices):
        OUVERT = "ouvert", _("ouvert à tous les membres")
        DEMANDE = "demande", _("sur demande")
        INVITATION = "invitation", _("sur invitation")

    nom = models.CharField(_("nom"), max_length=120)
    nom_court = models.CharField(_("nom court"), max_length=30, help_text=_("Celui de l’en-tête des pages."))
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    resume = models.CharField(_("en une phrase"), max_length=200, blank=True)
    presentation = models.TextField(_("présentation"), blank=True, max_length=10_000)
    acces = models.CharField(_("accès"), max_length=20, choices=Acces, default=Acces.DEMANDE)
    pole = models.ForeignKey(
        Pole, models.PROTECT, null=True, blank=True, related_name="reseaux", verbose_name=_("pôle")
    )
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=10)
    cree_le = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    ferme_le = models.DateTimeField(_("fermé le"), null=True, blank=True)
    ferme_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fermé par")
    )

    objects = ReseauQuerySet.as_manager()

    class Meta:
        verbose_name = _("réseau")
        verbose_name_plural = _("réseaux")
        ordering = ["ordre", "nom"]

    def __str__(self):
        return self.nom

    def get_absolute_url(self):
        return reverse("reseau:reseau", args=[self.slug])

    def adhesion_de(self, membre):
        return self.adhesions.en_cours().filter(membre=membre).first()

    def animateurs(self):
        return Membre.objects.actifs().filter(
            pk__in=self.adhesions.en_cours().filter(role=Adhesion.Role.ANIMATEUR).values("membre")
        )

    @transaction.atomic
    def accueillir(self, membre, *, par, role="membre", niveau_courriel=None):
        """Open an adhésion, or give the current one this role. A second click changes nothing."""
        try:
            with transaction.atomic():
                adhesion = Adhesion.objects.create(
                    reseau=self,
                    membre=membre,
                    role=role,
                    niveau_courriel=niveau_courriel or Adhesion.Niveau.QUOTIDIEN,
                    par=par,
                )
        except IntegrityError:
            adhesion = self.adhesions.en_cours().get(membre=membre)
            adhesion.changer(role=role, niveau_courriel=niveau_courriel)
        adhesion.droits_changes()
        return adhesion

    @transaction.atomic
    def fermer(self, *, par):
        """Nobody enters any more; what was published keeps its place, visible to administrators."""
        self.ferme_le, self.ferme_par = timezone.now(), par
        self.save(update_fields=["ferme_le", "ferme_par"])
        for adhesion in self.adhesions.en_cours().select_related("membre"):
            adhesion.droits_changes()
        return self


class AdhesionQuerySet(PeriodeQuerySet):
    def visibles_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(reseau__in=Reseau.objects.visibles_par(user))

    def modifiables_par(self, user):
        return self.filter(reseau__in=Reseau.objects.modifiables_par(user))


class Adhesion(Periode):
    """A member in a network, between two dates, with the mail she asked for."""

    class Role(models.TextChoices):
        MEMBRE = "membre", _("membre")
        ANIMATEUR = "animateur", _("animateur·rice")

    class Niveau(models.TextChoices):
        IMMEDIAT = "immediat", _("tout de suite")
        QUOTIDIEN = "quotidien", _("une fois par jour")
        HEBDOMADAIRE = "hebdomadaire", _("une fois par semaine")
        AUCUN = "aucun", _("jamais")

    membre = models.ForeignKey(Membre, models.PROTECT, related_name="adhesions", verbose_name=_("membre"))
    reseau = models.ForeignKey(Reseau, models.PROTECT, related_name="adhesions", verbose_name=_("réseau"))
    role = models.CharField(_("rôle"), max_length=20, choices=Role, default=Role.MEMBRE)
    niveau_courriel = models.CharField(
        _("courriels"), max_length=20, choices=Niveau, default=Niveau.QUOTIDIEN
    )
    debut = models.DateField(_("début"), default=timezone.localdate)
    par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ouverte par")
    )

    objects = AdhesionQuerySet.as_manager()

    class Meta(Periode.Meta):
        verbose_name = _("adhésion")
        verbose_name_plural = _("adhésions")
        constraints = [
            *Periode.Meta.constraints,
            models.UniqueConstraint(
                fields=["membre", "reseau"],
                condition=Q(fin=None),
                name="reseau_adhesion_unique_en_cours",
                violation_error_message=_("Cette personne est déjà membre du réseau."),
            ),
        ]

    def __str__(self):
        return f"{self.membre}, {self.reseau}"

    @transaction.atomic
    def changer(self, *, role=None, niveau_courriel=None):
        self.role = role or self.role
        self.niveau_courriel = niveau_courriel or self.niveau_courriel
        self.save(update_fields=["role", "niveau_courriel"])
        self.droits_changes()
        return self

    @transaction.atomic
    def clore(self, le=None):
        """Leave, or be removed: effective at once."""
        super().clore(le)
        self.droits_changes()
        return self

    def droits_changes(self):
        direct.droits_changes(self.membre)


class DemandeQuerySet(models.QuerySet):
    def en_attente(self):
        return self.filter(traitee_le=None)

    def modifiables_par(self, user):
        """An animateur answers for her networks, an administrator for all."""
        return self.filter(reseau__in=Reseau.objects.modifiables_par(user))

    visibles_par = modifiables_par


class Demande(models.Model):
    """Somebody asks to join a network: a member already known, or a person who has no account yet."""

    reseau = models.ForeignKey(Reseau, models.PROTECT, related_name="demandes", verbose_name=_("réseau"))
    membre = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="demandes", verbose_name=_("membre")
    )
    courriel = models.EmailField(_("adresse électronique"))
    prenom = models.CharField(_("prénom"), max_length=80)
    nom = models.CharField(_("nom"), max_length=80)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    intitule = models.CharField(_("votre fonction"), max_length=120, blank=True)
    mot = models.TextField(_("quelques mots"), blank=True, max_length=2000)
    niveau_courriel = models.CharField(
        _("courriels"), max_length=20, choices=Adhesion.Niveau, default=Adhesion.Niveau.QUOTIDIEN
    )
    cree_le = models.DateTimeField(_("reçue le"), default=timezone.now, editable=False)
    traitee_le = models.DateTimeField(_("traitée le"), null=True, blank=True)
    traitee_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("traitée par")
    )
    acceptee = models.BooleanField(_("acceptée"), null=True, blank=True)
    motif = models.TextField(_("motif du refus"), blank=True, max_length=1000)

    objects = DemandeQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande")
        verbose_name_plural = _("demandes")
        ordering = ["cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["reseau", "courriel"],
                condition=Q(traitee_le=None),
                name="reseau_demande_unique_en_attente",
                violation_error_message=_("Une demande est déjà en attente pour ce réseau."),
            ),
            models.CheckConstraint(
                condition=Q(acceptee=None) | Q(traitee_le__isnull=False),
                name="reseau_demande_reponse_datee",
                violation_error_message=_("Une réponse porte une date."),
            ),
        ]

    def __str__(self):
        return f"{self.prenom} {self.nom}, {self.reseau}"
