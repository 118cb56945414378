"""The page of a network: what it holds, type by type, its figures, and what its animateur does first."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.utils import timezone

from reseau.chiffres import chiffres_du_reseau, compter, en_clair
from reseau.models import Contribution, Fil, Message
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_discussion, faire_membre, faire_message

RST = "/reseaux/rst/"


def il_y_a(contribution, jours, *, reponse_apres=None):
    """Move a publication back in time, and its first message so many hours after it."""
    instant = timezone.now() - timedelta(days=jours)
    Contribution.objects.filter(pk=contribution.pk).update(publie_le=instant)
    if reponse_apres is not None:
        contribution.messages.update(cree_le=instant + timedelta(hours=reponse_apres))
    return contribution


def test_the_page_shows_what_the_network_holds_type_by_type(client, connecter, rst, camille, bruno, chantal):
    for n in range(7):
        faire_besoin(f"Besoin {n} CANARI", bruno, reseau=rst, visibilite="reseau")
    faire_discussion("Quel sel ?", bruno, reseau=rst, visibilite="publique")
    page = connecter(camille).get(RST)
    assert [(r.nom, len(r.contributions)) for r in page.context["rubriques"]] == [
        ("Besoins", 5),
        ("Discussions", 1),
    ]
    assert "/fil/?reseau=rst&amp;type=besoin" in page.text
    assert [r.nom for r in connecter(chantal).get(RST).context["rubriques"]] == ["Discussions"]
    client.logout()
    page = client.get(RST)
    assert [r.nom for r in page.context["rubriques"]] == ["Discussions"]
    assert "CANARI" not in page.text


def test_the_figures_count_what_their_definitions_say(rst, amenagement, camille, bruno, diane, chantal):
    """Diane's collectivité is no commune; what is old, withdrawn, or of another network does not count."""
    for heures in (2, 4, 50):
        discussion = faire_discussion("Quel sel ?", bruno, reseau=rst)
        faire_message(discussion, bruno, "J’oubliais : en sacs.")
        il_y_a(discussion, 30, reponse_apres=1)  # the author's own, before the answer
        reponse = faire_message(discussion, diane)
        quand = timezone.now() - timedelta(days=30) + timedelta(hours=heures)
        Message.objects.filter(pk=reponse.pk).update(cree_le=quand)
        Fil.relever_la_reponse(discussion)
    vieille = il_y_a(faire_discussion("Vieille", camille, reseau=rst), 400)
    faire_message(il_y_a(faire_discussion("Ailleurs", chantal, reseau=amenagement), 20), bruno)
    attend = il_y_a(faire_discussion("Qui attend ?", bruno, reseau=rst), 6)
    faire_message(attend, bruno, "Personne ?")
    il_y_a(faire_discussion("Une information", bruno, reseau=rst, genre="information"), 6)
    il_y_a(faire_discussion("Toute fraîche", bruno, reseau=rst), 4)
    il_y_a(faire_discussion("Close", bruno, reseau=rst), 6).clore(par=bruno)
    il_y_a(faire_discussion("Retirée", bruno, reseau=rst), 6).retirer(par=bruno, motif="doublon")
    faire_discussion("Brouillon", camille, reseau=rst, publier=False)
    chiffres = compter(rst)
    assert chiffres.communes_actives == 1, "Changé: Louverné has not spoken for a year"
    assert (chiffres.repondues, en_clair(chiffres.delai_median)) == (3, "4 heures")
    assert chiffres.questions_sans_reponse == 2, "the old one, and the one of six days"
    reponse = faire_message(vieille, camille, "Toujours rien ?")
    assert compter(rst).communes_actives == 2
    assert compter(rst).questions_sans_reponse == 2, "one does not answer oneself"
    reponse = faire_message(vieille, bruno)
    assert compter(rst).questions_sans_reponse == 1
    reponse.retirer(par=bruno, motif="erreur")
    assert compter(rst).questions_sans_reponse == 2


@pytest.mark.parametrize(
    ("duree", "mots"),
    [
        (timedelta(minutes=10), "moins d’une heure"),
        (timedelta(hours=1), "1 heure"),
        (timedelta(hours=47), "47 heures"),
        (timedelta(days=3, hours=2), "3 jours"),
    ],
)
def test_a_delay_is_said_as_one_says_it(duree, mots):
    assert en_clair(duree) == mots


def test_a_network_where_nothing_happened_has_no_median(rst):
    assert (compter(rst).delai, compter(rst).communes_actives) == ("–", 0)


def test_the_figures_are_for_those_who_are_in_the_network(client, connecter, rst, camille, chantal, alex):
    assert "En chiffres" not in client.get(RST).text
    assert "En chiffres" not in connecter(chantal).get(RST).text
    for membre in (camille, alex):
        page = connecter(membre).get(RST).text
        assert "En chiffres" in page and "Communes actives" in page and "Comptés sur ce site" in page


def test_the_figures_take_three_statements_then_none(rst, bruno, camille, django_assert_num_queries):
    faire_message(faire_discussion("Quel sel ?", bruno, reseau=rst), camille)
    with django_assert_num_queries(3):
        chiffres_du_reseau(rst)
    with django_assert_num_queries(0):
        chiffres_du_reseau(rst)


def test_what_the_animateur_does_comes_before_the_feed(connecter, rst, diane, camille, bruno, besoin_du_rst):
    question = il_y_a(faire_discussion("Qui a un godet ?", bruno, reseau=rst, visibilite="reseau"), 8)
    page = connecter(diane).get(RST).text
    assert page.index('id="titre-animer"') < page.index('id="titre-besoin"')
    animer = page[page.index('id="titre-animer"') : page.index('id="titre-besoin"')]
    assert question.titre in animer and "Modifier la présentation" in animer
    assert "titre-animer" not in connecter(camille).get(RST).text


def test_an_administrator_who_is_not_in_the_network_reads_no_question_of_its_circle(
    connecter, rst, alex, bruno
):
    il_y_a(faire_discussion("Réservée CANARI", bruno, reseau=rst, visibilite="reseau"), 8)
    page = connecter(alex).get(RST).text
    assert "titre-animer" in page and "CANARI" not in page


def test_the_page_costs_its_animateur_the_same_for_thirty_questions(connecter, rst, diane, louverne):
    client = connecter(diane)

    def remplir(n):
        for i in range(n):
            membre = faire_membre(f"Ana{n}", f"N{i}", louverne, reseaux=[rst])
            il_y_a(faire_discussion(f"Question {n} {i}", membre, reseau=rst), 10)
            faire_besoin(f"Besoin {n} {i}", membre, reseau=rst)
        caches["local"].clear()

    remplir(3)
    avec_3 = requetes_pour(client, RST)
    remplir(25)
    assert requetes_pour(client, RST) == avec_3
