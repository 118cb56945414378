"""Who hears what, live: the site's own sockets behind a real uvicorn, refusals beside successes."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from deploiement.services import port_libre, redis
from plateforme.socle.direct import prise
from reseau import direct
from reseau.consumers import lire_etat
from reseau.models import Adhesion, Notification
from tests.fabriques import faire_besoin, faire_message
from tests.prises import eventuellement, fermeture, page, recue
from tests.serveur import serveur
from tests.socle.test_direct import couche_redis

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port():
    from plateforme.asgi import application

    with serveur(application) as port:
        yield port


def session_de(membre):
    client = Client()
    client.force_login(membre.utilisateur)
    return client


@pytest.fixture
def ouvrir(port):
    """→ the socket of a page, with the client and the session key it used, and its first frame, `etat`."""

    @contextmanager
    def _ouvrir(membre=None, contribution=None, client=None):
        client = client or (session_de(membre) if membre else None)
        demande = f"fil={contribution.pk}" if contribution else ""
        cle = client and client.session.session_key
        with page(port, demande, session=cle) as socket:
            socket.client, socket.cle = client, cle
            socket.etat = recue(socket)
            assert socket.etat["t"] == "etat"
            yield socket

    return _ouvrir


def refusee(port, demande="", client=None):
    with page(port, demande, session=client and client.cookies["sessionid"].value) as socket:
        return fermeture(socket)[0] == prise.DROITS


# The thread


def test_a_correction_is_shown_to_who_reads_and_closes_nothing(ouvrir, connecter, balayeuse, bruno, camille):
    with ouvrir(camille, balayeuse) as socket:
        avant = balayeuse.etat_suivi()
        balayeuse.titre = "Balayeuse de voirie, ou laveuse"
        balayeuse.modifier(par=bruno, avant=avant)
        assert recue(socket) == {"t": "fil", "fil": balayeuse.pk, "revision": 1}
    suite = connecter(camille).get(f"/contributions/{balayeuse.pk}/rattrapage/?depuis=0").text
    assert '<h1 id="titre">Balayeuse de voirie, ou laveuse</h1>' in suite


def test_a_member_of_the_network_hears_its_thread_and_the_others_are_refused(
    ouvrir, port, besoin_du_rst, bruno, camille, chantal, odile, noe
):
    demande = f"fil={besoin_du_rst.pk}"
    for membre in (chantal, odile, noe):
        assert refusee(port, demande, session_de(membre))
    assert refusee(port, demande)
    with ouvrir(camille, besoin_du_rst) as socket:
        assert socket.etat["revision"] == 0
        message = faire_message(besoin_du_rst, bruno, "Nous sommes partants.")
        trame = recue(socket)
    rendu = {"id": "message-1", "html": message.html}
    assert trame == {"t": "fil", "fil": besoin_du_rst.pk, "revision": 1} | rendu


def test_a_visitor_hears_a_public_thread_until_it_is_no_longer_public(ouvrir, port, bruno, rst):
    besoin = faire_besoin("Broyeur", bruno, reseau=rst, visibilite="publique")
    with ouvrir(contribution=besoin) as socket:
        assert socket.etat == {"t": "etat", "revision": 0}
        message = faire_message(besoin, bruno)
        assert recue(socket)["revision"] == 1
        message.corriger(texte="Autrement dit.")
        assert "Autrement dit." in recue(socket)["html"]
        avant = besoin.etat_suivi()
        besoin.visibilite = "reseau"
        besoin.modifier(par=bruno, avant=avant)
        code, secondes = fermeture(socket)
    assert code == prise.DROITS
    assert secondes < 1
    assert refusee(port, f"fil={besoin.pk}")


def test_a_withdrawn_contribution_leaves_its_readers_and_keeps_its_author(
    ouvrir, port, balayeuse, bruno, camille
):
    with ouvrir(camille, balayeuse) as lectrice, ouvrir(bruno, balayeuse) as auteur:
        balayeuse.retirer(par=bruno, motif="Doublon.")
        adieu = recue(lectrice)
        assert adieu["t"] == "retrait"
        assert "Bruno Petit vient de retirer ceci" in adieu["html"]
        assert "Doublon." in adieu["html"]
        assert fermeture(lectrice)[0] == fermeture(auteur)[0] == prise.DROITS
        assert refusee(port, f"fil={balayeuse.pk}", lectrice.client)
    with ouvrir(contribution=balayeuse, client=auteur.client):
        pass


def test_what_a_transaction_takes_back_is_never_heard(ouvrir, balayeuse, bruno, camille):
    with ouvrir(camille, balayeuse) as socket:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            faire_message(balayeuse, bruno, "Jamais écrit.")
            raise ZeroDivisionError
        faire_message(balayeuse, bruno, "Écrit.")
        trame = recue(socket)
    assert trame["revision"] == 1
    assert "Écrit." in trame["html"]


def test_a_draft_has_no_thread_even_for_its_author(port, bruno, rst):
    brouillon = faire_besoin("Pas encore", bruno, reseau=rst, publier=False)
    assert refusee(port, f"fil={brouillon.pk}", session_de(bruno))


@pytest.mark.parametrize("fil", ["0", "-1", "1.5", "abc", "١", "9" * 19, "1%00", "1;drop"])
def test_a_thread_that_does_not_exist_is_refused_and_disturbs_nobody(
    ouvrir, port, balayeuse, bruno, camille, fil
):
    assert refusee(port, f"fil={fil}", session_de(camille))
    with ouvrir(camille, balayeuse) as socket:
        faire_message(balayeuse, bruno)
        assert recue(socket)["t"] == "fil"


def test_a_page_without_thread_is_for_members_only(ouvrir, port, camille):
    assert refusee(port)
    with ouvrir(camille) as socket:
        assert socket.etat == {"t": "etat", "non_lues": 0}


@pytest.mark.parametrize("cle", ["inconnue", r'"abcdefgh\000ijkl"'])
def test_a_session_that_does_not_exist_is_a_visitors(port, balayeuse, cle):
    with page(port, f"fil={balayeuse.pk}", session=cle) as socket:
        assert fermeture(socket)[0] == prise.DROITS


def test_the_state_tells_a_page_that_missed_frames_how_far_the_thread_has_gone(
    ouvrir, balayeuse, bruno, camille, monkeypatch
):
    monkeypatch.setattr(prise, "REVISION", (0.2, 0.3))
    with ouvrir(camille, balayeuse) as socket:
        # As when Redis restarts between two frames.
        monkeypatch.setattr(direct, "publier", lambda groupe, trame: None)
        faire_message(balayeuse, bruno)
        eventuellement(lambda: recue(socket).get("revision") == 1)


# The bell and the news


def test_the_bell_rings_for_who_follows_and_not_for_who_acts(ouvrir, balayeuse, bruno, camille):
    balayeuse.suivre(camille)
    with ouvrir(camille) as suiveuse, ouvrir(bruno) as auteur:
        faire_message(balayeuse, camille, "Qui conduit ?")
        assert recue(auteur) == {"t": "cloche", "non_lues": 1}
        faire_message(balayeuse, bruno, "Nous.")
        assert recue(suiveuse) == {"t": "cloche", "non_lues": 1}
        Notification.lues(camille, [balayeuse.pk])
        assert recue(suiveuse) == {"t": "cloche", "non_lues": 0}
        with pytest.raises(TimeoutError):
            recue(auteur, 0.2)


@pytest.mark.parametrize("visibilite", ["reseau", "membres"])
def test_news_reach_the_lists_of_those_who_may_read_them(ouvrir, bruno, camille, chantal, rst, visibilite):
    with ouvrir(camille) as du_reseau, ouvrir(chantal) as d_un_autre:
        faire_besoin("Nacelle", bruno, reseau=rst, visibilite=visibilite)
        attendue = {"t": "nouveaute", "type": "besoin", "reseau": rst.pk, "auteur": bruno.pk}
        assert attendue in [recue(du_reseau), recue(du_reseau)]
        if visibilite == "membres":
            assert recue(d_un_autre) == attendue
        else:
            with pytest.raises(TimeoutError):
                recue(d_un_autre, 0.2)


# The eight ways to lose a right


def deconnexion(membre, client, alex):
    client.post(reverse("account_logout"))


def desactivation(membre, client, alex):
    membre.utilisateur.is_active = False
    membre.utilisateur.save()


def changement_de_mot_de_passe(membre, client, alex):
    membre.utilisateur.set_password("un autre mot de passe")
    membre.utilisateur.save(update_fields=["password"])


def suppression_de_la_session(membre, client, alex):
    client.session.delete()


def depart_du_reseau(membre, client, alex):
    membre.adhesions.get().clore()


def eviction(membre, client, alex):
    membre.fonctions.get().clore()


def baisse_de_role(membre, client, alex):
    membre.adhesions.get().changer(role=Adhesion.Role.MEMBRE)


def fermeture_du_reseau(membre, client, alex):
    membre.adhesions.get().reseau.fermer(par=alex)


@pytest.mark.parametrize(
    "cause",
    [
        deconnexion,
        desactivation,
        changement_de_mot_de_passe,
        suppression_de_la_session,
        depart_du_reseau,
        eviction,
        baisse_de_role,
        fermeture_du_reseau,
    ],
)
def test_a_right_that_is_lost_closes_the_socket_within_a_second(
    ouvrir, port, cause, diane, besoin_du_rst, chantal, alex
):
    """And the page that asks again gets what she still may hear, no more. The neighbour's socket stays."""
    with ouvrir(diane, besoin_du_rst) as socket, ouvrir(chantal) as voisine:
        cause(diane, socket.client, alex)
        code, secondes = fermeture(socket)
        assert code == prise.DROITS
        assert secondes < 1
        with pytest.raises(TimeoutError):
            recue(voisine, 0.1)
    if cause is baisse_de_role:
        with ouvrir(contribution=besoin_du_rst, client=socket.client):
            pass
    else:
        with page(port, f"fil={besoin_du_rst.pk}", session=socket.cle) as encore:
            assert fermeture(encore)[0] == prise.DROITS


