"""What is kept of searches: those of which a member wants news; the words that found nothing, not whose."""

import hashlib
import json
import re
from datetime import timedelta
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import sans_accents

from .membres import Membre
from .reseaux import Reseau

SUIVIES_MAX = 20
GARDEE = timedelta(days=365)
JOUR_SECONDES = 24 * 3600
SEL = "reseau.recherche_sans_reponse"
MOTS_MAX, CARACTERES_MAX = 8, 100  # beyond, somebody has pasted a text
# An address, or figures as those of a telephone, of a plate, of a file.
_PERSONNELLE = re.compile(r"@|www\.|https?|\d(?:[ .-]?\d){4,}", re.IGNORECASE)


class RechercheSuivieQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """My own."""
        membre = Membre.de(user)
        return self.filter(membre=membre) if membre else self.none()

    modifiables_par = visibles_par


class RechercheSuivie(models.Model):
    """A search of which a member wants to know what is published next; what she may read is asked then."""

    membre = models.ForeignKey(Membre, models.CASCADE, related_name="recherches_suivies")
    q = models.CharField(_("mots"), max_length=200, blank=True)
    facettes = models.JSONField(_("facettes"), default=dict)  # {facet: values}
    libelle = models.CharField(_("en clair"), max_length=300)
    cle = models.CharField(max_length=64, editable=False)
    courriel = models.BooleanField(_("aussi par courriel"), default=False)
    cree_le = models.DateTimeField(_("suivie depuis"), default=timezone.now, editable=False)

    objects = RechercheSuivieQuerySet.as_manager()

    class Meta:
        verbose_name = _("recherche suivie")
        verbose_name_plural = _("recherches suivies")
        ordering = ["-cree_le", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["membre", "cle"], name="reseau_recherchesuivie_unique"),
        ]

    def __str__(self):
        return f"{self.membre_id}, {self.libelle}"

    @staticmethod
    def cle_de(q, facettes):
        """The same for the same words and choices, in whatever order."""
        dits = {nom: sorted(valeurs) for nom, valeurs in facettes.items() if valeurs}
        return hashlib.sha256(json.dumps([sans_accents(q), dits], sort_keys=True).encode()).hexdigest()

    @property
    def parametres(self):
        """The query string of its page of results."""
        return urlencode([("q", self.q), *((nom, v) for nom, vs in self.facettes.items() for v in vs)])

    @classmethod
    @transaction.atomic
    def suivre(cls, *, par, q, facettes, libelle, courriel=False):
        """A second click only says whether she wants mails. ValidationError beyond a reasonable number."""
        facettes = {nom: valeurs for nom, valeurs in facettes.items() if valeurs}
        if not q and not facettes:
            raise ValidationError(_("Cherchez d’abord quelque chose."))
        Membre.objects.select_for_update().get(pk=par.pk)
        siennes = cls.objects.filter(membre=par)
        cle = cls.cle_de(q, facettes)
        suivie = siennes.filter(cle=cle).first()
        if suivie is None and siennes.count() >= SUIVIES_MAX:
            raise ValidationError(
                _("Vous suivez déjà %d recherches\u202f: arrêtez-en une avant d’en ajouter.") % SUIVIES_MAX
            )
        suivie = suivie or cls(membre=par, cle=cle, q=q, facettes=facettes, libelle=libelle[:300])
        suivie.courriel = courriel
        suivie.save()
        return suivie


class RechercheSansReponseQuerySet(models.QuerySet):
    def visibles_par(self, user):
        """For who runs networks: theirs, and what was looked for everywhere."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        if not membre.droits.reseaux_animes:
            return self.none()
        return self.filter(Q(reseau=None) | Q(reseau__in=membre.droits.reseaux_animes))

    modifiables_par = visibles_par

    def a_traiter(self):
        return self.filter(traitee_le=None)

    def traitees(self):
        traitees = self.filter(traitee_le__isnull=False).select_related("traitee_par")
        return traitees.order_by("-traitee_le", "-pk")

    def perimees(self):
        return self.filter(derniere_le__lt=timezone.now() - GARDEE)


class RechercheSansReponse(models.Model):
    """Words that found nothing, how often and when last, until who runs a network settles them: nothing tells
    who typed them."""

    texte = models.CharField(_("recherche"), max_length=200)
    cle = models.CharField(max_length=200, editable=False)
    reseau = models.ForeignKey(
        Reseau, models.CASCADE, null=True, related_name="+", verbose_name=_("dans le réseau")
    )
    nombre = models.PositiveIntegerField(_("fois"), default=1)
    derniere_le = models.DateTimeField(_("la dernière fois"), default=timezone.now)
    traitee_le = models.DateTimeField(_("traitée le"), null=True, editable=False)
    traitee_par = models.ForeignKey(Membre, models.SET_NULL, null=True, editable=False, related_name="+")

    objects = RechercheSansReponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("recherche sans réponse")
        verbose_name_plural = _("recherches sans réponse")
        ordering = ["-nombre", "-derniere_le", "-pk"]
        indexes = [models.Index(fields=["derniere_le"], name="reseau_recherchesansreponse_le")]
        constraints = [
            models.UniqueConstraint(
                fields=["cle", "reseau"], name="reseau_recherchesansreponse_unique_du_reseau"
            ),
            models.UniqueConstraint(
                fields=["cle"], condition=Q(reseau=None), name="reseau_recherchesansreponse_unique"
            ),
        ]

    def __str__(self):
        return self.texte

    @staticmethod
    def se_garde(q):
        """Whether these words look for a thing, rather than for somebody, or come from a pasted text."""
        return (
            bool(q) and len(q) <= CARACTERES_MAX and len(q.split()) <= MOTS_MAX and not _PERSONNELLE.search(q)
        )

    @classmethod
    def noter_pour(cls, membre, q, reseau=None):
        """Once a day for each: what tells two members apart is a digest that is forgotten by then."""
        cle = sans_accents(q)[:200]
        dite = salted_hmac(SEL, f"{membre.pk} {reseau and reseau.pk} {cle}").hexdigest()
        if cache.add(f"{SEL}:{dite}", True, JOUR_SECONDES):
            cls.noter(q, reseau)

    @classmethod
    @transaction.atomic
    def noter(cls, q, reseau=None):
        """Once more, to be settled again: `q`, as `requete_normale` gives it."""
        if not cls.se_garde(q):
            return
        cle = sans_accents(q)[:200]
        cls.objects.bulk_create([cls(cle=cle, texte=q, reseau=reseau, nombre=0)], ignore_conflicts=True)
        cls.objects.filter(cle=cle, reseau=reseau).update(
            nombre=F("nombre") + 1, derniere_le=timezone.now(), traitee_le=None, traitee_par=None
        )

    def traiter(self, *, par):
        """Answered, or nobody's business any more; who did it first is kept."""
        siennes = type(self).objects.a_traiter().filter(pk=self.pk)
        siennes.update(traitee_le=timezone.now(), traitee_par=par)
        return self
