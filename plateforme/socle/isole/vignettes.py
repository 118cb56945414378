"""The picture of its first page that an office program has left in a document."""

from io import BytesIO

from PIL import Image

from .bornes import PIXELS_MAX, TropDePixels, controler_segments
from .bureautique import ouvrir
from .reponse import Illisible

# Where LibreOffice and Word put it.
LIEUX = ("Thumbnails/thumbnail.png", "docProps/thumbnail.jpeg", "docProps/thumbnail.png")
OCTETS_MAX = 5 * 1024**2
COTE_MIN = 32  # below, nobody would see what it is
HAUTEUR_MAX = 4  # times the width


def dessiner(source, reponse, *, largeur):
    archive = ouvrir(source)
    presents = set(archive.namelist())
    lieu = next((lieu for lieu in LIEUX if lieu in presents), None)
    if lieu is None or archive.getinfo(lieu).file_size > OCTETS_MAX:
        raise Illisible("sans_image")
    octets = archive.read(lieu)
    try:
        controler_segments(octets)
    except TropDePixels as erreur:
        raise Illisible("lourd") from erreur
    with Image.open(BytesIO(octets), formats=["JPEG", "PNG"]) as image:
        large, haute = image.size
        if large * haute > PIXELS_MAX:
            raise Illisible("lourd")
        if min(large, haute) < COTE_MIN:
            raise Illisible("sans_image")
        image.draft("RGB", (largeur, largeur * HAUTEUR_MAX))
        vue = image.convert("RGBA")
    vue.thumbnail((largeur, largeur * HAUTEUR_MAX))
    feuille = Image.new("RGB", vue.size, "white")
    feuille.paste(vue, mask=vue)
    tampon = BytesIO()
    feuille.save(tampon, "WEBP", quality=80)
    reponse.image(tampon.getvalue())
