from collections import defaultdict

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models, transaction
from django.db.models import Count, F, Prefetch, Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from reseau import direct
from reseau.models import Collectivite, Contribution, Membre, Notification, Notifieur
from reseau.models.contributions import ContributionQuerySet

from ..montants import en_euros
from .paroles import Parole, ParoleDite
from .ressemblances import SeCompare

PREMIERE_ANNEE, DERNIERE_ANNEE = 1950, 2100
DUREE_MAX = 600  # months


def annee_field(nom, **options):
    bornes = [MinValueValidator(PREMIERE_ANNEE), MaxValueValidator(DERNIERE_ANNEE)]
    return models.PositiveSmallIntegerField(nom, null=True, blank=True, validators=bornes, **options)


class RetourExperience(SeCompare, Contribution):
    """What a collectivité has done and learnt from it, written so that another dares, or does otherwise.

    Its text (`corps`) says what was done. It tells of a project when it comes from one (`issue_de`). It may
    tell of a collectivité that is not on the platform: it then says from where it is known.
    """

    class ARefaire(models.TextChoices):
        OUI = "oui", _("oui")
        AUTREMENT = "autrement", _("oui, mais autrement")
        NON = "non", _("non")

    contexte = models.TextField(_("contexte"), blank=True, max_length=5000)
    cout = models.DecimalField(
        _("coût, en euros"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0, message=_("Le coût n’est pas négatif."))],
    )
    cout_couvre = models.CharField(_("ce que ce coût comprend"), max_length=200, blank=True)
    duree = models.PositiveSmallIntegerField(
        _("durée, en mois"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(DUREE_MAX)],
    )
    gains = models.TextField(_("gains"), blank=True, max_length=5000)
    ecueils = models.TextField(_("écueils"), blank=True, max_length=5000)
    conditions_de_succes = models.TextField(_("conditions de réussite"), blank=True, max_length=5000)
    a_refaire = models.CharField(_("à refaire"), max_length=10, choices=ARefaire, blank=True)
    # Ticked in the form, and said by its author once it is published.
    aussi = models.ManyToManyField(
        Collectivite, blank=True, related_name="+", verbose_name=_("l’ont fait aussi")
    )
    depuis = annee_field(_("année de début"))
    fait_en = annee_field(_("année"), help_text=_("La dernière, si cela a duré."))
    interlocuteur = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("qui appeler")
    )
    collectivite_externe = models.CharField(_("collectivité d’ailleurs"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.URLField(
        _("adresse de la source"),
        max_length=500,
        blank=True,
        validators=[URLValidator(["http", "https"])],
    )
    contact_externe = models.CharField(_("contact sur place"), max_length=200, blank=True)

    objects = ContributionQuerySet.as_manager()

    search_fields = [
        *Contribution.search_fields,
        index.SearchField("contexte"),
        index.SearchField("gains"),
        index.SearchField("ecueils"),
        index.SearchField("conditions_de_succes"),
        index.SearchField("collectivite_externe"),
        index.FilterField("a_refaire"),
        index.FilterField("fait_en"),
    ]

    icone = "book-open-check"
    teinte = "prune"
    vue_de_publication = "besoins:retour_publier"
    mot_a_publier = _("Un retour d’expérience")
    rang_a_publier = 4
    gabarit_de_ligne = "besoins/retours/ligne.html"
    gabarit_d_etat = "besoins/retours/etat.html"

    class Meta:
        verbose_name = _("retour d’expérience")
        verbose_name_plural = _("retours d’expérience")
        indexes = [models.Index(fields=["fait_en"], name="besoins_retour_fait_en")]
        constraints = [
            models.CheckConstraint(
                condition=Q(collectivite_externe="") | ~Q(source=""),
                name="besoins_retour_exemple_source",
                violation_error_message=_("Dites d’où vous tenez cet exemple."),
            ),
            models.CheckConstraint(
                condition=Q(cout=None) | Q(cout__gte=0),
                name="besoins_retour_cout_positif",
                violation_error_message=_("Le coût n’est pas négatif."),
            ),
            models.CheckConstraint(
                condition=Q(duree=None) | Q(duree__gte=1),
                name="besoins_retour_duree_positive",
                violation_error_message=_("La durée est d’un mois au moins."),
            ),
            models.CheckConstraint(
                condition=Q(depuis=None) | Q(fait_en__isnull=False, fait_en__gte=F("depuis")),
                name="besoins_retour_fin_apres_debut",
                violation_error_message=_("L’année de fin vient après celle du début."),
            ),
        ]

    @property
    def vient_d_ailleurs(self):
        return bool(self.collectivite_externe)

    @property
    def projet(self):
        """The project of which it tells, as a base row, or None."""
        return self.issue_de if self.issue_de and self.issue_de.type == "projet" else None

    @property
    def periode(self):
        """« 2016-2020 », « 2024 », or nothing."""
        if self.depuis and self.depuis != self.fait_en:
            return f"{self.depuis}-{self.fait_en}"
        return str(self.fait_en or "")

    @property
    def cout_en_clair(self):
        """« 12 000 € », with the cents where there are some."""
        return "" if self.cout is None else en_euros(self.cout)

    @property
    def chapitres(self):
        """What its page tells beside its text: (title, text), those that say something."""
        chapitres = [
            (_("D’où l’on partait"), self.contexte),
            (_("Ce qu’on y a gagné"), self.gains),
            (_("Ce qui a coincé"), self.ecueils),
            (_("À réunir pour réussir"), self.conditions_de_succes),
        ]
        return [(titre, texte) for titre, texte in chapitres if texte]

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("contexte"): self.contexte,
            _("coût, en euros"): self.cout_en_clair,
            _("ce que ce coût comprend"): self.cout_couvre,
            _("durée, en mois"): str(self.duree or ""),
            _("gains"): self.gains,
            _("écueils"): self.ecueils,
            _("conditions de réussite"): self.conditions_de_succes,
            _("à refaire"): self.get_a_refaire_display(),
            _("année"): self.periode,
            _("qui appeler"): str(self.interlocuteur or ""),
            _("collectivité d’ailleurs"): self.collectivite_externe,
            _("source"): self.source,
            _("adresse de la source"): self.source_url,
            _("contact sur place"): self.contact_externe,
        }

    @staticmethod
    def tables_d_archive(visibles, user):
        retours = RetourExperience.objects.filter(pk__in=visibles)
        return [
            (
                "retours",
                retours.order_by("publie_le", "pk"),
                {
                    _("contribution"): "id",
                    _("contexte"): "contexte",
                    _("coût, en euros"): "cout",
                    _("ce que ce coût comprend"): "cout_couvre",
                    _("durée, en mois"): "duree",
                    _("gains"): "gains",
                    _("écueils"): "ecueils",
                    _("conditions de réussite"): "conditions_de_succes",
                    _("à refaire"): "a_refaire",
                    _("année de début"): "depuis",
                    _("année"): "fait_en",
                    _("collectivité d’ailleurs"): "collectivite_externe",
                    _("source"): "source",
                    _("adresse de la source"): "source_url",
                },
            ),
            (
                "retours_nous_aussi",
                NousAussi.objects.faits()
                .filter(contribution__in=retours.values("pk"))
                .order_by("contribution", "collectivite__slug"),
                {
                    _("contribution"): "contribution",
                    _("collectivité"): "collectivite__nom",
                    _("un mot"): "mot",
                    _("dite le"): "dite_le",
                },
            ),
        ]

    def fragments_vivants(self):
        contexte = {"contribution": self, "utiles": self.utiles.count()}
        gabarits = {
            "recit": "besoins/retours/recit.html",
            "utile-compte": "besoins/retours/utile_compte.html",
        }
        propres = {id_: render_to_string(gabarit, contexte) for id_, gabarit in gabarits.items()}
        return {**super().fragments_vivants(), **propres}

    def fragments_pour(self, user):
        contexte = {"contribution": self, "appels": self.appels_lus_par(user), "membre": Membre.de(user)}
        return {"l-ont-fait": render_to_string("besoins/retours/l_ont_fait.html", contexte)}

    def _paraitre(self, par):
        super()._paraitre(par)
        siennes = self.aussi.filter(pk__in=self.auteur.droits.collectivites)
        for collectivite in siennes:
            if not self.refus_de_nous_aussi(collectivite):
                NousAussi.dire(self, collectivite=collectivite, par=self.auteur)
        return self

    def destinataires(self):
        """Those of its network; to the whole platform it is told by the lists and the feed alone."""
        if not self.reseau_id:
            return Membre.objects.none()
        return Membre.objects.actifs().filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))

    def participants(self):
        return super().participants() | Membre.objects.filter(pk__in=self.nous_aussi_dits.values("par"))

    # Who else found it useful, who else did it

    def appels_lus_par(self, user):
        """Who did it and whom to call there, the one that tells it first: [{collectivite, membre, mot}…].

        `membre` comes with what `user` may read of how to reach her; None for a visitor.
        """
        personnes = Membre.objects.pour_liste(user)
        appels = [
            {"collectivite": n.collectivite, "membre": n.par, "mot": n.mot}
            for n in NousAussi.objects.faits()
            .filter(contribution=self.pk)
            .select_related("collectivite")
            .prefetch_related(Prefetch("par", personnes))
            .order_by("collectivite__slug")
        ]
        if self.vient_d_ailleurs:
            return appels
        qui = personnes.filter(pk=self.interlocuteur_id).first() if self.interlocuteur_id else None
        return [{"collectivite": self.collectivite, "membre": qui, "mot": ""}, *appels]

    def refus_de_nous_aussi(self, collectivite):
        """Why this collectivité does not say that it did it too, in a sentence, or ""."""
        if collectivite.pk == self.collectivite_id and not self.vient_d_ailleurs:
            return _(
                "Ce retour est celui de votre commune\u202f: les autres disent si elles l’ont fait aussi."
            )
        return ""

    @transaction.atomic
    def juger_utile(self, utile, *, par):
        """Say that it was useful to me, or take it back; not of what I wrote. Twice changes nothing."""
        revision = self._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE)
        if not self.est_publiee or par.pk == self.auteur_id:
            return self
        if utile:
            change = self.utiles.get_or_create(membre=par)[1]
        else:
            change = self.utiles.filter(membre=par).delete()[0]
        if change:
            direct.fil_change(self, revision)
        return self


