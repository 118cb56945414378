from plateforme.socle.taches import entretien
from reseau.ical import journees_demandees

from .agendas import journees
from .models import Jalon


def connecter():
    entretien.connect(signaler_les_retards)
    journees_demandees.connect(journees)


def signaler_les_retards(sender, **kwargs):
    for jalon in Jalon.objects.a_signaler().select_related("projet__responsable"):
        jalon.signaler_le_retard()
