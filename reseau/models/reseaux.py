from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Count, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import en_html, extrait
from reseau import correspondance, direct

from .domaines import Domaine
from .droits import NatureDeReseau, RoleDAdhesion
from .fonctions import Fonction
from .journal import Entree
from .membres import Membre
from .periodes import Periode, PeriodeQuerySet
from .poles import Pole
from .territoire import slug_libre

# After the networks, which a new publication goes to first.
ORDRE_DES_GROUPES = 100
ESSAIS = 3


class ReseauQuerySet(models.QuerySet):
    def ouverts(self):
        return self.filter(ferme_le=None)

    def visibles_par(self, user):
        """That a network exists is public, but for those by invitation, known to their members only.

        A working group, which anybody who answers for a commune opens, is no public act: members know of it.
        """
        membre = Membre.de(user)
        visibles = ~Q(acces=Reseau.Acces.INVITATION)
        if not membre or not membre.est_actif:
            return self.ouverts().filter(visibles).exclude(nature=Reseau.Nature.GROUPE)
        if membre.droits.est_administrateur:
            return self
        return self.ouverts().filter(visibles | Q(pk__in=membre.droits.reseaux))

    def modifiables_par(self, user):
        membre = Membre.de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.ouverts().filter(pk__in=membre.droits.reseaux_animes)

    def sans_animateur(self):
        """Those that nobody runs any more: nobody answers who knocks."""
        animes = Adhesion.objects.actives().filter(role=Adhesion.Role.ANIMATEUR)
        return self.ouverts().exclude(pk__in=animes.values("reseau"))

    def avec_effectif(self):
        """How many active members each has, as `effectif`."""
        membres = Adhesion.objects.actives().filter(reseau=OuterRef("pk")).order_by().values("reseau")
        return self.annotate(effectif=Coalesce(membres.values(n=Count("pk")), 0))


