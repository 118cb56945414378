"""What an image may cost before anything decodes it: pixels, segments, scans."""

import re

PIXELS_MAX = 50_000_000
# A progressive JPEG draws all its pixels again at each scan, of a hundred bytes if it likes: 4 ms each, and
# 20 MB of them an hour. Cameras and editors write ten.
PASSES_MAX = 100
# Twenty megabytes of nothing but empty segments keep Pillow busy for thirteen seconds.
SEGMENTS_MAX = 20_000
_MARQUEUR = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_PASSE, _FIN_D_IMAGE = b"\xda", b"\xd9"


class TropDePixels(Exception):
    pass


def controler_segments(contenu):
    segments = _segments_jpeg if contenu.startswith(b"\xff\xd8") else _segments_png
    passes = 0
    for rang, genre in enumerate(segments(contenu)):
        passes += genre == _PASSE
        if rang > SEGMENTS_MAX or passes > PASSES_MAX:
            raise TropDePixels


def _segments_jpeg(contenu):
    """From marker to marker until the end of the image: behind it, telephones put a film."""
    suite = 2
    while (marqueur := _MARQUEUR.search(contenu, suite)) and marqueur[1] != _FIN_D_IMAGE:
        yield marqueur[1]
        suite = marqueur.end() + int.from_bytes(contenu[marqueur.end() : marqueur.end() + 2])


def _segments_png(contenu):
    suite = 8
    while contenu.startswith(b"\x89PNG") and suite < len(contenu):
        yield contenu[suite + 4 : suite + 8]
        suite += 12 + int.from_bytes(contenu[suite : suite + 4])
