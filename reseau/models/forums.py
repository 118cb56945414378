from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from plateforme.socle.texte import en_html
from reseau import direct

from .contributions import Contribution, ContributionQuerySet
from .fils import Message
from .membres import Membre
from .notifications import Notification, Notifieur

# How long a question may wait before somebody is asked to look at it.
SILENCE = timedelta(days=5)
OUBLI = timedelta(days=30)


class DiscussionQuerySet(ContributionQuerySet):
    def pour_page(self):
        return super().pour_page().select_related("reponse__auteur", "reponse__collectivite")

    def animees_par(self, user):
        """Those of the networks that she runs."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.visibles_par(user).publiees().filter(reseau__in=membre.droits.reseaux_animes)

    def en_faq(self):
        return self.publiees().filter(faq_le__isnull=False)

    def a_relancer(self):
        """Those of `sans_reponse` that nobody was yet asked to look at; after a month, it is too late."""
        return self.sans_reponse().filter(relancee_le=None, publie_le__gt=timezone.now() - OUBLI)

    def questions(self):
        return self.filter(genre=Discussion.Genre.QUESTION)

    def resolues(self):
        return self.filter(resolue_le__isnull=False)

    def sans_reponse(self):
        """Questions that could be answered, and that nobody but their author has for five days: the same rule
        as `attend_une_reponse`."""
        attendent = self.acceptant_les_messages().questions().filter(resolue_le=None)
        return attendent.filter(fil__repondu_le=None, publie_le__lte=timezone.now() - SILENCE)


class Discussion(Contribution):
    """A question, an information or a debate put to a network. A question may be resolved by an answer."""

    class Genre(models.TextChoices):
        QUESTION = "question", _("question")
        INFORMATION = "information", _("information")
        DEBAT = "debat", _("débat")

    genre = models.CharField(_("genre"), max_length=20, choices=Genre, default=Genre.QUESTION)
    reponse = models.ForeignKey(
        Message,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="repond_a",
        verbose_name=_("réponse retenue"),
    )
    resolue_le = models.DateTimeField(_("résolue le"), null=True, editable=False)
    resolue_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    relancee_le = models.DateTimeField(_("relancée le"), null=True, editable=False)

    # What the frequent questions of its network say of it, in their animateur's words.
    faq_question = models.CharField(_("question"), max_length=200, blank=True, editable=False)
    faq_reponse = models.TextField(_("réponse"), max_length=10_000, blank=True, editable=False)
    faq_le = models.DateTimeField(_("question fréquente depuis le"), null=True, editable=False)
    faq_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = DiscussionQuerySet.as_manager()

    icone = "message-square"
    teinte = "ardoise"
    vue_de_publication = "reseau:discussion_publier"
    mot_a_publier = _("Une question")
    rang_a_publier = 2
    mot_pour_repondre = _("En faire une question")
    gabarit_de_ligne = "reseau/forums/ligne.html"
    gabarit_d_etat = "reseau/forums/etat.html"
    phrase_de_cloture = _("Cette discussion est close\u202f: elle ne prend plus de message.")

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
        constraints = [
            models.CheckConstraint(
                condition=Q(reponse=None, resolue_le=None, resolue_par=None)
                | Q(
                    genre="question",
                    reponse__isnull=False,
                    resolue_le__isnull=False,
                    resolue_par__isnull=False,
                ),
                name="reseau_discussion_resolue_par_une_reponse",
                violation_error_message=_("Seule une question se résout, par une réponse."),
            ),
            models.CheckConstraint(
                condition=Q(faq_le=None, faq_par=None)
                | Q(faq_le__isnull=False, faq_par__isnull=False) & ~Q(faq_question="") & ~Q(faq_reponse=""),
                name="reseau_discussion_faq_entiere",
                violation_error_message=_("Une question fréquente a une question et une réponse."),
            ),
        ]

    @property
    def est_une_question(self):
        return self.genre == self.Genre.QUESTION

    @property
    def attend_une_reponse(self):
        """The same rule as `sans_reponse`, for one already in hand."""
        attend = self.est_une_question and self.accepte_les_messages and not self.resolue_le
        return attend and not self.fil.repondu_le and self.publie_le <= timezone.now() - SILENCE

    @property
    def vient_d_etre_relancee(self):
        return bool(self.relancee_le and self.relancee_le > timezone.now() - SILENCE)

    @property
    def empreinte(self):
        """The clock alone makes a question one that waits."""
        return f"{super().empreinte}{self.attend_une_reponse}"

    def etat_suivi(self):
        return {**super().etat_suivi(), _("genre"): self.get_genre_display()}

    def fragments_vivants(self):
        reponse = render_to_string("reseau/forums/reponse.html", {"contribution": self})
        return {**super().fragments_vivants(), "reponse": reponse}

    @transaction.atomic
    def retenir(self, message, *, par):
        """Keep this message as the answer, instead of the former one if there is one.

        Raises ValidationError when it is not one of a question, or was withdrawn meanwhile.
        """
        revision = self._avancer()
        self._relire("genre", "reponse", "resolue_le", "resolue_par")
        message.refresh_from_db(fields=["contribution", "retire_le"])
        if not self.est_une_question or message.contribution_id != self.pk:
            raise ValidationError(_("Seule une question se résout, par une de ses réponses."))
        if message.est_retire:
            raise ValidationError(_("Ce message a été retiré\u202f: il ne peut pas être retenu."))
        if self.reponse_id == message.pk:
            return self
        self._resoudre(message, timezone.now(), par, revision)
        Notifieur(self, Notification.Genre.RETENUE, par, message).prevenir_suiveurs()
        return self

    @transaction.atomic
    def relancer(self):
        """Ask, once, those whom its domaines concern; or who runs its network, when there is nobody."""
        en_silence = Discussion.objects.a_relancer().filter(pk=self.pk)
        if en_silence.update(relancee_le=timezone.now()):
            self._demander()
        return self

    @transaction.atomic
    def redemander(self, *, par):
        """Ask them again, because who runs the network wants it. ValidationError where it does not wait any
        more, or when they were asked too lately."""
        self._avancer()
        self._relire(*self.CHAMPS_D_OUVERTURE, "genre", "resolue_le", "relancee_le")
        if not Discussion.objects.sans_reponse().filter(pk=self.pk).exists():
            raise ValidationError(_("Cette question n’attend plus de réponse."))
        if self.vient_d_etre_relancee:
            jour = en_jour(timezone.localtime(self.relancee_le + SILENCE), "j F")
            raise ValidationError(_("On vient de la rappeler\u202f: recommencez à partir du %s.") % jour)
        self.relancee_le = timezone.now()
        self.save(update_fields=["relancee_le"])
        self._consigner(par, _("relance"), "", _("question sans réponse"))
        self._demander()
        return self

    def _demander(self):
        if self.reseau:
            ceux_du_reseau = self.reseau.adhesions.ouvrantes().values("membre")
            membres = Membre.objects.filter(pk__in=ceux_du_reseau)
        else:
            membres = Membre.objects.actifs()
        verses = membres.filter(pk__in=Membre.objects.filter(domaines__in=self.domaines.all()).values("pk"))
        pourquoi = "domaine"
        if not verses.exclude(pk=self.auteur_id).exists():
            verses = self.reseau.animateurs() if self.reseau else Membre.objects.none()
            pourquoi = ""
        Notifieur(self, Notification.Genre.RELANCE, self.auteur, precision=pourquoi).prevenir(verses)

    @transaction.atomic
    def ne_plus_retenir(self, *, par):
        """The question is open again, for want of a good answer."""
        revision = self._avancer()
        self._relire("reponse", "resolue_le", "resolue_par")
        if self.reponse_id:
            self._resoudre(None, None, None, revision, consigne_par=par)
        return self

    @property
    def url_en_faq(self):
        return f"{reverse('reseau:faq', args=[self.reseau.slug])}#question-{self.pk}"

    @property
    def repere_de_la_faq(self):
        return salted_hmac("faq", self.faq_question + self.faq_reponse).hexdigest()

    @property
    def faq_html(self):
        return en_html(self.faq_reponse)

    @transaction.atomic
    def mettre_en_faq(self, *, question, reponse, par, lue=None):
        """Write it among the frequent questions of its network, or write it better.

        `lue`: the `repere_de_la_faq` of what she had before her eyes; ValidationError if it has moved.
        """
        revision = self._avancer()
        self._relire("faq_le", "faq_question", "faq_reponse")
        if lue and lue != self.repere_de_la_faq:
            raise ValidationError(
                _("Quelqu’un d’autre l’a écrite pendant que vous écriviez. Relisez-la, puis enregistrez.")
            )
        self.faq_question, self.faq_reponse, self.faq_par = question, reponse, par
        self.faq_le = self.faq_le or timezone.now()
        return self._noter_la_faq(revision)

    @transaction.atomic
    def sortir_de_la_faq(self):
        revision = self._avancer()
        self.faq_question = self.faq_reponse = ""
        self.faq_le = self.faq_par = None
        return self._noter_la_faq(revision)

    def _noter_la_faq(self, revision):
        self.save(update_fields=["faq_question", "faq_reponse", "faq_le", "faq_par"])
        direct.fil_change(self, revision)
        return self

    def lecteurs_ont_change(self, *, par, depart, visibilite, elargit):
        """Its frequent question stays behind: it was written in one network, for who read it there. The words
        are kept for who would put it back, unless they were not for her."""
        self._relire("faq_le", "faq_question", "faq_reponse", "faq_par")
        ailleurs = self.reseau != depart
        if self.faq_le and (ailleurs or elargit):
            if ailleurs and elargit:
                self.faq_question = self.faq_reponse = ""
            self._quitter_la_faq(depart, par)
        super().lecteurs_ont_change(par=par, depart=depart, visibilite=visibilite, elargit=elargit)

    @staticmethod
    def tables_d_archive(visibles, user):
        return [
            (
                "questions-frequentes",
                Discussion.objects.filter(pk__in=visibles).en_faq().order_by("faq_le", "pk"),
                {
                    _("contribution"): "id",
                    _("question"): "faq_question",
                    _("réponse"): "faq_reponse",
                    _("depuis le"): "faq_le",
                },
            )
        ]

    def message_retire(self, message, *, par):
        """What was withdrawn is not said again in the answers kept, here or among the frequent questions."""
        retenue = self.reponse_id == message.pk
        if retenue:
            self.ne_plus_retenir(par=par)
        if self.faq_le and (retenue or message.texte in self.faq_reponse):
            self._quitter_la_faq(self.reseau, par)

    def _quitter_la_faq(self, reseau, par):
        self.faq_le = self.faq_par = None
        self._noter_la_faq(self._avancer())
        a_relire = Notifieur(self, Notification.Genre.FAQ, par)
        a_relire.prevenir(reseau.animateurs(), acteur_compris=True)

    def _resoudre(self, reponse, le, par, revision, consigne_par=None):
        precedente, self.reponse = self.reponse, reponse
        self.resolue_le, self.resolue_par = le, par
        self.save(update_fields=["reponse", "resolue_le", "resolue_par"])
        noms = [m.auteur.nom_complet if m else _("aucune") for m in (precedente, reponse)]
        self._consigner(par or consigne_par, _("réponse retenue"), *noms)
        for message in filter(None, (precedente, reponse)):
            message.remontrer()
        direct.fil_change(self, revision)