class Utile(models.Model):
    """A member to whom it was useful."""

    retour = models.ForeignKey(RetourExperience, models.CASCADE, related_name="utiles")
    membre = models.ForeignKey(Membre, models.CASCADE, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("jugé utile")
        verbose_name_plural = _("jugés utiles")
        constraints = [models.UniqueConstraint(fields=["retour", "membre"], name="besoins_utile_unique")]

    def __str__(self):
        return f"{self.retour_id}, {self.membre_id}"


class NousAussiQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(contribution__in=Contribution.objects.visibles_par(user))

    def faits(self):
        return self.filter(fait=True)

    def par_retour(self, retours):
        """{retour id: the collectivités that did it too, by name}: one query."""
        trouves = defaultdict(list)
        dits = self.faits().filter(contribution__in=retours).select_related("collectivite")
        for dit in dits.order_by("collectivite__slug"):
            trouves[dit.contribution_id].append(dit.collectivite)
        return trouves


class NousAussi(Parole):
    """« Nous l’avons fait aussi », of a collectivité; no longer `fait` once it has taken it back."""

    contribution = models.ForeignKey(RetourExperience, models.CASCADE, related_name="nous_aussi")
    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    fait = models.BooleanField(_("l’a fait aussi"), default=True)
    mot = models.CharField(_("un mot"), max_length=300, blank=True)
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+", verbose_name=_("dit par"))
    dite_le = models.DateTimeField(_("dit le"), default=timezone.now, editable=False)

    objects = NousAussiQuerySet.as_manager()

    class Meta:
        verbose_name = _("nous aussi")
        verbose_name_plural = _("nous aussi")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "collectivite"],
                name="besoins_nous_aussi_unique_par_collectivite",
                violation_error_message=_("Cette collectivité l’a déjà dit."),
            )
        ]

    def __str__(self):
        return f"{self.collectivite_id}, {self.contribution_id}"

    @staticmethod
    def histoire():
        return NousAussiDit

    @classmethod
    @transaction.atomic
    def dire(cls, retour, *, collectivite, par, fait=True, mot=""):
        """Record that her commune did it too, or takes it back → (what stands or None, whether it counts).

        The rules of a position: an agent's word is kept, and does not replace that of who decides.
        ValidationError where nothing is said any more.
        """
        revision = retour._avancer()
        retour._relire(*Contribution.CHAMPS_D_OUVERTURE)
        if not retour.accepte_les_messages:
            raise ValidationError(_("Ce retour ne prend plus de réponse."))
        if refus := retour.refus_de_nous_aussi(collectivite):
            raise ValidationError(refus)
        mot = mot if fait else ""
        avant = cls.objects.filter(contribution=retour.pk, collectivite=collectivite).first()
        if avant is None and not fait:
            return None, True
        if avant and avant.dit_deja(fait, mot, par):
            return avant, True
        dit, compte = cls.noter(retour, collectivite=collectivite, par=par, fait=fait, mot=mot)
        if compte:
            direct.fil_change(retour, revision)
            if fait and not (avant and avant.fait):
                dit._prevenir(retour)
        return dit, compte

    def dit_deja(self, fait, mot, par):
        """Whether this is her own word again, or one that she adds nothing to."""
        return (self.fait, self.mot, self.par_id) == (fait, mot, par.pk) and (
            self.confirmee or not par.decide_pour(self.collectivite)
        )

    def _prevenir(self, retour):
        """Tell who carries it; and follow it from now on."""
        retour.suivre(self.par)
        precision = _("%(commune)s l’a fait aussi") % {"commune": self.collectivite.nom}
        porteurs = Membre.objects.filter(pk__in={retour.auteur_id, retour.responsable_id})
        notifieur = Notifieur(retour, Notification.Genre.POSITION, self.par, precision=precision)
        notifieur.prevenir(porteurs)


