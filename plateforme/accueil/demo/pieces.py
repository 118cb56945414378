"""The few files of the demo, made here: nothing of anybody else's."""

import io
from random import Random

from django.core.files.base import ContentFile
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
    """A deliberation of one page, as its text alone."""
    page = Image.new("RGB", (827, 1169), "white")
    lignes = [commune, "", titre, "", objet, "", "Document de démonstration."]
    ImageDraw.Draw(page).multiline_text((80, 100), "\n".join(lignes), fill="black", font_size=20, spacing=12)
    sortie = io.BytesIO()
    page.save(sortie, "PDF")
    return _controle("deliberation.pdf", sortie.getvalue())


def _controle(nom, octets):
    return controler(ContentFile(octets, name=nom))


def _classeur(lignes):
    classeur = Workbook()
    for ligne in lignes:
        classeur.active.append(ligne)
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


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
