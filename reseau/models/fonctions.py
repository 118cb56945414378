from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import sans_accents
from reseau import direct

from .droits import RoleDeFonction, membre_de
from .journal import Entree
from .periodes import Periode, PeriodeQuerySet
from .territoire import Collectivite


class FonctionQuerySet(PeriodeQuerySet):
    def pour_liste(self):
        return self.select_related("collectivite").order_by("pk")

    def passees(self):
        """Those that are over; what was closed on the day it began never was."""
        aujourd_hui = timezone.localdate()
        return self.filter(fin__lte=aujourd_hui).exclude(debut=F("fin")).order_by("-fin", "-pk")

    def visibles_par(self, user):
        membre = membre_de(user)
        return self if membre and membre.est_actif else self.none()

    def modifiables_par(self, user):
        """A référent answers for her own commune, an administrator for all."""
        membre = membre_de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.filter(
            collectivite__in=membre.droits.collectivites_engagees, role__in=Fonction.ROLES_DE_LA_COMMUNE
        )

    def laisser_un_administrateur(self):
        """Before these end or their holders are shut out: somebody must be left to let the others in.

        Two who leave at once queue on the functions, and on the accounts, of all who administer.
        """
        partantes = set(self.filter(role=Fonction.Role.ADMINISTRATEUR))
        if not partantes:
            return
        en_poste = (
            Fonction.objects.en_cours()
            .filter(role=Fonction.Role.ADMINISTRATEUR, membre__utilisateur__is_active=True)
            .select_related("membre__utilisateur")
            .select_for_update(of=("self", "membre__utilisateur"))
            .order_by("pk")
        )
        if not set(en_poste) - partantes:
            raise ValidationError(_("Nommez d’abord une autre personne administratrice."))


class Fonction(Periode):
    """What a member does for a collectivité, between two dates: every right of hers comes from here."""

    Role = RoleDeFonction

    # Those that a commune gives by itself; its contact at the EPCI and who runs the site are not its to name.
    ROLES_DE_LA_COMMUNE = (Role.AGENT, Role.REFERENT, Role.ELU)

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
    intitule_cherche = models.CharField(max_length=400, blank=True, editable=False)
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

    def save(self, *args, **kwargs):
        self.intitule_cherche = sans_accents(self.intitule)[:400]
        super().save(*args, **kwargs)

    @property
    def libelle(self):
        return self.intitule or self.get_role_display()

    @classmethod
    def roles_permis_a(cls, membre):
        """The roles that she may give, as choices: an administrator alone names who runs the site."""
        roles = cls.Role if membre.droits.est_administrateur else cls.ROLES_DE_LA_COMMUNE
        return [(role.value, role.label) for role in roles]

    @transaction.atomic
    def clore(self, le=None, *, par=None):
        """The right ends that day; without `par` it is the house itself, held to no rule."""
        if par:
            Fonction.objects.filter(pk=self.pk).laisser_un_administrateur()
        super().clore(le)
        Entree.noter(
            Entree.Geste.FIN_DE_FONCTION,
            par=par,
            membre=self.membre,
            collectivite=self.collectivite,
            detail=self.libelle,
        )
        direct.droits_changes(self.membre)
        return self

    @transaction.atomic
    def changer(self, *, role, intitule, par):
        """Another title is the same fact; another role is another one, which begins when this one ends."""
        if role != self.role:
            self.clore(par=par)
            return self.membre.exercer(self.collectivite, role, intitule=intitule, par=par)
        self.intitule = intitule
        self.save(update_fields=["intitule", "intitule_cherche"])
        Entree.noter(
            Entree.Geste.FONCTION,
            par=par,
            membre=self.membre,
            collectivite=self.collectivite,
            detail=self.libelle,
        )
        return self
