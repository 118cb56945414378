"""A mail that comes in: who sent it to whom, what it says, what is joined, whether a program wrote it.

Nothing here trusts what it reads: a sender is what is written in `From`, which anybody can write.
"""

import binascii
import codecs
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.dispatch import Signal
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from .reponse import Imbrique, deplier, reponse_seule, texte_du_html
from .texte import nettoyer

# A mail came in by a page of ours, `lu`; whoever knows what it answers returns its CourrielRecu.
courriel_arrive = Signal()

TAILLE_MAX = 20 * 1024 * 1024
# Of a mail that is too large: its headers, and most often its text.
DEBUT_GARDE = 256 * 1024
PROFONDEUR_MAX = 20
PARTIES_MAX = 200
LOGO_MAX = 100 * 1024
RETOUR = "X-Retour"
SEL_DU_RETOUR = "plateforme.socle.retour"
RETOUR_MAX_AGE = 30 * 24 * 3600

_ADRESSES = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_TYPES_SANS_INTERET = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
    "text/x-amp-html",
}
_OBJET_D_ABSENCE = re.compile(
    r"(?:r[ée]ponse automatique|automatic reply|auto(?:matic)?[ -]?reply|absen(?:ce|te?)\b|"
    r"out of (?:the )?office|message d.absence|je suis absente?|notification d.absence)",
    re.I,
)
_PRECEDENCES = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_ROBOTS = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond")
_JEUX_POUR_UN_AUTRE = {"ascii": ["utf-8", "windows-1252"], "iso8859-1": ["windows-1252", "iso-8859-1"]}
# Those that mail programs write; not all that Python knows is a charset, nor quick.
_JEUX = {"utf-8", "utf-8-sig", "utf-16", "utf-7", "koi8-r", "koi8-u", "mac-roman", "gb18030", "gbk", "gb2312"}
_JEUX |= {"big5", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "tis-620", "cp437", "cp850"}
_JEUX |= {f"cp{n}" for n in range(1250, 1259)} | {f"iso8859-{n}" for n in range(2, 17)}
_SERVEURS = ("mailer-daemon", "postmaster")
_LISTES = ("List-Id", "List-Unsubscribe", "List-Post", "Mailing-List")
# A full mailbox, a large mail, a refused content say nothing of the address.
_ECHECS_DE_PASSAGE = ("5.2.2", "5.2.3", "5.3.4", "5.6.", "5.7.")


class Illisible(ValueError):
    """No text can be had of it for sure: it is broken, or does not say how it is written."""


@dataclass(frozen=True)
class Retour:
    """What a mail server says of a mail of ours that it could not deliver for good."""

    adresse: str
    diagnostic: str
    identifiant: str  # the Message-ID of ours


def lire_flux(flux, maximum=TAILLE_MAX):
    """(source, whether it was too large to be kept whole): reads no more than `maximum` into memory, but all
    of the stream, since a mail server takes a reader that leaves for a failure."""
    source = flux.read(maximum + 1)
    if len(source) <= maximum:
        return source, False
    source = source[:DEBUT_GARDE]
    while flux.read(64 * 1024):
        pass
    return source, True


def signature_de_retour(adresse):
    """The header by which a mail that comes back says to whom it went: only our own can tell."""
    if not getattr(settings, "ADRESSE_DE_REPONSE", ""):
        return {}
    return {RETOUR: signing.dumps(adresse, salt=SEL_DU_RETOUR)}


