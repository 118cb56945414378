"""Members' files: checked and cleaned on the way in, served by our view only on the way out.

A form checks (`FichiersField`, outside any transaction), the view writes
`PieceJointe.depuis_fiche(fiche, message=message)` in its transaction. When that transaction
rolls back, or when a row goes otherwise than by `supprimer`, the file stays on the disk without a
row: `balayer_les_fichiers` removes it a day later. So no file is ever deleted for a transaction that
did not commit.
"""

import hashlib
import logging
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePosixPath

from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from .antivirus import analyser
from .archives import controler_bureautique
from .images import TYPES_IMAGE, nettoyer_image
from .models.fichiers import FichierProtege, dossier, stockage
from .texte import nettoyer

logger = logging.getLogger(__name__)

TAILLE_MAX = 20 * 1024 * 1024
NOM_MAX = 150
AGE_ORPHELIN = timedelta(days=1)
POLITIQUE = "default-src 'none'; sandbox"
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    **TYPES_IMAGE,
}
# What is refused under this name, and the one under which the same document passes.
_A_MACROS = {"docm": "docx", "dotm": "docx", "xlsm": "xlsx", "xlsb": "xlsx", "pptm": "pptx", "ppsm": "pptx"}
_ANCIENS = {"doc": "docx", "xls": "xlsx", "ppt": "pptx"}
_PLAGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_INTERDITS_DANS_UN_NOM = re.compile(r'[\\/:*?"<>|\n\t]+')
_CONTROLES = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# A PDF begins at once, but for a mark or a blank; a page of HTML that holds one somewhere is not one.
_DEBUT_PDF = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}%PDF-\d")
_TETE_PDF = 1024
# What a browser that guesses would take for a page, and what an unpacker looks for at the end.
_PAGE_WEB = re.compile(rb"<(?:!doctype\s+html|html|head|script|svg|body|iframe|img|object|embed)[\s>/]", re.I)
_FIN_DE_ZIP = re.compile(rb"PK\x05\x06|PK\x06\x07|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
# Formats that are text to the eye, and something else to the program that opens them.
_AUTRES_TEXTES = (b"%PDF-", b"%!PS", b"{\\rtf", b"MIME-Version:")
# Any letter of a PDF's name may be written #xx.
_LANCEMENT_PDF = re.compile(rb"/(?:L|#4[Cc])(?:a|#61)(?:u|#75)(?:n|#6[Ee])(?:c|#63)(?:h|#68)\b")


@dataclass
class FicheFichier:
    """A file that passed: what is to be stored, under the names of the fields of FichierProtege."""

    fichier: File
    nom_origine: str
    type_mime: str
    taille: int
    empreinte: str
    image: dict = field(default_factory=dict)

    def champs(self):
        return {cle: v for cle, v in vars(self).items() if cle != "image"} | self.image


def taille_lisible(octets):
    """« 580 Ko », « 1,2 Mo », « 20 Mo »: as people say it."""
    if octets < 1024**2:
        return f"{max(1, round(octets / 1024))}\u00a0Ko"
    unite, poids = ("Mo", 1024**2) if octets < 1024**3 else ("Go", 1024**3)
    return f"{octets / poids:.1f}".removesuffix(".0").replace(".", ",") + f"\u00a0{unite}"


def taille_max():
    return getattr(settings, "FICHIERS_TAILLE_MAX", TAILLE_MAX)


def controler(fichier):
    """The FicheFichier of an uploaded file, or a ValidationError that names the file."""
    nom = nom_propre(fichier.name)
    extension = PurePosixPath(nom).suffix.lower().removeprefix(".")
    if extension not in TYPES:
        raise _refus(nom, _pourquoi_ce_format_est_refuse(extension))
    if not fichier.size:
        raise _refus(nom, _("le fichier est vide."))
    if fichier.size > taille_max():
        raise _refus(nom, _("le fichier dépasse %s.") % taille_lisible(taille_max()))
    fichier.seek(0)
    try:
        analyser(fichier)
        if extension in TYPES_IMAGE:
            return _fiche_image(fichier, nom)
        _controler_contenu(fichier, extension)
    except ValueError as erreur:
        raise _refus(nom, str(erreur)) from erreur
    return _fiche(fichier, nom, TYPES[extension])


def nom_propre(nom):
    """A name to show and to download under: no folder, no control or bidi character, not too long."""
    base = re.split(r"[\\/]", nettoyer(nom))[-1]
    base = " ".join(_INTERDITS_DANS_UN_NOM.sub(" ", base).split()).lstrip(".")
    chemin = PurePosixPath(base or "fichier")
    suffixe = chemin.suffix[:10]
    return f"{chemin.stem[: NOM_MAX - len(suffixe)].rstrip()}{suffixe}"


def servir(request, fichier_protege, telechargement=True, version="fichier"):
    """The answer of the one view that serves this file; it has checked the visibility.

    Only an image (one that we re-encoded) is ever shown in the page, everything else is downloaded.
    """
    contenu = getattr(fichier_protege, version)
    if not contenu:
        raise Http404
    est_original = version == "fichier"
    etag = quote_etag(f"{fichier_protege.empreinte}-{version}")
    reponse = get_conditional_response(request, etag=etag)
    if reponse is None:
        reponse = _corps(contenu, _plage(request, etag))
        reponse["Content-Type"] = fichier_protege.type_mime if est_original else "image/webp"
    reponse["ETag"] = etag
    # Kept by the browser but asked again each time: a right that is lost is lost at once.
    reponse["Cache-Control"] = "private, no-cache"
    reponse["Content-Security-Policy"] = POLITIQUE
    reponse["X-Content-Type-Options"] = "nosniff"
    montrable = fichier_protege.est_image or not est_original
    reponse["Content-Disposition"] = content_disposition_header(
        telechargement or not montrable, fichier_protege.nom_origine
    )
    return reponse


def balayer_les_fichiers(age=AGE_ORPHELIN):
    """Delete the files that no row names: their transaction was rolled back, or their row deleted."""
    disque, limite, supprimes = stockage(), timezone.now() - age, 0
    for modele in apps.get_models():
        if not issubclass(modele, FichierProtege):
            continue
        noms = _noms_en_base(modele)
        for nom in _noms_sur_disque(disque, dossier(modele)):
            if nom not in noms and disque.get_modified_time(nom) < limite:
                disque.delete(nom)
                supprimes += 1
    return supprimes


class ChoixDeFichiers(forms.ClearableFileInput):
    allow_multiple_selected = True

    def __init__(self, attrs=None):
        super().__init__({"accept": ",".join(f".{extension}" for extension in TYPES), **(attrs or {})})


class FichiersField(forms.FileField):
    """Several files in one field; its cleaned value is a list of FicheFichier."""

    widget = ChoixDeFichiers
    default_error_messages = {
        "max_fichiers": ngettext_lazy(
            "%(max)d fichier au plus.", "%(max)d fichiers au plus par envoi.", "max"
        ),
        "required": gettext_lazy("Choisissez au moins un fichier."),
    }

    def __init__(self, *, max_fichiers=5, **kwargs):
        super().__init__(**kwargs)
        self.max_fichiers = max_fichiers

    def clean(self, data, initial=None):
        fichiers = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not fichiers and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(fichiers) > self.max_fichiers:
            raise ValidationError(
                self.error_messages["max_fichiers"], code="max_fichiers", params={"max": self.max_fichiers}
            )
        fiches, erreurs = [], []
        for fichier in fichiers:
            try:
                fiches.append(controler(fichier))
            except ValidationError as refus:
                erreurs.append(refus)
        if erreurs:
            raise ValidationError(erreurs)
        return fiches


def _refus(nom, raison):
    return ValidationError(
        _("«\u202f%(nom)s\u202f»\u202f: %(raison)s"),
        code="fichier_refuse",
        params={"nom": nom, "raison": raison},
    )


def _pourquoi_ce_format_est_refuse(extension):
    if extension in _A_MACROS:
        refus = _("ce format porte des macros, qui ne sont pas acceptées. Enregistrez-le en .%s.")
        return refus % _A_MACROS[extension]
    if extension in _ANCIENS:
        return _("ce format est ancien. Enregistrez-le en .%s.") % _ANCIENS[extension]
    return _("ce format n’est pas accepté. Formats possibles\u202f: %s.") % ", ".join(TYPES)


def _controler_contenu(fichier, extension):
    if extension == "pdf":
        _controler_pdf(fichier)
    elif extension in ("txt", "csv"):
        _controler_texte(fichier)
    else:
        controler_bureautique(fichier, extension)


def _controler_pdf(fichier):
    contenu = fichier.read()
    if not _DEBUT_PDF.match(contenu):
        raise ValueError(_("le contenu n’est pas celui d’un PDF."))
    fin = contenu.rfind(b"%%EOF")
    queue = contenu[fin:] if fin >= 0 else b""
    if _PAGE_WEB.search(contenu[:_TETE_PDF]) or _PAGE_WEB.search(queue) or _FIN_DE_ZIP.search(queue):
        raise ValueError(_("ce PDF cache un autre fichier."))
    # What compressed objects hide is left to the reader's program.
    if _LANCEMENT_PDF.search(contenu):
        raise ValueError(_("ce PDF lance un programme."))


def _controler_texte(fichier):
    contenu = fichier.read()
    if contenu[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            contenu = contenu.decode("utf-16").encode()
        except UnicodeDecodeError as erreur:
            raise ValueError(_("le contenu n’est pas du texte.")) from erreur
    if _CONTROLES.search(contenu) or contenu.lstrip().startswith(_AUTRES_TEXTES):
        raise ValueError(_("le contenu n’est pas du texte."))


def _fiche_image(fichier, nom):
    image = nettoyer_image(fichier)
    nom = f"{PurePosixPath(nom).stem}.{image.pop('extension')}"
    return _fiche(image.pop("fichier"), nom, image.pop("type_mime"), image)


def _fiche(fichier, nom, type_mime, image=None):
    fichier.seek(0)
    empreinte = hashlib.sha256()
    for morceau in fichier.chunks():
        empreinte.update(morceau)
    fichier.seek(0)
    return FicheFichier(fichier, nom, type_mime, fichier.size, empreinte.hexdigest(), image or {})


def _corps(contenu, plage=None):
    prefixe = getattr(settings, "FICHIERS_X_ACCEL", "")
    if prefixe:
        # nginx reads the ranges by itself.
        return HttpResponse(headers={"X-Accel-Redirect": f"{prefixe.rstrip('/')}/{contenu.name}"})
    try:
        reponse = _morceau(contenu, *plage) if plage else FileResponse(contenu.open("rb"))
    except OSError as erreur:
        logger.exception("A file could not be read.")
        raise Http404 from erreur
    reponse["Accept-Ranges"] = "bytes"
    return reponse


def _plage(request, etag):
    """(first byte or None, last byte or None) of the one range that is asked for; None: the whole file."""
    demandee = _PLAGE.fullmatch(request.headers.get("Range", ""))
    # What was begun with another content begins again.
    suite = request.headers.get("If-Range", etag) == etag
    if request.method != "GET" or not demandee or not suite or not any(demandee.groups()):
        return None
    return [int(borne) if borne else None for borne in demandee.groups()]


def _morceau(contenu, premier, dernier):
    """A part of a file, for who goes on with a download that stopped or reads a long document by pages."""
    taille = contenu.size
    if premier is None:
        premier, dernier = max(taille - dernier, 0), None
    dernier = taille - 1 if dernier is None else min(dernier, taille - 1)
    if premier > dernier:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{taille}"})
    reponse = FileResponse(_Extrait(contenu.open("rb"), premier, dernier), status=206)
    reponse["Content-Range"] = f"bytes {premier}-{dernier}/{taille}"
    reponse["Content-Length"] = str(dernier - premier + 1)
    return reponse


class _Extrait:
    """A file that ends where its range does."""

    def __init__(self, fichier, premier, dernier):
        fichier.seek(premier)
        self.fichier, self.reste = fichier, dernier - premier + 1

    def read(self, taille=-1):
        morceau = self.fichier.read(self.reste if taille < 0 else min(taille, self.reste))
        self.reste -= len(morceau)
        return morceau

    def close(self):
        self.fichier.close()


def _noms_en_base(modele):
    champs = ("fichier", "version_web", "vignette")
    return {n for ligne in modele._base_manager.values_list(*champs) for n in ligne if n}


def _noms_sur_disque(disque, racine):
    try:
        sous_dossiers, _fichiers = disque.listdir(racine)
    except FileNotFoundError:
        return
    for sous_dossier in sous_dossiers:
        for nom in disque.listdir(f"{racine}/{sous_dossier}")[1]:
            yield f"{racine}/{sous_dossier}/{nom}"
