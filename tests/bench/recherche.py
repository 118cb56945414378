"""Measures the search alone, at 100,000 contributions, on each engine: python -m tests.bench.recherche

Words come as they do in a language: few everywhere, most rarely. `--dossier` keeps the databases.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import accumulate
from pathlib import Path
from random import Random
from statistics import median, quantiles

import django

from deploiement import elasticsearch, services
from deploiement.production_locale import RACINE

MOTEURS = ("sqlite", "postgresql", "elasticsearch")
CIBLE = 50  # ms
TOURS = 15
LIMITE = 31  # what the results page asks for
SYLLABES = "ba bro chau co dé é fa ge gra hi in ju lo mé na o pa plan ra ro sol ta ti tra u va vé vi"
METIER = (
    "balayeuse voirie éclairage public déneigement sel nacelle broyeur cimetière désherbage élagage panneaux"
    " assainissement curage marquage convention délibération groupement commandes chapiteau vélos archives"
)
REQUETES = {
    "rare": "chapiteau archives",
    "fréquente": "voirie",
    "partout": "commune",
    "trois mots": "convention balayeuse voirie",
    "pluriel et accents": "eclairages publics",
    "expression": '"éclairage public"',
    "sigle": "EP",
    "faute": "balayeusse",
    "rien": "zeppelin hydravion",
}


def principal():
    lecteur = argparse.ArgumentParser(prog="python -m tests.bench.recherche", description=__doc__)
    lecteur.add_argument("--moteurs", nargs="+", choices=MOTEURS, default=MOTEURS)
    lecteur.add_argument("--taille", type=int, default=100_000, help="contributions")
    lecteur.add_argument("--dossier", type=Path, help="where the databases stay for a next run")
    lecteur.add_argument("--ici", help=argparse.SUPPRESS)
    choix = lecteur.parse_args()
    if choix.ici:
        mesurer(choix.ici, choix.taille)
        return
    with tempfile.TemporaryDirectory(prefix="plateforme-banc-") as passager:
        for moteur in choix.moteurs:
            lancer(moteur, choix.dossier or Path(passager), choix.taille)


def lancer(moteur, dossier, taille):
    """In a process of its own, with this engine's settings; Elasticsearch stands beside SQLite."""
    base = "postgresql" if moteur == "postgresql" else "sqlite"
    sien = dossier / f"recherche-{base}-{taille}"
    sien.mkdir(parents=True, exist_ok=True)
    environnement = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.reglages.demo",
        "DONNEES": str(sien),
        "STATIC_ROOT": str(sien / "static"),
        "DATABASE_URL": f"sqlite:///{sien / 'plateforme.sqlite3'}",
        "LOG_LEVEL": "ERROR",
    }
    with ExitStack() as pile:
        if moteur == "postgresql":
            sien.chmod(0o755)
            environnement["DATABASE_URL"] = pile.enter_context(services.postgresql(sien / "pg"))
        if moteur == "elasticsearch":
            environnement["ELASTICSEARCH_URL"] = pile.enter_context(elasticsearch.elasticsearch())
            environnement["ELASTICSEARCH_TIMEOUT"] = "30"
        commande = [sys.executable, "-m", "tests.bench.recherche", "--ici", moteur, "--taille", str(taille)]
        sortie = subprocess.run(
            commande, cwd=RACINE, env=environnement, stdout=subprocess.PIPE, text=True, check=True
        )
    dire(moteur, taille, json.loads(sortie.stdout.splitlines()[-1]))


def dire(moteur, taille, mesures):
    print(f"\n{moteur}, {taille} contributions (cible : {CIBLE} ms)")
    for nom, (trouvees, p50, p95, calcul) in mesures["recherches"].items():
        temps = f"p50 {p50:6.1f} ms  p95 {p95:6.1f} ms  en calcul {calcul:6.1f} ms"
        print(f"  {nom:<20} {trouvees:>7} réponses  {temps}")
    print(f"  enregistrer et indexer : p50 {mesures['enregistrer']:.1f} ms")
    if mesures["indexer"]:
        print(f"  reconstruire l'index : {mesures['indexer']:.0f} s")


def mesurer(moteur, taille):
    django.setup()
    from django.core.management import call_command
    from wagtail.search.backends import get_search_backend
    from wagtail.search.models import IndexEntry

    from plateforme.socle import recherche
    from plateforme.socle.texte import requete
    from reseau.models import Contribution, Membre

    remplir(taille)
    indexer = 0
    backend = "elasticsearch" if moteur == "elasticsearch" else "default"
    if moteur == "elasticsearch" or IndexEntry.objects.count() < taille:
        indexer = duree(lambda: call_command("update_index", backend_name=backend, verbosity=0)) / 1000
        get_search_backend(backend).refresh_indexes()
    lectrice = Membre.objects.order_by("pk").first().utilisateur
    recherches = {}
    for nom, q in REQUETES.items():
        visibles = Contribution.objects.visibles_par(lectrice).publiees()
        nombre = visibles.search(requete(q), backend=backend).count()
        durees, calculs = [], []
        for _ in range(TOURS):
            calcul = time.thread_time()
            durees.append(
                duree(lambda visibles=visibles, q=q: recherche.chercher(visibles, requete(q), LIMITE))
            )
            calculs.append(1000 * (time.thread_time() - calcul))
        recherches[nom] = nombre, median(durees), quantiles(durees, n=20)[-1], median(calculs)
    assert recherche.disjoncteur.ferme
    contribution = Contribution.objects.order_by("-pk").first().specifique
    enregistrer = median(duree(lambda: get_search_backend(backend).add(contribution)) for _ in range(TOURS))
    print(json.dumps({"recherches": recherches, "enregistrer": enregistrer, "indexer": indexer}))


def duree(geste):
    debut = time.perf_counter()
    geste()
    return 1000 * (time.perf_counter() - debut)


def remplir(taille):
    from plateforme.accueil import preparation
    from reseau.models import Collectivite, Contribution

    from . import semis

    preparation.preparer(dire=lambda etape: None)
    hasard = Random(53)
    if not Collectivite.objects.exists():
        semis.peupler(hasard)
    manque = taille - Contribution.objects.count()
    if manque > 0:
        semis.publier(hasard, manque, Langue(hasard).texte)


class Langue:
    """Twenty thousand words, the n-th of which comes once when the first comes n times; those of the trade
    among the first thousand."""

    def __init__(self, hasard):
        self.hasard = hasard
        mots = ["".join(hasard.choices(SYLLABES.split(), k=hasard.randint(2, 4))) for _ in range(20_000)]
        mots[:3] = ["commune", "de", "la"]
        for mot in METIER.split():
            mots[hasard.randint(50, 1000)] = mot
        self.mots, self.poids = mots, list(accumulate(1 / rang for rang in range(1, len(mots) + 1)))

    def texte(self):
        """(title, text)."""
        mots = self.hasard.choices(self.mots, cum_weights=self.poids, k=self.hasard.randint(40, 120))
        return " ".join(mots[:6]).capitalize(), " ".join(mots[6:])


if __name__ == "__main__":
    principal()
