from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from uuid import uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from plateforme.socle.texte import en_html, extrait
from reseau import correspondance, direct
from reseau.liens import lien
from reseau.taches import courriels_de_retrait

from .domaines import Domaine
from .etiquettes import Etiquetage
from .journal import Entree
from .membres import Membre
from .reseaux import Adhesion, Reseau
from .territoire import Collectivite


class ContributionQuerySet(SearchableQuerySetMixin, models.QuerySet):
    def publiees(self):
        return self.filter(publie_le__isnull=False, retire_le=None)

    def ouvertes(self):
        return self.filter(clos_le=None)

    def recentes_d_abord(self):
        return self.order_by("-publie_le", "-pk")

    def visibles_par(self, user):
        """The door. Plain lookups on columns of the search index only: `.search()` may follow."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.filter(visibilite=Contribution.Visibilite.PUBLIQUE).publiees()
        portee = Q(visibilite__in=[Contribution.Visibilite.PUBLIQUE, Contribution.Visibilite.MEMBRES])
        portee |= Q(visibilite=Contribution.Visibilite.RESEAU, reseau__in=membre.droits.reseaux)
        lisible = Q(retire_le=None) | self._a_sa_charge(membre)
        brouillon = Q(auteur=membre, publie_le=None)
        if membre.droits.reseaux_animes:
            brouillon |= Q(publie_le=None, retenue_le__isnull=False, reseau__in=membre.droits.reseaux_animes)
        return self.filter(brouillon | Q(publie_le__isnull=False) & portee & lisible)

    def modifiables_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        # What is held is for its author to write, for the animateur to read and answer.
        ecrit = Q(publie_le__isnull=False) | Q(auteur=membre)
        return self.visibles_par(user).filter(self._a_sa_charge(membre), ecrit, retire_le=None)

    def retenues_pour(self, user):
        """The first publications that wait for her agreement."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(
            publie_le=None,
            retire_le=None,
            retenue_le__isnull=False,
            reseau__in=membre.droits.reseaux_animes,
        ).exclude(auteur=membre)

    def moderables_par(self, user):
        """By the network's animateur; by an administrator, what is in no network."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        ressort = Q(reseau__in=membre.droits.reseaux_animes)
        if membre.droits.est_administrateur:
            ressort |= Q(reseau=None)
        return self.visibles_par(user).publiees().filter(ressort)

    @staticmethod
    def _a_sa_charge(membre):
        """Its author, whoever took over from her, the référent of the commune, the network's animateur."""
        return (
            Q(auteur=membre)
            | Q(responsable=membre)
            | Q(collectivite__in=membre.droits.collectivites_engagees)
            | Q(reseau__in=membre.droits.reseaux_animes)
        )

    def pour_liste(self):
        return self.select_related("collectivite", "fil")

    def pour_page(self):
        return self.select_related("auteur", "collectivite", "reseau", "fil")

    def attentes(self, collectivites):
        """{(contribution, collectivité): by which day, or None}, ids: whose word each of these awaits. A type
        that asks nothing of a commune leaves this empty."""
        return {}

    def specifiques(self, **options):
        """The same rows in the same order, each as its own type: a light query, then one a type."""
        return en_specifiques(self.select_related(None).only("type"), **options)


@dataclass
class Rubrique:
    """What pages show of one type: its name, in the plural, and a few contributions."""

    type: str
    nom: str
    contributions: list


def par_type(contributions, n):
    """The n newest of each type that holds any of these, in the order in which the types are offered.

    Two statements a type, each of a few rows that an index gives: to rank them all would read them all.
    """
    modeles = sorted(Contribution.types().values(), key=lambda modele: modele.rang_a_publier)
    premieres = []
    for modele in modeles:
        du_type = contributions.filter(type=modele._meta.model_name).recentes_d_abord()
        premieres += du_type.only("type")[:n]
    par_modele = groupby(en_specifiques(premieres), key=type)
    return [
        Rubrique(modele._meta.model_name, str(modele._meta.verbose_name_plural).capitalize(), list(siennes))
        for modele, siennes in par_modele
    ]


def en_specifiques(contributions, pour=ContributionQuerySet.pour_liste):
    """These base rows, each as its own type, with what is needed for a list or (`pour`) for a page."""
    contributions = list(contributions)
    par_type = defaultdict(list)
    for contribution in contributions:
        par_type[contribution.type].append(contribution.pk)
    trouvees = {}
    for type_, pks in par_type.items():
        trouvees |= pour(Contribution.modele(type_).objects.all()).in_bulk(pks)
    return [trouvees[contribution.pk] for contribution in contributions]


