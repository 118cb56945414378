"""Pages: their weight, their speed beside a page that costs nothing, what the process that serves them holds.

The yardstick and the pages follow each other, round after round: a machine busy elsewhere weighs on all. A
ratio is the median of the rounds' own ratios. The processor's time does not count what others took: where it
says much better than requests/s, the machine was busy.
"""

import gzip
import re
from collections import defaultdict
from pathlib import Path
from statistics import median

from .charge import debit, latence, lire, requete

TEMOIN = "page fixe de 20 ko (témoin)"
# Name → address, whose session: nobody's, a member's, that of who runs every network.
PAGES = {
    "fil de 20 messages, visiteur": ("{fil}", ""),
    "fil de 20 messages, membre": ("{fil}", "session"),
    "fil de 2 000 messages, visiteur": ("{long}", ""),
    "fil de 2 000 messages, membre": ("{long}", "session"),
    "liste de 20 besoins, visiteur": ("/besoins/", ""),
    "liste de 20 besoins, membre": ("/besoins/", "session"),
    "matrice de 34 communes et 30 projets": ("/projets/matrice/", "session"),
    "cockpit de quatre réseaux": ("/cockpit/", "animatrice"),
    "chiffres, gardés cinq minutes": ("/chiffres/", "session"),
}


def requetes(site):
    demandes = {TEMOIN: requete("/temoin/fixe/")}
    for nom, (adresse, qui) in PAGES.items():
        demandes[nom] = requete(adresse.format(**site.semis), session=site.semis.get(qui, ""))
    return demandes


def memoire(site, nombre):
    """MiB held by the web process after its first requests, no socket open."""
    demandes = list(requetes(site).values())
    lire(site.port, *demandes * (nombre // len(demandes)))
    etat = Path(f"/proc/{site.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", etat)[1]) / 1024


def mesurer(sites, tours, secondes):
    """→ {size: {page: {p50, debit, part, calcul, part_de_calcul}}}, {page: p50, largest beside smallest}"""
    debits, calculs, p50 = ({site.taille: defaultdict(list) for site in sites} for _ in range(3))
    for _ in range(tours):
        for nom in [TEMOIN, *PAGES]:
            for site in sites:
                octets = requetes(site)[nom]
                avant = site.calcul()
                par_seconde, combien = debit(site.port, octets, secondes)
                debits[site.taille][nom].append(par_seconde)
                calculs[site.taille][nom].append((site.calcul() - avant) / combien)
                p50[site.taille][nom].append(latence(site.port, octets, secondes))
    mesures = {
        taille: {
            nom: {
                "p50": median(p50[taille][nom]),
                "debit": median(vus),
                "part": rapport(vus, debits[taille][TEMOIN]),
                "calcul": median(calculs[taille][nom]),
                "part_de_calcul": rapport(calculs[taille][TEMOIN], calculs[taille][nom]),
            }
            for nom, vus in debits[taille].items()
        }
        for taille in debits
    }
    petit, grand = p50[sites[0].taille], p50[sites[-1].taille]
    return mesures, {nom: rapport(grand[nom], petit[nom]) for nom in PAGES}


def rapport(mesures, temoins):
    return median(mesure / temoin for mesure, temoin in zip(mesures, temoins, strict=True))


def premiere_visite(site):
    """KiB that a visitor's browser receives for the home page and all that it asks for → (all, scripts)"""
    (page,) = lire(site.port, requete("/"))
    liens = re.findall(r'<(script|link|img)\b[^>]*?\b(?:src|href)="(/[^"]+)"', page.decode())
    adresses = {
        adresse: genre for genre, adresse in liens if genre != "link" or adresse.startswith("/static/")
    }
    fichiers = lire(site.port, *(requete(a, entetes=["Accept-Encoding: gzip"]) for a in adresses))
    tailles = [(genre, len(corps)) for genre, corps in zip(adresses.values(), fichiers, strict=True)]
    # In front of the site, nginx compresses pages; the static files are compressed when they are collected.
    total = len(gzip.compress(page, 6)) + sum(taille for _genre, taille in tailles)
    return total / 1024, sum(taille for genre, taille in tailles if genre == "script") / 1024
