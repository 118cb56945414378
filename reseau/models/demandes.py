from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import correspondance

from .journal import Entree
from .membres import Fonction, Membre
from .reseaux import Adhesion, Reseau
from .territoire import Collectivite


class DejaTraitee(Exception):
    """Another animateur answered first; `demande` says who, and what."""

    def __init__(self, demande):
        super().__init__(demande)
        self.demande = demande


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
        return f"{self.nom_complet}, {self.reseau}"

    @property
    def nom_complet(self):
        return f"{self.prenom} {self.nom}".strip()

    @classmethod
    def pour(cls, membre, **champs):
        """The request of somebody whom we know."""
        nom = {"prenom": membre.prenom, "nom": membre.nom, "telephone": membre.telephone}
        return cls(courriel=membre.courriel, **nom, **champs)

    @transaction.atomic
    def deposer(self, *, par=None):
        """Write it down and tell both sides, unless it waits already or has no object any more.

        The page that calls this says the same thing whatever happened: only the owner of the address, by
        mail, learns whether it is known. `par`: who asks for her, and tells her.
        """
        self.courriel = self.courriel.strip().lower()
        self.membre = Membre.objects.de_courriel(self.courriel)
        if self.membre:
            # Anybody may type her address: who answers reads the name of the account.
            self.prenom, self.nom = self.membre.prenom, self.membre.nom
        if self._est_deja_membre():
            correspondance.deja_membre(self)
            return self
        try:
            with transaction.atomic():
                self.save()
        except IntegrityError:
            return self
        self._noter(Entree.Geste.DEMANDE, par=par or self.membre)
        if par is None:
            correspondance.demande_recue(self)
        correspondance.demande_a_traiter(self)
        return self

    def _est_deja_membre(self):
        return bool(self.membre) and self.reseau.adhesions.actives().filter(membre=self.membre).exists()

    @transaction.atomic
    def accepter(self, *, par):
        """She enters the network; a person unknown until now gets her account and her function."""
        self._repondre(par, acceptee=True)
        self.membre = membre = Membre.inscrire(
            self.courriel, prenom=self.prenom, nom=self.nom, telephone=self.telephone, par=par
        )
        if not membre.utilisateur.is_active:
            raise ValidationError(_("Ce compte est désactivé : seule l’administration peut le rouvrir."))
        if not membre.fonctions.non_finies().exists():
            if self.reseau.est_un_groupe:
                raise ValidationError(_("Cette personne n’est plus membre de la plateforme."))
            membre.exercer(self.collectivite, Fonction.Role.AGENT, intitule=self.intitule, par=par)
        self.reseau.accueillir(membre, par=par, niveau_courriel=self.niveau_courriel)
        self.save(update_fields=["membre"])
        self._noter(Entree.Geste.ACCORD, par=par)
        correspondance.demande_acceptee(self)
        return self

    @transaction.atomic
    def refuser(self, *, par, motif):
        self._repondre(par, acceptee=False, motif=motif)
        self._noter(Entree.Geste.REFUS, par=par)
        correspondance.demande_refusee(self)
        return self

    def _repondre(self, par, **reponse):
        """Only the first answer is written: the UPDATE itself looks whether there is one."""
        reponse |= {"traitee_le": timezone.now(), "traitee_par": par}
        if not Demande.objects.en_attente().filter(pk=self.pk).update(**reponse):
            self.refresh_from_db()
            raise DejaTraitee(self)
        for champ, valeur in reponse.items():
            setattr(self, champ, valeur)

    def _noter(self, geste, *, par):
        Entree.noter(
            geste,
            par=par,
            membre=self.membre,
            reseau=self.reseau,
            collectivite=self.collectivite,
            detail=self.nom_complet,
        )
