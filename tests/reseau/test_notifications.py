"""The bell and the immediate mail: what concerns me, once, never my own acts."""

import re

import pytest
from django.utils import timezone

from besoins.models import Position
from reseau.models import Adhesion, Collectivite, Notification
from reseau.taches import courriels_immediats
from tests.fabriques import faire_besoin, faire_discussion, faire_membre, faire_message


def test_the_bell_counts_what_is_new_and_the_page_lists_it(connecter, camille, bruno, rst):
    faire_besoin("Sel de déneigement", bruno, reseau=rst)
    faire_besoin("Nacelle", bruno, reseau=rst)
    client = connecter(camille)
    page = client.get("/notifications/")
    assert page.context["entete"].non_lues == 2
    assert "Bruno Petit a publié" in page.content.decode()
    client.post("/notifications/lues/")
    assert client.get("/notifications/").context["entete"].non_lues == 0


def test_what_one_may_no_longer_read_leaves_her_notifications(connecter, camille, bruno, rst):
    besoin = faire_besoin("Réservé", bruno, reseau=rst, visibilite="reseau")
    assert "Réservé" in connecter(camille).get("/notifications/").content.decode()
    camille.adhesions.get().clore()
    assert "Réservé" not in connecter(camille).get("/notifications/").content.decode()
    besoin.refresh_from_db()


def test_a_second_event_on_the_same_object_moves_its_one_row(camille, bruno, rst):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    besoin.suivre(camille)
    Notification.lues(camille)
    faire_message(besoin, bruno)
    notification = Notification.objects.get(membre=camille)
    assert (notification.genre, notification.lue_le) == ("reponse", None)


