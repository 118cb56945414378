from uuid import uuid4

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct
from reseau.taches import courriels_immediats

from .contributions import Contribution, Suivi, publiee
from .fils import Message
from .membres import Membre
from .reseaux import Adhesion


class NotificationQuerySet(models.QuerySet):
    def non_lues(self):
        return self.filter(lue_le=None)

    def a_lire(self):
        """Unread, of what each member may still read: what her bell counts, for many members at once."""
        adhesions = Adhesion.objects.ouvrantes().filter(
            membre=OuterRef("membre"), reseau=OuterRef("contribution__reseau")
        )
        return self._a_lire(Exists(adhesions))

    def a_lire_par(self, membre):
        """The same for one member, whose rights are at hand."""
        return self.filter(membre=membre)._a_lire(Q(contribution__reseau__in=membre.droits.reseaux))

    def _a_lire(self, du_reseau):
        a_tous = ~Q(contribution__visibilite=Contribution.Visibilite.RESEAU)
        return self.non_lues().filter(publiee("contribution__"), a_tous | du_reseau)

    def visibles_par(self, user):
        """My own, for as long as I may see what they speak of."""
        membre = Membre.de(user)
        if not membre:
            return self.none()
        return self.filter(membre=membre, contribution__in=Contribution.objects.visibles_par(user).publiees())

    modifiables_par = visibles_par


