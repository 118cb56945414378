from functools import cached_property

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Case, Count, F, Prefetch, Q, Value, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.models import AdresseEnEchec
from plateforme.socle.texte import mots_utiles, sans_accents
from reseau import direct

from .competences import Competence
from .domaines import Domaine
from .droits import Droits, RoleDAdhesion, membre_de
from .fonctions import Fonction
from .journal import Entree
from .territoire import Collectivite


class MembreQuerySet(models.QuerySet):
    def actifs(self, le=None):
        return self.filter(utilisateur__is_active=True, pk__in=Fonction.objects.en_cours(le).values("membre"))

    def administrateurs(self):
        en_poste = Fonction.objects.en_cours().filter(role=Fonction.Role.ADMINISTRATEUR)
        return self.filter(utilisateur__is_active=True, pk__in=en_poste.values("membre"))

    def joignables(self):
        """Without those whose mail comes back."""
        return self._d_adresse().exclude(adresse__in=AdresseEnEchec.objects.en_cours().values("adresse"))

    def visibles_par(self, user):
        """Members know each other; a visitor sees nobody."""
        membre = membre_de(user)
        if not membre:
            return self.none()
        return self if membre.est_actif else self.filter(pk=membre.pk)

    def modifiables_par(self, user):
        membre = membre_de(user)
        if not membre or not membre.est_actif:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        # Who works elsewhere too, or runs the site, is not one commune's to rename.
        siennes = Fonction.objects.modifiables_par(user).values("pk")
        fonctions = Fonction.objects.en_cours()
        return self.filter(pk__in=fonctions.filter(pk__in=siennes).values("membre")).exclude(
            pk__in=fonctions.exclude(pk__in=siennes).values("membre")
        )

    def avec_fonctions(self):
        """With the current functions in hand, as `fonctions_actuelles`, and the account."""
        actuelles = Fonction.objects.en_cours().pour_liste()
        return self.select_related("utilisateur", "suppleant__utilisateur").prefetch_related(
            Prefetch("fonctions", actuelles, to_attr="fonctions_actuelles")
        )

    def pour_liste(self, user):
        """With what a list of people shows to `user`: for who left, who took over, and her number."""
        releve = Prefetch("remplace_par", Membre.objects.avec_coordonnees(user))
        return self.avec_fonctions().avec_coordonnees(user).prefetch_related(releve)

    def avec_coordonnees(self, user):
        """With what `user` may read of how to reach each one: `telephone_lisible`, `courriel_lisible`.

        Pages, exports and cards show these and nothing else: without them, nothing.
        """
        adresse = f"utilisateur__{get_user_model().get_email_field_name()}"

        def lisible(champ, portee):
            permis = When(self._montrant(portee, user), then=F(champ))
            return Case(permis, default=Value(""), output_field=models.CharField())

        return self.annotate(
            telephone_lisible=lisible("telephone", "telephone_pour"),
            courriel_lisible=lisible(adresse, "courriel_pour"),
        )

    @staticmethod
    def _montrant(portee, user):
        """The rule of `Membre.montre`, as a condition; `portee`: the column that says to whom."""
        membre = membre_de(user)
        if not membre or not membre.est_actif:
            return Q(pk__in=[])
        if membre.droits.est_administrateur:
            return ~Q(pk__in=[])
        return Q(pk=membre.pk) | Q(**{portee: Membre.Portee.MEMBRES}) | membre.proches()

    def attendus(self):
        return self.filter(utilisateur__last_login=None, utilisateur__is_active=True)

    def sans_fonction(self):
        return self.exclude(pk__in=Fonction.objects.en_cours().values("membre"))

    def desactives(self):
        return self.filter(utilisateur__is_active=False)

    def de_la_collectivite(self, collectivite):
        en_poste = Fonction.objects.en_cours().filter(collectivite=collectivite)
        return self.filter(pk__in=en_poste.values("membre"))

    def agents_de(self, collectivite):
        """Those who are of it: not the one whom its EPCI has named to answer to it."""
        siennes = Fonction.objects.en_cours().filter(collectivite=collectivite)
        return self.filter(pk__in=siennes.exclude(role=Fonction.Role.INTERLOCUTEUR).values("membre"))

    def interlocuteurs_de(self, collectivite):
        """Whom their EPCI has named to answer to this commune."""
        fonctions = Fonction.objects.en_cours().filter(
            role=Fonction.Role.INTERLOCUTEUR, collectivite=collectivite
        )
        return self.filter(utilisateur__is_active=True, pk__in=fonctions.values("membre"))

    def trier_les_mots(self, texte):
        """(the words to look for somebody by, those to which nobody here answers): these are left aside,
        unless nobody answers to any."""
        mots = mots_utiles(texte)
        if len(mots) < 2:
            return mots, []
        comptes = self.aggregate(
            **{f"mot_{n}": Count("pk", filter=self._repond_a(mot)) for n, mot in enumerate(mots)}
        )
        connus = [mot for mot, nombre in zip(mots, comptes.values(), strict=True) if nombre]
        return connus or mots, [mot for mot in mots if connus and mot not in connus]

    def repondant_a(self, mots):
        """Whom each of these words names, or says what she does today, can do or looks after, or where."""
        return self.filter(*map(self._repond_a, mots))

    @staticmethod
    def _repond_a(mot):
        mot = sans_accents(mot)
        en_adresse = mot.replace("'", "-").replace("’", "-")
        en_poste = Fonction.objects.en_cours().filter(
            Q(intitule_cherche__contains=mot) | Q(collectivite__slug__contains=en_adresse)
        )
        qui_savent = Membre.competences.through.objects.filter(competence__cle__contains=mot)
        qui_suivent = DomaineDeMembre.objects.filter(domaine__code__contains=en_adresse)
        return (
            Q(nom_cherche__contains=mot)
            | Q(pk__in=en_poste.values("membre"))
            | Q(pk__in=qui_savent.values("membre"))
            | Q(pk__in=qui_suivent.values("membre"))
        )

    def partis(self):
        """Those who worked somewhere, and work nowhere any more."""
        return self.sans_fonction().filter(pk__in=Fonction.objects.passees().order_by().values("membre"))

    def nommes(self, texte):
        """Whose name holds all these words; nobody without words."""
        mots = mots_utiles(texte)
        dits = [Q(nom_cherche__contains=sans_accents(mot)) for mot in mots]
        return self.filter(*dits) if mots else self.none()

    def de_courriel(self, courriel):
        """The member who signs in with this address, or None."""
        return self.des_courriels([courriel.strip().lower()]).select_related("utilisateur").first()

    def des_courriels(self, courriels):
        """Those who sign in with one of these addresses, given in lower case.

        Not `iexact`: PostgreSQL puts both sides in capitals, where the long s is an S.
        """
        return self._d_adresse().filter(adresse__in=courriels)

    def _d_adresse(self):
        """With `adresse`, in lower case, to filter by."""
        champ = get_user_model().get_email_field_name()
        return self.alias(adresse=Lower(f"utilisateur__{champ}"))


