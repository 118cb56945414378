from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

from ..journal import Entree


class Cloture:
    """Closed or locked: it takes no more messages."""

    @transaction.atomic
    def clore(self, *, par):
        from ..notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("clos_le")
        if self.clos_le:
            return self
        self.clos_le, self.clos_par = timezone.now(), par
        self.save(update_fields=self.champs_de_cloture)
        self._consigner(par, _("état"), _("ouvert"), _("clos"))
        direct.fil_change(self, revision)
        notifieur = Notifieur(self, Notification.Genre.CLOTURE, par, precision=self.conclusion)
        notifieur.prevenir(self.interesses_par_la_cloture())
        self.consequences()
        return self

    @transaction.atomic
    def rouvrir(self, *, par):
        from ..notifications import Notification, Notifieur

        revision = self._avancer()
        self._relire("clos_le")
        if not self.clos_le:
            return self
        self.clos_le = self.clos_par = None
        self.save(update_fields=self.champs_de_cloture)
        self._consigner(par, _("état"), _("clos"), _("ouvert"))
        direct.fil_change(self, revision)
        Notifieur(self, Notification.Genre.REOUVERTURE, par).prevenir_suiveurs()
        self.consequences()
        return self

    @transaction.atomic
    def verrouiller(self, *, par, motif):
        """No more messages, whoever closes or opens it again, until the lock is lifted."""
        revision = self._avancer()
        self._relire("verrouille_le")
        if self.verrouille_le:
            return self
        self.verrouille_le, self.verrouille_par, self.verrouille_motif = timezone.now(), par, motif
        return self._montrer_le_verrou(par, revision, Entree.Geste.VERROU, motif)

    @transaction.atomic
    def deverrouiller(self, *, par):
        revision = self._avancer()
        self._relire("verrouille_le")
        if not self.verrouille_le:
            return self
        self.verrouille_le, self.verrouille_par, self.verrouille_motif = None, None, ""
        return self._montrer_le_verrou(par, revision, Entree.Geste.DEVERROUILLAGE)

    def _montrer_le_verrou(self, par, revision, geste, motif=""):
        self.save(update_fields=["verrouille_le", "verrouille_par", "verrouille_motif"])
        Entree.noter(geste, par=par, contribution_id=self.pk, reseau=self.reseau, detail=motif)
        direct.fil_change(self, revision)
        return self
