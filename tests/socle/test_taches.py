from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from plateforme.socle import taches
from plateforme.socle.models import Courriel
from plateforme.socle.taches import PASSAGES_MAX, arguments_en_attente, balayer_les_taches, reprendre

DELAIS = (timedelta(minutes=1), timedelta(hours=1))


@task()
def rien(n):
    return n


@pytest.fixture
def en_base(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def abandonnee(depuis=timedelta(hours=2), passages=1):
    rien.enqueue(1)
    ligne = DBTaskResult.objects.latest("enqueued_at")
    ligne.status, ligne.started_at = "RUNNING", timezone.now() - depuis
    ligne.worker_ids = ["x"] * passages
    ligne.save()
    return ligne


@pytest.mark.django_db
def test_a_task_is_enqueued_again_after_the_delay_of_its_try(en_base):
    for essai, delai in enumerate(DELAIS, start=1):
        avant = timezone.now()
        prochain = reprendre(rien, essai, DELAIS, 7)
        assert avant + delai <= prochain <= timezone.now() + delai
        assert DBTaskResult.objects.latest("run_after").run_after == prochain
    assert reprendre(rien, 3, DELAIS, 7) is None
    assert DBTaskResult.objects.count() == 2
    assert arguments_en_attente(rien) == {(7,)}


def test_a_backend_that_cannot_wait_gets_the_date_only():
    assert reprendre(rien, 1, DELAIS, 7) > timezone.now()


@pytest.mark.django_db
def test_a_task_left_by_a_killed_worker_goes_back_to_the_queue_and_a_recent_one_is_let_alone(en_base):
    perdue, recente = abandonnee(), abandonnee(timedelta(minutes=5))
    assert balayer_les_taches() == (1, 0)
    perdue.refresh_from_db()
    recente.refresh_from_db()
    assert (perdue.status, recente.status) == ("READY", "RUNNING")
    assert balayer_les_taches() == (0, 0)


@pytest.mark.django_db
def test_a_task_that_kills_its_workers_is_given_up(en_base):
    ligne = abandonnee(passages=PASSAGES_MAX)
    assert balayer_les_taches() == (0, 1)
    ligne.refresh_from_db()
    assert ligne.status == "FAILED" and ligne.finished_at


@pytest.mark.django_db
def test_a_task_that_finishes_during_the_sweep_is_not_run_again(en_base, monkeypatch):
    ligne = abandonnee()

    class FinitEntreTemps:
        def filter(self, **criteres):
            lignes = DBTaskResult.objects.filter(**criteres)
            if "pk" in criteres:
                return lignes
            lignes = list(lignes)
            DBTaskResult.objects.update(status="SUCCESSFUL")
            return lignes

    monkeypatch.setattr(taches, "resultats_en_base", FinitEntreTemps)
    assert balayer_les_taches() == (0, 0)
    ligne.refresh_from_db()
    assert ligne.status == "SUCCESSFUL"


@pytest.mark.django_db
def test_maintenance_sweeps_purges_and_may_run_twice(en_base):
    vieux = timezone.now() - timedelta(days=60)
    abandonnee()
    rien.enqueue(2)
    DBTaskResult.objects.filter(status="READY").update(status="SUCCESSFUL", finished_at=vieux)
    Courriel.objects.create(expediteur="a@b.fr", destinataire="c@d.fr", source=b"", envoye_le=vieux)
    Courriel.objects.create(expediteur="a@b.fr", destinataire="e@f.fr", source=b"")
    sortie = StringIO()
    call_command("entretien", stdout=sortie)
    assert "courriels relancés : 1" in sortie.getvalue() and "courriels purgés : 1" in sortie.getvalue()
    assert Courriel.objects.count() == 1
    assert not DBTaskResult.objects.filter(status__in=["SUCCESSFUL", "RUNNING"]).exists()
    sortie = StringIO()
    call_command("entretien", stdout=sortie)
    assert sortie.getvalue() == ""


@pytest.mark.django_db
def test_maintenance_does_the_rest_when_tasks_run_at_once():
    """django_tasks_db is installed, and not the backend."""
    vieux = timezone.now() - timedelta(days=60)
    Courriel.objects.create(expediteur="a@b.fr", destinataire="c@d.fr", source=b"", envoye_le=vieux)
    sortie = StringIO()
    call_command("entretien", stdout=sortie)
    assert sortie.getvalue() == "courriels purgés : 1\n"


def test_the_sweep_does_nothing_without_the_database_backend():
    assert balayer_les_taches() == (0, 0)
    assert arguments_en_attente(rien) == set()


@pytest.mark.django_db
def test_one_failing_step_neither_stops_the_others_nor_passes_unseen(en_base, monkeypatch):
    def tombe(**kwargs):
        raise ZeroDivisionError

    vus = []

    def note(**kwargs):
        vus.append(1)

    monkeypatch.setattr("plateforme.socle.management.commands.entretien.balayer_les_taches", tombe)
    taches.entretien.connect(tombe)
    taches.entretien.connect(note)
    try:
        with pytest.raises(CommandError, match="tâches rendues, abandonnées, .*tombe"):
            call_command("entretien", stdout=StringIO())
    finally:
        taches.entretien.disconnect(tombe)
        taches.entretien.disconnect(note)
    assert vus == [1]
