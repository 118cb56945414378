from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

from ..journal import Entree
from ..membres import Membre
from ..reseaux import Reseau
from .lecteurs import Visibilite


class Transfert:
    """To another person, to another network."""

    @transaction.atomic
    def confier(self, membre, *, par):
        """Somebody else looks after it from now on; its author stays its author."""
        self._relire("responsable")
        avant, self.responsable = self.responsable, membre
        self.save(update_fields=["responsable"])
        self._consigner(par, _("responsable"), avant, membre)
        return self

    @transaction.atomic
    def deplacer(self, vers, *, par):
        """To another network. Raises ValidationError where it would show to others what was said to few, or
        take it away from who published it.
        """
        from ..notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("reseau", "visibilite")
        if vers.pk == self.reseau_id:
            return self
        self._refuser_le_deplacement(vers, par)
        elargit = self.elargit(self.visibilite, vers.pk)
        # A form that was open before the move would put it back.
        depart, self.reseau, self.modifie_le = self.reseau, vers, timezone.now()
        self.save(update_fields=["reseau", "modifie_le"])
        avant = depart or _("toute la plateforme")
        self._consigner(par, _("réseau"), avant, vers, elargit=elargit, le=self.modifie_le)
        for reseau in (depart, vers):
            Entree.noter(Entree.Geste.DEPLACEMENT, par=par, contribution_id=self.pk, reseau=reseau)
        direct.fil_change(self, revision)
        direct.lecteurs_changes(self)
        self._sonner()
        Notifieur(self, Notification.Genre.DEPLACEMENT, par, precision=vers.nom_court).prevenir_suiveurs()
        self.lecteurs_ont_change(par=par, depart=depart, visibilite=self.visibilite, elargit=elargit)
        return self

    def _refuser_le_deplacement(self, vers, par):
        if not self.se_deplace:
            refus = _("Elle a été adressée à ce réseau, par courriel : elle y reste.")
            raise ValidationError({"vers": refus})
        if vers.acces == Reseau.Acces.INVITATION and self.visibilite != Visibilite.RESEAU:
            refus = _("« %s » est sur invitation : ce qui s’y publie n’est lu que de ses membres.")
            raise ValidationError({"vers": refus % vers.nom})
        if not self.elargit(self.visibilite, vers.pk):
            return
        if self.d_autres_ont_parle:
            refus = _("D’autres ont répondu ici pour les seuls membres de ce réseau : elle y reste.")
            raise ValidationError({"vers": refus})
        porteurs = Membre.objects.actifs().filter(pk__in={self.auteur_id, self.responsable_id})
        perdu = porteurs.exclude(pk__in=vers.adhesions.ouvrantes().values("membre")).first()
        if perdu:
            refus = _("%(nom)s la suit et n’est pas membre de « %(reseau)s » : elle ne s’y lirait plus.")
            raise ValidationError({"vers": refus % {"nom": perdu.nom_complet, "reseau": vers.nom}})
