from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Min, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.recherche import indexer_aussitot
from plateforme.socle.texte import en_html
from reseau import direct
from reseau.correspondance import message_retire
from reseau.taches import indexer_le_fil

from .contributions import Contribution, acceptant_les_messages
from .journal import Entree
from .membres import Membre
from .territoire import Collectivite

REPIT = timedelta(seconds=10)  # of a thread, before what it says is indexed again, once for all that came


class Fil(models.Model):
    """The counters of a thread, on a row of their own: a contribution loaded earlier cannot rewind them."""

    contribution = models.OneToOneField(Contribution, models.CASCADE, primary_key=True, related_name="fil")
    derniere_revision = models.PositiveIntegerField(default=0)
    dernier_rang = models.PositiveIntegerField(default=0)
    # When somebody else than its author first answered, withdrawn messages aside.
    repondu_le = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("fil")
        verbose_name_plural = _("fils")

    def __str__(self):
        return f"{self.contribution_id}, révision {self.derniere_revision}"

    @staticmethod
    def avancer(contribution, *, rang=0):
        """Take the next revision (and `rang` more ranks) → (revision, rang).

        One statement allocates both and locks the row until the commit, so that revisions are
        gapless and appear in commit order. Raises Fil.DoesNotExist for a draft, which has no thread.
        """
        with connection.cursor() as curseur:
            curseur.execute(
                "UPDATE reseau_fil"
                " SET derniere_revision = derniere_revision + 1, dernier_rang = dernier_rang + %s"
                " WHERE contribution_id = %s RETURNING derniere_revision, dernier_rang",
                [rang, contribution.pk],
            )
            compteurs = curseur.fetchone()
        if compteurs is None:
            raise Fil.DoesNotExist
        return compteurs

    @classmethod
    def relever_la_reponse(cls, contribution):
        """Look for the first answer again: a message was withdrawn, restored, or moved in time."""
        reponse_le = contribution.messages.reponses().aggregate(le=Min("cree_le"))["le"]
        cls.objects.filter(pk=contribution.pk).update(repondu_le=reponse_le)


class MessageQuerySet(models.QuerySet):
    def visibles_par(self, user):
        return self.filter(contribution__in=Contribution.objects.visibles_par(user))

    def ecrits_par(self, user):
        return self.visibles_par(user).filter(auteur=Membre.de(user))

    def modifiables_par(self, user):
        """Its author; the animateur of the network may withdraw, not rewrite (see `retirables_par`)."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.visibles_par(user).filter(
            acceptant_les_messages("contribution__"), auteur=membre, retire_le=None
        )

    def retirables_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.visibles_par(user).filter(
            Q(auteur=membre) | Q(contribution__reseau__in=membre.droits.reseaux_animes),
            retire_le=None,
            contribution__retire_le=None,
        )

    def retablissables_par(self, user):
        """What she withdrew herself; what another withdrew from its author, in the networks she runs."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        a_sa_charge = Q(contribution__reseau__in=membre.droits.reseaux_animes) & ~Q(retire_par=F("auteur"))
        return self.visibles_par(user).filter(
            Q(retire_par=membre) | a_sa_charge, retire_le__isnull=False, contribution__retire_le=None
        )

    def reponses(self):
        """What somebody else than the author of the contribution said, and nobody withdrew."""
        return self.filter(retire_le=None).exclude(auteur=F("contribution__auteur"))

    def depuis(self, revision):
        return self.filter(revision__gt=revision).order_by("revision")


