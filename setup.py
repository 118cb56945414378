"""Only what pyproject.toml cannot say: the wheel carries the compiled catalogue, the repository does not."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class CompilerLesCatalogues(build_py):
    def run(self):
        super().run()
        for source in Path(self.build_lib).rglob("locale/*/LC_MESSAGES/*.po"):
            with source.open("rb") as entree, source.with_suffix(".mo").open("wb") as sortie:
                write_mo(sortie, read_po(entree))


setup(cmdclass={"build_py": CompilerLesCatalogues})
