from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from reseau import direct
from reseau.models import Collectivite, Contribution, Membre, Notification, Notifieur, Pole
from reseau.models.contributions import ContributionQuerySet

from ..outils import catalogue
from .actes import Acte
from .bases_legales import BaseLegale, TypeMutualisation
from .besoins import Besoin
from .demarches import Demarche
from .issues import FinitParUneIssue
from .modeles import SertDeModele
from .participation import EngageDesCommunes
from .positions import AttendDesPositions, Position
from .rapprochements import ReunitDesBesoins
from .ressemblances import SeCompare
from .retours import RetourExperience


class Sens(models.TextChoices):
    DESCENDANTE = "descendante", _("de l’agglo vers les communes")
    ASCENDANTE = "ascendante", _("des communes vers l’agglo")
    HORIZONTALE = "horizontale", _("entre communes")


def sens_entre(fournisseur, beneficiaires):
    """The one place where a direction comes from its parties. ValidationError when they make none."""
    epci = Collectivite.Nature.EPCI
    if fournisseur is None:
        return Sens.HORIZONTALE
    if fournisseur in beneficiaires:
        raise ValidationError(_("Qui rend le service n’en est pas aussi bénéficiaire\u202f: décochez-le."))
    vers_un_epci = any(beneficiaire.nature == epci for beneficiaire in beneficiaires)
    if fournisseur.nature != epci:
        return Sens.ASCENDANTE if vers_un_epci else Sens.HORIZONTALE
    if vers_un_epci:
        refus = _("Une intercommunalité ne peut pas être des deux côtés\u202f: gardez-la d’un seul.")
        raise ValidationError(refus)
    return Sens.DESCENDANTE


class ProjetQuerySet(AttendDesPositions, ContributionQuerySet):
    porteuses = ("collectivite", "fournisseur")

    def modeles(self):
        return self.publiees().filter(modele_le__isnull=False)

    def sans_retour_de(self, membre):
        """Those that she led to their end, and of which nobody has told yet what was learnt."""
        racontes = RetourExperience.objects.publiees().filter(issue_de__isnull=False)
        menes = self.publiees().filter(responsable=membre, clos_le__isnull=False, issue__in=Projet.MENES)
        return menes.exclude(pk__in=racontes.values("issue_de"))

    def _a_repondre(self):
        """Those that the communes enter until a day to come."""
        return self.acceptant_les_messages().filter(positions_jusqu_au__gte=timezone.localdate())


