from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .droits import membre_de


class EntreeQuerySet(models.QuerySet):
    def pour_liste(self):
        return self.select_related("par", "membre", "collectivite", "reseau")

    def visibles_par(self, user):
        """An animateur reads of her networks, a référent of her commune, an administrator all.

        Not even a référent learns from it that a network by invitation exists.
        """
        membre = membre_de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        ignores = Q(reseau__acces="invitation") & ~Q(reseau__in=membre.droits.reseaux)
        return self.filter(
            Q(reseau__in=membre.droits.reseaux_animes)
            | Q(collectivite__in=membre.droits.collectivites_engagees) & ~ignores
        )


class Entree(models.Model):
    """One line of the journal: who did what, when, to whom. Written, never changed."""

    class Geste(models.TextChoices):
        INVITATION = "invitation", _("invitation")
        DEMANDE = "demande", _("demande reçue")
        ACCORD = "accord", _("demande acceptée")
        REFUS = "refus", _("demande refusée")
        FONCTION = "fonction", _("fonction ouverte")
        FIN_DE_FONCTION = "fin_de_fonction", _("fonction terminée")
        ADHESION = "adhesion", _("adhésion")
        DEPART = "depart", _("départ d’un réseau")
        ROLE = "role", _("rôle changé")
        REMPLACEMENT = "remplacement", _("remplacement")
        DESACTIVATION = "desactivation", _("compte désactivé")
        REACTIVATION = "reactivation", _("compte réactivé")
        PRESENTATION = "presentation", _("présentation modifiée")
        RETRAIT = "retrait", _("retrait")
        RETABLISSEMENT = "retablissement", _("rétablissement")
        VERROU = "verrou", _("verrou")
        DEVERROUILLAGE = "deverrouillage", _("verrou levé")
        DEPLACEMENT = "deplacement", _("changement de réseau")
        PARUTION = "parution", _("première publication acceptée")
        RENVOI = "renvoi", _("première publication renvoyée")
        ETIQUETTE = "etiquette", _("étiquette")
        CONSULTATION = "consultation", _("consultation par l’administration")
        FERMETURE = "fermeture", _("réseau fermé")
        REOUVERTURE = "reouverture", _("réseau rouvert")
        PROFIL = "profil", _("coordonnées corrigées")
        IMPORT = "import", _("liste importée")
        EXPORT = "export", _("membres exportés")
        ARCHIVE = "archive", _("archive préparée")
        OUVERTURE = "ouverture", _("groupe de travail ouvert")
        OUVERTURE_AU_PUBLIC = "ouverture_au_public", _("document rendu public")

    le = models.DateTimeField(_("le"), default=timezone.now, editable=False)
    geste = models.CharField(_("geste"), max_length=20, choices=Geste)
    par = models.ForeignKey(
        "reseau.Membre", models.PROTECT, null=True, related_name="+", verbose_name=_("par")
    )
    membre = models.ForeignKey(
        "reseau.Membre", models.PROTECT, null=True, related_name="journal", verbose_name=_("membre")
    )
    collectivite = models.ForeignKey(
        "reseau.Collectivite", models.PROTECT, null=True, related_name="+", verbose_name=_("collectivité")
    )
    reseau = models.ForeignKey(
        "reseau.Reseau", models.PROTECT, null=True, related_name="+", verbose_name=_("réseau")
    )
    contribution = models.ForeignKey(
        "reseau.Contribution", models.PROTECT, null=True, related_name="+", verbose_name=_("contribution")
    )
    detail = models.CharField(_("détail"), max_length=300, blank=True)

    objects = EntreeQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne du journal")
        verbose_name_plural = _("journal")
        ordering = ["-le", "-pk"]
        indexes = [models.Index(fields=["-le"], name="reseau_journal_le")]

    def __str__(self):
        return f"{self.get_geste_display()} {self.detail}".strip()

    @classmethod
    def noter(cls, geste, *, par, detail="", **objets):
        return cls.objects.create(geste=geste, par=par, detail=str(detail)[:300], **objets)
