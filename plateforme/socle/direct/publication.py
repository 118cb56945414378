"""From a view, a task or a command to the channel layer, without ever waiting for it."""

import asyncio
import atexit
import json
import threading
from contextlib import suppress
from functools import partial

from channels.layers import get_channel_layer
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from .journal import journal

EN_ATTENTE_MAX = 10_000
PATIENCE = 2  # seconds that a channel layer has to answer

_fond = None
_verrou = threading.Lock()


def publier(groupe, trame):
    """Send this frame, once the transaction is committed, to every socket of the group."""
    publier_a_chacun({groupe: trame})


def publier_a_chacun(trames):
    """{group: its own frame}; many cost one waking of the loop."""
    messages = [{"groupe": groupe, "texte": en_texte(trame)} for groupe, trame in trames.items()]
    transaction.on_commit(partial(_poster, *messages), robust=True)


def fermer(groupe, adieu=None):
    """Close, once the transaction is committed, every socket of the group: each page may ask again.

    `adieu`: the last frame that each is sent.
    """
    message = {"groupe": groupe, "fin": True, "texte": en_texte(adieu) if adieu else None}
    transaction.on_commit(partial(_poster, message), robust=True)


def en_texte(trame):
    return json.dumps(trame, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))


def _poster(*messages):
    emetteur_du_processus().poster(*messages)


def emetteur_du_processus():
    """The one of the hub that serves sockets here, else one on a loop of its own, in a thread.

    `async_to_sync` would open a loop, hence with Redis a connection, at each message; in memory it
    loses some, since the layer lives in the hub's loop.
    """
    from .hub import Hub

    hub = Hub.du_processus()
    return hub.emetteur if hub else _emetteur_de_fond()


def _emetteur_de_fond():
    global _fond
    with _verrou:
        # A thread does not survive a fork.
        if _fond is None or not _fond.fil.is_alive():
            boucle = asyncio.new_event_loop()
            fil = threading.Thread(target=boucle.run_forever, name="direct", daemon=True)
            fil.start()
            _fond = Emetteur(boucle)
            _fond.fil = fil
            atexit.register(_fond.vider)
        return _fond


class Emetteur:
    """Hands messages to the channel layer from one event loop, in the order in which they were posted."""

    def __init__(self, boucle):
        self.boucle = boucle
        self.file = asyncio.Queue(EN_ATTENTE_MAX)
        boucle.call_soon_threadsafe(self._demarrer)

    def poster(self, *messages):
        """From any thread; returns at once."""
        self.boucle.call_soon_threadsafe(self._deposer, messages)

    def vider(self):
        """Leave what was posted the time to go: a command ends right after its commit."""
        asyncio.run_coroutine_threadsafe(self.tout_partir(), self.boucle).result()

    async def tout_partir(self):
        await asyncio.sleep(0)  # what has just been posted joins the queue
        with suppress(TimeoutError):
            await asyncio.wait_for(self.file.join(), PATIENCE)

    def _demarrer(self):
        self.tache = self.boucle.create_task(self._emettre())

    def _deposer(self, messages):
        try:
            for message in messages:
                self.file.put_nowait(message)
        except asyncio.QueueFull:
            journal.warning("The channel layer does not follow: messages are dropped.")

    async def _emettre(self):
        while True:
            message = await self.file.get()
            try:
                await asyncio.wait_for(get_channel_layer().group_send(message["groupe"], message), PATIENCE)
            except Exception as erreur:
                journal.warning("The channel layer does not answer, pages catch up by themselves: %r", erreur)
            finally:
                self.file.task_done()
