"""Meetings: who calls one, what its date may be, who comes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from plateforme.socle.models import Courriel
from reseau.models import Collectivite, Contribution, Inscription, Notification, Rencontre, Seance
from reseau.signal_handlers import rappeler_les_rencontres
from tests.compter import requetes_pour
from tests.fabriques import faire_membre, faire_rencontre

pytestmark = pytest.mark.django_db

PUBLIER = "/rencontres/publier/"


@pytest.fixture
def saisie(rst, agglo, louverne):
    """What is typed to publish a meeting, for Diane or in whose name `pour` says."""

    def _saisie(pour=agglo, **autres):
        jour = timezone.localdate() + timedelta(days=20)
        return {
            "titre": "Plan de déneigement",
            "genre": "reunion",
            "jour": jour.isoformat(),
            "de": "09:00",
            "a": "11:30",
            "lieu": "Mairie de Changé",
            "reseau": rst.pk,
            "collectivite": pour.pk,
            "visibilite": "membres",
            "publier": "",
        } | autres

    return _saisie


def erreurs(reponse):
    assert reponse.status_code == 422, reponse.status_code
    return {champ: [str(e) for e in liste] for champ, liste in reponse.context["form"].errors.items()}


def inscrire(seance, membre, **autre):
    """Her, or (`nom`) somebody of her commune, in a séance read again."""
    commune = Collectivite.objects.get(pk=membre.droits.collectivites[0])
    seance = Seance.objects.select_related("rencontre").get(pk=seance.pk)
    qui = autre or {"membre": membre}
    return seance.inscrire(par=membre, collectivite=commune, **qui)


# To call one


def test_an_animatrice_calls_a_meeting_and_her_network_is_told(connecter, diane, camille, chantal, saisie):
    reponse = connecter(diane).post(PUBLIER, saisie())
    rencontre = Rencontre.objects.get()
    assert reponse["Location"] == rencontre.get_absolute_url()
    [seance] = rencontre.seances.all()
    assert (timezone.localtime(seance.debut).hour, seance.lieu) == (9, "Mairie de Changé")
    assert (rencontre.debut, rencontre.fin) == (seance.debut, seance.fin)
    assert [n.membre for n in Notification.objects.all()] == [camille]


@pytest.mark.parametrize(("genre", "permis"), [("reunion", False), ("atelier", False), ("visite", True)])
def test_any_member_proposes_a_visit_but_only_who_runs_the_network_calls_a_meeting(
    connecter, camille, louverne, saisie, genre, permis
):
    reponse = connecter(camille).post(PUBLIER, saisie(louverne, genre=genre))
    if permis:
        assert reponse.status_code == 302
    else:
        assert "que vous animez" in erreurs(reponse)["genre"][0]
    assert Rencontre.objects.exists() == permis
    champ = connecter(camille).get(PUBLIER).context["form"]["genre"]
    assert [valeur for valeur, _mot in champ.field.choices] == ["visite"] and champ.value() == "visite"
    assert "que vous animez" in champ.help_text


def test_a_draft_of_a_meeting_is_not_published_by_who_runs_the_network_no_more(connecter, diane, rst):
    brouillon = faire_rencontre("Réunion", diane, reseau=rst, publier=False)
    adhesion = diane.adhesions.get()
    adhesion.changer(role="membre")
    client = connecter(diane)
    reponse = client.post(reverse("reseau:publication", args=[brouillon.pk]))
    assert reponse["Location"] == brouillon.url_de_modification
    adhesion.changer(role="animateur")
    client.post(reverse("reseau:publication", args=[brouillon.pk]))
    brouillon.refresh_from_db()
    assert brouillon.est_publiee


@pytest.mark.parametrize(
    ("champs", "fautif", "dit"),
    [
        ({"a": "08:00"}, "a", "La fin vient après le début."),
        ({"a": "25:00"}, "a", "Par exemple 11:30."),
        ({"jour": "2020-01-02"}, "jour", "Cette date est passée."),
        ({"jour": "9999-12-31"}, "jour", "vérifiez l’année"),
        ({"lieu": ""}, "lieu", "Dites où"),
        ({"visio": "http://visio.example/rst"}, "visio", "https://"),
        ({"capacite": "0"}, "capacite", "Une place au moins."),
        ({"inscription_jusqu_au": "2098-01-01"}, "inscription_jusqu_au", "C’est après la rencontre."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(connecter, diane, saisie, champs, fautif, dit):
    refus = erreurs(connecter(diane).post(PUBLIER, saisie(**champs)))
    assert list(refus) == [fautif] and dit in refus[fautif][0]
    assert not Rencontre.objects.exists()


@pytest.fixture
def en_janvier_2027(monkeypatch):
    """Before the change of hour of 2027, whatever today is."""
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 4, 8, tzinfo=UTC))


def test_an_hour_that_the_clocks_skip_is_refused_with_the_reason(connecter, diane, saisie, en_janvier_2027):
    client = connecter(diane)
    refus = erreurs(client.post(PUBLIER, saisie(jour="2027-03-28", de="02:30", a="04:00")))
    assert "passent à l’heure d’été" in refus["de"][0] and "2\u00a0h\u00a030" in refus["de"][0]
    assert client.post(PUBLIER, saisie(jour="2027-03-28", de="03:30", a="04:00")).status_code == 302
    seance = Seance.objects.get()
    assert seance.debut == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_an_hour_shown_twice_in_autumn_is_the_first_one(connecter, diane, saisie, en_janvier_2027):
    connecter(diane).post(PUBLIER, saisie(jour="2027-10-31", de="02:30", a="04:00"))
    seance = Seance.objects.get()
    assert seance.debut == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert seance.fin - seance.debut == timedelta(hours=2, minutes=30)


def test_nine_o_clock_is_nine_o_clock_before_and_after_the_change(connecter, diane, saisie, en_janvier_2027):
    client = connecter(diane)
    for jour in ("2027-03-27", "2027-03-29"):
        client.post(PUBLIER, saisie(jour=jour))
    avant, apres = Seance.objects.order_by("debut")
    assert (avant.debut.hour, apres.debut.hour) == (8, 7)
    assert "de 9\u00a0h à 11\u00a0h\u00a030" in avant.creneau and "de 9\u00a0h" in apres.creneau


# It is a contribution like the others


def test_it_is_in_the_feed_the_search_and_the_export(connecter, camille, rencontre):
    client = connecter(camille)
    assert "Plan de déneigement" in client.get("/fil/?type=rencontre").text
    assert "Plan de déneigement" in client.get("/fil/?q=deneigement").text
    export = b"".join(client.get("/fil/export/?type=rencontre").streaming_content).decode()
    assert "Plan de déneigement" in export


@pytest.mark.parametrize("qui", ["camille", "diane", "alex", None])
def test_what_one_may_see_of_meetings_may_be_searched_and_sorted_by_date(request, qui, diane, rst):
    faire_rencontre("Verglas", diane, reseau=rst, visibilite="publique", ordre_du_jour="Le salage des pentes")
    user = request.getfixturevalue(qui).utilisateur if qui else AnonymousUser()
    visibles = Rencontre.objects.visibles_par(user).filter(genre="reunion", debut__gt=timezone.now())
    trouvees = visibles.order_by("debut").search("salage", order_by_relevance=False)
    assert [r.titre for r in trouvees] == ["Verglas"]


def test_its_link_is_for_members_and_its_names_too(client, connecter, camille, bruno, diane, rst):
    publique = faire_rencontre(
        "Portes ouvertes", diane, reseau=rst, visibilite="publique", visio="https://visio.example/rst"
    )
    inscrire(publique.seances.get(), bruno)
    page = client.get(publique.get_absolute_url()).text
    assert "1 inscrit" in page and "visio.example" not in page and "Bruno Petit" not in page
    fichier = client.get(reverse("reseau:rencontre_ics", args=[publique.pk])).content
    assert b"visio.example" not in fichier
    page = connecter(camille).get(publique.get_absolute_url()).text
    assert "visio.example" in page and "Bruno Petit" in page


def test_a_page_costs_the_same_however_many_come(connecter, camille, rencontre, rst, louverne):
    client, seance = connecter(camille), rencontre.seances.get()
    inscrire(seance, camille)
    peu = requetes_pour(client, rencontre.get_absolute_url())
    for n in range(6):
        inscrire(seance, faire_membre("Ali", f"N{n}", louverne, reseaux=[rst]))
    rencontre.programmer(debut=seance.debut + timedelta(days=1), fin=seance.fin + timedelta(days=1))
    assert requetes_pour(client, rencontre.get_absolute_url()) == peu


# To register


def places(seance):
    lues = Inscription.objects.filter(seance=seance, annulee_le=None).order_by("pk")
    return [(i.nom_complet, i.est_confirmee) for i in lues]


def test_one_click_gives_a_seat_and_another_gives_it_back(connecter, camille, rencontre):
    client, seance = connecter(camille), rencontre.seances.get()
    for _ in range(2):
        client.post(reverse("reseau:inscription", args=[seance.pk]))
    assert places(seance) == [("Camille Morel", True)]
    assert "vous êtes inscrit·e" in client.get(rencontre.get_absolute_url()).text
    mienne = Inscription.objects.get()
    client.post(reverse("reseau:desistement", args=[mienne.pk]))
    assert places(seance) == []


def test_with_htmx_only_the_séance_s_own_block_comes_back(connecter, camille, rencontre):
    seance = rencontre.seances.get()
    reponse = connecter(camille).post(
        reverse("reseau:inscription", args=[seance.pk]), headers={"HX-Request": "true"}
    )
    assert f'id="inscription-{seance.pk}"' in reponse.text and "<html" not in reponse.text
    assert "vous êtes inscrit·e" in reponse.text
    assert 'id="suivi" data-menu hx-swap-oob="true"' in reponse.text and "Vous suivez" in reponse.text


def test_the_contact_whom_the_epci_gives_my_commune_is_no_colleague(
    connecter, camille, remi, jeanne, rencontre
):
    client, seance = connecter(camille), rencontre.seances.get()
    adresse = reverse("reseau:inscription_collegue", args=[seance.pk])
    assert set(client.get(adresse).context["form"].fields["membre"].queryset) == {camille, remi}
    assert list(erreurs(client.post(adresse, {"membre": jeanne.pk}))) == ["membre"]


def test_a_colleague_is_registered_by_account_or_by_name_of_my_commune_only(
    connecter, camille, remi, bruno, rencontre
):
    client, seance = connecter(camille), rencontre.seances.get()
    adresse = reverse("reseau:inscription_collegue", args=[seance.pk])
    assert client.post(adresse, {"membre": remi.pk}).status_code == 302
    page = client.post(adresse, {"nom": "Yann Le Goff"}, follow=True).text
    assert "Vous recevez l’invitation par courriel" in page
    assert "facultatif" not in client.get(adresse).text
    assert places(seance) == [("Rémi Aubert", True), ("Yann Le Goff", True)]
    assert Notification.objects.filter(membre=remi, genre="rencontre").get().phrase == (
        "Camille Morel vous a inscrit·e"
    )
    assert list(erreurs(client.post(adresse, {"membre": bruno.pk}))) == ["membre"]
    assert "déjà" in erreurs(client.post(adresse, {"nom": "Yann Le Goff"}))["__all__"][0]
    assert list(erreurs(client.post(adresse, {}))) == ["membre"]
    assert len(places(seance)) == 2


def test_a_full_séance_has_a_waiting_list_whose_first_takes_the_seat_given_back(
    connecter, camille, bruno, sylvie, diane, rst
):
    rencontre = faire_rencontre("Visite de la chaufferie", diane, reseau=rst, capacite=1)
    seance = rencontre.seances.get()
    premiere, _deux, _trois = inscrire(seance, camille), inscrire(seance, bruno), inscrire(seance, sylvie)
    assert [assise for _nom, assise in places(seance)] == [True, False, False]
    assert "en liste d’attente, n° 2" in connecter(sylvie).get(rencontre.get_absolute_url()).text
    mail.outbox.clear()
    premiere.annuler(par=camille)
    assert places(seance) == [("Bruno Petit", True), ("Sylvie Gendron", False)]
    notification = Notification.objects.get(membre=bruno)
    assert "Une place s’est libérée" in notification.phrase
    sujets = {c.destinataire: c.sujet for c in Courriel.objects.order_by("pk")}
    assert sujets[bruno.courriel].startswith("Une place s’est libérée")


def test_more_seats_are_given_to_who_waits_and_fewer_take_none_back(camille, bruno, sylvie, diane, rst):
    seance = faire_rencontre("Visite", diane, reseau=rst, capacite=1).seances.get()
    for membre in (camille, bruno, sylvie):
        inscrire(seance, membre)
    Seance.objects.select_related("rencontre").get(pk=seance.pk).modifier(par=diane, capacite=2)
    assert [assise for _nom, assise in places(seance)] == [True, True, False]
    Seance.objects.select_related("rencontre").get(pk=seance.pk).modifier(par=diane, capacite=1)
    assert [assise for _nom, assise in places(seance)] == [True, True, False]


@pytest.mark.parametrize("partie", ["du réseau", "de la plateforme"])
def test_the_seat_given_back_goes_to_who_can_still_come(bruno, camille, remi, diane, alex, rst, partie):
    rencontre = faire_rencontre("Réunion", diane, reseau=rst, capacite=1, visibilite="reseau")
    premiere, *_autres = [inscrire(rencontre.seances.get(), membre) for membre in (bruno, camille, remi)]
    if partie == "du réseau":
        camille.adhesions.get().clore(par=diane, motif="partie")
    else:
        camille.desactiver(par=alex)
    premiere.annuler(par=bruno)
    assert places(rencontre.seances.get()) == [("Camille Morel", False), ("Rémi Aubert", True)]


def test_seats_added_once_it_has_begun_are_given_to_nobody(connecter, bruno, camille, diane, rst):
    seance = faire_rencontre("Réunion", diane, reseau=rst, capacite=1).seances.get()
    for membre in (bruno, camille):
        inscrire(seance, membre)
    hier = timezone.now() - timedelta(days=1)
    Seance.objects.filter(pk=seance.pk).update(debut=hier, fin=hier + timedelta(hours=2))
    Courriel.objects.all().delete()
    Seance.objects.select_related("rencontre").get(pk=seance.pk).modifier(par=diane, capacite=12)
    assert places(seance)[1] == ("Camille Morel", False) and not Courriel.objects.exists()


def test_nobody_registers_once_it_has_begun_nor_after_the_deadline(connecter, camille, diane, rst):
    commencee = faire_rencontre("Commencée", diane, reseau=rst, dans=timedelta(minutes=-5))
    hier = timezone.localdate() - timedelta(days=1)
    close = faire_rencontre("Trop tard", diane, reseau=rst, inscription_jusqu_au=hier)
    ouverte = faire_rencontre("Encore", diane, reseau=rst, inscription_jusqu_au=timezone.localdate())
    client = connecter(camille)
    for rencontre, attendu in ((commencee, 0), (close, 0), (ouverte, 1)):
        adresse = reverse("reseau:inscription", args=[rencontre.seances.get().pk])
        assert client.post(adresse).status_code == 302
        assert Inscription.objects.filter(seance__rencontre=rencontre).count() == attendu


def test_seats_are_shown_live(camille, rencontre):
    avant = rencontre.fil.derniere_revision
    inscrire(rencontre.seances.get(), camille)
    fraiche = Rencontre.objects.select_related("fil").get(pk=rencontre.pk)
    assert fraiche.fil.derniere_revision == avant + 1
    [seance] = fraiche.seances_prevues
    assert "1 inscrit" in fraiche.fragments_vivants()[seance.ancre]


# What happens to it


def test_a_new_date_is_told_to_who_registered_and_leaves_a_trace(connecter, camille, diane, rencontre):
    seance = rencontre.seances.get()
    inscrire(seance, camille)
    jour = (timezone.localdate() + timedelta(days=30)).isoformat()
    reponse = connecter(diane).post(
        reverse("reseau:seance", args=[seance.pk]),
        {"jour": jour, "de": "14:00", "a": "16:00", "lieu": "Changé"},
    )
    assert reponse.status_code == 302
    seance.refresh_from_db()
    rencontre.refresh_from_db()
    assert (seance.sequence, rencontre.debut) == (1, seance.debut)
    assert "14\u00a0h" in Notification.objects.get(membre=camille).phrase
    assert Courriel.objects.filter(destinataire=camille.courriel, sujet__startswith="Changement").count() == 1
    assert "séance" in connecter(camille).get(reverse("reseau:historique", args=[rencontre.pk])).text


def test_only_a_workshop_has_several_séances_and_keeps_its_last_one(connecter, diane, rst, rencontre):
    client = connecter(diane)
    assert client.get(reverse("reseau:seance_ajouter", args=[rencontre.pk])).status_code == 302
    atelier = faire_rencontre("Atelier", diane, reseau=rst, genre="atelier")
    jour = (timezone.localdate() + timedelta(days=40)).isoformat()
    creneau = {"jour": jour, "de": "14:00", "a": "16:00", "lieu": "Changé"}
    client.post(reverse("reseau:seance_ajouter", args=[atelier.pk]), creneau)
    premiere, seconde = atelier.seances.order_by("debut")
    client.post(reverse("reseau:seance_annulation", args=[seconde.pk]))
    client.post(reverse("reseau:seance_annulation", args=[premiere.pk]))
    assert list(atelier.seances.prevues()) == [premiere]


def test_a_séance_sent_twice_is_added_once(connecter, diane, rst):
    atelier = faire_rencontre("Atelier", diane, reseau=rst, genre="atelier")
    client, adresse = connecter(diane), reverse("reseau:seance_ajouter", args=[atelier.pk])
    jour = (timezone.localdate() + timedelta(days=40)).isoformat()
    jeton = str(client.get(adresse).context["form"]["jeton"].value())
    creneau = {"jour": jour, "de": "14:00", "a": "16:00", "lieu": "Changé", "jeton": jeton}
    for _ in range(2):
        assert client.post(adresse, creneau).status_code == 302
    assert atelier.seances.count() == 2


def test_no_séance_is_added_to_what_was_withdrawn_meanwhile(diane, rst):
    atelier = faire_rencontre("Atelier", diane, reseau=rst, genre="atelier")
    seance = atelier.seances.get()
    Rencontre.objects.get(pk=atelier.pk).retirer(par=diane, motif="Doublon")
    with pytest.raises(ValidationError):
        atelier.ajouter(par=diane, debut=seance.debut, fin=seance.fin, lieu="Changé")
    assert atelier.seances.count() == 1


def test_a_date_that_somebody_else_has_moved_meanwhile_does_not_come_back(connecter, diane, rencontre):
    seance = rencontre.seances.select_related("rencontre").get()
    # Not over midnight, whenever the test runs.
    matin = timezone.localtime(seance.debut).replace(hour=10)
    seance.modifier(par=diane, debut=matin, fin=matin + timedelta(hours=2))
    client, adresse = connecter(diane), reverse("reseau:seance", args=[seance.pk])
    form = client.get(adresse).context["form"]
    saisie = {champ.html_name: champ.value() for champ in form} | {"capacite": 12}
    apres = seance.debut + timedelta(days=2)
    seance.modifier(par=diane, debut=apres, fin=apres + timedelta(hours=2))
    refus = client.post(adresse, saisie)
    assert "Quelqu’un d’autre" in erreurs(refus)["__all__"][0]
    assert Seance.objects.get().debut == apres
    saisie |= {"lue": refus.context["form"]["lue"].value(), "capacite": 14}
    for _ in range(2):
        assert client.post(adresse, saisie).status_code == 302
    assert Seance.objects.get().capacite == 14


def test_a_lock_stops_the_discussion_not_the_calling_off(connecter, diane, rencontre):
    rencontre.verrouiller(par=diane, motif="propos")
    client, adresse = connecter(diane), reverse("reseau:rencontre_annulation", args=[rencontre.pk])
    assert adresse in client.get(rencontre.get_absolute_url()).text
    client.post(adresse, {"motif": "neige"})
    rencontre.refresh_from_db()
    assert rencontre.clos_le and rencontre.motif == "neige"


def test_what_has_taken_place_is_not_called_off(connecter, diane, rst):
    hier = faire_rencontre("Hier", diane, reseau=rst, dans=timedelta(days=-1))
    reponse = connecter(diane).post(
        reverse("reseau:rencontre_annulation", args=[hier.pk]), {"motif": "neige"}
    )
    assert "a eu lieu" in erreurs(reponse)["__all__"][0]


def test_called_off_it_stays_with_its_reason_and_each_is_told_once(connecter, camille, diane, rencontre):
    seance = rencontre.seances.get()
    inscrire(seance, camille)
    client = connecter(diane)
    adresse = reverse("reseau:rencontre_annulation", args=[rencontre.pk])
    assert list(erreurs(client.post(adresse, {"motif": " "}))) == ["motif"]
    for _ in range(2):
        client.post(adresse, {"motif": "Alerte neige"})
    page = connecter(camille).get(rencontre.get_absolute_url()).text
    assert "Cette rencontre est annulée." in page and "Alerte neige" in page
    annulations = Courriel.objects.filter(destinataire=camille.courriel, sujet__startswith="Annulée")
    assert annulations.count() == 1


def test_withdrawn_it_is_told_once_to_who_registered(camille, diane, rencontre):
    inscrire(rencontre.seances.get(), camille)
    Courriel.objects.all().delete()
    Rencontre.objects.get(pk=rencontre.pk).retirer(par=diane, motif="Doublon")
    assert [c.sujet.split("\u202f")[0] for c in Courriel.objects.all()] == ["Annulée"]


def test_the_day_before_who_registered_is_reminded_once(camille, bruno, diane, rst):
    demain = faire_rencontre("Demain", diane, reseau=rst, dans=timedelta(hours=20), capacite=1)
    plus_tard = faire_rencontre("Plus tard", diane, reseau=rst, dans=timedelta(hours=30))
    for rencontre, membre in ((demain, camille), (demain, bruno), (plus_tard, camille)):
        inscrire(rencontre.seances.get(), membre)
    Courriel.objects.all().delete()
    Notification.objects.all().delete()
    for _ in range(2):
        rappeler_les_rencontres(None)
    [courriel] = Courriel.objects.all()
    assert (courriel.destinataire, courriel.sujet[:6]) == (camille.courriel, "Rappel")
    [notification] = Notification.objects.all()
    assert notification.membre == camille and notification.contribution_id == demain.pk


def test_the_one_who_convenes_is_reminded_too_when_she_comes(diane, rst):
    demain = faire_rencontre("Demain", diane, reseau=rst, dans=timedelta(hours=20))
    inscrire(demain.seances.get(), diane)
    rappeler_les_rencontres(None)
    assert Notification.objects.get().membre == diane


def test_who_has_left_the_network_is_told_nothing_more(camille, diane, rst):
    reservee = faire_rencontre("Réservée", diane, reseau=rst, visibilite="reseau")
    inscrire(reservee.seances.get(), camille)
    Courriel.objects.all().delete()
    camille.adhesions.get().clore()
    Rencontre.objects.get().clore(par=diane, motif="Verglas")
    assert not Courriel.objects.exists()


def test_once_it_has_begun_nobody_leaves_the_list(connecter, camille, rencontre):
    seance = rencontre.seances.get()
    mienne = inscrire(seance, camille)
    debut = timezone.now() - timedelta(minutes=5)
    Seance.objects.update(debut=debut, fin=debut + timedelta(hours=1))
    page = connecter(camille).post(reverse("reseau:desistement", args=[mienne.pk]), follow=True)
    assert "La séance a commencé" in page.text and places(seance) == [("Camille Morel", True)]


def test_what_is_off_reminds_nobody(camille, diane, rst):
    demain = faire_rencontre("Demain", diane, reseau=rst, dans=timedelta(hours=20))
    inscrire(demain.seances.get(), camille)
    demain.clore(par=diane, motif="Verglas")
    assert not Seance.objects.a_rappeler().exists()
    assert Contribution.objects.get(pk=demain.pk).clos_le


def test_a_meeting_where_others_are_named_does_not_change_readers(
    connecter, bruno, camille, diane, louverne, rst, amenagement
):
    rencontre = faire_rencontre("Réservée", bruno, reseau=rst, visibilite="reseau")
    assert not rencontre.d_autres_ont_parle
    rencontre.seances.get().inscrire(par=bruno, collectivite=bruno.fonctions.get().collectivite, membre=bruno)
    assert not rencontre.d_autres_ont_parle
    rencontre.seances.get().inscrire(par=camille, collectivite=louverne, membre=camille)
    assert rencontre.d_autres_ont_parle
    avant = connecter(bruno).get(rencontre.url_de_modification).context["form"].initial
    saisie = {nom: valeur for nom, valeur in avant.items() if isinstance(valeur, str)} | {
        "visibilite": "membres",
        "reseau": rst.pk,
        "collectivite": rencontre.collectivite_id,
    }
    refus = connecter(bruno).post(rencontre.url_de_modification, saisie)
    assert (refus.status_code, "ces seuls lecteurs" in refus.text) == (422, True)


def test_who_waited_for_a_seat_and_came_has_it(bruno, camille, louverne, rst):
    seance = faire_rencontre("Visite", bruno, reseau=rst, capacite=1).seances.get()
    seance.inscrire(par=camille, collectivite=louverne, membre=camille)
    seance.inscrire(par=camille, collectivite=louverne, nom="Jean Dupont")
    Seance.objects.update(debut=timezone.now() - timedelta(hours=1))
    venu = seance.accueillir(par=bruno, collectivite=louverne, nom="Jean Dupont")
    assert venu.present_le and seance.inscriptions.filter(nom="Jean Dupont").count() == 1


def test_her_seat_is_hers_to_give_back_after_she_has_left_the_network(
    connecter, bruno, camille, louverne, rst
):
    rencontre = faire_rencontre("Réservée", bruno, reseau=rst, visibilite="reseau")
    sienne = rencontre.seances.get().inscrire(par=camille, collectivite=louverne, membre=camille)
    camille.adhesions.get().clore()
    assert connecter(camille).post(f"/inscriptions/{sienne.pk}/annulation/").status_code == 302
    sienne.refresh_from_db()
    assert sienne.annulee_le


def test_given_back_twice_from_two_pages_a_seat_serves_once(camille, bruno, remi, diane, rst):
    """A second hand that read the list before the first one gave the seat back."""
    seance = faire_rencontre("Visite", diane, reseau=rst, capacite=1).seances.get()
    sienne = inscrire(seance, camille)
    la_meme = Inscription.objects.get(pk=sienne.pk)
    for membre in (bruno, remi):
        inscrire(seance, membre)
    sienne.annuler(par=camille)
    quand = Inscription.objects.get(pk=sienne.pk).annulee_le
    la_meme.annuler(par=diane)
    rendue = Inscription.objects.get(pk=sienne.pk)
    assert (rendue.annulee_le, rendue.annulee_par) == (quand, camille)
    assert [i.membre for i in seance.inscriptions.confirmees()] == [bruno]


def test_a_séance_taken_off_twice_is_told_once(camille, diane, rst):
    atelier = faire_rencontre("Atelier taille", diane, reseau=rst, genre="atelier")
    autre = atelier.ajouter(
        par=diane, debut=atelier.debut + timedelta(days=7), fin=atelier.fin + timedelta(days=7)
    )
    inscrire(autre, camille)
    lue_avant = Seance.objects.select_related("rencontre").get(pk=autre.pk)
    Seance.objects.select_related("rencontre").get(pk=autre.pk).annuler(par=diane)
    traces = atelier.modifications.count()
    lue_avant.annuler(par=diane)
    assert atelier.modifications.count() == traces


def test_nobody_is_registered_in_what_she_may_not_read(camille, chantal, diane, rst):
    """Chantal is not in the RST; a colleague of hers cannot put her on its list either."""
    seance = faire_rencontre("Réunion", diane, reseau=rst, visibilite="reseau").seances.get()
    inscrire(seance, camille)
    with pytest.raises(ValidationError, match="n’est pas du réseau"):
        inscrire(seance, chantal)
    assert [i.membre for i in seance.inscriptions.actives()] == [camille]
