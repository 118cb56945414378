from collections import Counter, defaultdict

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reseau import direct
from reseau.models import Collectivite, Contribution, Fil, Membre, Notification, Notifieur

from .paroles import Parole, ParoleDite


class PositionQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(contribution__in=Contribution.objects.visibles_par(user))

    def de(self, contribution):
        """The positions on one contribution, as a list: the most engaged first, then by name."""
        positions = self.filter(contribution_id=contribution.pk).select_related("collectivite")
        niveaux = Position.Niveau.values
        return sorted(positions, key=lambda p: (niveaux.index(p.niveau), p.collectivite.slug))

    def resumes(self, contributions, collectivite=None):
        """{contribution id: ([{niveau, libelle, nombre}…], niveau said by this collectivité)}, one query."""
        lus = defaultdict(lambda: [Counter(), None])
        lignes = self.filter(contribution__in=contributions).values_list(
            "contribution_id", "niveau", "collectivite_id"
        )
        for contribution, niveau, commune in lignes:
            lus[contribution][0][niveau] += 1
            if collectivite is not None and commune == collectivite.pk:
                lus[contribution][1] = niveau
        return {pk: (Position.resume(nombres), mienne) for pk, (nombres, mienne) in lus.items()}


class Position(Parole):
    """Where a collectivité stands on a need or a project: one current row; what was said before stays in
    PositionDite."""

    class Niveau(models.TextChoices):
        ENGAGEE = "engagee", _("engagée")
        INTERESSEE = "interessee", _("intéressée")
        CURIEUSE = "curieuse", _("curieuse")
        HORS = "hors", _("pas concernée")

        def accorde(self, nombre):
            """What so many communes say."""
            return {
                "engagee": ngettext("engagée", "engagées", nombre),
                "interessee": ngettext("intéressée", "intéressées", nombre),
                "curieuse": ngettext("curieuse", "curieuses", nombre),
                "hors": ngettext("pas concernée", "pas concernées", nombre),
            }[self.value]

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="positions", verbose_name=_("collectivité")
    )
    niveau = models.CharField(_("position"), max_length=12, choices=Niveau)
    quantite = models.DecimalField(_("quantité"), max_digits=12, decimal_places=2, null=True, blank=True)
    commentaire = models.CharField(_("un mot"), max_length=300, blank=True)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("dite par"))
    # Set once a référent has spoken: from then on an agent's word no longer changes the row.
    par_referent = models.BooleanField(_("dite par un référent"), default=False)
    dite_le = models.DateTimeField(_("dite le"), default=timezone.now, editable=False)

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "collectivite"],
                name="besoins_position_unique_par_collectivite",
                violation_error_message=_("Cette collectivité a déjà une position."),
            ),
            models.CheckConstraint(
                condition=Q(quantite=None) | Q(quantite__gt=0),
                name="besoins_position_quantite_positive",
                violation_error_message=_("La quantité est supérieure à zéro."),
            ),
        ]

    def __str__(self):
        return f"{self.collectivite}, {self.get_niveau_display()}"

    @property
    def vaut_interet(self):
        """Interested, or more."""
        return self.niveau in (self.Niveau.INTERESSEE, self.Niveau.ENGAGEE)

    @property
    def lettre(self):
        return "–" if self.niveau == self.Niveau.HORS else self.get_niveau_display()[0].upper()

    @staticmethod
    def resume(nombres):
        return [
            {"niveau": niveau.value, "libelle": niveau.accorde(nombres[niveau]), "nombre": nombres[niveau]}
            for niveau in Position.Niveau
            if nombres.get(niveau)
        ]

    @classmethod
    @transaction.atomic
    def dire(cls, objet, *, collectivite, par, niveau, quantite=None, commentaire=""):
        """Record what a member says for her commune → (current position, whether her word counts).

        `objet` takes positions (RecoitDesPositions). An agent's word is kept but does not replace a
        référent's. Raises ValidationError when no answer is taken any more. The thread's counter is taken
        first: its row lock makes concurrent words follow each other.
        """
        revision, _rang = Fil.avancer(objet)
        objet.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE])
        if not objet.accepte_les_positions:
            raise ValidationError(objet.phrase_sans_position)
        if refus := objet.refus_de_position(collectivite):
            raise ValidationError(refus)
        remplacee = objet.positions.filter(collectivite=collectivite).values_list("par", flat=True).first()
        position, compte = cls.noter(
            objet,
            collectivite=collectivite,
            par=par,
            niveau=niveau,
            quantite=quantite,
            commentaire=commentaire,
        )
        if compte:
            objet.suivre(par)
            objet.positions_changees(revision, position, remplacee)
        return position, compte

    @staticmethod
    def histoire():
        return PositionDite


class PositionDite(ParoleDite):
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions_dites")
    niveau = models.CharField(max_length=12, choices=Position.Niveau)
    quantite = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    commentaire = models.CharField(max_length=300, blank=True)

    class Meta(ParoleDite.Meta):
        verbose_name = _("position dite")
        verbose_name_plural = _("positions dites")

    def __str__(self):
        return f"{self.collectivite_id}, {self.get_niveau_display()}"


class RecoitDesPositions:
    """Mixin of the contributions on which collectivités say where they stand."""

    # Where one says it, and what is answered once it is too late.
    vue_des_positions = None
    phrase_sans_position = ""

    @property
    def url_des_positions(self):
        return reverse(self.vue_des_positions, args=[self.pk])

    @property
    def accepte_les_positions(self):
        return self.accepte_les_messages

    def refus_de_position(self, collectivite):
        """Why this collectivité has no position here, in a sentence; none by default."""
        return ""

    def fragments_vivants(self):
        contexte = {"positions": Position.objects.de(self), "contribution": self}
        positions = render_to_string("besoins/positions/liste.html", contexte)
        return {**super().fragments_vivants(), "positions": positions}

    def destinataires(self):
        """Those of the network; for what is put to the whole platform, every active member."""
        membres = Membre.objects.actifs()
        if self.reseau_id:
            membres = membres.filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))
        return membres

    def participants(self):
        return super().participants() | Membre.objects.filter(pk__in=self.positions_dites.values("par"))

    def positions_changees(self, revision, position, remplacee=None):
        """Show live where the communes stand, and tell whoever carries it; and who (by id) had spoken for
        this commune before."""
        direct.fil_change(self, revision)
        precision = f"{position.collectivite.nom}\u202f: {position.get_niveau_display()}"
        concernes = Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id, remplacee} - {None})
        Notifieur(self, Notification.Genre.POSITION, position.par, precision=precision).prevenir(concernes)
