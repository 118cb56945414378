"""Only what pyproject.toml cannot say: the wheel has the compiled catalogue, not the wiring of our site."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class Construction(build_py):
    def run(self):
        super().run()
        for source in Path(self.build_lib).rglob("locale/*/LC_MESSAGES/*.po"):
            with source.open("rb") as entree, source.with_suffix(".mo").open("wb") as sortie:
                write_mo(sortie, read_po(entree))

    def find_package_modules(self, package, package_dir):
        """Of `plateforme` itself, the name only: its urls, asgi and wsgi are ours."""
        modules = super().find_package_modules(package, package_dir)
        return [module for module in modules if package != "plateforme" or module[1] == "__init__"]


setup(cmdclass={"build_py": Construction})
