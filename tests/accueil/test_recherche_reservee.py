"""Two databases that differ by one text that she may not read give her the same page: what it holds can be
learnt neither from what is found nor from how it was spelt, counted, completed or left out."""

import re

import pytest
from django.core.management import call_command
from wagtail.search.backends import get_search_backend

from plateforme.socle import recherche
from reseau.models import Contribution, Domaine
from tests.fabriques import faire_besoin, faire_discussion, faire_message

RESERVE = "Licenciement du balayeur zorglub"
DE_LA_REQUETE = re.compile(r'nonce="\S+"|name="csrfmiddlewaretoken" value="\S+"')
DEMANDES = [
    # Words of the text: as they are, mistyped, begun, beside a word that she reads, one of several.
    *["licenciement", "zorglubb", "zorglu", "licencieman", "balayeusse zorglub", "zorglub voirie balayage"],
    # Words that she reads, to which one of the text is nearer, sounds alike, or comes before.
    *["balayeu", "balayeurr", "balay", "belayeur", "balayeurs de voirie", "balayeusse"],
    # Those that are left out for want of a text that says them all.
    *["voirie tonte", "voirie tonte pelouse", "sel -zorglub", '"zorglub" sel'],
    # What only its message says.
    *["farfellu", "farfelu sel"],
]
FACETTES = [{"type": "besoin", "collectivite": "change"}, {"tri": "recent"}]


@pytest.fixture
def lisibles(bruno, rst, louverne, agglo):
    louverne.rejoindre(agglo)
    faire_besoin("Balayeuse de voirie", bruno, reseau=rst, corps="Pour le balayage des bourgs.")
    faire_besoin("Sel en vrac", bruno, reseau=rst, visibilite="publique", corps="Du sel pour la voirie.")
    faire_message(faire_discussion("Tonte des stades", bruno, reseau=rst), bruno, "La pelouse aussi.")


def reserver(auteur, rst):
    # The last three sound like a word that she reads, mistyped, and are shorter: they would take its place.
    mots = "Balayeurs, voirie, tonte, balayeu, balayeus, balayeux."
    texte = faire_discussion(RESERVE, auteur, reseau=rst, visibilite="reseau", corps=mots)
    faire_message(texte, auteur, "Un balayage farfelu, du sel, une pelouse.")
    texte.domaines.add(Domaine.objects.first())
    texte.noter_reperes()
    get_search_backend().add(texte)


def ce_qui_est_dit(client):
    """[(address, its parameters, page)], without what changes from one request to the next."""
    adresses = [(page, {"q": q}) for q in DEMANDES for page in ("/recherche/", "/recherche/suggestions/")]
    adresses += [("/recherche/", {"q": q, **facettes}) for q in DEMANDES[::4] for facettes in FACETTES]
    adresses += [("/fil/", {"q": q}) for q in DEMANDES[::4]]
    return [(page, q, DE_LA_REQUETE.sub("", client.get(page, q).text)) for page, q in adresses]


def jamais_autrement(client, chantal, bruno, rst, rafraichir):
    rafraichir()
    dites_a = {}
    for entrer in (client.logout, lambda: client.force_login(chantal.utilisateur)):
        entrer()
        dites_a[entrer] = ce_qui_est_dit(client)
    reserver(bruno, rst)
    rafraichir()
    for entrer, dites in dites_a.items():
        entrer()
        differe = zip(dites, ce_qui_est_dit(client), strict=True)
        assert [avant[:2] for avant, apres in differe if apres != avant] == []


def test_the_words_of_a_reserved_text_change_nothing_of_what_others_are_told(
    client, lisibles, camille, chantal, bruno, rst
):
    jamais_autrement(client, chantal, bruno, rst, lambda: None)
    client.force_login(camille.utilisateur)
    assert [c.titre for c in client.get("/recherche/?q=zorglubb").context["contributions"]] == [RESERVE]


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_nor_on_elasticsearch(client, brancher_le_vrai, lisibles, chantal, bruno, rst):
    brancher_le_vrai()
    serveur = get_search_backend("elasticsearch")

    def rafraichir():
        call_command("update_index", backend_name="elasticsearch", verbosity=0)
        serveur.get_index_for_model(Contribution).refresh()

    jamais_autrement(client, chantal, bruno, rst, rafraichir)
    assert recherche.disjoncteur.ferme, "all of this came from Elasticsearch"