class Message(models.Model):
    """An answer in the thread of a contribution; its HTML is rendered once, when written, for all."""

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="messages")
    rang = models.PositiveIntegerField(_("rang"), editable=False)
    revision = models.PositiveIntegerField(_("révision"), editable=False)
    auteur = models.ForeignKey(Membre, models.PROTECT, related_name="messages", verbose_name=_("auteur"))
    collectivite = models.ForeignKey(
        Collectivite, models.PROTECT, related_name="+", verbose_name=_("au nom de")
    )
    texte = models.TextField(_("message"), max_length=10_000)
    html = models.TextField(editable=False)
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    cree_le = models.DateTimeField(_("écrit le"), default=timezone.now, editable=False)
    modifie_le = models.DateTimeField(_("modifié le"), null=True, editable=False)
    retire_le = models.DateTimeField(_("retiré le"), null=True, editable=False)
    retire_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")
    retire_motif = models.CharField(_("motif du retrait"), max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["contribution", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["contribution", "rang"], name="reseau_message_rang_unique"),
            models.UniqueConstraint(
                fields=["contribution", "revision"], name="reseau_message_revision_unique"
            ),
            models.UniqueConstraint(fields=["auteur", "envoi"], name="reseau_message_envoi_unique"),
        ]

    def __str__(self):
        return f"{self.contribution_id} n° {self.rang}"

    def get_absolute_url(self):
        return reverse("reseau:message", args=[self.contribution_id, self.rang])

    @property
    def est_retire(self):
        return self.retire_le is not None

    @property
    def est_retenu(self):
        """Whether its question holds it for the answer."""
        return self.pk is not None and self.repond_a.exists()

    @property
    def ancre(self):
        return f"message-{self.rang}"

    @property
    def place(self):
        """What follows the address of its contribution to land on it, however many messages came after."""
        return f"?message={self.rang}#{self.ancre}"

    @property
    def corps_html(self):
        return en_html(self.texte)

    def rendre(self):
        """The HTML that the page, the live frame and the mail share: nothing in it depends on the reader."""
        pieces = [] if self.pk is None else [piece.en_bref() for piece in self.pieces.all()]
        contexte = {"message": self, "pieces": pieces, "retenu": self.est_retenu}
        self.html = render_to_string("reseau/fils/message.html", contexte)

    @classmethod
    @transaction.atomic
    def ecrire(cls, contribution, *, auteur, collectivite, texte, pieces=(), envoi=None):
        """Add a message to the thread, tell those who follow it, and show it live.

        Raises ValidationError when the thread takes none any more (closing it takes a revision too, so that
        no message comes after), when others read it since it was loaded, or when it names too many people.
        """
        from reseau.mentions import nommes, trop_de_nommes

        from .notifications import Notification, Notifieur
        from .pieces import PieceJointe

        mentionnes = nommes(texte, contribution.reseau)
        if refus := trop_de_nommes(mentionnes):
            raise ValidationError({"texte": refus})
        revision, rang = Fil.avancer(contribution, rang=1)
        lecteurs, reseau = (contribution.visibilite, contribution.reseau_id), contribution.reseau
        contribution.refresh_from_db(fields=[*Contribution.CHAMPS_D_OUVERTURE, "visibilite", "reseau"])
        if lecteurs != (contribution.visibilite, contribution.reseau_id):
            raise ValidationError(_("D’autres lisent maintenant cette discussion : relisez, puis renvoyez."))
        contribution.reseau = reseau  # reading its id again has let go of its row
        if contribution.verrouille_le:
            raise ValidationError(_("Cette discussion est verrouillée : elle ne prend plus de message."))
        if not contribution.accepte_les_messages:
            raise ValidationError(contribution.specifique.phrase_de_cloture)
        message = cls(
            contribution_id=contribution.pk,
            rang=rang,
            revision=revision,
            auteur=auteur,
            collectivite=collectivite,
            texte=texte,
            envoi=envoi,
        )
        message.rendre()
        message.save()
        if auteur.pk != contribution.auteur_id:
            Fil.objects.filter(pk=contribution.pk, repondu_le=None).update(repondu_le=message.cree_le)
        if pieces:
            PieceJointe.deposer(pieces, contribution=contribution, message=message)
            message.rendre()
            message.save(update_fields=["html"])
        contribution.suivre(auteur)
        Contribution.modele(contribution.type).message_ecrit(message)
        Notifieur(contribution, Notification.Genre.REPONSE, auteur, message).prevenir_suiveurs(
            sauf=mentionnes
        )
        Notifieur(contribution, Notification.Genre.MENTION, auteur, message).prevenir(mentionnes)
        direct.message_change(message)
        message._indexer()
        return message

    @transaction.atomic
    def corriger(self, *, texte):
        """Raises ValidationError when the message was withdrawn, or its thread closed, meanwhile."""
        self._relire()
        self.contribution.refresh_from_db(fields=list(Contribution.CHAMPS_D_OUVERTURE))
        if self.est_retire or not self.contribution.accepte_les_messages:
            raise ValidationError(
                _("Ce message ne se corrige plus : il a été retiré, ou la discussion est arrêtée.")
            )
        self.versions.create(texte=self.texte)
        self.texte, self.modifie_le = texte, timezone.now()
        self._montrer("texte", "modifie_le")
        return self._indexer(retire=True)

    @transaction.atomic
    def retirer(self, *, par, motif):
        self._relire()
        if self.est_retire:
            return self
        self.retire_le, self.retire_par, self.retire_motif = timezone.now(), par, motif
        if par != self.auteur:
            self._noter(Entree.Geste.RETRAIT, par, motif)
            if self.contribution.lecteurs_parmi(Membre.objects.filter(pk=self.auteur_id)).exists():
                message_retire(self)
        self._montrer("retire_le", "retire_par", "retire_motif")
        Fil.relever_la_reponse(self.contribution)
        self.contribution.specifique.message_retire(self, par=par)
        return self._indexer(retire=True)

    def remontrer(self):
        """Show it again: what its thread says of it has changed."""
        self._relire()
        self._montrer()
        return self._indexer(nouveau=False)

    @transaction.atomic
    def retablir(self, *, par):
        self._relire()
        if not self.est_retire:
            return self
        self.retire_le, self.retire_par, self.retire_motif = None, None, ""
        if par != self.auteur:
            self._noter(Entree.Geste.RETABLISSEMENT, par)
        self._montrer("retire_le", "retire_par", "retire_motif")
        Fil.relever_la_reponse(self.contribution)
        return self._indexer(nouveau=False)

    def _noter(self, geste, par, motif=""):
        objet = {"contribution_id": self.contribution_id, "reseau": self.contribution.reseau}
        detail = _("message n° %(rang)s") % {"rang": self.rang}
        Entree.noter(geste, par=par, detail=f"{detail}\u202f: {motif}" if motif else detail, **objet)

    def _relire(self):
        """Take the next revision, whose lock makes hands follow each other, then see what the others did."""
        self.revision, _rang = Fil.avancer(self.contribution)
        self.refresh_from_db(fields=["texte", "retire_le"])

    def _indexer(self, *, retire=False, nouveau=True):
        """Its thread is found by what it says, in a moment; by what was taken out, not an instant more. Who
        follows a search is told of what is `nouveau`."""
        if retire:
            indexer_aussitot(self.contribution)
        plus_tard = (
            {"run_after": timezone.now() + REPIT} if indexer_le_fil.get_backend().supports_defer else {}
        )
        indexer_le_fil.using(**plus_tard).enqueue(self.contribution_id, self.revision, nouveau)
        return self

    def _montrer(self, *champs):
        self.rendre()
        self.save(update_fields=[*champs, "html", "revision"])
        direct.message_change(self)
        return self


class VersionDeMessageQuerySet(models.QuerySet):
    def lisibles_par(self, user, message):
        """Of a message in hand, that stands; like the history of its contribution, what came after the last
        widening, but for who looks after it."""
        if message.est_retire:
            return self.none()
        toutes = self.filter(message=message)
        membre, contribution = Membre.de(user), message.contribution
        if membre and (membre.pk == message.auteur_id or contribution.a_la_charge_de(membre)):
            return toutes
        elargissement = contribution.modifications.filter(elargit=True).order_by("-pk").first()
        return toutes.filter(remplacee_le__gt=elargissement.le) if elargissement else toutes


class VersionDeMessage(models.Model):
    """What a message said before it was corrected."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="versions")
    texte = models.TextField()
    remplacee_le = models.DateTimeField(default=timezone.now, editable=False)

    objects = VersionDeMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un message")
        verbose_name_plural = _("versions d’un message")
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.message_id}, {self.remplacee_le:%Y-%m-%d}"
