from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour

from . import correspondance
from .models import Adhesion, Contribution, Demande, Entree, Fonction, Membre, Reseau, Suivi


class RienATransmettre(Exception):
    """She has no function left there: it was done already."""


class Remplacement:
    """A person leaves a collectivité: what she held passes to another, what she wrote keeps her name.

    Her commune gives her functions; a network where one does not enter freely is its animateurs' to give, and
    they are asked.
    """

    def __init__(self, partant, collectivite, *, par, le=None):
        self.partant, self.collectivite, self.par = partant, collectivite, par
        self.le = le or timezone.localdate()
        # Of the networks, those that the successor has entered and those that were asked for her.
        self.rejoints, self.demandes = [], []

    @cached_property
    def fonctions(self):
        a_moi_de_dire = Fonction.objects.modifiables_par(self.par.utilisateur)
        return list(a_moi_de_dire.filter(membre=self.partant, collectivite=self.collectivite, fin=None))

    @cached_property
    def est_un_depart(self):
        """Whether nothing keeps her on the platform: no other function, here or elsewhere."""
        cedees = [fonction.pk for fonction in self.fonctions]
        return not self.partant.fonctions.exclude(pk__in=cedees).non_finies(self.le).exists()

    @cached_property
    def adhesions(self):
        ouvertes = self.partant.adhesions.filter(fin=None, reseau__ferme_le=None)
        return list(ouvertes.select_related("reseau").order_by("reseau__ordre", "reseau__nom"))

    @cached_property
    def reseaux_tenus(self):
        """Ids of the networks where `par` says who enters and who animates."""
        return set(Reseau.objects.modifiables_par(self.par.utilisateur).values_list("pk", flat=True))

    @property
    def adhesions_a_passer(self):
        return [a for a in self.adhesions if a.reseau.est_ouvert_a_tous or a.reseau_id in self.reseaux_tenus]

    @property
    def adhesions_a_demander(self):
        passent = self.adhesions_a_passer
        return [adhesion for adhesion in self.adhesions if adhesion not in passent]

    @property
    def animations(self):
        """The adhésions that pass with the animation of the network."""
        animees = [a for a in self.adhesions if a.role == Adhesion.Role.ANIMATEUR]
        return [a for a in animees if self.est_un_depart and a.reseau_id in self.reseaux_tenus]

    @property
    def suivis(self):
        return Suivi.objects.filter(membre=self.partant)

    @property
    def contributions(self):
        """What is still open in the name of the collectivité and hers to look after."""
        siennes = Contribution.objects.filter(responsable=self.partant, collectivite=self.collectivite)
        return siennes.publiees().ouvertes().order_by("-publie_le")

    # For the preview: what `par` may not read is counted, never named

    @cached_property
    def demandes_visibles(self):
        connus = set(Reseau.objects.visibles_par(self.par.utilisateur).values_list("pk", flat=True))
        return [adhesion for adhesion in self.adhesions_a_demander if adhesion.reseau_id in connus]

    @property
    def demandes_cachees(self):
        return len(self.adhesions_a_demander) - len(self.demandes_visibles)

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
        # Her functions first: who comes back does not run her former networks again, but may take these over.
        self._passer_les_fonctions(successeur)
        self._passer_les_adhesions(successeur)
        self._passer_les_suivis(successeur)
        self._passer_les_contributions(successeur)
        if self.est_un_depart:
            self.partant.remplace_par = successeur
            self.partant.save(update_fields=["remplace_par"])
        Entree.noter(
            Entree.Geste.REMPLACEMENT,
            par=self.par,
            membre=self.partant,
            collectivite=self.collectivite,
            detail=gettext("par %s") % successeur.nom_complet,
        )
        correspondance.succession(self, successeur)
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
        siennes = set(successeur.adhesions.non_finies(self.le).values_list("reseau", flat=True))
        nouvelles = {adhesion for adhesion in self.adhesions if adhesion.reseau_id not in siennes}
        for adhesion in self.adhesions_a_passer:
            adhesion.reseau.accueillir(
                successeur,
                par=self.par,
                role=Adhesion.Role.ANIMATEUR if adhesion in self.animations else None,
                # She who is there already keeps the mails she chose.
                niveau_courriel=adhesion.niveau_courriel if adhesion in nouvelles else None,
                debut=self.le,
            )
        self.rejoints = [a.reseau for a in self.adhesions_a_passer if a in nouvelles]
        if self.est_un_depart:
            for adhesion in self.adhesions:
                adhesion.clore(max(self.le, adhesion.debut), par=self.par, releve=successeur)
        # Once she has left: nobody asks her whether the next one may come in.
        self.demandes = [self._demander(a, successeur) for a in self.adhesions_a_demander if a in nouvelles]

    def _demander(self, adhesion, successeur):
        noms = {"nom": self.partant.nom_complet, "le": en_jour(self.le, "j F Y")}
        mot = gettext("Prend la suite de %(nom)s à partir du %(le)s.") % noms
        if adhesion.role == Adhesion.Role.ANIMATEUR and self.est_un_depart:
            mot += " " + gettext("%(nom)s animait ce réseau.") % noms
        return Demande.pour(
            successeur,
            reseau=adhesion.reseau,
            collectivite=self.collectivite,
            intitule=self.fonctions[0].intitule,
            mot=mot,
            niveau_courriel=adhesion.niveau_courriel,
        ).deposer(par=self.par)

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