class CourrielLu:
    """A mail as it came. `destinataires`: those of its envelope, if the mail server says them."""

    def __init__(self, source, *, tronque=False, destinataires=()):
        self.source = source
        self.tronque = tronque
        self._enveloppe = [adresse for adresse in destinataires if adresse]
        self._entetes = BytesHeaderParser().parsebytes(source[:DEBUT_GARDE])

    def entete(self, nom):
        """Its text, on one line; "" if there is none."""
        return _une_ligne(self._entetes.get(nom, ""))

    @property
    def sujet(self):
        return self.entete("Subject")

    @property
    def identifiant(self):
        """Its Message-ID, "" unless it may safely be copied in a header of ours."""
        return _identifiant(self._entetes)

    @cached_property
    def de(self):
        """The one address of its sender, in lower case; "" if there are several, or none."""
        champs = [str(champ) for champ in self._entetes.get_all("From", [])]
        adresses = _adresses(champs)
        return nettoyer(adresses[0]).lower()[:400] if len(champs) == len(adresses) == 1 else ""

    @cached_property
    def a(self):
        """Whom it was sent to, in lower case, the envelope first."""
        champs = [str(champ) for nom in _ADRESSES for champ in self._entetes.get_all(nom, [])]
        ecrites = _adresses(champs[:50])
        return [nettoyer(adresse).lower() for adresse in [*self._enveloppe, *ecrites] if adresse]

    def clef(self, adresse):
        """What makes it the same mail when it comes again."""
        sien = self.identifiant or hashlib.sha256(self.source).hexdigest()
        return hashlib.sha256(f"{sien} {adresse}".encode()).hexdigest()

    @property
    def automatique(self):
        """Why it is a program's own, "" for a person's."""
        if self.entete("Auto-Submitted").lower() not in ("", "no"):
            return _("Réponse automatique.")
        if any(self.entete(nom) for nom in _ROBOTS):
            return _("Réponse automatique.")
        if self.entete("Return-Path") == "<>" or self.de.partition("@")[0] in _SERVEURS:
            return _("Avis d’un serveur de courriel.")
        if self.entete("Precedence").lower() in _PRECEDENCES or any(self.entete(nom) for nom in _LISTES):
            return _("Envoyé par une liste de diffusion.")
        if _OBJET_D_ABSENCE.match(self.sujet):
            return _("Réponse automatique.")
        return ""

    # What it says

    @cached_property
    def _message(self):
        try:
            return message_from_bytes(self.source)
        except (RecursionError, ValueError, LookupError, IndexError, AttributeError, TypeError) as erreur:
            raise Illisible(_("Votre courriel est mal formé\u202f: nous n’avons pas pu le lire.")) from erreur

    @cached_property
    def _contenu(self):
        return _parcourir(self._message, _Compte(), stricte=True)

    @property
    def texte(self):
        """What the person wrote, without what she quotes; Illisible when its characters are not known."""
        return reponse_seule(self._contenu.texte)

    @property
    def texte_a_rendre(self):
        """The same as far as it can be read, to give it back."""
        try:
            contenu = _parcourir(self._message, _Compte(), stricte=False)
        except Illisible:
            return ""
        return (reponse_seule(contenu.texte) or nettoyer(contenu.texte))[:10_000]

    @property
    def fichiers(self):
        """The files joined to it, as a form would get them; not the logo of a signature."""
        return [fichier for fichier, cid in self._contenu.fichiers if not self._est_un_logo(fichier, cid)]

    def _est_un_logo(self, fichier, cid):
        return bool(cid) and fichier.size < LOGO_MAX and f"cid:{cid}" in self._contenu.html

    # What a server says of a mail of ours

    @property
    def est_un_rapport(self):
        return self._entetes.get_content_type() == "multipart/report" or "delivery-status" in str(
            self._entetes.get("Content-Type", "")
        )

    @cached_property
    def retour(self):
        """The Retour of a permanent failure of a mail that we did sign, or None."""
        if not self.est_un_rapport:
            return None
        diagnostic = adresse = identifiant = ""
        for partie in _toutes_les_parties(self._message):
            type_ = partie.get_content_type()
            if type_ == "message/delivery-status":
                diagnostic = diagnostic or _echec_permanent(partie)
            elif type_ in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
                original = _en_tetes_de_l_original(partie)
                adresse = adresse or _adresse_signee(original)
                identifiant = identifiant or _identifiant(original)
        return Retour(adresse, diagnostic, identifiant) if adresse and diagnostic else None


@dataclass
class _Contenu:
    texte: str = ""
    html: str = ""
    fichiers: tuple = ()


class _Compte:
    """So many parts and no more, whatever their shape."""

    def __init__(self):
        self.parties = 0

    def une_de_plus(self, profondeur):
        self.parties += 1
        if self.parties > PARTIES_MAX or profondeur > PROFONDEUR_MAX:
            raise Illisible(_("Votre courriel a trop de parties\u202f: nous n’avons pas pu le lire."))


def _parcourir(partie, compte, *, stricte, profondeur=0):
    compte.une_de_plus(profondeur)
    type_ = partie.get_content_type()
    if partie.is_multipart() and partie.get_content_maintype() == "multipart":
        contenus = [
            _parcourir(fille, compte, stricte=stricte, profondeur=profondeur + 1)
            for fille in partie.get_payload()
        ]
        return _choisir(contenus) if type_ == "multipart/alternative" else _assembler(contenus)
    nom = _nom(partie)
    est_joint = partie.get_content_disposition() == "attachment" or nom
    if type_ in ("text/plain", "text/html") and not est_joint:
        texte = _decoder(partie, stricte)
        if type_ == "text/html":
            return _Contenu(_texte_du_html(texte), texte)
        if partie.get_param("format", "") == "flowed":
            texte = deplier(texte, partie.get_param("delsp", "") == "yes")
        return _Contenu(texte)
    if type_ in _TYPES_SANS_INTERET or (partie.get_content_maintype() == "text" and not est_joint):
        return _Contenu()
    return _Contenu(fichiers=(_fichier(partie, nom),))


def _texte_du_html(html):
    try:
        return texte_du_html(html)
    except Imbrique as imbrique:
        raise Illisible(
            _("Votre courriel a trop de parties\u202f: nous n’avons pas pu le lire.")
        ) from imbrique