class NousAussiDit(ParoleDite):
    contribution = models.ForeignKey(RetourExperience, models.CASCADE, related_name="nous_aussi_dits")
    fait = models.BooleanField()
    mot = models.CharField(max_length=300, blank=True)

    class Meta(ParoleDite.Meta):
        verbose_name = _("nous aussi, dit")
        verbose_name_plural = _("nous aussi, dits")

    def __str__(self):
        return f"{self.collectivite_id}, {self.contribution_id}"


def avec_qui_l_a_fait(objets):
    """Give each retour of a list who did it (`l_ont_fait`) and to how many members it was useful
    (`nombre_utile`): two queries for the page, none where there is no retour."""
    retours = [objet for objet in objets if isinstance(objet, RetourExperience)]
    if not retours:
        return objets
    pks = [retour.pk for retour in retours]
    dits = NousAussi.objects.par_retour(pks)
    utiles = dict(Utile.objects.filter(retour__in=pks).order_by().values_list("retour").annotate(Count("pk")))
    for retour in retours:
        aussi = dits.get(retour.pk, [])
        siennes = [] if retour.vient_d_ailleurs else [retour.collectivite]
        retour.l_ont_fait = [*siennes, *aussi] if aussi else []
        retour.nombre_utile = utiles.get(retour.pk, 0)
    return objets
