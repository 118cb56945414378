"""PDF, by PDFium: its text page by page, its pages as images."""

from io import BytesIO

import pypdfium2
from pypdfium2 import raw

from .reponse import Illisible

HAUTEUR_MAX = 4  # times the width: a ribbon is cut into an image that can be shown
# How PDFium marks the hyphen that it found at the end of a line: the word goes on below.
_COUPURES = ("\ufffe\r\n", "\x02\r\n", "\ufffe", "\x02")


def lire(source, reponse):
    document = _ouvrir(source)
    reponse.faits = {"pages": len(document), "balise": bool(raw.FPDFCatalog_IsTagged(document))}
    for numero in range(len(document)):
        reponse.page()
        try:
            page = document[numero]
            texte = page.get_textpage().get_text_range()
            page.close()
        except pypdfium2.PdfiumError:
            continue  # one broken page among others
        for coupure in _COUPURES:
            texte = texte.replace(coupure, "")
        reponse.texte(texte)


def dessiner(source, reponse, *, page, largeur):
    document = _ouvrir(source)
    reponse.faits = {"pages": len(document)}
    if not 0 < page <= len(document):
        raise Illisible("sans_page")
    feuille = document[page - 1]
    large, haute = feuille.get_size()
    if not (large > 0 and haute > 0):
        raise Illisible
    echelle = min(largeur / large, HAUTEUR_MAX * largeur / haute)
    image = feuille.render(scale=echelle, may_draw_forms=False).to_pil()
    tampon = BytesIO()
    image.convert("RGB").save(tampon, "WEBP", quality=80)
    reponse.image(tampon.getvalue())


def _ouvrir(source):
    try:
        return pypdfium2.PdfDocument(source.read())
    except pypdfium2.PdfiumError as erreur:
        protege = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        raise Illisible("protege" if protege else "illisible") from erreur
