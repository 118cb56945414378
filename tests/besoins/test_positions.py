"""Where the communes stand on a need."""

import pytest
from django.utils import timezone

from besoins.models import Avis, NousAussi, Position, PositionDite
from reseau.models import Notification
from tests.fabriques import faire_besoin, faire_consultation, faire_membre, faire_projet, faire_retour


def dire(client, besoin, niveau, **champs):
    return client.post(f"/besoins/{besoin.pk}/positions/", {"niveau": niveau, **champs})


def test_my_commune_says_where_it_stands_in_one_click(connecter, camille, balayeuse, louverne):
    reponse = dire(connecter(camille), balayeuse, "interessee")
    assert reponse.status_code == 302
    position = Position.objects.get()
    assert (position.collectivite, position.niveau, position.par) == (louverne, "interessee", camille)
    page = connecter(camille).get(balayeuse.get_absolute_url()).content.decode()
    assert "Louverné\u202f: intéressée" in page


def test_who_asks_is_not_asked_where_she_stands(connecter, camille, bruno, balayeuse):
    adresse = f"/besoins/{balayeuse.pk}/positions/"
    assert "Et Louverné" in connecter(camille).get(adresse).text
    assert connecter(bruno).get(adresse)["Location"] == balayeuse.get_absolute_url()
    balayeuse.clore(par=bruno, issue="reponse")
    assert connecter(camille).get(adresse)["Location"] == balayeuse.get_absolute_url()


def test_the_position_is_changed_and_what_was_said_is_kept(connecter, camille, balayeuse):
    client = connecter(camille)
    dire(client, balayeuse, "curieuse")
    dire(client, balayeuse, "interessee", quantite="2,5", commentaire="le mardi")
    position = Position.objects.get()
    assert (position.niveau, str(position.quantite), position.commentaire) == (
        "interessee",
        "2.50",
        "le mardi",
    )
    assert list(PositionDite.objects.values_list("niveau", flat=True)) == ["interessee", "curieuse"]


def test_the_word_of_the_referent_prevails_over_an_agents(connecter, camille, remi, balayeuse):
    dire(connecter(camille), balayeuse, "engagee")
    dire(connecter(remi), balayeuse, "hors")
    reponse = dire(connecter(camille), balayeuse, "engagee")
    position = Position.objects.get()
    assert (position.niveau, position.par, position.confirmee) == ("hors", remi, True)
    avis = connecter(camille).get(reponse["Location"]).content.decode()
    assert "La position confirmée reste celle de la commune" in avis
    assert PositionDite.objects.filter(par=camille, retenue=False).count() == 1


def test_who_spoke_first_is_told_when_her_referent_says_otherwise(connecter, camille, remi, bruno, balayeuse):
    adresse = f"/besoins/{balayeuse.pk}/positions/"
    connecter(camille).post(adresse, {"niveau": "interessee"})
    connecter(remi).post(adresse, {"niveau": "hors"})
    told = Notification.objects.get(membre=camille, genre="position")
    assert told.phrase == "Louverné\u202f: pas concernée"


def test_with_htmx_the_form_itself_says_that_an_agents_word_does_not_count(
    connecter, camille, remi, balayeuse
):
    dire(connecter(remi), balayeuse, "hors")
    client, sentence = connecter(camille), "La position confirmée reste celle de la commune"
    reponse = client.post(
        f"/besoins/{balayeuse.pk}/positions/", {"niveau": "engagee"}, headers={"HX-Request": "true"}
    )
    assert sentence in reponse.content.decode()
    assert "HX-Request" in reponse["Vary"]
    assert sentence not in client.get(balayeuse.get_absolute_url()).content.decode()
    reponse = connecter(remi).post(
        f"/besoins/{balayeuse.pk}/positions/", {"niveau": "engagee"}, headers={"HX-Request": "true"}
    )
    assert sentence not in reponse.content.decode()
    assert "C’est noté." in reponse.content.decode()