class Membre(models.Model):
    """Who the user of an account is. Rights never come from here: see Fonction and Adhesion.

    `Membre.de(user)`: the one behind an account, or None.
    """

    class Portee(models.TextChoices):
        RESEAUX = "reseaux", _("mes réseaux et ma collectivité")
        MEMBRES = "membres", _("tous les membres de la plateforme")

    utilisateur = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="membre", verbose_name=_("compte")
    )
    prenom = models.CharField(_("prénom"), max_length=80)
    nom = models.CharField(_("nom"), max_length=80)
    # As people type it when they look for somebody: no database ignores accents by itself.
    nom_cherche = models.CharField(max_length=400, editable=False)
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)
    telephone_pour = models.CharField(
        _("qui voit mon téléphone"), max_length=10, choices=Portee, default=Portee.MEMBRES
    )
    courriel_pour = models.CharField(
        _("qui voit mon adresse électronique"), max_length=10, choices=Portee, default=Portee.RESEAUX
    )
    domaines = models.ManyToManyField(
        Domaine,
        through="reseau.DomaineDeMembre",
        blank=True,
        related_name="membres",
        verbose_name=_("domaines"),
        help_text=_("Ce dont vous vous occupez\u202f: on sait ainsi qui un sujet concerne."),
    )
    competences = models.ManyToManyField(
        Competence, blank=True, related_name="membres", verbose_name=_("compétences")
    )
    absence_du = models.DateField(_("absent·e du"), null=True, blank=True)
    absence_au = models.DateField(_("au"), null=True, blank=True, help_text=_("Dernier jour d’absence."))
    suppleant = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("en attendant"),
    )
    au_nom_de = models.ForeignKey(
        Collectivite,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("au nom de"),
        help_text=_("La dernière collectivité choisie par une personne qui en a plusieurs."),
    )
    invite_par = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="invites", verbose_name=_("invité par")
    )
    remplace_par = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="predecesseurs",
        verbose_name=_("remplacé par"),
    )
    cree_le = models.DateTimeField(_("créé le"), default=timezone.now, editable=False)

    objects = MembreQuerySet.as_manager()
    de = staticmethod(membre_de)

    class Meta:
        verbose_name = _("membre")
        verbose_name_plural = _("membres")
        ordering = ["nom", "prenom"]
        constraints = [
            models.CheckConstraint(
                condition=Q(absence_du=None, absence_au=None)
                | Q(absence_du__isnull=False, absence_au__isnull=False, absence_au__gte=F("absence_du")),
                name="reseau_membre_absence_bornee",
                violation_error_message=_("Une absence va d’un jour à un autre, qui ne le précède pas."),
            ),
            models.CheckConstraint(
                condition=Q(suppleant=None) | ~Q(suppleant=F("pk")),
                name="reseau_membre_suppleant_autre",
                violation_error_message=_("Choisissez quelqu’un d’autre que vous."),
            ),
        ]

    def __str__(self):
        return self.nom_complet

    def save(self, *args, **kwargs):
        self.nom_cherche = sans_accents(self.nom_complet)[:400]
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("reseau:membre", args=[self.pk])

    @classmethod
    @transaction.atomic
    def inscrire(cls, courriel, *, prenom, nom, telephone="", par=None):
        """The member of this address, with an account that signs in by code; made if there is none.

        An account that its owner already uses keeps the names she gave.
        """
        membre = cls.objects.de_courriel(courriel)
        if membre:
            return membre
        return cls.objects.get_or_create(
            utilisateur=compte_de(courriel),
            defaults={"prenom": prenom, "nom": nom, "telephone": telephone, "invite_par": par},
        )[0]

    @property
    def courriel(self):
        return getattr(self.utilisateur, self.utilisateur.get_email_field_name())

    @property
    def courriel_revient(self):
        return AdresseEnEchec.objects.en_cours().filter(adresse=self.courriel.lower()).exists()

    @property
    def fonctions_propres(self):
        """Of `fonctions_actuelles` (see `avec_fonctions`), those of her own post."""
        return [f for f in self.fonctions_actuelles if f.role != Fonction.Role.INTERLOCUTEUR]

    @property
    def communes_suivies(self):
        """How many communes she answers, as the one their EPCI has named for them."""
        return len(self.fonctions_actuelles) - len(self.fonctions_propres)

    def montre(self, portee, user):
        """Whether `user` may read her phone (`telephone_pour`) or her address (`courriel_pour`).

        Never a visitor. Always herself, those of her collectivités and whoever runs the site; then, as she
        chose, those of her networks (not of the working groups) or all members. The same rule as
        `avec_coordonnees`.
        """
        membre = membre_de(user)
        if not membre or not membre.est_actif:
            return False
        if membre.pk == self.pk or membre.droits.est_administrateur:
            return True
        if getattr(self, portee) == self.Portee.MEMBRES:
            return True
        siennes = {f.objet for f in self.droits.fonctions}
        collegues = siennes & {f.objet for f in membre.droits.fonctions}
        return bool(collegues or {*self.droits.reseaux_etablis} & {*membre.droits.reseaux_etablis})

    def proches(self):
        """The condition of those who work where she does, or are in her networks (not the working groups)."""
        from .reseaux import Adhesion

        en_poste = Fonction.objects.en_cours()
        sur_place = en_poste.filter(collectivite__in=[f.objet for f in self.droits.fonctions])
        des_reseaux = Adhesion.objects.en_cours().filter(
            reseau__in=self.droits.reseaux_etablis, membre__in=en_poste.values("membre")
        )
        return Q(pk__in=sur_place.values("membre")) | Q(pk__in=des_reseaux.values("membre"))

    @property
    def est_absent(self):
        return self.absence_du is not None and self.absence_du <= timezone.localdate() <= self.absence_au

    @property
    def suppleant_present(self):
        """Who answers meanwhile, as long as her own account is open."""
        return self.suppleant if self.suppleant_id and self.suppleant.utilisateur.is_active else None

    @property
    def lien_telephone(self):
        return "".join(c for c in self.telephone if c.isdecimal() or c == "+")

    @property
    def est_attendu(self):
        """Invited, and has not signed in yet."""
        return self.utilisateur.last_login is None

    @property
    def nom_complet(self):
        return f"{self.prenom} {self.nom}".strip()

    @property
    def initiales(self):
        return (self.prenom[:1] + self.nom[:1]).upper()

    @cached_property
    def droits(self):
        return Droits.de(self)

    @property
    def est_actif(self):
        return self.droits.est_actif

    @cached_property
    def collectivites_parlees(self):
        """Those in whose name she may speak, oldest function first.

        Built from what her rights already read; their other columns are fetched if asked for.
        """
        colonnes = ["id", "nom", "slug"]
        par_id = {f.objet: [f.objet, f.nom, f.slug] for f in self.droits.paroles}
        return [Collectivite.from_db(None, colonnes, valeurs) for valeurs in par_id.values()]

    @property
    def collectivite_choisie(self):
        """The one she last chose, as long as she may still speak for it; else her first one."""
        permises = self.collectivites_parlees
        return next((c for c in permises if c.pk == self.au_nom_de_id), next(iter(permises), None))

    def engage(self, collectivite):
        """Whether her word is the commune's own: she is its référent."""
        return collectivite is not None and collectivite.pk in self.droits.collectivites_engagees

    def decide_pour(self, collectivite):
        """Whether she says what the commune has decided: its référent, or one of its élus."""
        return collectivite is not None and collectivite.pk in self.droits.collectivites_decidees

    def anime_par(self, animateur):
        """Whether she is in a network that this one runs."""
        return self.adhesions.en_cours().filter(reseau__in=animateur.droits.reseaux_animes).exists()

    def anime(self, reseau):
        return reseau is not None and reseau.pk in self.droits.reseaux_animes

    def gere(self, collectivite):
        """Whether she says who does what there: its référent, or an administrator."""
        return self.droits.est_administrateur or self.engage(collectivite)

    @transaction.atomic
    def exercer(self, collectivite, role, *, par, intitule="", debut=None):
        """Open a function; the one she already has is kept as it is.

        Who had none left finds her networks again, but no longer runs them: whoever took that away, a commune
        does not give it back.
        """
        debut = debut or timezone.localdate()
        revient = not self.fonctions.en_cours().exists()
        try:
            with transaction.atomic():
                fonction = self.fonctions.create(
                    collectivite=collectivite, role=role, intitule=intitule, debut=debut
                )
        except IntegrityError:
            return self.fonctions.get(collectivite=collectivite, role=role, fin=None)
        Entree.noter(
            Entree.Geste.FONCTION, par=par, membre=self, collectivite=collectivite, detail=fonction.libelle
        )
        if revient and not (par and par.droits.est_administrateur):
            for adhesion in self.adhesions.filter(fin=None, role=RoleDAdhesion.ANIMATEUR):
                adhesion.changer(role=RoleDAdhesion.MEMBRE)
        direct.droits_changes(self)
        return fonction

    @transaction.atomic
    def corriger(self, *, par):
        """Save what somebody else changed of her name or number."""
        self.save()
        Entree.noter(Entree.Geste.PROFIL, par=par, membre=self)
        return self

    @transaction.atomic
    def apprendre(self, noms):
        """What she says that she can do, in full: what is no more among these is forgotten."""
        self.competences.set(Competence.nommees(noms))
        return self

    @transaction.atomic
    def s_absenter(self, *, du, au, suppleant=None):
        self.absence_du, self.absence_au, self.suppleant = du, au, suppleant
        self.save(update_fields=["absence_du", "absence_au", "suppleant"])
        return self

    def revenir(self):
        return self.s_absenter(du=None, au=None)

    @transaction.atomic
    def reecrire(self, *, par):
        """Write to her address again, though mail came back from it."""
        if AdresseEnEchec.lever(self.courriel, par=par.utilisateur):
            Entree.noter(Entree.Geste.PROFIL, par=par, membre=self, detail=_("courriel de nouveau joignable"))
        return self

    @transaction.atomic
    def desactiver(self, *, par):
        """She signs in no more and what she had open closes; what she wrote stays."""
        if par == self:
            raise ValidationError(_("Une autre personne doit désactiver votre compte."))
        self.fonctions.en_cours().laisser_un_administrateur()
        self._activer(False)
        Entree.noter(Entree.Geste.DESACTIVATION, par=par, membre=self)
        return self

    @transaction.atomic
    def reactiver(self, *, par):
        self._activer(True)
        Entree.noter(Entree.Geste.REACTIVATION, par=par, membre=self)
        return self

    def _activer(self, actif):
        self.utilisateur.is_active = actif
        # Whoever saves an account tells its sockets: see `signal_handlers.compte_change`.
        self.utilisateur.save(update_fields=["is_active"])

    @transaction.atomic
    def choisir(self, collectivite):
        """Speak in the name of this collectivité from now on."""
        self.au_nom_de = collectivite
        self.save(update_fields=["au_nom_de"])
        return self


class DomaineDeMembre(models.Model):
    """A row of its own so that a domaine in use is archived, never deleted."""

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="+")
    domaine = models.ForeignKey(Domaine, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("domaine d’un membre")
        verbose_name_plural = _("domaines des membres")
        constraints = [
            models.UniqueConstraint(fields=["membre", "domaine"], name="reseau_domaine_de_membre_unique")
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.domaine_id}"


def compte_de(courriel):
    """The account of this address, made without password if there is none, on whatever user model."""
    modele = get_user_model()
    courriel, champ = courriel.strip().lower(), modele.get_email_field_name()
    comptes = modele.objects.alias(adresse=Lower(champ)).filter(adresse=courriel)
    compte = comptes.first()
    if compte:
        return compte
    try:
        with transaction.atomic():
            return modele.objects.create_user(**{modele.USERNAME_FIELD: courriel, champ: courriel})
    except IntegrityError:
        # Somebody else has just made it.
        return comptes.get()
