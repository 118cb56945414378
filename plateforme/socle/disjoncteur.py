import time

REPOS = 30  # seconds during which a server that failed is not asked again, by this process


class Disjoncteur:
    """Open after a failure, so that a dead server slows one page and not each of them."""

    def __init__(self):
        self.ouvert_jusqu_a = 0.0

    @property
    def ferme(self):
        return time.monotonic() >= self.ouvert_jusqu_a

    def ouvrir(self):
        self.ouvert_jusqu_a = time.monotonic() + REPOS
