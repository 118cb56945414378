from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .contributions import Contribution, ContributionQuerySet
from .fils import Message

ATTENTE = timedelta(days=5)


class DiscussionQuerySet(ContributionQuerySet):
    def sans_reponse(self):
        """The open questions that nobody but their author has written under for five days."""
        reponses = Message.objects.filter(contribution=OuterRef("pk"), retire_le=None)
        return self.ouvertes().filter(
            ~Exists(reponses.exclude(auteur=F("contribution__auteur"))),
            genre=Discussion.Genre.QUESTION,
            publie_le__lt=timezone.now() - ATTENTE,
        )


class Discussion(Contribution):
    """A question, an information or a debate put to a network."""

    class Genre(models.TextChoices):
        QUESTION = "question", _("question")
        INFORMATION = "information", _("information")
        DEBAT = "debat", _("débat")

    genre = models.CharField(_("genre"), max_length=20, choices=Genre, default=Genre.QUESTION)

    objects = DiscussionQuerySet.as_manager()

    icone = "message-square"
    teinte = "ardoise"
    vue_de_publication = "reseau:discussion_publier"
    mot_a_publier = _("Une question")
    rang_a_publier = 2
    gabarit_d_etat = "reseau/forums/etat.html"
    phrase_de_cloture = _("Cette discussion est close\u202f: elle ne prend plus de message.")

    def etat_suivi(self):
        return {**super().etat_suivi(), _("genre"): self.get_genre_display()}

    class Meta:
        verbose_name = _("discussion")
        verbose_name_plural = _("discussions")