def test_signing_out_of_one_device_leaves_the_other_one_live(ouvrir, camille):
    with ouvrir(camille) as telephone, ouvrir(camille) as bureau:
        telephone.client.post(reverse("account_logout"))
        assert fermeture(telephone)[0] == prise.DROITS
        with pytest.raises(TimeoutError):
            recue(bureau, 0.2)


def test_signing_in_or_saving_a_preference_closes_nothing(ouvrir, camille):
    with ouvrir(camille) as socket:
        session_de(camille)
        camille.utilisateur.save(update_fields=["last_login"])
        with pytest.raises(TimeoutError):
            recue(socket, 0.2)


@pytest.mark.parametrize("cause", ["session expiree", "compte", "mot de passe", "adhesion"])
def test_a_right_lost_behind_our_back_is_found_at_the_next_revision(
    ouvrir, besoin_du_rst, camille, bruno, cause, monkeypatch
):
    """Written straight to the database, from psql for instance: no signal, no verb."""
    monkeypatch.setattr(prise, "REVISION", (0.2, 0.3))
    hier = timezone.now() - timedelta(days=1)
    comptes = type(camille.utilisateur).objects.filter(pk=camille.utilisateur_id)
    with ouvrir(camille, besoin_du_rst) as perdue, ouvrir(bruno, besoin_du_rst) as gardee:
        {
            "session expiree": lambda: Session.objects.filter(pk=perdue.cle).update(expire_date=hier),
            "compte": lambda: comptes.update(is_active=False),
            "mot de passe": lambda: comptes.update(password="autre"),
            "adhesion": lambda: camille.adhesions.update(debut=hier.date(), fin=hier.date()),
        }[cause]()
        assert fermeture(perdue)[0] == prise.DROITS
        assert recue(gardee)["t"] == "etat"


