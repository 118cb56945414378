from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.search import index

from reseau import direct
from reseau.liens import lien
from reseau.models import Contribution, Notification, Notifieur
from reseau.models.contributions import ContributionQuerySet

from ..quantites import en_clair
from .issues import FinitParUneIssue
from .positions import AttendDesPositions, Position, RecoitDesPositions
from .preparations import Preparation
from .ressemblances import Ressemblance, SeCompare
from .sollicitations import Relance, Sollicitation, SolliciteDesCommunes, relancable
from .utilites import DitSiCelaAAide, Utilite


class BesoinQuerySet(AttendDesPositions, ContributionQuerySet):
    def rapprochables(self):
        """Those that may be brought together with others in a project."""
        return self.publiees().ouvertes().filter(rapproche_le=None)

    def relancables(self):
        """Those that still wait for what the communes say."""
        return self.filter(relancable())

    def a_comparer(self):
        """Those whose words have not been compared to the others since they were written."""
        jamais = Q(compare_le=None) | Q(compare_le__lt=F("modifie_le"))
        return self.publiees().filter(jamais)

    def a_rappeler(self):
        """Those of which a reminder is due to a commune that has said nothing."""
        muettes = Sollicitation.objects.muettes().values("besoin")
        return self.filter(pk__in=Relance.objects.dues().values("besoin")).filter(pk__in=muettes)

    def relancables_par(self, user):
        """Who looks after it; who runs its network, or the site for what is in none."""
        return self.modifiables_par(user) | self.moderables_par(user)

    def sans_reponse(self):
        """Those that wait for too long, in the eyes of their network: for who runs it to take in hand."""
        a_qui_anime = Relance.objects.filter(
            etape=Relance.Etape.ANIMATION, prevue_le__lte=timezone.localdate()
        )
        return (
            self.relancables()
            .filter(pk__in=a_qui_anime.values("besoin"))
            .filter(pk__in=Sollicitation.objects.muettes().values("besoin"))
        )

    def avec_absences(self):
        """Each with what it has not, which most have not: its page reads nothing more for it."""
        return self.annotate(
            sans_ressemblance=~Exists(Ressemblance.objects.de(OuterRef("pk"))),
            sans_sollicitation=~Exists(Sollicitation.objects.filter(besoin=OuterRef("pk"))),
            sans_preparation=~Exists(Preparation.objects.filter(contribution=OuterRef("pk"))),
        )

    def _a_repondre(self):
        a_temps = Q(echeance=None) | Q(echeance__gte=timezone.localdate())
        return self.relancables().filter(a_temps)


