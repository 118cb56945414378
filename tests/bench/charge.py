"""A small HTTP loader: a few connections that stay open, each asking again as soon as it is answered."""

import asyncio
import time
from statistics import median

CONNEXIONS = 4
JETON_CSRF = "b" * 32


class Client:
    """One connection; reads nothing of an answer but its status and its length."""

    def __init__(self, port):
        self.port = port

    async def __aenter__(self):
        self.lecteur, self.ecrivain = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *erreur):
        self.ecrivain.close()

    async def demander(self, requete):
        self.ecrivain.write(requete)
        entete = await self.lecteur.readuntil(b"\r\n\r\n")
        corps = b""
        if b"\r\ncontent-length: " in (minuscules := entete.lower()):
            longueur = int(minuscules.split(b"\r\ncontent-length: ", 1)[1].split(b"\r\n", 1)[0])
            corps = await self.lecteur.readexactly(longueur)
        elif b"\r\ntransfer-encoding: chunked" in minuscules:
            while taille := int(await self.lecteur.readuntil(b"\r\n"), 16):
                corps += (await self.lecteur.readexactly(taille + 2))[:-2]
            await self.lecteur.readexactly(2)
        return int(entete[9:12]), corps

    async def chronometrer(self, requete):
        """→ seconds until the whole answer is there"""
        depart = time.perf_counter()
        statut, _corps = await self.demander(requete)
        assert statut < 300, (statut, requete[:80])
        return time.perf_counter() - depart


def requete(adresse, *, session="", methode="GET", entetes=(), corps=b""):
    lignes = [f"{methode} {adresse} HTTP/1.1", "Host: localhost", *entetes]
    if session:
        lignes.append(f"Cookie: sessionid={session}; csrftoken={JETON_CSRF}")
    if corps:
        lignes += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(corps)}"]
    return "\r\n".join([*lignes, "", ""]).encode() + corps


async def rafale(port, octets, secondes, connexions):
    """→ how long each answer took, and how many came per second"""
    durees, debut = [], time.perf_counter()

    async def une():
        async with Client(port) as client:
            while time.perf_counter() < debut + secondes:
                durees.append(await client.chronometrer(octets))

    await asyncio.gather(*(une() for _ in range(connexions)))
    return durees, len(durees) / (time.perf_counter() - debut)


def debit(port, octets, secondes):
    """→ answers per second, several connections at once, and how many there were"""
    durees, par_seconde = asyncio.run(rafale(port, octets, secondes, CONNEXIONS))
    return par_seconde, len(durees)


def latence(port, octets, secondes):
    """The median duration of an answer, one connection."""
    return median(asyncio.run(rafale(port, octets, secondes, 1))[0])


def lire(port, *requetes):
    """The bodies of these answers, one after the other."""

    async def toutes():
        async with Client(port) as client:
            return [(await client.demander(octets))[1] for octets in requetes]

    return asyncio.run(toutes())
