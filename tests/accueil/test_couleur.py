"""The colour of a collectivité keeps its hue and its strength, never its lightness (socle/base/jetons.css):
whatever an administrator types, texts and buttons hold 4.5 to 1, in light and in dark."""

from itertools import product
from math import atan2, cos, hypot, sin
from pathlib import Path

import plateforme.socle

JETONS = Path(plateforme.socle.__path__[0], "static/socle/base/jetons.css").read_text()
PIN = (
    "--pin: light-dark(oklch(from var(--marque) min(l, .44) c h),"
    " oklch(from var(--marque) .79 min(c, .085) h))"
)
VOILE = (
    "--pin-voile: light-dark(oklch(from var(--marque) .95 min(c, .016) h),"
    " oklch(from var(--marque) .295 min(c, .032) h))"
)


def lineaire(hexa):
    canaux = (int(hexa[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]


def vers_oklch(hexa):
    r, v, b = lineaire(hexa)
    x = (0.4122214708 * r + 0.5363325363 * v + 0.0514459929 * b) ** (1 / 3)
    y = (0.2119034982 * r + 0.6806995451 * v + 0.1073969566 * b) ** (1 / 3)
    z = (0.0883024619 * r + 0.2817188376 * v + 0.6299787005 * b) ** (1 / 3)
    clarte = 0.2104542553 * x + 0.793617785 * y - 0.0040720468 * z
    a = 1.9779984951 * x - 2.428592205 * y + 0.4505937099 * z
    b = 0.0259040371 * x + 0.7827717662 * y - 0.808675766 * z
    return clarte, hypot(a, b), atan2(b, a)


def depuis_oklch(clarte, force, teinte):
    a, b = force * cos(teinte), force * sin(teinte)
    x = (clarte + 0.3963377774 * a + 0.2158037573 * b) ** 3
    y = (clarte - 0.1055613458 * a - 0.0638541728 * b) ** 3
    z = (clarte - 0.0894841775 * a - 1.291485548 * b) ** 3
    canaux = (
        4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
        -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
        -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
    )
    return [min(1, max(0, canal)) for canal in canaux]


def contraste(une, autre):
    sombre, claire = sorted(0.2126 * r + 0.7152 * v + 0.0722 * b for r, v, b in (une, autre))
    return (claire + 0.05) / (sombre + 0.05)


def test_any_colour_is_readable_in_light_and_in_dark():
    # The figures below are those of the stylesheet, or the test means nothing.
    assert PIN in JETONS and VOILE in JETONS
    blanc, papier_sombre, feuille_sombre, sur_action = map(
        lineaire, ("#ffffff", "#131715", "#1a201d", "#0d1a16")
    )
    for canaux in product(range(0, 256, 51), repeat=3):
        clarte, force, teinte = vers_oklch("#{:02x}{:02x}{:02x}".format(*canaux))
        clair = depuis_oklch(min(clarte, 0.44), force, teinte)
        sombre = depuis_oklch(0.79, min(force, 0.085), teinte)
        voile = depuis_oklch(0.95, min(force, 0.016), teinte)
        voile_sombre = depuis_oklch(0.295, min(force, 0.032), teinte)
        paires = [
            (clair, blanc),
            (clair, voile),
            (sombre, papier_sombre),
            (sombre, feuille_sombre),
            (sombre, sur_action),
        ]
        assert all(contraste(*paire) >= 4.5 for paire in [*paires, (sombre, voile_sombre)]), canaux
