"""Small documents of every format, made from nothing: sound ones, to spoil at will."""

import io
import re
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image

DOCX = b'<Types><Override ContentType="application/vnd.x.wordprocessingml.document.main+xml"/></Types>'
PPTX = DOCX.replace(b"wordprocessingml.document", b"presentationml.presentation")
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
)


def televerse(nom, contenu):
    return SimpleUploadedFile(nom, contenu)


def archive(membres, compression=zipfile.ZIP_DEFLATED):
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", compression) as z:
        for nom, contenu in membres.items():
            z.writestr(nom, contenu)
    return tampon.getvalue()


def docx(corps="", **membres):
    document = f"<w:document {W}><w:body>{corps}</w:body></w:document>"
    return archive({"[Content_Types].xml": DOCX, "word/document.xml": document, **membres})


def paragraphe(texte):
    return f"<w:p><w:r><w:t>{texte}</w:t></w:r></w:p>"


def odf(nature, corps, **membres):
    """`nature`: text, spreadsheet or presentation."""
    contenu = f"<office:document-content {ODF}><office:body>{corps}</office:body></office:document-content>"
    return archive(
        {"mimetype": f"application/vnd.oasis.opendocument.{nature}", "content.xml": contenu, **membres}
    )


def odt(corps="", **membres):
    return odf("text", corps, **membres)


def pptx(*diapositives):
    """In this order, whatever the names of their files say."""
    liens = "".join(
        f'<Relationship Id="r{n}" Target="slides/s{99 - n}.xml"/>' for n in range(len(diapositives))
    )
    suite = "".join(f'<p:sldId r:id="r{n}"/>' for n in range(len(diapositives)))
    return archive(
        {
            "[Content_Types].xml": PPTX,
            "ppt/_rels/presentation.xml.rels": f"<Relationships>{liens}</Relationships>",
            "ppt/presentation.xml": f'<p:presentation xmlns:p="p" xmlns:r="r">{suite}</p:presentation>',
            **{
                f"ppt/slides/s{99 - n}.xml": f'<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>{t}</a:t></a:p>'
                "</p:sld>"
                for n, t in enumerate(diapositives)
            },
        }
    )


def xlsx(**feuilles):
    """Sheets by their names, each a list of rows."""
    classeur = Workbook()
    if feuilles:
        classeur.remove(classeur.active)
    for nom, lignes in feuilles.items():
        feuille = classeur.create_sheet(nom)
        for ligne in lignes:
            feuille.append(ligne)
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def image(format="JPEG", taille=(60, 40), mode="RGB", **options):
    tampon = io.BytesIO()
    Image.new(mode, taille, "red" if mode in ("RGB", "RGBA") else 1).save(tampon, format, **options)
    return tampon.getvalue()


def jpeg_a_passes(cote, passes):
    """A grey progressive JPEG that is drawn as many times over, at some forty bytes a time."""

    def segment(genre, contenu):
        return b"\xff" + bytes([genre]) + struct.pack(">H", len(contenu) + 2) + contenu

    blocs = ((cote + 7) // 8) ** 2
    quantification = segment(0xDB, bytes(1) + b"\x01" * 64)
    cadre = segment(0xC2, struct.pack(">BHHB", 8, cote, cote, 1) + b"\x01\x11\x00")
    # One code of one bit in each table: « nothing » and « nothing in the next 16,384 blocks ».
    codes = b"".join(segment(0xC4, bytes([t, 1, *[0] * 15, s])) for t, s in ((0, 0), (0x10, 0xE0)))
    premiere = segment(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes((blocs + 7) // 8)
    passe = segment(0xDA, b"\x01\x01\x00\x01\x01\x00") + bytes((-(-blocs // 16384) * 15 + 7) // 8)
    return b"\xff\xd8" + quantification + cadre + codes + premiere + passe * passes + b"\xff\xd9"


def png(cote, *segments):
    """An RGB image of that size, which holds these segments (type, bytes) and next to no pixel."""

    def segment(genre, contenu):
        somme = struct.pack(">I", zlib.crc32(genre + contenu))
        return struct.pack(">I", len(contenu)) + genre + contenu + somme

    entete = segment(b"IHDR", struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0))
    corps = b"".join(segment(*s) for s in segments)
    return b"\x89PNG\r\n\x1a\n" + entete + corps + segment(b"IDAT", b"x") + segment(b"IEND", b"")


def ole(*noms):
    """What office programs wrote before zip, with streams of these names."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"".join(n.encode("utf-16-le") for n in noms)


def pdf(*pages, catalogue="", fin="", flux=None):
    """A PDF whose pages show these lines. `catalogue`, `fin`: written as they are in its root and its
    trailer; `flux`: the drawing of every page, instead of lines."""
    numeros = range(4, 4 + 2 * len(pages), 2)
    kids = " ".join(f"{numero} 0 R" for numero in numeros)
    objets = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for numero, texte in zip(numeros, pages, strict=True):
        dessin = flux if flux is not None else _lignes(texte)
        objets.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {numero + 1} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        objets.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(dessin), dessin))
    return assembler(objets, fin)


def assembler(objets, fin=""):
    contenu, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for numero, objet in enumerate(objets, 1):
        places.append(len(contenu))
        contenu += b"%d 0 obj\n%s\nendobj\n" % (numero, objet)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    nombre = len(objets) + 1
    contenu += b"xref\n0 %d\n0000000000 65535 f \n%s" % (nombre, table)
    return contenu + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        nombre,
        fin.encode(),
        contenu.index(b"xref\n0 "),
    )


def pdf_protege(*pages):
    """Under a password that nobody knows."""
    serrure = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'12' * 32}> /U <{'34' * 32}> >>"
    return pdf(*pages, fin=f"{serrure} /ID [<{'ab' * 16}> <{'ab' * 16}>]")


def _lignes(texte):
    lignes = re.sub(r"([\\()])", r"\\\1", texte).encode("cp1252").split(b"\n")
    return b"BT /F 11 Tf 14 TL 50 780 Td %s ET" % b"".join(b"(%s) Tj T* " % ligne for ligne in lignes)
