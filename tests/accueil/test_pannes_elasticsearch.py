"""Elasticsearch down, in every way: the search answers, no save waits for it, its index catches up alone."""

import logging
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from wagtail.search.backends import get_search_backend
from wagtail.search.index import get_indexed_models

from plateforme.socle import recherche
from plateforme.socle.models import AReindexer, EtatDIndex
from plateforme.socle.moteurs import elasticsearch
from plateforme.socle.texte import requete
from reseau.models import Contribution
from tests.accueil.conftest import PREFIXE
from tests.accueil.faux_elasticsearch import PANNES
from tests.fabriques import faire_besoin, faire_discussion

UNE_PAGE, RIEN = 1.2, 0.3  # seconds that one may wait
INDEX = f"{PREFIXE}reseau_contribution"
AVIS = "mode réduit"
# They say nothing that a server without our index would not: see the one that comes back empty.
DU_SERVEUR_VIDE = ("200 sans rien", "goutte à goutte")


def titres(client, q):
    return {c.titre for c in client.get("/recherche/", {"q": q}).context["contributions"]}


def attente(geste):
    """The seconds during which it waited for others, whatever else this machine runs; a page itself computes
    for a tenth of a second."""
    debut, avant = time.monotonic(), occupe()
    geste()
    return time.monotonic() - debut - (occupe() - avant)


def occupe():
    """Seconds that this thread computed, or waited for a processor."""
    calcul, file_d_attente, _tranches = Path("/proc/thread-self/schedstat").read_text().split()
    return (int(calcul) + int(file_d_attente)) / 1e9


def dans_l_index():
    """{id: document} of what the server holds."""
    serveur = get_search_backend("elasticsearch")
    index = serveur.get_index_for_model(Contribution)
    index.refresh()
    trouves = serveur.es.search(index=index.name, size=1000, query={"match_all": {}})["hits"]["hits"]
    return {trouve["_id"]: trouve["_source"] for trouve in trouves}


def dans_la_base():
    serveur = get_search_backend("elasticsearch")
    return {
        str(objet.pk): serveur.es.transport.serializers.loads(
            serveur.es.transport.serializers.dumps(serveur.mapping_class(modele).get_document(objet))
        )
        for modele in get_indexed_models()
        if issubclass(modele, Contribution)
        for objet in modele.get_indexed_objects()
    }


def refermer():
    """Thirty seconds later."""
    recherche.disjoncteur.ouvert_jusqu_a = elasticsearch.ecriture.ouvert_jusqu_a = 0


@pytest.fixture
def es(brancher_le_vrai):
    return brancher_le_vrai()


@pytest.mark.parametrize("panne", PANNES)
def test_whatever_the_failure_the_database_answers_in_time_and_saving_does_not_wait(
    panne, connecter, brancher, camille, bruno, rst
):
    faire_besoin("Balayeuse", bruno, reseau=rst)
    client = connecter(camille)
    with PANNES[panne]() as adresse:
        brancher(adresse)
        assert attente(lambda: client.get("/recherche/", {"q": "balayeuse"})) < UNE_PAGE
        page = client.get("/recherche/", {"q": "balayeuse"})
        assert [c.titre for c in page.context["contributions"]] == ["Balayeuse"]
        assert AVIS in page.text
        assert not recherche.disjoncteur.ferme, "it is left alone"

        if panne in DU_SERVEUR_VIDE:
            return
        besoin = faire_besoin("Nacelle", bruno, reseau=rst)  # the first one learns that the server is down
        assert attente(besoin.save) < RIEN
        assert AReindexer.objects.filter(modele="besoins.besoin", cle=besoin.pk).exists()
        assert recherche.rattraper_le_serveur() == 0, "neither an error, nor a row taken for told"
        assert AReindexer.objects.filter(cle=besoin.pk).exists()


