"""Three hundred files that wish us ill, always the same: name → bytes."""

import io
import random
import struct
import zipfile
import zlib
from functools import cache

from .documents import (
    DOCX,
    archive,
    assembler,
    docx,
    image,
    jpeg_a_passes,
    odf,
    odt,
    ole,
    paragraphe,
    pdf,
    pdf_protege,
    png,
    pptx,
    xlsx,
)

DEGATS = 12  # of each kind, for each format
_PAGE_WEB = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
_CHEMINS = [
    "../../../etc/passwd",
    "..\\..\\a",
    "/etc/passwd",
    "C:\\a",
    "a/../../b",
    "word/a:b",
    "a\\..\\..\\b",
]


def fichiers():
    tous = {**_pdf(), **_bureautique(), **_images(), **_textes(), **_noms(), **_abimes()}
    assert len(tous) == 300, len(tous)
    return tous


def _flux(contenu, **entrees):
    lignes = "".join(f" /{clef} {valeur}" for clef, valeur in entrees.items()).encode()
    return b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(contenu), lignes, contenu)


def _une_page(ressources, dessin, *objets, boite="[0 0 595 842]"):
    """A page that draws this with those objects, the fifth and the next ones."""
    return assembler(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox {boite} /Contents 4 0 R "
            f"/Resources << {ressources} >> >>".encode(),
            _flux(dessin),
            *objets,
        ]
    )


