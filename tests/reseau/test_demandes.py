import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from plateforme.accueil.models import Utilisateur
from reseau.limites import DEMANDES_PAR_ADRESSE, DEMANDES_PAR_IP
from reseau.models import DejaTraitee, Demande, Entree, Membre
from tests.compter import requetes_pour
from tests.fabriques import faire_membre


@pytest.fixture(autouse=True)
def _sans_attendre(monkeypatch):
    monkeypatch.setattr("reseau.views.demandes.DUREE", 0)


@pytest.fixture
def epci(agglo, louverne, change):
    for commune in (louverne, change):
        commune.rejoindre(agglo)
    return agglo


@pytest.fixture
def formulaire(rst, louverne, epci):
    return {
        "reseau": rst.pk,
        "prenom": "Zoé",
        "nom": "Lemaire",
        "courriel": "Zoe@Louverne.example",
        "telephone": "",
        "collectivite": louverne.pk,
        "intitule": "responsable technique",
        "mot": "Nous cherchons une balayeuse.",
        "niveau_courriel": "immediat",
    }


@pytest.fixture
def demande(rst, louverne, diane):
    return Demande(
        reseau=rst,
        courriel="zoe@louverne.example",
        prenom="Zoé",
        nom="Lemaire",
        collectivite=louverne,
        intitule="responsable technique",
        niveau_courriel="immediat",
    ).deposer()


def adresse(nom, *args):
    return reverse(f"reseau:{nom}", args=args)


def sujets(mailoutbox, courriel):
    return [m.subject for m in mailoutbox if courriel in m.to]


def test_a_visitor_asks_and_both_sides_get_a_mail(client, formulaire, diane, mailoutbox):
    assert f'value="{formulaire["reseau"]}" selected' in client.get("/rejoindre/?reseau=rst").content.decode()
    reponse = client.post(adresse("rejoindre"), formulaire)
    assert reponse.url == adresse("rejoindre_recue")
    assert client.get(reponse.url).status_code == 200
    demande = Demande.objects.get()
    assert demande.courriel == "zoe@louverne.example" and demande.membre is None
    assert sujets(mailoutbox, "zoe@louverne.example") == ["Votre demande est reçue : Services techniques"]
    assert sujets(mailoutbox, diane.courriel) == ["Zoé Lemaire demande à rejoindre : Services techniques"]
    assert Entree.objects.get(geste="demande").detail == "Zoé Lemaire"


@pytest.mark.parametrize("courriel", ["pas une adresse", f"a@{'é' * 60}.fr"])
def test_nothing_typed_is_lost_when_a_field_is_wrong(client, formulaire, courriel):
    page = client.post(adresse("rejoindre"), formulaire | {"courriel": courriel}).content.decode()
    assert "id_courriel_error" in page
    assert "Lemaire" in page and "Nous cherchons une balayeuse." in page
    assert not Demande.objects.exists()


@pytest.mark.parametrize("champ, valeur", [("reseau", "999"), ("collectivite", "999"), ("prenom", "\u200b")])
def test_what_does_not_exist_is_refused(client, formulaire, champ, valeur):
    page = client.post(adresse("rejoindre"), formulaire | {champ: valeur})
    assert f"id_{champ}_error" in page.content.decode()


def test_the_answer_is_the_same_whoever_the_address_belongs_to(
    client, formulaire, camille, chantal, dominique, demande, mailoutbox
):
    """Unknown, member of the network, member of another, deactivated, waiting already."""
    adresses = [
        "inconnue@ailleurs.example",
        camille.courriel,
        chantal.courriel,
        dominique.courriel,
        demande.courriel,
    ]
    reponses = [client.post(adresse("rejoindre"), formulaire | {"courriel": a}) for a in adresses]
    assert {(r.status_code, r.url, r.content) for r in reponses} == {(302, adresse("rejoindre_recue"), b"")}
    assert len({r.cookies.output() for r in reponses}) == 1


