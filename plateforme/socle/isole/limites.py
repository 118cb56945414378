"""What this process may take of the machine: once lowered, even who took it over cannot raise it again."""

import re
import resource
from pathlib import Path

CALCUL = 5  # seconds of a processor
MEMOIRE = 512 * 1024**2
REPONSE = 96 * 1024**2


def se_limiter():
    for limite, valeur in (
        (resource.RLIMIT_CPU, CALCUL),
        (resource.RLIMIT_AS, MEMOIRE),
        (resource.RLIMIT_FSIZE, REPONSE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),  # no child, no thread; root alone is not held by it
    ):
        _, dure = resource.getrlimit(limite)
        if dure != resource.RLIM_INFINITY:
            valeur = min(valeur, dure)  # the service's own limit may be lower, and cannot be raised
        resource.setrlimit(limite, (valeur, valeur))


def pic():
    """KiB that it held at most. What the parent would read of it (`ru_maxrss`) is the parent's own."""
    trouve = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(trouve[1]) if trouve else 0