@cache
def _bombe(octets):
    """So many zeros, deflated twice: a thousandth of a thousandth."""
    compresseur = zlib.compressobj(1)
    zeros, plis = bytes(1024**2), []
    for _ in range(octets // len(zeros)):
        plis.append(compresseur.compress(zeros))
    return zlib.compress(b"".join(plis) + compresseur.flush(), 9)


def _pdf():
    sain = pdf("Une page", "deux pages")
    geant = {"Width": 50_000, "Height": 50_000, "BitsPerComponent": 8, "ColorSpace": "/DeviceRGB"}
    image_geante = {"Type": "/XObject", "Subtype": "/Image", **geant}
    formulaire = {"Type": "/XObject", "Subtype": "/Form", "BBox": "[0 0 595 842]"}
    deux = {"Filter": "[/FlateDecode /FlateDecode]"}
    dessins = {
        "empile.pdf": b"q " * 2_000_000,
        "depile.pdf": b"Q " * 2_000_000,
        "chemins.pdf": b"0 0 m 595 842 l S " * 200_000,
        "textes.pdf": b"BT /F 1 Tf (a) Tj ET " * 100_000,
        "tirets.pdf": b"[0.0001] 0 d 0 0 m 99999 99999 l S " * 200,
        "nombres.pdf": b"9" * 2_000_000 + b" w",
        "crochets.pdf": b"[" * 2_000_000,
        "operateurs.pdf": bytes(range(256)) * 4_000,
    }
    boites = {
        "boite_nulle.pdf": "[0 0 0 0]",
        "boite_negative.pdf": "[0 0 -5 -5]",
        "boite_infinie.pdf": "[0 0 1e38 1e38]",
        "boite_en_ruban.pdf": "[0 0 1 100000]",
        "boite_folle.pdf": "[(a) /b null]",
        "boite_absente.pdf": "99 0 R",
    }
    return {
        **{nom: pdf("a", flux=dessin) for nom, dessin in dessins.items()},
        **{nom: _une_page("", b"0 0 9 9 re f", boite=boite) for nom, boite in boites.items()},
        "bombe.pdf": _une_page("", b"").replace(_flux(b""), _flux(_bombe(600 * 1024**2), **deux)),
        "bombe_image.pdf": _une_page(
            "/XObject << /I 5 0 R >>",
            b"500 0 0 500 0 0 cm /I Do",
            _flux(_bombe(600 * 1024**2), **image_geante, **deux),
        ),
        "image_geante.pdf": _une_page("/XObject << /I 5 0 R >>", b"/I Do", _flux(b"", **image_geante)),
        "image_fausse.pdf": _une_page(
            "/XObject << /I 5 0 R >>",
            b"/I Do",
            _flux(bytes(range(256)) * 40, **image_geante, Filter="/JPXDecode"),
        ),
        "image_jbig2.pdf": _une_page(
            "/XObject << /I 5 0 R >>",
            b"/I Do",
            _flux(b"\x97JB2" + bytes(4000), **image_geante, Filter="/JBIG2Decode"),
        ),
        "image_passes.pdf": _une_page(
            "/XObject << /I 5 0 R >>",
            b"500 0 0 500 0 0 cm /I Do",
            _flux(
                jpeg_a_passes(5000, 1000),
                **{**image_geante, "Width": 5000, "Height": 5000, "ColorSpace": "/DeviceGray"},
                Filter="/DCTDecode",
            ),
        ),
        "ronde.pdf": _une_page(
            "/XObject << /F 5 0 R >>",
            b"/F Do",
            _flux(b"/F Do /F Do", **formulaire, Resources="<< /XObject << /F 5 0 R >> >>"),
        ),
        "arbre.pdf": _une_page(
            "/XObject << /F 5 0 R >>",
            b"/F Do",
            *[
                _flux(b"/F Do " * 10, **formulaire, Resources=f"<< /XObject << /F {n} 0 R >> >>")
                for n in range(6, 9)
            ],
            _flux(b"0 0 9 9 re f", **formulaire),
        ),
        "motif.pdf": _une_page(
            "/Pattern << /P 5 0 R >>",
            b"/Pattern cs /P scn 0 0 595 842 re f",
            _flux(
                b"0 0 1 1 re f",
                PatternType=1,
                PaintType=1,
                TilingType=1,
                BBox="[0 0 1 1]",
                XStep="0.001",
                YStep="0.001",
                Resources="<< >>",
            ),
        ),
        "cycle.pdf": sain.replace(b"/Kids [4 0 R 6 0 R]", b"/Kids [2 0 R 2 0 R]"),
        "racine.pdf": sain.replace(b"/Pages 2 0 R", b"/Pages 1 0 R"),
        "nombreux.pdf": sain.replace(b"/Count 2", b"/Count 2147483647"),
        "negatif.pdf": sain.replace(b"/Count 2", b"/Count -1"),
        "long.pdf": sain.replace(b"/Length ", b"/Length 99999999"),
        "precedent.pdf": sain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev 9"),
        "taille.pdf": sain.replace(b"/Size ", b"/Size 99999999"),
        "sans_fin.pdf": b"%PDF-1.7\n" + b"1 0 obj <<" * 300_000,
        "profond.pdf": assembler([b"[" * 500_000 + b"]" * 500_000]),
        "references.pdf": assembler([b"%d 0 R" % (n % 900 + 2) for n in range(900)]),
        "pages.pdf": pdf(*[""] * 3000),
        "secret.pdf": pdf_protege("a"),
        "lance.pdf": pdf("a", catalogue="/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "script.pdf": pdf("a", catalogue="/OpenAction << /S /JavaScript /JS (while(1){}) >>"),
        "page_web.pdf": _PAGE_WEB + sain,
        "page_web_seule.pdf": _PAGE_WEB,
        "page_web_commentee.pdf": b"%PDF-1.7\n%" + _PAGE_WEB + b"\n" + sain,
        "page_web_suivante.pdf": sain + _PAGE_WEB,
        "archive_suivante.pdf": sain + archive({"a.exe": b"MZ"}),
        "archive_precedente.pdf": archive({"a.exe": b"MZ"}) + sain,
        "rar_suivant.pdf": sain + b"Rar!\x1a\x07\x01\x00",
        "programme.pdf": b"MZ\x90\x00" + sain,
        "elf.pdf": b"\x7fELF" + bytes(60),
        "postscript.pdf": b"%!PS-Adobe-3.0\n(/etc/passwd) run",
        "image.pdf": image("PNG"),
        "entete_seul.pdf": b"%PDF-1.7",
        "zeros.pdf": b"%PDF-1.7\n" + bytes(200_000),
    }


def _bureautique():
    texte = paragraphe("a")
    bombe = docx(**{"word/a.xml": bytes(30_000_000)})
    partage = bytearray(docx(**{"word/a.xml": random.Random(1).randbytes(3000)}))
    place = partage.rindex(b"word/a.xml") - 26
    partage[place : place + 4] = struct.pack("<L", 900_000)
    menteur = bytearray(docx("a" * 4000))
    place = menteur.rindex(b"word/document.xml") - 22
    menteur[place : place + 4] = struct.pack("<L", 10)
    entites = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    milliard = f'<!DOCTYPE w [<!ENTITY e0 "ha">{entites}]><w>&e9;</w>'
    dehors = '<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]><w>&e;</w>'
    cellules = (
        "<table:table-cell table:number-columns-repeated='999999999'><text:p>a</text:p></table:table-cell>"
    )
    lignes = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 60_001))
    espace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    feuille = f'<worksheet xmlns="{espace}"><sheetData>{lignes}</sheetData></worksheet>'
    renvoi = '<p:sldId r:id="r0"/>'
    zippe = archive({"a": "b"})
    embarques = {
        "zip": ("word/embeddings/a.zip", zippe),
        "zip_en_image": ("word/media/image1.png", zippe),
        "rar": ("word/media/image1.png", b"Rar!\x1a\x07\x00"),
        "sept": ("word/media/image1.png", b"7z\xbc\xaf\x27\x1c"),
        "gz": ("word/media/image1.gif", b"\x1f\x8b\x08\x00"),
        "exe": ("word/embeddings/a.exe", b"MZ"),
        "exe_en_image": ("word/media/image1.jpeg", b"MZ\x90\x00"),
        "elf": ("word/media/image1.emf", b"\x7fELF\x02"),
        "shell": ("word/media/image1.wmf", b"#!/bin/sh\nrm -r ~"),
        "bat": ("word/embeddings/a.bat", b"del *"),
        "flux": ("word/embeddings/a.bin:b.exe", b"MZ"),
        "point": ("word/embeddings/a.exe.", b"MZ"),
        "lnk": ("word/embeddings/a.bin", b"L\x00\x00\x00\x01\x14\x02\x00"),
        "cab": ("word/embeddings/a.bin", b"MSCF"),
        "poupee": ("word/embeddings/a.docx", docx(**{"word/embeddings/b.docx": docx()})),
        "faux_tableur": ("word/embeddings/a.xlsx", zippe),
    }
    macros = {
        "vba": ("word/vbaProject.bin", b"x"),
        "vba_majuscule": ("WORD/VBAPROJECT.BIN", b"x"),
        "vba_renomme": ("word/media/image1.png", ole("_VBA_PROJECT")),
        "vba_embarque": ("word/embeddings/a.xlsx", archive({"xl/vbaProject.bin": b"x"})),
        "vba_ole": ("word/embeddings/oleObject1.bin", ole("Macros", "_VBA_PROJECT")),
        "excel4": ("xl/macrosheets/sheet1.xml", b"x"),
        "donnees": ("word/vbaData.xml", b"x"),
        "docm": ("word/embeddings/a.docm", b"x"),
    }
    return {
        "bombe.docx": bombe,
        "bombe.xlsx": bombe,
        "bombe_partagee.docx": bytes(partage),
        "menteur.docx": bytes(menteur),
        "foule.docx": docx(**{f"a{n}": b"" for n in range(5_001)}),
        "milliard.docx": docx(**{"word/header1.xml": milliard}),
        "milliard.odt": odt(**{"styles.xml": milliard}),
        "milliard.xlsx": archive({**_membres(xlsx()), "xl/sharedStrings.xml": milliard}),
        "milliard.pptx": archive({**_membres(pptx("a")), "ppt/slides/s99.xml": milliard}),
        "dehors.docx": docx(**{"word/header1.xml": dehors}),
        "dehors.odt": odt(**{"styles.xml": dehors}),
        "profond.docx": docx("<w:p>" * 300_000),
        "profond.odt": odt("<text:p>" * 300_000),
        "attributs.docx": docx("<w:p " + " ".join(f'a{n}="b"' for n in range(100_000)) + "/>"),
        "long.docx": docx(paragraphe("a" * 15_000_000)),
        "espaces.odt": odt("<text:p>" + "<text:s text:c='999999999'/>" * 10_000 + "</text:p>"),
        "espaces_fous.odt": odt("<text:p><text:s text:c='²'/><text:s text:c='-1'/></text:p>"),
        "cellules.ods": odf(
            "spreadsheet",
            f"<table:table>{f'<table:table-row>{cellules}</table:table-row>' * 999}</table:table>",
        ),
        "tables.ods": odf("spreadsheet", "<table:table><table:table-row/></table:table>" * 100_000),
        "pages.odp": odf("presentation", "<draw:page/>" * 100_000),
        "large.xlsx": archive({**_membres(xlsx()), "xl/worksheets/sheet1.xml": feuille}),
        "boucle.pptx": archive(
            {
                **_membres(pptx("a")),
                "ppt/presentation.xml": f'<p xmlns:p="p" xmlns:r="r">{renvoi * 50_000}</p>',
            }
        ),
        "chemin.pptx": archive(
            {
                **_membres(pptx("a")),
                "ppt/_rels/presentation.xml.rels": '<a><b Id="r0" Target="../../../etc/passwd"/></a>',
            }
        ),
        "secret.docx": ole("EncryptedPackage"),
        "secret.xlsx": ole("EncryptedPackage", "EncryptionInfo"),
        "secret.odt": odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
        "ancien.docx": ole("WordDocument"),
        "ancien.pptx": ole("PowerPoint Document"),
        "autre.docx": xlsx(),
        "autre.ods": odt(),
        "autre.pptx": docx(texte),
        "page_web.docx": _PAGE_WEB,
        "page_web_devant.docx": _PAGE_WEB + docx(texte),
        "mime.xlsx": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + _PAGE_WEB,
        "retourne.docx": b"PK\x05\x06" + b"\xff" * 18,
        "zip64.docx": docx()[:-22] + b"PK\x06\x07" + bytes(16) + docx()[-22:],
        "nu.docx": archive({"word/document.xml": "<w/>"}),
        "declaration.docx": archive({"[Content_Types].xml": DOCX + b" " * 1_100_000}),
        "lzma.docx": archive({"[Content_Types].xml": DOCX, "word/document.xml": "<w/>"}, zipfile.ZIP_LZMA),
        "docm.docx": docx().replace(b"word/document.xml", b"word/vbadata_.xml"),
        "gabarit.docx": archive({"[Content_Types].xml": DOCX + b"macroEnabledTemplate"}),
        "basic.odt": odt(**{"Basic/Standard/a.xml": "x"}),
        "python.ods": odf("spreadsheet", "", **{"Scripts/python/a.py": "x"}),
        **{f"evasion{n}.docx": docx(**{chemin: b"x"}) for n, chemin in enumerate(_CHEMINS)},
        **{f"embarque_{nom}.docx": docx(**{membre: octets}) for nom, (membre, octets) in embarques.items()},
        **{f"macro_{nom}.docx": docx(**{membre: octets}) for nom, (membre, octets) in macros.items()},
    }


