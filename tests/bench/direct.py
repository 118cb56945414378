"""One message, then a burst, to the sockets of a thread, beside a bare broadcast of the same to as many."""

import asyncio
import sys
from contextlib import contextmanager
from statistics import median

import uvloop
from websockets.asyncio.client import connect

from deploiement import services

from .charge import Client, requete
from .lecture import rapport
from .prises import ouvrir

RAFALE = 20


@contextmanager
def diffusion_nue(dossier):
    """→ the port of the yardstick"""
    port = services.port_libre()
    commande = [sys.executable, "-m", "tests.bench.nue", str(port)]
    with services.processus(commande, dossier / "nue.log") as enfant:
        services.attendre(lambda: services.repond(port), enfant)
        yield port


def mesurer(site, port_nu, tours, prises):
    """→ until the last one is served, and deliveries/s: (the site's, the yardstick's, their ratio)"""
    return uvloop.run(_mesurer(site, port_nu, tours, prises))


async def _mesurer(site, port_nu, tours, prises):
    chemin = f"/ws/?fil={site.semis['lu']}"
    du_site = await ouvrir(site.prises, prises, chemin=chemin, origine=site.origine)
    nues = await ouvrir(port_nu, prises)
    while du_site.pretes < prises:  # each has read its rights and been told where the thread stands
        await asyncio.sleep(0.1)
    async with Client(site.port) as client, connect(f"ws://127.0.0.1:{port_nu}/commande") as commande:

        async def publier(nombre):
            await client.demander(requete(f"/temoin/diffusion/?fil={site.semis['lu']}&n={nombre}"))

        async def diffuser(nombre):
            await commande.send(str(nombre))

        uns, rafales = [], []
        for _ in range(tours):
            uns.append([await a.mesurer(1, prises, d) for a, d in ((du_site, publier), (nues, diffuser))])
            rafales.append(
                [
                    RAFALE * prises / await a.mesurer(RAFALE, prises, d)
                    for a, d in ((du_site, publier), (nues, diffuser))
                ]
            )
    (uns_site, uns_nus), (rafales_site, rafales_nues) = zip(*uns, strict=True), zip(*rafales, strict=True)
    return {
        "derniere": (median(uns_site), median(uns_nus), rapport(uns_site, uns_nus)),
        "debit": (median(rafales_site), median(rafales_nues), rapport(rafales_site, rafales_nues)),
    }