class Projet(ReunitDesBesoins, EngageDesCommunes, SertDeModele, SeCompare, FinitParUneIssue, Contribution):
    """What several collectivités mean to do together: who does it, for whom, on which legal basis, who
    decides, and how far it has got."""

    TypeMutualisation, Sens = TypeMutualisation, Sens
    colonne_limite = "positions_jusqu_au"

    class Phase(models.TextChoices):
        ETUDE = "etude", _("étude préliminaire")
        DIAGNOSTIC = "diagnostic", _("diagnostic")
        OPERATIONNELLE = "operationnelle", _("phase opérationnelle")
        EVALUATION = "evaluation", _("évaluation")

    class Issue(models.TextChoices):
        REALISE = "realise", _("réalisé")
        AUTREMENT = "autrement", _("fait autrement")
        SANS_SUITE = "sans_suite", _("sans suite")

    # Led to an end of which there is something to learn.
    MENES = (Issue.REALISE, Issue.AUTREMENT)

    type_mutualisation = models.CharField(
        _("type de mutualisation"),
        max_length=20,
        choices=TypeMutualisation,
        default=TypeMutualisation.ACTION_COORDONNEE,
    )
    fournisseur = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("qui rend le service"),
    )
    beneficiaires = models.ManyToManyField(
        Collectivite,
        through="besoins.Beneficiaire",
        blank=True,
        related_name="+",
        verbose_name=_("pour quelles collectivités"),
    )
    # Of the parties (`sens_entre`), written with the reperes.
    sens = models.CharField(_("sens"), max_length=12, choices=Sens, default=Sens.HORIZONTALE, editable=False)
    base_legale = models.ForeignKey(
        BaseLegale,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="projets",
        verbose_name=_("base légale"),
    )
    base_legale_autre = models.CharField(_("autre texte"), max_length=200, blank=True)
    phase = models.CharField(_("phase"), max_length=15, choices=Phase, default=Phase.ETUDE, editable=False)
    phase_le = models.DateTimeField(_("depuis le"), null=True, editable=False)
    phase_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    pole = models.ForeignKey(
        Pole, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pôle")
    )
    elu_referent = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("élu référent")
    )
    decideur = models.TextField(_("qui décide"), blank=True, max_length=1000)
    consultes = models.TextField(_("qui est consulté"), blank=True, max_length=1000)
    executants = models.TextField(_("qui exécute"), blank=True, max_length=1000)
    droit_de_retrait = models.TextField(_("comment une commune se retire"), blank=True, max_length=1000)
    positions_jusqu_au = models.DateField(
        _("les communes se disent jusqu’au"),
        null=True,
        blank=True,
        help_text=_("Ensuite, elles ne peuvent plus se dire curieuses, intéressées ni engagées."),
    )
    conditions = models.TextField(
        _("conditions pour en être"),
        blank=True,
        max_length=2000,
        help_text=_("Ce que chaque commune apporte, paie ou signe."),
    )
    issue = models.CharField(
        _("ce qui en est sorti"), max_length=20, choices=Issue, blank=True, editable=False
    )
    motif = models.TextField(_("en quelques mots"), blank=True, max_length=1000, editable=False)
    # Chosen while it is a draft; they are brought together when it is published.
    besoins_prevus = models.ManyToManyField(Besoin, related_name="+", editable=False)

    objects = ProjetQuerySet.as_manager()

    search_fields = [*Contribution.search_fields, index.FilterField("phase")]

    icone = "handshake"
    teinte = "mousse"
    vue_de_publication = "besoins:projet_publier"
    vue_des_positions = "besoins:projet_position"
    CHAMPS_D_OUVERTURE = (*Contribution.CHAMPS_D_OUVERTURE, "positions_jusqu_au")
    mot_a_publier = _("Un projet commun")
    rang_a_publier = 2.5
    phrase_de_cloture = _("Ce projet est clos\u202f: il ne prend plus de message.")
    gabarit_de_ligne = "besoins/projets/ligne.html"
    gabarit_d_etat = "besoins/projets/etat.html"

    class Meta:
        verbose_name = _("projet")
        verbose_name_plural = _("projets")
        constraints = [
            models.CheckConstraint(
                condition=Q(type_mutualisation="action_coordonnee", fournisseur=None)
                | (~Q(type_mutualisation="action_coordonnee") & Q(fournisseur__isnull=False)),
                name="besoins_projet_fournisseur_selon_le_type",
                violation_error_message=_(
                    "Dans une action coordonnée, personne ne rend le service aux autres\u202f; "
                    "sinon, dites qui le rend."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(base_legale="AUTRE") | ~Q(base_legale_autre=""),
                name="besoins_projet_autre_base_legale_dite",
                violation_error_message=_("Dites sur quel texte le projet repose."),
            ),
            models.CheckConstraint(
                condition=~Q(issue="sans_suite") | ~Q(motif=""),
                name="besoins_projet_sans_suite_motive",
                violation_error_message=_("Dites pourquoi le projet reste sans suite."),
            ),
        ]

    @property
    def etat(self):
        if self.est_retiree:
            return _("retiré")
        if self.est_brouillon:
            return _("brouillon")
        if self.clos_le:
            return self.get_issue_display() or _("clos")
        return self.get_phase_display()

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("type de mutualisation"): self.get_type_mutualisation_display(),
            _("qui rend le service"): str(self.fournisseur or ""),
            _("pour quelles collectivités"): ", ".join(c.nom for c in self.beneficiaires.all())
            if self.pk
            else "",
            _("base légale"): self.base_legale_autre or str(self.base_legale or ""),
            _("pôle"): str(self.pole or ""),
            _("élu référent"): str(self.elu_referent or ""),
            _("qui décide"): self.decideur,
            _("qui est consulté"): self.consultes,
            _("qui exécute"): self.executants,
            _("comment une commune se retire"): self.droit_de_retrait,
            _("les communes se disent jusqu’au"): self._jour_limite,
            _("conditions pour en être"): self.conditions,
        }

    def noter_reperes(self, *avec):
        self.sens = sens_entre(self.fournisseur, list(self.beneficiaires.all()))
        return super().noter_reperes("sens", *avec)

    @staticmethod
    def tables_d_archive(visibles, user):
        from .deliberations import Deliberation
        from .economies import Retombee
        from .jalons import Jalon
        from .risques import Risque
        from .taches import Tache

        return [
            (
                "projets",
                Projet.objects.filter(pk__in=visibles).order_by("publie_le", "pk"),
                {
                    _("contribution"): "id",
                    _("type de mutualisation"): "type_mutualisation",
                    _("sens"): "sens",
                    _("phase"): "phase",
                    _("qui rend le service"): "fournisseur__nom",
                    _("base légale"): "base_legale__article",
                    _("qui décide"): "decideur",
                    _("qui est consulté"): "consultes",
                    _("qui exécute"): "executants",
                    _("comment une commune se retire"): "droit_de_retrait",
                    _("les communes se disent jusqu’au"): "positions_jusqu_au",
                    _("conditions pour en être"): "conditions",
                },
            ),
            (
                "demarches",
                Demarche.objects.filter(projet__in=visibles).order_by("projet", "pk"),
                {
                    _("contribution"): "projet",
                    _("démarche"): "libelle",
                    _("qui s’en charge"): "qui",
                    _("faite le"): "faite_le",
                    _("sans objet, parce que"): "sans_objet",
                    _("remarque"): "remarque",
                    _("lien"): "lien",
                },
            ),
            (
                "jalons",
                Jalon.objects.notes().filter(projet__in=visibles).order_by("projet", "pour_le", "pk"),
                {
                    _("contribution"): "projet",
                    _("jalon"): "libelle",
                    _("phase"): "phase",
                    _("étape"): "etape",
                    _("début"): "debut",
                    _("pour le"): "pour_le",
                    _("fait le"): "fait_le",
                },
            ),
            (
                "taches",
                Tache.objects.notes().filter(projet__in=visibles).order_by("projet", "pour_le", "pk"),
                {
                    _("contribution"): "projet",
                    _("tâche"): "libelle",
                    _("prénom de qui la porte"): "porteur__prenom",
                    _("nom de qui la porte"): "porteur__nom",
                    _("pour le"): "pour_le",
                    _("faite le"): "fait_le",
                },
            ),
            (
                "deliberations",
                Deliberation.objects.notes()
                .filter(projet__in=visibles)
                .order_by("projet", "collectivite__slug"),
                {
                    _("contribution"): "projet",
                    _("collectivité"): "collectivite__nom",
                    _("délai"): "delai__article",
                    _("notifiée le"): "notifiee_le",
                    _("sens"): "sens",
                    _("délibération du"): "acte_le",
                    _("numéro de l’acte"): "acte_numero",
                },
            ),
            (
                "risques",
                Risque.objects.notes().filter(projet__in=visibles).order_by("projet", "pk"),
                {
                    _("contribution"): "projet",
                    _("risque"): "libelle",
                    _("probabilité"): "probabilite",
                    _("gravité"): "gravite",
                    _("parade"): "parade",
                },
            ),
            (
                "economies",
                Retombee.objects.notes().filter(projet__in=visibles).order_by("projet", "pk"),
                {
                    _("contribution"): "projet",
                    _("collectivité"): "collectivite__nom",
                    _("estimée ou réelle"): "moment",
                    _("nature"): "nature",
                    _("méthode"): "methode",
                    _("montant"): "montant",
                    _("source"): "source",
                    _("constatée le"): "constatee_le",
                    _("motif de la contestation"): "contestation",
                },
            ),
            (
                "actes",
                Acte.objects.filter(projet__in=visibles).order_by("projet", "pk"),
                {
                    _("contribution"): "projet",
                    _("collectivité"): "collectivite__nom",
                    _("nature"): "nature",
                    _("numéro"): "numero",
                    _("du"): "date",
                    _("exécutoire le"): "executoire_le",
                },
            ),
        ]

    def fragments_vivants(self):
        issue = render_to_string("besoins/projets/issue.html", {"contribution": self})
        return {**super().fragments_vivants(), "issue": issue}

    def paroles(self):
        """With who wrote, holds, did or contests what stands on its page."""
        nommes = {
            "retombees": ("par", "contestee_par"),
            "taches": ("par", "porteur", "fait_par"),
            "jalons": ("par", "fait_par"),
            "deliberations": ("par",),
            "risques": ("par",),
            "demarches": ("par", "etat_par"),
            "actes": ("par",),
        }
        siennes = [getattr(self, nom).values(qui) for nom, colonnes in nommes.items() for qui in colonnes]
        return [*super().paroles(), *siennes]

    def fragments_pour(self, user):
        contexte = {"contribution": self, "modifiable": self.modifiable_par(user)}
        contexte["besoins"] = self.besoins_lus_par(user)
        contexte |= {"prend_part": self.prend_part(user), "membre": Membre.de(user)}
        contexte["engagees"] = self.collectivites_engagees_de(user)
        contexte["positions"] = Position.objects.de(self)
        return {
            "positions": render_to_string("besoins/participation/communes.html", contexte),
            "echeancier": render_to_string("besoins/echeancier/resume.html", contexte),
            "deliberations": render_to_string("besoins/deliberations/liste.html", contexte),
            "risques": render_to_string("besoins/risques/liste.html", contexte),
            "economies": render_to_string("besoins/economies/projet.html", contexte),
            "documents": render_to_string("reseau/contributions/documents.html", contexte),
            "demarches": render_to_string("besoins/demarches/liste.html", contexte),
            "besoins-rapproches": render_to_string("besoins/rapprochements/besoins.html", contexte),
        }

    def etapes_manquantes(self, phase):
        """What a project of its type must have settled before it passes into this phase, and has not."""
        exigees = catalogue().exigees(self.type_mutualisation, phase)
        if not exigees:
            return []
        reglees = {demarche.code for demarche in self.demarches.all() if demarche.est_reglee}
        return [catalogue().etapes[code] for code in exigees if code not in reglees]

    def refus_de_phase(self, phase):
        """Why it may not be in this phase, in a sentence, or ""."""
        manquantes = self.etapes_manquantes(phase)
        if not manquantes:
            return ""
        refus = _(
            "Un %(type)s ne passe pas en «\u202f%(phase)s\u202f» sans : %(etapes)s. "
            "Notez chacun dans les démarches, ou une dispense motivée."
        )
        return refus % {
            "type": self.get_type_mutualisation_display(),
            "phase": self.Phase(phase).label,
            "etapes": ", ".join(etape.libelle[0].lower() + etape.libelle[1:] for etape in manquantes),
        }

    def controler_la_modification(self, enregistree):
        """It does not become, in the phase where it is by then, what could not have passed into it."""
        change = enregistree.type_mutualisation != self.type_mutualisation
        if change and (refus := self.refus_de_phase(enregistree.phase)):
            raise ValidationError({"type_mutualisation": refus})

    @property
    def ce_qui_bloque(self):
        """What keeps it out of the phase opérationnelle for now, in a sentence, or ""."""
        return self.refus_de_phase(self.Phase.OPERATIONNELLE)

    @property
    def url_de_l_echeancier(self):
        return reverse("besoins:echeancier", args=[self.pk])

    def prend_part(self, user):
        """Whether she looks after it, or speaks for a collectivité that is interested in it, or more."""
        if not self.accepte_les_messages:
            return False
        if self.modifiable_par(user):
            return True
        membre = Membre.de(user)
        if not membre or not membre.est_actif or not self.visible_par(user):
            return False
        siennes = self.positions.filter(collectivite__in=membre.droits.collectivites)
        return any(position.vaut_interet for position in siennes)

    @staticmethod
    def collectivites_engagees_de(user):
        """Ids of those whose word she gives: she may correct, or contest, what is told of them."""
        membre = Membre.de(user)
        return membre.droits.collectivites_engagees if membre and membre.est_actif else []

    def concernees(self):
        """The parties, who carries it, and those that are interested in it, or more."""
        interessees = [p.collectivite_id for p in self.positions.all() if p.vaut_interet]
        siennes = Q(pk__in=self.beneficiaires.values("pk")) | Q(pk__in=interessees)
        siennes |= Q(pk__in=[self.collectivite_id, self.fournisseur_id])
        return Collectivite.objects.filter(siennes)

    def participantes(self):
        """Those that are engaged in it or members; while there is none, those that are interested."""
        dites = [position for position in Position.objects.de(self) if position.vaut_interet]
        engagees = [position for position in dites if position.engage]
        return sorted({p.collectivite for p in engagees or dites}, key=lambda c: c.slug)

    @transaction.atomic
    def passer_en(self, phase, *, par):
        """Forward or back; who changed it, and when, is in the history. ValidationError where it lacks
        what this phase asks for."""
        revision = self._avancer()
        self._relire("phase", "type_mutualisation", *self.CHAMPS_D_OUVERTURE)
        if phase == self.phase or not self.est_ouverte:
            return self
        if refus := self.refus_de_phase(phase):
            raise ValidationError(refus)
        avant = self.get_phase_display()
        self.phase, self.phase_le, self.phase_par = phase, timezone.now(), par
        self.save(update_fields=["phase", "phase_le", "phase_par"])
        self._consigner(par, _("phase"), avant, self.get_phase_display())
        direct.fil_change(self, revision)
        precision = _("%(nom)s a fait passer en\u202f: %(phase)s") % {
            "nom": par.nom_complet,
            "phase": self.get_phase_display(),
        }
        Notifieur(self, Notification.Genre.POSITION, par, precision=precision).prevenir_suiveurs()
        return self

    @transaction.atomic
    def retirer(self, *, par, motif):
        self._avancer()  # before its own row, as who closes it does
        return super().retirer(par=par, motif=motif)

    def consequences(self):
        """Withdrawn, or ended without an outcome, it gives its needs back to who may answer them."""
        if self.est_retiree or self.issue == self.Issue.SANS_SUITE:
            par = self.retire_par if self.est_retiree else self.clos_par
            for rapprochement in self.rapprochements.actifs().select_related("besoin").order_by("besoin"):
                rapprochement.besoin.separer(par=par)

    # What is told of it once it is over

    def attend_un_retour_de(self, membre):
        """The same rule as `sans_retour_de`; costs a query where it is over only."""
        mene = self.est_publiee and self.clos_le and self.issue in self.MENES
        return bool(mene and membre and membre.pk == self.responsable_id and not self.est_raconte)

    @property
    def est_raconte(self):
        return RetourExperience.objects.publiees().filter(issue_de=self.pk).exists()


class Beneficiaire(models.Model):
    """A row of its own, so that a collectivité for which something is done is never deleted."""

    projet = models.ForeignKey(Projet, models.CASCADE, related_name="+")
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )

    class Meta:
        verbose_name = _("bénéficiaire")
        verbose_name_plural = _("bénéficiaires")
        constraints = [
            models.UniqueConstraint(fields=["projet", "collectivite"], name="besoins_beneficiaire_unique")
        ]

    def __str__(self):
        return f"{self.projet_id}, {self.collectivite}"
