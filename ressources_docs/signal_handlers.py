from datetime import timedelta

from django.utils import timezone

from plateforme.socle.taches import arguments_en_attente, entretien

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
    deja = arguments_en_attente(lire_le_fichier)
    # At random: those that this machine never manages to read do not keep the others from it.
    for pk in en_attente.order_by("?").values_list("pk", flat=True)[:A_LIRE_MAX]:
        if (pk,) not in deja:
            lire_le_fichier.enqueue(pk)