class Besoin(
    SeCompare, SolliciteDesCommunes, RecoitDesPositions, DitSiCelaAAide, FinitParUneIssue, Contribution
):
    """What a commune lacks and would rather find, buy or do with others."""

    colonne_limite = "echeance"

    class Urgence(models.TextChoices):
        NORMALE = "normale", _("pas d’urgence")
        URGENTE = "urgente", _("urgent")

    class Issue(models.TextChoices):
        PROJET = "projet", _("un projet commun")
        PRET = "pret", _("un prêt")
        GROUPEMENT = "groupement", _("un groupement de commandes")
        SERVICE_COMMUN = "service_commun", _("un service commun")
        REPONSE = "reponse", _("une réponse dans la discussion")
        SANS_SUITE = "sans_suite", _("sans suite")

    echeance = models.DateField(
        _("réponse attendue avant le"),
        null=True,
        blank=True,
        help_text=_("Jusqu’à quand les communes peuvent répondre."),
    )
    quantite = models.DecimalField(_("quantité"), max_digits=12, decimal_places=2, null=True, blank=True)
    unite = models.CharField(
        _("unité"), max_length=40, blank=True, help_text=_("« tonnes », « jours par mois »…")
    )
    urgence = models.CharField(_("urgence"), max_length=10, choices=Urgence, default=Urgence.NORMALE)
    issue = models.CharField(
        _("ce qui en est sorti"), max_length=20, choices=Issue, blank=True, editable=False
    )
    motif = models.TextField(_("pourquoi"), blank=True, max_length=1000, editable=False)
    # Since when a project answers it; which one, its Rapprochement says.
    rapproche_le = models.DateTimeField(_("rapproché le"), null=True, editable=False)

    compare_le = models.DateTimeField(_("comparé le"), null=True, editable=False)

    objects = BesoinQuerySet.as_manager()

    search_fields = [*Contribution.search_fields, index.FilterField("echeance"), index.FilterField("urgence")]

    icone = "lightbulb"
    teinte = "ocre"
    vue_de_publication = "besoins:publier"
    vue_des_positions = "besoins:position"
    mots = {
        Position.Niveau.CURIEUSE: (_("Curieuse"), _("tenez-nous au courant")),
        Position.Niveau.INTERESSEE: (_("Nous aussi"), _("intéressée\u202f: nous en avons besoin")),
        Position.Niveau.AIDE: (_("Nous pouvons aider"), _("prêter, faire, conseiller")),
        Position.Niveau.ENGAGEE: (_("Engagée"), _("décision ou délibération prise")),
        Position.Niveau.HORS: (_("Pas concernée"), _("ce n’est pas notre besoin")),
    }
    niveaux, niveaux_en_un_clic = Position.Niveau.parmi(mots), tuple(mots)
    CHAMPS_D_OUVERTURE = (*Contribution.CHAMPS_D_OUVERTURE, "echeance", "rapproche_le")
    geste_attendu = (_("Ma commune est intéressée"), "besoins:lien_interessee")
    geste_d_aide = (_("Ma commune peut aider"), "besoins:lien_peut_aider")
    geste_de_refus = (_("Pas concernée"), "besoins:lien_pas_concernee")
    mot_a_publier = _("Un besoin")
    rang_a_publier = 1
    phrase_de_cloture = _("Ce besoin est clos\u202f: il ne prend plus de message.")
    gabarit_de_ligne = "besoins/besoins/ligne.html"
    gabarit_d_etat = "besoins/besoins/etat.html"

    class Meta:
        verbose_name = _("besoin")
        verbose_name_plural = _("besoins")
        indexes = [models.Index(fields=["echeance"], name="besoins_besoin_echeance")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantite=None) | Q(quantite__gt=0),
                name="besoins_besoin_quantite_positive",
                violation_error_message=_("La quantité est supérieure à zéro."),
            ),
            models.CheckConstraint(
                condition=~Q(issue="sans_suite") | ~Q(motif=""),
                name="besoins_besoin_sans_suite_motive",
                violation_error_message=_("Dites pourquoi le besoin reste sans suite."),
            ),
        ]

    @property
    def etat(self):
        """The state of DOMAINE, in the words of the interface, derived from dated facts."""
        if self.est_retiree:
            return _("retiré")
        if self.est_brouillon:
            return _("brouillon")
        if self.clos_le:
            if self.issue == self.Issue.SANS_SUITE:
                return _("sans suite")
            return _("converti") if self.issue == self.Issue.PROJET and self.rapproche_le else _("clos")
        if self.rapproche_le:
            return _("rapproché")
        if self.fil.dernier_rang:
            return _("en discussion")
        return _("ouvert")

    @property
    def echeance_passee(self):
        return self.echeance is not None and self.echeance < timezone.localdate()

    @property
    def accepte_les_positions(self):
        """A project answers it: it is there that the communes say where they stand."""
        return super().accepte_les_positions and not self.echeance_passee and self.rapproche_le is None

    @property
    def phrase_sans_position(self):
        if self.attend_dans_un_projet:
            return _("Ce besoin est réuni avec d’autres dans un projet\u202f: les communes y répondent.")
        return _("Ce besoin ne prend plus de réponse.")

    def refus_de_position(self, collectivite):
        if collectivite.pk == self.collectivite_id:
            return _("Ce besoin est celui de votre commune\u202f: les autres y répondent.")
        return ""

    def gestes_par_courriel(self, membre):
        gestes = self.gestes_de_bilan(membre) + super().gestes_par_courriel(membre)
        if not self.accepte_les_positions or not self.a_interesser(self.positions_de(membre)):
            return gestes
        vues = [self.geste_attendu, self.geste_d_aide]
        if self.sollicitations.filter(collectivite__in=membre.droits.collectivites).exists():
            vues.append(self.geste_de_refus)
        return [*[{"texte": texte, "url": lien(vue, self, membre)} for texte, vue in vues], *gestes]

    @classmethod
    def gestes_d_animation(cls, reseau, user):
        attendent = cls.objects.moderables_par(user).filter(reseau=reseau).sans_reponse().count()
        mots = ngettext("%d besoin sans réponse", "%d besoins sans réponse", attendent)
        liste = {"texte": mots % attendent, "url": reverse("besoins:sans_reponse"), "icone": "bell-ring"}
        cadence = {
            "texte": _("Relances des besoins"),
            "url": reverse("besoins:cadence", args=[reseau.slug]),
            "icone": "calendar-clock",
        }
        return [*([liste | {"presse": True}] if attendent else []), cadence]

    def positions_de(self, membre):
        """{collectivité for which this member may answer: its position, or None}; not the one in need."""
        siennes = [c for c in membre.collectivites_parlees if c.pk != self.collectivite_id]
        if not siennes:
            return {}
        dites = {p.collectivite_id: p for p in self.positions.filter(collectivite__in=siennes)}
        return {c: dites.get(c.pk) for c in siennes}

    @staticmethod
    def a_interesser(positions):
        """Of these, those that have said nothing yet; if all have, and none is interested nor helps, all of
        them."""
        muettes = [c for c, position in positions.items() if position is None]
        if muettes or any(p.vaut_interet or p.niveau == Position.Niveau.AIDE for p in positions.values()):
            return muettes
        return list(positions)

    def paroles(self):
        return [*super().paroles(), Utilite.objects.filter(besoin=self.pk).values("dite_par")]

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("échéance"): f"{self.echeance:%d/%m/%Y}" if self.echeance else "",
            _("quantité"): en_clair(self.quantite, self.unite) if self.quantite else "",
            _("urgence"): self.get_urgence_display(),
        }

    def fragments_vivants(self):
        contexte = {"positions": Position.objects.de(self), "contribution": self}
        positions = render_to_string("besoins/positions/liste.html", contexte)
        issue = render_to_string("besoins/besoins/issue.html", {"contribution": self})
        utilite = render_to_string("besoins/utilites/reponse.html", {"contribution": self})
        propres = {"positions": positions, "issue": issue, "utilite": utilite}
        return {**super().fragments_vivants(), **propres}

    @staticmethod
    def tables_d_archive(visibles, user):
        du_besoin = {_("contribution"): "besoin"}
        return [
            (
                "positions",
                Position.objects.filter(contribution__in=visibles).order_by(
                    "contribution", "collectivite__slug"
                ),
                {
                    _("contribution"): "contribution",
                    _("collectivité"): "collectivite__nom",
                    _("position"): "niveau",
                    _("quantité"): "quantite",
                    _("un mot"): "commentaire",
                    _("dite le"): "dite_le",
                    _("convention signée le"): "convention_le",
                    _("à compter du"): "effet_le",
                },
            ),
            (
                "sollicitations",
                Sollicitation.objects.filter(besoin__in=visibles).order_by("besoin", "collectivite__slug"),
                du_besoin | {_("collectivité"): "collectivite__nom", _("sollicitée le"): "le"},
            ),
            (
                "relances",
                Relance.objects.filter(besoin__in=visibles).order_by("besoin", "prevue_le", "pk"),
                du_besoin | {_("étape"): "etape", _("prévue le"): "prevue_le", _("faite le"): "faite_le"},
            ),
            (
                "utilite",
                Utilite.objects.filter(besoin__in=visibles).exclude(reponse="").order_by("besoin"),
                du_besoin
                | {_("cela a aidé"): "reponse", _("en quelques mots"): "mot", _("dite le"): "dite_le"},
            ),
        ]

    # The project that answers it

    @property
    def est_rapprochable(self):
        return self.est_ouverte and self.rapproche_le is None

    @property
    def attend_dans_un_projet(self):
        return self.est_ouverte and self.rapproche_le is not None

    def projet_lu_par(self, user):
        """The project that answers it, if she may read that one."""
        if self.rapproche_le is None:
            return None
        projets = self.rapprochements.actifs().values("projet")
        return Contribution.objects.visibles_par(user).publiees().filter(pk__in=projets).first()

    def fragments_pour(self, user):
        contexte = {"contribution": self, "projet": self.projet_lu_par(user)}
        rapprochement = render_to_string("besoins/rapprochements/projet.html", contexte)
        return {**super().fragments_pour(user), "rapprochement": rapprochement}

    @transaction.atomic
    def separer(self, *, par):
        """Undo its being brought together, and say so to who follows it; twice changes nothing."""
        rapprochement = self.rapprochements.actifs().select_related("projet__fil").first()
        if rapprochement is None:
            return self
        projet = rapprochement.projet
        rapprochement.prendre(self, projet)
        defait = {"defait_le": timezone.now(), "defait_par": par}
        if not self.rapprochements.actifs().filter(pk=rapprochement.pk).update(**defait):
            return self
        self.rapproche_le = None
        self.save(update_fields=["rapproche_le"])
        self._consigner(par, _("état"), _("rapproché"), _("clos") if self.clos_le else _("ouvert"))
        for contribution in (self, projet):
            direct.fil_change(contribution, contribution.revision)
        precision = _("%(nom)s a défait le rapprochement") % {"nom": par.nom_complet}
        Notifieur(self, Notification.Genre.POSITION, par, precision=precision).prevenir_suiveurs()
        return self
