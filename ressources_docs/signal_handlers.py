from datetime import timedelta

from django.utils import timezone

from plateforme.socle.taches import entretien

from .models import Ressource, Version
from .taches import lire_le_fichier

# A task that was lost is not one that waits for its turn.
ATTENTE = timedelta(minutes=30)
A_LIRE_MAX = 100


def connecter():
    entretien.connect(rappeler_les_relectures)
    entretien.connect(lire_ce_qui_ne_l_est_pas)


def rappeler_les_relectures(sender, **kwargs):
    for ressource in Ressource.objects.a_rappeler().select_related("responsable", "reseau"):
        ressource.rappeler()


def lire_ce_qui_ne_l_est_pas(sender, **kwargs):
    en_attente = Version.objects.a_lire().filter(depose_le__lt=timezone.now() - ATTENTE)
    for pk in en_attente.order_by("pk").values_list("pk", flat=True)[:A_LIRE_MAX]:
        lire_le_fichier.enqueue(pk)
