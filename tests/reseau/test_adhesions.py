import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from reseau.models import Demande, Entree, Reseau
from tests.compter import requetes_pour
from tests.fabriques import faire_membre, faire_reseau


@pytest.fixture
def coupures(monkeypatch):
    """Whose sockets were told to close."""
    touches = []
    monkeypatch.setattr("reseau.direct.droits_changes", lambda membre: touches.append(membre))
    return touches


@pytest.fixture
def ouvert(db):
    return faire_reseau("Espaces verts", slug="verts", acces=Reseau.Acces.OUVERT)


@pytest.fixture
def deux_animateurs(rst, diane, bruno):
    rst.adhesion_de(bruno).changer(role="animateur")
    return rst


def adresse(nom, *args):
    return reverse(f"reseau:{nom}", args=args)


def test_joining_an_open_network_asks_one_thing_and_lets_in_at_once(connecter, ouvert, camille, coupures):
    client = connecter(camille)
    page = client.get(adresse("adhesion", "verts")).content.decode()
    assert page.count('type="radio"') == 4 and "textarea" not in page
    client.post(adresse("adhesion", "verts"), {"niveau_courriel": "hebdomadaire"})
    adhesion = ouvert.adhesion_de(camille)
    assert (adhesion.role, adhesion.niveau_courriel) == ("membre", "hebdomadaire")
    assert Entree.objects.get(geste="adhesion").membre == camille
    assert camille in coupures


def test_joining_without_saying_how_often_is_refused_and_says_where(connecter, ouvert, camille):
    page = connecter(camille).post(adresse("adhesion", "verts"), {"niveau_courriel": "sans cesse"})
    assert page.status_code == 422 and "id_niveau_courriel_error" in page.content.decode()
    assert ouvert.adhesion_de(camille) is None


def test_a_second_click_changes_nothing(connecter, ouvert, camille):
    ouvert.accueillir(camille, par=camille, niveau_courriel="aucun")
    ouvert.accueillir(camille, par=camille)
    assert ouvert.adhesion_de(camille).niveau_courriel == "aucun"
    assert Entree.objects.filter(geste="adhesion").count() == 1


def test_an_animateur_who_joins_again_keeps_her_role(rst, diane):
    rst.accueillir(diane, par=diane)
    assert rst.adhesion_de(diane).role == "animateur"


def test_a_network_on_request_gets_a_request_with_a_word(connecter, amenagement, camille, mailoutbox):
    client = connecter(camille)
    assert "textarea" in client.get(adresse("adhesion", "amenagement")).content.decode()
    for _ in range(2):
        client.post(
            adresse("adhesion", "amenagement"), {"niveau_courriel": "immediat", "mot": "Pour le PLUi."}
        )
    demande = Demande.objects.get()
    assert (demande.membre, demande.mot, demande.niveau_courriel) == (camille, "Pour le PLUi.", "immediat")
    assert amenagement.adhesion_de(camille) is None
    assert "attend une réponse" in client.get(amenagement.get_absolute_url()).content.decode()


def test_nobody_joins_a_network_by_invitation(connecter, camille, alex):
    pole = faire_reseau("Pôle Est", slug="pole-est", acces=Reseau.Acces.INVITATION)
    for membre in (camille, alex):
        client = connecter(membre)
        assert client.get(adresse("adhesion", "pole-est")).status_code == 404
        assert client.post(adresse("adhesion", "pole-est"), {"niveau_courriel": "aucun"}).status_code == 404
    assert not pole.adhesions.exists()


def test_a_visitor_is_led_to_sign_in_and_back(client, ouvert):
    reponse = client.get(adresse("adhesion", "verts"))
    assert reponse.url == f"{reverse('account_login')}?next=/reseaux/verts/adhesion/"


def test_a_member_changes_how_often_a_network_writes(connecter, rst, camille, coupures):
    connecter(camille).post(adresse("adhesion", "rst"), {"niveau_courriel": "aucun"})
    assert rst.adhesion_de(camille).niveau_courriel == "aucun"
    assert not coupures, "no right was lost"


def test_leaving_says_what_it_means_then_closes_at_once(connecter, rst, camille, besoin_du_rst, coupures):
    client = connecter(camille)
    assert "Ce que vous y avez publié reste" in client.get(adresse("depart", "rst")).content.decode()
    assert client.get(besoin_du_rst.get_absolute_url()).status_code == 200
    client.post(adresse("depart", "rst"))
    assert coupures == [camille]
    assert client.get(besoin_du_rst.get_absolute_url()).status_code == 404
    assert Entree.objects.get(geste="depart").par == camille
    assert client.post(adresse("depart", "rst")).status_code == 404


def test_the_last_animateur_does_not_leave(connecter, rst, diane, camille):
    page = connecter(diane).post(adresse("depart", "rst"), follow=True)
    assert "Nommez d’abord une autre personne" in page.content.decode()
    assert rst.adhesion_de(diane).role == "animateur"


def test_one_of_two_animateurs_leaves(connecter, deux_animateurs, diane):
    connecter(diane).post(adresse("depart", "rst"))
    assert deux_animateurs.adhesion_de(diane) is None


def test_an_animateur_whose_account_is_closed_does_not_count(deux_animateurs, diane, bruno):
    bruno.utilisateur.is_active = False
    bruno.utilisateur.save()
    with pytest.raises(ValidationError):
        deux_animateurs.adhesion_de(diane).clore(par=diane)


def test_an_animateur_names_another_and_takes_it_back(connecter, rst, diane, camille, coupures):
    client = connecter(diane)
    client.post(adresse("adhesion_role", "rst", camille.pk), {"role": "animateur"})
    assert rst.adhesion_de(camille).role == "animateur"
    client.post(adresse("adhesion_role", "rst", camille.pk), {"role": "membre"})
    assert rst.adhesion_de(camille).role == "membre"
    assert coupures == [camille, camille]
    assert [e.detail for e in Entree.objects.filter(geste="role")] == ["membre", "animateur·rice"]