def _images():
    nue = image("PNG")
    return {
        "geante.png": png(50_000),
        "geante2.png": png(2**31 - 1),
        "nulle.png": png(0),
        "cinquante.png": png(7_000),
        "geante.jpg": jpeg_a_passes(64, 2).replace(b"\x08\x00\x40\x00\x40\x01", b"\x08\xc3\x50\xc3\x50\x01"),
        "passes.jpg": jpeg_a_passes(7_000, 100_000),
        "cent_passes.jpg": jpeg_a_passes(3_000, 99),
        "segments.jpg": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 4_000_000,
        "marqueurs.jpg": b"\xff\xd8" + b"\xff\xda" * 4_000_000,
        "segments.png": png(100, *[(b"abCd", b"")] * 400_000),
        "bavarde.png": png(100, *[(b"zTXt", b"a\0\0" + zlib.compress(bytes(10_000_000)))] * 9),
        "profil.png": png(100, (b"iCCP", b"a\0\0" + zlib.compress(bytes(50_000_000)))),
        "vide.webp": b"RIFF\x00\x00\x00\x00WEBP",
        "geante.webp": b"RIFF\x1e\0\0\0WEBPVP8L\x11\0\0\0\x2f" + b"\xff" * 4 + bytes(13),
        "geante2.webp": b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + b"\xff" * 6,
        "vide.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "boites.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0\0\0\x08meta" * 50_000,
        "script.svg": b"<svg onload='alert(1)'/>",
        "svg.png": b"<svg onload='alert(1)'/>",
        "page_web.jpg": _PAGE_WEB,
        "page_web.png": nue + _PAGE_WEB,
        "page_web_commentee.jpg": image(comment=_PAGE_WEB),
        "archive.png": nue + archive({"a.exe": b"MZ"}),
        "programme.jpg": b"MZ\x90\x00" + image(),
        "gif.png": image("GIF", mode="P"),
        "tiff.jpg": image("TIFF"),
        "postscript.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run",
        "pdf.jpg": pdf("a"),
    }


