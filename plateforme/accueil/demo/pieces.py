"""The few files of the demo, made here: nothing of anybody else's."""

import io
import textwrap
import zipfile
from itertools import pairwise
from random import Random

from django.core.files.base import ContentFile
from django.utils.html import escape
from django.utils.text import slugify
from openpyxl import Workbook
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from plateforme.socle.fichiers import controler

from .lecture import lire

LARGEUR, HAUTEUR = 1200, 800


def document(nom):
    """A checked file, as if a member had chosen it in the form."""
    contenu = lire("documents")[nom]
    if "tableau" in contenu:
        return _controle(f"{nom}.xlsx", _classeur(contenu["tableau"]))
    return _controle(f"{nom}.txt", contenu["texte"].encode())


def photo(nom):
    image = DESSINS[nom](Random(nom)).filter(ImageFilter.GaussianBlur(1.2))
    sortie = io.BytesIO()
    image.save(sortie, "JPEG", quality=82)
    return _controle(f"{nom}.jpg", sortie.getvalue())


def acte(titre, commune, objet):
    """A deliberation of one page, as a copier gives it."""
    lignes = [commune, "", titre, "", objet, "", "Document de démonstration."]
    return _controle("deliberation.pdf", _numerise(lignes))


def redige(titre, format_, contenu):
    """A document of so many lines (or a table), in the format of an office program."""
    ecrire = {"odt": _odt, "docx": _docx, "pdf": _pdf, "scan": _numerise, "txt": "\n".join, "xlsx": _classeur}
    octets = ecrire[format_](contenu)
    nom = f"{slugify(titre)[:60].strip('-')}.{'pdf' if format_ == 'scan' else format_}"
    return _controle(nom, octets.encode() if isinstance(octets, str) else octets)


def _controle(nom, octets):
    return controler(ContentFile(octets, name=nom))


def _classeur(lignes):
    classeur = Workbook()
    for ligne in lignes:
        classeur.active.append(ligne)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


ODT = "application/vnd.oasis.opendocument.text"
OOXML = "http://schemas.openxmlformats.org"
TYPE_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _odt(lignes):
    """The smallest text that LibreOffice opens: its type first, uncompressed."""
    espace = "urn:oasis:names:tc:opendocument:xmlns"
    texte = "".join(f"<text:p>{escape(ligne)}</text:p>" for ligne in lignes)
    return _archive(
        ("mimetype", ODT),
        (
            "content.xml",
            f'<office:document-content xmlns:office="{espace}:office:1.0" xmlns:text="{espace}:text:1.0"'
            f' office:version="1.3"><office:body><office:text>{texte}</office:text></office:body>'
            "</office:document-content>",
        ),
        (
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{espace}:manifest:1.0" manifest:version="1.3">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODT}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        ),
    )


def _docx(lignes):
    texte = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(ligne)}</w:t></w:r></w:p>' for ligne in lignes
    )
    paquet = f"{OOXML}/package/2006"
    return _archive(
        (
            "[Content_Types].xml",
            f'<Types xmlns="{paquet}/content-types"><Default Extension="rels"'
            ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{TYPE_DOCX}"/></Types>',
        ),
        (
            "_rels/.rels",
            f'<Relationships xmlns="{paquet}/relationships"><Relationship Id="r1"'
            f' Type="{OOXML}/officeDocument/2006/relationships/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
        ),
        (
            "word/document.xml",
            f'<w:document xmlns:w="{OOXML}/wordprocessingml/2006/main"><w:body>{texte}</w:body></w:document>',
        ),
    )


def _archive(*membres):
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        for nom, contenu in membres:
            entete = "" if nom == "mimetype" else '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            compression = zipfile.ZIP_STORED if nom == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(nom, f"{entete}{contenu}", compress_type=compression)
    return sortie.getvalue()


def _numerise(lignes):
    """One page of which only the image is kept."""
    page = Image.new("RGB", (827, 1169), "white")
    texte = "\n".join(bout for ligne in lignes for bout in textwrap.wrap(ligne, 66) or [""])
    ImageDraw.Draw(page).multiline_text((80, 100), texte, fill="black", font_size=20, spacing=12)
    sortie = io.BytesIO()
    page.save(sortie, "PDF")
    return sortie.getvalue()


COLONNES = 88
SAUT_DE_PAGE = "␌"
# What its encoding does not hold.
_SANS_EQUIVALENT = str.maketrans({"\u202f": "\u00a0", "’": "'"})


