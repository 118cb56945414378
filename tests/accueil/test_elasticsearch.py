"""The search with Elasticsearch beside the database: it finds more, shows no more, and may be gone."""

import pytest
from django.core.management import call_command
from wagtail.search.backends import get_search_backend

from plateforme.settings import environnement
from plateforme.socle import recherche
from reseau.models import Contribution
from tests.besoins import etiquetes
from tests.fabriques import faire_besoin, faire_discussion


def titres(client, q, adresse="/recherche/"):
    return [c.titre for c in client.get(adresse, {"q": q}).context["contributions"]]


def test_without_an_address_the_database_is_alone(monkeypatch):
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    assert list(environnement.moteurs_de_recherche()) == ["default"]
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://recherche:9200")
    moteurs = environnement.moteurs_de_recherche()
    assert list(moteurs) == ["default", "elasticsearch"]
    assert moteurs["elasticsearch"]["URLS"] == ["http://recherche:9200"]
    assert (moteurs["elasticsearch"]["TIMEOUT"], moteurs["elasticsearch"]["OPTIONS"]) == (
        1,
        {"max_retries": 0},
    )


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_it_knows_french_shows_nobody_more_than_the_door_and_may_stop(
    client, connecter, brancher, brancher_le_vrai, camille, chantal, bruno, rst
):
    faire_besoin("Travaux sur les voiries", bruno, reseau=rst)
    besoin = faire_besoin("Éclairages de l’école", bruno, reseau=rst)
    # Saved before the index is made: the server must not make one that holds this row alone.
    reservee = faire_discussion("Voirie CANARI", bruno, reseau=rst, visibilite="reseau")
    assert titres(connecter(camille), "travaux") == ["Travaux sur les voiries"]
    assert not recherche.disjoncteur.ferme

    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    recherche.disjoncteur.ouvert_jusqu_a = 0
    for page in ("/recherche/", "/fil/"):
        assert titres(connecter(camille), "eclairage ecole", page) == ["Éclairages de l’école"]
        assert set(titres(connecter(camille), "voirie", page)) == {
            "Voirie CANARI",
            "Travaux sur les voiries",
        }
        assert titres(connecter(chantal), "voirie", page) == ["Travaux sur les voiries"]

    faire_besoin("Balayeuses", bruno, reseau=rst)
    get_search_backend("elasticsearch").get_index_for_model(Contribution).refresh()
    assert titres(connecter(camille), "balayeuse") == ["Balayeuses"], "a save is indexed by itself"

    # Its index does not know yet of the withdrawal, nor that the need became the network's own.
    Contribution.objects.filter(pk=reservee.pk).update(retire_le=reservee.publie_le, retire_motif="Doublon")
    Contribution.objects.filter(pk=besoin.pk).update(visibilite="reseau")
    assert titres(connecter(camille), "voirie") == ["Travaux sur les voiries"]
    assert titres(connecter(camille), "eclairage") == ["Éclairages de l’école"]
    assert titres(connecter(chantal), "eclairage") == []
    client.logout()
    assert titres(client, "voirie") == []
    assert recherche.disjoncteur.ferme, "all of this came from Elasticsearch"

    brancher("http://127.0.0.1:9")
    assert titres(connecter(camille), "travaux") == ["Travaux sur les voiries"]
    assert not recherche.disjoncteur.ferme


def test_a_dead_server_slows_one_page_and_stops_no_saving(
    connecter, brancher, camille, bruno, rst, monkeypatch
):
    brancher("http://127.0.0.1:9")
    besoin = faire_besoin("Balayeuse", bruno, reseau=rst)
    assert connecter(camille).post(f"/contributions/{besoin.pk}/suivi/", {"suivre": "oui"}).status_code == 302
    assert titres(connecter(camille), "balayeuse") == ["Balayeuse"]
    assert not recherche.disjoncteur.ferme

    demandes = []
    chercher = recherche._chercher
    monkeypatch.setattr(
        recherche, "_chercher", lambda *a, **options: demandes.append(options) or chercher(*a, **options)
    )
    assert titres(connecter(camille), "balayeuse") == ["Balayeuse"]
    assert demandes and not any(demandes), "the dead one is left alone"
    monkeypatch.setattr(recherche.disjoncteur, "ouvert_jusqu_a", 0)
    assert titres(connecter(camille), "balayeuse") == ["Balayeuse"]
    assert demandes.count({"backend": "elasticsearch"}) == 1, "then asked again"


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_it_tells_which_needs_are_the_same_as_well_as_the_database(brancher_le_vrai, camille):
    ecrits = etiquetes.ecrire(camille)
    brancher_le_vrai()
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    get_search_backend("elasticsearch").get_index_for_model(Contribution).refresh()
    assert etiquetes.sous_le_plancher(etiquetes.mesurer(ecrits)) == {}
    assert recherche.disjoncteur.ferme, "all of this came from Elasticsearch"
