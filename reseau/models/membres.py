from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

from .periodes import Periode, PeriodeQuerySet
from .territoire import Collectivite


class FonctionQuerySet(PeriodeQuerySet):
    def visibles_par(self, user):
        membre = Membre.de(user)
        return self if membre and membre.est_actif else self.none()

    def modifiables_par(self, user):
        """A référent answers for her own commune, an administrator for all."""
        membre = Membre.de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.filter(collectivite__in=membre.droits.collectivites_engagees).exclude(
            role=Fonction.Role.ADMINISTRATEUR
        )


class Fonction(Periode):
    """What a member does for a collectivité, between two dates: every right of hers comes from here."""

    class Role(models.TextChoices):
        AGENT = "agent", _("agent·e")
        REFERENT = "referent", _("référent·e de la commune")
        ELU = "elu", _("élu·e")
        INTERLOCUTEUR = "interlocuteur", _("interlocuteur·rice dédié·e")
        ADMINISTRATEUR = "administrateur", _("administrateur·rice")

    membre = models.ForeignKey(
        "reseau.Membre", models.PROTECT, related_name="fonctions", verbose_name=_("membre")
    )
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="fonctions", verbose_name=_("collectivité")
    )
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    intitule = models.CharField(
        _("intitulé"),
        max_length=120,
        blank=True,
        help_text=_("« responsable technique », « secrétaire de mairie »…"),
    )
    debut = models.DateField(_("début"), default=timezone.localdate)

    objects = FonctionQuerySet.as_manager()

    class Meta(Periode.Meta):
        verbose_name = _("fonction")
        verbose_name_plural = _("fonctions")
        constraints = [
            *Periode.Meta.constraints,
            models.UniqueConstraint(
                fields=["membre", "collectivite", "role"],
                condition=Q(fin=None),
                name="reseau_fonction_unique_en_cours",
                violation_error_message=_("Cette personne exerce déjà cette fonction."),
            ),
        ]

    def __str__(self):
        return f"{self.libelle}, {self.collectivite}"

    @property
    def libelle(self):
        return self.intitule or self.get_role_display()

    @transaction.atomic
    def clore(self, le=None):
        super().clore(le)
        direct.droits_changes(self.membre)
        return self


@dataclass(frozen=True)
class Place:
    """A current function or adhésion, as the one query of `Membre.droits` reads it."""

    genre: str
    objet: int
    nom: str
    nom_court: str
    slug: str
    role: str
    ordre: int


class Droits:
    """What a member may see and do today, read in one query and true for the time of a request."""

    def __init__(self, places):
        self.fonctions = [place for place in places if place.genre == "fonction"]
        # Without a function there is no right at all: an adhésion alone opens nothing.
        self.adhesions = [place for place in places if place.genre == "adhesion"] if self.fonctions else []

    @property
    def est_actif(self):
        return bool(self.fonctions)

    @property
    def est_administrateur(self):
        return any(f.role == Fonction.Role.ADMINISTRATEUR for f in self.fonctions)

    @cached_property
    def collectivites(self):
        """Ids of the collectivités in whose name she may speak, in the order of their names."""
        return list(dict.fromkeys(f.objet for f in self.fonctions))

    @cached_property
    def collectivites_engagees(self):
        """Ids of those whose word she may give, as their référent."""
        return [f.objet for f in self.fonctions if f.role == Fonction.Role.REFERENT]

    @cached_property
    def reseaux(self):
        return [a.objet for a in self.adhesions]

    @cached_property
    def reseaux_animes(self):
        return [a.objet for a in self.adhesions if a.role == "animateur"]


class MembreQuerySet(models.QuerySet):
    def actifs(self, le=None):
        return self.filter(utilisateur__is_active=True, pk__in=Fonction.objects.en_cours(le).values("membre"))

    def visibles_par(self, user):
        """Members know each other; a visitor sees nobody."""
        membre = Membre.de(user)
        if not membre:
            return self.none()
        return self if membre.est_actif else self.filter(pk=membre.pk)

    def modifiables_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.filter(
            pk__in=Fonction.objects.filter(collectivite__in=membre.droits.collectivites_engagees).values(
                "membre"
            )
        )


class Membre(models.Model):
    """Who the user of an account is. Rights never come from here: see Fonction and Adhesion."""

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="membre", verbose_name=_("compte")
    )
    prenom = models.CharField(_("prénom"), max_length=80)
    nom = models.CharField(_("nom"), max_length=80)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    au_nom_de = models.ForeignKey(
        Collectivite,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("au nom de"),
        help_text=_("La dernière collectivité choisie par une personne qui en a plusieurs."),
    )
    invite_par = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="invites", verbose_name=_("invité par")
    )
    remplace_par = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecesseurs",
        verbose_name=_("remplacé par"),
    )
    cree_le = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)

    objects = MembreQuerySet.as_manager()

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        ordering = ["nom", "prenom"]

    def __str__(self):
        return self.nom_complet

    @staticmethod
    def de(user):
        """The member behind an account, or None (visitor, technical account)."""
        if not user or not user.is_authenticated or not user.is_active:
            return None
        return getattr(user, "membre", None)

    @property
    def nom_complet(self):
        return f"{self.prenom} {self.nom}".strip()

    @property
    def initiales(self):
        return (self.prenom[:1] + self.nom[:1]).upper()

    @cached_property
    def droits(self):
        from .reseaux import Adhesion

        colonnes = ("genre", "objet", "nom", "nom_court", "slug", "role_tenu", "rang")
        fonctions = (
            Fonction.objects.en_cours()
            .filter(membre=self)
            .annotate(
                genre=Value("fonction"),
                objet=F("collectivite_id"),
                nom=F("collectivite__nom"),
                nom_court=F("collectivite__nom"),
                slug=F("collectivite__slug"),
                role_tenu=F("role"),
                rang=F("pk"),
            )
            .values_list(*colonnes)
        )
        adhesions = (
            Adhesion.objects.en_cours()
            .filter(membre=self, reseau__ferme_le=None)
            .annotate(
                genre=Value("adhesion"),
                objet=F("reseau_id"),
                nom=F("reseau__nom"),
                nom_court=F("reseau__nom_court"),
                slug=F("reseau__slug"),
                role_tenu=F("role"),
                rang=F("reseau__ordre"),
            )
            .values_list(*colonnes)
        )
        places = [Place(*ligne) for ligne in fonctions.union(adhesions, all=True)]
        return Droits(sorted(places, key=lambda place: (place.ordre, place.nom)))

    @property
    def est_actif(self):
        return self.droits.est_actif

    def peut_parler_pour(self, collectivite):
        return collectivite is not None and collectivite.pk in self.droits.collectivites

    def engage(self, collectivite):
        """Whether her word is the commune's own: she is its référent."""
        return collectivite is not None and collectivite.pk in self.droits.collectivites_engagees

    def anime(self, reseau):
        return reseau is not None and reseau.pk in self.droits.reseaux_animes

    @transaction.atomic
    def choisir(self, collectivite):
        """Speak in the name of this collectivité from now on."""
        self.au_nom_de = collectivite
        self.save(update_fields=["au_nom_de"])
        return self