@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_refused_position_is_not_announced_as_said(connecter, camille, balayeuse, htmx):
    client, adresse = connecter(camille), f"/besoins/{balayeuse.pk}/positions/"
    envoi = {"niveau": "engagee", "quantite": "-1"}
    page = client.post(adresse, envoi, headers=htmx).content.decode()
    assert "Et Louverné" in page and "Louverné\u202f: engagée" not in page
    assert 'value="engagee" checked' in page
    dire(client, balayeuse, "curieuse")
    page = client.post(adresse, envoi, headers=htmx).content.decode()
    assert "Louverné\u202f: curieuse" in page and "Louverné\u202f: engagée" not in page
    assert 'value="engagee" checked' in page


def test_the_author_is_told_where_a_commune_stands(connecter, camille, bruno, balayeuse):
    dire(connecter(camille), balayeuse, "interessee")
    notification = Notification.objects.get(membre=bruno)
    assert (notification.genre, notification.phrase) == ("position", "Louverné\u202f: intéressée")


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"niveau": ""}, "id_niveau"),
        ({"niveau": "ravie"}, "Sélectionnez un choix valide"),
        ({"niveau": "engagee", "quantite": "-1"}, "La quantité est supérieure à zéro"),
        ({"niveau": "engagee", "quantite": "beaucoup"}, "Saisissez un nombre, par exemple 1,5"),
    ],
)
def test_a_wrong_answer_is_told_in_words_and_keeps_what_was_typed(
    connecter, camille, balayeuse, champs, erreur
):
    reponse = dire(connecter(camille), balayeuse, champs.pop("niveau"), commentaire="à garder", **champs)
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert erreur in page
    assert "à garder" in page
    assert not Position.objects.exists()


def test_after_the_deadline_no_answer_is_taken(connecter, camille, balayeuse):
    balayeuse.echeance = timezone.localdate() - timezone.timedelta(days=1)
    balayeuse.save()
    reponse = dire(connecter(camille), balayeuse, "engagee")
    assert "ne prend plus de réponse" in reponse.content.decode()
    assert not Position.objects.exists()


def test_a_member_of_another_network_takes_no_position_on_a_reserved_need(
    connecter, chantal, camille, besoin_du_rst
):
    assert dire(connecter(chantal), besoin_du_rst, "engagee").status_code == 404
    assert dire(connecter(camille), besoin_du_rst, "engagee").status_code == 302


def test_a_secretary_of_two_communes_answers_for_the_one_she_chose(
    connecter, sylvie, balayeuse, louverne, montflours
):
    client = connecter(sylvie)
    dire(client, balayeuse, "curieuse")
    sylvie.choisir(montflours)
    dire(client, balayeuse, "engagee")
    dites = dict(Position.objects.values_list("collectivite__nom", "niveau"))
    assert dites == {"Louverné": "curieuse", "Montflours": "engagee"}


@pytest.mark.parametrize("adresse", ["/besoins/{}/positions/", "/besoins/{}/reponse/"])
def test_an_answer_is_that_of_the_commune_whose_name_the_page_showed(
    connecter, sylvie, balayeuse, louverne, montflours, change, adresse
):
    client, adresse = connecter(sylvie), adresse.format(balayeuse.pk)
    assert page_nomme(client.get(balayeuse.get_absolute_url()), louverne)
    assert page_nomme(client.get("/"), louverne)
    sylvie.choisir(montflours)  # in another tab
    client.post(adresse, {"niveau": "hors", "au_nom_de": louverne.pk})
    assert [(p.collectivite, p.niveau) for p in Position.objects.all()] == [(louverne, "hors")]
    for autre in (change.pk, "", "x"):
        assert client.post(adresse, {"niveau": "engagee", "au_nom_de": autre}).status_code == 403
    sylvie.fonctions.get(collectivite=louverne).clore()
    assert client.post(adresse, {"niveau": "engagee", "au_nom_de": louverne.pk}).status_code == 403
    assert Position.objects.count() == 1


def page_nomme(page, collectivite):
    return f'name="au_nom_de" value="{collectivite.pk}"' in page.text