class Notification(models.Model):
    """One row a member and object: the last thing that happened to it that concerns her.

    Having been named is kept until she reads it: what others say afterwards does not take its place.
    """

    class Genre(models.TextChoices):
        PUBLICATION = "publication", _("nouveau dans un réseau")
        REPONSE = "reponse", _("réponse")
        POSITION = "position", _("position d’une commune")
        MENTION = "mention", _("mention")
        CLOTURE = "cloture", _("clôture")
        REOUVERTURE = "reouverture", _("réouverture")
        SUITE = "suite", _("suite de ce qui est suivi")
        RELANCE = "relance", _("question sans réponse")
        RETENUE = "retenue", _("réponse retenue")
        DEPLACEMENT = "deplacement", _("changement de réseau")
        RENCONTRE = "rencontre", _("rencontre")
        COMPTE_RENDU = "compte_rendu", _("compte rendu")
        SONDAGE = "sondage", _("sondage de dates")
        FAQ = "faq", _("question fréquente à relire")
        SOLLICITATION = "sollicitation", _("réponse attendue")
        VERSION = "version", _("nouvelle version d’un document")
        RELECTURE = "relecture", _("document à vérifier")
        RECHERCHE = "recherche", _("nouveau pour une recherche suivie")

        @classmethod
        def qui_attendent(cls):
            """Those that nobody is in a hurry to read: mailed in the récapitulatif only."""
            return {
                cls.PUBLICATION,
                cls.SUITE,
                cls.DEPLACEMENT,
                cls.RELANCE,
                cls.FAQ,
                cls.VERSION,
                cls.RECHERCHE,
            }

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="notifications")
    contribution = models.ForeignKey(Contribution, models.CASCADE, related_name="notifications")
    genre = models.CharField(_("genre"), max_length=20, choices=Genre)
    acteur = models.ForeignKey(Membre, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    precision = models.CharField(max_length=160, blank=True)
    le = models.DateTimeField(default=timezone.now)
    lue_le = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-le", "-pk"]
        indexes = [
            models.Index(fields=["membre", "-le"], name="reseau_notif_membre_le"),
            models.Index(
                fields=["membre"], condition=models.Q(lue_le=None), name="reseau_notif_membre_non_lues"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["membre", "contribution"], name="reseau_notification_unique_par_objet"
            )
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.get_genre_display()}"

    def get_absolute_url(self):
        adresse = self.contribution.get_absolute_url()
        if self.genre == self.Genre.COMPTE_RENDU:
            return f"{adresse}#compte-rendu"
        if self.genre == self.Genre.SONDAGE:
            return reverse("reseau:sondage_de_dates", args=[self.contribution_id])
        return f"{adresse}{self.message.place}" if self.message else adresse

    def concernes(self, membres):
        """Of these members, those whom it concerns: told at once if they want so. The others only follow it,
        or are in its network: they read it in their récapitulatif."""
        if self.genre in self.Genre.qui_attendent():
            return membres.none()
        if self.genre == self.Genre.RETENUE:
            return membres.filter(pk=self.message.auteur_id)
        if self.genre == self.Genre.REPONSE:
            return membres.filter(pk__in=self.contribution.specifique.prenant_part().values("pk"))
        return membres

    @property
    def phrase(self):
        """What happened, as a sentence; the title of the contribution follows it."""
        return self._phrase(self.acteur.nom_complet)

    @property
    def phrase_et_commune(self):
        """With the commune for which she wrote, after her name."""
        ecrit = self.message or self.contribution
        nom = self.acteur.nom_complet
        if ecrit.auteur_id == self.acteur_id and ecrit.collectivite_id:
            nom = f"{nom} ({ecrit.collectivite.nom})"
        return self._phrase(nom)

    def _phrase(self, nom):
        genres, precision = self.Genre, self.precision
        match self.genre:
            case genres.POSITION | genres.RENCONTRE | genres.SOLLICITATION | genres.RELECTURE:
                return precision
            case genres.PUBLICATION:
                phrase = _("%(nom)s a publié")
            case genres.RECHERCHE:
                phrase = _("Nouveau pour votre recherche\u202f: %(precision)s")
            case genres.SUITE:
                phrase = _("%(nom)s a donné suite à ce que vous suivez")
            case genres.REPONSE:
                phrase = _("%(nom)s a répondu")
            case genres.MENTION:
                phrase = _("%(nom)s vous a nommé·e")
            case genres.CLOTURE if precision:
                phrase = _("%(nom)s a clos\u202f: %(precision)s")
            case genres.CLOTURE:
                phrase = _("%(nom)s a clos")
            case genres.REOUVERTURE:
                phrase = _("%(nom)s a rouvert")
            case genres.RELANCE if precision:
                phrase = _("%(nom)s attend une réponse, dans un domaine dont vous vous occupez")
            case genres.RELANCE:
                phrase = _("%(nom)s attend une réponse depuis cinq jours")
            case genres.RETENUE if self.message and self.message.auteur_id == self.membre_id:
                phrase = _("%(nom)s a retenu votre réponse")
            case genres.RETENUE:
                phrase = _("%(nom)s a retenu une réponse")
            case genres.DEPLACEMENT:
                phrase = _("%(nom)s a déplacé vers « %(precision)s »")
            case genres.COMPTE_RENDU:
                phrase = _("%(nom)s a publié le compte rendu")
            case genres.SONDAGE:
                phrase = _("%(nom)s propose plusieurs dates")
            case genres.VERSION:
                phrase = _("%(nom)s a déposé une nouvelle version : %(precision)s")
            case genres.FAQ:
                phrase = _("Sortie des questions fréquentes, à relire")
        return phrase % {"nom": nom, "precision": precision}

    @classmethod
    def lues(cls, membre, contributions=None):
        """Mark as read her notifications about these contributions (ids), or all of them."""
        lignes = cls.objects.non_lues().filter(membre=membre)
        if contributions is not None:
            lignes = lignes.filter(contribution__in=contributions)
        if lignes.update(lue_le=timezone.now()):
            cls.sonner([membre.pk])

    @classmethod
    def sonner(cls, membres):
        """Bring the bells of these members (ids) up to date, once committed: one query for all."""

        def compter():
            a_lire = cls.objects.a_lire().filter(membre__in=membres).values_list("membre")
            direct.cloches(dict.fromkeys(membres, 0) | dict(a_lire.annotate(Count("pk")).order_by()))

        transaction.on_commit(compter, robust=True)


class Notifieur:
    """Tells members what happened to a contribution: rows now, bell and mail once committed."""

    def __init__(self, contribution, genre, acteur, message=None, precision=""):
        self.contribution = contribution
        self.genre = genre
        self.acteur = acteur
        self.message = message
        # Callers need not know how much its column holds.
        self.precision = str(precision)[: Notification._meta.get_field("precision").max_length]

    def prevenir_suiveurs(self, sauf=None):
        """`sauf`: a queryset of members, told otherwise."""
        suiveurs = Suivi.objects.filter(contribution_id=self.contribution.pk)
        if sauf is not None and not sauf.query.is_empty():
            suiveurs = suiveurs.exclude(membre__in=sauf)
        self.prevenir(Membre.objects.filter(pk__in=suiveurs.values("membre")))

    def prevenir(self, membres, *, courriel=True, acteur_compris=False):
        """`membres`: a queryset; kept are those who may read and want to know, never the one who acted.

        Without `courriel`, they get a mail of their own; `acteur_compris`: nobody acted, it is a reminder.
        """
        if membres.query.is_empty():
            return
        nommement = self.genre == Notification.Genre.MENTION
        lecteurs = self.contribution.prevenables_parmi(membres, nommement=nommement)
        if not acteur_compris:
            lecteurs = lecteurs.exclude(pk=self.acteur.pk)
        # In one order for all: two messages at once would wait for each other's rows.
        nommes = dict(lecteurs.annotate(nomme=self._deja_nomme()).order_by("pk").values_list("pk", "nomme"))
        if not nommes:
            return
        maintenant = timezone.now()
        Notification.objects.bulk_create(
            [
                Notification(
                    membre_id=pk,
                    contribution_id=self.contribution.pk,
                    genre=self.genre,
                    acteur=self.acteur,
                    message=self.message,
                    precision=self.precision,
                    le=maintenant,
                    lue_le=None,
                )
                for pk, nomme in nommes.items()
                if not nomme or self.genre == Notification.Genre.MENTION
            ],
            update_conflicts=True,
            unique_fields=["membre", "contribution"],
            update_fields=["genre", "acteur", "message", "precision", "le", "lue_le"],
        )
        if courriel:
            self._ecrire(list(nommes), maintenant)
        Notification.sonner(list(nommes))

    def _deja_nomme(self):
        """The thread's counter, which whoever speaks there takes first, keeps this true until the commit."""
        mentions = Notification.objects.non_lues().filter(genre=Notification.Genre.MENTION)
        return Exists(mentions.filter(membre=OuterRef("pk"), contribution=self.contribution.pk))

    def _ecrire(self, ids, le):
        courriels_immediats.enqueue(
            le=le.isoformat(),
            contribution=self.contribution.pk,
            genre=str(self.genre),
            message=self.message.pk if self.message else None,
            acteur=self.acteur.pk,
            membres=ids,
            precision=self.precision,
            evenement=uuid4().hex,
        )