def test_without_a_search_server_nothing_is_said_and_nothing_is_kept(connecter, camille, balayeuse):
    assert AVIS not in connecter(camille).get("/recherche/", {"q": "balayeuse"}).text
    assert recherche.rattraper_le_serveur() == 0
    assert not AReindexer.objects.exists()


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_frozen_it_costs_one_page_a_second_then_catches_up_alone(
    es, serveur_elasticsearch, brancher_le_vrai, connecter, camille, bruno, rst
):
    if serveur_elasticsearch.pid is None:
        pytest.skip("a server that is not ours to freeze")
    modifie = faire_besoin("Balayeuse", bruno, reseau=rst)
    retire = faire_discussion("Balayeuse à vendre", bruno, reseau=rst)
    supprime = faire_discussion("Balayeuse perdue", bruno, reseau=rst)
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    assert dans_l_index() == dans_la_base()

    client = connecter(camille)
    brancher_le_vrai(secondes=1)
    os.killpg(serveur_elasticsearch.pid, signal.SIGSTOP)
    try:
        assert attente(lambda: client.get("/recherche/", {"q": "balayeuse"})) < UNE_PAGE
        assert AVIS in client.get("/recherche/", {"q": "balayeuse"}).text
        neuf = faire_besoin("Balayeuse neuve", bruno, reseau=rst)
        modifie.titre, modifie.visibilite = "Laveuse de voirie", "reseau"
        assert attente(modifie.save) < RIEN
        retire.retirer(par=bruno, motif="Doublon")
        pk = supprime.pk
        Contribution.objects.filter(pk=pk).delete()
        assert titres(client, "balayeuse") >= {"Balayeuse neuve"}
    finally:
        os.killpg(serveur_elasticsearch.pid, signal.SIGCONT)

    brancher_le_vrai()
    call_command("entretien", verbosity=0)
    connus = dans_l_index()
    assert connus == dans_la_base()
    assert str(neuf.pk) in connus and str(pk) not in connus
    assert not AReindexer.objects.exists()
    assert titres(client, "balayeuse") == {"Balayeuse neuve", "Laveuse de voirie"}, "by its synonym"
    assert AVIS not in client.get("/recherche/", {"q": "balayeuse"}).text


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_what_changed_without_it_being_told_is_found_by_comparing(es, bruno, rst):
    besoin = faire_besoin("Balayeuse", bruno, reseau=rst)
    autre = faire_besoin("Nacelle", bruno, reseau=rst)
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    # By a statement, as a migration does, or by a task that was lost.
    Contribution.objects.filter(pk=besoin.pk).update(visibilite="reseau")
    es.delete(index=INDEX, id=autre.pk)
    es.index(index=INDEX, id="999999", document={"pk": "999999"})
    call_command("entretien", verbosity=0)
    assert dans_l_index() != dans_la_base(), "as many rows on both sides: nothing says that they differ"
    AReindexer.noter(autre)
    call_command("entretien", verbosity=0)
    assert dans_l_index() == dans_la_base()


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_empty_it_is_filled_again_and_never_answers_from_one_row(es, connecter, camille, bruno, rst):
    faire_besoin("Balayeuse", bruno, reseau=rst)
    client = connecter(camille)
    assert titres(client, "balayeuse") == {"Balayeuse"}
    assert AVIS in client.get("/recherche/", {"q": "balayeuse"}).text
    assert not es.indices.exists(index=INDEX)
    refermer()
    call_command("entretien", verbosity=0)
    assert dans_l_index() == dans_la_base()
    assert titres(client, "balayeuse") == {"Balayeuse"}
    assert AVIS not in client.get("/recherche/", {"q": "balayeuse"}).text

    EtatDIndex.objects.update(analyse="d’avant")
    ancien = set(es.indices.get(index=INDEX))
    call_command("entretien", verbosity=0)
    assert set(es.indices.get(index=INDEX)) != ancien, "after an upgrade too"


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_filled_to_read_only_it_still_finds_and_is_told_later(es, connecter, camille, bruno, rst):
    faire_besoin("Balayeuse", bruno, reseau=rst)
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    # As a full disk does; the server itself lifts its own block when it sees that there is room.
    es.indices.put_settings(index=INDEX, settings={"index.blocks.write": True})
    neuve = faire_besoin("Balayeuse neuve", bruno, reseau=rst)
    refermer()
    client = connecter(camille)
    assert titres(client, "balayeuse") == {"Balayeuse"}
    assert AVIS not in client.get("/recherche/", {"q": "balayeuse"}).text
    assert AReindexer.objects.filter(cle=neuve.pk).exists()
    es.indices.put_settings(index=INDEX, settings={"index.blocks.write": None})
    refermer()
    call_command("entretien", verbosity=0)
    assert dans_l_index() == dans_la_base()


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_rebuilding_it_stops_no_search_and_forgets_no_save(es, monkeypatch, bruno, rst):
    premier = faire_besoin("Balayeuse", bruno, reseau=rst)
    call_command("update_index", backend_name="elasticsearch", verbosity=0)
    get_search_backend("elasticsearch").get_index_for_model(Contribution).refresh()
    nombres, fini, dits = [], threading.Event(), []

    def chercher_sans_cesse():
        while not fini.is_set():
            nombres.append(es.count(index=INDEX)["count"])

    ajouter = elasticsearch.Index.add_items

    def ajouter_et_modifier(index, modele, objets):
        ajouter(index, modele, objets)
        if objets == [premier] and not dits:
            dits.append(faire_besoin("Nacelle", bruno, reseau=rst))
            premier.titre = "Laveuse"
            premier.save()

    monkeypatch.setattr(elasticsearch.Index, "add_items", ajouter_et_modifier)
    fil = threading.Thread(target=chercher_sans_cesse)
    fil.start()
    try:
        for _ in range(3):
            call_command("update_index", backend_name="elasticsearch", verbosity=0)
    finally:
        fini.set()
        fil.join()
    assert dits and len(nombres) > 10 and set(nombres) <= {1, 2}
    assert dans_l_index() == dans_la_base()
    assert len(es.indices.get(index=f"{INDEX}_*")) == 1


def test_neither_the_key_nor_the_password_is_written_anywhere(
    brancher, monkeypatch, caplog, camille, bruno, rst
):
    monkeypatch.setenv("ELASTICSEARCH_CLE", "Y2xlLWNhbmFyaQ==")
    caplog.set_level(logging.DEBUG)
    with PANNES["503"]() as adresse:
        brancher(adresse)
        faire_besoin("Balayeuse", bruno, reseau=rst)
        recherche.chercher(Contribution.objects.visibles_par(camille.utilisateur), requete("balayeuse"), 5)
        recherche.rattraper_le_serveur()
    assert "Elasticsearch" in caplog.text
    assert "Y2xlLWNhbmFyaQ" not in caplog.text
