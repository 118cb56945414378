"""Office documents are zip archives: their directory is read before anything is unpacked, and only two small
members ever are."""

import re
import struct
import zipfile
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

MEMBRES_MAX = 5_000
REPERTOIRE_MAX = 1024 * 1024
DEPLIE_MAX = 300 * 1024 * 1024
# Repetitive sheets compress very well; below this size nobody is harmed.
RAPPORT_MAX, DEPLIE_SANS_RAPPORT = 200, 20 * 1024 * 1024
DECLARATION_MAX = 1024 * 1024
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
# An embedded sheet (docx, xlsx, pptx) is how charts are stored: these are not refused.
EMBARQUES_REFUSES = frozenset(
    {".zip", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".jar", ".cab", ".iso"}
    | {".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js", ".jse", ".wsf", ".hta"}
    | {".lnk", ".py", ".sh", ".docm", ".xlsm", ".pptm", ".dotm", ".xlsb"}
)


def controler_bureautique(fichier, extension):
    """DocumentRefuse with a French reason unless `fichier` is a sound document of that extension."""
    try:
        _controler_repertoire(fichier)
        with zipfile.ZipFile(fichier) as archive:
            membres = archive.infolist()
            _controler_bombe(membres)
            _controler_noms(membres)
            _controler_type(archive, extension)
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


def _controler_repertoire(fichier):
    """zipfile loads the whole directory at once: its size is read first, in the last bytes of the file."""
    debut = max(fichier.size - 65_557, 0)
    fichier.seek(debut)
    queue = fichier.read()
    fichier.seek(0)
    position = queue.rfind(b"PK\x05\x06")
    if position < 0 or len(queue) < position + 22:
        raise zipfile.BadZipFile
    (taille,) = struct.unpack_from("<L", queue, position + 12)
    zip64 = queue[max(position - 20, 0) : position].startswith(b"PK\x06\x07")
    if zip64 or taille > REPERTOIRE_MAX:
        raise DocumentRefuse(_("le document contient trop d’éléments."))


def _controler_bombe(membres):
    deplie = sum(membre.file_size for membre in membres)
    plie = sum(membre.compress_size for membre in membres) or 1
    if len(membres) > MEMBRES_MAX:
        raise DocumentRefuse(_("le document contient trop d’éléments."))
    if deplie > DEPLIE_MAX or (deplie > DEPLIE_SANS_RAPPORT and deplie / plie > RAPPORT_MAX):
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
    else:
        declaration = _lire(archive, "[Content_Types].xml")
        if _DETOUR.search(declaration):
            raise zipfile.BadZipFile
        if _MACROS.search(declaration):
            raise DocumentRefuse(_("le document contient des macros. Enregistrez-le sans macros."))
        juste = TYPES_OOXML[extension] in declaration
    if not juste:
        raise DocumentRefuse(_mauvais_contenu(extension))


def _lire(archive, nom):
    membre = archive.getinfo(nom)
    if membre.file_size > DECLARATION_MAX:
        raise zipfile.BadZipFile
    return archive.read(membre)
