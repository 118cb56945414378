"""The answer, piece after piece: who is stopped half-way has said what it had read until then."""

import json
import struct

ENTETE = struct.Struct(">cI")
PAGE, TEXTE, IMAGE, FIN = b"p", b"t", b"i", b"f"
PAQUET = 32 * 1024


class Illisible(Exception):
    """This file gives nothing; `code` says why."""

    def __init__(self, code="illisible"):
        self.code = code


class Plein(Exception):
    """As much was read as was asked for."""


class Reponse:
    """`faits`: what else is known of the file, said at the end."""

    def __init__(self, sortie, pages_max=0, caracteres_max=0):
        self._sortie = sortie
        self._pages = pages_max
        self._caracteres = caracteres_max
        self._tampon, self._poids = [], 0
        self.faits = {}

    def page(self):
        """What is written from now on stands on the next page."""
        self._vider()
        if not self._pages:
            raise Plein
        self._pages -= 1
        self._ecrire(PAGE)

    def texte(self, texte):
        gardes = texte[: self._caracteres]
        self._tampon.append(gardes)
        self._poids += len(gardes)
        self._caracteres -= len(gardes)
        if len(gardes) < len(texte):
            raise Plein
        if self._poids > PAQUET:
            self._vider()

    def image(self, octets):
        self._ecrire(IMAGE, octets)

    def finir(self, **faits):
        self._vider()
        self._ecrire(FIN, json.dumps(self.faits | faits).encode())

    def _vider(self):
        if self._tampon:
            # Lone surrogates, which some formats can write, have no UTF-8.
            self._ecrire(TEXTE, "".join(self._tampon).encode("utf-8", "replace"))
            self._tampon, self._poids = [], 0

    def _ecrire(self, genre, octets=b""):
        self._sortie.write(ENTETE.pack(genre, len(octets)) + octets)
        self._sortie.flush()


def lire(source):
    """The pieces (kind, bytes) of an answer, but one that was cut."""
    while len(entete := source.read(ENTETE.size)) == ENTETE.size:
        genre, longueur = ENTETE.unpack(entete)
        octets = source.read(longueur)
        if len(octets) == longueur:
            yield genre, octets
