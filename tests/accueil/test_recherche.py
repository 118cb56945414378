import pytest

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