# What it costs, and what Redis changes


def test_reading_where_a_socket_stands_costs_five_statements_for_a_member_and_one_for_a_visitor(
    django_assert_num_queries, balayeuse, camille, bruno, rst
):
    cle = session_de(camille).session.session_key
    publique = faire_besoin("Broyeur", bruno, reseau=rst, visibilite="publique")
    with django_assert_num_queries(5):
        assert lire_etat.func(cle, str(balayeuse.pk)).groupes
    with django_assert_num_queries(1):
        assert lire_etat.func(None, str(publique.pk)).groupes


@pytest.mark.redis
def test_nothing_is_lost_when_redis_dies_in_the_middle_of_a_thread(
    settings, balayeuse, bruno, camille, monkeypatch
):
    from plateforme.asgi import application

    monkeypatch.setattr(prise, "REVISION", (0.3, 0.4))
    port_redis = port_libre()
    settings.CHANNEL_LAYERS = couche_redis(f"redis://127.0.0.1:{port_redis}")
    client = session_de(camille)
    cle = client.session.session_key
    with serveur(application) as port, page(port, f"fil={balayeuse.pk}", session=cle) as socket:
        with redis(port_redis):
            eventuellement(lambda: entend(socket, balayeuse, bruno))
        vue = recue_jusqu_a(socket, "etat")["revision"]
        faire_message(balayeuse, bruno, "Pendant la panne.")
        eventuellement(lambda: recue_jusqu_a(socket, "etat")["revision"] == vue + 1)
        manques = client.get(reverse("reseau:rattrapage", args=[balayeuse.pk]), {"depuis": vue})
        assert "Pendant la panne." in manques.text
        with redis(port_redis):
            eventuellement(lambda: entend(socket, balayeuse, bruno), 10)


def entend(socket, contribution, auteur):
    """Whether a message written now arrives as a frame."""
    revision = faire_message(contribution, auteur).revision
    try:
        trame = recue_jusqu_a(socket, "fil", 0.3)
    except TimeoutError:
        return False
    return trame["revision"] == revision


def recue_jusqu_a(socket, genre, delai=3):
    while (trame := recue(socket, delai))["t"] != genre:
        pass
    return trame
