"""Lists as files for a spreadsheet: constant memory, and no cell that a spreadsheet takes for a formula."""

import csv
import math
import tempfile
from datetime import date, datetime, time
from decimal import Decimal

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from .texte import nettoyer

TYPE_CSV = "text/csv; charset=utf-8"
TYPE_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELLULE_MAX = 32_767
# What Excel and LibreOffice read as the start of a formula, full-width forms included.
_DEBUTS_DE_FORMULE = tuple("=+-@\t\r\n＝＋－＠")
_ANNEE_MIN_EXCEL = 1900


def en_tableur(request, nom, entetes, lignes):
    """XLSX where `?format=xlsx` asks for it, otherwise CSV."""
    ecrire = en_xlsx if request.GET.get("format") == "xlsx" else en_csv
    return ecrire(nom, entetes, lignes)


def en_csv(nom, entetes, lignes):
    """CSV as French Excel opens it on a double click: UTF-8 with BOM, semicolons, decimal commas."""
    reponse = StreamingHttpResponse(lignes_csv(entetes, lignes), content_type=TYPE_CSV)
    return _a_telecharger(reponse, nom, "csv")


def en_csv_public(nom, entetes, lignes):
    """The same, which caches may keep: who serves it says by what it is known (see visiteurs.pour_tous)."""
    reponse = StreamingHttpResponse(lignes_csv(entetes, lignes), content_type=TYPE_CSV)
    return _nommer(reponse, nom, "csv")


def en_csv_normalise(nom, entetes, lignes):
    """CSV as a schema of open data asks for it: UTF-8, commas, dates of ISO 8601."""
    ecrivain = csv.writer(_Echo())
    textes = [ecrivain.writerow(entetes)]
    textes += [ecrivain.writerow(map(_cellule_normalisee, ligne)) for ligne in lignes]
    return _nommer(HttpResponse("".join(textes), content_type=TYPE_CSV), nom, "csv")


def en_xlsx(nom, entetes, lignes):
    """XLSX whose numbers and dates are numbers and dates."""
    classeur = Workbook(write_only=True)
    feuille = classeur.create_sheet(_titre_de_feuille(nom))
    feuille.freeze_panes = "A2"
    for rang, entete in enumerate(entetes, start=1):
        feuille.column_dimensions[get_column_letter(rang)].width = min(max(len(str(entete)) + 4, 12), 60)
    feuille.append([_en_gras(feuille, _texte_sur(entete)) for entete in entetes])
    for ligne in lignes:
        feuille.append([_cellule_xlsx(valeur) for valeur in ligne])
    # Closed by the response; beyond a few hundred lines it would not stay in memory.
    fichier = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115
    classeur.save(fichier)
    fichier.seek(0)
    return _a_telecharger(FileResponse(fichier, content_type=TYPE_XLSX), nom, "xlsx")


def _a_telecharger(reponse, nom, extension):
    reponse["Cache-Control"] = "private, no-store"
    return _nommer(reponse, nom, extension)


def _nommer(reponse, nom, extension):
    fichier = f"{slugify(nom) or 'export'}-{timezone.localdate():%Y-%m-%d}.{extension}"
    reponse["Content-Disposition"] = f'attachment; filename="{fichier}"'
    return reponse


def lignes_csv(entetes, lignes):
    """The lines of that file, one by one."""
    ecrivain = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + ecrivain.writerow([_texte_sur(entete) for entete in entetes])
    for ligne in lignes:
        yield ecrivain.writerow([_cellule_csv(valeur) for valeur in ligne])


class _Echo:
    def write(self, ligne):
        return ligne


def _texte_sur(valeur):
    texte = str(valeur)
    # Before the cleaning, which would take off the tab or the newline that hides a formula.
    suspect = texte.startswith(_DEBUTS_DE_FORMULE)
    texte = nettoyer(texte)
    if suspect or texte.lstrip().startswith(_DEBUTS_DE_FORMULE):
        texte = f"'{texte}"
    return texte[:CELLULE_MAX]


def _simple(valeur):
    """Values of our models as a spreadsheet knows them."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return _("oui") if valeur else _("non")
    if isinstance(valeur, datetime):
        valeur = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
        return valeur.replace(tzinfo=None, microsecond=0)
    return valeur


def _cellule_csv(valeur):
    valeur = _simple(valeur)
    match valeur:
        case int():
            return str(valeur)
        case float() | Decimal():
            # Without an exponent, which Decimal("1E+3") would show.
            return (f"{valeur:f}" if isinstance(valeur, Decimal) else str(valeur)).replace(".", ",")
        case datetime():
            return f"{valeur:%d/%m/}{valeur.year:04d}{valeur: %H:%M}"
        case date():
            return f"{valeur:%d/%m/}{valeur.year:04d}"
        case time():
            return f"{valeur:%H:%M}"
    return _texte_sur(valeur)


def _cellule_normalisee(valeur):
    valeur = _simple(valeur)
    return valeur.isoformat() if isinstance(valeur, date) else _texte_sur(valeur)


def _cellule_xlsx(valeur):
    valeur = _simple(valeur)
    if isinstance(valeur, date) and valeur.year < _ANNEE_MIN_EXCEL:
        return _cellule_csv(valeur)
    if isinstance(valeur, float | Decimal) and not math.isfinite(valeur):
        return str(valeur)  # NaN and infinity make a file that Excel calls damaged
    if isinstance(valeur, int | float | Decimal | date | time):
        return valeur
    return _texte_sur(valeur)


def _en_gras(feuille, texte):
    cellule = WriteOnlyCell(feuille, value=texte)
    cellule.font = Font(bold=True)
    return cellule


def _titre_de_feuille(nom):
    return "".join(c for c in nettoyer(str(nom)) if c not in "[]:*?/\\'\n")[:31] or "Export"