def test_the_answer_takes_the_same_time_whoever_the_address_belongs_to(
    client, formulaire, camille, monkeypatch
):
    monkeypatch.setattr("reseau.views.demandes.DUREE", 1)
    durees = []
    for courriel in ("inconnue@ailleurs.example", camille.courriel):
        debut = time.monotonic()
        client.post(adresse("rejoindre"), formulaire | {"courriel": courriel})
        durees.append(time.monotonic() - debut)
    assert min(durees) >= 1 and abs(durees[0] - durees[1]) < 0.5


def test_a_member_already_there_is_told_so_by_mail_only_and_once_a_day(
    client, formulaire, camille, diane, mailoutbox
):
    for _ in range(2):
        client.post(adresse("rejoindre"), formulaire | {"courriel": camille.courriel.upper()})
    assert not Demande.objects.exists()
    assert sujets(mailoutbox, camille.courriel) == ["Vous êtes déjà membre : Services techniques"]
    assert sujets(mailoutbox, diane.courriel) == []


def test_an_address_that_looks_like_hers_is_not_hers(client, formulaire, rst, louverne, mailoutbox):
    """The capitals of the long s and of the dotless i are those of s and i: the mail would name her."""
    sylvie = faire_membre("Sylvie", "Gendron", louverne, reseaux=[rst])
    mailoutbox.clear()
    client.post(adresse("rejoindre"), formulaire | {"courriel": "sylvie.gendron@communeſ.example"})
    client.post(adresse("rejoindre"), formulaire | {"courriel": "Sylvie.Gendron@Communes.example"})
    assert Demande.objects.get().membre is None
    assert [m.subject for m in mailoutbox if "déjà membre" in m.subject] == [
        "Vous êtes déjà membre : Services techniques"
    ]
    for semblable in ("ſylvie.gendron@communes.example", "sylvıe.gendron@communes.example"):
        assert Membre.objects.de_courriel(semblable) is None
        assert Membre.inscrire(semblable, prenom="S", nom="G") != sylvie
    assert Membre.inscrire("SYLVIE.Gendron@communes.example", prenom="S", nom="G") == sylvie


def test_asking_twice_writes_one_request_and_one_mail(client, formulaire, mailoutbox):
    for _ in range(2):
        client.post(adresse("rejoindre"), formulaire)
    assert Demande.objects.count() == 1
    assert len(sujets(mailoutbox, "zoe@louverne.example")) == 1


def test_a_network_by_invitation_is_not_offered(client, formulaire, rst):
    rst.acces = "invitation"
    rst.save()
    assert "id_reseau_error" in client.post(adresse("rejoindre"), formulaire).content.decode()


def test_a_member_is_led_to_the_networks(connecter, camille):
    assert connecter(camille).get(adresse("rejoindre")).url == adresse("reseaux")


def test_one_address_asks_so_many_times_an_hour(client, formulaire):
    for _ in range(DEMANDES_PAR_ADRESSE.nombre):
        assert client.post(adresse("rejoindre"), formulaire).status_code == 302
    page = client.post(adresse("rejoindre"), formulaire | {"courriel": "ZOE@louverne.example"})
    assert page.status_code == 422 and "Trop de demandes" in page.content.decode()
    assert client.post(adresse("rejoindre"), formulaire | {"courriel": "a@b.example"}).status_code == 302


def test_one_place_asks_so_many_times_an_hour_and_another_is_free(client, formulaire, monkeypatch, settings):
    """Behind a proxy on another machine, as nginx is in a container: its own address is everybody's."""
    settings.MANDATAIRES_DE_CONFIANCE = 1
    assert DEMANDES_PAR_IP.nombre >= 30, "a whole meeting may come from one town hall"
    monkeypatch.setattr("reseau.views.demandes.DEMANDES_PAR_IP", replace(DEMANDES_PAR_IP, nombre=2))

    def demander(n, ip):
        donnees = formulaire | {"courriel": f"p{n}@louverne.example"}
        entetes = {"X-Forwarded-For": f"10.0.0.{n}, {ip}"}
        return client.post(
            adresse("rejoindre"), donnees, headers=entetes, REMOTE_ADDR="172.18.0.5"
        ).status_code

    assert [demander(n, "192.0.2.1") for n in range(3)] == [302, 302, 422]
    assert demander(4, "192.0.2.2") == 302


