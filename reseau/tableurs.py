"""The rows of a small spreadsheet that somebody sends us: CSV as it comes, or XLSX; never trusted."""

import csv
import io
import zipfile
from itertools import islice
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from plateforme.socle.fichiers import controler, taille_lisible
from plateforme.socle.texte import nettoyer

TAILLE_MAX = 1024 * 1024
# What a file of that size unpacks to when it is honest.
DEPLIE_MAX = 20 * 1024 * 1024
RANGEES_MAX = 5_000
COLONNES_MAX = 30


def lire_tableur(fichier):
    """Rows of clean strings, empty ones included so that they keep their number; or a ValidationError."""
    extension = PurePosixPath(fichier.name).suffix.lower()
    if extension not in (".csv", ".xlsx"):
        raise ValidationError(_("Envoyez un fichier .csv ou .xlsx."))
    if fichier.size > TAILLE_MAX:
        raise ValidationError(_("Le fichier dépasse %s.") % taille_lisible(TAILLE_MAX))
    controler(fichier)
    fichier.seek(0)
    try:
        rangees = _du_csv(fichier) if extension == ".csv" else _du_xlsx(fichier)
        rangees = [[_texte(cellule) for cellule in rangee[:COLONNES_MAX]] for rangee in rangees]
    except ValidationError:
        raise
    except Exception as erreur:
        # Fed with garbage, zipfile, openpyxl and csv raise nearly anything.
        raise ValidationError(_("Ce fichier est illisible.")) from erreur
    if len(rangees) > RANGEES_MAX:
        raise ValidationError(_("Le fichier a trop de lignes."))
    return rangees


def _du_csv(fichier):
    texte = _decoder(fichier.read())
    debut = texte.lstrip().split("\n", 1)[0]
    separateur = max(";\t,", key=debut.count)
    return list(islice(csv.reader(io.StringIO(texte, newline=""), delimiter=separateur), RANGEES_MAX + 1))


def _decoder(contenu):
    if contenu[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return contenu.decode("utf-16")
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return contenu.decode(encodage)
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("Enregistrez ce fichier en UTF-8."))


def _du_xlsx(fichier):
    with zipfile.ZipFile(fichier) as archive:
        if sum(membre.file_size for membre in archive.infolist()) > DEPLIE_MAX:
            raise ValidationError(_("Ce classeur est trop lourd."))
    fichier.seek(0)
    # `data_only`: of a formula, only the value that was shown.
    classeur = load_workbook(fichier, read_only=True, data_only=True, keep_links=False)
    try:
        feuille = classeur.worksheets[0]
        return list(feuille.iter_rows(max_row=RANGEES_MAX + 1, max_col=COLONNES_MAX, values_only=True))
    finally:
        classeur.close()


def _texte(cellule):
    if cellule is None:
        return ""
    if isinstance(cellule, float) and cellule.is_integer():
        cellule = int(cellule)
    return " ".join(nettoyer(str(cellule)[:2000]).split())
