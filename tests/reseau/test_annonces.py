"""An announcement: seen before it leaves, sent once at its hour, to whom it is for, and what became of it."""

import re
from datetime import date, datetime, time, timedelta
from functools import partial
from time import sleep
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection
from django.utils import timezone

from plateforme.socle.models import AdresseEnEchec, Courriel
from plateforme.socle.taches import entretien
from reseau.courriels import de_contribution
from reseau.heures import instant
from reseau.models import Adhesion, Annonce, Contribution, EnvoiDAnnonce, Fonction, Membre, Notification
from reseau.models.annonces import AnnonceQuerySet, semaine_de
from reseau.models.reseaux import ReseauQuerySet
from tests.compter import requetes_pour
from tests.fabriques import faire_annonce, faire_commune, faire_membre, faire_reseau
from tests.test_courses import ensemble

PARIS = ZoneInfo("Europe/Paris")


def annoncer(auteur, reseau, titre="Astreinte de Noël", **champs):
    annonce = faire_annonce(titre, auteur, reseau=reseau, **{"visibilite": "reseau"} | champs)
    return Annonce.objects.get(pk=annonce.pk)


@pytest.fixture
def brouillon(diane, rst, camille, bruno):
    return annoncer(diane, rst, corps="Le sel arrive mardi.", publier=False)


@pytest.fixture
def annonce(diane, rst, camille, bruno):
    return annoncer(diane, rst, corps="Le sel arrive mardi.")


@pytest.fixture
def saisie(rst, agglo):
    return {
        "titre": "Astreinte de Noël",
        "corps": "Le sel arrive mardi.",
        "reseau": rst.pk,
        "collectivite": agglo.pk,
        "visibilite": "reseau",
        "brouillon": "",
    }


def programmer(annonce, quand):
    """Planned, without waiting for a real clock."""
    Annonce.objects.filter(pk=annonce.pk).update(a_envoyer_le=quand)


def sans_tache(monkeypatch, faire=lambda pk: None):
    """In place of the task that writes the mails."""
    monkeypatch.setattr(
        "reseau.models.annonces.ecrire_les_courriels_d_annonce", SimpleNamespace(enqueue=faire)
    )


def passer_l_entretien():
    entretien.send(sender=None)


# Writing and sending


def test_an_animateur_sees_the_mail_and_how_many_will_get_it_then_sends_it(
    connecter, diane, camille, bruno, saisie, mailoutbox
):
    client = connecter(diane)
    reponse = client.post("/annonces/publier/", saisie)
    annonce = Annonce.objects.get()
    assert reponse["Location"] == f"/annonces/{annonce.pk}/apercu/"
    assert annonce.est_brouillon and not mailoutbox
    page = client.get(reponse["Location"]).text
    assert "2 personnes recevront ce courriel" in page
    assert "Le sel arrive mardi." in page
    cadre = client.get(f"/annonces/{annonce.pk}/apercu/courriel/")
    assert "Le sel arrive mardi." in cadre.text
    assert "sandbox" in cadre["Content-Security-Policy"]
    reponse = client.post(f"/annonces/{annonce.pk}/apercu/", {"quand": "maintenant"})
    assert reponse["Location"] == annonce.get_absolute_url()
    annonce.refresh_from_db()
    assert annonce.est_publiee and annonce.partie_le
    assert sorted(m.to[0] for m in mailoutbox) == sorted([camille.courriel, bruno.courriel])
    assert {m.subject for m in mailoutbox} == {"Astreinte de Noël (Services techniques)"}
    assert set(Notification.objects.values_list("membre", flat=True)) == {camille.pk, bruno.pk}


@pytest.mark.parametrize(
    ("niveau", "courriels"), [("immediat", 1), ("quotidien", 1), ("hebdomadaire", 1), ("aucun", 0)]
)
def test_each_gets_one_mail_whatever_her_digest_unless_she_wants_none(
    diane, rst, camille, mailoutbox, niveau, courriels
):
    camille.adhesions.update(niveau_courriel=niveau)
    annoncer(diane, rst)
    assert len(mailoutbox) == courriels
    assert Notification.objects.filter(membre=camille).count() == 1


