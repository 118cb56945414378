"""Images are never kept as they came: decoded, turned the right way up, re-encoded without their metadata
(the place where a photo was taken is personal data), with a version for the screen and one for lists."""

import threading
from io import BytesIO

import pillow_heif
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .isole.bornes import PIXELS_MAX, TropDePixels, controler_segments

pillow_heif.register_heif_opener()

TYPES_IMAGE = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
}
# Fifty million pixels of a WebP took forty seconds to write again; no telephone makes one.
PIXELS_MAX_WEBP = 16_000_000
COTE_WEB, COTE_VIGNETTE = 2000, 480
# Format found in the file → format written, its extension, how. Browsers do not show HEIC.
_SORTIES = {
    "JPEG": ("JPEG", "jpg", {"quality": 90}),
    "HEIF": ("JPEG", "jpg", {"quality": 90}),
    "PNG": ("PNG", "png", {}),
    "WEBP": ("WEBP", "webp", {"quality": 90, "method": 0}),
}
_FORMATS = list(_SORTIES)
# A telephone's JPEG may hold several images: Pillow opens it as a JPEG, then calls it so. The first is kept.
_SORTIES["MPO"] = _SORTIES["JPEG"]
# Fifty million pixels are 150 MB once decoded: one at a time in a process.
_UNE_A_LA_FOIS = threading.Lock()


def nettoyer_image(fichier):
    """The image fields of FichierProtege, plus `extension`; ValueError with a reason if it is refused."""
    try:
        fichier.seek(0)
        controler_segments(fichier.read())
        fichier.seek(0)
        with Image.open(fichier, formats=_FORMATS) as image:
            largeur, hauteur = image.size
            if largeur * hauteur > _pixels_max(image.format):
                raise TropDePixels
            with _UNE_A_LA_FOIS:
                return _reencoder(image)
    except (TropDePixels, Image.DecompressionBombError) as erreur:
        raise ValueError(_("l’image est trop grande.")) from erreur
    except MemoryError:
        raise
    except Exception as erreur:
        # A decoder fed with garbage raises nearly anything.
        raise ValueError(_("l’image est abîmée, ou n’en est pas une.")) from erreur


def _pixels_max(format_):
    au_plus = getattr(settings, "FICHIERS_PIXELS_MAX", PIXELS_MAX)
    return min(au_plus, PIXELS_MAX_WEBP) if format_ == "WEBP" else au_plus


def _reencoder(image):
    sortie, extension, options = _SORTIES[image.format]
    # In place where Pillow can: each copy of a large photo costs its 150 MB again.
    ImageOps.exif_transpose(image, in_place=True)
    image = _sans_metadonnees(image, transparence=sortie != "JPEG")
    largeur, hauteur = image.size
    web = _reduite(image, COTE_WEB)
    return {
        "fichier": _ecrire(image, sortie, **options),
        "extension": extension,
        "type_mime": TYPES_IMAGE[extension],
        "version_web": _ecrire(web, "WEBP", quality=80),
        "vignette": _ecrire(_reduite(web, COTE_VIGNETTE), "WEBP", quality=80),
        "largeur": largeur,
        "hauteur": hauteur,
    }


def _sans_metadonnees(image, transparence):
    """Pixels only: `info` carries EXIF, XMP, comments and text chunks, which the encoders write back."""
    transparente = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    mode = "RGBA" if transparente and transparence else "RGB"
    if image.mode == "F" or image.mode.startswith("I"):
        image = image.convert("L")
    if image.mode != mode:
        image = image.convert(mode)
    image.info.clear()
    return image


def _reduite(image, cote):
    echelle = min(1, cote / max(image.size))
    if echelle == 1:
        return image
    taille = [max(1, round(n * echelle)) for n in image.size]
    return image.resize(taille, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _ecrire(image, sortie, **options):
    tampon = BytesIO()
    image.save(tampon, sortie, **options)
    return ContentFile(tampon.getvalue(), name="image")
