"""The bell and the immediate mail: what concerns me, once, never my own acts."""

from reseau.models import Adhesion, Notification
from tests.fabriques import faire_besoin, faire_message


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


def test_a_mail_leaves_at_once_for_who_asked_so_and_for_her_alone(camille, bruno, remi, rst, mailoutbox):
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    [courriel] = mailoutbox
    assert courriel.to == [camille.utilisateur.email]
    assert courriel.subject == "Bruno Petit a publié\u202f: Sel de déneigement"
    assert besoin.get_absolute_url() in courriel.body


def test_no_mail_for_what_was_withdrawn_meanwhile(camille, bruno, rst, mailoutbox):
    from reseau.taches import courriels_immediats

    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    mailoutbox.clear()
    besoin.retirer(par=bruno, motif="doublon")
    courriels_immediats.enqueue(
        contribution=besoin.pk,
        genre="publication",
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
    with django_assert_max_num_queries(6):
        client.get("/notifications/")
