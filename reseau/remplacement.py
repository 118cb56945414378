from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import correspondance
from .models import Adhesion, Contribution, Entree, Fonction, Membre, Reseau, Suivi


class RienATransmettre(Exception):
    """She has no function left there: it was done already."""


class Remplacement:
    """A person leaves a collectivité: what she held passes to another, what she wrote keeps her name."""

    def __init__(self, partant, collectivite, *, par, le=None):
        self.partant, self.collectivite, self.par = partant, collectivite, par
        self.le = le or timezone.localdate()

    @cached_property
    def fonctions(self):
        a_moi_de_dire = Fonction.objects.modifiables_par(self.par.utilisateur)
        return list(a_moi_de_dire.filter(membre=self.partant, collectivite=self.collectivite, fin=None))

    @cached_property
    def est_un_depart(self):
        """Whether nothing keeps her on the platform: no other function, here or elsewhere."""
        cedees = [fonction.pk for fonction in self.fonctions]
        autres = self.partant.fonctions.exclude(pk__in=cedees)
        return not autres.filter(Q(fin=None) | Q(fin__gt=self.le)).exists()

    @cached_property
    def adhesions(self):
        ouvertes = self.partant.adhesions.filter(fin=None, reseau__ferme_le=None)
        return list(ouvertes.select_related("reseau").order_by("reseau__ordre", "reseau__nom"))

    @property
    def suivis(self):
        return Suivi.objects.filter(membre=self.partant)

    @property
    def contributions(self):
        """What is still open in the name of the collectivité and hers to look after."""
        return Contribution.objects.filter(
            responsable=self.partant,
            collectivite=self.collectivite,
            publie_le__isnull=False,
            clos_le=None,
            retire_le=None,
        ).order_by("-publie_le")

    # For the preview: what `par` may not read is counted, never named

    @cached_property
    def adhesions_visibles(self):
        connus = set(Reseau.objects.visibles_par(self.par.utilisateur).values_list("pk", flat=True))
        return [adhesion for adhesion in self.adhesions if adhesion.reseau_id in connus]

    @property
    def adhesions_cachees(self):
        return len(self.adhesions) - len(self.adhesions_visibles)

    @cached_property
    def contributions_visibles(self):
        lisibles = Contribution.objects.visibles_par(self.par.utilisateur).values("pk")
        return list(self.contributions.filter(pk__in=lisibles))

    @property
    def contributions_cachees(self):
        return self.contributions.count() - len(self.contributions_visibles)

    @transaction.atomic
    def faire(self, successeur):
        """All of it, or nothing; done twice, the second time changes nothing (RienATransmettre)."""
        Membre.objects.select_for_update().get(pk=self.partant.pk)
        # What the preview had read may have changed while this waited for the lock.
        for lu in ("fonctions", "est_un_depart", "adhesions"):
            vars(self).pop(lu, None)
        if not self.fonctions:
            raise RienATransmettre
        self._controler(successeur)
        self._passer_les_adhesions(successeur)
        self._passer_les_suivis(successeur)
        self._passer_les_contributions(successeur)
        self._passer_les_fonctions(successeur)
        if self.est_un_depart:
            self.partant.remplace_par = successeur
            self.partant.save(update_fields=["remplace_par"])
        Entree.noter(
            Entree.Geste.REMPLACEMENT,
            par=self.par,
            membre=self.partant,
            collectivite=self.collectivite,
            detail=successeur.nom_complet,
        )
        correspondance.succession(
            successeur, partant=self.partant, collectivite=self.collectivite, le=self.le, par=self.par
        )
        return successeur

    def _controler(self, successeur):
        if successeur == self.partant:
            raise ValidationError({"successeur": _("Choisissez une autre personne que celle qui part.")})
        if not successeur.utilisateur.is_active:
            raise ValidationError({"successeur": _("Le compte de cette personne est désactivé.")})
        if any(fonction.debut > self.le for fonction in self.fonctions):
            raise ValidationError({"le": _("Cette date précède le début de ses fonctions.")})

    def _passer_les_fonctions(self, successeur):
        for fonction in self.fonctions:
            sienne = successeur.exercer(
                self.collectivite, fonction.role, intitule=fonction.intitule, debut=self.le, par=self.par
            )
            if fonction.intitule and sienne.intitule != fonction.intitule:
                # She held the same role there: from now on with the title of the one who leaves.
                sienne.changer(role=sienne.role, intitule=fonction.intitule, par=self.par)
            fonction.clore(self.le, par=self.par)

    def _passer_les_adhesions(self, successeur):
        siennes = set(successeur.adhesions.filter(fin=None).values_list("reseau", flat=True))
        for adhesion in self.adhesions:
            anime = adhesion.role == Adhesion.Role.ANIMATEUR and self.est_un_depart
            adhesion.reseau.accueillir(
                successeur,
                par=self.par,
                role=Adhesion.Role.ANIMATEUR if anime else None,
                # She who is there already keeps the mails she chose.
                niveau_courriel=None if adhesion.reseau_id in siennes else adhesion.niveau_courriel,
                debut=self.le,
            )
            if self.est_un_depart:
                adhesion.clore(max(self.le, adhesion.debut), par=self.par, releve=successeur)

    def _passer_les_suivis(self, successeur):
        Suivi.objects.bulk_create(
            [
                Suivi(contribution_id=pk, membre=successeur)
                for pk in self.suivis.values_list("contribution", flat=True)
            ],
            ignore_conflicts=True,
        )
        if self.est_un_depart:
            self.suivis.delete()

    def _passer_les_contributions(self, successeur):
        for contribution in self.contributions.specifiques():
            contribution.confier(successeur, par=self.par)
