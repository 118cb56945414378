import asyncio
import json
import random
from contextlib import suppress
from dataclasses import dataclass

from channels.generic.websocket import AsyncWebsocketConsumer

from .hub import Hub
from .journal import journal
from .publication import PATIENCE

FILE_MAX = 256
TRAME_MAX = 64 * 1024
PAR_PERSONNE = 8
REVISION = (20, 30)  # seconds; spread, so that five hundred sockets do not ask the database together
REVISER = object()
ECRIT, SIGNES = "ecrit", 3  # seconds between two signs of one page

# What a page reads in the code of a close: try again later; ask again, as who you are now; too many of you.
LENTE, DROITS, TROP = 1013, 4403, 4429


@dataclass(frozen=True)
class Etat:
    """What a socket may hear now, and the frame that says where things stand."""

    groupes: frozenset = frozenset()
    trame: dict | None = None
    personnel: str | None = None  # the group that all the sockets of one person share
    presence: str | None = None  # the group where this person is counted, and may be seen writing


class Prise(AsyncWebsocketConsumer):
    """A socket: a bounded queue that the hub fills, a task that empties it, rights that are read again."""

    channel_layer_alias = None  # the hub listens for all
    groupes = frozenset()
    ecrivain = rappel = fin = None
    personne = presence = None
    signe_a = 0.0

    async def etat(self):
        """→ Etat; one without any group refuses the socket."""
        raise NotImplementedError

    async def connect(self):
        await self.accept()
        self.hub = Hub.courant()
        self.file = asyncio.Queue(FILE_MAX)
        etat = await self.etat()
        if etat.personnel and self.hub.nombre(etat.personnel) >= PAR_PERSONNE:
            self.terminer(TROP)
        else:
            await self._ecouter(etat)
        if self.fin is None:
            self.ecrivain = asyncio.create_task(self._ecrire())

    async def receive(self, text_data=None, bytes_data=None):
        """A page writes over HTTP; all it says here is that somebody is typing."""
        if len(text_data or bytes_data or "") > TRAME_MAX:
            self.terminer(1009)
        elif text_data == ECRIT and self.presence and self.fin is None:
            self._signaler()

    def _signaler(self):
        """Somebody is writing, without saying who: she may change her mind."""
        maintenant = asyncio.get_running_loop().time()
        if maintenant >= self.signe_a:
            self.signe_a = maintenant + SIGNES
            trame = {"groupe": self.presence, "texte": json.dumps({"t": ECRIT}), "sauf": self.personne}
            self.hub.emetteur.poster(trame)

    async def disconnect(self, code):
        self._lacher()
        await self.hub.quitter(self, self.groupes)

    def deposer(self, message):
        """From the hub, which waits for no socket."""
        if message is not REVISER:
            if message.get("fin"):
                return self.terminer(DROITS, message["texte"])
            if self.personne and message.get("sauf") == self.personne:
                return
        try:
            self.file.put_nowait(message)
        except asyncio.QueueFull:
            self.terminer(LENTE)

    def terminer(self, code, adieu=None):
        """Close from our side. From this instant on the page gets nothing, not even what was queued, but for
        this last word."""
        if self.fin is None:
            self._lacher()
            self.fin = asyncio.create_task(self._fermer(code, adieu))

    async def _ecouter(self, etat):
        nouveaux, self.groupes = etat.groupes - self.groupes, etat.groupes
        self.personne, self.presence = etat.personnel, etat.presence
        await self.hub.rejoindre(self, nouveaux)

    async def _ecrire(self):
        try:
            # Read once more now that the socket listens: what changed while it was connecting counts.
            await self._reviser()
            while True:
                message = await self.file.get()
                if message is REVISER:
                    await self._reviser()
                else:
                    await self.send(text_data=message["texte"])
        except OSError:
            pass  # the page is gone
        except Exception:
            journal.exception("A socket could not be served.")
            self.terminer(1011)

    async def _reviser(self):
        etat = await self.etat()
        if not etat.groupes or self.groupes - etat.groupes:
            return self.terminer(DROITS)
        await self._ecouter(etat)
        await self.send(text_data=json.dumps(etat.trame))
        self.rappel = asyncio.get_running_loop().call_later(random.uniform(*REVISION), self.deposer, REVISER)

    def _lacher(self):
        self.hub.retirer(self, self.groupes)
        for tache in (self.ecrivain, self.rappel):
            if tache:
                tache.cancel()

    async def _fermer(self, code, adieu):
        # The server's own close waits for ever for a page that reads nothing any more.
        asyncio.get_running_loop().call_later(PATIENCE, self._couper)
        with suppress(OSError):
            if adieu:
                await self.send(text_data=adieu)
            await self.close(code)

    def _couper(self):
        """ASGI cannot abort: uvicorn's `send` is a method of the object that holds the transport."""
        transport = getattr(getattr(self.base_send, "__self__", None), "transport", None)
        if transport:
            transport.abort()
