"""What the ground floor tells everybody: here, that it is time to sweep."""

from plateforme.socle.taches import arguments_en_attente, entretien

from .models import Besoin
from .taches import comparer

COMPARES_PAR_PASSAGE = 500


def connecter():
    entretien.connect(comparer_les_besoins)


def comparer_les_besoins(sender, **kwargs):
    """Those that stood before needs were compared, or whose task was lost."""
    en_attente = arguments_en_attente(comparer)
    for pk in Besoin.objects.a_comparer().order_by("pk").values_list("pk", flat=True)[:COMPARES_PAR_PASSAGE]:
        if (pk,) not in en_attente:
            comparer.enqueue(pk)
