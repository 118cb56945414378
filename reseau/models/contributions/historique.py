from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import direct

from ..membres import Membre


class ModificationQuerySet(models.QuerySet):
    def lisibles_par(self, user, contribution):
        """All of them for who looks after it; for the others, what came after the last widening."""
        toutes = self.filter(contribution=contribution)
        if contribution.a_la_charge_de(Membre.de(user)):
            return toutes
        elargissement = toutes.filter(elargit=True).order_by("-pk").first()
        return toutes.filter(pk__gt=elargissement.pk) if elargissement else toutes


class Modification(models.Model):
    """One act of the history of a contribution: who changed what, when."""

    contribution = models.ForeignKey("reseau.Contribution", models.CASCADE, related_name="modifications")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    le = models.DateTimeField(default=timezone.now, editable=False)
    changements = models.JSONField(default=list)
    # It then showed the contribution to others, who were not to read what it said before.
    elargit = models.BooleanField(default=False)

    objects = ModificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("modification")
        verbose_name_plural = _("modifications")
        ordering = ["-le", "-pk"]

    def __str__(self):
        return f"{self.contribution_id}, {self.le:%Y-%m-%d}"


class Historique:
    """What was changed in it, by whom; and how two who change it at once do not undo each other."""

    @property
    def repere_de_lecture(self):
        return self.modifie_le.isoformat() if self.modifie_le else "-"

    @transaction.atomic
    def modifier(self, *, par, avant, lue=None):
        """Save what a form changed; `avant` is what the history compares with (see `etat_suivi`).

        `lue`: the `repere_de_lecture` of what she had before her eyes; ValidationError if it has moved.
        A verb that holds the row says nothing of it (None); a form that says nothing ("") is refused where
        `exige_la_lecture`.
        """
        revision = None if self.est_brouillon else self._avancer()
        enregistree = type(self)._base_manager.select_for_update().get(pk=self.pk)
        if (lue or (lue == "" and self.exige_la_lecture)) and lue != enregistree.repere_de_lecture:
            refus = _(
                "Quelqu’un d’autre l’a modifiée pendant que vous écriviez. Relisez-la, puis enregistrez."
            )
            raise ValidationError({NON_FIELD_ERRORS: ValidationError(refus, code="conflit")})
        if enregistree.verrouille_le and not enregistree.corrigeable_par(par.utilisateur):
            raise ValidationError({NON_FIELD_ERRORS: _("Elle est verrouillée : elle ne se corrige plus.")})
        if (
            revision
            and enregistree.elargit(self.visibilite, self.reseau_id)
            and enregistree.d_autres_ont_parle
        ):
            refus = _("D’autres ont répondu ici pour ces seuls lecteurs\u202f: publiez le reste à part.")
            raise ValidationError({"visibilite": refus})
        self.controler_la_modification(enregistree)
        changements = [
            {"champ": str(champ), "avant": ancien, "apres": nouveau}
            for (champ, ancien), nouveau in zip(avant.items(), self.etat_suivi().values(), strict=True)
            if ancien != nouveau
        ]
        saisis = {c.name for c in self._meta.concrete_fields if c.editable and not c.primary_key}
        ecrits = saisis - {"auteur", "responsable"} | {"corps_html"}
        if self.est_a_relire and self.reseau_id != enregistree.reseau_id:
            self.retenue_le = None  # the other network has its own animateurs, or none
            ecrits.add("retenue_le")
        if changements and not self.est_brouillon:
            self.modifie_le = timezone.now()
            ecrits.add("modifie_le")
            elargit = enregistree.elargit(self.visibilite, self.reseau_id)
            self.modifications.create(par=par, le=self.modifie_le, changements=changements, elargit=elargit)
            if (self.visibilite, self.reseau_id) != (enregistree.visibilite, enregistree.reseau_id):
                direct.lecteurs_changes(self)
            direct.fil_change(self, revision)
        self.noter_reperes(*ecrits)
        self._noter_les_liens()
        if revision and (self.visibilite, self.reseau_id) != (enregistree.visibilite, enregistree.reseau_id):
            elargit = enregistree.elargit(self.visibilite, self.reseau_id)
            etait = {"depart": enregistree.reseau, "visibilite": enregistree.visibilite}
            self.lecteurs_ont_change(par=par, **etait, elargit=elargit)
        return self

    def etat_suivi(self):
        """What the history follows, as a reader would say it: label → value."""
        return {
            _("titre"): self.titre,
            _("texte"): self.corps,
            _("au nom de"): self.collectivite.nom,
            _("réseau"): str(self.reseau or _("toute la plateforme")),
            _("qui peut lire"): self.get_visibilite_display(),
            _("domaines"): ", ".join(sorted(d.libelle for d in self.domaines.all())) if self.pk else "",
            _("étiquettes"): ", ".join(sorted(self.etiquettes.names())) if self.pk else "",
            _("fichiers"): ", ".join(map(str, self.pieces.filter(message=None))) if self.pk else "",
        }

    def _consigner(self, par, champ, avant, apres, elargit=False, le=None):
        changement = {"champ": str(champ), "avant": str(avant), "apres": str(apres)}
        le = le or timezone.now()
        self.modifications.create(par=par, le=le, changements=[changement], elargit=elargit)
