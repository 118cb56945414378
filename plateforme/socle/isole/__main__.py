"""python -m plateforme.socle.isole TASK OPTIONS: reads standard input, answers on standard output."""

import json
import sys
from importlib import import_module

from .limites import pic, se_limiter
from .reponse import Illisible, Plein, Reponse

# Task → the module and the function that do it; only what this file needs is imported.
TACHES = {
    "pdf": ("pdf", "lire"),
    "apercu": ("pdf", "dessiner"),
    "vignette": ("vignettes", "dessiner"),
    "docx": ("bureautique", "lire_docx"),
    "pptx": ("bureautique", "lire_pptx"),
    "xlsx": ("tableurs", "lire_xlsx"),
    "odt": ("bureautique", "lire_odt"),
    "ods": ("bureautique", "lire_ods"),
    "odp": ("bureautique", "lire_odp"),
    "texte": ("brut", "lire_texte"),
    "html": ("brut", "lire_html"),
}


def principal(tache, options):
    se_limiter()
    options = json.loads(options)
    reponse = Reponse(sys.stdout.buffer, options.pop("pages_max", 0), options.pop("caracteres_max", 0))
    code, tronque = "", False
    module, fonction = TACHES[tache]
    fonction = getattr(import_module(f".{module}", __package__), fonction)
    try:
        fonction(sys.stdin.buffer, reponse, **options)
    except Plein:
        tronque = True
    except Illisible as raison:
        code = raison.code
    except MemoryError:
        code = "lourd"
    except Exception:
        # A parser fed with garbage raises nearly anything.
        code = "illisible"
    reponse.finir(code=code, tronque=tronque, pic=pic())


if __name__ == "__main__":
    principal(*sys.argv[1:])
