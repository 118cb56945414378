"""Excel sheets, by openpyxl, row after row: a page each; a hidden one says nothing."""

from datetime import date, datetime

from openpyxl import load_workbook

from .bureautique import ouvrir


def lire_xlsx(source, reponse):
    ouvrir(source).close()
    source.seek(0)
    classeur = load_workbook(source, read_only=True, data_only=True, keep_links=False)
    feuilles = [feuille for feuille in classeur.worksheets if feuille.sheet_state == "visible"]
    reponse.faits = {"pages": len(feuilles)}
    for feuille in feuilles:
        reponse.page()
        feuille.reset_dimensions()  # what the file says of its size may be anything
        for ligne in feuille.iter_rows(values_only=True):
            cellules = [_en_lettres(valeur) for valeur in ligne if valeur not in (None, "")]
            if cellules:
                reponse.texte("\t".join(cellules) + "\n")


def _en_lettres(valeur):
    """As the sheet shows it, nearly."""
    if isinstance(valeur, datetime | date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float):
        return f"{valeur:.10g}".replace(".", ",")
    return str(valeur)
