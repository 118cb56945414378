"""The ledger of savings as it is read: by method, since only what is counted alike adds up."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from .models import Retombee
from .montants import en_euros


@dataclass
class Ligne:
    """One collectivité, or the whole project, by one method: what was expected, and what came."""

    projet: object
    collectivite: object
    estimee: Retombee | None = None
    reelle: Retombee | None = None

    @property
    def retombees(self):
        return [retombee for retombee in (self.estimee, self.reelle) if retombee]


@dataclass
class Methode:
    nature: str
    libelle: str
    lignes: list[Ligne] = field(default_factory=list)

    @cached_property
    def sommes(self):
        """(expected, real): what is contested left out, with how many amounts were added."""
        return [
            self._somme(_("Estimé"), [ligne.estimee for ligne in self.lignes]),
            self._somme(_("Réel"), [ligne.reelle for ligne in self.lignes]),
        ]

    @staticmethod
    def _somme(titre, retombees):
        comptees = [r.montant for r in retombees if r and not r.est_contestee]
        montant = sum(comptees) if comptees else None
        total = en_euros(montant) if comptees else ""
        return {"titre": titre, "nombre": len(comptees), "montant": montant, "total": total}

    @property
    def contestees(self):
        return sum(r.est_contestee for ligne in self.lignes for r in ligne.retombees)


def par_methode(retombees: Iterable[Retombee]) -> list[Methode]:
    """By nature then method, each line in the order in which its first amount comes."""
    methodes, lignes = {}, {}
    for retombee in retombees:
        methode = methodes.setdefault(retombee.clef, Methode(retombee.get_nature_display(), retombee.methode))
        place = (retombee.clef, retombee.projet_id, retombee.collectivite_id)
        if place not in lignes:
            lignes[place] = Ligne(retombee.projet, retombee.collectivite)
            methode.lignes.append(lignes[place])
        attribut = "reelle" if retombee.moment == Retombee.Moment.REELLE else "estimee"
        setattr(lignes[place], attribut, retombee)
    return [methodes[clef] for clef in sorted(methodes)]