def _pdf(lignes):
    """Pages of plain text, that one can select and search."""
    sauts = [rang for rang, ligne in enumerate(lignes) if ligne == SAUT_DE_PAGE]
    bornes = pairwise([-1, *sauts, len(lignes)])
    pages = [
        [bout for ligne in lignes[debut + 1 : fin] for bout in textwrap.wrap(ligne, COLONNES) or [""]]
        for debut, fin in bornes
    ]
    nombre = len(pages)
    enfants = " ".join(f"{4 + 2 * rang} 0 R" for rang in range(nombre))
    objets = [
        b"<</Type/Catalog/Pages 2 0 R/Lang(fr)>>",
        f"<</Type/Pages/Count {nombre}/Kids[{enfants}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for rang, page in enumerate(pages):
        flux = b"BT /F1 11 Tf 60 780 Td 16 TL " + b" ".join(map(_ligne_pdf, page)) + b" ET"
        objets += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
            + f"/Contents {5 + 2 * rang} 0 R>>".encode(),
            f"<</Length {len(flux)}>>\nstream\n".encode() + flux + b"\nendstream",
        ]
    sortie, places = io.BytesIO(b"%PDF-1.4\n"), []
    sortie.seek(0, io.SEEK_END)
    for numero, objet in enumerate(objets, start=1):
        places.append(sortie.tell())
        sortie.write(f"{numero} 0 obj\n".encode() + objet + b"\nendobj\n")
    table = sortie.tell()
    sortie.write(f"xref\n0 {len(objets) + 1}\n0000000000 65535 f \n".encode())
    sortie.write("".join(f"{place:010} 00000 n \n" for place in places).encode())
    sortie.write(f"trailer<</Size {len(objets) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode())
    return sortie.getvalue()


def _ligne_pdf(ligne):
    octets = ligne.translate(_SANS_EQUIVALENT).encode("cp1252", "replace")
    for signe in (b"\\", b"(", b")"):
        octets = octets.replace(signe, b"\\" + signe)
    return b"(" + octets + b") '"


def _sol(fond, grain):
    """A ground seen from above: a colour and its grains."""
    grains = Image.effect_noise((LARGEUR, HAUTEUR), grain).convert("RGB")
    image = ImageChops.add(Image.new("RGB", (LARGEUR, HAUTEUR), fond), grains, offset=-128)
    return image, ImageDraw.Draw(image)


def _tache(dessin, hasard, x, y, rayon, couleur, *, aplati=0.7):
    for _ in range(9):
        dx, dy = hasard.uniform(-0.5, 0.5) * rayon, hasard.uniform(-0.5, 0.5) * rayon * aplati
        r = rayon * hasard.uniform(0.5, 0.9)
        dessin.ellipse((x + dx - r, y + dy - r * aplati, x + dx + r, y + dy + r * aplati), fill=couleur)


def _caniveau_sous_les_feuilles(hasard):
    image, dessin = _sol((94, 96, 98), 22)
    dessin.rectangle((0, 0, LARGEUR, 210), fill=(168, 164, 155))
    dessin.rectangle((0, 210, LARGEUR, 262), fill=(196, 193, 186))
    for x in range(0, LARGEUR, 150):
        dessin.line((x, 210, x, 262), fill=(150, 147, 140), width=3)
    for _ in range(900):
        x, y = hasard.randrange(LARGEUR), int(hasard.gauss(330, 70))
        couleur = hasard.choice([(164, 96, 32), (139, 84, 38), (190, 138, 48), (104, 72, 40)])
        taille = hasard.randint(8, 22)
        dessin.ellipse((x, y, x + taille, y + taille * 0.55), fill=couleur)
    return image


def _allee_en_herbe(hasard):
    image, dessin = _sol((186, 174, 150), 30)
    for x in (150, 1050):
        dessin.rectangle((x - 120, 0, x + 120, HAUTEUR), fill=(112, 114, 118))
        dessin.rectangle((x - 104, 30, x + 104, HAUTEUR - 30), fill=(140, 142, 146))
    for _ in range(1_400):
        x, y = int(hasard.gauss(600, 190)), hasard.randrange(HAUTEUR)
        vert = (hasard.randint(60, 100), hasard.randint(110, 150), hasard.randint(40, 70))
        dessin.line((x, y, x + hasard.randint(-7, 7), y - hasard.randint(8, 26)), fill=vert, width=2)
    return image


def _nid_de_poule(hasard):
    image, dessin = _sol((88, 90, 92), 26)
    dessin.rectangle((0, 90, LARGEUR, 118), fill=(214, 214, 208))
    _tache(dessin, hasard, 620, 470, 190, (62, 58, 52))
    _tache(dessin, hasard, 620, 480, 130, (122, 112, 96))
    _tache(dessin, hasard, 600, 490, 70, (150, 158, 164))
    for _ in range(160):
        x, y = int(hasard.gauss(620, 190)), int(hasard.gauss(490, 130))
        dessin.ellipse((x, y, x + 9, y + 7), fill=(70, 68, 64))
    return image


DESSINS = {
    "balayeuse": _caniveau_sous_les_feuilles,
    "desherbage": _allee_en_herbe,
    "nid-de-poule": _nid_de_poule,
}
