"""The shape of the production on this machine: nginx, gunicorn, uvicorn, a task worker, PostgreSQL, Redis.

The settings are those of production, read from the environment that this program gives; only what needs a
certificate is left out, since browsers trust http://localhost. All its data lie in one folder.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import services

RACINE = Path(__file__).resolve().parents[1]
PROGRAMMES = ["nginx", "redis-server", "initdb", "postgres", "createdb", "pg_isready"]
MIME_TYPES = Path("/etc/nginx/mime.types")
PYTHON = sys.executable


class Production:
    """A running site: its address, the environment of its processes, and these processes."""

    def __init__(self, dossier, prises, port):
        self.prises = Path(prises)  # of the unix sockets: short, and new at each start
        self.dossier = Path(dossier).resolve()
        self.dossier.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.adresse = f"http://localhost:{port}"
        self.enfants = []

    def regler(self, base, redis, reglages):
        self.environnement = {
            **os.environ,
            **services.variables(Path(__file__).with_name("prises.env")),
            "DJANGO_SETTINGS_MODULE": "plateforme.settings.base",
            "DONNEES": str(self.dossier),
            "SECRET_KEY": self.secret(),
            "ALLOWED_HOSTS": "localhost",
            "ADRESSE_DU_SITE": self.adresse,
            "DATABASE_URL": base,
            "REDIS_URL": redis,
            "EMAIL_URL": f"filemail:///{self.dossier}/courriels",
            "DEFAULT_FROM_EMAIL": "Mutualisons <ne-pas-repondre@mutualisons.example>",
            "STATIC_ROOT": str(self.dossier / "static"),
            "MEDIA_ROOT": str(self.dossier / "media"),
            "FICHIERS_ROOT": str(self.dossier / "fichiers"),
            "FICHIERS_X_ACCEL": "/fichiers-internes/",
            "SECURE_SSL_REDIRECT": "false",
            "SECURE_HSTS_SECONDS": "0",
            "LOG_LEVEL": "WARNING",
            "PAGES": f"unix:{self.prises}/pages.sock",
            "PAGES_PROCESSUS": "2",
            **reglages,
        }

    def secret(self):
        """Drawn once: another one would sign everybody out at each start."""
        fichier = self.dossier / "secret"
        if not fichier.exists():
            fichier.touch(mode=0o600)
            fichier.write_text(secrets.token_urlsafe(50))
        return fichier.read_text()

    def manage(self, *arguments, **options):
        commande = [PYTHON, "manage.py", *arguments]
        return subprocess.run(commande, cwd=RACINE, env=self.environnement, check=True, **options)

    def preparer(self):
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        for nom in ["media", "fichiers", "courriels"]:
            self.dossier.joinpath(nom).mkdir(exist_ok=True)

    def commandes(self):
        """Name → command, in the order of the start."""
        uvicorn = [
            PYTHON,
            "-m",
            "uvicorn",
            "plateforme.asgi:application",
            "--uds",
            f"{self.prises}/prises.sock",
        ]
        return {
            "pages": [PYTHON, "-m", "gunicorn", "--config=deploiement/gunicorn.conf.py"],
            "prises": uvicorn,
            "taches": [
                PYTHON,
                "manage.py",
                "db_worker",
                "--queue-name=*",
                "--interval=0.5",
                "--no-startup-delay",
            ],
            "nginx": [services.trouver("nginx"), "-e", "stderr", "-c", f"{self.dossier}/nginx.conf"],
        }

    def configurer_nginx(self):
        self.dossier.joinpath("mime.types").write_bytes(MIME_TYPES.read_bytes())
        adresses = ["127.0.0.1", *(["[::1]"] if services.IPV6 else [])]
        ecoute = "".join(f"listen {adresse}:{self.port};\n" for adresse in adresses)
        self.dossier.joinpath("ecoute.conf").write_text(ecoute)
        valeurs = {
            "UTILISATEUR": "user root;" if os.geteuid() == 0 else "",
            "DOSSIER": self.dossier,
            "ECOUTE": self.dossier / "ecoute.conf",
            "NOM": "localhost",
            "PAGES": f"unix:{self.prises}/pages.sock",
            "PRISES": f"unix:{self.prises}/prises.sock",
            **{nom: self.environnement[nom] for nom in ["STATIC_ROOT", "MEDIA_ROOT", "FICHIERS_ROOT"]},
        }
        for gabarit, nom in [("local.conf.template", "nginx.conf"), ("site.conf.template", "site.conf")]:
            texte = Path(__file__).with_name("nginx").joinpath(gabarit).read_text()
            for cle, valeur in valeurs.items():
                texte = texte.replace(f"${{{cle}}}", str(valeur))
            self.dossier.joinpath(nom).write_text(texte)

    def demarrer(self, pile):
        self.configurer_nginx()
        for nom, commande in self.commandes().items():
            journal = self.dossier / f"{nom}.log"
            enfant = services.processus(commande, journal, cwd=RACINE, env=self.environnement)
            self.enfants.append(pile.enter_context(enfant))
            if nom in ("pages", "prises"):
                services.attendre(self.prises.joinpath(f"{nom}.sock").exists, self.enfants[-1])
        services.attendre(lambda: services.repond(self.port), self.enfants[-1])

    def arrete(self):
        """The first process that stopped by itself, or None."""
        return next((enfant for enfant in self.enfants if enfant.poll() is not None), None)


@contextmanager
def production(dossier, port, *, durable=True, **reglages):
    """The site, started; `durable` keeps its database in the folder, `reglages` change its environment."""
    with ExitStack() as pile:
        prises = pile.enter_context(tempfile.TemporaryDirectory(prefix="plateforme-"))
        site = Production(dossier, prises, port)
        base = pile.enter_context(services.postgresql(site.dossier / "postgresql" if durable else None))
        redis = pile.enter_context(services.redis(dossier=site.dossier / "redis"))
        site.regler(base, redis, reglages)
        site.preparer()
        site.demarrer(pile)
        yield site


def principal():
    if manquants := services.manquants(*PROGRAMMES):
        sys.exit(
            f"Introuvable : {', '.join(manquants)}.\n"
            "Sous Debian ou Ubuntu : sudo apt install nginx postgresql redis-server"
        )
    dossier = Path(os.environ.get("DONNEES", RACINE / "donnees")) / "production"
    fin = threading.Event()
    for numero in [signal.SIGINT, signal.SIGTERM]:
        signal.signal(numero, lambda *_: fin.set())
    print("Mise en place (une minute environ la première fois)…", flush=True)
    try:
        with production(dossier, int(os.environ.get("PORT", 8000))) as site:
            veiller(site, fin)
    except services.ServiceIndisponible as erreur:
        sys.exit(str(erreur))


def veiller(site, fin):
    site.manage("demo")
    print(
        f"\n  {site.adresse}   (Ctrl-C pour arrêter ; journaux et courriels dans {site.dossier})", flush=True
    )
    while not fin.wait(1):
        if mort := site.arrete():
            sys.exit(f"{' '.join(map(str, mort.args[:3]))} s'est arrêté : voir {mort.journal}")
    print("Arrêt…", flush=True)


if __name__ == "__main__":
    principal()
