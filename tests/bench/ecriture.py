"""A member's message, told to its twenty followers, beside the least transaction that writes a message."""

import asyncio
from statistics import median
from urllib.parse import urlencode
from uuid import uuid4

from .charge import JETON_CSRF, Client, requete
from .lecture import rapport

MESSAGE = "La nôtre est en panne aussi : nous en voudrions une, trois semaines au plus. "
PAR_TOUR = 30


def mesurer(site, tours, par_tour=PAR_TOUR):
    """→ p50 of a message, p50 of the bare transaction, ratio"""
    durees = [asyncio.run(tour(site, par_tour)) for _ in range(tours)]
    messages, nues = zip(*durees, strict=True)
    return median(messages), median(nues), rapport(messages, nues)


async def tour(site, nombre):
    messages, nues = [], []
    async with Client(site.port) as client:
        for _ in range(nombre):
            messages.append(await client.chronometrer(message(site)))
            nues.append(await client.chronometrer(transaction_nue(site)))
    return median(messages), median(nues)


def message(site):
    """As the page itself sends it: with htmx, under a token of its own."""
    return poster(site, site.semis["messages"], texte=MESSAGE, jeton=uuid4())


def transaction_nue(site):
    return poster(site, "/temoin/transaction/", texte=MESSAGE, contribution=site.semis["ecrit"])


def poster(site, adresse, **champs):
    entetes = ["HX-Request: true", f"X-CSRFToken: {JETON_CSRF}"]
    corps = urlencode(champs).encode()
    return requete(adresse, methode="POST", session=site.semis["session"], entetes=entetes, corps=corps)
