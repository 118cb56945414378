from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.search import index

from plateforme.socle.texte import en_html, extrait
from reseau.vocabulaire import Sujet

from ..domaines import Domaine
from ..etiquettes import Etiquetage
from ..membres import Membre
from ..reseaux import Reseau
from ..territoire import Collectivite
from .cloture import Cloture
from .historique import Historique
from .lecteurs import Lecteurs, Visibilite
from .particularites import Particularites
from .publication import Publication
from .querysets import ContributionQuerySet
from .retrait import Retrait
from .suivis import Suivi
from .transfert import Transfert

# Characters of a thread, the last ones: PostgreSQL's index holds no more than 1 MB.
MESSAGES_INDEXES = 200_000
PIECES_INDEXEES = 100_000  # of its files together, from the first; no more is read of one


class Contribution(
    Particularites,
    Lecteurs,
    Publication,
    Historique,
    Transfert,
    Cloture,
    Retrait,
    index.Indexed,
    models.Model,
):
    """What a member publishes. Feed, search, thread, follow, notification, visibility: written once, here."""

    Visibilite = Visibilite

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

    # Rows that the host's reference index need not follow.
    wagtail_reference_index_ignore = True

    search_fields = [
        # The database backends weigh as a title only the field of this very name.
        index.SearchField("title", boost=3),
        index.AutocompleteField("title"),
        index.SearchField("corps"),
        index.SearchField("texte_des_reperes"),
        index.SearchField("texte_des_messages"),
        index.SearchField("texte_des_pieces"),
        index.SearchField("cles_de_ressemblance"),
        index.FilterField("id"),
        index.FilterField("type"),
        index.FilterField("visibilite"),
        index.FilterField("reseau"),
        index.FilterField("auteur"),
        index.FilterField("responsable"),
        index.FilterField("collectivite"),
        index.FilterField("publie_le"),
        index.FilterField("modifie_le"),
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
    def est_a_relire(self):
        return self.est_brouillon and self.retenue_le is not None

    @property
    def est_retiree(self):
        return self.retire_le is not None

    @property
    def est_publiee(self):
        return self.publie_le is not None and self.retire_le is None

    @property
    def est_ouverte(self):
        return self.est_publiee and self.clos_le is None

    @property
    def accepte_les_messages(self):
        return self.est_ouverte and self.verrouille_le is None

    def fragments_vivants(self):
        """The parts of its page, other than the messages, that change while one reads: id → HTML."""
        gabarits = {
            "titre": "reseau/contributions/titre.html",
            "corps": "reseau/contributions/corps.html",
            "etat": self.gabarit_d_etat,
            "cloture": "reseau/fils/cloture.html",
        }
        return {id_: render_to_string(gabarit, {"contribution": self}) for id_, gabarit in gabarits.items()}

    # What happens to it: each verb locks the row and reads it again, so that a second click changes nothing,
    # and writes its own columns only, so that it undoes nothing of what happened meanwhile

    def _avancer(self):
        """The next revision of its thread, taken before any other lock: who writes there holds this one."""
        from ..fils import Fil

        return Fil.avancer(self)[0]

    def _relire(self, *champs):
        verrouillee = type(self)._base_manager.select_for_update()
        self.refresh_from_db(fields=champs, from_queryset=verrouillee)

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

    # What the index holds besides the texts that one reads on its page.
    CHAMPS_SANS_PASSAGE = (
        *("title", "texte_des_reperes", "texte_des_messages", "texte_des_pieces", "cles_de_ressemblance"),
    )

    # What its file says, for a type that is one: too long to be one of its passages.
    texte_du_fichier = ""

    def passages(self):
        """[(what it is called, its text)]: its own texts, as they are searched; the main one has no name."""
        champs = [champ for champ in self.search_fields if isinstance(champ, index.SearchField)]
        noms = [champ.field_name for champ in champs if champ.field_name not in self.CHAMPS_SANS_PASSAGE]
        return [
            ("" if nom == "corps" else self._meta.get_field(nom).verbose_name, str(getattr(self, nom) or ""))
            for nom in noms
        ]

    def textes(self):
        """All that it says itself, besides its file."""
        passages = [texte for _nom, texte in self.specifique.passages()]
        return [self.titre, self.texte_des_reperes, *passages]

    @property
    def texte_des_messages(self):
        """What its thread says, as far as nobody withdrew it."""
        if self.est_brouillon:
            return ""
        dits = [message.texte for message in self.messages.all() if not message.est_retire]
        return "\n".join(dits)[-MESSAGES_INDEXES:]

    @property
    def texte_des_pieces(self):
        """The names of its files and of those of its messages, then what is read in them."""
        pieces = self.pieces.montrees().order_by("pk").values_list("nom_origine", "texte")
        noms, textes = zip(*pieces, strict=True) if pieces else ((), ())
        return "\n".join([*noms, *textes])[:PIECES_INDEXEES]

    @property
    def cles_de_ressemblance(self):
        return " ".join(Sujet.de(self.titre, self.corps).cles())

    def get_indexed_instance(self):
        """As the database now holds it: the one in hand may have been read before its étiquettes were noted.
        None when it is being deleted: the row of its type goes first."""
        return Contribution.modele(self.type).objects.filter(pk=self.pk).first()

    @staticmethod
    def tables_d_archive(visibles, user):
        """What a copy of a network holds of this type beside the columns common to all, as far as this user
        may read it: [(name, rows, {header: field}), …]."""
        return []

    @staticmethod
    def fichiers_d_archive(visibles, user):
        """And of its files, beside those that are joined to any of them: [(contribution id, file), …]."""
        return []

    @classmethod
    def get_indexed_objects(cls):
        if cls is Contribution:
            return cls.objects.none()
        return cls.objects.filter(type=cls._meta.model_name).prefetch_related("messages")


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
