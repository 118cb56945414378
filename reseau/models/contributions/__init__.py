from .contribution import Contribution, DomaineDeContribution
from .historique import Modification
from .lecteurs import Visibilite
from .querysets import ContributionQuerySet, en_specifiques
from .rubriques import Rubrique, par_type
from .suivis import Suivi

__all__ = [
    "Contribution",
    "ContributionQuerySet",
    "DomaineDeContribution",
    "Modification",
    "Rubrique",
    "Suivi",
    "Visibilite",
    "en_specifiques",
    "par_type",
]
