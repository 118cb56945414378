from dataclasses import dataclass
from itertools import groupby

from .contribution import Contribution
from .querysets import en_specifiques


@dataclass
class Rubrique:
    """What pages show of one type: its name, in the plural, and a few contributions."""

    type: str
    nom: str
    contributions: list


def par_type(contributions, n):
    """The n newest of each type that holds any of these, in the order in which the types are offered.

    Two statements a type, each of a few rows that an index gives: to rank them all would read them all.
    """
    modeles = sorted(Contribution.types().values(), key=lambda modele: modele.rang_a_publier)
    premieres = []
    for modele in modeles:
        du_type = contributions.filter(type=modele._meta.model_name).recentes_d_abord()
        premieres += du_type.only("type")[:n]
    par_modele = groupby(en_specifiques(premieres), key=type)
    return [
        Rubrique(modele._meta.model_name, str(modele._meta.verbose_name_plural).capitalize(), list(siennes))
        for modele, siennes in par_modele
    ]