def test_the_commune_that_asks_is_not_asked_to_answer(connecter, bruno, camille, balayeuse):
    assert "#ma-position" not in connecter(bruno).get("/besoins/").content.decode()
    assert 'id="ma-position"' not in connecter(bruno).get(balayeuse.get_absolute_url()).content.decode()
    assert "celui de votre commune" in dire(connecter(bruno), balayeuse, "engagee").content.decode()
    assert not Position.objects.exists()
    assert 'id="ma-position"' in connecter(camille).get(balayeuse.get_absolute_url()).content.decode()


def test_an_agents_word_waits_for_the_referent_who_confirms_it(connecter, camille, remi, balayeuse):
    dire(connecter(camille), balayeuse, "interessee")
    page = connecter(camille).get(balayeuse.get_absolute_url()).content.decode()
    assert "À confirmer par le référent ou un élu." in page and "Changer de position" in page
    page = connecter(remi).get(balayeuse.get_absolute_url()).content.decode()
    assert "À confirmer par le référent ou un élu." in page and "Confirmer ou changer" in page
    dire(connecter(remi), balayeuse, "interessee")
    page = connecter(remi).get(balayeuse.get_absolute_url()).content.decode()
    assert "À confirmer par le référent ou un élu." not in page and "Confirmer ou changer" not in page
    assert "Louverné\u202f: intéressée" in page


@pytest.mark.parametrize(
    ("role", "confirmee"), [("agent", False), ("interlocuteur", None), ("referent", True), ("elu", True)]
)
def test_the_word_of_who_decides_for_the_commune_stands_at_once(
    connecter, camille, diane, louverne, rst, balayeuse, role, confirmee
):
    """On a need, a project, a consultation, an experience: one rule."""
    membre = faire_membre("Nadège", "Perrin", (louverne, role), reseaux=[rst])
    projet = faire_projet("Salage", diane, reseau=rst)
    consultation = faire_consultation(
        "Liaison douce", diane, interrogees=[louverne], reseau=rst, jusqu_au=timezone.localdate()
    )
    retour = faire_retour("Un broyeur à plusieurs", diane, reseau=rst)
    client = connecter(membre)
    envois = {
        f"/besoins/{balayeuse.pk}/positions/": {"niveau": "interessee"},
        f"/projets/{projet.pk}/positions/": {"niveau": "interessee"},
        f"/consultations/{consultation.pk}/avis/": {"sens": "favorable"},
        f"/retours/{retour.pk}/nous-aussi/": {"fait": "oui"},
    }
    for adresse, envoi in envois.items():
        reponse = client.post(adresse, envoi)
        assert reponse.status_code == (403 if confirmee is None else 302), adresse
    dites = [*Position.objects.all(), *Avis.objects.all(), *NousAussi.objects.all()]
    assert [dite.confirmee for dite in dites] == ([] if confirmee is None else [confirmee] * 4)
    if confirmee is not None:
        client.force_login(camille.utilisateur)
        client.post(f"/besoins/{balayeuse.pk}/positions/", {"niveau": "hors"})
        page = client.get(balayeuse.get_absolute_url()).text
        assert Position.objects.get(contribution=balayeuse).niveau == ("interessee" if confirmee else "hors")
        assert ("À confirmer par le référent ou un élu" in page) is not confirmee


