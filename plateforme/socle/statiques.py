import posixpath
import re

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

CSS = {
    "imports": re.compile(r"""@import\s+["'](?P<chemin>[^"':]+)["'];\n?"""),
    "commentaires": re.compile(r"/\*.*?\*/\n?", re.DOTALL),
    "cadre": "{}",
}
# A module is set between braces, so that its names stay its own.
JS = {
    "imports": re.compile(r"""^import\s+["'](?P<chemin>\./[^"']+)["'];\n?""", re.MULTILINE),
    "commentaires": re.compile(r"^[ \t]*//.*\n", re.MULTILINE),
    "cadre": "{{\n{}}}\n",
}


class StatiquesEnUnFichier(CompressedManifestStaticFilesStorage):
    """One request instead of fifty: the files that an entry file imports take the place of the imports.

    Sources stay one component, one file, and keep their comments.
    """

    entrees = {"socle/plateforme.css": CSS, "socle/js/plateforme.js": JS}

    def post_process(self, paths, dry_run=False, **options):
        if not dry_run:
            for entree, langue in self.entrees.items():
                if entree in paths:
                    self._ecrire(entree, _assembler(entree, paths, langue))
                    paths[entree] = (self, entree)
        yield from super().post_process(paths, dry_run, **options)

    def _ecrire(self, nom, contenu):
        self.delete(nom)
        self._save(nom, ContentFile(contenu.encode()))


def _assembler(nom, paths, langue):
    # The sources, not their copies: the copy of an entry file that did not change is already assembled.
    storage, chemin = paths[nom]
    with storage.open(chemin) as fichier:
        contenu = langue["commentaires"].sub("", fichier.read().decode())

    def remplacer(trouve):
        importe = posixpath.normpath(posixpath.join(posixpath.dirname(nom), trouve["chemin"]))
        return langue["cadre"].format(_assembler(importe, paths, langue))

    return langue["imports"].sub(remplacer, contenu)
