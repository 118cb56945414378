"""What django_tasks leaves to its users: trying again later, and picking up after a killed worker."""

import logging
from datetime import timedelta

from django.apps import apps
from django.dispatch import Signal
from django.utils import timezone
from django_tasks import task_backends
from django_tasks_db.backend import DatabaseBackend

logger = logging.getLogger(__name__)

DUREE_MAX = timedelta(hours=1)
PASSAGES_MAX = 3
# A task that was lost is not one that waits for its turn.
ATTENTE = timedelta(minutes=30)
RATTRAPAGE_MAX = 100

# Sent by `manage.py entretien`: an app that has something to sweep connects to it in its AppConfig.ready().
entretien = Signal()


def reprendre(tache, essai, delais, *args, **kwargs):
    """Enqueue `tache` again after the delay that follows its `essai`-th failure.

    Returns the date of the next try, or None once the delays are used up. A backend that cannot defer
    (immediate, in tests) only gets the date: what is due is picked up by `manage.py entretien`.
    """
    if essai > len(delais):
        return None
    prochain = timezone.now() + delais[essai - 1]
    if tache.get_backend().supports_defer:
        tache.using(run_after=prochain).enqueue(*args, **kwargs)
    return prochain


def resultats_en_base():
    """The task rows of the database backend, or None under another backend."""
    if not isinstance(task_backends["default"], DatabaseBackend):
        return None
    return apps.get_model("django_tasks_database", "DBTaskResult").objects


def arguments_en_attente(tache):
    """The positional arguments of every `tache` that a worker will still run."""
    resultats = resultats_en_base()
    if resultats is None:
        return set()
    lignes = resultats.filter(status="READY", task_path=tache.module_path)
    return {tuple(args_kwargs["args"]) for args_kwargs in lignes.values_list("args_kwargs", flat=True)}


def rattraper(tache, objets):
    """Enqueue `tache` (the label of a model, an id) for some of these that no worker has in hand. At random:
    those that this machine never manages keep no other from it."""
    modele, deja = objets.model._meta.label_lower, arguments_en_attente(tache)
    for pk in objets.order_by("?").values_list("pk", flat=True)[:RATTRAPAGE_MAX]:
        if (modele, pk) not in deja:
            tache.enqueue(modele, pk)


def balayer_les_taches(age=DUREE_MAX):
    """Give back to the queue the tasks that a killed worker left RUNNING; give up on the third worker lost.

    Returns (given back, given up).
    """
    resultats = resultats_en_base()
    if resultats is None:
        return 0, 0
    rendues = abandonnees = 0
    for tache in resultats.filter(status="RUNNING", started_at__lt=timezone.now() - age):
        # Conditional: the worker was perhaps only slow and has just finished.
        ligne = resultats.filter(pk=tache.pk, status="RUNNING", started_at=tache.started_at)
        if len(tache.worker_ids) < PASSAGES_MAX:
            rendues += ligne.update(status="READY", started_at=None)
        else:
            logger.error("Task %s (%s) lost %d workers", tache.pk, tache.task_path, PASSAGES_MAX)
            abandonnees += ligne.update(
                status="FAILED",
                finished_at=timezone.now(),
                exception_class_path="builtins.TimeoutError",
                traceback="The worker disappeared.",
            )
    return rendues, abandonnees
