"""How far a commune has gone in a project: from which level to which, and who may say so."""

from enum import Enum

from django.utils.translation import gettext_lazy as _

from .positions import Position

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