def _textes():
    return {
        "binaire.txt": bytes(range(256)),
        "nul.csv": b"a\x00b",
        "elf.txt": b"\x7fELF\x02\x01",
        "pdf.txt": pdf("a"),
        "riche.txt": rb"{\rtf1{\object\objemb}}",
        "postscript.txt": b"%!PS\n(/etc/passwd) run",
        "courriel.txt": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + _PAGE_WEB,
        "page_web.txt": _PAGE_WEB,
        "page_web.csv": _PAGE_WEB,
        "formule.csv": b"=cmd|'/C calc'!A0;@SUM(1)\r\n",
        "boiteux.txt": b"\xff\xfe\x00\xd8a",
        "impair.txt": b"\xff\xfea",
        "long.txt": b"a" * 15_000_000,
        "lignes.csv": b"\n" * 5_000_000,
        "accents.txt": ("e" + "\u0301" * 1_000_000).encode(),
        "sens.txt": "fdp\u202egnp.exe".encode(),
        "archive.txt": archive({"a": "a"}),
        "echappe.txt": b"\x1b]0;a\x07\x1b[2J",
        "page_web.html": _PAGE_WEB,
        "macro.docm": docx(),
        "programme.exe": b"MZ",
        "archive.zip": archive({"a": "a"}),
        "raccourci.lnk": b"L\x00\x00\x00",
        "script.js": b"alert(1)",
    }