def test_who_was_named_is_told_so_until_she_reads_it(camille, sylvie, bruno, rst):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    for suiveur in (camille, sylvie):
        besoin.suivre(suiveur)
    faire_message(besoin, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    faire_message(besoin, bruno, "Il en reste trois tonnes.")
    genres = dict(Notification.objects.values_list("membre", "genre"))
    assert (genres[camille.pk], genres[sylvie.pk]) == ("mention", "reponse")
    faire_message(besoin, bruno, "@Camille Morel je repose la question.")
    notification = Notification.objects.get(membre=camille)
    assert (notification.genre, notification.message.rang) == ("mention", 3)
    Notification.lues(camille)
    faire_message(besoin, bruno, "Merci.")
    notification.refresh_from_db()
    assert (notification.genre, notification.message.rang) == ("reponse", 4)


def test_a_notification_leads_to_the_message_in_its_thread(connecter, camille, bruno, rst):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    page = connecter(camille).get("/notifications/").content.decode()
    assert f'class="titre" href="{besoin.get_absolute_url()}"' in page
    faire_message(besoin, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    page = connecter(camille).get("/notifications/").content.decode()
    assert f'class="titre" href="{besoin.get_absolute_url()}?message=1#message-1"' in page


@pytest.mark.parametrize(("suivants", "montres"), [(49, "1 à 50"), (50, "1 à 25"), (90, "1 à 25")])
def test_a_notification_leads_to_its_message_however_many_came_after(
    connecter, camille, bruno, balayeuse, suivants, montres
):
    faire_message(balayeuse, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    for _ in range(suivants):
        faire_message(balayeuse, bruno, "Et aussi…")
    client = connecter(camille)
    adresse = client.get("/notifications/").context["notifications"][0].get_absolute_url()
    page = client.get(adresse.partition("#")[0]).text
    rangs = [int(rang) for rang in re.findall(r'id="message-(\d+)"', page)]
    assert f"{rangs[0]} à {rangs[-1]}" == montres
    assert ("Derniers messages" in page) == (suivants >= 50)


@pytest.mark.parametrize("message", ["-1", "0", "x", "²", "9" * 30, ""])
def test_a_message_that_means_nothing_shows_the_last_ones(connecter, camille, bruno, balayeuse, message):
    faire_message(balayeuse, bruno)
    page = connecter(camille).get(balayeuse.get_absolute_url(), {"message": message})
    assert 'id="message-1"' in page.text
    brouillon = faire_besoin("Sel", camille, publier=False)
    assert connecter(camille).get(brouillon.get_absolute_url(), {"message": message}).status_code == 200


def test_a_mail_leaves_at_once_for_who_asked_so_and_for_her_alone(
    camille, remi, sylvie, bruno, rst, mailoutbox
):
    for membre in (camille, sylvie, bruno):
        membre.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    assert not mailoutbox  # new in the network: it waits for the récapitulatif, whatever the level
    for membre in (camille, remi):
        faire_message(besoin, membre)
    besoin.suivre(sylvie)  # who only follows
    mailoutbox.clear()
    faire_message(besoin, bruno, "Il en reste trois tonnes.")
    [courriel] = mailoutbox
    assert courriel.to == [camille.utilisateur.email]
    assert courriel.subject == "Bruno Petit a répondu\u202f: Sel de déneigement"
    assert besoin.get_absolute_url() in courriel.body


def test_no_mail_for_what_was_withdrawn_meanwhile(camille, bruno, rst, mailoutbox):
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    mailoutbox.clear()
    besoin.retirer(par=bruno, motif="doublon")
    courriels_immediats.enqueue(
        evenement="position",
        le=timezone.now().isoformat(),
        contribution=besoin.pk,
        genre="position",
        message=None,
        acteur=bruno.pk,
        membres=[camille.pk],
        precision="",
    )
    assert not mailoutbox


def test_the_page_of_notifications_costs_the_same_whatever_their_number(
    connecter, camille, bruno, rst, django_assert_max_num_queries
):
    for n in range(20):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst)
    client = connecter(camille)
    client.get("/notifications/")  # what a process keeps a minute is at hand
    with django_assert_max_num_queries(7):
        client.get("/notifications/")


def test_the_bell_counts_what_the_list_shows_and_nothing_else(
    connecter, camille, chantal, bruno, diane, rst, amenagement
):
    for visibilite in ("publique", "membres", "reseau"):
        faire_besoin(f"Sel {visibilite}", bruno, reseau=rst, visibilite=visibilite)
    for gerer in (lambda: None, camille.adhesions.get().clore, lambda: rst.rouvrir(par=diane)):
        gerer()
        for membre in (camille, chantal, diane):
            page = connecter(membre).get("/notifications/")
            assert page.context["entete"].non_lues == len(page.context["notifications"]), membre
    assert {n.contribution.titre for n in Notification.objects.a_lire().filter(membre=camille)} == {
        "Sel publique",
        "Sel membres",
    }
    rst.fermer(par=diane)
    assert Notification.objects.a_lire().filter(membre=diane).count() == 2


def test_who_follows_and_is_named_is_told_once(camille, sylvie, bruno, rst, mailoutbox):
    Adhesion.objects.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    for participante in (camille, sylvie):
        faire_message(besoin, participante)
    mailoutbox.clear()
    faire_message(besoin, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    assert sorted((courriel.to[0], courriel.subject.split("\u202f")[0]) for courriel in mailoutbox) == [
        (camille.courriel, "Bruno Petit vous a nommé·e"),
        (sylvie.courriel, "Bruno Petit a répondu"),
    ]


def test_a_position_that_comes_back_is_mailed_again_a_task_that_runs_twice_is_not(
    camille, bruno, louverne, rst, mailoutbox
):
    Adhesion.objects.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    mailoutbox.clear()
    for niveau in ("engagee", "hors", "engagee"):
        Position.dire(besoin, collectivite=louverne, par=camille, niveau=niveau)
    assert [courriel.to for courriel in mailoutbox] == [[bruno.courriel]] * 3
    mailoutbox.clear()
    evenement = {
        "evenement": "une-fois",
        "le": timezone.now().isoformat(),
        "contribution": besoin.pk,
        "genre": "position",
        "message": None,
        "acteur": camille.pk,
        "membres": [bruno.pk],
        "precision": "Louverné\u202f: engagée",
    }
    for _fois in range(2):
        courriels_immediats.enqueue(**evenement)
    assert len(mailoutbox) == 1


def test_the_longest_name_of_a_syndicat_fits_in_its_position(agglo, bruno, rst):
    syndicat = Collectivite.objects.create(nom="S" * 120, nature=Collectivite.Nature.SYNDICAT)
    porte_parole = faire_membre("Jeanne", "Tessier", syndicat)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    Position.dire(besoin, collectivite=syndicat, par=porte_parole, niveau="interessee")
    notification = Notification.objects.get(membre=bruno)
    notification.clean_fields(exclude={"message", "lue_le"})  # SQLite counts no characters
    assert notification.phrase.endswith("intéressée")


def test_who_follows_is_told_that_a_need_closes_with_its_outcome_and_opens_again(
    connecter, camille, remi, bruno, rst, mailoutbox
):
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    besoin.suivre(camille)
    Notification.objects.all().delete()
    mailoutbox.clear()
    client = connecter(bruno)
    for adresse, phrase in [
        (f"/besoins/{besoin.pk}/cloture/", "Bruno Petit a clos\u202f: un prêt"),
        (f"/contributions/{besoin.pk}/reouverture/", "Bruno Petit a rouvert"),
    ]:
        for _clic in range(2):
            client.post(adresse, {"issue": "pret"})
        notification = Notification.objects.get()  # neither for Bruno, who acted, nor for who does not follow
        assert (notification.membre, notification.phrase, notification.lue_le) == (camille, phrase, None)
        assert [courriel.subject for courriel in mailoutbox] == [f"{phrase}\u202f: Sel"]
        mailoutbox.clear()
    assert "Bruno Petit a rouvert" in connecter(camille).get("/notifications/").text


def test_a_discussion_that_closes_is_told_without_outcome_to_who_may_still_read_it(
    connecter, camille, sylvie, bruno, rst
):
    discussion = faire_discussion("Désherbage", bruno, reseau=rst, visibilite="reseau")
    for suiveur in (camille, sylvie):
        discussion.suivre(suiveur)
    sylvie.adhesions.get().clore()
    connecter(bruno).post(f"/discussions/{discussion.pk}/cloture/")
    notification = Notification.objects.get(genre="cloture")
    assert (notification.membre, notification.phrase) == (camille, "Bruno Petit a clos")


def test_who_was_named_is_not_made_to_forget_it_by_a_closing(camille, bruno, rst):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    besoin.suivre(camille)
    faire_message(besoin, bruno, "@Camille Morel pouvez-vous en prendre\u202f?")
    besoin.clore(par=bruno, issue="reponse")
    assert Notification.objects.get(membre=camille).genre == "mention"
    Notification.lues(camille)
    besoin.rouvrir(par=bruno)
    assert Notification.objects.get(membre=camille).genre == "reouverture"
