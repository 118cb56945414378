"""The site's two shapes: the demo's single process on SQLite, the production's processes on PostgreSQL."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploiement import services
from deploiement.production_locale import RACINE, Production


@dataclass
class Site:
    """A running site, and the sowing that fills it."""

    taille: int
    port: int  # of its pages
    prises: int | Path  # port, or unix socket, of its WebSockets
    environnement: dict
    pid: int = 0  # of the process that serves its pages
    semis: dict = field(default_factory=dict)

    @property
    def origine(self):
        return self.environnement["ADRESSE_DU_SITE"]

    def executer(self, module, *arguments, entree=""):
        """The JSON that a module of the bench prints, run with the settings of this site."""
        commande = [sys.executable, "-m", f"tests.bench.{module}", *arguments]
        sortie = subprocess.run(
            commande,
            cwd=RACINE,
            env=self.environnement,
            input=entree,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(sortie.stdout)

    def calcul(self):
        """Seconds of processor that its pages have cost until now."""
        etat = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(etat[11]) + int(etat[12])) / os.sysconf("SC_CLK_TCK")

    def semer(self):
        self.semis = self.executer("semis", str(self.taille))

    def compter(self):
        return self.executer("comptes", entree=json.dumps(self.semis))

    def recapituler(self, nombre):
        return self.executer("recapitulatifs", str(nombre))


@contextmanager
def demonstration(dossier, taille):
    """uvicorn and a2wsgi in one process, SQLite, the channel layer in memory: `make demo`."""
    port = services.port_libre()
    environnement = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.bench.reglages.demo",
        "DONNEES": str(dossier),
        "PORT": str(port),
        "ADRESSE_DU_SITE": f"http://localhost:{port}",
        "DATABASE_URL": f"sqlite:///{dossier / 'plateforme.sqlite3'}",
        "STATIC_ROOT": str(dossier / "static"),
        "STATIQUES_A_LA_VOLEE": "false",
        "REDIS_URL": "",
    }
    site = Site(taille, port, port, environnement)
    site.semer()
    servir = services.processus(
        [sys.executable, "manage.py", "servir"], dossier / "servir.log", cwd=RACINE, env=environnement
    )
    with servir as enfant:
        services.attendre(lambda: services.repond(port), enfant)
        site.pid = enfant.pid
        yield site


@contextmanager
def production(dossier, taille):
    """gunicorn and PostgreSQL for the pages, uvicorn and Redis for the sockets; one process of each."""
    port = services.port_libre()
    with (
        tempfile.TemporaryDirectory(prefix="plateforme-") as prises,
        services.postgresql(dossier / "postgresql") as base,
        services.redis(dossier=dossier / "redis") as redis,
    ):
        forme = Production(dossier, prises, port)
        reglages = {
            "DJANGO_SETTINGS_MODULE": "tests.bench.reglages.production",
            "PAGES_PROCESSUS": "1",
            # It would make way for a new one in the middle of the measures.
            "GUNICORN_CMD_ARGS": "--max-requests=0",
        }
        forme.regler(base, redis, {**reglages, "PAGES": f"127.0.0.1:{port}"})
        site = Site(taille, port, Path(prises, "prises.sock"), forme.environnement)
        site.semer()
        commandes = forme.commandes()
        pages, sockets = (
            services.processus(commandes[nom], dossier / f"{nom}.log", cwd=RACINE, env=forme.environnement)
            for nom in ("pages", "prises")
        )
        with pages as maitre, sockets as enfant:
            services.attendre(lambda: services.repond(port), maitre)
            services.attendre(site.prises.exists, enfant)
            site.pid = ouvrier(maitre.pid)
            yield site


def ouvrier(maitre):
    """gunicorn's only worker: its master serves no page."""
    return int(Path(f"/proc/{maitre}/task/{maitre}/children").read_text().split()[0])


PROGRAMMES = {"sqlite": [], "postgresql": ["redis-server", "initdb", "postgres", "createdb", "pg_isready"]}
FORMES = {"sqlite": demonstration, "postgresql": production}
NOMS = {
    "sqlite": "SQLite, forme de la démonstration : uvicorn et a2wsgi, un seul processus",
    "postgresql": "PostgreSQL, forme de la production : gunicorn (pages), uvicorn et Redis (prises)",
}
