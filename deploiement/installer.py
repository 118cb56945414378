"""Create the virtual environment and install one of the locked lists of requirements/, only when it changed.

Run by the system's Python, whatever its age: the first lines must still be readable to an old one.
"""

import hashlib
import os
import subprocess
import sys

RACINE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MINIMUM = (3, 11)


def verifier_python():
    if sys.version_info < MINIMUM:
        sys.exit(
            "Il faut Python 3.11 ou plus récent ; {} est en version {}.{}.\n"
            "Si un autre Python est installé, indiquez-le : make demo PYTHON=python3.12".format(
                sys.executable, *sys.version_info[:2]
            )
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            "Python est là, mais sans son module venv.\n"
            "Sous Debian ou Ubuntu : sudo apt install python3-venv, puis relancez la commande."
        )


def empreinte(verrou):
    with open(verrou, "rb") as fichier:
        return hashlib.sha256(fichier.read()).hexdigest()


def deja_installe(temoin, attendu):
    try:
        with open(temoin) as fichier:
            return fichier.read() == attendu
    except OSError:
        return False


def installer(liste, dossier):
    verrou = os.path.join(RACINE, "requirements", liste + ".txt")
    temoin = os.path.join(dossier, "installe-" + liste)
    attendu = empreinte(verrou)
    if deja_installe(temoin, attendu):
        return
    python = os.path.join(dossier, "bin", "python")
    if not os.path.exists(python):
        subprocess.check_call([sys.executable, "-m", "venv", dossier])
    print("Installation des dépendances (une minute environ, la première fois seulement)…", flush=True)
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.check_call([*pip, "--require-hashes", "--requirement", verrou])
    with open(temoin, "w") as fichier:
        fichier.write(attendu)


if __name__ == "__main__":
    verifier_python()
    try:
        installer(*sys.argv[1:])
    except subprocess.CalledProcessError:
        sys.exit("L'installation des dépendances a échoué : le message ci-dessus dit pourquoi.")
