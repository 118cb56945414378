"""How far a commune has gone in a project: from which level to which, and who may say so."""

from enum import Enum

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour

from .positions import Position, RecoitDesPositions

Niveau = Position.Niveau


class Qui(Enum):
    AGENT = "agent"  # speaks for the commune
    DECIDEUR = "decideur"  # engages it: its référent, or one of its élus
    PORTEUR = "porteur"  # keeps the project


DE_LA_COMMUNE = {Qui.AGENT, Qui.DECIDEUR}
_LIBRE = {
    Niveau.CURIEUSE: DE_LA_COMMUNE,
    Niveau.INTERESSEE: DE_LA_COMMUNE,
    Niveau.HORS: DE_LA_COMMUNE,
    Niveau.ENGAGEE: {Qui.DECIDEUR},
}
# {what she was (None: nothing said): {what she becomes: who may say so}}; what is not there, nobody may say.
PASSAGES = {
    None: _LIBRE,
    Niveau.CURIEUSE: _LIBRE,
    Niveau.INTERESSEE: _LIBRE,
    Niveau.HORS: _LIBRE,
    # Once more engagée, to name an act that was not yet asked for.
    Niveau.ENGAGEE: {
        Niveau.ENGAGEE: {Qui.DECIDEUR},
        Niveau.MEMBRE: {Qui.PORTEUR},
        Niveau.RETIREE: {Qui.DECIDEUR},
    },
    Niveau.MEMBRE: {Niveau.MEMBRE: {Qui.PORTEUR}, Niveau.RETIREE: {Qui.DECIDEUR}},
    # She may come back, or correct the date.
    Niveau.RETIREE: _LIBRE | {Niveau.RETIREE: {Qui.DECIDEUR}},
}
# What is no longer taken after the project's own deadline.
ENTREES = {Niveau.CURIEUSE, Niveau.INTERESSEE, Niveau.ENGAGEE}

RESERVES = {
    Niveau.ENGAGEE: _("Seul le référent de la commune, ou un de ses élus, peut l’engager."),
    Niveau.RETIREE: _("Seul le référent de la commune, ou un de ses élus, peut dire qu’elle se retire."),
    Niveau.MEMBRE: _("Seul qui s’occupe du projet enregistre une commune comme membre."),
}
_AUTRE_COMMUNE = _("Vous ne parlez pas au nom de cette commune.")
_IMPOSSIBLES = {
    Niveau.MEMBRE: _("Cette commune n’est pas engagée\u202f: elle ne peut pas encore être membre."),
    Niveau.RETIREE: _("Cette commune n’est pas engagée\u202f: dites plutôt qu’elle n’est pas concernée."),
}
_DEJA_ENGAGEE = _(
    "Cette commune est engagée\u202f: si elle change d’avis, son référent ou un de ses élus "
    "dit qu’elle se retire."
)


def refus_de_passage(avant, apres, qui):
    """Why nobody with these hats (`qui`, a set of Qui) may say so, in a sentence; "" when she may."""
    permis = PASSAGES[avant].get(apres)
    if permis is None:
        return _IMPOSSIBLES.get(apres, _DEJA_ENGAGEE)
    return "" if permis & qui else RESERVES.get(apres, _AUTRE_COMMUNE)


class EngageDesCommunes(RecoitDesPositions):
    """Mixin of the project: the communes enter it until a day, go up and out by the ladder above."""

    mots = {
        Niveau.CURIEUSE: (_("Curieuse"), _("tenez-nous au courant")),
        Niveau.INTERESSEE: (_("Intéressée"), _("nous voulons en être")),
        Niveau.ENGAGEE: (_("Engagée"), _("par une décision ou une délibération")),
        Niveau.MEMBRE: (_("Membre"), _("une fois l’acte exécutoire")),
        Niveau.HORS: (_("Pas concernée"), _("ce projet n’est pas pour nous")),
        Niveau.RETIREE: (_("Retirée"), _("à compter d’un jour")),
    }
    niveaux = Niveau.parmi(mots)
    niveaux_en_un_clic = (Niveau.CURIEUSE, Niveau.INTERESSEE, Niveau.HORS)
    phrase_sans_position = _("Ce projet ne prend plus de réponse.")

    @property
    def _jour_limite(self):
        return en_jour(self.positions_jusqu_au, "j F Y") if self.positions_jusqu_au else ""

    @property
    def entrees_closes(self):
        """The day until which the communes could come in is over."""
        return self.positions_jusqu_au is not None and self.positions_jusqu_au < timezone.localdate()

    @property
    def phrase_des_entrees_closes(self):
        return _("Les communes pouvaient se dire jusqu’au %s\u202f: ce jour est passé.") % self._jour_limite

    def refus_de_niveau(self, actuelle, dit, *, par, collectivite):
        if refus := super().refus_de_niveau(actuelle, dit, par=par, collectivite=collectivite):
            return refus
        if refus := self.refus_d_aller(dit["niveau"], actuelle, par=par, collectivite=collectivite):
            return refus
        niveau, acte = dit["niveau"], dit["acte"]
        if niveau == Niveau.ENGAGEE and acte is None:
            return _("Une commune s’engage par une décision ou une délibération\u202f: dites laquelle.")
        if niveau == Niveau.MEMBRE and not (acte and acte.est_executoire):
            return _("L’acte de cette commune n’est pas encore exécutoire.")
        if niveau == Niveau.RETIREE and dit["effet_le"] is None:
            return _("Dites à compter de quel jour elle se retire.")
        return ""

    def refus_de_preparer(self, collectivite):
        """Engaged by its act, it only goes on to be a member, or out."""
        if self.positions.filter(collectivite=collectivite, acte__isnull=False).exclude(
            niveau=Niveau.RETIREE
        ):
            return _("Votre commune est engagée par son acte\u202f: il n’y a plus de réponse à valider.")
        return ""

    def refus_d_aller(self, niveau, actuelle, *, par, collectivite):
        """Why she may not bring her commune there, whatever else she says of it; "" when she may."""
        qui = self.chapeaux(par, collectivite)
        if refus := refus_de_passage(actuelle and actuelle.niveau, niveau, qui):
            return refus
        if niveau in ENTREES and self.entrees_closes:
            return self.phrase_des_entrees_closes
        return ""

    def position_de(self, collectivite):
        """With its act and who said so; None when nothing was said."""
        dites = self.positions.filter(collectivite=collectivite).select_related("collectivite", "acte", "par")
        return dites.prefetch_related("acte__pieces").first()

    def chapeaux(self, membre, collectivite):
        """What she is (Qui), as to this project and this collectivité."""
        porte = {
            Qui.AGENT: collectivite.pk in membre.droits.collectivites,
            Qui.DECIDEUR: membre.decide_pour(collectivite),
            Qui.PORTEUR: self.modifiable_par(membre.utilisateur),
        }
        return {chapeau for chapeau, sien in porte.items() if sien}
