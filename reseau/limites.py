"""How often a visitor may write to us, counted in the shared cache; and an answer that never comes sooner."""

import hashlib
import time
from contextlib import contextmanager

from django.core.cache import cache

HEURE = 3600
LOCALES = {"", "127.0.0.1", "::1"}


def place_libre(nom, valeur, nombre, duree=HEURE):
    """Take one of `nombre` places for `duree` seconds; False when none is free.

    `add` is atomic: two callers never take the same place, whatever runs beside.
    """
    clef = hashlib.sha256(f"{nom}:{valeur}".encode()).hexdigest()
    return any(cache.add(f"limite:{clef}:{rang}", 1, duree) for rang in range(nombre))


def adresse_ip(request):
    """The caller's; behind a proxy of this machine, the one that the proxy saw."""
    proche = request.META.get("REMOTE_ADDR", "")
    if proche not in LOCALES:
        return proche
    return request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip() or proche


@contextmanager
def au_moins(secondes):
    """Take that long whatever is done inside: the time of an answer tells nothing about an address."""
    debut = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0, debut + secondes - time.monotonic()))
