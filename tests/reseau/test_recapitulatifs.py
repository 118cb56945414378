"""The mail that gathers the rest: at her hour, once, never what she did, read or may no longer see."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from besoins.models import Position
from plateforme.socle.models import Courriel
from reseau.models import Adhesion, Domaine, Lecture, Recapitulatif, Sourdine
from reseau.recapitulatifs import Tournee, ecrire_une_tournee
from tests.fabriques import (
    faire_besoin,
    faire_commune,
    faire_consultation,
    faire_discussion,
    faire_membre,
    faire_message,
)

PARIS = ZoneInfo("Europe/Paris")
LUNDI = datetime(2026, 11, 30, 9, tzinfo=PARIS)
MARDI_8H = datetime(2026, 12, 1, 8, tzinfo=PARIS)
Niveau = Adhesion.Niveau


@pytest.fixture
def horloge():
    with time_machine.travel(LUNDI, tick=False) as horloge:
        yield horloge


@pytest.fixture
def abonnes(horloge, camille, bruno, remi, diane, rst):
    """Camille and Rémi of Louverné, Bruno of Changé: each is told each day at eight."""
    remi.utilisateur.email = "remi.aubert@communes.example"  # as the server will read it
    remi.utilisateur.save()
    Recapitulatif.objects.ouvrir()
    Recapitulatif.de(diane).arreter()  # she runs the network, and sees it all
    return [camille, bruno, remi]


def a(horloge, instant):
    """The timer passes at this instant."""
    horloge.move_to(instant)
    call_command("entretien")


def recus(mailoutbox, membre):
    return [courriel for courriel in mailoutbox if courriel.to == [membre.courriel]]


def test_what_is_new_waits_for_the_hour_and_my_commune_comes_first(
    horloge, abonnes, camille, bruno, diane, rst, mailoutbox
):
    faire_discussion("Désherbage des cimetières", diane, reseau=rst)
    faire_besoin("Sel de déneigement", bruno, reseau=rst, echeance="2026-12-10")
    horloge.move_to(LUNDI + timedelta(minutes=5))
    faire_besoin("Nacelle", bruno, reseau=rst, echeance="2026-12-04")
    a(horloge, MARDI_8H - timedelta(minutes=1))
    assert not mailoutbox
    a(horloge, MARDI_8H)
    [courriel] = recus(mailoutbox, camille)
    assert courriel.subject == "Louverné\u202f: 2 réponses attendues, 1 autre nouvelle"
    titres = ("Nacelle", "Sel de déneigement", "Désherbage des cimetières")
    for partie in (courriel.body, courriel.alternatives[0].content.partition("<h2")[2]):
        assert sorted(titres, key=partie.index) == list(titres)
        assert "À faire pour Louverné" in partie and "réponse avant le vendredi 4 décembre" in partie
        assert partie.count("Ma commune est intéressée") == 2
        assert "Réseau des services techniques" in partie and "Diane Tessier a publié" in partie
    [de_bruno] = recus(mailoutbox, bruno)
    assert de_bruno.subject == "1 nouvelle\u202f: Désherbage des cimetières"


def test_what_my_commune_still_owes_comes_again_with_what_is_new_the_most_pressing_first(
    horloge, abonnes, connecter, camille, bruno, diane, remi, louverne, rst, amenagement, chantal, mailoutbox
):
    pressant = faire_besoin("Nacelle", bruno, reseau=rst, echeance="2026-12-04")
    faire_besoin("Hydrocureur", chantal, reseau=amenagement, echeance="2026-12-06")
    faire_besoin("Sel", bruno, reseau=rst)
    a(horloge, MARDI_8H)
    client = connecter(camille)
    client.get(pressant.get_absolute_url())
    horloge.move_to(MARDI_8H + timedelta(hours=4))
    faire_discussion("Désherbage", diane, reseau=rst)
    a(horloge, MARDI_8H + timedelta(days=1))
    courriel = recus(mailoutbox, camille)[1]
    assert courriel.subject == "Louverné\u202f: 3 réponses attendues, 1 autre nouvelle"
    assert len(client.get("/").context["a_faire"]) == 3
    titres = ("Nacelle", "Hydrocureur", "Sel", "Désherbage")
    for partie in (courriel.body, courriel.alternatives[0].content.partition("<h2")[2]):
        assert sorted(titres, key=partie.index) == list(titres)
    client.post(f"/besoins/{pressant.pk}/reponse/", {"niveau": "hors"})
    faire_discussion("Élagage", diane, reseau=rst)
    a(horloge, MARDI_8H + timedelta(days=2))
    assert recus(mailoutbox, camille)[2].subject == "Louverné\u202f: 2 réponses attendues, 1 autre nouvelle"
    assert "Nacelle" not in recus(mailoutbox, camille)[2].body


def test_it_is_not_written_to_repeat_what_is_owed(horloge, abonnes, camille, bruno, rst, mailoutbox):
    faire_besoin("Nacelle", bruno, reseau=rst, echeance="2026-12-20")
    for jour in range(5):
        a(horloge, MARDI_8H + timedelta(days=jour))
    assert len(recus(mailoutbox, camille)) == 1


def test_what_is_owed_leaves_room_to_what_is_new_and_is_counted_whole(
    horloge, abonnes, connecter, camille, bruno, diane, rst, mailoutbox
):
    for n in range(9):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst, echeance=f"2026-12-{20 - n}")
    a(horloge, MARDI_8H)
    [premier] = recus(mailoutbox, camille)
    assert premier.subject == "Louverné\u202f: 9 réponses attendues"
    assert "et 2 autres réponses attendues\u202f: http://testserver/\r\n" in premier.body
    for n in range(5):
        horloge.move_to(MARDI_8H + timedelta(hours=n + 1))
        faire_discussion(f"Sujet {n}", diane, reseau=rst)
    a(horloge, MARDI_8H + timedelta(days=1))
    second = recus(mailoutbox, camille)[1]
    assert second.subject == "Louverné\u202f: 9 réponses attendues, 5 autres nouvelles"
    montres = [ligne[2:] for ligne in second.body.splitlines() if ligne.startswith("* ")]
    assert montres == ["Besoin 8", "Besoin 7", "Besoin 6", "Besoin 5", "Sujet 4", "Sujet 3", "Sujet 2"]
    for partie in (second.body, second.alternatives[0].content):
        assert "et 5 autres réponses attendues" in partie and "et 2 autres" in partie


@pytest.mark.parametrize("raison", ["sourdine", "jamais", "réservé", "de sa commune"])
def test_what_she_asked_not_to_be_written_about_or_may_not_read_is_not_owed_in_her_mail(
    horloge, abonnes, camille, remi, bruno, chantal, rst, amenagement, mailoutbox, raison
):
    auteur = remi if raison == "de sa commune" else chantal
    champs = {"visibilite": "reseau"} if raison == "réservé" else {}
    besoin = faire_besoin("Hydrocureur", auteur, reseau=amenagement, **champs)
    if raison == "sourdine":
        Sourdine.poser(camille, contribution=besoin)
    elif raison == "jamais":
        Recapitulatif.de(camille).abaisser(Niveau.AUCUN)
    faire_discussion("Désherbage", bruno, reseau=rst)
    a(horloge, MARDI_8H)
    [courriel] = recus(mailoutbox, camille)
    assert courriel.subject == "1 nouvelle\u202f: Désherbage" and "Hydrocureur" not in courriel.body


def test_an_opinion_that_is_owed_is_told_and_so_is_the_receipt_that_the_epci_owes(
    horloge, abonnes, camille, bruno, diane, agglo, louverne, rst, mailoutbox
):
    interlocutrice = faire_membre("Lise", "Hubert", agglo, reseaux=[rst])
    Recapitulatif.objects.ouvrir()
    for jusqu_au, titre in (("2026-12-20", "Place de l’église"), ("2026-11-30", "Rue du Lac")):
        faire_consultation(
            titre,
            bruno,
            reseau=rst,
            ouverte_du="2026-11-29",
            jusqu_au=jusqu_au,
            interrogees=[louverne, agglo],
        )
    a(horloge, MARDI_8H)
    [courriel] = recus(mailoutbox, camille)
    assert courriel.subject == "Louverné\u202f: 1 réponse attendue, 1 autre nouvelle"
    [courriel] = recus(mailoutbox, interlocutrice)
    assert courriel.subject == "Laval Agglomération\u202f: 2 réponses attendues"


def test_it_is_written_once_however_often_the_timer_passes(horloge, abonnes, camille, bruno, rst, mailoutbox):
    faire_besoin("Sel", bruno, reseau=rst)
    for minutes in (0, 5, 10, 600):
        a(horloge, MARDI_8H + timedelta(minutes=minutes))
    a(horloge, MARDI_8H + timedelta(days=1))  # nothing new: no mail
    assert len(recus(mailoutbox, camille)) == 1
    faire_message(faire_besoin("Nacelle", bruno, reseau=rst), bruno)
    a(horloge, MARDI_8H + timedelta(days=2))
    assert "Nacelle" in recus(mailoutbox, camille)[1].body


def test_a_task_that_fails_midway_leaves_neither_mail_nor_date(
    horloge, abonnes, camille, bruno, rst, monkeypatch
):
    faire_besoin("Sel", bruno, reseau=rst)
    horloge.move_to(MARDI_8H)
    avant = list(Recapitulatif.objects.order_by("pk").values_list("prochain_le", flat=True))
    with monkeypatch.context() as panne:
        panne.setattr("reseau.models.Recapitulatif.apres", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ecrire_une_tournee()
    assert list(Recapitulatif.objects.order_by("pk").values_list("prochain_le", flat=True)) == avant
    assert not Courriel.objects.exists() and not Lecture.objects.exists()
    ecrire_une_tournee()
    assert Courriel.objects.filter(destinataire=camille.courriel).count() == 1


def test_an_address_that_no_mail_can_bear_does_not_stop_the_others(
    horloge, abonnes, camille, remi, bruno, rst, mailoutbox
):
    compte = camille.utilisateur
    compte.email = "camille\nBcc: tous@communes.example"
    compte.save()
    faire_besoin("Sel", bruno, reseau=rst)
    a(horloge, MARDI_8H)
    assert [courriel.to for courriel in mailoutbox] == [[remi.courriel]]


def test_what_she_read_did_or_may_no_longer_see_is_not_told(
    horloge, abonnes, connecter, camille, bruno, diane, remi, louverne, rst, mailoutbox
):
    lu = faire_discussion("Lue", diane, reseau=rst)
    faire_discussion("Sienne", camille, reseau=rst)
    retire = faire_discussion("Retirée", diane, reseau=rst)
    sonne = faire_besoin("Lu à la cloche", bruno, reseau=rst)
    repondu = faire_besoin("Répondu", bruno, reseau=rst)
    client = connecter(camille)
    assert client.get(lu.get_absolute_url()).status_code == client.get(sonne.get_absolute_url()).status_code
    client.post(f"/besoins/{repondu.pk}/reponse/", {"niveau": "hors"})
    retire.retirer(par=diane, motif="doublon")
    reserve = faire_discussion("Réservée", diane, reseau=rst, visibilite="reseau")
    remi.adhesions.get().clore()
    message = faire_message(sonne, bruno)  # she does not follow it
    a(horloge, MARDI_8H)
    [courriel] = recus(mailoutbox, camille)
    # Read, « Lu à la cloche » is no news; it still awaits an answer, as on the site.
    assert courriel.subject == "Louverné\u202f: 1 réponse attendue, 1 autre nouvelle"
    assert reserve.get_absolute_url() in courriel.body
    montres = [ligne[2:] for ligne in courriel.body.splitlines() if ligne.startswith("* ")]
    assert montres == ["Lu à la cloche", "Réservée"]
    [de_remi] = recus(mailoutbox, remi)
    assert "Lu à la cloche" in de_remi.body and "Réservée" not in de_remi.body and message.rang == 1
    assert "Désherbage" not in de_remi.body


def test_a_message_withdrawn_or_an_account_closed_gets_nothing(
    horloge, abonnes, camille, remi, bruno, rst, mailoutbox
):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    for suiveur in (camille, remi):
        besoin.suivre(suiveur)
    message = faire_message(besoin, bruno)
    message.retirer(par=bruno, motif="erreur")
    a(horloge, MARDI_8H)
    assert not mailoutbox
    faire_message(besoin, bruno)
    remi.utilisateur.is_active = False
    remi.utilisateur.save()
    a(horloge, MARDI_8H + timedelta(days=1))
    assert [courriel.to for courriel in mailoutbox] == [[camille.courriel]]


def test_the_eighth_is_counted_and_never_told_again(horloge, abonnes, camille, diane, rst, mailoutbox):
    for n in range(9):
        horloge.move_to(LUNDI + timedelta(minutes=n))
        faire_discussion(f"Sujet {n}", diane, reseau=rst)
    for jour in range(2):
        a(horloge, MARDI_8H + timedelta(days=jour))
    [courriel] = recus(mailoutbox, camille)
    assert "et 2 autres" in courriel.body and "/fil/" in courriel.body
    montres = [ligne[2:] for ligne in sorted(courriel.body.splitlines()) if ligne.startswith("* ")]
    assert montres == [f"Sujet {n}" for n in range(2, 9)]
    assert courriel.body.index("Sujet 8") < courriel.body.index("Sujet 2")


def test_each_level_says_when(horloge, abonnes, camille, remi, bruno, diane, rst, mailoutbox):
    """At once for what concerns me, each day, on my day of the week, never; and otherwise for one type."""
    par_jour = {}
    for membre, niveau in ((camille, "hebdomadaire"), (remi, "immediat"), (bruno, "aucun")):
        membre.adhesions.update(niveau_courriel=niveau)
    Recapitulatif.objects.filter(membre=camille).update(jour=Recapitulatif.Jour.JEUDI)
    camille.adhesions.get().regler("hebdomadaire", {"discussion": "quotidien"})
    besoin = faire_besoin("Sel", diane, reseau=rst)
    faire_discussion("Désherbage", diane, reseau=rst)
    faire_message(besoin, remi)
    mailoutbox.clear()
    faire_message(besoin, diane, "Merci.")
    assert [courriel.to for courriel in mailoutbox] == [[remi.courriel]]
    mailoutbox.clear()
    for jour in range(4):
        a(horloge, MARDI_8H + timedelta(days=jour))
        par_jour[jour] = sorted((courriel.to[0], courriel.subject) for courriel in mailoutbox)
        mailoutbox.clear()
    assert par_jour == {
        0: [
            (camille.courriel, "Louverné\u202f: 1 réponse attendue, 1 autre nouvelle"),
            (remi.courriel, "Louverné\u202f: 1 réponse attendue, 1 autre nouvelle"),
        ],
        1: [],
        2: [(camille.courriel, "Louverné\u202f: 1 réponse attendue")],
        3: [],
    }


def test_what_was_mailed_at_once_is_not_told_again_nor_the_contrary(
    horloge, abonnes, camille, bruno, louverne, rst, mailoutbox
):
    bruno.adhesions.update(niveau_courriel=Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")
    assert len(recus(mailoutbox, bruno)) == 1
    bruno.adhesions.update(niveau_courriel=Niveau.QUOTIDIEN)
    a(horloge, MARDI_8H)
    assert len(recus(mailoutbox, bruno)) == 1
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="hors")
    bruno.adhesions.update(niveau_courriel=Niveau.IMMEDIAT)
    a(horloge, MARDI_8H + timedelta(days=1))
    assert len(recus(mailoutbox, bruno)) == 2


def test_of_what_is_in_none_of_my_networks_i_choose_too(
    horloge, abonnes, camille, chantal, amenagement, mailoutbox
):
    Recapitulatif.objects.ouvrir()
    Recapitulatif.de(camille).abaisser(Niveau.HEBDOMADAIRE)
    faire_besoin("Pour toute la plateforme", chantal)
    ailleurs = faire_discussion("Chez les autres", chantal, reseau=amenagement)
    faire_message(ailleurs, chantal, "@Camille Morel votre avis\u202f?")
    a(horloge, MARDI_8H - timedelta(minutes=1))
    Recapitulatif.objects.filter(membre=camille).update(jour=Recapitulatif.Jour.MERCREDI)
    a(horloge, MARDI_8H)
    assert not recus(mailoutbox, camille)
    a(horloge, MARDI_8H + timedelta(days=1))
    [courriel] = recus(mailoutbox, camille)
    assert "Hors de vos réseaux" in courriel.body and "Aménagement" not in courriel.body
    assert "Chantal Riou vous a nommé·e" in courriel.body


# The hour


@pytest.mark.parametrize(
    ("veille", "attendus"),
    [
        # The clocks jump from 2:00 to 3:00 on March 28th 2027, and tell 2:00 to 3:00 twice on October 31st.
        (datetime(2027, 3, 27, 12), ["2027-03-28T01:30", "2027-03-29T00:30", "2027-03-30T00:30"]),
        (datetime(2027, 10, 30, 12), ["2027-10-31T00:30", "2027-11-01T01:30", "2027-11-02T01:30"]),
    ],
)
def test_half_past_two_comes_once_a_day_even_when_the_clocks_change(
    horloge, camille, bruno, diane, rst, mailoutbox, veille, attendus
):
    instant = veille.replace(tzinfo=PARIS).astimezone(UTC)
    horloge.move_to(instant)
    Recapitulatif.objects.ouvrir()
    Recapitulatif.objects.exclude(membre=camille).update(arrete_le=instant)
    Recapitulatif.de(camille).regler(jour=1, heure=time(2, 30), niveau_ailleurs=Niveau.AUCUN, arrete=False)
    Recapitulatif.objects.filter(membre=camille).update(
        prochain_le=Recapitulatif.objects.get(membre=camille).apres(instant)
    )
    ecrits = []
    for _demi_heure in range(2 * 65):
        faire_discussion("Sujet", diane, reseau=rst)
        instant += timedelta(minutes=30)
        horloge.move_to(instant)
        if ecrire_une_tournee():
            ecrits.append(f"{instant:%Y-%m-%dT%H:%M}")
    assert ecrits == attendus and len(mailoutbox) == 3


def test_another_hour_neither_loses_nor_repeats_a_day(horloge, abonnes, camille):
    recapitulatif = Recapitulatif.de(camille)
    choix = {"jour": 1, "niveau_ailleurs": Niveau.QUOTIDIEN, "arrete": False}
    horloge.move_to(MARDI_8H - timedelta(hours=1))
    assert recapitulatif.regler(heure=time(18), **choix).prochain_le == MARDI_8H + timedelta(hours=10)
    horloge.move_to(MARDI_8H + timedelta(hours=11))
    ecrire_une_tournee()
    demain = MARDI_8H + timedelta(days=1)
    assert recapitulatif.regler(heure=time(20), **choix).prochain_le == demain + timedelta(hours=12)


def test_another_day_of_the_week_loses_nothing(horloge, abonnes, camille, diane, rst, mailoutbox):
    camille.adhesions.update(niveau_courriel=Niveau.HEBDOMADAIRE)
    choix = {"heure": time(8), "niveau_ailleurs": Niveau.AUCUN, "arrete": False}
    recapitulatif = Recapitulatif.de(camille).regler(jour=Recapitulatif.Jour.MARDI, **choix)
    a(horloge, MARDI_8H)
    horloge.move_to(MARDI_8H + timedelta(hours=1))
    faire_discussion("Juste après", diane, reseau=rst)
    horloge.move_to(MARDI_8H + timedelta(days=6, hours=1))
    recapitulatif.regler(jour=Recapitulatif.Jour.LUNDI, **choix)  # this Monday's hour has passed
    for jour in range(7, 15):
        a(horloge, MARDI_8H + timedelta(days=jour))
    [courriel] = recus(mailoutbox, camille)
    assert "Juste après" in courriel.body


def test_a_timer_stopped_for_days_writes_one_mail_and_forgets_nothing(
    horloge, abonnes, camille, remi, diane, rst, mailoutbox
):
    remi.adhesions.update(niveau_courriel=Niveau.HEBDOMADAIRE)
    faire_discussion("Avant la panne", diane, reseau=rst)
    horloge.move_to(LUNDI + timedelta(days=2))
    faire_discussion("Pendant la panne", diane, reseau=rst)
    a(horloge, MARDI_8H + timedelta(days=3, hours=2))
    for membre in (camille, remi):
        [courriel] = recus(mailoutbox, membre)
        assert "Avant la panne" in courriel.body and "Pendant la panne" in courriel.body
    assert Recapitulatif.de(camille).prochain_le == MARDI_8H + timedelta(days=4)


# My settings


def test_i_say_my_hour_and_otherwise_for_one_type(connecter, camille, rst):
    client, adhesion = connecter(camille), camille.adhesions.get()
    envoi = {"niveau_ailleurs": "aucun", "jour": "3", "heure": "07:30", f"niveau_{adhesion.pk}": "quotidien"}
    autrement = {f"niveau_{adhesion.pk}_besoin": "immediat", f"niveau_{adhesion.pk}_discussion": ""}
    page = client.post("/moi/courriels/", envoi | {"heure": "midi"})
    assert page.status_code == 422 and "id_heure_error" in page.text
    assert client.post("/moi/courriels/", envoi | autrement | {"arrete": "on"}).status_code == 302
    adhesion, recapitulatif = camille.adhesions.get(), Recapitulatif.objects.get(membre=camille)
    assert (adhesion.niveau_pour("besoin"), adhesion.niveau_pour("discussion")) == ("immediat", "quotidien")
    assert (recapitulatif.heure, recapitulatif.jour, recapitulatif.est_arrete) == (time(7, 30), 3, True)
    page = client.get("/moi/courriels/").text
    assert page.count('<details class="plie"') == page.count('<details class="plie" open') == 1
    assert 'value="07:30"' in page
    assert "Votre récapitulatif est arrêté" in page
    assert client.post("/moi/recapitulatif/reprise/")["Location"] == "/moi/courriels/"
    assert not Recapitulatif.objects.get(membre=camille).est_arrete
    assert "est arrêté" not in client.get("/moi/courriels/").text
    client.post("/moi/courriels/", envoi)
    assert camille.adhesions.get().niveau_pour("besoin") == "quotidien"
    assert Recapitulatif.objects.get(membre=camille).prochain_le > timezone.now()


# What it costs


def peupler(reseau, nombre):
    for n in range(nombre):
        faire_membre(f"Ana{n}", f"De{nombre}", faire_commune(f"Commune {nombre}-{n}"), reseaux=[reseau])


def test_reading_for_thirty_costs_the_queries_of_three(horloge, bruno, diane, rst):
    def cout(nombre):
        peupler(rst, nombre)
        for n in range(nombre):
            faire_besoin(f"Besoin {nombre}-{n}", bruno, reseau=rst)
            faire_discussion(f"Discussion {nombre}-{n}", diane, reseau=rst)
        Recapitulatif.objects.ouvrir()
        recapitulatifs = list(Recapitulatif.objects.all())
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            contenus = Tournee(recapitulatifs, MARDI_8H).contenus()
            for _recapitulatif, _membre, contenu in contenus:
                [(n.phrase, n.adresse, n.contribution.collectivite.nom) for n in contenu.montrees]
        assert len(contenus) >= nombre
        return len(requetes)

    assert cout(3) == cout(27) <= 16


@pytest.mark.parametrize("cible", ["reseau", "collectivite", "domaine", "contribution"])
def test_what_she_muted_is_not_told_and_the_others_still_are(
    horloge, abonnes, camille, bruno, diane, rst, mailoutbox, cible
):
    tue = faire_discussion("Élagage", bruno, reseau=rst)
    tue.domaines.set(Domaine.objects.filter(code="espaces-verts"))
    faire_discussion("Pour toute la plateforme", diane)
    cibles = {
        "reseau": rst,
        "collectivite": tue.collectivite,
        "domaine": tue.domaines.get(),
        "contribution": tue,
    }
    Sourdine.poser(camille, **{cible: cibles[cible]})
    a(horloge, MARDI_8H)
    [de_camille] = recus(mailoutbox, camille)
    assert ("Élagage" in de_camille.body, "Pour toute la plateforme" in de_camille.body) == (False, True)
    [de_remi] = [c for c in mailoutbox if "remi" in c.to[0]]
    assert "Élagage" in de_remi.body
