"""What a document says, and what its pages look like: read by a process of its own, under limits.

Nothing here raises: a document that gives nothing says why, in French.
"""

import logging
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .fichiers import TYPES
from .isole.reponse import IMAGE, PAGE, TEXTE
from .isolement import Resultat, isoler
from .texte import nettoyer

logger = logging.getLogger(__name__)

PAGES_MAX = 500
CARACTERES_MAX = 1_000_000
LARGEUR_VIGNETTE, LARGEUR_PAGE = 400, 1200
ATTENTE_D_UNE_TACHE, ATTENTE_D_UNE_PAGE = 60, 3  # seconds, for a place among those that read
_BUREAUTIQUE = ("docx", "xlsx", "pptx", "odt", "ods", "odp")
_TACHES = {TYPES[tache]: tache for tache in ("pdf", *_BUREAUTIQUE)}
_TACHES |= {TYPES["txt"]: "texte", TYPES["csv"]: "texte", "text/html": "html"}

_DE_LA_MACHINE = ("absent", "panne", "occupe")  # what another try may settle


@dataclass(frozen=True)
class Texte:
    """The text of each page (of each sheet, of each slide), numbered from one.

    `tronque`: there was more. `nombre`: of its pages; None when the format has none, or they could not
    be counted. `balise`: whether a PDF holds the structure that screen readers follow; None elsewhere.
    `a_reprendre`: it is this machine that failed, not the file.
    """

    pages: list
    tronque: bool = False
    raison: str = ""
    nombre: int | None = None
    balise: bool | None = None
    a_reprendre: bool = False


@dataclass(frozen=True)
class Apercu:
    """The image (WebP) of a page; none, and `raison`, when there is nothing to show. `a_reprendre`: as for a
    Texte."""

    image: bytes = b""
    raison: str = ""
    nombre: int | None = None
    a_reprendre: bool = False


def extraire(chemin, type_mime, *, pages_max=PAGES_MAX, caracteres_max=CARACTERES_MAX):
    """The Texte of the file at this path."""
    tache = _TACHES.get(type_mime)
    if tache is None:
        return Texte([], raison=_("Texte non extrait\u202f: ce format n’en contient pas."))
    resultat = _isoler(tache, chemin, ATTENTE_D_UNE_TACHE, pages_max=pages_max, caracteres_max=caracteres_max)
    pages = [nettoyer(page) for page in _pages(resultat.morceaux)]
    code, faits = resultat.code, resultat.faits
    if not code and not any(pages):
        code = "sans_texte"
    return Texte(
        pages if any(pages) else [],
        tronque=faits.get("tronque", False) or bool(code and any(pages)),
        raison=_raison_du_texte(code, type_mime) if code else "",
        nombre=faits.get("pages"),
        balise=faits.get("balise"),
        a_reprendre=code in _DE_LA_MACHINE,
    )


def apercu(chemin, page=1, *, largeur=LARGEUR_PAGE, attente=ATTENTE_D_UNE_PAGE):
    """The Apercu of a page of the PDF at this path."""
    return _dessiner("apercu", chemin, attente, page=page, largeur=largeur)


def vignette(chemin, type_mime):
    """The Apercu of a document in small, for a task: the first page of a PDF; of an office document, the
    image that its program has left in it, if it did."""
    tache = _TACHES.get(type_mime)
    if tache == "pdf":
        return apercu(chemin, largeur=LARGEUR_VIGNETTE, attente=ATTENTE_D_UNE_TACHE)
    if tache in _BUREAUTIQUE:
        return _dessiner("vignette", chemin, ATTENTE_D_UNE_TACHE, largeur=LARGEUR_VIGNETTE)
    return Apercu()


def _dessiner(tache, chemin, attente, **options):
    resultat = _isoler(tache, chemin, attente, **options)
    images = [octets for genre, octets in resultat.morceaux if genre == IMAGE]
    nombre = resultat.faits.get("pages")
    if images:
        return Apercu(images[0], nombre=nombre)
    a_reprendre = resultat.code in _DE_LA_MACHINE
    return Apercu(raison=_raison_de_l_apercu(resultat.code), nombre=nombre, a_reprendre=a_reprendre)


def _isoler(tache, chemin, attente, **options):
    try:
        with open(chemin, "rb") as fichier:
            return _isoler_ouvert(tache, fichier, attente=attente, **options)
    except OSError:
        return Resultat("absent")


def _isoler_ouvert(tache, fichier, **options):
    try:
        return isoler(tache, fichier, **options)
    except OSError:
        logger.exception("No process could be started to read a file.")
        return Resultat("panne")


def _pages(morceaux):
    pages = []
    for genre, octets in morceaux:
        if genre == PAGE or not pages:
            pages.append([])
        if genre == TEXTE:
            pages[-1].append(octets.decode("utf-8", "replace"))
    return ["".join(page) for page in pages]


def _raison_du_texte(code, type_mime):
    if code == "sans_texte" and type_mime == TYPES["pdf"]:
        return _("Texte non extrait\u202f: document numérisé, sans texte.")
    return _("Texte non extrait\u202f: %s.") % _pourquoi(code)


def _raison_de_l_apercu(code):
    return _("Pas d’aperçu\u202f: %s.") % _pourquoi(code)


def _pourquoi(code):
    raisons = {
        "absent": _("le fichier n’est plus là"),
        "panne": _("la lecture n’a pas pu commencer"),
        "occupe": _("la plateforme lit déjà d’autres documents"),
        "sans_texte": _("le document n’en contient pas"),
        "sans_image": _("le document n’en garde pas d’image"),
        "sans_page": _("le document n’a pas cette page"),
        "protege": _("le document est protégé par un mot de passe"),
        "long": _("le document est trop long à lire"),
        "lourd": _("le document demande trop de mémoire"),
    }
    return raisons.get(code, _("le document est illisible"))