def test_a_lender_says_in_one_click_that_it_can_help_and_nothing_engages_it(
    connecter, client, camille, bruno, diane, balayeuse, louverne, rst
):
    balayeuse.quantite, balayeuse.unite = 2, "jours"
    balayeuse.save()
    connecter(camille)
    page = client.get(balayeuse.get_absolute_url()).text
    assert page.index(">Nous aussi<") < page.index(">Nous pouvons aider<") < page.index(">Engagée<")
    adresse = f"/besoins/{balayeuse.pk}/positions/"
    envoi = {"niveau": "aide", "quantite": "3", "commentaire": "La nôtre, le mardi."}
    assert client.post(adresse, envoi).status_code == 302
    page = client.get(balayeuse.get_absolute_url()).text
    assert "Louverné\u202f: peut aider" in page and "La nôtre, le mardi." in page
    assert "Total demandé" not in page  # what is lent is not asked for
    assert Notification.objects.get(membre=bruno, genre="position").phrase == "Louverné\u202f: peut aider"
    assert "peut aider" in b"".join(client.get("/besoins/export/").streaming_content).decode()
    assert "1</span>peut aider" in client.get("/besoins/").text
    # Said from the list of what is to do, or from the mail; a project does not have it.
    Position.objects.all().delete()
    assert "Nous pouvons aider" in client.get("/a-faire/").text
    client.post(f"/besoins/{balayeuse.pk}/reponse/", {"niveau": "aide"}, headers={"HX-Request": "true"})
    assert Position.objects.get().niveau == "aide"
    Position.objects.all().delete()
    gestes = {geste["texte"]: geste["url"] for geste in balayeuse.gestes_par_courriel(camille)}
    client.logout()
    assert "C’est noté." in client.post(gestes["Ma commune peut aider"]).text
    assert (Position.objects.get().niveau, Position.objects.get().collectivite) == ("aide", louverne)
    assert len(balayeuse.gestes_par_courriel(camille)) == 1  # nothing more is asked
    projet = faire_projet("Salage", diane, reseau=rst, positions_jusqu_au=timezone.localdate())
    connecter(camille)
    assert client.post(f"/projets/{projet.pk}/positions/", {"niveau": "aide"}).status_code == 422
    assert (
        "ne se dit pas ici"
        in client.post(
            f"/projets/{projet.pk}/reponse/", {"niveau": "aide"}, headers={"HX-Request": "true"}
        ).text
    )
    assert not projet.positions.exists()


def test_quantities_are_told_in_the_unit_and_the_total_says_whose_they_are(
    connecter, camille, chantal, bruno, rst, amenagement
):
    besoin = faire_besoin("Désherbeur", bruno, reseau=rst, quantite=5, unite="jours")
    dire(connecter(camille), besoin, "interessee", quantite="1,5")
    dire(connecter(chantal), besoin, "hors", quantite="4")
    page = connecter(camille).get(besoin.get_absolute_url()).content.decode()
    assert "Quantité (jours)" in page
    assert 'value="1,5"' in page and "1,50" not in page
    assert "Total demandé\u202f: 6,5 jours, dont 5 pour Changé" in page
    assert "<h2>Louverné" in page and "pas concernée" in page


def test_what_communes_say_agrees_with_how_many_they_are(connecter, camille, chantal, sylvie, balayeuse):
    for membre in (camille, chantal):
        dire(connecter(membre), balayeuse, "interessee")
    assert Position.objects.resumes([balayeuse.pk])[balayeuse.pk][0] == [
        {"niveau": "interessee", "libelle": "intéressées", "nombre": 2}
    ]
    Position.objects.filter(par=chantal).update(niveau="hors")
    assert [p["libelle"] for p in Position.objects.resumes([balayeuse.pk])[balayeuse.pk][0]] == [
        "intéressée",
        "pas concernée",
    ]


def test_an_export_writes_the_quantity_as_it_was_typed(connecter, camille, bruno):
    faire_besoin("Sel", bruno, quantite=20, unite="sacs")
    faire_besoin("Nacelle", bruno, quantite="1.50", unite="jours")
    export = b"".join(connecter(camille).get("/besoins/export/").streaming_content).decode()
    assert ";20;sacs;" in export and ";1,5;jours;" in export


def test_an_agent_is_told_when_her_word_will_not_change_the_answer(connecter, camille, remi, balayeuse):
    dire(connecter(camille), balayeuse, "curieuse")
    adresse = balayeuse.get_absolute_url()
    assert "Changer de position" in connecter(camille).get(adresse).text
    dire(connecter(remi), balayeuse, "hors")
    page = connecter(camille).get(adresse).text
    assert "Donner mon avis" in page and "Changer de position" not in page
    assert "Changer de position" in connecter(remi).get(adresse).text
