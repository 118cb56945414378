"""Start for a while the servers of a production machine: PostgreSQL, Redis or any other command.

`make production-locale` and the tests share them. Nothing is installed and nothing outlives its `with`.
"""

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

# Debian keeps these out of the PATH of ordinary users.
DOSSIERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"]
UTILISATEUR = "plateforme"
SIGNATURE = b"SIGNATURE-D-ESSAI"  # the one virus of our ClamAV
IPV6 = Path("/proc/net/if_inet6").exists()


class ServiceIndisponible(Exception):
    """The message says which server did not start, and what it wrote."""


def trouver(nom):
    """The path of a server's program, or None."""
    versions = glob.glob("/usr/lib/postgresql/*/bin")
    versions.sort(key=lambda dossier: float(dossier.split("/")[4]), reverse=True)
    return shutil.which(nom, path=os.pathsep.join([os.environ.get("PATH", ""), *DOSSIERS, *versions]))


def manquants(*noms):
    return [nom for nom in noms if not trouver(nom)]


def port_libre():
    with socket.create_server(("127.0.0.1", 0)) as prise:
        return prise.getsockname()[1]


def attendre(condition, enfant, secondes=30):
    """Wait until this child of ours is ready; say what it wrote if it never is."""
    fin = time.monotonic() + secondes
    while not condition():
        if enfant.poll() is not None or time.monotonic() > fin:
            dernieres = Path(enfant.journal).read_text(errors="replace").splitlines()[-8:]
            raise ServiceIndisponible("\n".join([f"{enfant.args[0]} ne répond pas :", *dernieres]))
        time.sleep(0.05)


def repond(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def variables(fichier):
    """Those of a .env file."""
    lignes = (ligne for ligne in fichier.read_text().splitlines() if not ligne.startswith("#"))
    couples = (ligne.partition("=") for ligne in lignes if "=" in ligne)
    return {nom: valeur.strip("\"'") for nom, _, valeur in couples}


@contextlib.contextmanager
def processus(commande, journal, *, signal_d_arret=signal.SIGTERM, compte=None, **options):
    """A child in a session of its own: a Ctrl-C reaches only us, and we stop our children in order."""
    identite = {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []} if compte else {}
    with open(journal, "ab") as sortie:
        enfant = subprocess.Popen(
            commande, stdout=sortie, stderr=subprocess.STDOUT, start_new_session=True, **identite, **options
        )
    enfant.journal = journal
    try:
        yield enfant
    finally:
        enfant.send_signal(signal_d_arret)
        try:
            enfant.wait(timeout=10)
        except subprocess.TimeoutExpired:
            enfant.kill()
            enfant.wait()


@contextlib.contextmanager
def dossier_de_travail(dossier, compte=None):
    """The folder given, which stays, or one that goes with the service; the service's account owns it."""
    with contextlib.ExitStack() as pile:
        if dossier is None:
            dossier = pile.enter_context(tempfile.TemporaryDirectory(prefix="plateforme-"))
        dossier = Path(dossier)
        dossier.mkdir(parents=True, exist_ok=True)
        if compte:
            os.chown(dossier, compte.pw_uid, compte.pw_gid)
        yield dossier


def compte_sans_privilege():
    """PostgreSQL refuses root: Debian's own account then, or the one that owns nothing."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@contextlib.contextmanager
def postgresql(dossier=None):
    """A PostgreSQL of our own behind a unix socket; gives the address of its database, for DATABASE_URL."""
    compte = compte_sans_privilege()
    identite = {"user": compte.pw_uid, "group": compte.pw_gid, "extra_groups": []} if compte else {}
    with dossier_de_travail(dossier, compte) as racine, dossier_de_travail(None, compte) as prises:
        donnees, journal = racine / "base", prises / "journal"
        if not donnees.exists():
            initialiser = ["--auth=trust", f"--username={UTILISATEUR}", "--encoding=UTF8", "--locale=C.UTF-8"]
            executer([trouver("initdb"), f"--pgdata={donnees}", *initialiser], cwd=prises, **identite)
        # Only a base that lasts needs to survive a power cut.
        reglages = [] if dossier else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        reglages += ["listen_addresses=", f"unix_socket_directories={prises}", "max_connections=200"]
        commande = [trouver("postgres"), "-D", donnees, *(mot for r in reglages for mot in ["-c", r])]
        with processus(commande, journal, signal_d_arret=signal.SIGINT, compte=compte, cwd=prises) as enfant:
            creer = [trouver("createdb"), f"--host={prises}", f"--username={UTILISATEUR}", UTILISATEUR]
            pret = [trouver("pg_isready"), "--quiet", f"--host={prises}"]
            attendre(lambda: subprocess.run(pret).returncode == 0, enfant)
            subprocess.run(creer, stderr=subprocess.DEVNULL)  # fails when the folder already holds it
            yield f"postgres://{UTILISATEUR}@/{prises}/{UTILISATEUR}"


@contextlib.contextmanager
def redis(port=None, dossier=None):
    """A Redis that keeps nothing; give its former port to start it again at the same address."""
    port = port or port_libre()
    with dossier_de_travail(dossier) as racine:
        reglages = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        with processus([trouver("redis-server"), *reglages], racine / "redis.log", cwd=racine) as enfant:
            attendre(lambda: repond(port), enfant)
            yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def clamd():
    """A ClamAV that knows one virus, SIGNATURE; gives its address, for ANTIVIRUS_URL."""
    with dossier_de_travail(None) as racine:
        prise, base = racine / "prise", racine / "base"
        base.mkdir()
        base.joinpath("essai.ndb").write_text(f"Essai:0:*:{SIGNATURE.hex()}\n")
        reglages = {"LocalSocket": prise, "DatabaseDirectory": base, "Foreground": "yes", "LogSyslog": "no"}
        reglages |= {"StreamMaxLength": "25M", "TemporaryDirectory": racine}
        fichier = racine / "clamd.conf"
        fichier.write_text("".join(f"{nom} {valeur}\n" for nom, valeur in reglages.items()))
        with processus([trouver("clamd"), "-c", fichier], racine / "journal", cwd=racine) as enfant:
            attendre(prise.exists, enfant)
            yield f"unix://{prise}"


def executer(commande, **options):
    resultat = subprocess.run(
        commande, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if resultat.returncode:
        raise ServiceIndisponible(f"{commande[0]} : {resultat.stdout.strip()}")
