from django.db import models
from django.utils.translation import gettext_lazy as _

from ..membres import Membre
from ..reseaux import Adhesion


class Visibilite(models.TextChoices):
    PUBLIQUE = "publique", _("tout le monde, même sans compte")
    MEMBRES = "membres", _("tous les membres de la plateforme")
    RESEAU = "reseau", _("les membres du réseau")


class Lecteurs:
    """Who may read it, change it, moderate it: the rules of `ContributionQuerySet` for one object in hand."""

    def visible_par(self, user):
        membre = Membre.de(user)
        actif = bool(membre and membre.est_actif)
        if self.est_brouillon:
            a_relire = actif and self.est_a_relire and self.reseau_id in membre.droits.reseaux_animes
            return actif and (membre.pk == self.auteur_id or a_relire)
        a_portee = self._a_portee(membre if actif else None)
        return a_portee and (not self.est_retiree or (actif and self.a_la_charge_de(membre)))

    def _a_portee(self, membre):
        if self.visibilite == Visibilite.PUBLIQUE:
            return True
        if membre is None:
            return False
        return self.visibilite == Visibilite.MEMBRES or self.reseau_id in membre.droits.reseaux

    def lecteurs(self):
        """Every member who may read it, were it withdrawn."""
        return self.lecteurs_parmi(Membre.objects.all())

    def lecteurs_parmi(self, membres):
        """Of these members, the active ones within its reach, were it withdrawn."""
        lecteurs = membres.actifs()
        if self.visibilite == Visibilite.RESEAU:
            adhesions = Adhesion.objects.ouvrantes().filter(reseau_id=self.reseau_id)
            lecteurs = lecteurs.filter(pk__in=adhesions.values("membre"))
        return lecteurs

    def prevenables_parmi(self, membres, *, nommement=False):
        """Of these members, those who read it and have not muted it (see `Sourdine.objects.visant`)."""
        from ..sourdines import Sourdine

        sourdines = Sourdine.objects.visant(self, nommement=nommement)
        return self.lecteurs_parmi(membres).exclude(pk__in=sourdines.values("membre"))

    def a_la_charge_de(self, membre):
        return (
            membre.pk in (self.auteur_id, self.responsable_id)
            or self.collectivite_id in membre.droits.collectivites_engagees
            or self.reseau_id in membre.droits.reseaux_animes
        )

    def modifiable_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif or self.est_retiree:
            return False
        ecrit = not self.est_brouillon or self.auteur_id == membre.pk
        return ecrit and self.visible_par(user) and self.a_la_charge_de(membre)

    def corrigeable_par(self, user):
        """Locked, it is rewritten by who may lift the lock only."""
        return self.modifiable_par(user) and (self.verrouille_le is None or self.moderable_par(user))

    def moderable_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif or not self.est_publiee:
            return False
        ressort = membre.droits.est_administrateur if self.reseau_id is None else membre.anime(self.reseau)
        return ressort and self.visible_par(user)

    def retablissable_par(self, user):
        """A withdrawal is undone by who made it, or by the network's animateur."""
        membre = Membre.de(user)
        if not self.est_retiree or not self.visible_par(user):
            return False
        return membre.anime(self.reseau) or self.retire_par_id == membre.pk

    def elargit(self, visibilite, reseau_id):
        """Whether this would show it to others than those who may read it now."""
        rangs = [Visibilite.RESEAU, Visibilite.MEMBRES, Visibilite.PUBLIQUE]
        if visibilite == self.visibilite == Visibilite.RESEAU:
            return reseau_id != self.reseau_id
        return rangs.index(visibilite) > rangs.index(self.visibilite)
