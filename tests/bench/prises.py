"""Many pages' ends of a socket in one process, as light as can be: they only count what arrives."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path

from .charge import requete

POIGNEE = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
]
PATIENCE = 60
PING = 0x89


class Assemblee:
    """All the sockets of one server, and what they have received of the measure that runs."""

    def __init__(self):
        self.pretes = self.recues = 0
        self.attendues = self.parti = self.fini = None

    def compter(self, trame):
        if not trame.startswith(b'{"t":"fil"'):
            self.pretes += 1  # the state that the site sends to who connects
            return
        if self.recues == 0:
            self.parti = json.loads(trame)["parti"]
        self.recues += 1
        if self.recues == self.attendues:
            self.fini.set_result(time.time())

    async def mesurer(self, nombre, prises, declencher):
        """→ seconds from the first frame's departure until the last socket has its last frame"""
        self.recues, self.attendues = 0, nombre * prises
        self.fini = asyncio.get_running_loop().create_future()
        await declencher(nombre)
        return await asyncio.wait_for(self.fini, PATIENCE) - self.parti


class Page(asyncio.Protocol):
    def __init__(self, assemblee, poignee):
        self.assemblee, self.poignee = assemblee, poignee
        self.tampon, self.ouverte = b"", asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        transport.write(self.poignee)

    def data_received(self, donnees):
        self.tampon += donnees
        if not self.ouverte.done():
            entete, separateur, suite = self.tampon.partition(b"\r\n\r\n")
            if not separateur:
                return
            assert entete.startswith(b"HTTP/1.1 101"), entete
            self.tampon = suite
            self.ouverte.set_result(True)
        while trame := self.extraire():
            self.assemblee.compter(trame)

    def extraire(self):
        """The next whole text frame, or None; a ping is answered. A server's frames are not masked."""
        while len(self.tampon) >= 4:
            longueur, debut = self.tampon[1], 2
            if longueur == 126:
                longueur, debut = int.from_bytes(self.tampon[2:4]), 4
            elif longueur == 127:
                longueur, debut = int.from_bytes(self.tampon[2:10]), 10
            if len(self.tampon) < debut + longueur:
                return None
            genre, trame = self.tampon[0], self.tampon[debut : debut + longueur]
            self.tampon = self.tampon[debut + longueur :]
            if genre != PING:
                return trame
            self.transport.write(bytes([0x8A, 0x80 + longueur, 0, 0, 0, 0]) + trame)
        return None


async def ouvrir(adresse, nombre, *, chemin="/", origine="http://localhost"):
    """`adresse`: a port, or the path of a unix socket → the Assemblee of that many open sockets"""
    assemblee, boucle = Assemblee(), asyncio.get_running_loop()
    poignee = requete(chemin, entetes=[f"Origin: {origine}", *POIGNEE])
    fabrique = partial(Page, assemblee, poignee)
    for _ in range(nombre):
        if isinstance(adresse, Path):
            _transport, page = await boucle.create_unix_connection(fabrique, adresse)
        else:
            _transport, page = await boucle.create_connection(fabrique, "127.0.0.1", adresse)
        await asyncio.wait_for(page.ouverte, PATIENCE)
    return assemblee