def test_only_the_people_of_the_chosen_communes_are_told(
    diane, rst, camille, bruno, jeanne, louverne, mailoutbox
):
    """Jeanne answers Louverné for the agglomération: she is not of Louverné."""
    annonce = annoncer(diane, rst, communes=[louverne])
    assert [m.to for m in mailoutbox] == [[camille.courriel]]
    assert list(annonce.envois.values_list("membre", flat=True)) == [camille.pk]


def test_only_who_runs_a_network_is_offered_an_announcement(connecter, diane, camille, rst):
    assert "/annonces/publier/" in connecter(diane).get("/besoins/publier/").text
    client = connecter(camille)
    assert "/annonces/publier/" not in client.get("/besoins/publier/").text
    assert client.get("/annonces/publier/").status_code == 403
    assert client.post("/annonces/publier/", {"titre": "Moi aussi"}).status_code == 403


def test_she_announces_to_the_networks_that_she_runs_only(connecter, diane, amenagement, saisie):
    amenagement.accueillir(diane, par=diane)
    reponse = connecter(diane).post("/annonces/publier/", saisie | {"reseau": amenagement.pk})
    assert reponse.status_code == 422
    assert "id_reseau_error" in reponse.text and "Le sel arrive mardi." in reponse.text
    assert not Annonce.objects.exists()


def test_communes_without_anybody_in_the_network_are_refused_in_words(
    connecter, diane, chantal, montflours, amenagement, saisie
):
    amenagement.accueillir(diane, par=diane, role=Adhesion.Role.ANIMATEUR)
    reponse = connecter(diane).post("/annonces/publier/", saisie | {"communes": [montflours.pk]})
    assert reponse.status_code == 422
    assert "Personne n’est membre de ce réseau pour\u202f: Montflours." in reponse.text


@pytest.mark.parametrize("inconnue", ["999", "9" * 25, "x"])
def test_a_commune_that_does_not_exist_is_not_everybody(connecter, diane, saisie, inconnue):
    reponse = connecter(diane).post("/annonces/publier/", saisie | {"communes": [inconnue]})
    assert reponse.status_code == 422 and "id_communes_error" in reponse.text
    assert not Annonce.objects.exists()


def test_a_network_hears_two_announcements_a_week_at_most(connecter, diane, rst, brouillon):
    for titre in ("Une", "Deux"):
        annoncer(diane, rst, titre)
    client, adresse = connecter(diane), f"/annonces/{brouillon.pk}/apercu/"
    reponse = client.post(adresse, {"quand": "maintenant"})
    assert reponse.status_code == 422
    assert "a déjà 2 annonces la semaine du" in reponse.text
    # The way of every draft holds to the same rule.
    page = client.post(f"/contributions/{brouillon.pk}/publication/", follow=True).text
    assert "a déjà 2 annonces la semaine du" in page
    brouillon.refresh_from_db()
    assert brouillon.est_brouillon
    apres = timezone.localdate() + timedelta(days=8)
    assert client.post(adresse, {"quand": "plus_tard", "jour": apres, "heure": "08:00"}).status_code == 302


@pytest.mark.parametrize(
    ("jour", "heure", "champ"),
    [
        ("2020-01-01", "08:00", "jour"),
        ("", "08:00", "jour"),
        ("2099-01-01", "", "heure"),
        ("x", "y", "jour"),
        ("2099-01-01", "08:00", "jour"),
        ("9999-12-31", "12:00", "jour"),
    ],
)
def test_a_wrong_hour_is_told_beside_its_field(connecter, diane, brouillon, jour, heure, champ):
    envoi = {"quand": "plus_tard", "jour": jour, "heure": heure}
    reponse = connecter(diane).post(f"/annonces/{brouillon.pk}/apercu/", envoi)
    assert reponse.status_code == 422 and f"id_{champ}_error" in reponse.text
    brouillon.refresh_from_db()
    assert brouillon.a_envoyer_le is None


