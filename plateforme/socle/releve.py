"""Reads a mailbox: each mail that nobody has seen, one by one, marked as seen once it is treated."""

import imaplib
import logging
import re
import ssl
from urllib.parse import unquote, urlsplit

from .reception import DEBUT_GARDE, TAILLE_MAX, CourrielLu

logger = logging.getLogger(__name__)

DELAI = 30
_TAILLE = re.compile(rb"RFC822\.SIZE (\d+)")


def relever(url, traiter):
    """Give `traiter` each unseen mail of the mailbox at `url` → (how many it took, how many it could not).

    One that it could not take stays unseen: the next reading finds it again, and the others are not kept
    waiting. TLS, with its certificate checked, unless the address says otherwise.
    """
    boite = _ouvrir(url)
    pris = rates = 0
    try:
        for uid in (_reponse(boite.uid("SEARCH", "UNSEEN"))[0] or b"").split():
            try:
                traiter(_lire(boite, uid))
            except Exception:
                logger.exception("A mail was left in its mailbox.")
                rates += 1
            else:
                _reponse(boite.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))
                pris += 1
    finally:
        boite.logout()
    return pris, rates


def _ouvrir(url):
    adresse = urlsplit(url)
    contexte = ssl.create_default_context()
    if adresse.scheme == "imaps":
        boite = imaplib.IMAP4_SSL(adresse.hostname, adresse.port or 993, ssl_context=contexte, timeout=DELAI)
    elif adresse.scheme in ("imap", "imap+tls"):
        boite = imaplib.IMAP4(adresse.hostname, adresse.port or 143, timeout=DELAI)
        if adresse.scheme == "imap+tls":
            boite.starttls(contexte)
    else:
        raise ValueError("imaps://, imap+tls:// or imap:// is expected.")
    boite.login(unquote(adresse.username or ""), unquote(adresse.password or ""))
    dossier = unquote(adresse.path.strip("/")) or "INBOX"
    _reponse(boite.select(_entre_guillemets(dossier)))
    return boite


def _lire(boite, uid):
    """What is too large is read up to its beginning only."""
    lignes = _reponse(boite.uid("FETCH", uid, "(RFC822.SIZE)"))
    taille = _TAILLE.search(b" ".join(ligne for ligne in lignes if isinstance(ligne, bytes)))
    tronque = taille is None or int(taille[1]) > TAILLE_MAX
    partie = f"(BODY.PEEK[]<0.{DEBUT_GARDE}>)" if tronque else "(BODY.PEEK[])"
    for morceau in _reponse(boite.uid("FETCH", uid, partie)):
        if isinstance(morceau, tuple):
            return CourrielLu(morceau[1], tronque=tronque)
    raise imaplib.IMAP4.error(f"Mail {uid!r} has gone.")


def _entre_guillemets(texte):
    texte = texte.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{texte}"'


def _reponse(reponse):
    etat, donnees = reponse
    if etat != "OK":
        raise imaplib.IMAP4.error(donnees)
    return donnees
