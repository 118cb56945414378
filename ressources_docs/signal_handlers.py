from django.utils import timezone

from plateforme.socle.taches import ATTENTE, entretien, rattraper

from .models import Ressource, Version
from .taches import lire_le_fichier


def connecter():
    entretien.connect(rappeler_les_relectures)
    entretien.connect(lire_ce_qui_ne_l_est_pas)


def rappeler_les_relectures(sender, **kwargs):
    for ressource in Ressource.objects.a_rappeler().select_related("responsable", "reseau"):
        ressource.rappeler()


def lire_ce_qui_ne_l_est_pas(sender, **kwargs):
    rattraper(lire_le_fichier, Version.objects.a_lire().filter(depose_le__lt=timezone.now() - ATTENTE))
