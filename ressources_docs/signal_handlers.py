from plateforme.socle.taches import entretien

from .models import Ressource


def connecter():
    entretien.connect(rappeler_les_relectures)


def rappeler_les_relectures(sender, **kwargs):
    for ressource in Ressource.objects.a_rappeler().select_related("responsable", "reseau"):
        ressource.rappeler()
