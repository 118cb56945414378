"""A question becomes a need: in one act, with the link kept on both pages."""

import pytest
from django.urls import reverse

from besoins.models import Besoin
from reseau.models import Domaine, Notification
from tests.fabriques import faire_besoin, faire_discussion


@pytest.fixture
def question(bruno, rst):
    question = faire_discussion("Qui a une nacelle ?", bruno, reseau=rst, corps="Pour les illuminations.")
    question.domaines.set([Domaine.objects.first()])
    question.noter_reperes()
    return question


def publier_la_suite(client, origine, membre, **champs):
    saisie = {
        "titre": "Une nacelle à plusieurs",
        "collectivite": membre.droits.collectivites[0],
        "reseau": origine.reseau_id or "",
        "visibilite": "membres",
        "urgence": "normale",
    }
    adresse = f"{reverse('besoins:publier')}?de={origine.pk}"
    return client.post(adresse, saisie | champs, follow=True)


def test_a_question_becomes_a_need_and_each_page_leads_to_the_other(connecter, camille, question):
    client = connecter(camille)
    lien = f"{reverse('besoins:publier')}?de={question.pk}"
    assert lien in client.get(question.get_absolute_url()).text
    page = client.get(lien)
    assert "Pour les illuminations." in page.text
    assert page.context["form"].initial["titre"] == question.titre
    assert [d.pk for d in page.context["form"].initial["domaines"]] == [Domaine.objects.first().pk]
    page = publier_la_suite(client, question, camille).text
    assert "Vient de :" in page
    assert question.get_absolute_url() in page
    besoin = Besoin.objects.get(titre="Une nacelle à plusieurs")
    page = client.get(question.get_absolute_url()).text
    assert "A donné :" in page
    assert besoin.get_absolute_url() in page


def test_who_follows_the_question_is_told_once_and_those_of_the_network_as_usual(
    connecter, camille, bruno, remi, question
):
    publier_la_suite(connecter(camille), question, camille)
    besoin = Besoin.objects.get(titre="Une nacelle à plusieurs")
    genres = dict(Notification.objects.filter(contribution=besoin).values_list("membre", "genre"))
    assert genres == {bruno.pk: "suite", remi.pk: "publication"}


@pytest.mark.parametrize("de", ["x", "0", "9" * 30, "-1", ""])
def test_an_address_that_names_nothing_gives_the_plain_form(connecter, camille, db, de):
    page = connecter(camille).get(f"{reverse('besoins:publier')}?de={de}")
    assert (page.status_code, "Fait suite" in page.text) == (200, False)


def test_nobody_learns_of_what_she_may_not_read(connecter, chantal, besoin_du_rst):
    page = connecter(chantal).get(f"{reverse('reseau:discussion_publier')}?de={besoin_du_rst.pk}").text
    assert "CANARI" not in page
    adresse = f"{reverse('besoins:publier')}?de={besoin_du_rst.pk}"
    saisie = {"titre": "À moi", "collectivite": chantal.droits.collectivites[0], "visibilite": "membres"}
    connecter(chantal).post(adresse, saisie | {"urgence": "normale"})
    assert Besoin.objects.get(titre="À moi").issue_de is None


def test_the_link_shows_only_to_who_may_read_the_other_end(
    client, connecter, camille, chantal, besoin_du_rst
):
    suite = faire_besoin("Ouvert à tous", camille, issue_de=besoin_du_rst, visibilite="publique")
    assert "Astreinte hivernale CANARI" in connecter(camille).get(suite.get_absolute_url()).text
    assert "CANARI" not in connecter(chantal).get(suite.get_absolute_url()).text
    client.logout()
    assert "CANARI" not in client.get(suite.get_absolute_url()).text


def test_a_link_leaves_the_pages_at_once_with_what_it_leads_to(client, bruno, camille, rst):
    origine = faire_discussion("Publique", bruno, reseau=rst, visibilite="publique")
    suite = faire_besoin("La suite", camille, issue_de=origine, visibilite="publique")

    def lire():
        return client.get(origine.get_absolute_url()).text

    assert "La suite" in lire()
    suite.retirer(par=camille, motif="doublon")
    assert "La suite" not in lire()
    suite.retablir(par=camille)
    assert "La suite" in lire()
    avant = suite.etat_suivi()
    suite.visibilite, suite.reseau = "reseau", rst
    suite.modifier(par=camille, avant=avant)
    assert "La suite" not in lire()
    assert "Publique" in client.get(origine.get_absolute_url()).text


def test_a_draft_shows_no_link_on_the_page_it_comes_from(connecter, camille, bruno, question):
    faire_besoin("Brouillon", camille, issue_de=question, publier=False)
    assert "Brouillon" not in connecter(bruno).get(question.get_absolute_url()).text


def test_what_another_commune_asked_is_quoted_and_who_publishes_is_told_in_whose_name(
    connecter, camille, bruno, question
):
    adresse = f"{reverse('besoins:publier')}?de={question.pk}"
    page = connecter(camille).get(adresse)
    assert page.context["form"].initial["corps"].startswith("> Changé")
    assert "Elle est de Changé" in page.text and "paraîtra à votre nom" in page.text
    page = connecter(bruno).get(adresse)
    assert page.context["form"].initial["corps"] == "Pour les illuminations."
    assert "paraîtra à votre nom" not in page.text


def test_who_asked_for_two_communes_publishes_for_the_one_that_asked(
    connecter, sylvie, louverne, montflours, rst
):
    question = faire_discussion("Qui a une nacelle ?", sylvie, reseau=rst, collectivite_id=montflours.pk)
    page = connecter(sylvie).get(f"{reverse('besoins:publier')}?de={question.pk}")
    assert page.context["form"].initial["collectivite"] == montflours
