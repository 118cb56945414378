from .contribution import PIECES_INDEXEES, Contribution, DomaineDeContribution
from .historique import Modification
from .lecteurs import Visibilite
from .querysets import ContributionQuerySet, acceptant_les_messages, en_specifiques, ouverte, publiee
from .rubriques import Rubrique, par_type
from .suivis import Suivi

__all__ = [
    "PIECES_INDEXEES",
    "Contribution",
    "ContributionQuerySet",
    "DomaineDeContribution",
    "Modification",
    "Rubrique",
    "Suivi",
    "Visibilite",
    "acceptant_les_messages",
    "en_specifiques",
    "ouverte",
    "par_type",
    "publiee",
]