def test_hours_are_those_of_our_clocks_summer_and_winter():
    assert instant(date(2027, 1, 11), time(8)).astimezone(ZoneInfo("UTC")).hour == 7
    assert instant(date(2027, 7, 12), time(8)).astimezone(ZoneInfo("UTC")).hour == 6
    # The clocks go back at 3: 2.30 comes twice, and the first is meant.
    assert instant(date(2027, 10, 31), time(2, 30)).astimezone(ZoneInfo("UTC")).hour == 0
    with pytest.raises(ValidationError, match="n’existe pas"):
        instant(date(2027, 3, 28), time(2, 30))


def test_a_week_of_our_clocks_begins_on_monday_at_midnight_even_when_they_change():
    debut, fin = semaine_de(datetime(2027, 3, 28, 23, 30, tzinfo=PARIS))
    assert (debut, fin) == (datetime(2027, 3, 22, tzinfo=PARIS), datetime(2027, 3, 29, tzinfo=PARIS))
    assert fin - debut == timedelta(days=7)  # on the clocks; an hour less in truth


# Waiting for its hour


def test_a_planned_announcement_leaves_at_its_hour_and_not_before(
    connecter, diane, camille, brouillon, mailoutbox
):
    demain = timezone.localdate() + timedelta(days=1)
    client = connecter(diane)
    envoi = {"quand": "plus_tard", "jour": demain, "heure": "07:30"}
    client.post(f"/annonces/{brouillon.pk}/apercu/", envoi)
    brouillon.refresh_from_db()
    assert timezone.localtime(brouillon.a_envoyer_le).strftime("%H:%M") == "07:30"
    assert "partira le" in client.get("/brouillons/").text
    passer_l_entretien()
    assert not mailoutbox
    assert connecter(camille).get(brouillon.get_absolute_url()).status_code == 404
    programmer(brouillon, timezone.now() - timedelta(minutes=1))
    passer_l_entretien()
    assert len(mailoutbox) == 2
    assert connecter(camille).get(brouillon.get_absolute_url()).status_code == 200
    passer_l_entretien()
    assert len(mailoutbox) == 2


def test_until_it_leaves_it_is_corrected_or_cancelled(connecter, diane, brouillon, saisie, mailoutbox):
    programmer(brouillon, timezone.now() + timedelta(hours=1))
    client = connecter(diane)
    client.post(brouillon.url_de_modification, saisie | {"corps": "Le sel arrive jeudi."})
    page = client.post(f"/annonces/{brouillon.pk}/annulation/", follow=True).text
    assert "redevenue un brouillon" in page and "jeudi" in page
    assert Annonce.objects.get(pk=brouillon.pk).a_envoyer_le is None
    passer_l_entretien()
    assert not mailoutbox


def test_once_it_has_left_it_is_neither_cancelled_nor_addressed_to_others(
    connecter, diane, annonce, saisie, louverne
):
    client = connecter(diane)
    client.post(f"/annonces/{annonce.pk}/annulation/")
    ouverte = Annonce.objects.get(pk=annonce.pk)
    assert ouverte.partie_le and ouverte.a_envoyer_le
    assert not ouverte.annuler()
    client.post(annonce.url_de_modification, saisie | {"titre": "Astreinte", "communes": [louverne.pk]})
    annonce.refresh_from_db()
    assert annonce.titre == "Astreinte" and not annonce.communes.exists()
    assert client.get(f"/annonces/{annonce.pk}/apercu/").status_code == 302


