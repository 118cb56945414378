from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau.models import Membre

from .demarches import Demarche


class SertDeModele(models.Model):
    """Mixin of a project: those that it inspires begin with what it says, and with its plan."""

    modele_le = models.DateTimeField(_("gardé comme modèle le"), null=True, editable=False)
    modele_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True

    @property
    def est_un_modele(self):
        return self.modele_le is not None

    @transaction.atomic
    def garder_comme_modele(self, *, par):
        self._avancer()
        self._relire("modele_le", "retire_le")
        if self.est_un_modele or not self.est_publiee:
            return self
        return self._signer_le_modele(timezone.now(), par, par=par)

    @transaction.atomic
    def ne_plus_garder_comme_modele(self, *, par):
        self._avancer()
        self._relire("modele_le")
        return self._signer_le_modele(None, None, par=par) if self.est_un_modele else self

    def _signer_le_modele(self, le, qui, *, par):
        self.modele_le, self.modele_par = le, qui
        self.save(update_fields=["modele_le", "modele_par"])
        etats = ["", _("gardé")]
        self._consigner(par, _("modèle"), *(etats if le else reversed(etats)))
        return self

    @transaction.atomic
    def reprendre_le_plan(self, modele, *, par):
        """What the other has to do, and its jalons, as if they began today: nothing is done yet, and nothing
        of what was said there comes along. For what is being written."""
        deja = {demarche.code for demarche in self.demarches.all()}
        Demarche.objects.bulk_create(
            Demarche(projet=self, code=d.code, libelle=d.libelle, qui="" if d.est_un_visa else d.qui, par=par)
            for d in modele.demarches.all()
            if not d.code or d.code not in deja
        )
        jalons = list(modele.jalons.notes().prefetch_related("depend_de"))
        if not jalons:
            return self
        debuts = [jalon.commence_le for jalon in jalons]
        decalage = timezone.localdate() - min(timezone.localdate(modele.publie_le), *debuts)
        repris = {jalon.pk: jalon.reporte(self, decalage, par=par) for jalon in jalons}
        for jalon in jalons:
            repris[jalon.pk].depend_de.set(
                repris[suivi.pk] for suivi in jalon.depend_de.all() if suivi.pk in repris
            )
        return self
