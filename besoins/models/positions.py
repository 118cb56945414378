from collections import Counter, defaultdict
from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import FilteredRelation, Q
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
        positions = self.filter(contribution_id=contribution.pk).select_related("collectivite", "acte")
        niveaux = Position.Niveau.values
        return sorted(positions, key=lambda p: (niveaux.index(p.niveau), p.collectivite.slug))

    def admissibles(self):
        """The same rule as the property of this name."""
        return self.filter(niveau=Position.Niveau.ENGAGEE, acte__executoire_le__lte=timezone.localdate())

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
        MEMBRE = "membre", _("membre")
        ENGAGEE = "engagee", _("engagée")
        # Of a need alone: it lends, does or advises, and engages nothing.
        AIDE = "aide", _("peut aider")
        INTERESSEE = "interessee", _("intéressée")
        CURIEUSE = "curieuse", _("curieuse")
        HORS = "hors", _("pas concernée")
        RETIREE = "retiree", _("retirée")

        @property
        def lettre(self):
            return {"hors": "–", "aide": "A"}.get(self.value, self.label[0].upper())

        def accorde(self, nombre):
            """What so many communes say."""
            return {
                "membre": ngettext("membre", "membres", nombre),
                "engagee": ngettext("engagée", "engagées", nombre),
                "aide": ngettext("peut aider", "peuvent aider", nombre),
                "interessee": ngettext("intéressée", "intéressées", nombre),
                "curieuse": ngettext("curieuse", "curieuses", nombre),
                "hors": ngettext("pas concernée", "pas concernées", nombre),
                "retiree": ngettext("retirée", "retirées", nombre),
            }[self.value]

        @classmethod
        def parmi(cls, niveaux):
            """These, the most engaged first."""
            return tuple(niveau for niveau in cls if niveau in niveaux)

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="positions", verbose_name=_("collectivité")
    )
    niveau = models.CharField(_("position"), max_length=12, choices=Niveau)
    quantite = models.DecimalField(_("quantité"), max_digits=12, decimal_places=2, null=True, blank=True)
    commentaire = models.CharField(_("un mot"), max_length=300, blank=True)
    # Of a project only: the act that engages, when the convention was signed, from when she is out.
    acte = models.ForeignKey("besoins.Acte", models.PROTECT, null=True, editable=False, related_name="+")
    convention_le = models.DateField(_("convention signée le"), null=True, blank=True)
    effet_le = models.DateField(_("à compter du"), null=True, blank=True)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("dite par"))
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
            models.CheckConstraint(
                condition=~Q(niveau="membre") | Q(acte__isnull=False, confirmee=True),
                name="besoins_position_membre_par_un_acte",
                violation_error_message=_("Un membre s’est engagé par un acte."),
            ),
            models.CheckConstraint(
                condition=Q(niveau="retiree", effet_le__isnull=False)
                | (~Q(niveau="retiree") & Q(effet_le=None)),
                name="besoins_position_retrait_date",
                violation_error_message=_("Un retrait a une date d’effet, et lui seul."),
            ),
        ]

    ENGAGEES = (Niveau.ENGAGEE, Niveau.MEMBRE)

    def __str__(self):
        return f"{self.collectivite}, {self.get_niveau_display()}"

    @property
    def vaut_interet(self):
        """Interested, or more."""
        return self.niveau in (self.Niveau.INTERESSEE, self.Niveau.ENGAGEE, self.Niveau.MEMBRE)

    @property
    def engage(self):
        """Engaged, or more."""
        return self.niveau in self.ENGAGEES

    @property
    def admissible(self):
        """Engaged by an act that is executory: it may be recorded as a member."""
        return bool(self.niveau == self.Niveau.ENGAGEE and self.acte and self.acte.est_executoire)

    @property
    def lettre(self):
        return self.Niveau(self.niveau).lettre

    @staticmethod
    def resume(nombres):
        return [
            {"niveau": niveau.value, "libelle": niveau.accorde(nombres[niveau]), "nombre": nombres[niveau]}
            for niveau in Position.Niveau
            if nombres.get(niveau)
        ]

    @classmethod
    @transaction.atomic
    def dire(
        cls,
        objet,
        *,
        collectivite,
        par,
        niveau,
        quantite=None,
        commentaire="",
        acte=None,
        convention_le=None,
        effet_le=None,
    ):
        """Record what a member says for her commune → (current position, whether her word counts).

        `objet` takes positions (RecoitDesPositions). An agent's word is kept but does not replace that
        of who decides for her. Raises ValidationError when no answer is taken any more, or not this one. The
        thread's counter is taken first: its row lock makes concurrent words follow each other.
        """
        revision, _rang = Fil.avancer(objet)
        objet.refresh_from_db(fields=[*objet.CHAMPS_D_OUVERTURE])
        if not objet.accepte_les_positions:
            raise ValidationError(objet.phrase_sans_position)
        if refus := objet.refus_de_position(collectivite):
            raise ValidationError(refus)
        actuelle = objet.positions.select_related("acte").filter(collectivite=collectivite).first()
        if actuelle and niveau in (cls.Niveau.MEMBRE, cls.Niveau.RETIREE):
            acte = actuelle.acte
        dit = {
            "niveau": niveau,
            "quantite": quantite,
            "commentaire": commentaire,
            "acte": acte,
            "convention_le": convention_le,
            "effet_le": effet_le,
        }
        if refus := objet.refus_de_niveau(actuelle, dit, par=par, collectivite=collectivite):
            raise ValidationError(refus)
        if actuelle and actuelle.redit(dit):
            return actuelle, True
        remplacee = actuelle.par_id if actuelle else None
        position, compte = cls.noter(
            objet,
            collectivite=collectivite,
            par=par,
            # Who keeps the project records a member: that stands, whoever she is there.
            confirmee=True if niveau == cls.Niveau.MEMBRE else None,
            **dit,
        )
        if compte:
            objet.suivre(par)
            objet.positions_changees(revision, position, remplacee)
        return position, compte

    def redit(self, dit):
        """Whether this is a second click on what only one person says, once."""
        seul = self.niveau in (self.Niveau.MEMBRE, self.Niveau.RETIREE)
        return seul and all(getattr(self, champ) == valeur for champ, valeur in dit.items())

    @staticmethod
    def histoire():
        return PositionDite


