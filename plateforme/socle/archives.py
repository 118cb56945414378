"""Office documents are zip archives: their directory is read before anything is unpacked, then their
declaration, and of the members that are not XML the first bytes, which say what they are."""

import os
import re
import struct
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

MEMBRES_MAX = 5_000
REPERTOIRE_MAX = 1024 * 1024
DEPLIE_MAX = 300 * 1024 * 1024
# Repetitive sheets compress very well; below this size nobody is harmed.
RAPPORT_MAX, DEPLIE_SANS_RAPPORT = 200, 20 * 1024 * 1024
DECLARATION_MAX = 1024 * 1024
EMBARQUE_MAX = 20 * 1024 * 1024
_MACROS = re.compile(rb"macroenabled|vbaproject|vbadata", re.IGNORECASE)
# Other ways of writing the same words, which no office program uses there: UTF-16, references, a DTD.
_DETOUR = re.compile(rb"\x00|&#|<!DOCTYPE", re.IGNORECASE)
TYPES_OOXML = {
    "docx": b"wordprocessingml.document.main+xml",
    "xlsx": b"spreadsheetml.sheet.main+xml",
    "pptx": b"presentationml.presentation.main+xml",
}
TYPES_ODF = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
    "odp": b"application/vnd.oasis.opendocument.presentation",
}
# An embedded sheet (docx, xlsx, pptx) is how charts are stored: these are controlled in their turn.
EMBARQUES_REFUSES = frozenset(
    {".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".jar", ".cab", ".iso"}
    | {".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta"}
    | {".lnk", ".py", ".sh", ".docm", ".xlsm", ".pptm", ".dotm", ".xlsb"}
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# What the names of OLE's streams tell: a document under a password, and Visual Basic.
_CHIFFRE, _VBA = "EncryptedPackage".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le")
_GZIP, _DESSINS_GZIP = b"\x1f\x8b\x08", (".emz", ".wmz")
_ARCHIVES_ET_PROGRAMMES = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"#!",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
) + (_GZIP, b"BZh", b"\xfd7zXZ\x00", b"MSCF", b"L\x00\x00\x00\x01\x14\x02\x00", b"!<arch>")


def controler_bureautique(fichier, extension, *, embarque=False):
    """DocumentRefuse with a French reason unless `fichier` is a sound document of that extension."""
    try:
        _controler_contenant(fichier)
        _controler_repertoire(fichier)
        with zipfile.ZipFile(fichier) as archive:
            membres = archive.infolist()
            _controler_bombe(membres, _taille(fichier))
            _controler_noms(membres)
            _controler_type(archive, extension)
            _controler_embarques(archive, membres, embarque)
    except DocumentRefuse:
        raise
    except Exception as erreur:
        # zipfile fed with garbage raises nearly anything.
        raise DocumentRefuse(_mauvais_contenu(extension)) from erreur


class DocumentRefuse(ValueError):
    pass


def _mauvais_contenu(extension):
    return (
        _("le contenu n’est pas celui d’un fichier .%s, ou il est protégé par un mot de passe.") % extension
    )


def _taille(fichier):
    return fichier.seek(0, os.SEEK_END)


def _controler_contenant(fichier):
    """Before zip, office programs wrote OLE; they still do around a document under a password."""
    fichier.seek(0)
    debut = fichier.read(len(OLE))
    if debut == OLE:
        fichier.seek(0)
        if _CHIFFRE in fichier.read():
            raise DocumentRefuse(_protege())
        raise DocumentRefuse(_("le document est d’un ancien format. Enregistrez-le dans le format actuel."))
    if not debut.startswith(ZIP):
        raise zipfile.BadZipFile  # zipfile would forgive what stands before


def _protege():
    return _("le document est protégé par un mot de passe. Enregistrez-le sans mot de passe.")


def _controler_repertoire(fichier):
    """zipfile loads the whole directory at once: its size is read first, in the last bytes of the file."""
    fichier.seek(max(_taille(fichier) - 65_557, 0))
    queue = fichier.read()
    fichier.seek(0)
    position = queue.rfind(b"PK\x05\x06")
    if position < 0 or len(queue) < position + 22:
        raise zipfile.BadZipFile
    (taille,) = struct.unpack_from("<L", queue, position + 12)
    zip64 = queue[max(position - 20, 0) : position].startswith(b"PK\x06\x07")
    if zip64 or taille > REPERTOIRE_MAX:
        raise DocumentRefuse(_("le document contient trop d’éléments."))


def _controler_bombe(membres, taille):
    deplie = sum(membre.file_size for membre in membres)
    plie = sum(membre.compress_size for membre in membres) or 1
    if len(membres) > MEMBRES_MAX:
        raise DocumentRefuse(_("le document contient trop d’éléments."))
    # Members that share the same bytes weigh more together than the file does.
    if plie > taille or deplie > DEPLIE_MAX or (deplie > DEPLIE_SANS_RAPPORT and deplie / plie > RAPPORT_MAX):
        raise DocumentRefuse(_("le document est anormalement compressé."))


def _controler_noms(membres):
    # Office programs tell no capital letter from a small one.
    noms = [membre.filename.lower() for membre in membres]
    if len(set(noms)) != len(noms) or any(m.flag_bits & 1 for m in membres):
        raise zipfile.BadZipFile
    for nom in noms:
        chemin = PurePosixPath(nom.replace("\\", "/"))
        # Behind a colon, Windows keeps a second file in the first.
        if chemin.is_absolute() or ".." in chemin.parts or ":" in nom:
            raise zipfile.BadZipFile
        if _est_une_macro(chemin):
            raise DocumentRefuse(_("le document contient des macros. Enregistrez-le sans macros."))
        # Windows drops the spaces and the dots at the end of a name.
        if PurePosixPath(nom.rstrip(" .")).suffix in EMBARQUES_REFUSES:
            raise DocumentRefuse(_("le document contient une archive ou un programme."))


def _est_une_macro(chemin):
    """The places where VBA, Excel 4 sheets, and the Basic and scripts of LibreOffice are kept."""
    parties = chemin.parts or [""]
    return (
        parties[-1].startswith(("vbaproject", "vbadata"))
        or "macrosheets" in parties
        or parties[0] in ("basic", "scripts")
    )


def _controler_type(archive, extension):
    if extension in TYPES_ODF:
        juste = _lire(archive, "mimetype").strip() == TYPES_ODF[extension]
        manifeste = "META-INF/manifest.xml"
        if manifeste in archive.namelist() and b"encryption-data" in _lire(archive, manifeste):
            raise DocumentRefuse(_protege())
    else:
        declaration = _lire(archive, "[Content_Types].xml")
        if _DETOUR.search(declaration):
            raise zipfile.BadZipFile
        if _MACROS.search(declaration):
            raise DocumentRefuse(_("le document contient des macros. Enregistrez-le sans macros."))
        juste = TYPES_OOXML[extension] in declaration
    if not juste:
        raise DocumentRefuse(_mauvais_contenu(extension))


def _controler_embarques(archive, membres, embarque):
    """A name says what it likes; the first bytes of what it names do not lie."""
    for membre in membres:
        suffixe = PurePosixPath(membre.filename.lower()).suffix
        if membre.is_dir() or suffixe in (".xml", ".rels"):
            continue
        with archive.open(membre) as flux:
            debut = flux.read(len(OLE))
            est_un_dessin = debut.startswith(_GZIP) and suffixe in _DESSINS_GZIP
            if debut.startswith(_ARCHIVES_ET_PROGRAMMES) and not est_un_dessin:
                raise DocumentRefuse(_("le document contient une archive ou un programme."))
            if debut == OLE and _VBA in debut + flux.read(EMBARQUE_MAX):
                raise DocumentRefuse(_("le document contient des macros. Enregistrez-le sans macros."))
        if debut.startswith(ZIP):
            _controler_archive_embarquee(archive, membre, suffixe.removeprefix("."), embarque)


def _controler_archive_embarquee(archive, membre, extension, embarque):
    """A sheet behind a chart, or a document in a document: once, and only sound."""
    est_un_document = extension in TYPES_OOXML or extension in TYPES_ODF
    if embarque or not est_un_document or membre.file_size > EMBARQUE_MAX:
        raise DocumentRefuse(_("le document contient une archive ou un programme."))
    controler_bureautique(BytesIO(archive.read(membre)), extension, embarque=True)


def _lire(archive, nom):
    membre = archive.getinfo(nom)
    if membre.file_size > DECLARATION_MAX:
        raise zipfile.BadZipFile
    return archive.read(membre)