def _noms():
    """Names that would leave their folder, hide their extension, or speak to a program."""
    noms = [
        "../../../etc/passwd.txt",
        "..\\..\\windows\\a.txt",
        "/etc/cron.d/a.txt",
        "C:\\a.txt",
        "a.exe\u202etxt.txt",
        "a\r\nSet-Cookie: a=b.txt",
        "<img src=x onerror=alert(1)>.txt",
        '"; filename="a.exe".txt',
        "a.txt.exe",
        "a.txt\u200b.exe",
        ".htaccess",
        "%2e%2e%2fa.txt",
        "$(id).txt",
        "--output=a.txt",
        "a" * 5_000 + ".txt",
        "é\u0301" * 300 + ".txt",
    ]
    return dict.fromkeys(noms, b"Bonjour")


def _abimes():
    """Sound files, cut or with bytes changed at random: what finds the holes of parsers."""
    hasard = random.Random(2026)
    sains = {
        "pdf": pdf("Une page", "deux pages"),
        "docx": docx(paragraphe("a") * 50),
        "xlsx": xlsx(A=[["a", 1]] * 20),
        "odt": odt("<text:p>a</text:p>" * 50),
        "pptx": pptx("a", "b"),
        "jpg": image(taille=(200, 200)),
    }
    abimes = {}
    for extension, sain in sains.items():
        for n in range(DEGATS):
            touche = bytearray(sain)
            for _ in range(1 + n):
                touche[hasard.randrange(len(sain))] = hasard.randrange(256)
            abimes[f"touche{n}.{extension}"] = bytes(touche)
        for n in range(DEGATS // 2):
            abimes[f"coupe{n}.{extension}"] = sain[: hasard.randrange(1, len(sain))]
    return abimes


def _membres(contenu):
    with zipfile.ZipFile(io.BytesIO(contenu)) as z:
        return {nom: z.read(nom) for nom in z.namelist()}