class PositionDite(ParoleDite):
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="positions_dites")
    niveau = models.CharField(max_length=12, choices=Position.Niveau)
    quantite = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    commentaire = models.CharField(max_length=300, blank=True)
    acte = models.ForeignKey("besoins.Acte", models.PROTECT, null=True, related_name="+")
    convention_le = models.DateField(null=True)
    effet_le = models.DateField(null=True)

    class Meta(ParoleDite.Meta):
        verbose_name = _("position dite")
        verbose_name_plural = _("positions dites")

    def __str__(self):
        return f"{self.collectivite_id}, {self.get_niveau_display()}"


class AttendDesPositions:
    """Mixin of the querysets of what takes positions: those that await the word of a collectivité.

    `porteuses`: the columns of the collectivités that are not asked, as it is theirs; `_a_repondre`: those
    that still take an answer.
    """

    porteuses = ("collectivite",)

    def attendus_de(self, collectivite):
        """Those of others on which this collectivité has not said where it stands."""
        if collectivite is None:
            return self.none()
        dits = Position.objects.filter(collectivite=collectivite).values("contribution")
        siens = reduce(or_, (Q(**{porteuse: collectivite}) for porteuse in self.porteuses))
        return self._a_repondre().exclude(siens).exclude(pk__in=dits)

    def attentes(self, collectivites):
        """The same for many collectivités (ids) at once: one query."""
        siennes = FilteredRelation("positions", condition=Q(positions__collectivite__in=collectivites))
        lignes = self._a_repondre().annotate(dite=siennes)
        attendus, dites = {}, set()
        for pk, le, dite, *porteuses in lignes.values_list(
            "pk", self.model.colonne_limite, "dite__collectivite", *self.porteuses
        ):
            attendus[pk] = porteuses, le
            dites.add((pk, dite))
        return {
            (pk, collectivite): le
            for pk, (porteuses, le) in attendus.items()
            for collectivite in collectivites
            if collectivite not in porteuses and (pk, collectivite) not in dites
        }


class RecoitDesPositions:
    """Mixin of the contributions on which collectivités say where they stand.

    `colonne_limite`: the column of the day by which one answers.
    """

    colonne_limite = ""

    # What may be said there, in the order in which one chooses: the word and what it means; the same levels,
    # the most engaged first; those that are said in one click.
    mots = {}
    niveaux = niveaux_en_un_clic = ()
    # Where one says it, and what is answered once it is too late.
    vue_des_positions = None
    phrase_sans_position = ""

    @property
    def cartes_de_position(self):
        """What one chooses among."""
        return [
            {"niveau": niveau.value, "mot": self.mots[niveau][0], "aide": self.mots[niveau][1]}
            for niveau in self.niveaux_en_un_clic
        ]

    @property
    def url_des_positions(self):
        return reverse(self.vue_des_positions, args=[self.pk])

    @property
    def accepte_les_positions(self):
        return self.accepte_les_messages

    def refus_de_position(self, collectivite):
        """Why this collectivité has no position here, in a sentence; none by default."""
        return ""

    def refus_de_preparer(self, collectivite):
        """Why nobody has anything to agree to for this one any more, in a sentence; none by default."""
        return ""

    def refus_de_niveau(self, actuelle, dit, *, par, collectivite):
        """Why she may not say this (`dit`) for her commune, which stands at `actuelle`; "" when she may."""
        if dit["niveau"] in self.niveaux:
            return ""
        return _("«\u202f%s\u202f» ne se dit pas ici.") % Position.Niveau(dit["niveau"]).label

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


def avec_positions(objets, collectivite):
    """Give each need or project how many communes stand where, and what this one said: one query for the
    page. The others of a mixed list are left as they are."""
    ceux_ci = [objet for objet in objets if isinstance(objet, RecoitDesPositions)]
    resumes = Position.objects.resumes([objet.pk for objet in ceux_ci], collectivite)
    for objet in ceux_ci:
        objet.resume_des_positions, objet.ma_position = resumes.get(objet.pk, ([], None))
    return objets
