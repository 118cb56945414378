from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.search import index

from plateforme.socle.fichiers import taille_lisible
from plateforme.socle.jours import en_jour
from reseau import direct
from reseau.models import Contribution, Entree, Membre, Notification, Notifieur, Reseau
from reseau.models.contributions import ContributionQuerySet
from reseau.models.droits import NatureDeReseau, RoleDAdhesion

from .thematiques import Thematique

UN_AN = timedelta(days=365)
TEXTE_INDEXE = 250_000  # characters: PostgreSQL's index of a row holds no more than 1 MB, its thread included
LIEN = "lien"
DERNIERES_OUVERTES = ("-ouvert_le", "-pk")


class RessourceQuerySet(ContributionQuerySet):
    def ouvrables_par(self, user):
        """What she may show to everybody: nothing is public by default, nor by who wrote it alone."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        ressort = Q(collectivite__in=membre.droits.collectivites_engagees)
        ressort |= Q(reseau__in=reseaux_ouverts_par(membre))
        if membre.droits.est_administrateur:
            ressort |= Q(pk__isnull=False)
        return self.visibles_par(user).publiees().filter(ressort)

    def publiques(self):
        """What whoever comes may read, whoever she is."""
        return self.visibles_par(AnonymousUser())

    def ouvertes_d_abord(self):
        """The last that became public first."""
        return self.order_by(*DERNIERES_OUVERTES)

    def a_verifier(self):
        return self.publiees().filter(relire_le__lte=timezone.localdate())

    def a_rappeler(self):
        """Those whose owner was not told yet of the day on which they are to be read again."""
        return self.a_verifier().exclude(rappelee_pour__isnull=False, rappelee_pour=F("relire_le"))

    def avec_dossier(self):
        return self.select_related("thematique__parent")


def reseaux_ouverts_par(membre):
    """Ids of the networks whose documents she publishes: those that she runs, if the administration opened
    them. Whoever opens a working group runs it."""
    return [
        a.objet
        for a in membre.droits.adhesions
        if a.role == RoleDAdhesion.ANIMATEUR and a.nature != NatureDeReseau.GROUPE
    ]


class Ressource(Contribution):
    """A reference document: what it is, where it comes from, until when it holds. Its file, or the link that
    stands for it, changes (see `Version`); its address does not."""

    class Nature(models.TextChoices):
        DELIBERATION = "deliberation", _("modèle de délibération")
        CONVENTION = "convention", _("convention")
        CCTP = "cctp", _("CCTP, cahier des charges")
        FICHE = "fiche_juridique", _("fiche juridique")
        GUIDE = "guide", _("guide, mode d’emploi")
        COMPTE_RENDU = "compte_rendu", _("compte rendu")
        LETTRE_DE_MISSION = "lettre_de_mission", _("lettre de mission")
        REGLEMENT = "reglement", _("règlement, arrêté")
        RAPPORT = "rapport", _("schéma, étude, bilan")
        CALENDRIER = "calendrier", _("calendrier")
        AUTRE = "autre", _("autre document")

    class Statut(models.TextChoices):
        PREPARATOIRE = "preparatoire", _("préparatoire")
        ACHEVE = "acheve", _("achevé")
        COMMUNICABLE = "communicable", _("achevé et communicable")

    class Licence(models.TextChoices):
        OUVERTE = "lo-2.0", _("Licence Ouverte 2.0 : chacun la réutilise en citant la source")
        CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0 : réutilisation sous la même licence")
        RESERVES = "reserves", _("droits réservés à l’auteur")

    nature = models.CharField(_("nature"), max_length=20, choices=Nature)
    thematique = models.ForeignKey(
        Thematique,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ressources",
        verbose_name=_("dossier"),
    )
    statut = models.CharField(_("statut"), max_length=15, choices=Statut, default=Statut.ACHEVE)
    source = models.CharField(_("source"), max_length=300, blank=True)
    service_auteur = models.CharField(_("service auteur"), max_length=150, blank=True)
    references_juridiques = models.TextField(_("références juridiques"), blank=True, max_length=1000)
    licence = models.CharField(_("licence"), max_length=15, choices=Licence, blank=True)
    date_du_document = models.DateField(_("date du document"), null=True, blank=True)
    a_jour_au = models.DateField(_("à jour au"), null=True, blank=True)
    relire_le = models.DateField(_("à relire le"), null=True, blank=True)
    rappelee_pour = models.DateField(null=True, editable=False)
    # Of its last version: what a list shows of it and filters by.
    numero = models.PositiveIntegerField(_("version"), default=0, editable=False)
    format = models.CharField(_("format"), max_length=10, blank=True, editable=False)
    taille = models.PositiveBigIntegerField(_("taille en octets"), default=0, editable=False)
    # The first version that those who do not look after it may read: what came before had other readers.
    lisible_depuis = models.PositiveIntegerField(default=1, editable=False)
    # Since when they may: of a public document, the day on which it became so.
    ouvert_le = models.DateTimeField(_("ouvert le"), default=timezone.now, editable=False)

    objects = RessourceQuerySet.as_manager()

    search_fields = [
        *Contribution.search_fields,
        index.SearchField("get_nature_display"),
        index.SearchField("source"),
        index.SearchField("service_auteur"),
        index.SearchField("references_juridiques"),
        index.SearchField("texte_du_fichier"),
        index.FilterField("nature"),
        index.FilterField("thematique"),
        index.FilterField("statut"),
        index.FilterField("format"),
        index.FilterField("relire_le"),
    ]

    # Said by its line; and by its pages, where they are found one by one.
    CHAMPS_SANS_PASSAGE = (*Contribution.CHAMPS_SANS_PASSAGE, "get_nature_display", "texte_du_fichier")

    icone = "library"
    vue_de_publication = "ressources_docs:publier"
    mot_a_publier = _("Un document")
    rang_a_publier = 5
    mot_pour_repondre = _("Ajouter un document")
    gabarit_de_ligne = "ressources_docs/ressources/ligne.html"
    gabarit_d_etat = "ressources_docs/ressources/etat.html"
    pieces_a_part = True
    # A form opened while everybody could read it would show it again to everybody.
    exige_la_lecture = True
    # Of several that are deposited at once, the lists tell: not twenty notifications.
    en_lot = False

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        indexes = [
            models.Index(fields=["relire_le"], name="documents_ressource_relire_le"),
            models.Index(fields=["ouvert_le"], name="documents_ressource_ouvert_le"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(lisible_depuis__gte=1),
                name="documents_ressource_lisible_depuis",
                violation_error_message=_("Les versions se comptent à partir de un."),
            ),
            models.CheckConstraint(
                condition=Q(relire_le=None) | Q(a_jour_au=None) | Q(relire_le__gt=F("a_jour_au")),
                name="documents_ressource_relue_apres",
                violation_error_message=_("La relecture vient après le jour où il était à jour."),
            ),
        ]

    @classmethod
    def relecture_par_defaut(cls, nature, a_jour_au):
        """The law moves: a fiche juridique is read again after a year, whoever wrote it said so or not."""
        return (a_jour_au or timezone.localdate()) + UN_AN if nature == cls.Nature.FICHE else None

    @property
    def version(self):
        """The one that its address serves, or None before any was deposited."""
        return self.versions.sans_texte().filter(numero=self.numero).first()

    @property
    def texte_du_fichier(self):
        """What its last version says, for the search: of a very long one, each word once."""
        texte = self.versions.filter(numero=self.numero).values_list("texte", flat=True).first() or ""
        if len(texte) > TEXTE_INDEXE:
            texte = " ".join(dict.fromkeys(texte.split()))[:TEXTE_INDEXE]
        return texte

    @property
    def est_un_lien(self):
        return self.format == LIEN

    @property
    def format_en_clair(self):
        """« PDF, 580 Ko », « lien »."""
        if not self.format or self.est_un_lien:
            return str(_("lien")) if self.format else ""
        return f"{self.format.upper()}, {taille_lisible(self.taille)}"

    @property
    def licence_en_bref(self):
        """Its name, without what it allows."""
        return str(self.get_licence_display()).partition(":")[0].strip()

    @property
    def est_a_verifier(self):
        return self.est_publiee and self.relire_le is not None and self.relire_le <= timezone.localdate()

    @property
    def est_publique(self):
        return self.visibilite == self.Visibilite.PUBLIQUE

    @property
    def url_du_fichier(self):
        return reverse("ressources_docs:fichier", args=[self.pk])

    @property
    def en_bref(self):
        dits = [self.get_nature_display(), self.format_en_clair]
        if self.a_jour_au:
            dits.append(_("à jour au %s") % en_jour(self.a_jour_au, "j F Y"))
        return ", ".join(str(dit) for dit in dits if dit)

    def etat_suivi(self):
        return {
            **super().etat_suivi(),
            _("nature"): self.get_nature_display(),
            _("dossier"): str(self.thematique or ""),
            _("statut"): self.get_statut_display(),
            _("source"): self.source,
            _("service auteur"): self.service_auteur,
            _("références juridiques"): self.references_juridiques,
            _("licence"): self.get_licence_display(),
            _("date du document"): _jour(self.date_du_document),
            _("à jour au"): _jour(self.a_jour_au),
            _("à relire le"): _jour(self.relire_le),
        }

    def refus_de_publication(self, membre):
        if refus := super().refus_de_publication(membre):
            return refus
        return "" if self.numero else _("Joignez le fichier, ou donnez son lien, avant de publier.")

    def destinataires(self):
        """Those of its network; to the whole platform it is told by the lists and the feed alone."""
        if not self.reseau_id or self.en_lot:
            return Membre.objects.none()
        return Membre.objects.actifs().filter(pk__in=self.reseau.adhesions.en_cours().values("membre"))

    def fragments_vivants(self):
        contexte = {"contribution": self}
        return {
            **super().fragments_vivants(),
            "document": render_to_string("ressources_docs/versions/courante.html", contexte),
            "fiche": render_to_string("ressources_docs/ressources/fiche.html", contexte),
            "annexes": render_to_string("ressources_docs/ressources/annexes.html", contexte),
        }

    @staticmethod
    def tables_d_archive(visibles, user):
        from .versions import Version

        ressources = Ressource.objects.filter(pk__in=visibles)
        versions = Version.objects.visibles_par(user).filter(ressource__in=ressources)
        return [
            (
                "documents",
                ressources.order_by("publie_le", "pk"),
                {
                    _("contribution"): "id",
                    _("nature"): "nature",
                    _("dossier"): "thematique__libelle",
                    _("statut"): "statut",
                    _("source"): "source",
                    _("service auteur"): "service_auteur",
                    _("références juridiques"): "references_juridiques",
                    _("licence"): "licence",
                    _("date du document"): "date_du_document",
                    _("à jour au"): "a_jour_au",
                    _("à relire le"): "relire_le",
                    _("version"): "numero",
                },
            ),
            (
                "documents_versions",
                versions.order_by("ressource", "numero"),
                {
                    _("contribution"): "ressource",
                    _("version"): "numero",
                    _("nom"): "nom_origine",
                    _("lien"): "lien",
                    _("taille en octets"): "taille",
                    _("empreinte SHA-256"): "empreinte",
                    _("déposée le"): "depose_le",
                    _("motif"): "motif",
                },
            ),
        ]

    @staticmethod
    def poids_des_fichiers(*, membre=None, reseau=None):
        from .versions import Version

        siennes = Q(par=membre) if membre else Q(ressource__reseau=reseau)
        return Version.objects.filter(siennes).poids()

    @staticmethod
    def fichiers_d_archive(visibles, user):
        from .versions import Version

        # A version that was brought back is the file of the older one.
        versions = Version.objects.visibles_par(user).exclude(fichier="").filter(restauree_de=None)
        versions = versions.filter(ressource__in=visibles).sans_texte().order_by("pk")
        return ((version.ressource_id, version) for version in versions.iterator())

    @classmethod
    def gestes_d_animation(cls, reseau, user):
        n = cls.objects.moderables_par(user).a_verifier().filter(reseau=reseau).count()
        if not n:
            return []
        mots = ngettext("%d document à vérifier", "%d documents à vérifier", n) % n
        adresse = reverse("ressources_docs:a_verifier")
        return [{"texte": mots, "url": adresse, "icone": "file-clock", "presse": True}]

    @transaction.atomic
    def supprimer(self):
        for version in self.versions.sans_texte():
            version.supprimer()
        return super().supprimer()

    # From a draft to its readers, then to others: what they may read begins with what they find

    def _paraitre(self, par):
        super()._paraitre(par)
        self._montrer_depuis_la_derniere()
        # What was read in its file while it was a draft has been told to nobody.
        for version in self.versions.courantes().exclude(texte="").sans_texte():
            version.annoncer()
        return self

    def lecteurs_ont_change(self, *, par, depart, visibilite, elargit):
        if elargit:
            self._montrer_depuis_la_derniere()
        super().lecteurs_ont_change(par=par, depart=depart, visibilite=visibilite, elargit=elargit)

    def _montrer_depuis_la_derniere(self):
        montrees = Ressource.objects.filter(pk=self.pk, numero__gt=0)
        montrees.update(lisible_depuis=F("numero"), ouvert_le=timezone.now())
        self.refresh_from_db(fields=["lisible_depuis", "ouvert_le"])

    # Public, by whoever answers for it

    def remplacable_par(self, user):
        """What everybody reads changes by the hand of who may show it to everybody, and of nobody else."""
        if not self.corrigeable_par(user):
            return False
        return not self.est_publique or self.est_brouillon or self.ouvrable_par(user)

    def ouvrable_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif or not self.est_publiee or not self.visible_par(user):
            return False
        return (
            membre.droits.est_administrateur
            or self.collectivite_id in membre.droits.collectivites_engagees
            or self.reseau_id in reseaux_ouverts_par(membre)
        )

    @property
    def refus_d_ouverture(self):
        """Why it does not become public, in a sentence, or ""."""
        if self.statut == self.Statut.PREPARATOIRE:
            return _("Un document préparatoire n’est pas communicable : dites d’abord qu’il est achevé.")
        if self.reseau_id and self.reseau.acces == Reseau.Acces.INVITATION:
            refus = _("« %s » est sur invitation\u202f: ce qui s’y publie n’est lu que de ses membres.")
            return refus % self.reseau
        if self.d_autres_ont_parle:
            return _(
                "D’autres ont répondu ici, pour les seuls membres qui le lisent\u202f: leurs messages ne"
                " deviennent pas publics. Le document peut l’être à part, sans eux."
            )
        return ""

    @property
    def repere_d_ouverture(self):
        """What everybody would read of it: another file, other words or one more annex, and it is another."""
        annexes = self.pieces.montrees().order_by("pk").values_list("pk", flat=True)
        return "|".join([str(self.numero), self.repere_de_lecture, ",".join(map(str, annexes))])

    @transaction.atomic
    def ouvrir_au_public(self, *, par, verifie, lue=None, **fiche):
        """Everybody may read it from now on; `verifie`: what was looked at, in words, kept in the journal;
        `lue`: the `repere_d_ouverture` of what was looked at (None for a verb that holds the document);
        `fiche`: what is said of it at the same time, its licence among others.

        Raises ValidationError where it may not be, where others have answered it for fewer readers, or where
        it is no longer what was looked at.
        """
        self._tenir()
        if self.est_retiree:
            raise ValidationError(_("Il a été retiré pendant ce temps\u202f: il ne devient pas public."))
        if not self.ouvrable_par(par.utilisateur):
            raise ValidationError(_("Il n’est plus à vous de le rendre public."))
        if self.est_publique:
            return self
        if refus := self.refus_d_ouverture:
            raise ValidationError(refus)
        if lue is not None and lue != self.repere_d_ouverture:
            refus = _(
                "Il a changé depuis que vous l’avez ouvert\u202f: regardez ce qu’il est devenu"
                " (version %(n)s), puis cochez de nouveau."
            )
            raise ValidationError(refus % {"n": self.numero})
        avant = self.etat_suivi()
        for champ, valeur in fiche.items():
            setattr(self, champ, valeur)
        self.visibilite, self.statut = self.Visibilite.PUBLIQUE, self.Statut.COMMUNICABLE
        self.modifier(par=par, avant=avant)
        self.noter_l_ouverture(par, verifie)
        return self

    @transaction.atomic
    def refermer(self, *, par):
        """Members alone read it from now on."""
        self._tenir()
        if not self.est_publique:
            return self
        avant = self.etat_suivi()
        self.visibilite = self.Visibilite.MEMBRES
        return self.modifier(par=par, avant=avant)

    def noter_l_ouverture(self, par, verifie):
        Entree.noter(
            Entree.Geste.OUVERTURE_AU_PUBLIC,
            par=par,
            contribution_id=self.pk,
            collectivite=self.collectivite,
            reseau=self.reseau,
            detail=_("version %(n)s, vérifié : %(quoi)s") % {"n": self.numero, "quoi": ", ".join(verifie)},
        )

    # Does it still hold?

    @transaction.atomic
    def rappeler(self):
        """Tell who looks after it, once for each date, that it is to be read again."""
        if not Ressource.objects.a_rappeler().filter(pk=self.pk).update(rappelee_pour=F("relire_le")):
            return self
        precision = _("À vérifier depuis le %s : est-ce encore juste ?") % en_jour(self.relire_le, "j F Y")
        notifieur = Notifieur(self, Notification.Genre.RELECTURE, self.responsable, precision=precision)
        notifieur.prevenir(Membre.objects.filter(pk=self.responsable_id), acteur_compris=True)
        return self

    @transaction.atomic
    def confirmer(self, *, par, a_jour_au, relire_le):
        """It was read again, and still holds."""
        self._tenir()
        avant = self.etat_suivi()
        self.a_jour_au, self.relire_le = a_jour_au, relire_le
        return self.modifier(par=par, avant=avant)

    # Its versions

    @transaction.atomic
    def remplacer(self, *, par, fiche=None, lien="", motif="", envoi=None, reprise=None, verifie=(), **dates):
        """A new version: a checked file, a link, or (`reprise`) an older version brought back → the Version.

        Two who replace it at once are both kept, one after the other. `dates`: until when it now holds;
        `verifie`: what was looked at, where everybody reads it. Raises ValidationError beyond a quota, or
        where it was withdrawn or locked meanwhile.
        """
        from .versions import Version

        revision = None if self.est_brouillon else self._avancer()
        self._prendre_un_numero()
        if self.est_retiree:
            raise ValidationError(_("Il a été retiré pendant ce temps : il ne se remplace plus."))
        if self.verrouille_le and not self.corrigeable_par(par.utilisateur):
            raise ValidationError(_("Il a été verrouillé pendant ce temps : il ne se remplace plus."))
        if revision and self.est_publique and not verifie:
            raise ValidationError(_("Il est public : vérifiez d’abord ce que tout le monde lira."))
        avant = self.versions.sans_texte().filter(numero=self.numero - 1).first()
        version = Version.garder(
            self, par=par, fiche=fiche, lien=lien, motif=motif, envoi=envoi, reprise=reprise
        )
        self.format, self.taille = version.format, version.taille
        ecrits = ["format", "taille", *dates]
        for champ, jour in dates.items():
            setattr(self, champ, jour)
        if revision:
            self.modifie_le = timezone.now()
            ecrits.append("modifie_le")
            self._consigner(par, _("version"), avant.en_clair if avant else "", version.en_clair)
            direct.fil_change(self, revision)
            precision = motif or version.nom
            Notifieur(self, Notification.Genre.VERSION, par, precision=precision).prevenir_suiveurs()
        if verifie:
            self.noter_l_ouverture(par, verifie)
        self.save(update_fields=ecrits)
        return version

    def _prendre_un_numero(self):
        """The next version is hers: the row is locked from here to the commit."""
        Ressource.objects.filter(pk=self.pk).update(numero=F("numero") + 1)
        self._relire("numero", "visibilite", "retire_le", "verrouille_le")

    def _tenir(self):
        """The hands that touch one document follow each other, and each sees what the others did."""
        self._avancer()
        self.refresh_from_db(from_queryset=Ressource._base_manager.select_for_update())


def _jour(jour):
    return en_jour(jour, "j F Y") if jour else ""
