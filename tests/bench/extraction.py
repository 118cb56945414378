"""A PDF of 33 pages read, and its first page drawn, each apart, beside a Python that does nothing."""

import subprocess
import sys
import tempfile
import time
from statistics import median

from plateforme.socle.isolement import isoler
from tests.documents import pdf

from .lecture import rapport

PAGES = 33
LIGNE = "Article {} : la commune prête sa balayeuse, l’éclairage public et l’œuvre d’été à sa voisine."
TACHES = {
    "texte d'un PDF de 33 pages": ("pdf", {"pages_max": PAGES, "caracteres_max": 10**6}),
    "vignette de sa première page": ("apercu", {"page": 1, "largeur": 400}),
}


def mesurer(tours):
    """→ {task: (p50, p50 of the bare start, ratio, MiB at most)}"""
    page = "\n".join(LIGNE.format(numero) for numero in range(55))
    nus, durees, pics = [], {nom: [] for nom in TACHES}, {}
    with tempfile.TemporaryFile() as fichier:
        fichier.write(pdf(*[page] * PAGES))
        fichier.flush()
        for _ in range(tours):
            nus.append(chronometrer(subprocess.run, [sys.executable, "-E", "-s", "-c", ""])[0])
            for nom, (tache, options) in TACHES.items():
                fichier.seek(0)
                duree, resultat = chronometrer(isoler, tache, fichier, attente=60, **options)
                assert not resultat.code, resultat.code
                durees[nom].append(duree)
                pics[nom] = resultat.faits["pic"] / 1024
    return {nom: (median(vues), median(nus), rapport(vues, nus), pics[nom]) for nom, vues in durees.items()}


def chronometrer(fonction, *arguments, **options):
    debut = time.perf_counter()
    resultat = fonction(*arguments, **options)
    return time.perf_counter() - debut, resultat
