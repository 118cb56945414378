import asyncio
import random
from contextlib import suppress

from channels.layers import get_channel_layer

from .journal import journal
from .presences import REPETITION, Presences
from .publication import PATIENCE, Emetteur, en_texte

REPRISE = 1  # seconds before trying again a channel layer that failed
RENOUVELLEMENT = 3600  # a layer forgets a subscription of a day (`group_expiry`)


class Hub:
    """The one subscription of this process to the channel layer, shared by all its sockets."""

    _hubs = {}  # by loop; replaced, never changed: other threads read it

    def __init__(self, boucle):
        self.boucle = boucle
        self.emetteur = Emetteur(boucle)
        self.groupes = {}  # name → its sockets in this process
        self.abonnements = set()
        self.presences = Presences()
        self.montres = {}  # group → how many people its pages were last told are there
        self.canal = None
        self.reprise = 0
        self.verrou = asyncio.Lock()
        self.taches = [boucle.create_task(self._ecouter()), boucle.create_task(self._entretenir())]

    @classmethod
    def courant(cls):
        """The hub of the running loop. Started with the server; here for those without a lifespan."""
        boucle = asyncio.get_running_loop()
        if boucle not in Hub._hubs:
            Hub._hubs = {b: h for b, h in Hub._hubs.items() if not b.is_closed()} | {boucle: cls(boucle)}
        return Hub._hubs[boucle]

    @classmethod
    def du_processus(cls):
        """From any thread: the hub that serves sockets in this process, or None."""
        return next((hub for hub in reversed(Hub._hubs.values()) if hub.boucle.is_running()), None)

    def nombre(self, groupe):
        return len(self.groupes.get(groupe, ()))

    async def rejoindre(self, prise, noms):
        for nom in noms:
            self.groupes.setdefault(nom, set()).add(prise)
            if nom in self.montres:
                prise.deposer(trame_de_presence(self.montres[nom]))
        if prise.presence in noms:
            self.presences.a_dire.add(prise.presence)
        await self._accorder()

    def retirer(self, prise, noms):
        """The socket gets nothing any more, from this very instant; `_accorder` tells the layer later."""
        for nom in noms:
            prises = self.groupes.get(nom, set())
            prises.discard(prise)
            if not prises:
                for memoire in (self.groupes, self.montres, self.presences.connues):
                    memoire.pop(nom, None)
        if prise.presence in noms:
            self.presences.a_dire.add(prise.presence)

    async def quitter(self, prise, noms):
        self.retirer(prise, noms)
        await self._accorder()

    async def fermer(self):
        for tache in self.taches:
            tache.cancel()
        self.presences.a_dire |= self.presences.connues.keys()
        self.groupes.clear()
        self._dire_les_presents()
        await self.emetteur.tout_partir()
        await self._accorder()
        Hub._hubs = {b: h for b, h in Hub._hubs.items() if h is not self}

    async def _accorder(self, renouveler=False):
        """Subscribe to the groups that have a socket here, leave the others."""
        async with self.verrou:
            if self.canal is None or self.boucle.time() < self.reprise:
                return
            connus = set() if renouveler else self.abonnements
            couche = get_channel_layer()
            try:
                async with asyncio.timeout(PATIENCE):
                    for nom in self.groupes.keys() - connus:
                        await couche.group_add(nom, self.canal)
                        self.abonnements.add(nom)
                    for nom in self.abonnements - self.groupes.keys():
                        await couche.group_discard(nom, self.canal)
                        self.abonnements.discard(nom)
            except Exception as erreur:
                self.reprise = self.boucle.time() + REPRISE
                journal.warning("The channel layer refuses a subscription: %r", erreur)

    async def _entretenir(self):
        renouveler_a = self.boucle.time() + RENOUVELLEMENT
        repeter_a = self.boucle.time() + REPETITION
        while True:
            await asyncio.sleep(REPRISE)
            if self.boucle.time() >= repeter_a:
                repeter_a += REPETITION
                self.presences.a_dire |= self.presences.connues.keys()
            self._dire_les_presents()
            if renouveler := self.boucle.time() >= renouveler_a:
                renouveler_a += RENOUVELLEMENT
            if renouveler or self.groupes.keys() != self.abonnements:
                await self._accorder(renouveler)

    async def _ecouter(self):
        while True:
            try:
                couche = get_channel_layer()
                self.canal = await couche.new_channel("hub.")
                self.abonnements.clear()
                await self._accorder()
                while True:
                    self._distribuer(await couche.receive(self.canal))
                    # The writers' turn: a burst would fill every queue and cut sockets in good health.
                    await asyncio.sleep(0)
            except Exception as erreur:
                journal.warning("The channel layer does not listen: %r", erreur)
            await asyncio.sleep(REPRISE + random.random())

    def _dire_les_presents(self):
        """At most once a second for each group, however many come and go."""
        a_dire, self.presences.a_dire = self.presences.a_dire, set()
        for groupe in a_dire:
            presents = {p.personne for p in self.groupes.get(groupe, ()) if p.presence == groupe}
            self.emetteur.poster(self.presences.annonce(groupe, presents))

    def _entendre_les_presents(self, message):
        groupe, maintenant = message["groupe"], self.boucle.time()
        if groupe not in self.groupes:
            return
        self.presences.entendre(message, maintenant)
        nombre = self.presences.nombre(groupe, maintenant)
        if nombre != self.montres.get(groupe):
            self.montres[groupe] = nombre
            for prise in tuple(self.groupes[groupe]):
                prise.deposer(trame_de_presence(nombre))

    def _distribuer(self, message):
        if "presents" in message:
            return self._entendre_les_presents(message)
        for prise in tuple(self.groupes.get(message["groupe"], ())):
            prise.deposer(message)


def trame_de_presence(nombre):
    return {"texte": en_texte({"t": "presence", "n": nombre})}


async def cycle_de_vie(scope, receive, send):
    """The lifespan that Django does not have: the hub starts and stops with the server."""
    await receive()
    hub = Hub.courant()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    with suppress(Exception):
        await hub.fermer()
    await send({"type": "lifespan.shutdown.complete"})
