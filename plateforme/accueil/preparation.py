"""What the embedded server needs before its first answer; each step does nothing when it is already done."""

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command

from .installation import reste_a_migrer


def preparer(dire):
    if reste_a_migrer():
        dire("Mise en place de la base de données…")
        call_command("migrate", interactive=False, verbosity=0)
    if settings.STATICFILES_COLLECTES:
        collecter(dire)


def collecter(dire):
    """Collect the static files as production does, so that the demo serves them hashed and compressed too."""
    temoin = Path(settings.STATIC_ROOT, ".empreinte")
    empreinte = empreinte_des_statiques()
    if temoin.exists() and temoin.read_text() == empreinte:
        return
    dire("Préparation des feuilles de style et des scripts…")
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    temoin.write_text(empreinte)


def empreinte_des_statiques():
    condense = hashlib.sha256()
    for chercheur in get_finders():
        for chemin, stockage in chercheur.list([]):
            etat = Path(stockage.path(chemin)).stat()
            condense.update(f"{chemin} {etat.st_size} {etat.st_mtime_ns}\n".encode())
    return condense.hexdigest()


def effacer():
    """Remove the data of the embedded site: its SQLite file, its folders, nothing beside them."""
    base = settings.DATABASES["default"]
    if not base["ENGINE"].endswith("sqlite3"):
        raise CommandError("Repartir de zéro n'est permis que sur la base SQLite de la démonstration.")
    for suffixe in ["", "-wal", "-shm"]:
        Path(f"{base['NAME']}{suffixe}").unlink(missing_ok=True)
    for dossier in [settings.MEDIA_ROOT, settings.FICHIERS_ROOT, settings.STATIC_ROOT]:
        shutil.rmtree(dossier, ignore_errors=True)
