"""What calendar programs are given, by file, by mail and by address; and the calendar of the site."""

import email
import email.policy
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from plateforme.socle.models import Courriel
from reseau.models import LienAgenda, Rencontre, Seance
from tests.compter import requetes_pour
from tests.fabriques import faire_rencontre, faire_reseau

from .test_rencontres import inscrire

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
SANS_DATE = timedelta(days=10)


def evenements(octets):
    """{summary: event} of a calendar, read back."""
    return {str(e["summary"]): e for e in Calendar.from_ical(octets).walk("VEVENT")}


def deplacer(rencontre, debut, heures=2):
    """Its only séance at this instant, without telling anybody."""
    rencontre.seances.update(debut=debut, fin=debut + timedelta(hours=heures))
    rencontre.noter_les_seances()


# The file


def test_the_file_gives_the_same_local_hour_on_both_sides_of_a_change(client, diane, rst):
    atelier = faire_rencontre("Taille", diane, reseau=rst, genre="atelier", visibilite="publique")
    avant = datetime(2027, 3, 26, 9, tzinfo=PARIS)
    deplacer(atelier, avant)
    apres = datetime(2027, 3, 29, 9, tzinfo=PARIS)
    atelier.programmer(debut=apres, fin=apres + timedelta(hours=2), lieu="Ailleurs")
    calendrier = Calendar.from_ical(client.get(reverse("reseau:rencontre_ics", args=[atelier.pk])).content)
    [fuseau] = calendrier.walk("VTIMEZONE")
    assert fuseau["tzid"] == "Europe/Paris"
    lus = [e.decoded("dtstart") for e in calendrier.walk("VEVENT")]
    assert [d.replace(tzinfo=None) for d in lus] == [datetime(2027, 3, 26, 9), datetime(2027, 3, 29, 9)]
    assert [d.astimezone(UTC).hour for d in lus] == [8, 7]
    # The rules that stand in the file say so too, for who knows no « Europe/Paris ».
    regles = fuseau.to_tz()
    assert [d.replace(tzinfo=regles).utcoffset().seconds // 3600 for d in lus] == [1, 2]


def test_an_event_keeps_its_uid_and_counts_its_changes(client, diane, rst):
    rencontre = faire_rencontre("Visite", diane, reseau=rst, visibilite="publique")
    adresse = reverse("reseau:rencontre_ics", args=[rencontre.pk])
    avant = evenements(client.get(adresse).content)["Visite"]
    seance = Seance.objects.select_related("rencontre").get()
    seance.modifier(par=diane, debut=seance.debut + SANS_DATE, fin=seance.fin + SANS_DATE)
    apres = evenements(client.get(adresse).content)["Visite"]
    assert avant["uid"] == apres["uid"] and (avant["sequence"], apres["sequence"]) == (0, 1)
    assert apres["status"] == "CONFIRMED"
    Rencontre.objects.get().clore(par=diane, motif="Verglas")
    annulee = evenements(client.get(adresse).content)["Visite"]
    assert (annulee["status"], annulee["sequence"], annulee["uid"]) == ("CANCELLED", 2, avant["uid"])


# The mails


def invitations(membre):
    """(method, sequence, status) of each invitation that she was sent, oldest first."""
    lues = []
    for courriel in Courriel.objects.filter(destinataire=membre.courriel).order_by("pk"):
        message = email.message_from_bytes(bytes(courriel.source), policy=email.policy.default)
        parties = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        fichiers = [p for p in message.walk() if p.get_filename() == "invitation.ics"]
        assert len(parties) == len(fichiers) <= 1
        for partie in parties:
            calendrier = Calendar.from_ical(partie.get_content())
            [evenement] = calendrier.walk("VEVENT")
            assert partie.get_content_type() == "text/calendar"
            assert dict(partie["content-type"].params)["method"] == calendrier["method"]
            assert evenement["attendee"] == f"mailto:{membre.courriel}"
            assert Calendar.from_ical(fichiers[0].get_content())["method"] == calendrier["method"]
            lues.append((str(calendrier["method"]), evenement["sequence"], str(evenement["status"])))
    return lues


def test_mails_invite_then_follow_each_change_until_it_is_off(camille, diane, rencontre):
    inscrire(rencontre.seances.get(), camille)
    seance = Seance.objects.select_related("rencontre").get()
    seance.modifier(par=diane, debut=seance.debut + SANS_DATE, fin=seance.fin + SANS_DATE)
    Rencontre.objects.get().clore(par=diane, motif="Verglas")
    Rencontre.objects.get().rouvrir(par=diane)
    assert invitations(camille) == [
        ("REQUEST", 0, "CONFIRMED"),
        ("REQUEST", 1, "CONFIRMED"),
        ("CANCEL", 2, "CANCELLED"),
        ("REQUEST", 3, "CONFIRMED"),
    ]


def test_who_waits_is_invited_once_she_has_a_seat_and_who_gives_hers_back_is_not_any_more(
    camille, bruno, diane, rst
):
    seance = faire_rencontre("Visite", diane, reseau=rst, capacite=1).seances.get()
    premiere = inscrire(seance, camille)
    inscrire(seance, bruno)
    assert invitations(bruno) == []
    premiere.annuler(par=camille)
    assert [methode for methode, *_ in invitations(camille)] == ["REQUEST", "CANCEL"]
    assert [methode for methode, *_ in invitations(bruno)] == ["REQUEST"]


def test_who_has_no_account_is_told_through_who_registered_her(camille, rencontre):
    inscrire(rencontre.seances.get(), camille, nom="Yann Le Goff")
    [courriel] = Courriel.objects.filter(destinataire=camille.courriel)
    assert "Yann Le Goff" in courriel.texte


def test_the_mail_of_what_is_off_does_not_say_that_she_is_still_registered(camille, diane, rencontre):
    inscrire(rencontre.seances.get(), camille)
    Rencontre.objects.get().clore(par=diane, motif="Verglas")
    inscription, annulation = Courriel.objects.filter(destinataire=camille.courriel).order_by("pk")
    assert "vous êtes inscrit·e" in inscription.texte
    assert "vous étiez inscrit·e" in annulation.texte and "vous êtes inscrit·e" not in annulation.texte


def test_a_change_of_seats_writes_to_nobody(camille, diane, rencontre):
    inscrire(rencontre.seances.get(), camille)
    Seance.objects.select_related("rencontre").get().modifier(par=diane, capacite=30)
    assert len(invitations(camille)) == 1


# The secret address


def sans_jetons(page):
    """Without what is drawn anew for each page."""
    return re.sub(r'nonce="[^"]*"|nonce&quot;[^&]*', "", page)


def test_an_address_is_read_without_session_until_it_is_taken_back(
    client, connecter, camille, rencontre, rst
):
    connecter(camille).post(reverse("reseau:abonnement"), {"reseau": "rst", "geste": "renouveler"})
    lien = LienAgenda.objects.get()
    client.logout()
    reponse = client.get(lien.get_absolute_url())
    assert list(evenements(reponse.content)) == ["Plan de déneigement"]
    assert "sessionid" not in reponse.cookies
    faux = client.get(reverse("reseau:flux_agenda", args=["x" * 43]))
    connecter(camille).post(reverse("reseau:abonnement"), {"reseau": "rst", "geste": "renouveler"})
    client.logout()
    revoque = client.get(lien.get_absolute_url())
    assert (faux.status_code, revoque.status_code) == (404, 404)
    assert sans_jetons(faux.text) == sans_jetons(revoque.text)
    assert client.get(LienAgenda.objects.en_cours().get().get_absolute_url()).status_code == 200


def test_cut_off_there_is_no_address_any_more(connecter, camille, rst):
    client = connecter(camille)
    client.post(reverse("reseau:abonnement"), {"reseau": "", "geste": "renouveler"})
    client.post(reverse("reseau:abonnement"), {"reseau": "", "geste": "couper"})
    assert not LienAgenda.objects.en_cours().exists()
    assert client.post(reverse("reseau:abonnement"), {"reseau": "amenagement"}).status_code == 404


def test_my_address_gives_my_networks_and_where_i_go_and_nothing_that_i_may_not_read(
    client, camille, diane, chantal, rst, amenagement
):
    ferme = faire_reseau("Pôle Est", slug="pole-est")
    faire_rencontre("Du RST", diane, reseau=rst, visibilite="reseau")
    ailleurs = faire_rencontre("Ailleurs, où je vais", chantal, reseau=amenagement)
    faire_rencontre("Ailleurs", chantal, reseau=amenagement)
    faire_rencontre("Secret", chantal, reseau=ferme, visibilite="reseau")
    inscrire(ailleurs.seances.get(), camille)
    lien = LienAgenda.renouveler(camille)
    lus = evenements(client.get(lien.get_absolute_url()).content)
    assert set(lus) == {"Du RST", "Ailleurs, où je vais"}
    assert lus["Du RST"].get("transp") == "TRANSPARENT" and "transp" not in lus["Ailleurs, où je vais"]
    camille.adhesions.get().clore()
    assert set(evenements(client.get(lien.get_absolute_url()).content)) == {"Ailleurs, où je vais"}
    camille.utilisateur.is_active = False
    camille.utilisateur.save()
    assert client.get(lien.get_absolute_url()).status_code == 404


def test_an_address_costs_the_same_however_many_meetings(client, camille, diane, rst):
    faire_rencontre("Une", diane, reseau=rst)
    adresse = LienAgenda.renouveler(camille).get_absolute_url()
    peu = requetes_pour(client, adresse)
    for n in range(5):
        faire_rencontre(f"Autre {n}", diane, reseau=rst)
    assert requetes_pour(client, adresse) == peu


# The calendar


@pytest.mark.parametrize("vue", ["", "mois", "liste", "agenda"])
def test_the_three_presentations_show_what_each_may_read(client, connecter, camille, diane, rst, vue):
    faire_rencontre("Publique", diane, reseau=rst, visibilite="publique", dans=timedelta(hours=1))
    faire_rencontre("Réservée", diane, reseau=rst, visibilite="reseau", dans=timedelta(hours=1))
    adresse = f"{reverse('reseau:rencontres')}?vue={vue}"
    page = client.get(adresse).text
    assert "Publique" in page and "Réservée" not in page
    page = connecter(camille).get(adresse).text
    assert "Publique" in page and "Réservée" in page


def test_a_month_is_a_table_whose_days_have_names_and_one_goes_from_month_to_month(client, diane, rst):
    rencontre = faire_rencontre("Taille des haies", diane, reseau=rst, visibilite="publique")
    deplacer(rencontre, datetime(2027, 3, 31, 22, 30, tzinfo=UTC))  # 1 April, half past midnight in Paris
    page = client.get("/rencontres/?mois=2027-04&vue=mois")
    jours = {jour: seances for semaine in page.context["semaines"] for jour, seances in semaine}
    assert [s.rencontre.titre for s in jours[date(2027, 4, 1)]] == ["Taille des haies"]
    assert '<th scope="col">' in page.text and "<caption>avril 2027</caption>" in page.text
    assert "?vue=mois&amp;mois=2027-03" in page.text and "?vue=mois&amp;mois=2027-05" in page.text


@pytest.mark.parametrize("mois", ["", "2027-13", "0000-00", "x", "2027-1", "9999-12", "²027-01"])
def test_a_month_that_means_nothing_is_this_one(client, mois, db):
    page = client.get("/rencontres/", {"mois": mois, "reseau": "inconnu", "vue": "autre"})
    assert page.context["premier"] == timezone.localdate().replace(day=1)


def test_it_is_narrowed_to_a_network(connecter, camille, diane, chantal, rst, amenagement):
    faire_rencontre("Du RST", diane, reseau=rst, dans=timedelta(hours=1))
    faire_rencontre("D’aménagement", chantal, reseau=amenagement, dans=timedelta(hours=1))
    page = connecter(camille).get("/rencontres/?reseau=rst&vue=liste").text
    assert "Du RST" in page and "D’aménagement" not in page


def test_the_next_meetings_are_to_come_however_far_below_the_month(connecter, camille, diane, rst):
    for mois in range(3, 10):
        faire_rencontre(f"Dans {mois} mois", diane, reseau=rst, dans=timedelta(days=31 * mois))
    client = connecter(camille)
    page = client.get("/rencontres/")
    titres = [s.rencontre.titre for _jour, seances in page.context["jours"] for s in seances]
    assert titres == [f"Dans {mois} mois" for mois in range(3, 8)]
    assert page.text.index('id="titre-liste"') > page.text.index("<table")


def test_it_costs_the_same_however_many_meetings(connecter, camille, diane, rst):
    client = connecter(camille)
    faire_rencontre("Une", diane, reseau=rst, dans=timedelta(hours=1))
    peu = requetes_pour(client, "/rencontres/")
    for n in range(6):
        faire_rencontre(f"Autre {n}", diane, reseau=rst, dans=timedelta(hours=n + 2))
    assert requetes_pour(client, "/rencontres/") == peu


def test_the_page_of_a_network_shows_its_next_meetings(client, diane, rst):
    faire_rencontre("Bientôt", diane, reseau=rst, visibilite="publique")
    faire_rencontre("Hier", diane, reseau=rst, visibilite="publique", dans=timedelta(days=-1))
    page = client.get(rst.get_absolute_url())
    assert [s.rencontre.titre for s in page.context["prochaines_rencontres"]] == ["Bientôt"]
