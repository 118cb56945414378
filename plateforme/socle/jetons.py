"""Small signed tokens that bear whole numbers and a last day, in lower-case base32: they survive a mail
server that changes the case of what stands before the @, and 64 octets hold two of their numbers."""

import base64
import binascii
import hmac
from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

ORIGINE = date(2020, 1, 1)
OCTETS_DU_JOUR, OCTETS_D_UN_NOMBRE, OCTETS_DU_SCEAU = 2, 5, 13
LONGUEUR = 40  # of a token of two numbers


class JetonFaux(ValueError):
    """Not one that we signed."""


class JetonPerime(ValueError):
    """Ours, but its last day is over."""

    def __init__(self, nombres):
        super().__init__(nombres)
        self.nombres = nombres


def signer(sel, *nombres, jours):
    """The token of these numbers, good for so many days. `sel`: what it is for, so that it serves for
    nothing else."""
    dernier = (timezone.localdate() - ORIGINE).days + jours
    corps = dernier.to_bytes(OCTETS_DU_JOUR, "big")
    corps += b"".join(nombre.to_bytes(OCTETS_D_UN_NOMBRE, "big") for nombre in nombres)
    return base64.b32encode(corps + _sceau(sel, corps, settings.SECRET_KEY)).decode().lower()


def lire(sel, jeton):
    """Its numbers; JetonFaux or JetonPerime."""
    try:
        octets = base64.b32decode(jeton, casefold=True)
    except (binascii.Error, ValueError) as erreur:
        raise JetonFaux from erreur
    corps, sceau = octets[:-OCTETS_DU_SCEAU], octets[-OCTETS_DU_SCEAU:]
    clefs = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(sceau, _sceau(sel, corps, clef)) for clef in clefs):
        raise JetonFaux
    nombres = tuple(
        int.from_bytes(corps[debut : debut + OCTETS_D_UN_NOMBRE], "big")
        for debut in range(OCTETS_DU_JOUR, len(corps), OCTETS_D_UN_NOMBRE)
    )
    if int.from_bytes(corps[:OCTETS_DU_JOUR], "big") < (timezone.localdate() - ORIGINE).days:
        raise JetonPerime(nombres)
    return nombres


def _sceau(sel, corps, clef):
    return salted_hmac(sel, corps, secret=clef, algorithm="sha256").digest()[:OCTETS_DU_SCEAU]