class Contribution(index.Indexed, models.Model):
    """What a member publishes. Feed, search, thread, follow, notification, visibility: written once, here."""

    class Visibilite(models.TextChoices):
        PUBLIQUE = "publique", _("tout le monde, même sans compte")
        MEMBRES = "membres", _("tous les membres de la plateforme")
        RESEAU = "reseau", _("les membres du réseau")

    type = models.CharField(_("type"), max_length=30, editable=False)
    titre = models.CharField(_("titre"), max_length=200)
    corps = models.TextField(_("texte"), blank=True, max_length=20_000)
    corps_html = models.TextField(editable=False, blank=True)
    auteur = models.ForeignKey(Membre, models.PROTECT, related_name="contributions", verbose_name=_("auteur"))
    responsable = models.ForeignKey(
        Membre,
        models.PROTECT,
        related_name="contributions_suivies",
        verbose_name=_("responsable"),
        help_text=_("L’auteur, ou la personne qui l’a remplacé."),
    )
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="contributions", verbose_name=_("au nom de")
    )
    reseau = models.ForeignKey(
        Reseau,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("réseau"),
        help_text=_("Vide : toute la plateforme."),
    )
    visibilite = models.CharField(
        _("qui peut lire"), max_length=10, choices=Visibilite, default=Visibilite.MEMBRES
    )
    domaines = models.ManyToManyField(
        Domaine,
        through="reseau.DomaineDeContribution",
        blank=True,
        related_name="contributions",
        verbose_name=_("domaines"),
    )
    etiquettes = TaggableManager(
        through=Etiquetage,
        blank=True,
        verbose_name=_("étiquettes"),
        help_text=_("Séparées par des virgules."),
    )
    issue_de = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="suites",
        verbose_name=_("fait suite à"),
        help_text=_("La question devenue un besoin, le besoin devenu un projet…"),
    )
    # Names of the domaines and étiquettes, files, links, as pages show them: twenty lines cost no query.
    reperes = models.JSONField(default=dict, editable=False)
    suiveurs = models.ManyToManyField(Membre, through="reseau.Suivi", related_name="suivies")

    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    cree_le = models.DateTimeField(_("créée le"), default=timezone.now, editable=False)
    modifie_le = models.DateTimeField(_("modifiée le"), null=True, editable=False)
    # Only while it waits: a draft that the animateurs of its network read too.
    retenue_le = models.DateTimeField(_("retenue le"), null=True, editable=False)
    publie_le = models.DateTimeField(_("publiée le"), null=True, editable=False)
    annee = models.PositiveSmallIntegerField(_("année"), null=True, editable=False)
    clos_le = models.DateTimeField(_("close le"), null=True, editable=False)
    clos_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retire_le = models.DateTimeField(_("retirée le"), null=True, editable=False)
    retire_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retire_motif = models.TextField(_("motif du retrait"), blank=True, max_length=1000, editable=False)
    verrouille_le = models.DateTimeField(_("verrouillée le"), null=True, editable=False)
    verrouille_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    verrouille_motif = models.CharField(_("motif du verrou"), blank=True, max_length=300, editable=False)

    objects = ContributionQuerySet.as_manager()

    # How it looks in a list: the name of an icon, a tint, and the part of the line that its type adds.
    icone = "file-text"
    teinte = "ardoise"
    gabarit_de_ligne = None
    # The chips of its page's header, in an element whose id is `etat`.
    gabarit_d_etat = "reseau/contributions/etat.html"
    # How it is offered to who wants to publish; without a view it is not.
    vue_de_publication = None
    mot_a_publier = ""
    rang_a_publier = 10
    # What a récapitulatif lets a commune that owes a word say at once: (words, name of the link's view).
    geste_attendu = None
    # Whether its publication is told by mail as each adhésion asks; not for a type that writes its own mail.
    previent_par_courriel = True
    # What decides whether one may still add something: read again once its thread's counter is taken.
    CHAMPS_D_OUVERTURE = ("publie_le", "clos_le", "verrouille_le", "retire_le")
    # What closing writes, and how it is then told to who wanted to answer.
    champs_de_cloture = ("clos_le", "clos_par")
    phrase_de_cloture = _("Cette contribution est close\u202f: elle ne prend plus de message.")

    # Rows that the host's reference index need not follow.
    wagtail_reference_index_ignore = True

    search_fields = [
        # The database backends weigh as a title only the field of this very name.
        index.SearchField("title", boost=3),
        index.AutocompleteField("title"),
        index.SearchField("corps"),
        index.SearchField("texte_des_reperes"),
        index.FilterField("id"),
        index.FilterField("type"),
        index.FilterField("visibilite"),
        index.FilterField("reseau"),
        index.FilterField("auteur"),
        index.FilterField("responsable"),
        index.FilterField("collectivite"),
        index.FilterField("publie_le"),
        index.FilterField("retenue_le"),
        index.FilterField("annee"),
        index.FilterField("clos_le"),
        index.FilterField("retire_le"),
    ]

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        indexes = [
            models.Index(fields=["-publie_le", "-id"], name="reseau_contrib_recentes"),
            models.Index(fields=["visibilite", "-publie_le", "-id"], name="reseau_contrib_visibilite"),
            models.Index(fields=["reseau", "-publie_le", "-id"], name="reseau_contrib_reseau"),
            models.Index(fields=["type", "-publie_le", "-id"], name="reseau_contrib_type"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(visibilite="reseau") | Q(reseau__isnull=False),
                name="reseau_contribution_reseau_nomme",
                violation_error_message=_("Choisissez le réseau dont les membres pourront lire."),
            ),
            models.CheckConstraint(
                condition=Q(retire_le=None) | ~Q(retire_motif=""),
                name="reseau_contribution_retrait_motive",
                violation_error_message=_("Un retrait porte un motif."),
            ),
            models.CheckConstraint(
                condition=Q(verrouille_le=None) | ~Q(verrouille_motif=""),
                name="reseau_contribution_verrou_motive",
                violation_error_message=_("Un verrou porte un motif."),
            ),
            models.CheckConstraint(
                condition=Q(retenue_le=None) | Q(publie_le=None, reseau__isnull=False),
                name="reseau_contribution_retenue_avant_parution",
                violation_error_message=_("Seule une publication à paraître dans un réseau est retenue."),
            ),
            models.CheckConstraint(
                condition=Q(clos_le=None) | Q(publie_le__isnull=False),
                name="reseau_contribution_close_apres_publication",
                violation_error_message=_("Un brouillon ne se clôt pas."),
            ),
            models.UniqueConstraint(fields=["auteur", "envoi"], name="reseau_contribution_envoi_unique"),
        ]

    def __str__(self):
        return self.titre

    def save(self, *args, **kwargs):
        if not self.type:
            self.type = self._meta.model_name
        if self.responsable_id is None:
            self.responsable_id = self.auteur_id
        self.corps_html = en_html(self.corps)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        """The page of its own type, known from the base row: `besoins:besoin`, `reseau:discussion`…"""
        meta = Contribution.modele(self.type)._meta
        return reverse(f"{meta.app_label}:{meta.model_name}", args=[self.pk])

    @property
    def url_de_modification(self):
        meta = Contribution.modele(self.type)._meta
        return reverse(f"{meta.app_label}:{meta.model_name}_modifier", args=[self.pk])

    # What kind it is

    @staticmethod
    def types():
        """{name: model} of every type, in the order of the apps."""
        return {modele._meta.model_name: modele for modele in Contribution.__subclasses__()}

    @staticmethod
    def modele(type_):
        return Contribution.types()[type_]

    @cached_property
    def specifique(self):
        modele = Contribution.modele(self.type)
        return self if isinstance(self, modele) else modele.objects.get(pk=self.pk)

    @classmethod
    def publiable_par(cls, membre):
        """Whether this type is offered to her, who speaks for a collectivité."""
        return True

    @property
    def nom_du_type(self):
        return Contribution.modele(self.type)._meta.verbose_name.capitalize()

    @property
    def title(self):
        return self.titre

    @property
    def resume(self):
        return extrait(self.corps)

    @property
    def empreinte(self):
        """Every value read of it and of what came with it, the day and the language: the key of a fragment
        drawn from nothing else, which is then never out of date."""
        lus = [self, *self._state.fields_cache.values()]
        valeurs = [[v for nom, v in vars(objet).items() if nom != "_state"] for objet in lus if objet]
        return f"{get_language()}{timezone.localdate()}{valeurs}"

    @property
    def est_brouillon(self):
        return self.publie_le is None

    @property
    def est_retenue(self):
        return self.est_brouillon and self.retenue_le is not None

    @property
    def est_retiree(self):
        return self.retire_le is not None

    @property
    def est_publiee(self):
        return self.publie_le is not None and self.retire_le is None

    @property
    def conclusion(self):
        """What came of it once closed, in a few words; a type that does not ask leaves this empty."""
        return ""

    @property
    def en_bref(self):
        """What a mail says of it before its text; a type that has such a thing says it."""
        return ""

    @property
    def est_ouverte(self):
        return self.est_publiee and self.clos_le is None

    @property
    def accepte_les_messages(self):
        return self.est_ouverte and self.verrouille_le is None

    # Who may see it, as a sentence: the same rule as `visibles_par`, for one object already in hand

    def visible_par(self, user):
        membre = Membre.de(user)
        actif = bool(membre and membre.est_actif)
        if self.est_brouillon:
            retenue = actif and self.est_retenue and self.reseau_id in membre.droits.reseaux_animes
            return actif and (membre.pk == self.auteur_id or retenue)
        a_portee = self._a_portee(membre if actif else None)
        return a_portee and (not self.est_retiree or (actif and self.a_la_charge_de(membre)))

    def _a_portee(self, membre):
        if self.visibilite == self.Visibilite.PUBLIQUE:
            return True
        if membre is None:
            return False
        return self.visibilite == self.Visibilite.MEMBRES or self.reseau_id in membre.droits.reseaux

    def lecteurs_parmi(self, membres):
        """Of these members, the active ones within its reach, were it withdrawn."""
        lecteurs = membres.actifs()
        if self.visibilite == self.Visibilite.RESEAU:
            adhesions = Adhesion.objects.ouvrantes().filter(reseau_id=self.reseau_id)
            lecteurs = lecteurs.filter(pk__in=adhesions.values("membre"))
        return lecteurs

    def prevenables_parmi(self, membres, *, nommement=False):
        """Of these members, those who read it and have not muted it (see `Sourdine.objects.visant`)."""
        from .sourdines import Sourdine

        sourdines = Sourdine.objects.visant(self, nommement=nommement)
        return self.lecteurs_parmi(membres).exclude(pk__in=sourdines.values("membre"))

    def a_la_charge_de(self, membre):
        return (
            membre.pk in (self.auteur_id, self.responsable_id)
            or self.collectivite_id in membre.droits.collectivites_engagees
            or self.reseau_id in membre.droits.reseaux_animes
        )

    def modifiable_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif or self.est_retiree:
            return False
        ecrit = not self.est_brouillon or self.auteur_id == membre.pk
        return ecrit and self.visible_par(user) and self.a_la_charge_de(membre)

    def moderable_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif or not self.est_publiee:
            return False
        ressort = membre.droits.est_administrateur if self.reseau_id is None else membre.anime(self.reseau)
        return ressort and self.visible_par(user)

    def retablissable_par(self, user):
        """A withdrawal is undone by who made it, or by the network's animateur."""
        membre = Membre.de(user)
        if not self.est_retiree or not self.visible_par(user):
            return False
        return membre.anime(self.reseau) or self.retire_par_id == membre.pk

    def fragments_vivants(self):
        """The parts of its page, other than the messages, that change while one reads: id → HTML."""
        gabarits = {
            "titre": "reseau/contributions/titre.html",
            "corps": "reseau/contributions/corps.html",
            "etat": self.gabarit_d_etat,
            "cloture": "reseau/fils/cloture.html",
        }
        return {id_: render_to_string(gabarit, {"contribution": self}) for id_, gabarit in gabarits.items()}

    @property
    def repere_de_lecture(self):
        return self.modifie_le.isoformat() if self.modifie_le else "-"

    def elargit(self, visibilite, reseau_id):
        """Whether this would show it to others than those who may read it now."""
        rangs = [self.Visibilite.RESEAU, self.Visibilite.MEMBRES, self.Visibilite.PUBLIQUE]
        if visibilite == self.visibilite == self.Visibilite.RESEAU:
            return reseau_id != self.reseau_id
        return rangs.index(visibilite) > rangs.index(self.visibilite)

    @property
    def d_autres_ont_parle(self):
        return self.participants().exclude(pk=self.auteur_id).exists()

    # What happens to it: each verb locks the row and reads it again, so that a second click changes nothing,
    # and writes its own columns only, so that it undoes nothing of what happened meanwhile

    def _avancer(self):
        """The next revision of its thread, taken before any other lock: who writes there holds this one."""
        from .fils import Fil

        return Fil.avancer(self)[0]

    def _relire(self, *champs):
        verrouillee = type(self)._base_manager.select_for_update()
        self.refresh_from_db(fields=champs, from_queryset=verrouillee)

    def refus_de_publication(self, membre):
        """Why she may not publish it, in a sentence; a type whose every author may leaves this empty."""
        return ""

    def destinataires(self):
        """The members to tell that it was published; a type that tells nobody leaves this empty."""
        return Membre.objects.none()

    def gestes_par_courriel(self, membre):
        """What a mail about it lets this member do in one click: [{texte, url}]; a type adds its own."""
        return [{"texte": _("Marquer comme lu"), "url": lien("reseau:lien_lu", self, membre)}]

    def participants(self):
        """The members who answered it; a type adds those who did otherwise than by a message."""
        return Membre.objects.filter(pk__in=self.messages.values("auteur"))

    def message_retire(self, message, *, par):
        """A message of its thread was withdrawn; a type that leaned on it says what becomes of it."""

    def prenant_part(self):
        """The members whom an answer concerns: who carries it, and who answered."""
        return self.participants() | Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id})

    def interesses_par_la_cloture(self):
        """Those who follow it; a type may have others to tell."""
        return Membre.objects.filter(pk__in=self.suivis.values("membre"))

    @transaction.atomic
    def publier(self, *, par):
        """Publish, or wait for the animateur where the network wants to read the first ones."""
        self._relire("publie_le", "retenue_le")
        if not self.est_brouillon:
            return self
        return self._retenir() if self.est_a_lire_d_abord(self.reseau) else self._paraitre(par)

    def est_a_lire_d_abord(self, reseau):
        """Whether this network wants to read it first: nothing of its author has appeared there yet."""
        if reseau is None or not reseau.retient_les_nouveaux:
            return False
        # Without an animateur, nobody would ever answer; an animateur needs nobody's agreement.
        animateurs = set(reseau.animateurs().values_list("pk", flat=True))
        if not animateurs or self.auteur_id in animateurs:
            return False
        siennes = Contribution.objects.filter(auteur=self.auteur_id, reseau=reseau)
        return not siennes.filter(publie_le__isnull=False).exists()

    def _retenir(self):
        if not self.est_retenue:
            self.retenue_le = timezone.now()
            self.noter_reperes("retenue_le")
            correspondance.publication_retenue(self)
        return self

    def _paraitre(self, par):
        from reseau.mentions import nommes

        from .fils import Fil
        from .notifications import Notification, Notifieur

        self.publie_le, self.retenue_le = timezone.now(), None
        self.annee = timezone.localtime(self.publie_le).year
        self.noter_reperes("publie_le", "retenue_le", "annee")
        Fil.objects.get_or_create(contribution_id=self.pk)
        self.suivre(par)
        destinataires = self.destinataires()
        if self.issue_de:
            de_l_origine = Membre.objects.filter(pk__in=self.issue_de.suivis.values("membre"))
            Notifieur(self, Notification.Genre.SUITE, par).prevenir(de_l_origine)
            destinataires = destinataires.exclude(pk__in=de_l_origine.values("pk"))
            self._noter_les_liens()
        mentionnes = nommes(f"{self.titre}\n{self.corps}", self.reseau)
        if not mentionnes.query.is_empty():
            Notifieur(self, Notification.Genre.MENTION, par).prevenir(mentionnes)
            destinataires = destinataires.exclude(pk__in=mentionnes.values("pk"))
        nouveau = Notifieur(self, Notification.Genre.PUBLICATION, par)
        nouveau.prevenir(destinataires, courriel=self.previent_par_courriel)
        direct.nouveaute(self)
        return self

    @transaction.atomic
    def accepter(self, *, par):
        """It goes out as if its author had published it now; ValidationError when she no longer may."""
        self._relire("publie_le", "retenue_le", "retire_le")
        if not self.est_retenue or self.est_retiree:
            return self
        droits = self.auteur.droits
        parti = self.collectivite_id not in droits.collectivites or self.reseau_id not in droits.reseaux
        if parti or not droits.est_actif:
            raise ValidationError(_("Son auteur a quitté la collectivité ou le réseau."))
        if refus := self.refus_de_publication(self.auteur):
            raise ValidationError(refus)
        self._paraitre(self.auteur)
        Entree.noter(Entree.Geste.PARUTION, par=par, contribution_id=self.pk, reseau=self.reseau)
        correspondance.publication_acceptee(self, par)
        return self

    @transaction.atomic
    def renvoyer(self, *, par, motif):
        """Back to its author, as a draft of hers."""
        self._relire("publie_le", "retenue_le")
        if not self.est_retenue:
            return self
        self.retenue_le = None
        self.save(update_fields=["retenue_le"])
        Entree.noter(Entree.Geste.RENVOI, par=par, membre=self.auteur, reseau=self.reseau, detail=motif)
        correspondance.publication_renvoyee(self, par, motif)
        return self

    @transaction.atomic
    def supprimer(self):
        """Forget a draft, with its files."""
        for piece in self.pieces.all():
            piece.supprimer()
        self.delete()

    @transaction.atomic
    def modifier(self, *, par, avant, lue=None):
        """Save what a form changed; `avant` is what the history compares with (see `etat_suivi`).

        `lue`: the `repere_de_lecture` of what she had before her eyes; ValidationError if it has moved.
        """
        revision = None if self.est_brouillon else self._avancer()
        enregistree = type(self)._base_manager.select_for_update().get(pk=self.pk)
        if lue and lue != enregistree.repere_de_lecture:
            refus = _(
                "Quelqu’un d’autre l’a modifiée pendant que vous écriviez. Relisez-la, puis enregistrez."
            )
            raise ValidationError({NON_FIELD_ERRORS: refus})
        changements = [
            {"champ": str(champ), "avant": ancien, "apres": nouveau}
            for (champ, ancien), nouveau in zip(avant.items(), self.etat_suivi().values(), strict=True)
            if ancien != nouveau
        ]
        saisis = {c.name for c in self._meta.concrete_fields if c.editable and not c.primary_key}
        ecrits = saisis - {"auteur", "responsable"} | {"corps_html"}
        if self.est_retenue and self.reseau_id != enregistree.reseau_id:
            self.retenue_le = None  # the other network has its own animateurs, or none
            ecrits.add("retenue_le")
        if changements and not self.est_brouillon:
            self.modifie_le = timezone.now()
            ecrits.add("modifie_le")
            elargit = enregistree.elargit(self.visibilite, self.reseau_id)
            self.modifications.create(par=par, changements=changements, elargit=elargit)
            if (self.visibilite, self.reseau_id) != (enregistree.visibilite, enregistree.reseau_id):
                direct.lecteurs_changes(self)
            direct.fil_change(self, revision)
        self.noter_reperes(*ecrits)
        self._noter_les_liens()
        return self

    def etat_suivi(self):
        """What the history follows, as a reader would say it: label → value."""
        return {
            _("titre"): self.titre,
            _("texte"): self.corps,
            _("au nom de"): self.collectivite.nom,
            _("réseau"): str(self.reseau or _("toute la plateforme")),
            _("qui peut lire"): self.get_visibilite_display(),
            _("domaines"): ", ".join(sorted(d.libelle for d in self.domaines.all())) if self.pk else "",
            _("étiquettes"): ", ".join(sorted(self.etiquettes.names())) if self.pk else "",
            _("fichiers"): ", ".join(map(str, self.pieces.filter(message=None))) if self.pk else "",
        }

    def _consigner(self, par, champ, avant, apres, elargit=False):
        changement = {"champ": str(champ), "avant": str(avant), "apres": str(apres)}
        self.modifications.create(par=par, changements=[changement], elargit=elargit)

    @transaction.atomic
    def confier(self, membre, *, par):
        """Somebody else looks after it from now on; its author stays its author."""
        self._relire("responsable")
        avant, self.responsable = self.responsable, membre
        self.save(update_fields=["responsable"])
        self._consigner(par, _("responsable"), avant, membre)
        return self

    @transaction.atomic
    def deplacer(self, vers, *, par):
        """To another network. Raises ValidationError where it would show to others what was said to few, or
        take it away from who published it.
        """
        from .notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("reseau", "visibilite")
        if vers.pk == self.reseau_id:
            return self
        self._refuser_le_deplacement(vers)
        elargit = self.elargit(self.visibilite, vers.pk)
        depart, self.reseau = self.reseau, vers
        self.save(update_fields=["reseau"])
        self._consigner(par, _("réseau"), depart or _("toute la plateforme"), vers, elargit=elargit)
        for reseau in (depart, vers):
            Entree.noter(Entree.Geste.DEPLACEMENT, par=par, contribution_id=self.pk, reseau=reseau)
        direct.fil_change(self, revision)
        direct.lecteurs_changes(self)
        self._sonner()
        Notifieur(self, Notification.Genre.DEPLACEMENT, par, precision=vers.nom_court).prevenir_suiveurs()
        return self

    def _refuser_le_deplacement(self, vers):
        if vers.acces == Reseau.Acces.INVITATION and self.visibilite != self.Visibilite.RESEAU:
            refus = _("« %s » est sur invitation : ce qui s’y publie n’est lu que de ses membres.")
            raise ValidationError({"vers": refus % vers.nom})
        if not self.elargit(self.visibilite, vers.pk):
            return
        if self.d_autres_ont_parle:
            refus = _("D’autres ont répondu ici pour les seuls membres de ce réseau : elle y reste.")
            raise ValidationError({"vers": refus})
        porteurs = Membre.objects.actifs().filter(pk__in={self.auteur_id, self.responsable_id})
        perdu = porteurs.exclude(pk__in=vers.adhesions.ouvrantes().values("membre")).first()
        if perdu:
            refus = _("%(nom)s la suit et n’est pas membre de « %(reseau)s » : elle ne s’y lirait plus.")
            raise ValidationError({"vers": refus % {"nom": perdu.nom_complet, "reseau": vers.nom}})

    @transaction.atomic
    def clore(self, *, par):
        from .notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("clos_le")
        if self.clos_le:
            return self
        self.clos_le, self.clos_par = timezone.now(), par
        self.save(update_fields=self.champs_de_cloture)
        self._consigner(par, _("état"), _("ouvert"), _("clos"))
        direct.fil_change(self, revision)
        notifieur = Notifieur(self, Notification.Genre.CLOTURE, par, precision=self.conclusion)
        notifieur.prevenir(self.interesses_par_la_cloture())
        self.consequences()
        return self

    @transaction.atomic
    def rouvrir(self, *, par):
        from .notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("clos_le")
        if not self.clos_le:
            return self
        self.clos_le = self.clos_par = None
        self.save(update_fields=self.champs_de_cloture)
        self._consigner(par, _("état"), _("clos"), _("ouvert"))
        direct.fil_change(self, revision)
        Notifieur(self, Notification.Genre.REOUVERTURE, par).prevenir_suiveurs()
        self.consequences()
        return self

    @transaction.atomic
    def verrouiller(self, *, par, motif):
        """No more messages, whoever closes or opens it again, until the lock is lifted."""
        revision = self._avancer()
        self._relire("verrouille_le")
        if self.verrouille_le:
            return self
        self.verrouille_le, self.verrouille_par, self.verrouille_motif = timezone.now(), par, motif
        return self._montrer_le_verrou(par, revision, Entree.Geste.VERROU, motif)

    @transaction.atomic
    def deverrouiller(self, *, par):
        revision = self._avancer()
        self._relire("verrouille_le")
        if not self.verrouille_le:
            return self
        self.verrouille_le, self.verrouille_par, self.verrouille_motif = None, None, ""
        return self._montrer_le_verrou(par, revision, Entree.Geste.DEVERROUILLAGE)

    def _montrer_le_verrou(self, par, revision, geste, motif=""):
        self.save(update_fields=["verrouille_le", "verrouille_par", "verrouille_motif"])
        Entree.noter(geste, par=par, contribution_id=self.pk, reseau=self.reseau, detail=motif)
        direct.fil_change(self, revision)
        return self

    @transaction.atomic
    def retirer(self, *, par, motif):
        self._relire("retire_le")
        if self.est_retiree:
            return self
        self.retire_le, self.retire_par, self.retire_motif = timezone.now(), par, motif
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        self._noter_les_liens()
        self._sonner()
        courriels_de_retrait.enqueue(contribution=self.pk, evenement=uuid4().hex)
        Entree.noter(Entree.Geste.RETRAIT, par=par, contribution_id=self.pk, reseau=self.reseau, detail=motif)
        direct.retiree(self)
        self.consequences()
        return self

    @transaction.atomic
    def retablir(self, *, par):
        self._relire("retire_le")
        if not self.est_retiree:
            return self
        self.retire_le, self.retire_par, self.retire_motif = None, None, ""
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        self._noter_les_liens()
        self._sonner()
        Entree.noter(Entree.Geste.RETABLISSEMENT, par=par, contribution_id=self.pk, reseau=self.reseau)
        self.consequences()
        return self

    def consequences(self):
        """What else follows, for its type, from its being closed, withdrawn, or back; none by default."""

    def _sonner(self):
        """Withdrawn, it leaves the bells of those who had not read it; restored, it comes back."""
        from .notifications import Notification

        Notification.sonner(list(self.notifications.non_lues().values_list("membre", flat=True)))

    def suivre(self, membre):
        Suivi.objects.bulk_create([Suivi(contribution_id=self.pk, membre=membre)], ignore_conflicts=True)

    def ne_plus_suivre(self, membre):
        Suivi.objects.filter(contribution_id=self.pk, membre=membre).delete()

    @transaction.atomic
    def noter_reperes(self, *avec):
        """Write down what its line, its page and the search show of its domaines, étiquettes and files.

        `avec`: fields to write at the same time, so that it is indexed once.
        """
        # Two at once would each write what it read before the other.
        Contribution._base_manager.select_for_update().values_list("pk").get(pk=self.pk)
        self.reperes = {
            "domaines": list(self.domaines.values_list("code", "libelle")),
            "etiquettes": list(self.etiquettes.values_list("slug", "name")),
            "pieces": [piece.en_bref() for piece in self.pieces.filter(message=None)],
            "liens": list(self.liens().values_list("pk", "visibilite")),
        }
        self.save(update_fields=["reperes", *avec])

    def liens(self):
        """What it comes from and what came of it, as far as published; each reader's door comes after."""
        return Contribution.objects.filter(Q(suites=self.pk) | Q(issue_de=self.pk)).publiees().order_by("pk")

    def _noter_les_liens(self):
        """Their pages show it: each keeps in hand whether there is something to show, and to whom."""
        for lie in self.liens():
            lie.noter_reperes()

    # The search index: one root, each row indexed as its own type

    @property
    def texte_des_reperes(self):
        noms = [*self.reperes.get("domaines", ()), *self.reperes.get("etiquettes", ())]
        return " ".join(nom for _code, nom in noms)

    def get_indexed_instance(self):
        """None when it is being deleted: the row of its type goes first."""
        modele = Contribution.modele(self.type)
        return self if isinstance(self, modele) else modele.objects.filter(pk=self.pk).first()

    @classmethod
    def get_indexed_objects(cls):
        if cls is Contribution:
            return cls.objects.none()
        return cls.objects.filter(type=cls._meta.model_name)


