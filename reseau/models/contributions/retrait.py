from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from reseau import direct
from reseau.taches import courriels_de_retrait

from ..journal import Entree


class Retrait:
    """Withdrawn, it is kept, for those who look after it alone."""

    @transaction.atomic
    def retirer(self, *, par, motif):
        self._relire("retire_le")
        if self.est_retiree:
            return self
        self.retire_le, self.retire_par, self.retire_motif = timezone.now(), par, motif
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        self._noter_les_liens()
        self._sonner()
        courriels_de_retrait.enqueue(contribution=self.pk, evenement=uuid4().hex)
        Entree.noter(Entree.Geste.RETRAIT, par=par, contribution_id=self.pk, reseau=self.reseau, detail=motif)
        direct.retiree(self)
        self.consequences()
        return self

    @transaction.atomic
    def retablir(self, *, par):
        self._relire("retire_le")
        if not self.est_retiree:
            return self
        self.retire_le, self.retire_par, self.retire_motif = None, None, ""
        self.save(update_fields=["retire_le", "retire_par", "retire_motif"])
        self._noter_les_liens()
        self._sonner()
        Entree.noter(Entree.Geste.RETABLISSEMENT, par=par, contribution_id=self.pk, reseau=self.reseau)
        self.consequences()
        return self

    def _sonner(self):
        """Withdrawn, it leaves the bells of those who had not read it; restored, it comes back."""
        from ..notifications import Notification

        Notification.sonner(list(self.notifications.non_lues().values_list("membre", flat=True)))
