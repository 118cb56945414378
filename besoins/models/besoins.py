from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from reseau import direct
from reseau.liens import lien
from reseau.models import Contribution, Membre, Notification, Notifieur
from reseau.models.contributions import ContributionQuerySet

from ..quantites import en_clair


class BesoinQuerySet(ContributionQuerySet):
    def attendus_de(self, collectivite):
        """Open needs of others on which this collectivité has not said where it stands."""
        from .positions import Position

        if collectivite is None:
            return self.none()
        dits = Position.objects.filter(collectivite=collectivite).values("contribution")
        return self._a_repondre().exclude(collectivite=collectivite).exclude(pk__in=dits)

    def attentes(self, collectivites):
        """The same for many collectivités (ids) at once: two queries."""
        from .positions import Position

        besoins = list(self._a_repondre().values_list("pk", "collectivite", "echeance"))
        positions = Position.objects.filter(
            contribution__in=[pk for pk, _porteuse, _le in besoins], collectivite__in=collectivites
        )
        dites = set(positions.values_list("contribution", "collectivite"))
        return {
            (pk, collectivite): echeance
            for pk, porteuse, echeance in besoins
            for collectivite in collectivites
            if collectivite != porteuse and (pk, collectivite) not in dites
        }

    def _a_repondre(self):
        a_temps = Q(echeance=None) | Q(echeance__gte=timezone.localdate())
        return self.acceptant_les_messages().filter(a_temps)


class Besoin(Contribution):
    """What a commune lacks and would rather find, buy or do with others."""

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

    objects = BesoinQuerySet.as_manager()

    search_fields = [*Contribution.search_fields, index.FilterField("echeance"), index.FilterField("urgence")]

    icone = "lightbulb"
    teinte = "ocre"
    vue_de_publication = "besoins:publier"
    geste_attendu = (_("Ma commune est intéressée"), "besoins:lien_interessee")
    mot_a_publier = _("Un besoin")
    rang_a_publier = 1
    champs_de_cloture = (*Contribution.champs_de_cloture, "issue", "motif")
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
            return _("sans suite") if self.issue == self.Issue.SANS_SUITE else _("clos")
        if self.fil.dernier_rang:
            return _("en discussion")
        return _("ouvert")

    @property
    def conclusion(self):
        return self.get_issue_display()

    @property
    def echeance_passee(self):
        return self.echeance is not None and self.echeance < timezone.localdate()

    @property
    def accepte_les_positions(self):
        return self.accepte_les_messages and not self.echeance_passee

    def gestes_par_courriel(self, membre):
        gestes = super().gestes_par_courriel(membre)
        if not self.accepte_les_positions or not self.a_interesser(self.positions_de(membre)):
            return gestes
        texte, vue = self.geste_attendu
        return [{"texte": texte, "url": lien(vue, self, membre)}, *gestes]

    def positions_de(self, membre):
        """{collectivité for which this member may answer: its position, or None}; not the one in need."""
        siennes = [c for c in membre.collectivites_parlees if c.pk != self.collectivite_id]
        if not siennes:
            return {}
        dites = {p.collectivite_id: p for p in self.positions.filter(collectivite__in=siennes)}
        return {c: dites.get(c.pk) for c in siennes}

    @staticmethod
    def a_interesser(positions):
        """Of these, those that have said nothing yet; if all have, and none is interested, all of them."""
        muettes = [c for c, position in positions.items() if position is None]
        if muettes or any(position.vaut_interet for position in positions.values()):
            return muettes
        return list(positions)

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("échéance"): f"{self.echeance:%d/%m/%Y}" if self.echeance else "",
            _("quantité"): en_clair(self.quantite, self.unite) if self.quantite else "",
            _("urgence"): self.get_urgence_display(),
        }

    def fragments_vivants(self):
        contexte = {"positions": self.positions.model.objects.de(self), "contribution": self}
        return {
            **super().fragments_vivants(),
            "issue": render_to_string("besoins/besoins/issue.html", contexte),
            "positions": render_to_string("besoins/positions/liste.html", contexte),
        }

    def destinataires(self):
        """Those of the network; for a need put to the whole platform, every active member."""
        membres = Membre.objects.actifs()
        if self.reseau_id:
            membres = membres.filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))
        return membres

    @staticmethod
    def tables_d_archive(visibles, user):
        from .positions import Position

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
                },
            )
        ]

    def participants(self):
        return super().participants() | Membre.objects.filter(pk__in=self.positions_dites.values("par"))

    @transaction.atomic
    def clore(self, *, par, issue, motif=""):
        self.issue, self.motif = issue, motif
        return super().clore(par=par)

    @transaction.atomic
    def rouvrir(self, *, par):
        self.issue = self.motif = ""
        return super().rouvrir(par=par)

    def positions_changees(self, revision, position, remplacee=None):
        """Show live where the communes stand, and tell whoever carries the need; and who (by id) had spoken
        for this commune before."""
        direct.fil_change(self, revision)
        precision = f"{position.collectivite.nom}\u202f: {position.get_niveau_display()}"
        concernes = Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id, remplacee} - {None})
        Notifieur(self, Notification.Genre.POSITION, position.par, precision=precision).prevenir(concernes)