def _choisir(contenus):
    """Of several forms of one text, the first that says something; the files of all."""
    dits = [c for c in contenus if c.texte.strip()]
    texte = next((c.texte for c in dits if not c.html), dits[0].texte if dits else "")
    return _Contenu(texte, "".join(c.html for c in contenus), _fichiers(contenus))


def _assembler(contenus):
    textes = [c.texte.strip("\n") for c in contenus if c.texte.strip()]
    return _Contenu("\n\n".join(textes), "".join(c.html for c in contenus), _fichiers(contenus))


def _fichiers(contenus):
    return tuple(fichier for c in contenus for fichier in c.fichiers)


def _octets(partie):
    try:
        return partie.get_payload(decode=True) or b""
    except (ValueError, LookupError, binascii.Error, AttributeError, TypeError) as erreur:
        raise Illisible(_("Votre courriel est mal formé\u202f: nous n’avons pas pu le lire.")) from erreur


def _decoder(partie, stricte):
    octets = _octets(partie)
    try:
        annonce = codecs.lookup(partie.get_content_charset() or "us-ascii").name
    except (LookupError, ValueError, TypeError):
        annonce = ""
    # Programs that say one of these often mean windows-1252, or say nothing.
    jeux = _JEUX_POUR_UN_AUTRE.get(annonce, [annonce, "utf-8"] if annonce in _JEUX else ["utf-8"])
    for jeu in jeux:
        try:
            return octets.decode(jeu)
        except (LookupError, UnicodeError, ValueError):
            continue
    if stricte:
        raise Illisible(_("Les caractères de votre courriel ne sont pas ceux qu’il annonce."))
    return octets.decode("utf-8", "replace")


def _fichier(partie, nom):
    type_ = partie.get_content_type()
    if partie.get_content_maintype() == "message":
        return SimpleUploadedFile(f"{nom or 'courriel'}.eml", b" "), ""
    nom = nom or f"fichier{mimetypes.guess_extension(type_) or ''}"
    cid = str(partie.get("Content-ID", "")).strip().strip("<>")
    return SimpleUploadedFile(nom, _octets(partie), type_), cid


def _nom(partie):
    try:
        return _une_ligne(partie.get_filename() or "")
    except (LookupError, ValueError, TypeError):
        return "fichier"


def _une_ligne(valeur):
    """The text of a header, on one line, however its letters were written."""
    try:
        morceaux = decode_header(valeur)
    except (LookupError, ValueError):
        morceaux = [(str(valeur), None)]
    texte = "".join(_en_lettres(morceau, jeu) for morceau, jeu in morceaux)
    return " ".join(nettoyer(texte[:4000]).split())[:1000]


def _en_lettres(morceau, jeu):
    if isinstance(morceau, str):
        return morceau
    for essai in (jeu or "ascii", "utf-8", "windows-1252"):
        try:
            return morceau.decode(essai)
        except (LookupError, ValueError):
            continue
    return morceau.decode("latin-1")


def _toutes_les_parties(message):
    """As `walk`, but bounded, and without the RecursionError of a mail made to be deep."""
    a_voir, vues = [message], 0
    while a_voir and vues < PARTIES_MAX:
        partie, vues = a_voir.pop(0), vues + 1
        yield partie
        if partie.is_multipart():
            a_voir.extend(partie.get_payload())


def _echec_permanent(partie):
    """What the server says (RFC 3464), "" unless it gives up for good on the address itself."""
    for champs in partie.get_payload() if partie.is_multipart() else ():
        statut = _une_ligne(champs.get("Status", "")).split(" ")[0]
        if _une_ligne(champs.get("Action", "")).lower() != "failed" or not statut.startswith("5"):
            continue
        if not statut.startswith(_ECHECS_DE_PASSAGE):
            return f"{statut} {_une_ligne(champs.get('Diagnostic-Code', ''))}".strip()[:300]
    return ""


def _en_tetes_de_l_original(partie):
    original = partie.get_payload()
    original = original[0] if isinstance(original, list) and original else original
    return BytesHeaderParser().parsebytes(_octets(partie)) if isinstance(original, str) else original


def _identifiant(entetes):
    trouve = re.fullmatch(r"<[^<>\s]{1,250}>", str(entetes.get("Message-ID", "")).strip())
    return trouve[0] if trouve and trouve[0].isascii() else ""


def _adresse_signee(original):
    signature = re.sub(r"\s", "", str(original.get(RETOUR, "")))
    try:
        return signing.loads(signature, salt=SEL_DU_RETOUR, max_age=RETOUR_MAX_AGE)
    except signing.BadSignature:
        return ""


def _adresses(champs):
    """Those of these header fields; none at all if they are nested like no honest program would."""
    try:
        return [adresse for _nom, adresse in getaddresses(champs) if adresse]
    except RecursionError:
        return []