def test_a_correction_that_its_departure_overtakes_is_refused(diane, brouillon):
    ouverte = Annonce.objects.get(pk=brouillon.pk)
    avant = ouverte.etat_suivi()
    brouillon.publier(par=diane)
    ouverte.corps = "Trop tard"
    with pytest.raises(ValidationError, match="est partie pendant que vous écriviez"):
        ouverte.modifier(par=diane, avant=avant)
    assert Annonce.objects.get(pk=brouillon.pk).corps == "Le sel arrive mardi."


@pytest.mark.parametrize("perte", ["role", "fonction", "compte"])
def test_what_was_planned_does_not_leave_once_she_no_longer_runs_the_network(
    diane, brouillon, mailoutbox, perte
):
    programmer(brouillon, timezone.now())
    if perte == "role":
        diane.adhesions.update(role=Adhesion.Role.MEMBRE)
    elif perte == "fonction":
        diane.fonctions.get().clore()
    else:
        diane.utilisateur.is_active = False
        diane.utilisateur.save()
    passer_l_entretien()
    brouillon.refresh_from_db()
    assert brouillon.est_brouillon and not brouillon.a_envoyer_le and not mailoutbox


def test_a_second_worker_changes_nothing(annonce, mailoutbox):
    assert Annonce.partir(annonce.pk) is None
    assert len(mailoutbox) == 2 and annonce.envois.count() == 2


def test_what_a_killed_worker_left_unwritten_is_written_by_the_next(
    diane, rst, brouillon, mailoutbox, monkeypatch
):
    monkeypatch.setattr("reseau.models.annonces.LOT", 1)
    ecrire_un_lot = EnvoiDAnnonce.objects.ecrire_un_lot
    sans_tache(monkeypatch, lambda pk: ecrire_un_lot(Annonce.objects.get(pk=pk), de_contribution))
    brouillon.publier(par=diane)
    assert len(mailoutbox) == 1 and brouillon.envois.a_ecrire().count() == 1
    passer_l_entretien()
    assert len(mailoutbox) == 2 and not brouillon.envois.a_ecrire().exists()


def test_once_withdrawn_it_is_written_to_nobody_more(diane, brouillon, mailoutbox, monkeypatch):
    sans_tache(monkeypatch)
    brouillon.publier(par=diane)
    Annonce.objects.get(pk=brouillon.pk).retirer(par=diane, motif="Erreur de date")
    passer_l_entretien()
    assert not mailoutbox and not brouillon.envois.a_ecrire().exists()


# What became of it


def test_opening_the_page_is_what_counts_and_only_the_first_time(connecter, camille, annonce):
    envoi = annonce.envois.get(membre=camille)
    client = connecter(camille)
    client.post("/notifications/lues/")
    envoi.refresh_from_db()
    assert envoi.ouverte_le is None
    client.get(annonce.get_absolute_url())
    envoi.refresh_from_db()
    premiere = envoi.ouverte_le
    assert premiere
    client.get(annonce.get_absolute_url())
    envoi.refresh_from_db()
    assert envoi.ouverte_le == premiere


def test_the_page_tells_its_figures_to_who_runs_the_network_only(connecter, diane, camille, bruno, annonce):
    Courriel.objects.filter(destinataire=bruno.courriel).update(
        envoye_le=None, abandonne_le=timezone.now(), erreur="550"
    )
    connecter(camille).get(annonce.get_absolute_url())
    reponse = connecter(diane).get(annonce.get_absolute_url())
    totaux = reponse.context["totaux"]
    assert totaux == {
        "adressees": 2,
        "ecrits": 2,
        "remis": 1,
        "refuses": 1,
        "ouvertes": 1,
        "relances": 0,
        "sur_la_plateforme": 0,
    }
    communes = [(c["collectivite__nom"], c["ouvertes"], c["refuses"]) for c in reponse.context["communes"]]
    assert communes == [("Changé", 0, 1), ("Louverné", 1, 0)]  # in alphabetical order
    assert "Ce qu’elle est devenue" in reponse.text
    page = connecter(camille).get(annonce.get_absolute_url()).text
    assert "Ce qu’elle est devenue" not in page


