"""The labelled queries, on each engine: the embedded one must not be far behind."""

import pytest
from django.core.management import call_command
from django.db import connection

from plateforme.socle import recherche
from tests.accueil import recherche_etiquetee
from tests.accueil.recherche_etiquetee import TOUS

# A little under what was measured: recall among the ten first, mean reciprocal rank.
RAPPEL, INVERSE = 0.87, 0.85


def test_the_database_finds_what_agents_look_for(camille, bruno, rst):
    ecrits = recherche_etiquetee.ecrire(bruno, rst)
    rappel, inverse = recherche_etiquetee.mesurer(ecrits, camille.utilisateur, connection.vendor)[TOUS]
    assert rappel >= RAPPEL and inverse >= INVERSE


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_elasticsearch_finds_it_too(brancher_le_vrai, camille, bruno, rst):
    ecrits = recherche_etiquetee.ecrire(bruno, rst)
    brancher_le_vrai()
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    rappel, inverse = recherche_etiquetee.mesurer(ecrits, camille.utilisateur, "elasticsearch")[TOUS]
    assert recherche.disjoncteur.ferme, "all of this came from Elasticsearch"
    assert rappel >= RAPPEL and inverse >= INVERSE