class DomaineDeContribution(models.Model):
    """A row of its own so that a domaine in use is archived, never deleted."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="+")
    domaine = models.ForeignKey(Domaine, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("domaine d’une contribution")
        verbose_name_plural = _("domaines des contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "domaine"], name="reseau_domaine_de_contribution_unique"
            )
        ]

    def __str__(self):
        return f"{self.contribution_id}, {self.domaine_id}"


class Suivi(models.Model):
    """A member who wants to be told what happens to a contribution."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="suivis")
    membre = models.ForeignKey(Membre, models.CASCADE, related_name="suivis")
    depuis = models.DateTimeField(_("depuis"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("suivi")
        verbose_name_plural = _("suivis")
        constraints = [models.UniqueConstraint(fields=["contribution", "membre"], name="reseau_suivi_unique")]

    def __str__(self):
        return f"{self.membre} · {self.contribution_id}"


class ModificationQuerySet(models.QuerySet):
    def lisibles_par(self, user, contribution):
        """All of them for who looks after it; for the others, what came after the last widening."""
        toutes = self.filter(contribution=contribution)
        if contribution.a_la_charge_de(Membre.de(user)):
            return toutes
        elargissement = toutes.filter(elargit=True).order_by("-pk").first()
        return toutes.filter(pk__gt=elargissement.pk) if elargissement else toutes


class Modification(models.Model):
    """One act of the history of a contribution: who changed what, when."""

    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="modifications")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    changements = models.JSONField(default=list)
    # It then showed the contribution to others, who were not to read what it said before.
    elargit = models.BooleanField(default=False)

    objects = ModificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("modification")
        verbose_name_plural = _("modifications")
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.contribution_id}, {self.le:%Y-%m-%d}"