def test_the_figures_outlive_the_mails(annonce):
    passer_l_entretien()
    Courriel.objects.update(envoye_le=timezone.now() - timedelta(days=60))
    call_command("entretien")
    assert not Courriel.objects.exists()
    assert [(c["remis"], c["refuses"]) for c in annonce.envois.par_commune()] == [(1, 0), (1, 0)]


def test_a_refused_mail_sent_again_is_no_longer_refused(annonce, bruno):
    courriel = Courriel.objects.filter(destinataire=bruno.courriel)
    courriel.update(envoye_le=None, abandonne_le=timezone.now())
    EnvoiDAnnonce.objects.update(remis_le=None)
    passer_l_entretien()
    assert annonce.envois.get(membre=bruno).refuse_le
    courriel.update(envoye_le=timezone.now(), abandonne_le=None)
    passer_l_entretien()
    envoi = annonce.envois.get(membre=bruno)
    assert envoi.remis_le and not envoi.refuse_le


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_its_figures_are_exported_by_commune_without_any_name(connecter, diane, camille, annonce, format_):
    reponse = connecter(diane).get(f"/annonces/{annonce.pk}/export/", {"format": format_})
    contenu = b"".join(reponse.streaming_content)
    if format_ == "csv":
        texte = contenu.decode("utf-8-sig")
        assert "Changé;1;1;1;0;0;0" in texte and "Louverné;1;1;1;0;0;0" in texte
        assert camille.nom not in texte
    assert contenu


def test_who_has_not_opened_is_written_to_once_more(connecter, diane, camille, bruno, annonce, mailoutbox):
    connecter(camille).get(annonce.get_absolute_url())
    client, adresse = connecter(diane), f"/annonces/{annonce.pk}/relance/"
    assert "Relancer 1 personne" in client.get(adresse).text
    mailoutbox.clear()
    client.post(adresse)
    assert [(m.to, m.subject) for m in mailoutbox] == [
        ([bruno.courriel], "Rappel\u202f: Astreinte de Noël (Services techniques)")
    ]
    client.post(adresse)
    assert len(mailoutbox) == 1
    assert client.get(adresse).status_code == 302
    assert "Relancée le" in client.get(annonce.get_absolute_url()).text


def test_who_opens_it_while_the_reminders_are_written_gets_none(
    diane, bruno, annonce, mailoutbox, monkeypatch
):
    sans_tache(monkeypatch)
    mailoutbox.clear()
    annonce.relancer(par=diane)
    annonce.envois.ouvrir(bruno)
    passer_l_entretien()
    assert bruno.courriel not in [m.to[0] for m in mailoutbox] and len(mailoutbox) == 1


def test_who_was_refused_or_wants_no_mail_is_not_written_to_again(diane, rst, camille, bruno, mailoutbox):
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.AUCUN)
    annonce = annoncer(diane, rst)
    annonce.envois.filter(membre=bruno).update(refuse_le=timezone.now(), remis_le=None)
    mailoutbox.clear()
    assert annonce.relancer(par=diane) == 0 and not mailoutbox


@pytest.mark.parametrize("perte", ["adresse", "reseau", "niveau", "compte"])
def test_the_reminder_says_how_many_it_writes_to(
    connecter, diane, camille, bruno, annonce, mailoutbox, perte
):
    if perte == "adresse":
        AdresseEnEchec.noter(camille.courriel, "550")
    elif perte == "reseau":
        camille.adhesions.get().clore()
    elif perte == "niveau":
        camille.adhesions.update(niveau_courriel=Adhesion.Niveau.AUCUN)
    else:
        camille.utilisateur.is_active = False
        camille.utilisateur.save()
    mailoutbox.clear()
    client, adresse = connecter(diane), f"/annonces/{annonce.pk}/relance/"
    assert "Relancer 1 personne" in client.get(annonce.get_absolute_url()).text
    assert "Relancer 1 personne" in client.get(adresse).text
    page = client.post(adresse, follow=True).text
    assert "1 personne est relancée" in page and re.search(r"Relancée le .*: 1 personne\.", page)
    assert [m.to for m in mailoutbox] == [[bruno.courriel]]


