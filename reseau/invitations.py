from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import correspondance
from .models import Collectivite, Entree, Fonction, Membre, Reseau

PAS_ENCORE_MEMBRE = _(
    "Aucun membre de la plateforme n’a cette adresse\u202f: un groupe de travail ne réunit que des membres. "
    "Le référent de sa commune peut d’abord l’inviter, ou la personne qui anime un réseau."
)


def collectivites_ouvertes(user, reseau):
    """Whose people she may invite: anybody's into a network of hers, else those of her own communes."""
    proposees = Collectivite.objects.proposees_par(user)
    return proposees if reseau else proposees & Collectivite.objects.modifiables_par(user)


def reserve_aux_membres(reseau, collectivite, par):
    """Who opens a working group makes nobody a member of a commune (its id) that is not hers."""
    if not reseau or not reseau.est_un_groupe or par.droits.est_administrateur:
        return False
    return collectivite not in par.droits.collectivites_engagees


@dataclass
class Invitation:
    """Somebody is let in: an account, a function, an adhésion. What she already has stays as it is."""

    courriel: str
    prenom: str
    nom: str
    collectivite: Collectivite
    role: str = Fonction.Role.AGENT
    intitule: str = ""
    telephone: str = ""
    reseau: Reseau | None = None

    @transaction.atomic
    def envoyer(self, *, par):
        """The Arrivee: who was let in, and what is new to her."""
        self._controler(par)
        membre = Membre.inscrire(
            self.courriel, prenom=self.prenom, nom=self.nom, telephone=self.telephone, par=par
        )
        if not membre.utilisateur.is_active:
            raise ValidationError(_("Le compte de cette personne est désactivé."))
        fonction = self._ouvrir_une_fonction(membre, par)
        adhesion = self.reseau and accueillir(membre, self.reseau, par=par)
        arrivee = Arrivee(membre, fonction, adhesion)
        if arrivee.nouveaute:
            arrivee.prevenir(par)
        return arrivee

    def _controler(self, par):
        """A list is confirmed up to a month after it was read: what was her right may be lost."""
        user = par.utilisateur
        permise = collectivites_ouvertes(user, self.reseau).filter(pk=self.collectivite.pk).exists()
        if self.reseau:
            siens = Reseau.objects.modifiables_par(user).ouverts()
            permise = permise and siens.filter(pk=self.reseau.pk).exists()
        if not permise:
            raise ValidationError(_("Vous n’avez plus le droit d’y inviter quelqu’un."))
        if reserve_aux_membres(self.reseau, self.collectivite.pk, par):
            membre = Membre.objects.de_courriel(self.courriel)
            if not membre or not membre.est_actif:
                raise ValidationError(PAS_ENCORE_MEMBRE)

    def _ouvrir_une_fonction(self, membre, par):
        """Her place in the collectivité, if `par` answers for it or if it is what makes her a member."""
        ici = membre.fonctions.en_cours().filter(collectivite=self.collectivite)
        if ici.exists() or (membre.est_actif and not par.gere(self.collectivite)):
            return None
        return membre.exercer(self.collectivite, self.role, intitule=self.intitule, par=par)


@transaction.atomic
def faire_entrer(membre, reseau, *, par):
    """A member, chosen from the directory; whether she was not in yet."""
    adhesion = accueillir(membre, reseau, par=par)
    if adhesion:
        Arrivee(membre, None, adhesion).prevenir(par)
    return bool(adhesion)


def accueillir(membre, reseau, *, par):
    """Her adhésion, or None if she was in: the lock makes the hands that let her in follow each other."""
    reseau = Reseau.objects.select_for_update().get(pk=reseau.pk)
    return None if reseau.adhesion_de(membre) else reseau.accueillir(membre, par=par)


@dataclass
class Arrivee:
    membre: Membre
    fonction: Fonction | None
    adhesion: object | None

    @property
    def nouveaute(self):
        return bool(self.fonction or self.adhesion)

    def prevenir(self, par):
        collectivite = self.fonction.collectivite if self.fonction else None
        reseau = self.adhesion.reseau if self.adhesion else None
        if not self.membre.est_attendu:
            correspondance.ajout(self.membre, par=par, collectivite=collectivite, reseau=reseau)
            return
        correspondance.invitation(self.membre, par=par, collectivite=collectivite, reseau=reseau)
        Entree.noter(
            Entree.Geste.INVITATION, par=par, membre=self.membre, collectivite=collectivite, reseau=reseau
        )


@transaction.atomic
def relancer(membre, *, par):
    """The invitation again, once a day at most; whether it left."""
    parti = correspondance.invitation(
        membre, par=par, clef=f"relance-{membre.pk}-{timezone.localdate():%Y-%m-%d}"
    )
    if parti:
        Entree.noter(Entree.Geste.INVITATION, par=par, membre=membre, detail=_("relance"))
    return bool(parti)
