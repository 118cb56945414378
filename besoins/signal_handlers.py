"""What the ground floor and the networks ask of everybody: to sweep, and what a calendar holds."""

from plateforme.socle.taches import arguments_en_attente, entretien
from reseau.ical import journees_demandees

from .agendas import journees
from .models import Besoin, Jalon, Utilite
from .taches import comparer

COMPARES_PAR_PASSAGE = 500


def connecter():
    entretien.connect(comparer_les_besoins)
    entretien.connect(signaler_les_retards)
    entretien.connect(rappeler_les_communes)
    entretien.connect(demander_si_cela_a_aide)
    journees_demandees.connect(journees)


def comparer_les_besoins(sender, **kwargs):
    """Those that stood before needs were compared, or whose task was lost."""
    en_attente = arguments_en_attente(comparer)
    for pk in Besoin.objects.a_comparer().order_by("pk").values_list("pk", flat=True)[:COMPARES_PAR_PASSAGE]:
        if (pk,) not in en_attente:
            comparer.enqueue(pk)


def signaler_les_retards(sender, **kwargs):
    for jalon in Jalon.objects.a_signaler().select_related("projet__responsable"):
        jalon.signaler_le_retard()


def rappeler_les_communes(sender, **kwargs):
    for besoin in Besoin.objects.a_rappeler().select_related("reseau", "responsable"):
        besoin.rappeler()


def demander_si_cela_a_aide(sender, **kwargs):
    besoins = ("besoin__reseau", "besoin__responsable")
    for utilite in Utilite.objects.a_demander().select_related(*besoins):
        utilite.demander()