class Reseau(models.Model):
    """A professional network, a pôle's space, a working group: who meets around what."""

    Nature = NatureDeReseau

    class Acces(models.TextChoices):
        OUVERT = "ouvert", _("ouvert à tous les membres")
        DEMANDE = "demande", _("sur demande")
        INVITATION = "invitation", _("sur invitation")

    nom = models.CharField(_("nom"), max_length=120)
    nom_court = models.CharField(_("nom court"), max_length=30, help_text=_("Celui de l’en-tête des pages."))
    slug = models.SlugField(_("adresse"), max_length=60, unique=True)
    resume = models.CharField(_("en une phrase"), max_length=200, blank=True)
    presentation = models.TextField(_("présentation"), blank=True, max_length=10_000)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature, default=Nature.RESEAU)
    acces = models.CharField(_("accès"), max_length=20, choices=Acces, default=Acces.DEMANDE)
    retient_les_nouveaux = models.BooleanField(
        _("lire d’abord la première publication de chaque membre"),
        default=False,
        help_text=_("Elle paraît quand une personne qui anime l’accepte."),
    )
    pole = models.ForeignKey(
        Pole, models.PROTECT, null=True, blank=True, related_name="reseaux", verbose_name=_("pôle")
    )
    domaines = models.ManyToManyField(
        Domaine,
        through="reseau.DomaineDeReseau",
        blank=True,
        related_name="reseaux",
        verbose_name=_("domaines"),
    )
    ordre = models.PositiveSmallIntegerField(_("ordre"), default=10)
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    cree_le = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)
    ferme_le = models.DateTimeField(_("fermé le"), null=True, blank=True)
    ferme_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fermé par")
    )

    objects = ReseauQuerySet.as_manager()

    class Meta:
        verbose_name = _("réseau")
        verbose_name_plural = _("réseaux")
        ordering = ["ordre", "nom"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(nature="pole") | Q(pole__isnull=False),
                name="reseau_reseau_pole_nomme",
                violation_error_message=_("L’espace d’un pôle dit de quel pôle."),
            ),
            models.UniqueConstraint(fields=["envoi"], name="reseau_reseau_envoi_unique"),
        ]

    def __str__(self):
        return self.nom

    def get_absolute_url(self):
        return reverse("reseau:reseau", args=[self.slug])

    @property
    def presentation_html(self):
        return en_html(self.presentation)

    @property
    def empreinte(self):
        """Of what its animateurs write of it."""
        return sha256(f"{self.resume}\n{self.presentation}".encode()).hexdigest()

    @property
    def est_ferme(self):
        return self.ferme_le is not None

    @property
    def est_ouvert_a_tous(self):
        return self.acces == self.Acces.OUVERT

    @property
    def est_un_groupe(self):
        return self.nature == self.Nature.GROUPE

    @classmethod
    @transaction.atomic
    def ouvrir_un_groupe(cls, *, nom, resume, acces, domaines=(), envoi=None, par):
        """A working group, with nobody's leave: who opens it runs it."""
        groupe = cls(nom=nom, nom_court=extrait(nom, 30), resume=resume, acces=acces, envoi=envoi)
        groupe.nature, groupe.ordre = cls.Nature.GROUPE, ORDRE_DES_GROUPES
        groupe._prendre_une_adresse()
        groupe.domaines.set(domaines)
        Entree.noter(Entree.Geste.OUVERTURE, par=par, reseau=groupe, detail=resume)
        groupe.accueillir(par, par=par, role=Adhesion.Role.ANIMATEUR)
        return groupe

    def _prendre_une_adresse(self):
        """Save it under an address that nobody else takes at the same time."""
        for _essai in range(ESSAIS):
            self.slug = slug_libre(Reseau, self.nom, self.nature, longueur=45)
            try:
                with transaction.atomic():
                    return self.save(force_insert=True)
            except IntegrityError as erreur:
                conflit = erreur
        raise conflit

    def adhesion_de(self, membre):
        return self.adhesions.en_cours().filter(membre=membre).first()

    def animateurs(self):
        return Membre.objects.actifs().filter(
            pk__in=self.adhesions.en_cours().filter(role=Adhesion.Role.ANIMATEUR).values("membre")
        )

    def a_prevenir(self):
        """Who says who enters: its animateurs or, when it has none left, the administrators."""
        animateurs = self.animateurs()
        return animateurs if animateurs.exists() else Membre.objects.administrateurs()

    @transaction.atomic
    def accueillir(self, membre, *, par, role=None, niveau_courriel=None, debut=None):
        """Open an adhésion, or bring the current one to what is asked. A second click changes nothing."""
        debut = debut or timezone.localdate()
        # Whoever was to leave one day stays.
        self.adhesions.non_finies(debut).filter(membre=membre, fin__isnull=False).update(fin=None)
        try:
            with transaction.atomic():
                adhesion = self.adhesions.create(
                    membre=membre,
                    role=role or Adhesion.Role.MEMBRE,
                    niveau_courriel=niveau_courriel or Adhesion.Niveau.QUOTIDIEN,
                    debut=debut,
                    par=par,
                )
        except IntegrityError:
            adhesion = self.adhesions.get(membre=membre, fin=None)
            return adhesion.avancer(debut).changer(role=role, niveau_courriel=niveau_courriel, par=par)
        Entree.noter(
            Entree.Geste.ADHESION, par=par, membre=membre, reseau=self, detail=adhesion.get_role_display()
        )
        adhesion.droits_changes()
        return adhesion

    @transaction.atomic
    def presenter(self, *, resume, presentation, par, retient_les_nouveaux=None, lue=""):
        """`lue`: the `empreinte` of what she had before her eyes. Raises ValidationError if it has moved."""
        ecrit = Reseau.objects.select_for_update().get(pk=self.pk)
        if retient_les_nouveaux is None:
            retient_les_nouveaux = ecrit.retient_les_nouveaux
        dits = {
            "resume": resume,
            "presentation": presentation,
            "retient_les_nouveaux": retient_les_nouveaux,
        }
        if all(getattr(ecrit, champ) == dit for champ, dit in dits.items()):
            return self
        if lue and lue != ecrit.empreinte:
            raise ValidationError(_("Quelqu’un d’autre a enregistré son texte pendant que vous écriviez."))
        for champ, dit in dits.items():
            setattr(self, champ, dit)
        self.save(update_fields=[*dits])
        Entree.noter(Entree.Geste.PRESENTATION, par=par, reseau=self)
        return self

    @transaction.atomic
    def fermer(self, *, par):
        """Nobody enters any more; what was published keeps its place, visible to administrators."""
        return self._basculer(timezone.now(), par, Entree.Geste.FERMETURE)

    @transaction.atomic
    def rouvrir(self, *, par):
        """Its members find it again as they left it."""
        return self._basculer(None, par, Entree.Geste.REOUVERTURE)

    def _basculer(self, ferme_le, par, geste):
        self.ferme_le, self.ferme_par = ferme_le, par if ferme_le else None
        self.save(update_fields=["ferme_le", "ferme_par"])
        Entree.noter(geste, par=par, reseau=self)
        for adhesion in self.adhesions.en_cours().select_related("membre"):
            adhesion.droits_changes()
        return self


