"""Show each file to ClamAV, when the site has one (ANTIVIRUS_URL), by its INSTREAM command.

Written here: the clients that are kept alive are under GPL, and this is the whole of the protocol.
"""

import logging
import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from .disjoncteur import REPOS, Disjoncteur

logger = logging.getLogger(__name__)

DELAI = 5  # seconds that clamd may stay silent
DELAI_DU_SALUT = 1
PORT = 3310
MORCEAU = 64 * 1024
REPONSE_MAX = 4096

disjoncteur = Disjoncteur()


class Indisponible(Exception):
    pass


def analyser(fichier):
    """ValueError, with a French reason, when it holds a virus, or could not be read where it must be.

    Once clamd answers nobody, the next files do not wait for it, for a while.
    """
    adresse = getattr(settings, "ANTIVIRUS_URL", "")
    if not adresse:
        return
    try:
        if not disjoncteur.ferme:
            raise Indisponible(f"not asked again for {REPOS} s")
        virus = _demander(adresse, fichier)
    except (Indisponible, OSError) as panne:
        logger.error("The antivirus did not answer: %s", panne)
        # A file that it is alone to choke on must not open the door to the others.
        if disjoncteur.ferme and not _repond(adresse):
            disjoncteur.ouvrir()
        if getattr(settings, "ANTIVIRUS_EXIGE", False):
            raise ValueError(_("l’antivirus ne répond pas. Réessayez plus tard.")) from panne
        return
    finally:
        fichier.seek(0)
    if virus:
        logger.warning("The antivirus refused a file: %s", virus)
        raise ValueError(_("l’antivirus y a trouvé un virus."))


def _demander(adresse, fichier):
    """The name of what was found, "" when nothing was."""
    with _connecter(adresse, DELAI) as prise:
        prise.sendall(b"zINSTREAM\0")
        fichier.seek(0)
        while morceau := fichier.read(MORCEAU):
            prise.sendall(struct.pack("!L", len(morceau)) + morceau)
        prise.sendall(struct.pack("!L", 0))
        reponse = _lire(prise)
    if reponse == "stream: OK":
        return ""
    if reponse.endswith(" FOUND"):
        return reponse.removeprefix("stream: ").removesuffix(" FOUND")
    raise Indisponible(reponse or "no answer")


def _repond(adresse):
    """Whether clamd is there for somebody."""
    try:
        with _connecter(adresse, DELAI_DU_SALUT) as prise:
            prise.sendall(b"zPING\0")
            return _lire(prise) == "PONG"
    except OSError:
        return False


def _connecter(adresse, delai):
    """`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`."""
    url = urlsplit(adresse)
    if url.scheme != "unix":
        return socket.create_connection((url.hostname, url.port or PORT), timeout=delai)
    prise = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    prise.settimeout(delai)
    try:
        prise.connect(url.path)
    except OSError:
        prise.close()
        raise
    return prise


def _lire(prise):
    reponse = b""
    while not reponse.endswith(b"\0") and len(reponse) < REPONSE_MAX:
        morceau = prise.recv(REPONSE_MAX)
        if not morceau:
            break
        reponse += morceau
    return reponse.rstrip(b"\0\n").decode("utf-8", "replace")
