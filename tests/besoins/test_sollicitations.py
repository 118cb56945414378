"""Which communes are asked to answer a need, and how the silent ones are reminded."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from besoins.models import Cadence, Position, Relance, Sollicitation
from plateforme.socle.models import Courriel
from plateforme.socle.taches import entretien
from reseau.liens import lien
from reseau.models import Competence, Domaine, Fonction, Notification, Pole, Sourdine
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_commune, faire_membre, faire_message

AUJOURD_HUI = timezone.localdate


@pytest.fixture
def sollicitee(balayeuse, bruno, camille, louverne, montflours, chantal):
    """Louverné (which Camille answers) and Montflours (Chantal) are asked."""
    balayeuse.solliciter([louverne, montflours], par=bruno)
    return balayeuse


def attendre(jours):
    """So many days pass since the communes were asked."""
    for relance in Relance.objects.all():
        relance.prevue_le -= timedelta(days=jours)
        relance.save()
    Sollicitation.objects.update(le=timezone.now() - timedelta(days=jours))


def passer_l_entretien():
    for _receveur, resultat in entretien.send_robust(sender=None):
        assert not isinstance(resultat, Exception), resultat


def rappels(membre):
    return Notification.objects.filter(membre=membre, precision__startswith="Rappel").count()


def ecrire_tout_de_suite(*membres):
    for membre in membres:
        membre.adhesions.update(niveau_courriel="immediat")


def test_once_published_its_author_sees_who_could_answer_and_why(
    connecter, bruno, camille, chantal, sylvie, change, louverne, montflours, agglo
):
    voirie = Domaine.objects.get(code="voirie")
    for commune in (change, louverne, montflours):
        commune.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    faire_commune("Forcé").appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    pole = Pole.objects.create(nom="Pôle nord", epci=agglo)
    pole.accueillir(change)
    pole.accueillir(montflours)
    camille.domaines.add(voirie)
    camille.competences.add(Competence.objects.create(nom="balayeuse"))
    client = connecter(bruno)
    envoi = {
        "titre": "Balayeuse de voirie",
        "collectivite": change.pk,
        "visibilite": "membres",
        "urgence": "normale",
        "domaines": ["voirie"],
    }
    page = client.post("/besoins/publier/", envoi | {"publier": ""}, follow=True)
    assert page.redirect_chain[-1][0].endswith("/sollicitations/")
    proposees = {str(v): str(mots) for v, mots in page.context["form"]["proposees"].field.choices}
    assert "s’occupe de\u202f: Voirie" in proposees[str(louverne.pk)]
    assert "sait faire\u202f: balayeuse" in proposees[str(louverne.pk)]
    assert "même pôle" in proposees[str(montflours.pk)]
    assert "Personne ne peut répondre pour\u202f: Forcé." in page.text
    assert "Rappel le" in page.text
    adresse = page.redirect_chain[-1][0]
    page = client.post(adresse, {"proposees": [louverne.pk]}, follow=True)
    assert "1 commune est sollicitée." in page.text
    assert list(Sollicitation.objects.values_list("collectivite", flat=True)) == [louverne.pk]
    assert Notification.objects.get(membre=camille).phrase == "Votre commune est sollicitée"
    assert not Notification.objects.filter(membre=chantal, genre="sollicitation").exists()


def test_a_commune_that_answered_in_this_domaine_is_proposed_from_what_the_author_may_read(
    connecter, bruno, camille, chantal, diane, montflours, louverne, amenagement
):
    voirie = Domaine.objects.get(code="voirie")
    lue, cachee = (faire_besoin(titre, diane) for titre in ("Sel", "Sable"))
    for besoin, commune, membre in ((lue, louverne, camille), (cachee, montflours, chantal)):
        besoin.domaines.add(voirie)
        Position.dire(besoin, collectivite=commune, par=membre, niveau="interessee")
    type(cachee).objects.filter(pk=cachee.pk).update(visibilite="reseau", reseau=amenagement)
    nouveau = faire_besoin("Enrobé", bruno)
    nouveau.domaines.add(voirie)
    page = connecter(bruno).get(f"/besoins/{nouveau.pk}/sollicitations/").text
    assert page.count("a déjà répondu\u202f: Voirie") == 1


def test_only_those_that_may_read_it_are_asked(
    connecter, bruno, chantal, camille, louverne, montflours, besoin_du_rst
):
    client, adresse = connecter(bruno), f"/besoins/{besoin_du_rst.pk}/sollicitations/"
    for faux in (montflours.pk, "x", 10**30, "\x00"):
        assert client.post(adresse, {"autres": [faux]}).status_code == 422
    assert client.post(adresse, {}).status_code == 422
    assert not Sollicitation.objects.exists()
    assert client.post(adresse, {"autres": [louverne.pk]}).status_code == 302
    assert Sollicitation.objects.count() == 1
    assert connecter(camille).get(adresse).status_code == 404
    # Who was to answer has left: it is said, and the silence is nobody's fault.
    camille.fonctions.get().clore()
    page = connecter(bruno).get(besoin_du_rst.get_absolute_url()).text
    assert "personne ne peut répondre" in page


def test_the_page_says_who_answered_who_is_silent_and_when_they_are_reminded(
    connecter, client, bruno, camille, louverne, sollicitee
):
    page = connecter(camille).get(sollicitee.get_absolute_url()).text
    assert "0 réponse sur 2" in page and page.count("sans réponse") == 2
    assert "aux communes qui n’auront pas répondu" in page
    Position.dire(sollicitee, collectivite=louverne, par=camille, niveau="hors")
    page = client.get(sollicitee.get_absolute_url()).text
    assert "1 réponse sur 2" in page and page.count("sans réponse") == 1
    client.logout()
    type(sollicitee).objects.update(visibilite="publique")
    page = client.get(sollicitee.get_absolute_url()).text
    assert "Positions" in page and "sans réponse" not in page
    sollicitee.echeance = AUJOURD_HUI() + timedelta(days=10)
    sollicitee.save()
    assert len(sollicitee.rappels_prevus()) == 1


def test_asking_twice_changes_nothing_and_a_commune_may_be_left_in_peace(
    connecter, bruno, camille, louverne, montflours, sollicitee
):
    combien = sollicitee.modifications.count()
    assert sollicitee.solliciter([louverne], par=bruno) == []
    assert (sollicitee.modifications.count(), Relance.objects.count()) == (combien, 3)
    connecter(bruno).post(f"/besoins/{sollicitee.pk}/sollicitations/", {"a_retirer": [louverne.pk]})
    assert [s.collectivite for s in Sollicitation.objects.all()] == [montflours]
    attendre(9)
    passer_l_entretien()
    assert rappels(camille) == 0
    dernier = sollicitee.modifications.first().changements[0]
    assert (dernier["avant"], dernier["apres"]) == ("Louverné, Montflours", "Montflours")


def test_a_commune_that_has_answered_is_not_asked_by_a_page_opened_before(
    balayeuse, bruno, camille, louverne
):
    Position.dire(balayeuse, collectivite=louverne, par=camille, niveau="hors")
    assert balayeuse.solliciter([louverne], par=bruno) == []
    assert not Sollicitation.objects.exists() and not balayeuse.modifications.exists()


def test_the_silent_ones_are_reminded_on_the_day_that_was_shown_and_once(
    sollicitee, bruno, camille, chantal, jeanne, dominique
):
    attendre(8)
    passer_l_entretien()
    assert rappels(camille) == 0
    attendre(1)
    for _fois in range(2):
        passer_l_entretien()
    assert (rappels(camille), rappels(chantal), rappels(jeanne), rappels(bruno)) == (1, 1, 0, 0)
    assert Relance.objects.filter(faite_le__isnull=False).count() == 1
    Notification.objects.all().delete()
    attendre(12)
    passer_l_entretien()
    assert rappels(camille) == 1


@pytest.mark.parametrize("agit", ["hors", "interessee", "message"])
def test_the_reminders_stop_the_moment_a_commune_acts(sollicitee, camille, chantal, louverne, agit):
    if agit == "message":
        message = faire_message(sollicitee, camille)
    else:
        Position.dire(sollicitee, collectivite=louverne, par=camille, niveau=agit)
    Notification.objects.all().delete()
    Sollicitation.objects.update(le=timezone.now() - timedelta(minutes=5))
    Relance.objects.update(prevue_le=AUJOURD_HUI())
    passer_l_entretien()
    assert (rappels(camille), rappels(chantal)) == (0, 1)
    if agit == "message":
        message.retirer(par=camille, motif="erreur")
        assert louverne in sollicitee.muettes()


@pytest.mark.parametrize("fin", ["clos", "retire", "verrouille", "rapproche", "echu", "trop tard"])
def test_nothing_is_sent_on_a_need_that_takes_no_answer_any_more(sollicitee, bruno, diane, camille, fin):
    attendre(9)
    match fin:
        case "clos":
            sollicitee.clore(par=bruno, issue="reponse")
        case "retire":
            sollicitee.retirer(par=bruno, motif="doublon")
        case "verrouille":
            sollicitee.verrouiller(par=diane, motif="hors sujet")
        case "rapproche":
            type(sollicitee).objects.update(rapproche_le=timezone.now())
        case "echu":
            type(sollicitee).objects.update(echeance=AUJOURD_HUI() - timedelta(days=1))
        case "trop tard":
            attendre(8)
    passer_l_entretien()
    assert rappels(camille) == 0


def test_one_mail_for_a_person_of_two_communes_and_none_for_who_muted_it(
    balayeuse, bruno, sylvie, camille, remi, louverne, montflours
):
    ecrire_tout_de_suite(sylvie, camille, remi)
    Sourdine.poser(camille, contribution=balayeuse)
    remi.adhesions.update(niveau_courriel="quotidien")
    balayeuse.solliciter([louverne, montflours], par=bruno)
    Courriel.objects.all().delete()
    Notification.objects.all().delete()
    attendre(9)
    passer_l_entretien()
    [courriel] = Courriel.objects.all()
    assert courriel.destinataire == sylvie.courriel
    assert "vos communes n’ont pas répondu" in courriel.sujet
    assert "Pas concernée" in courriel.texte
    assert rappels(camille) == 0 and rappels(remi) == 1


def test_a_commune_declines_from_the_mail_and_is_left_in_peace(client, sollicitee, camille, louverne):
    adresse = lien("besoins:lien_pas_concernee", sollicitee, camille)
    assert "Rien n’est fait" in client.get(adresse).text
    assert "C’est noté" in client.post(adresse).text
    assert Position.objects.get(collectivite=louverne).niveau == "hors"
    assert "déjà" in client.post(adresse).text
    attendre(9)
    Notification.objects.all().delete()
    passer_l_entretien()
    assert rappels(camille) == 0


def test_after_the_last_day_it_comes_to_who_runs_the_network(
    connecter, sollicitee, bruno, camille, diane, louverne
):
    client = connecter(diane)
    assert "Aucun besoin" in client.get("/besoins/sans-reponse/").text
    assert "besoin sans réponse" not in client.get("/reseaux/rst/").text
    attendre(45)
    passer_l_entretien()
    assert Notification.objects.get(membre=diane).phrase == "2 communes n’ont pas répondu"
    assert "1 besoin sans réponse" in client.get("/reseaux/rst/").text
    page = client.get("/besoins/sans-reponse/").text
    assert sollicitee.titre in page and "Louverné, Montflours" in page
    geste = f"/besoins/{sollicitee.pk}/relance/"
    assert geste in page
    client.post(geste, {"liste": ""})
    assert rappels(camille) == 1
    page = client.get("/besoins/sans-reponse/").text
    assert geste not in page and "(sollicitées le" in page
    assert connecter(camille).get("/besoins/sans-reponse/").status_code == 404
    assert connecter(camille).post(f"/besoins/{sollicitee.pk}/relance/").status_code == 404
    sollicitee.clore(par=diane, issue="reponse")
    assert sollicitee.titre not in connecter(diane).get("/besoins/sans-reponse/").text


def test_a_reminder_by_hand_waits_some_days_and_finds_somebody_silent(
    sollicitee, bruno, camille, chantal, louverne, montflours
):
    with pytest.raises(ValidationError, match="relancez-les à partir du"):
        sollicitee.relancer(par=bruno)
    attendre(6)
    sollicitee.relancer(par=bruno)
    assert rappels(camille) == 1
    with pytest.raises(ValidationError, match="relancez-les à partir du"):
        sollicitee.relancer(par=bruno)
    for commune, membre in ((louverne, camille), (montflours, chantal)):
        Position.dire(sollicitee, collectivite=commune, par=membre, niveau="hors")
    with pytest.raises(ValidationError, match="ont répondu"):
        sollicitee.relancer(par=bruno)


def test_who_runs_a_network_sets_its_days(connecter, diane, bruno, camille, rst, louverne, balayeuse):
    client, adresse = connecter(diane), "/reseaux/rst/relances/"
    assert "Relances des besoins" in client.get("/reseaux/rst/").text
    jours = {"premier_rappel": "5", "second_rappel": "0", "animation": "30", "utilite": ""}
    for faux in ({"premier_rappel": "-1"}, {"premier_rappel": "99999"}, {"animation": "4"}, {"utilite": "x"}):
        page = client.post(adresse, jours | faux)
        assert page.status_code == 422, faux
    assert not Cadence.objects.exists()
    assert client.post(adresse, jours).status_code == 302
    assert client.post(adresse, jours).status_code == 302
    cadence = Cadence.objects.get()
    assert (cadence.premier_rappel, cadence.second_rappel, cadence.utilite) == (5, None, None)
    balayeuse.solliciter([louverne], par=bruno)
    prevues = list(Relance.objects.values_list("etape", "prevue_le"))
    assert prevues == [
        ("premiere", AUJOURD_HUI() + timedelta(days=5)),
        ("animation", AUJOURD_HUI() + timedelta(days=30)),
    ]
    assert connecter(bruno).get(adresse).status_code == 404


def test_the_pages_cost_the_same_however_many_communes_are_asked(
    connecter, bruno, diane, camille, sollicitee, rst, agglo
):
    adresses = [
        sollicitee.get_absolute_url(),
        f"/besoins/{sollicitee.pk}/sollicitations/",
        "/besoins/sans-reponse/",
        "/besoins/export/?format=csv",
    ]
    attendre(45)
    avant = [requetes_pour(connecter(diane), adresse) for adresse in adresses]
    communes = [faire_commune(f"Commune {n}") for n in range(6)]
    for commune in communes:
        commune.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
        faire_membre("Ana", f"Roy{commune.pk}", (commune, Fonction.Role.REFERENT), reseaux=[rst])
    autre = faire_besoin("Nacelle", bruno, reseau=rst)
    autre.solliciter(communes[:3], par=bruno)
    sollicitee.solliciter(communes[:3], par=bruno)
    attendre(45)
    apres = [requetes_pour(connecter(diane), adresse) for adresse in adresses]
    assert apres == avant


def test_the_export_and_the_copy_of_a_network_hold_them(connecter, camille, sollicitee):
    fichier = connecter(camille).get("/besoins/export/?format=csv").getvalue().decode("utf-8-sig")
    entetes, ligne = fichier.splitlines()[:2]
    assert entetes.endswith("communes sollicitées;sans réponse;cela a aidé")
    assert ligne.endswith(";2;2;")
    tables = {
        nom: list(lignes.values_list(*colonnes.values()))
        for nom, lignes, colonnes in sollicitee.tables_d_archive([sollicitee.pk], camille.utilisateur)
    }
    assert (len(tables["sollicitations"]), len(tables["relances"])) == (2, 3)


def test_the_timer_runs_them(sollicitee, camille):
    attendre(9)
    call_command("entretien", verbosity=0)
    assert rappels(camille) == 1