def test_the_last_animateur_is_not_lowered_but_by_an_administrator(connecter, rst, diane, alex):
    page = connecter(diane).post(adresse("adhesion_role", "rst", diane.pk), {"role": "membre"}, follow=True)
    assert "Nommez d’abord une autre personne" in page.content.decode()
    assert rst.adhesion_de(diane).role == "animateur"
    connecter(alex).post(adresse("adhesion_role", "rst", diane.pk), {"role": "membre"})
    assert rst.adhesion_de(diane).role == "membre"


@pytest.mark.parametrize("role", ["", "administrateur"])
def test_a_role_that_does_not_exist_changes_nothing(connecter, rst, diane, camille, role):
    connecter(diane).post(adresse("adhesion_role", "rst", camille.pk), {"role": role})
    assert rst.adhesion_de(camille).role == "membre"


def test_an_animateur_removes_a_member_and_says_why(connecter, rst, diane, camille, coupures):
    client, page = connecter(diane), adresse("exclusion", "rst", camille.pk)
    assert client.get(page).status_code == 200
    assert "id_motif_error" in client.post(page, {"motif": " "}).content.decode()
    assert rst.adhesion_de(camille)
    client.post(page, {"motif": "N’est plus dans les services techniques."})
    assert rst.adhesion_de(camille) is None
    assert coupures == [camille]
    entree = Entree.objects.get(geste="depart")
    assert (entree.par, entree.membre) == (diane, camille)
    assert entree.detail.startswith("N’est plus")


@pytest.mark.parametrize("nom", ["adhesion_role", "exclusion"])
def test_a_member_has_no_hand_on_the_others(connecter, rst, camille, bruno, nom):
    donnees = {"role": "animateur", "motif": "Parce que."}
    assert connecter(camille).post(adresse(nom, "rst", bruno.pk), donnees).status_code == 404
    assert rst.adhesion_de(bruno).role == "membre"


def test_the_animateur_of_a_network_has_no_hand_on_another(connecter, amenagement, diane, chantal):
    client = connecter(diane)
    assert client.post(adresse("exclusion", "amenagement", chantal.pk), {"motif": "x"}).status_code == 404
    assert amenagement.adhesion_de(chantal)


def test_every_member_sees_who_is_there_but_a_visitor_nobody(client, connecter, rst, camille, chantal):
    assert client.get(adresse("reseau_membres", "rst")).status_code == 302
    page = connecter(chantal).get(adresse("reseau_membres", "rst")).content.decode()
    assert "Camille Morel" in page and "Faire sortir" not in page


def test_the_list_of_members_costs_the_same_for_thirty(connecter, rst, diane, louverne):
    client = connecter(diane)

    def remplir(n):
        for i in range(n):
            faire_membre(f"Ana{n}", f"N{i}", louverne, reseaux=[rst])

    remplir(3)
    avec_3 = requetes_pour(client, adresse("reseau_membres", "rst"))
    remplir(27)
    assert requetes_pour(client, adresse("reseau_membres", "rst")) == avec_3


def test_all_my_mails_are_set_at_once(connecter, rst, ouvert, camille):
    ouvert.accueillir(camille, par=camille)
    client = connecter(camille)
    a, b = rst.adhesion_de(camille), ouvert.adhesion_de(camille)
    assert client.get(adresse("moi")).status_code == client.get(adresse("moi_courriels")).status_code == 200
    envoi = {"niveau_ailleurs": "aucun", "jour": "3", "heure": "07:30", f"niveau_{b.pk}": "aucun"}
    refuse = client.post(adresse("moi_courriels"), envoi | {f"niveau_{a.pk}": "toujours"})
    assert f"id_niveau_{a.pk}_error" in refuse.content.decode()
    client.post(adresse("moi_courriels"), envoi | {f"niveau_{a.pk}": "immediat"})
    assert rst.adhesion_de(camille).niveau_courriel == "immediat"
    assert ouvert.adhesion_de(camille).niveau_courriel == "aucun"


@pytest.mark.django_db(transaction=True)
def test_two_animateurs_who_leave_at_once_leave_one_behind(deux_animateurs, diane, bruno):
    depart, partis = threading.Barrier(2), []

    def partir(membre):
        adhesion = deux_animateurs.adhesion_de(membre)
        depart.wait()
        try:
            adhesion.clore(par=membre)
            partis.append(membre)
        except ValidationError:
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=partir, args=[membre]) for membre in (diane, bruno)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert len(partis) == 1
    assert deux_animateurs.animateurs().count() == 1


def test_leaving_twice_is_written_once(camille, rst):
    ouvertes = [rst.adhesion_de(camille) for _ in range(2)]
    for adhesion in ouvertes:
        adhesion.clore(par=camille)
    assert Entree.objects.filter(geste=Entree.Geste.DEPART).count() == 1


def test_who_was_to_leave_one_day_may_leave_today(connecter, camille, rst):
    rst.adhesion_de(camille).clore(timezone.localdate() + timedelta(days=30))
    assert rst.adhesion_de(camille)
    connecter(camille).post(reverse("reseau:depart", args=[rst.slug]))
    assert not rst.adhesion_de(camille)


def test_who_was_to_leave_one_day_and_is_let_in_again_stays_once(camille, rst):
    rst.adhesion_de(camille).clore(timezone.localdate() + timedelta(days=30))
    rst.accueillir(camille, par=None)
    assert [a.fin for a in rst.adhesions.filter(membre=camille)] == [None]
