"""Gather the French plurals of the code and of the templates into the one catalogue of the house.

The msgids are French already: what Django cannot guess is that French counts zero as singular. Every plural
pair found is therefore its own translation, and the catalogue never waits for a translator.
"""

import io
import sys
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

RACINE = Path(__file__).resolve().parents[1]
CATALOGUE = RACINE / "plateforme/socle/locale/fr/LC_MESSAGES/django.po"
DOSSIERS = ["plateforme", "reseau", "besoins", "ressources_docs", "templates"]
PLURIELS = {"ngettext": (1, 2), "ngettext_lazy": (1, 2), "npgettext": ((1, "c"), 2, 3)}


def sources():
    for dossier in DOSSIERS:
        yield from sorted(RACINE.joinpath(dossier).rglob("*.py"))
        for suffixe in ["*.html", "*.txt"]:
            yield from sorted(RACINE.joinpath(dossier).rglob(suffixe))


def pluriels(fichier):
    """The (singular, plural, context) of a file; a template is read through Django's own translator."""
    texte = fichier.read_text(encoding="utf-8")
    if fichier.suffix != ".py":
        # Django blanks out all that is no string; what is left of the indentation is no Python's.
        texte = "\n".join(map(str.lstrip, templatize(texte, origin=str(fichier)).splitlines()))
    for _, messages, _, contexte in extract("python", io.BytesIO(texte.encode()), keywords=PLURIELS):
        singulier, pluriel = messages[-2:]
        yield singulier, pluriel, contexte


def relever():
    catalogue = Catalog(locale="fr", project="plateforme-mutualisation", charset="utf-8")
    for fichier in sources():
        for singulier, pluriel, contexte in pluriels(fichier):
            connu = catalogue.get(singulier, contexte)
            if connu and connu.id[1] != pluriel:  # gettext looks up the singular only
                sys.exit(f"{fichier} : « {singulier} » a déjà un autre pluriel, « {connu.id[1]} »")
            catalogue.add(
                (singulier, pluriel),
                (singulier, pluriel),
                locations=[(fichier.relative_to(RACINE).as_posix(), None)],
                context=contexte,
            )
    return catalogue


def ecrire(catalogue):
    """The catalogue as text, without Babel's own header: its dates would change it at every run."""
    sortie = io.BytesIO()
    write_po(sortie, catalogue, sort_output=True, include_lineno=False, omit_header=True)
    entete = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: fr\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    )
    return entete + sortie.getvalue().decode()


def compiler():
    """Make the file that the site reads, without gettext's own tools."""
    with CATALOGUE.open("rb") as source, CATALOGUE.with_suffix(".mo").open("wb") as cible:
        write_mo(cible, read_po(source))


def principal(verifier=False):
    settings.configure(USE_I18N=False)
    django.setup()
    texte = ecrire(relever())
    if not verifier:
        CATALOGUE.write_text(texte, encoding="utf-8")
    elif CATALOGUE.read_text(encoding="utf-8") != texte:
        sys.exit("Le catalogue des pluriels n'est plus à jour : make messages")


if __name__ == "__main__":
    compiler() if "--compiler" in sys.argv else principal(verifier="--verifier" in sys.argv)
