"""Charts drawn on the server, all in whole pixels: a French template would write 12,5."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.text import Truncator

LARGEUR, RANGEE, BARRE = 360, 44, 14
NOM_MAX = 42


@dataclass
class Barres:
    """Horizontal bars, each made of one part a series, one after the other.

    `series`: at most four names; `lignes`: (name, one number a series) pairs; `dire`: how such a number is
    written. The page holds a table that says the same.
    """

    titre: str
    series: list
    lignes: list
    dire: Callable = None

    largeur = LARGEUR

    @property
    def hauteur(self):
        return RANGEE * len(self.lignes)

    def en_clair(self, valeur):
        return (self.dire or nombre)(valeur)

    @property
    def resume(self):
        """What it shows, for who does not see it."""
        return " ; ".join(f"{nom}\u202f: {self.en_clair(sum(valeurs))}" for nom, valeurs in self.lignes)

    @property
    def rangees(self):
        maximum = max((sum(valeurs) for _nom, valeurs in self.lignes), default=0) or 1
        return [self._rangee(rang, *ligne, maximum) for rang, ligne in enumerate(self.lignes)]

    def _rangee(self, rang, nom, valeurs, maximum):
        haut = rang * RANGEE
        return {
            "nom": Truncator(nom).chars(NOM_MAX),
            "total": self.en_clair(sum(valeurs)),
            "ligne": haut + 15,
            "haut": haut + 22,
            "hauteur": BARRE,
            "parts": list(self._parts(valeurs, maximum)),
        }

    def _parts(self, valeurs, maximum):
        # Two pixels each: the smallest part is seen, and the last one stays within the drawing.
        x, echelle = 1, (LARGEUR - 2 - 2 * len(self.series)) / maximum
        for numero, (serie, valeur) in enumerate(zip(self.series, valeurs, strict=True), start=1):
            if valeur:
                largeur = 2 + int(valeur * echelle)
                dit = {"serie": serie, "valeur": self.en_clair(valeur), "numero": numero}
                yield dit | {"x": x, "largeur": largeur}
                x += largeur


def nombre(valeur):
    """« 12 », « 1,5 », « 12 000 »: as one writes it here."""
    if isinstance(valeur, int):
        return f"{valeur:,}".replace(",", "\xa0")
    return f"{valeur:.1f}".removesuffix(".0").replace(".", ",")
