import pytest
from wagtail.search import index

from plateforme.socle import recherche as socle
from plateforme.socle.texte import requete
from reseau.models import Contribution
from reseau.taches import indexer_le_fil
from tests.fabriques import faire_message

pytestmark = pytest.mark.django_db


def chercher(client, q):
    reponse = client.get("/recherche/", {"q": q})
    assert reponse.status_code == 200
    return reponse


def test_a_member_finds_what_she_may_read(comme, camille, balayeuse):
    assert chercher(comme(camille), "balayeuse").context["contributions"] == [balayeuse]


def test_a_word_of_a_closed_circle_finds_nothing_for_a_stranger(comme, camille, chantal, besoin_du_rst):
    assert not chercher(comme(chantal), "astreinte").context["contributions"]
    assert chercher(comme(camille), "astreinte").context["contributions"] == [besoin_du_rst]


def test_a_visitor_finds_neither_what_is_for_members_nor_their_names(client, camille, balayeuse):
    for q in ("balayeuse", "Camille"):
        page = chercher(client, q)
        assert not page.context["contributions"] and not page.context["personnes"]
        assert "Rien pour" in page.content.decode()


def test_people_and_communes_stand_in_blocks_of_their_own(comme, camille, bruno, louverne, agglo):
    louverne.rejoindre(agglo)
    page = chercher(comme(bruno), "morel")
    assert list(page.context["personnes"]) == [camille]
    assert chercher(comme(bruno), "louverne").context["communes"] == [louverne]


def test_nothing_found_says_what_to_do(comme, camille):
    assert "Poser la question" in chercher(comme(camille), "zeppelin").content.decode()


DIFFICILES = [
    *["", " ", '"', '"voirie', "%", "%zz", "\\", "*", "(((", "-"],
    *["type:besoin", "AND OR NOT", "' OR 1=1 --", "<script>alert(1)</script>", "🚜"],
    *["é" * 5000, "a " * 400],
]


@pytest.mark.parametrize("q", DIFFICILES)
def test_no_input_breaks_the_search(comme, camille, balayeuse, q):
    assert b"<script>alert" not in chercher(comme(camille), q).content


def test_bytes_that_are_no_text_do_not_break_it_either(client):
    assert client.get("/recherche/?q=%ED%A0%BD%FF&q").status_code == 200


def test_a_discussion_is_found_by_what_its_messages_say_until_they_are_withdrawn(comme, camille, discussion):
    client = comme(camille)
    message = faire_message(discussion, camille, "Nous avons essayé la bineuse électrique.")
    assert chercher(client, "bineuse").context["contributions"] == [discussion]
    message.retirer(par=camille, motif="Erreur")
    assert not chercher(client, "bineuse").context["contributions"]
    message.retablir(par=camille)
    assert chercher(client, "bineuse").context["contributions"] == [discussion]
    message.corriger(texte="Nous avons essayé le désherbeur thermique.")
    assert not chercher(client, "bineuse").context["contributions"]
    assert chercher(client, "thermique").context["contributions"] == [discussion]


def test_a_burst_of_messages_is_indexed_once_and_a_withdrawal_waits_for_no_task(
    monkeypatch, settings, camille, discussion
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    premier, dernier = (faire_message(discussion, camille, texte) for texte in ("La bineuse.", "La binette."))
    indexees, indexer = [], index.insert_or_update_object
    monkeypatch.setattr(index, "insert_or_update_object", lambda c: indexees.append(c) or indexer(c))
    for message in (premier, dernier):
        indexer_le_fil.func(discussion.pk, message.revision)
    assert len(indexees) == 1
    premier.retirer(par=camille, motif="Erreur")
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert not socle.chercher(visibles, requete("bineuse"), 5)
    assert socle.chercher(visibles, requete("binette"), 5)
