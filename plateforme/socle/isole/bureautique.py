"""Text documents and slides: archives of XML, read as a stream, so that a large one takes no more memory.

Only what the page shows is read: neither what was deleted with the changes recorded, nor remarks in the
margin, nor the notes of a speaker.
"""

import posixpath
import zipfile

from defusedxml.ElementTree import DefusedXMLParser, fromstring

from .reponse import Illisible

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ESPACES_MAX = 100
MORCEAU = 64 * 1024
RELATIONS_MAX = 4 * 1024 * 1024
# `Fallback`: the same text again, for older programs; `tabs`: where tabulations stop.
_TUS = {"Fallback", "tracked-changes", "moveFrom", "annotation", "notes", "tabs"}
_PARAGRAPHES, _CELLULES, _LIGNES = {"p", "h"}, {"tc", "table-cell"}, {"tr", "table-row"}
_VIDES = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
# The other parts of a Word document that its pages show.
_ALENTOURS = ("header", "footer", "footnotes", "endnotes")


class _Lecteur:
    """The events of one XML file, turned into text. `texte`: the elements that hold some; `page`: those that
    begin one."""

    def __init__(self, reponse, textes, page=None):
        self.reponse, self.textes, self.page = reponse, textes, page
        self.dedans = self.tu = self.cellules = 0

    def start(self, balise, attributs):
        nom = balise.rpartition("}")[2]
        if self.tu or nom in _TUS:
            self.tu += 1
        elif nom in self.textes:
            self.dedans += 1
        elif nom in _CELLULES:
            self.cellules += 1
        elif nom in _VIDES:
            self.reponse.texte(_VIDES[nom])
        elif nom == "s":
            self.reponse.texte(" " * _repetition(attributs))
        elif nom == self.page:
            self.reponse.page()

    def end(self, balise):
        nom = balise.rpartition("}")[2]
        if self.tu:
            self.tu -= 1
            return
        if nom in self.textes:
            self.dedans -= 1
        if nom in _CELLULES:
            self.cellules -= 1
            self.reponse.texte("\t")
        elif nom in _PARAGRAPHES:
            self.reponse.texte(" " if self.cellules else "\n")
        elif nom in _LIGNES:
            self.reponse.texte("\n")

    def data(self, texte):
        if self.dedans and not self.tu:
            self.reponse.texte(texte)

    def close(self):
        pass


def lire_docx(source, reponse):
    archive = ouvrir(source)
    reponse.page()
    noms = archive.namelist()
    alentours = [n for n in noms if n.startswith(tuple(f"word/{debut}" for debut in _ALENTOURS))]
    for nom in ["word/document.xml", *sorted(alentours)]:
        _parcourir(archive, nom, _Lecteur(reponse, {"t"}))


def lire_pptx(source, reponse):
    archive = ouvrir(source)
    diapositives = _diapositives(archive)
    reponse.faits = {"pages": len(diapositives)}
    for nom in diapositives:
        reponse.page()
        _parcourir(archive, nom, _Lecteur(reponse, {"t"}))


def lire_odt(source, reponse):
    archive = ouvrir(source)
    reponse.page()
    for nom in ("content.xml", "styles.xml"):  # headers and footers are in the second
        if nom == "content.xml" or nom in archive.namelist():
            _parcourir(archive, nom, _Lecteur(reponse, {"p", "h"}))


def lire_ods(source, reponse):
    _parcourir(ouvrir(source), "content.xml", _Lecteur(reponse, {"p"}, page="table"))


def lire_odp(source, reponse):
    _parcourir(ouvrir(source), "content.xml", _Lecteur(reponse, {"p", "h"}, page="page"))


def ouvrir(source):
    """The archive of a document, if it is not under a password."""
    if source.read(len(OLE)) == OLE:
        raise Illisible("protege")  # an OOXML document with a password is put in an OLE container
    source.seek(0)
    archive = zipfile.ZipFile(source)
    if "META-INF/manifest.xml" in archive.namelist():
        with archive.open("META-INF/manifest.xml") as manifeste:
            if b"encryption-data" in manifeste.read(RELATIONS_MAX):
                raise Illisible("protege")
    return archive


def _parcourir(archive, nom, lecteur):
    analyseur = DefusedXMLParser(target=lecteur, forbid_dtd=True)
    with archive.open(nom) as flux:
        while morceau := flux.read(MORCEAU):
            analyseur.feed(morceau)
    analyseur.close()


def _diapositives(archive):
    """In the order in which they are shown, which is not that of their names."""
    liens = {
        lien.get("Id"): lien.get("Target", "") for lien in _arbre(archive, "ppt/_rels/presentation.xml.rels")
    }
    suite = [
        liens.get(valeur, "")
        for element in _arbre(archive, "ppt/presentation.xml").iter()
        if element.tag.endswith("}sldId")
        for clef, valeur in element.attrib.items()
        if clef.endswith("}id")
    ]
    presents = set(archive.namelist())
    chemins = [posixpath.normpath(posixpath.join("/ppt", cible)).lstrip("/") for cible in suite]
    return [chemin for chemin in chemins if chemin in presents]


def _arbre(archive, nom):
    if archive.getinfo(nom).file_size > RELATIONS_MAX:
        raise Illisible
    return fromstring(archive.read(nom), forbid_dtd=True)


def _repetition(attributs):
    nombre = next((v for clef, v in attributs.items() if clef.endswith("}c")), "1")
    return min(int(nombre), ESPACES_MAX) if nombre.isdigit() else 1
