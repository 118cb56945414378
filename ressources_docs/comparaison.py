"""What changed from one text to the other, line by line, as a table says it to everybody."""

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext_lazy as _

# A comparison costs the product of the two lengths at worst, and of how many times a line comes again.
LIGNES_MAX = 2000
REPRISES_MAX = 3
CARACTERES_MAX = 400
# Lines that did not change, kept around those that did.
AUTOUR = 2

MOTS = {"replace": _("changé"), "delete": _("retiré"), "insert": _("ajouté"), "equal": _("inchangé")}


@dataclass(frozen=True)
class Ligne:
    """One row: what it was, what it is, and which of the two it says in words; `coupe`: some are left out
    before it."""

    geste: str
    avant: str
    apres: str
    coupe: bool = False

    @property
    def mot(self):
        return MOTS[self.geste]


def reperer(avant, apres):
    """Where the two differ, as `comparer` takes it: all that a comparison costs, in little room."""
    (avant, _long), (apres, _long) = _lignes(avant), _lignes(apres)
    fois = Counter(apres)
    # A line that comes too often is known only beside one that does not.
    couples = SequenceMatcher(lambda ligne: fois[ligne] > REPRISES_MAX, avant, apres)
    return list(couples.get_grouped_opcodes(AUTOUR))


def comparer(avant, apres, reperes):
    """(rows, whether one of the texts is too long to be read whole)."""
    lignes, longs = zip(*map(_lignes, (avant, apres)), strict=True)
    rangees = []
    for groupe in reperes:
        premiere = True
        for geste, i, j, k, m in groupe:
            de, a = lignes[0][i:j], lignes[1][k:m]
            for rang in range(max(len(de), len(a))):
                ancien = de[rang] if rang < len(de) else ""
                nouveau = a[rang] if rang < len(a) else ""
                rangees.append(Ligne(_geste(geste, ancien, nouveau), ancien, nouveau, premiere and i + k > 0))
                premiere = False
    return rangees, any(longs)


def _geste(geste, ancien, nouveau):
    """Two passages of unequal lengths are changed as far as both go."""
    if geste != "replace" or (ancien and nouveau):
        return geste
    return "insert" if nouveau else "delete"


def _lignes(texte):
    lignes = [" ".join(ligne.split()) for ligne in texte.splitlines()]
    lignes = [ligne for ligne in lignes if ligne]
    trop_long = len(lignes) > LIGNES_MAX
    return [ligne[:CARACTERES_MAX] for ligne in lignes[:LIGNES_MAX]], trop_long
