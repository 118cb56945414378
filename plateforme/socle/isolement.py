"""Run `plateforme.socle.isole` on a file: whatever the file is, there is an answer within a few seconds, and
this process has opened nothing but the answer."""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from .isole.reponse import FIN, lire

logger = logging.getLogger(__name__)

DELAI = 6  # seconds, the start of the program included
_DOSSIER = Path(__file__).resolve().parents[2]
# Neither the keys of the site nor the address of its database.
_ENVIRONNEMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"}
# Each may take 512 MB: two at a time, whatever the threads of this process.
_PLACES = threading.BoundedSemaphore(2)


@dataclass
class Resultat:
    """`code` is empty when all went well; what was said before an accident is there all the same."""

    code: str
    morceaux: list = field(default_factory=list)
    faits: dict = field(default_factory=dict)


def isoler(tache, fichier, *, attente, **options):
    """The Resultat of a task of `isole` on this file, which the system has under a descriptor; « occupe » if
    no place is free within `attente` seconds: who waits in front of a page holds a thread of the site."""
    if not _PLACES.acquire(timeout=attente):
        return Resultat("occupe")
    try:
        with tempfile.TemporaryFile() as sortie:
            debut = time.monotonic()
            fin = _executer([tache, json.dumps(options)], fichier, sortie)
            sortie.seek(0)
            resultat = _resultat(sortie, fin)
    finally:
        _PLACES.release()
    duree, pic = time.monotonic() - debut, resultat.faits.get("pic", 0)
    niveau = logging.ERROR if resultat.code == "panne" else logging.INFO
    logger.log(niveau, "%s: %r in %.2f s, %d KiB.", tache, resultat.code, duree, pic)
    return resultat


def _executer(arguments, entree, sortie):
    """How the process ended: as `Popen.returncode` says it."""
    commande = [sys.executable, "-E", "-s", "-m", "plateforme.socle.isole", *arguments]
    enfant = subprocess.Popen(
        commande,
        stdin=entree,
        stdout=sortie,
        stderr=subprocess.DEVNULL,
        cwd=_DOSSIER,
        env=_ENVIRONNEMENT,
        start_new_session=True,
    )
    try:
        return enfant.wait(DELAI)
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU
    finally:
        # It and its children, if it had any.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(enfant.pid, signal.SIGKILL)
        enfant.wait()


def _resultat(sortie, fin):
    morceaux = list(lire(sortie))
    if morceaux and morceaux[-1][0] == FIN:
        faits = json.loads(morceaux.pop()[1])
        return Resultat(faits.pop("code"), morceaux, faits)
    if fin in (-signal.SIGXCPU, -signal.SIGKILL):
        return Resultat("long", morceaux)
    # A signal is the file's doing; an exit is ours: a library is missing, Python does not start.
    return Resultat("panne" if fin > 0 else "illisible", morceaux)
