import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT_CSS = re.compile(r"""@import\s+["'](?P<chemin>[^"':]+)["'];\n?""")
_IMPORT_JS = re.compile(r"""^import\s+["'](?P<chemin>\./[^"']+)["'];\n?""", re.MULTILINE)


class StatiquesEnUnFichier(CompressedManifestStaticFilesStorage):
    """One request instead of fifty: the files that an entry file imports take the place of the imports.

    Sources stay one component, one file. A module is set between braces, so that its names stay its own.
    """

    entrees = {
        "socle/plateforme.css": (_IMPORT_CSS, "{}"),
        "socle/js/plateforme.js": (_IMPORT_JS, "{{\n{}}}\n"),
    }

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for entree, (motif, cadre) in self.entrees.items():
                if entree in paths:
                    self._ecrire(entree, _assembler(entree, paths, motif, cadre))
                    paths[entree] = (self, entree)
        yield from super().post_process(paths, dry_run, **options)

    def _ecrire(self, nom, contenu):
        self.delete(nom)
        self._save(nom, ContentFile(contenu.encode()))


def _assembler(nom, paths, motif, cadre):
    storage, chemin = paths[nom]
    with storage.open(chemin) as fichier:
        contenu = fichier.read().decode()

    def remplacer(trouve):
        importe = posixpath.normpath(posixpath.join(posixpath.dirname(nom), trouve["chemin"]))
        return cadre.format(_assembler(importe, paths, motif, cadre))

    return motif.sub(remplacer, contenu)
