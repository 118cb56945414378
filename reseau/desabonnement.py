"""Where List-Unsubscribe and the foot of each mail lead: less mail for one member, without signing in.

The link is in a mail, so whoever holds the mailbox has it, or a machine that opens every link: it only ever
lowers, on POST, and its page shows nothing but the name of the list.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from plateforme.socle import jetons

from .models import Adhesion, Recapitulatif, RechercheSuivie

SEL = "reseau.desabonnement"
JOURS = 180
Niveau = Adhesion.Niveau


class Liste:
    """The mails of one kind to one member (id): what they are called, what may be lowered."""

    genre = 0  # in its token
    identifiant = ""  # in its List-Id

    def __init__(self, membre, reseau=None):
        self.membre, self.reseau = membre, reseau

    @property
    def jeton(self):
        return jetons.signer(SEL, self.genre, self.membre, self.reseau or 0, jours=JOURS)

    @property
    def adresse(self):
        chemin = reverse("reseau:desabonnement", args=[self.jeton])
        return getattr(settings, "WAGTAILADMIN_BASE_URL", "") + chemin

    @property
    def choix(self):
        """The levels that write less than now, as choices; none when there is nothing left to lower."""
        return self.niveau.moindres

    @cached_property
    def recapitulatif(self):
        return Recapitulatif.objects.filter(membre=self.membre).first()

    @property
    def adhesions(self):
        return Adhesion.objects.ouvrantes().filter(membre=self.membre).prefetch_related("niveaux_de_type")


class ListeDeReseau(Liste):
    """What happens in a network of hers."""

    genre = 1

    @cached_property
    def adhesion(self):
        return self.adhesions.filter(reseau=self.reseau).select_related("reseau").first()

    @property
    def identifiant(self):
        return f"{self.adhesion.reseau.slug}.reseaux"

    @property
    def phrase(self):
        # Once she has left it, its name is no longer hers to know.
        if self.adhesion is None:
            return _("Les courriels d’un réseau.")
        return _("Les courriels du réseau « %s ».") % self.adhesion.reseau.nom

    @property
    def niveau(self):
        return self.adhesion.niveau_le_plus_haut if self.adhesion else Niveau.AUCUN

    def abaisser(self, niveau):
        if self.adhesion:
            self.adhesion.abaisser(niveau)


class ListeDAilleurs(Liste):
    """What is in none of her networks."""

    genre = 2
    identifiant = "toute-la-plateforme"

    @property
    def phrase(self):
        return _("Les courriels de ce qui s’adresse à toute la plateforme, hors de vos réseaux.")

    @property
    def niveau(self):
        return Niveau(self.recapitulatif.niveau_ailleurs) if self.recapitulatif else Niveau.AUCUN

    def abaisser(self, niveau):
        if self.recapitulatif:
            self.recapitulatif.abaisser(niveau)


class ListeDesRecapitulatifs(Liste):
    """The récapitulatif, which gathers all her networks."""

    genre = 3
    identifiant = "recapitulatif"

    @property
    def phrase(self):
        return _("Le récapitulatif de tous vos réseaux.")

    @property
    def choix(self):
        if self.recapitulatif is None or self.recapitulatif.est_arrete:
            return []
        niveaux = [Niveau(self.recapitulatif.niveau_ailleurs)]
        niveaux += [adhesion.niveau_le_plus_haut for adhesion in self.adhesions]
        arret = (Niveau.AUCUN.value, _("aucun récapitulatif"))
        if all(niveau.plafonne(Niveau.HEBDOMADAIRE) == niveau for niveau in niveaux):
            return [arret]
        return [(Niveau.HEBDOMADAIRE.value, _("un seul courriel par semaine, pour tout")), arret]

    @transaction.atomic
    def abaisser(self, niveau):
        if self.recapitulatif is None:
            return
        if niveau == Niveau.AUCUN:
            self.recapitulatif.arreter()
            return
        self.recapitulatif.abaisser(niveau)
        for adhesion in self.adhesions:
            adhesion.abaisser(niveau)


class ListeDesRecherches(Liste):
    """What is new for the searches that she follows: the bell goes on ringing."""

    genre = 4
    identifiant = "recherches"

    @property
    def phrase(self):
        return _("Les courriels des recherches que vous suivez.")

    @property
    def choix(self):
        par_courriel = RechercheSuivie.objects.filter(membre=self.membre, courriel=True)
        return (
            [(Niveau.AUCUN.value, _("aucun courriel, seulement la cloche"))] if par_courriel.exists() else []
        )

    def abaisser(self, niveau):
        RechercheSuivie.objects.filter(membre=self.membre).update(courriel=False)


def liste_pour(membre, contribution, niveaux):
    """The one by which this member (id) is told of this contribution; `niveaux` know her networks."""
    adhesion = niveaux.adhesion(membre, contribution)
    if adhesion is None:
        return ListeDAilleurs(membre)
    liste = ListeDeReseau(membre, contribution.reseau_id)
    liste.adhesion = adhesion
    return liste


LISTES = {
    liste.genre: liste
    for liste in (ListeDeReseau, ListeDAilleurs, ListeDesRecapitulatifs, ListeDesRecherches)
}


def lire(jeton):
    """The list that a link names, or None when the link is not one of ours. Raises JetonPerime."""
    try:
        genre, membre, reseau = jetons.lire(SEL, jeton)
    except jetons.JetonFaux:
        return None
    return LISTES[genre](membre, reseau or None)