class DomaineDeReseau(models.Model):
    """A row of its own so that a domaine in use is archived, never deleted."""

    reseau = models.ForeignKey(Reseau, models.CASCADE, related_name="+")
    domaine = models.ForeignKey(Domaine, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("domaine d’un réseau")
        verbose_name_plural = _("domaines des réseaux")
        constraints = [
            models.UniqueConstraint(fields=["reseau", "domaine"], name="reseau_domaine_de_reseau_unique")
        ]

    def __str__(self):
        return f"{self.reseau_id}, {self.domaine_id}"


class AdhesionQuerySet(PeriodeQuerySet):
    def ouvrantes(self):
        """Those that open their network today: it is not closed."""
        return self.en_cours().filter(reseau__ferme_le=None)

    def actives(self):
        """Those of the members who may really come in today."""
        return self.en_cours().filter(membre__in=Membre.objects.actifs())

    def collectivites(self):
        """Ids, as a query, of those for which these members work: not those that they only answer."""
        fonctions = Fonction.objects.en_cours().exclude(role=Fonction.Role.INTERLOCUTEUR)
        return fonctions.filter(membre__in=self.values("membre")).values("collectivite")

    def pour_liste(self, user):
        """Animateurs first, then by name, with what a list of people shows to `user`."""
        personnes = Membre.objects.avec_fonctions().avec_coordonnees(user)
        return (
            self.select_related("reseau")
            .prefetch_related(Prefetch("membre", personnes))
            .order_by("role", "membre__nom", "membre__prenom", "pk")
        )

    def visibles_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(reseau__in=Reseau.objects.visibles_par(user))

    def modifiables_par(self, user):
        return self.filter(reseau__in=Reseau.objects.modifiables_par(user))


class Adhesion(Periode):
    """A member in a network, between two dates, with the mail she asked for."""

    Role = RoleDAdhesion

    class Niveau(models.TextChoices):
        """From the most to the least mail; the codes of sign-in depend on none of them."""

        IMMEDIAT = "immediat", _("tout de suite ce qui me concerne, le reste chaque jour")
        QUOTIDIEN = "quotidien", _("une fois par jour")
        HEBDOMADAIRE = "hebdomadaire", _("une fois par semaine")
        AUCUN = "aucun", _("jamais")

        def quand(self, *, concerne):
            """The rule: when what happened is mailed to who chose this level. At once only if it concerns
            her (see `Notification.concernes`): what is merely new waits for the récapitulatif."""
            return self.QUOTIDIEN if self == self.IMMEDIAT and not concerne else self

        def plafonne(self, plafond):
            """This level, or the ceiling if that is less mail: it never raises."""
            return max(self, self.__class__(plafond), key=list(self.__class__).index)

        @property
        def moindres(self):
            """Those that write less, as choices."""
            niveaux = list(self.__class__)
            return [(n.value, n.label) for n in niveaux[niveaux.index(self) + 1 :]]

    membre = models.ForeignKey(Membre, models.PROTECT, related_name="adhesions", verbose_name=_("membre"))
    reseau = models.ForeignKey(Reseau, models.PROTECT, related_name="adhesions", verbose_name=_("réseau"))
    role = models.CharField(_("rôle"), max_length=20, choices=Role, default=Role.MEMBRE)
    niveau_courriel = models.CharField(
        _("courriels"), max_length=20, choices=Niveau, default=Niveau.QUOTIDIEN
    )
    debut = models.DateField(_("début"), default=timezone.localdate)
    par = models.ForeignKey(
        Membre, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ouverte par")
    )
    accueillie_le = models.DateTimeField(_("accueillie le"), null=True, editable=False)
    accueillie_par = models.ForeignKey(
        Membre, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("accueillie par")
    )

    objects = AdhesionQuerySet.as_manager()

    class Meta(Periode.Meta):
        verbose_name = _("adhésion")
        verbose_name_plural = _("adhésions")
        constraints = [
            *Periode.Meta.constraints,
            models.UniqueConstraint(
                fields=["membre", "reseau"],
                condition=Q(fin=None),
                name="reseau_adhesion_unique_en_cours",
                violation_error_message=_("Cette personne est déjà membre du réseau."),
            ),
            models.CheckConstraint(
                condition=Q(accueillie_le=None, accueillie_par=None)
                | Q(accueillie_le__isnull=False, accueillie_par__isnull=False),
                name="reseau_adhesion_accueil_signe",
                violation_error_message=_("Un mot de bienvenue a une date et un auteur."),
            ),
        ]

    def __str__(self):
        return f"{self.membre}, {self.reseau}"

    @transaction.atomic
    def changer(self, *, role=None, niveau_courriel=None, par=None):
        """Without `par` it is the house itself, held to no rule."""
        if niveau_courriel and niveau_courriel != self.niveau_courriel:
            self.niveau_courriel = niveau_courriel
            self.save(update_fields=["niveau_courriel"])
        if role and role != self.role:
            self._laisser_un_animateur(par)
            self.role = role
            self.save(update_fields=["role"])
            Entree.noter(
                Entree.Geste.ROLE,
                par=par,
                membre=self.membre,
                reseau=self.reseau,
                detail=self.get_role_display(),
            )
            self.droits_changes()
        return self

    @transaction.atomic
    def clore(self, le=None, *, par=None, motif="", releve=None):
        """Leave, or be removed: effective at once. `releve`: who takes over, if someone does."""
        if releve is None:
            self._laisser_un_animateur(par)
        fin = Adhesion.objects.select_for_update().get(pk=self.pk).fin
        if fin and fin <= (le or timezone.localdate()):
            return self  # a second click
        super().clore(le)
        Entree.noter(Entree.Geste.DEPART, par=par, membre=self.membre, reseau=self.reseau, detail=motif)
        self.droits_changes()
        return self

    @transaction.atomic
    def souhaiter_la_bienvenue(self, *, par):
        """Write to who has come in; once, whoever else runs the network."""
        pas_encore = Adhesion.objects.filter(pk=self.pk, accueillie_le=None)
        if pas_encore.update(accueillie_le=timezone.now(), accueillie_par=par):
            self.refresh_from_db(fields=["accueillie_le", "accueillie_par"])
            correspondance.bienvenue(self)
        return self

    # How often it writes to her

    def niveau_pour(self, type_):
        """The level for this type of contribution: what she said of it, or that of the network."""
        dits = {exception.type: exception.niveau for exception in self.niveaux_de_type.all()}
        return self.Niveau(dits.get(type_, self.niveau_courriel))

    @property
    def niveau_le_plus_haut(self):
        dits = [exception.niveau for exception in self.niveaux_de_type.all()]
        return min(map(self.Niveau, [self.niveau_courriel, *dits]), key=list(self.Niveau).index)

    @transaction.atomic
    def regler(self, niveau, par_type):
        """`par_type`: {type: level} of the types for which she says otherwise, and of no other."""
        self.changer(niveau_courriel=niveau)
        self.niveaux_de_type.exclude(type__in=list(par_type)).delete()
        NiveauDeType.objects.bulk_create(
            [NiveauDeType(adhesion=self, type=type_, niveau=dit) for type_, dit in par_type.items()],
            update_conflicts=True,
            unique_fields=["adhesion", "type"],
            update_fields=["niveau"],
        )
        return self

    @transaction.atomic
    def abaisser(self, niveau):
        """Write no more often than this, whatever the type; what is already less stays as it is."""
        dits = self.niveaux_de_type.all()
        par_type = {dit.type: self.Niveau(dit.niveau).plafonne(niveau) for dit in dits}
        return self.regler(self.Niveau(self.niveau_courriel).plafonne(niveau), par_type)

    def avancer(self, debut):
        """Make it begin that day if it was to begin later."""
        if debut < self.debut:
            self.debut = debut
            self.save(update_fields=["debut"])
            self.droits_changes()
        return self

    def droits_changes(self):
        direct.droits_changes(self.membre)

    def _laisser_un_animateur(self, par):
        """A network without anybody to run it dies; two animateurs who leave at once queue on its row."""
        if par is None or self.role != Adhesion.Role.ANIMATEUR or par.droits.est_administrateur:
            return
        Reseau.objects.select_for_update().get(pk=self.reseau_id)
        if not self.reseau.animateurs().exclude(pk=self.membre_id).exists():
            raise ValidationError(_("Nommez d’abord une autre personne pour animer ce réseau."))


class NiveauDeType(models.Model):
    """For one type of contribution, another level than that of the network."""

    adhesion = models.ForeignKey(Adhesion, models.CASCADE, related_name="niveaux_de_type")
    type = models.CharField(_("type"), max_length=30)
    niveau = models.CharField(_("courriels"), max_length=20, choices=Adhesion.Niveau)

    class Meta:
        verbose_name = _("niveau d’un type")
        verbose_name_plural = _("niveaux des types")
        constraints = [
            models.UniqueConstraint(
                fields=["adhesion", "type"],
                name="reseau_niveau_unique_par_type",
                violation_error_message=_("Ce type a déjà un niveau."),
            )
        ]

    def __str__(self):
        return f"{self.adhesion_id}, {self.type}\u202f: {self.get_niveau_display()}"