def test_accepting_opens_the_account_the_function_and_the_adhesion(
    connecter, rst, louverne, diane, demande, mailoutbox
):
    client = connecter(diane)
    assert "1 demande à traiter" in client.get(adresse("demandes")).content.decode()
    assert "1 demande à traiter" in client.get(adresse("reseaux")).content.decode()
    client.post(adresse("demande_accord", demande.pk))
    membre = Membre.objects.de_courriel("zoe@louverne.example")
    fonction = membre.fonctions.get()
    assert (fonction.collectivite, fonction.role, fonction.intitule) == (
        louverne,
        "agent",
        "responsable technique",
    )
    assert rst.adhesion_de(membre).niveau_courriel == "immediat"
    assert not membre.utilisateur.has_usable_password() and membre.est_attendu
    lettre = mailoutbox[-1]
    assert (lettre.to, lettre.subject) == (["zoe@louverne.example"], "Votre demande est acceptée")
    assert "zoe@louverne.example" in lettre.body and "code à six chiffres" in lettre.body
    assert [e.geste for e in Entree.objects.filter(par=diane)] == ["accord", "adhesion", "fonction"]


def test_the_mail_only_leads_to_the_page_where_one_types_the_address(connecter, diane, demande, mailoutbox):
    connecter(diane).post(adresse("demande_accord", demande.pk))
    liens = {mot for mot in mailoutbox[-1].body.split() if mot.startswith("http")}
    connexion = f"http://testserver{reverse('account_login')}?adresse=zoe%40louverne.example"
    assert liens == {"http://testserver", connexion}


def test_a_member_of_another_network_just_gets_the_adhesion(connecter, rst, diane, chantal, louverne):
    demande = Demande(
        reseau=rst, courriel=chantal.courriel, prenom="Autre", nom="Nom", collectivite=louverne
    ).deposer()
    connecter(diane).post(adresse("demande_accord", demande.pk))
    assert demande.nom_complet == "Chantal Riou", "anybody may type her address"
    assert rst.adhesion_de(chantal)
    assert [f.collectivite.nom for f in chantal.fonctions.all()] == ["Montflours"]
    assert Membre.objects.get(pk=chantal.pk).nom_complet == "Chantal Riou", "her own names stay"


def test_somebody_who_came_back_finds_her_account_again(connecter, rst, diane, odile, change):
    rst.adhesion_de(odile).clore()
    demande = Demande(reseau=rst, courriel=odile.courriel, prenom="O", nom="L", collectivite=change).deposer()
    connecter(diane).post(adresse("demande_accord", demande.pk))
    odile = Membre.objects.get(pk=odile.pk)
    assert odile.est_actif and odile.droits.collectivites == [change.pk]


def test_a_deactivated_account_stays_closed_and_the_request_waits(connecter, rst, diane, dominique, change):
    demande = Demande(
        reseau=rst, courriel=dominique.courriel, prenom="D", nom="S", collectivite=change
    ).deposer()
    page = connecter(diane).post(adresse("demande_accord", demande.pk), follow=True)
    assert "désactivé" in page.content.decode()
    demande.refresh_from_db()
    assert demande.traitee_le is None and demande.acceptee is None


def test_refusing_says_why_by_mail(connecter, diane, demande, mailoutbox):
    client = connecter(diane)
    page = client.post(adresse("demande_refus", demande.pk), {"motif": ""})
    assert "id_motif_error" in page.content.decode()
    client.post(adresse("demande_refus", demande.pk), {"motif": "Écrivez d’abord à votre référent."})
    demande.refresh_from_db()
    assert demande.acceptee is False and demande.traitee_par == diane
    assert "Écrivez d’abord à votre référent." in mailoutbox[-1].body
    assert not Utilisateur.objects.filter(email="zoe@louverne.example").exists()
    assert Entree.objects.get(geste="refus").par == diane


def test_she_who_was_refused_may_ask_again(demande, diane):
    demande.refuser(par=diane, motif="Pas maintenant.")
    Demande(
        reseau=demande.reseau,
        courriel=demande.courriel,
        prenom="Zoé",
        nom="Lemaire",
        collectivite=demande.collectivite,
    ).deposer()
    assert Demande.objects.en_attente().count() == 1


