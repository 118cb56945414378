"""The yardstick of the live measures, a process of its own: python -m tests.bench.nue PORT.

A bare `websockets` broadcast, on the event loop of the site's own server. Who connects at /commande says how
many frames all the others get.
"""

import asyncio
import json
import sys
import time

import uvloop
from websockets.asyncio.server import broadcast, serve

HTML = "x" * 900


async def principal(port):
    prises = set()

    async def servir(prise):
        if prise.request.path != "/commande":
            prises.add(prise)
        async for nombre in prise:
            for _ in range(int(nombre)):
                trame = {"t": "fil", "fil": 1, "parti": time.time(), "html": HTML}
                broadcast(prises, json.dumps(trame, separators=(",", ":")))

    async with serve(servir, "127.0.0.1", port, compression=None, ping_interval=None):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    uvloop.run(principal(int(sys.argv[1])))