def test_who_answered_it_has_opened_it(connecter, diane, camille, bruno, annonce):
    connecter(camille).post(f"/contributions/{annonce.pk}/messages/", {"texte": "J’y serai."})
    assert annonce.envois.get(membre=camille).ouverte_le and not annonce.envois.get(membre=bruno).ouverte_le
    assert "Relancer 1 personne" in connecter(diane).get(f"/annonces/{annonce.pk}/relance/").text


def test_pages_cost_the_same_whatever_the_number_of_addressees(connecter, diane, rst, brouillon):
    client = connecter(diane)
    apercu = f"/annonces/{brouillon.pk}/apercu/"
    peu = requetes_pour(client, apercu)
    for n in range(8):
        faire_membre("Membre", f"N{n}", faire_commune(f"Commune {n}"), reseaux=[rst])
    assert requetes_pour(client, apercu) == peu
    brouillon.publier(par=diane)
    annonce = Annonce.objects.get(pk=brouillon.pk)
    beaucoup = requetes_pour(client, annonce.get_absolute_url())
    annonce.envois.filter(membre__nom__startswith="N").delete()
    assert requetes_pour(client, annonce.get_absolute_url()) == beaucoup


def test_it_is_found_in_the_feed_and_by_the_search(connecter, camille, chantal, annonce):
    client = connecter(camille)
    assert annonce.titre in client.get("/fil/?type=annonce").text
    assert annonce in client.get("/recherche/?q=astreinte").context["contributions"]
    assert annonce.titre not in connecter(chantal).get("/fil/").text
    assert Contribution.objects.get(pk=annonce.pk).get_absolute_url() == annonce.get_absolute_url()


def test_a_referent_of_the_commune_that_announces_does_not_send_it(agglo, diane, rst, brouillon):
    """Only who runs the network does, whatever the way."""
    autre = faire_membre("Rose", "Lebon", (agglo, Fonction.Role.REFERENT), reseaux=[rst])
    with pytest.raises(ValidationError, match="animent ce réseau"):
        brouillon.programmer(timezone.now(), par=autre)


def test_the_mail_says_who_speaks_and_where_the_files_are(annonce, mailoutbox):
    texte, html = mailoutbox[0].body, mailoutbox[0].alternatives[0].content
    for version in (texte, html):
        assert "Diane Tessier (Laval Agglomération)" in version
        assert annonce.get_absolute_url() in version
    assert not re.search(r"<img|utm_|\?", html.partition("<body")[2])


# Two workers at once


def test_once_its_departure_has_begun_the_page_no_longer_asks_when(connecter, diane, brouillon):
    apercu = f"/annonces/{brouillon.pk}/apercu/"
    client = connecter(diane)
    assert 'name="quand"' in client.get(apercu).text
    programmer(brouillon, timezone.now())
    page = client.get(apercu).text
    assert "Le départ est en cours" in page and 'name="quand"' not in page


def test_the_form_says_how_many_are_left_this_week(connecter, diane, rst, brouillon):
    client = connecter(diane)
    assert "il en reste 2 cette semaine" in client.get("/annonces/publier/").text
    programmer(brouillon, timezone.now())
    assert "il en reste 1 cette semaine" in client.get("/annonces/publier/").text


def test_of_one_that_is_planned_its_own_week_is_told_and_it_counts_as_left(
    connecter, diane, rst, brouillon, saisie
):
    semaine_prochaine = timezone.now() + timedelta(days=7)
    for annonce in (brouillon, annoncer(diane, rst, "L’autre", publier=False)):
        programmer(annonce, semaine_prochaine)
    client = connecter(diane)
    page = client.get(brouillon.url_de_modification).text
    assert "il en reste 1 la semaine de son départ" in page
    assert client.post(brouillon.url_de_modification, saisie | {"corps": "Jeudi."}).status_code == 302
    assert "il en reste 2 cette semaine" in client.get("/annonces/publier/").text