def test_the_second_to_answer_is_told_who_was_first(connecter, diane, alex, demande):
    connecter(diane).post(adresse("demande_accord", demande.pk))
    client = connecter(alex)
    for reponse in (
        client.post(adresse("demande_accord", demande.pk), follow=True),
        client.get(adresse("demande_refus", demande.pk), follow=True),
        client.post(adresse("demande_refus", demande.pk), {"motif": "Non."}, follow=True),
    ):
        assert "Diane Tessier a déjà accepté la demande de Zoé Lemaire." in reponse.content.decode()
    demande.refresh_from_db()
    assert demande.acceptee is True


@pytest.mark.parametrize("qui", ["camille", "remi", "chantal"])
def test_only_who_runs_the_network_answers(connecter, request, demande, amenagement, qui):
    client = connecter(request.getfixturevalue(qui))
    assert client.get(adresse("demandes")).status_code == 404
    for nom in ("demande_accord", "demande_refus"):
        assert client.post(adresse(nom, demande.pk), {"motif": "x"}).status_code == 404
    demande.refresh_from_db()
    assert demande.traitee_le is None


def test_the_animateur_of_a_network_does_not_see_the_requests_of_another(
    connecter, amenagement, chantal, demande
):
    amenagement.adhesion_de(chantal).changer(role="animateur")
    client = connecter(chantal)
    assert "Zoé" not in client.get(adresse("demandes")).content.decode()
    assert client.post(adresse("demande_accord", demande.pk)).status_code == 404


def test_the_list_costs_the_same_for_thirty_requests(connecter, rst, diane, louverne):
    client = connecter(diane)

    def remplir(n):
        for i in range(n):
            demande = Demande(
                reseau=rst, courriel=f"{n}-{i}@x.example", prenom="P", nom="N", collectivite=louverne
            ).deposer()
            if i % 2:
                demande.refuser(par=diane, motif="Non.")

    remplir(3)
    avec_3 = requetes_pour(client, adresse("demandes"))
    remplir(27)
    assert requetes_pour(client, adresse("demandes")) == avec_3


def test_a_date_without_an_answer_is_impossible(demande):
    demande.acceptee = True
    with pytest.raises(Exception, match="reponse_datee"):
        demande.save()


@pytest.mark.django_db(transaction=True)
def test_two_animateurs_who_answer_at_once_give_one_answer(rst, diane, alex, demande):
    """The second waits for the first, then reads what it says: one account, one mail, one loser who knows."""
    depart, resultats = threading.Barrier(2), []

    def repondre(animateur, geste):
        copie = Demande.objects.get(pk=demande.pk)
        depart.wait()
        try:
            geste(copie, animateur)
            resultats.append("dit")
        except DejaTraitee as autre:
            resultats.append(autre.demande.traitee_par_id)
        finally:
            connection.close()

    gestes = [
        (diane, lambda d, par: d.accepter(par=par)),
        (alex, lambda d, par: d.refuser(par=par, motif="Non.")),
    ]
    fils = [threading.Thread(target=repondre, args=couple) for couple in gestes]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    demande.refresh_from_db()
    assert sorted(map(str, resultats)) == sorted([str(demande.traitee_par_id), "dit"])
    assert Entree.objects.filter(geste__in=["accord", "refus"]).count() == 1
    assert Membre.objects.filter(nom="Lemaire").exists() is demande.acceptee


def test_a_request_keeps_the_date_of_its_answer(demande, diane):
    demande.accepter(par=diane)
    assert timezone.now() - demande.traitee_le < timedelta(minutes=1)


def test_the_title_counts_what_waits_and_nothing_else(connecter, diane, rst, louverne):
    adresse = reverse("reseau:demandes")
    assert "<h1>Demandes à traiter</h1>" in connecter(diane).get(adresse).text
    Demande.objects.create(
        reseau=rst, courriel="margaux@louverne.example", prenom="Margaux", nom="Petit", collectivite=louverne
    )
    assert "<h1>1 demande à traiter</h1>" in connecter(diane).get(adresse).text
