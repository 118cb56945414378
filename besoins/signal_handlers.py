"""What time alone makes due: the timer of the house runs it."""

from plateforme.socle.taches import entretien

from .models import Besoin, Utilite


def connecter():
    entretien.connect(rappeler_les_communes)
    entretien.connect(demander_si_cela_a_aide)


def rappeler_les_communes(sender, **kwargs):
    for besoin in Besoin.objects.a_rappeler().select_related("reseau", "responsable"):
        besoin.rappeler()


def demander_si_cela_a_aide(sender, **kwargs):
    besoins = ("besoin__reseau", "besoin__responsable")
    for utilite in Utilite.objects.a_demander().select_related(*besoins):
        utilite.demander()