def test_what_is_planned_does_not_move_to_a_network_that_hears_enough(
    connecter, diane, amenagement, brouillon, chantal, saisie
):
    amenagement.accueillir(diane, par=diane, role=Adhesion.Role.ANIMATEUR)
    ailleurs = saisie | {"reseau": amenagement.pk}
    for titre in ("Une", "Deux"):
        programmer(annoncer(diane, amenagement, titre, publier=False), timezone.now() + timedelta(hours=1))
    client = connecter(diane)
    programmer(brouillon, timezone.now() + timedelta(hours=1))
    refus = client.post(brouillon.url_de_modification, ailleurs)
    assert refus.status_code == 422 and "a déjà 2 annonces la semaine du" in refus.text
    assert brouillon.reseau_id == Annonce.objects.get(pk=brouillon.pk).reseau_id
    Annonce.objects.get(pk=brouillon.pk).annuler()
    assert client.post(brouillon.url_de_modification, ailleurs).status_code == 302


def test_the_form_costs_the_same_whatever_the_number_of_networks(connecter, diane, rst):
    client = connecter(diane)
    peu = requetes_pour(client, "/annonces/publier/")
    for n in range(5):
        faire_reseau(f"Groupe {n}").accueillir(diane, par=diane, role=Adhesion.Role.ANIMATEUR)
    assert requetes_pour(client, "/annonces/publier/") == peu


@pytest.fixture
def deux_ouvriers(diane, brouillon, mailoutbox):
    programmer(brouillon, timezone.now())

    def partir():
        partie = Annonce.partir(brouillon.pk)
        return partie and partie.pk

    return lambda: ensemble(partir, partir, partir)


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_sends(deux_ouvriers, brouillon, mailoutbox):
    assert sorted(map(str, deux_ouvriers())) == sorted([str(brouillon.pk), "None", "None"])
    assert len(mailoutbox) == 2 and brouillon.envois.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_its_condition_the_others_would_send_too(deux_ouvriers, monkeypatch):
    monkeypatch.setattr(AnnonceQuerySet, "dues", lambda self: self.all())
    assert sum(isinstance(issue, IntegrityError) for issue in deux_ouvriers()) == 2


@pytest.fixture
def trois_prevues(diane, rst, monkeypatch):
    """Three planned for the same week at once, each slow to write once it has counted the others."""
    brouillons = [annoncer(diane, rst, f"N° {n}", publier=False) for n in range(3)]
    semaine_prochaine = timezone.now() + timedelta(days=7)
    compter = Annonce._laisser_souffler

    def lentement(annonce, quand):
        compter(annonce, quand)
        sleep(0.3)

    monkeypatch.setattr(Annonce, "_laisser_souffler", lentement)

    def prevoir(annonce):
        par = Membre.objects.get(pk=diane.pk)
        return Annonce.objects.get(pk=annonce.pk).programmer(semaine_prochaine, par=par)

    return lambda: ensemble(*[partial(prevoir, annonce) for annonce in brouillons])


@pytest.mark.django_db(transaction=True)
def test_two_a_week_holds_for_those_that_are_planned_at_once(trois_prevues):
    assert sum(isinstance(issue, ValidationError) for issue in trois_prevues()) == 1
    assert Annonce.objects.exclude(a_envoyer_le=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_the_network_three_are_planned(trois_prevues, monkeypatch):
    monkeypatch.setattr(ReseauQuerySet, "select_for_update", lambda self: self)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Annonce, "programmer", Annonce.programmer.__wrapped__)
    trois_prevues()
    assert Annonce.objects.exclude(a_envoyer_le=None).count() == 3
