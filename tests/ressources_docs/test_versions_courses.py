"""Two hands that replace one document at once: both versions are kept, one after the other."""

import random
import time

import pytest
from django.db import connection

from ressources_docs.models import Ressource
from tests.fabriques import faire_fiche, faire_ressource
from tests.test_courses import ensemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def convention(bruno, rst):
    return faire_ressource("Convention de prêt", bruno, reseau=rst)


def course(convention, membres):
    """→ the numbers of the versions that two hands each deposit, and what failed."""

    def deposer(membre):
        return Ressource.objects.get(pk=convention.pk).remplacer(
            par=membre, fiche=faire_fiche(contenu=f"de {membre.nom}".encode()), motif=membre.nom
        )

    essais = ensemble(*[lambda membre=membre: deposer(membre) for membre in membres])
    numeros = list(convention.versions.order_by("numero").values_list("numero", flat=True))
    return numeros, [essai for essai in essais if isinstance(essai, Exception)]


def test_two_replacements_at_once_are_both_kept_in_order(convention, bruno, diane, remi):
    numeros, pannes = course(convention, [bruno, diane, remi, bruno])
    assert (numeros, pannes) == ([1, 2, 3, 4, 5], [])
    convention.refresh_from_db()
    assert convention.numero == 5
    assert convention.version.fichier.open("rb").read().startswith(b"de ")


def test_without_the_lock_one_is_lost(convention, bruno, diane, remi, monkeypatch):
    def lire_puis_ecrire(ressource):
        lu = Ressource.objects.values_list("numero", flat=True).get(pk=ressource.pk)
        time.sleep(random.uniform(0.01, 0.05))
        ressource.numero = lu + 1
        Ressource.objects.filter(pk=ressource.pk).update(numero=lu + 1)

    monkeypatch.setattr(Ressource, "_prendre_un_numero", lire_puis_ecrire)
    monkeypatch.setattr(Ressource, "_avancer", lambda ressource: 1)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Ressource, "remplacer", Ressource.remplacer.__wrapped__)
    numeros, pannes = course(convention, [bruno, diane, remi, bruno])
    assert pannes or numeros != [1, 2, 3, 4, 5]
