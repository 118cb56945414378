"""What a project awaits, and for when: jalons, tasks, the drawing, calendars, the councils' deliberations."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from icalendar import Calendar

from besoins.gantt import Gantt
from besoins.models import DelaiLegal, Deliberation, Jalon, Position, Projet, Risque, Tache
from besoins.models.deliberations import au_terme
from reseau.models import ArchiveDeReseau, LienAgenda, Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_projet


@pytest.fixture(autouse=True)
def territoire(agglo, louverne, change, montflours):
    """They are today's: those that a form proposes."""
    for commune in (louverne, change, montflours):
        commune.rejoindre(agglo)


@pytest.fixture
def projet(bruno, rst, camille, louverne, change):
    return faire_projet("Tournées de salage communes", bruno, reseau=rst, beneficiaires=[louverne, change])


@pytest.fixture
def transfert(diane, rst, agglo, louverne, change):
    return faire_projet(
        "Transférer la voirie",
        diane,
        reseau=rst,
        type_mutualisation="transfert_competence",
        fournisseur=agglo,
        beneficiaires=[louverne, change],
    )


def dans(jours):
    return timezone.localdate() + timedelta(days=jours)


def faire_jalon(projet, libelle, pour_le, *, apres=(), **champs):
    jalon = Jalon(projet=projet, libelle=libelle, pour_le=pour_le, **champs)
    jalon.a_suivre = list(apres)
    return jalon.noter(par=projet.auteur)


def faire_tache(projet, libelle, porteur, jours=7):
    return Tache(projet=projet, libelle=libelle, porteur=porteur, pour_le=dans(jours)).noter(
        par=projet.auteur
    )


def lire(reponse):
    return b"".join(reponse).decode("utf-8-sig")


# Jalons


def test_who_looks_after_it_notes_jalons_that_follow_each_other(connecter, bruno, camille, projet):
    client, adresse = connecter(bruno), f"/projets/{projet.pk}/jalons/"
    client.post(adresse, {"libelle": "L’étude est rendue", "debut": dans(10), "pour_le": dans(40)})
    etude = Jalon.objects.get()
    envoi = {
        "libelle": "Le conseil choisit",
        "pour_le": dans(30),
        "depend_de": [etude.pk],
        "etape": "Phase 1",
    }
    reponse = client.post(adresse, envoi)
    choix = Jalon.objects.get(etape="Phase 1")
    page = client.get(reponse["Location"]).text
    assert reponse["Location"] == f"/projets/{projet.pk}/echeancier/#jalon-{choix.pk}"
    assert "Commence avant la fin de «\u202fL’étude est rendue\u202f»" in page
    assert f"/jalons/{choix.pk}/fait/" in page and 'role="img"' in page
    lecture = connecter(camille).get(reponse["Location"]).text
    assert "Le conseil choisit" in lecture and "/fait/" not in lecture and "/jalons/" not in lecture
    assert "Le conseil choisit" in connecter(camille).get(projet.get_absolute_url()).text
    historique = [m.changements[0]["champ"] for m in Modification.objects.filter(contribution=projet)]
    assert historique == ["jalon"] * 2


def test_what_is_wrong_in_a_jalon_is_told_beside_its_field_and_nothing_is_lost(connecter, bruno, projet):
    client, adresse = connecter(bruno), f"/projets/{projet.pk}/jalons/"
    ailleurs = faire_jalon(faire_projet("Autre", bruno), "Ailleurs", dans(3))
    ici = faire_jalon(projet, "Ici", dans(3))
    for champs, fautif in (
        ({"libelle": " "}, "libelle"),
        ({"pour_le": ""}, "pour_le"),
        ({"pour_le": "9999-01-01"}, "pour_le"),
        ({"pour_le": "hier"}, "pour_le"),
        ({"debut": dans(9), "pour_le": dans(2)}, "pour_le"),
        ({"phase": "inconnue"}, "phase"),
        ({"depend_de": [ailleurs.pk]}, "depend_de"),
        ({"depend_de": [10**30]}, "depend_de"),
        ({"libelle": "a\x00b"}, "libelle"),
    ):
        envoi = {"libelle": "Gardé", "pour_le": dans(9), "depend_de": [ici.pk], "etape": "à garder"} | champs
        reponse = client.post(adresse, envoi)
        assert reponse.status_code == 422, champs
        assert f"id_{fautif}_error" in reponse.text and "à garder" in reponse.text, champs
    assert client.post(adresse, {}).status_code == 422
    assert Jalon.objects.count() == 2
    jalons = Jalon.objects.filter(pk=ici.pk)
    for champs in ({"debut": dans(9)}, {"fait_le": dans(0)}, {"retire_le": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            jalons.update(**champs)


def test_no_jalon_comes_after_itself_however_far_round(connecter, bruno, projet):
    premier = faire_jalon(projet, "Premier", dans(1))
    deuxieme = faire_jalon(projet, "Deuxième", dans(2), apres=[premier])
    troisieme = faire_jalon(projet, "Troisième", dans(3), apres=[deuxieme])
    client = connecter(bruno)
    envoi = {"libelle": "Premier", "pour_le": dans(1), "depend_de": [troisieme.pk]}
    reponse = client.post(f"/jalons/{premier.pk}/", envoi)
    assert reponse.status_code == 422 and "Il viendrait après lui-même" in reponse.text
    assert not premier.depend_de.exists()
    assert client.post(f"/jalons/{troisieme.pk}/", envoi | {"depend_de": [premier.pk]}).status_code == 302
    troisieme.retirer(par=bruno, motif="inutile")
    assert client.post(f"/jalons/{troisieme.pk}/", envoi).status_code == 404
    reprise = client.post(f"/jalons/{troisieme.pk}/retablissement/")
    assert reprise.status_code == 302 and Jalon.objects.notes().count() == 3


@pytest.mark.parametrize(
    ("jours", "mots"),
    [(1, "en retard de 1 jour"), (90, "en retard depuis le"), (2000, "en retard de 5 ans")],
)
def test_lateness_is_said_in_the_unit_that_one_would_use(bruno, projet, jours, mots):
    assert mots in faire_jalon(projet, "Le sel est livré", dans(-jours)).etat


def test_months_are_shortened_as_one_writes_them(projet):
    jalon = Jalon(pk=1, projet=Projet(), libelle="Tout", debut=date(2016, 5, 1), pour_le=date(2016, 8, 30))
    jalon.suivis = []
    assert [g["nom"] for g in Gantt([jalon]).graduations] == ["mai", "juin", "juil.", "août"]


def test_who_takes_a_task_is_found_under_her_commune(connecter, bruno, camille, remi, projet):
    page = connecter(bruno).get(f"/projets/{projet.pk}/taches/").text
    groupe = page.split('<optgroup label="Louverné">')[1].split("</optgroup>")[0]
    assert "Camille Morel, Louverné</option>" in groupe and "Petit" not in groupe


def test_a_late_jalon_is_said_everywhere_until_it_is_done(connecter, bruno, projet):
    jalon = faire_jalon(projet, "Le sel est livré", dans(-12))
    client, page = connecter(bruno), projet.url_de_l_echeancier
    for adresse in (page, projet.get_absolute_url(), "/projets/echeancier/", "/projets/echeancier/?reste"):
        assert "en retard de 12 jours" in client.get(adresse).text, adresse
    [ligne] = csv.DictReader(StringIO(lire(client.get(f"{page}export/"))), delimiter=";")
    assert (ligne["genre"], ligne["jours de retard"]) == ("jalon", "12")
    assert list(Jalon.objects.attendus_de(bruno)) == list(Jalon.objects.en_retard()) == [jalon]
    refus = client.post(f"/jalons/{jalon.pk}/fait/", {"le": dans(1)}, follow=True)
    assert "Ce jour n’est pas encore venu." in refus.text
    assert client.post(f"/jalons/{jalon.pk}/fait/", {"le": "x"}).status_code == 302
    for _clic in range(2):
        client.post(f"/jalons/{jalon.pk}/fait/", {"le": dans(-3)})
    jalon = Jalon.objects.get()
    assert (jalon.fait_le, jalon.fait_par) == (dans(-3), bruno)
    assert "en retard de" not in client.get(page).text and not Jalon.objects.attendus_de(bruno).exists()
    client.post(f"/jalons/{jalon.pk}/reprise/")
    assert Jalon.objects.get().fait_le is None
    projet.clore(par=bruno, issue="realise")
    assert "en retard de" not in client.get(page).text and not Jalon.objects.en_retard().exists()


def test_the_pilote_is_told_once_of_a_late_jalon_and_again_when_it_was_put_off(bruno, projet):
    jalon = faire_jalon(projet, "Le sel est livré", dans(-1))
    avis = Notification.objects.filter(membre=bruno, contribution=projet.pk)
    for _passage in range(2):
        call_command("entretien")
        assert "Jalon en retard\u202f: «\u202fLe sel est livré\u202f»" in avis.get().phrase
        premier_avis = avis.get().le
    call_command("entretien")
    assert avis.get().le == premier_avis
    jalon.refresh_from_db()
    jalon.pour_le = dans(0)
    jalon.noter(par=bruno)
    assert not Jalon.objects.a_signaler().exists() and Jalon.objects.get().retard_dit_le is None


# Tasks


def test_a_participant_adds_a_task_and_its_holder_is_told_and_does_it(
    connecter, bruno, camille, remi, diane, projet, louverne
):
    adresse, envoi = f"/projets/{projet.pk}/taches/", {"libelle": "Compter les sacs", "pour_le": dans(7)}
    envoi["porteur"] = diane.pk
    assert connecter(camille).post(adresse, envoi).status_code == 404
    Position.dire(projet, collectivite=louverne, par=camille, niveau="curieuse")
    assert connecter(camille).post(adresse, envoi).status_code == 404
    Position.dire(projet, collectivite=louverne, par=camille, niveau="interessee")
    assert connecter(camille).post(adresse, envoi).status_code == 302
    tache = Tache.objects.get()
    avis = Notification.objects.get(membre=diane, contribution=projet.pk)
    assert avis.phrase.startswith("Camille Morel vous confie\u202f: «\u202fCompter les sacs\u202f»")
    assert list(Tache.objects.a_faire_par(diane)) == [tache]
    assert connecter(remi).post(f"/taches/{tache.pk}/fait/").status_code == 404
    client = connecter(diane)
    assert f"/taches/{tache.pk}/fait/" in client.get(projet.url_de_l_echeancier).text
    client.post(f"/taches/{tache.pk}/fait/")
    tache.refresh_from_db()
    assert tache.fait_par == diane and not Tache.objects.a_faire_par(diane).exists()
    assert "a fait\u202f: «\u202fCompter les sacs\u202f»" in Notification.objects.get(membre=camille).phrase
    projet.clore(par=bruno, issue="realise")
    assert connecter(camille).get(adresse).status_code == 404


def test_who_can_no_longer_read_the_project_holds_nothing_in_it(
    connecter, bruno, camille, chantal, projet, louverne
):
    tache = faire_tache(projet, "Relever les routes", camille)
    page = connecter(bruno).get(projet.url_de_l_echeancier).text
    assert "Camille Morel" in page and "sans porteur" not in page
    Projet.objects.update(visibilite="reseau")
    camille.adhesions.get().clore()
    camille = type(camille).objects.get(pk=camille.pk)
    assert not Tache.objects.a_faire_par(camille).exists()
    assert connecter(camille).post(f"/taches/{tache.pk}/fait/").status_code == 404
    client = connecter(bruno)
    for adresse in (projet.url_de_l_echeancier, projet.get_absolute_url()):
        page = client.get(adresse).text
        assert "sans porteur" in page and "Relever les routes" in page
    envoi = {"libelle": "Autre", "pour_le": dans(3), "porteur": chantal.pk}
    refus = client.post(f"/projets/{projet.pk}/taches/", envoi)
    assert refus.status_code == 422 and "id_porteur_error" in refus.text
    with pytest.raises(ValidationError):
        faire_tache(Projet.objects.get(), "En douce", chantal)


def test_what_may_be_done_of_a_task_is_the_same_said_of_one_and_of_all(bruno, camille, remi, diane, projet):
    faire_tache(projet, "Compter", remi)
    Tache(projet=projet, libelle="Noter", porteur=remi, pour_le=dans(7)).noter(par=camille)
    camille.desactiver(par=diane)
    for membre, corrigees, faites in [(bruno, 2, 2), (remi, 0, 2), (camille, 0, 0)]:
        user = membre.utilisateur
        taches = Tache.objects.pour_page(projet, user)
        corrigeables = {tache for tache in taches if tache.corrigeable}
        faisables = {tache for tache in taches if tache.faisable}
        assert corrigeables == set(Tache.objects.modifiables_par(user)) and len(corrigeables) == corrigees
        assert faisables == set(Tache.objects.faisables_par(user)) and len(faisables) == faites


def test_a_task_sent_twice_is_noted_once_and_the_past_is_refused(connecter, bruno, camille, projet):
    client, adresse = connecter(bruno), f"/projets/{projet.pk}/taches/"
    jeton = client.get(adresse).context["form"]["jeton"].value()
    envoi = {"libelle": "Sel", "pour_le": dans(2), "porteur": camille.pk, "jeton": jeton}
    for _clic in range(2):
        assert client.post(adresse, envoi).status_code == 302
    assert Tache.objects.count() == 1
    refus = client.post(adresse, envoi | {"pour_le": dans(-1)})
    assert refus.status_code == 422 and "Cette date est passée." in refus.text


# The drawing, the columns, the costs


def test_the_drawing_is_in_whole_pixels_and_says_what_it_shows(connecter, bruno, projet):
    etude = faire_jalon(projet, "Étude <b>", dans(30), debut=dans(-60))
    faire_jalon(projet, "Choix", dans(10), apres=[etude])
    page = connecter(bruno).get(projet.url_de_l_echeancier).text
    dessin = re.search(r"<svg class=\"gantt\".*?</svg>", page, re.DOTALL).group()
    assert "style=" not in dessin and "Étude &lt;b&gt;" in dessin and "<desc" in dessin
    for attribut in ("x", "y", "width", "height", "points", "d", "viewBox"):
        for valeur in re.findall(rf'\b{attribut}="([^"]*)"', dessin):
            assert re.fullmatch(r"[MHV\d ,-]+", valeur), (attribut, valeur)
    assert dessin.count('class="lien"') == 1 and 'class="jour"' in dessin


@pytest.mark.parametrize(
    ("debut", "fin", "premier", "nombre"),
    [
        (date(2016, 2, 1), date(2016, 6, 30), "févr.", 5),
        (date(2016, 2, 1), date(2020, 12, 31), "T1", 20),
        (date(2000, 1, 1), date(2100, 12, 31), "2000", 17),
        (date(2016, 2, 29), date(2016, 2, 29), "févr.", 1),
    ],
)
def test_the_scale_is_in_months_in_quarters_or_in_years(debut, fin, premier, nombre):
    jalon = Jalon(pk=1, projet=Projet(), libelle="Tout", debut=debut, pour_le=fin)
    jalon.suivis = []
    gantt = Gantt([jalon])
    assert gantt.graduations[0]["nom"] == premier and len(gantt.graduations) == nombre
    [rangee] = gantt.rangees
    assert gantt.colonne <= rangee["gauche"] < rangee["droite"] <= gantt.largeur + 1


def test_the_projects_are_in_columns_by_step_or_by_year_for_who_may_read_them(
    connecter, client, bruno, rst, chantal, projet
):
    faire_jalon(projet, "Réseau lancé", date(2016, 12, 1), etape="Phase 1, 2016")
    faire_jalon(projet, "Bilan", date(2017, 6, 1), etape="Phase 2, 2017")
    ferme = faire_projet("Projet CANARI", bruno, reseau=rst, visibilite="reseau")
    faire_jalon(ferme, "Jalon CANARI", date(2027, 3, 1))
    fini = faire_projet("Fini", bruno, reseau=rst)
    faire_jalon(fini, "Jalon fini", date(2027, 3, 1))
    fini.clore(par=bruno, issue="realise")
    colonnes = connecter(bruno).get("/projets/echeancier/").context["colonnes"]
    assert [titre for titre, _jalons in colonnes] == ["Phase 1, 2016", "Phase 2, 2017", "2027"]
    assert "CANARI" not in connecter(chantal).get("/projets/echeancier/").text
    client.logout()
    page = client.get("/projets/echeancier/").text
    assert "CANARI" not in page and "Réseau lancé" not in page


def test_the_schedule_of_all_says_when_it_does_not_show_them_all(connecter, bruno, projet, monkeypatch):
    monkeypatch.setattr("besoins.views.echeancier.JALONS_MAX", 1)
    client, adresse, avis = connecter(bruno), "/projets/echeancier/", "premiers jalons, par date"
    faire_jalon(projet, "Commander", dans(3))
    assert avis not in client.get(adresse).text
    faire_jalon(projet, "Livrer", dans(9))
    for presentation in ("", "?reste"):
        page = client.get(adresse + presentation).text
        assert avis in page and "Commander" in page and "Livrer" not in page


def test_the_pages_cost_the_same_however_many_they_are(connecter, bruno, camille, projet):
    client = connecter(bruno)
    adresses = [
        "/projets/echeancier/",
        projet.url_de_l_echeancier,
        projet.get_absolute_url(),
        f"{projet.url_de_l_echeancier}export/",
        f"/projets/{projet.pk}/echeancier.ics",
        LienAgenda.renouveler(bruno).get_absolute_url(),
    ]
    projet.suivre(bruno)

    def remplir(numero):
        jalon = faire_jalon(projet, f"Jalon {numero}", dans(5))
        faire_jalon(projet, f"Suite {numero}", dans(9), apres=[jalon]).faire(par=bruno)
        faire_tache(projet, f"Tâche {numero}", camille)

    remplir(0)
    avant = {adresse: requetes_pour(client, adresse) for adresse in adresses}
    for numero in range(1, 4):
        remplir(numero)
    assert {adresse: requetes_pour(client, adresse) for adresse in adresses} == avant


# Calendars


def test_what_is_followed_is_in_the_calendar_of_who_may_read_it(
    connecter, client, bruno, camille, remi, rst, projet
):
    faire_jalon(projet, "Étude", dans(40), debut=dans(10))
    faire_jalon(projet, "Ancien", dans(-200))
    faire_tache(projet, "Compter", remi)
    projet.suivre(camille)
    projet.ne_plus_suivre(remi)

    def lus(membre, reseau=None):
        fichier = client.get(LienAgenda.renouveler(membre, reseau).get_absolute_url()).content
        return {str(e["summary"]): e for e in Calendar.from_ical(fichier).walk("VEVENT")}

    etude, compter = "Étude (Tournées de salage communes)", "Compter (Tournées de salage communes)"
    siens = lus(camille)
    assert set(siens) == set(lus(camille, rst)) == {etude, compter}
    assert set(lus(remi)) == {compter}
    evenement = siens[etude]
    assert (evenement.decoded("dtstart"), evenement.decoded("dtend")) == (dans(10), dans(41))
    assert str(evenement["transp"]) == "TRANSPARENT"
    tout = connecter(camille).get(f"/projets/{projet.pk}/echeancier.ics")
    assert tout["Content-Type"].startswith("text/calendar")
    assert len(Calendar.from_ical(tout.content).walk("VEVENT")) == 3
    Projet.objects.update(visibilite="reseau")
    camille.adhesions.all().delete()
    assert lus(camille) == {}


# Deliberations


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 15), 3, date(2026, 4, 15)),
        (date(2026, 10, 1), 3, date(2027, 1, 1)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 5, 31), 12, date(2027, 5, 31)),
    ],
)
def test_months_are_those_of_the_calendar(jour, mois, attendu):
    assert au_terme(jour, mois) == attendu


def attendre(projet, communes, notifiee_le, delai="CGCT_L5211_17"):
    delai = delai and DelaiLegal.objects.get(pk=delai)
    return Deliberation.attendre(projet, communes, delai=delai, notifiee_le=notifiee_le, par=projet.auteur)


def test_the_councils_are_asked_and_their_word_or_their_silence_is_counted(
    connecter, diane, camille, transfert, louverne, change
):
    client, adresse = connecter(diane), f"/projets/{transfert.pk}/deliberations/"
    page = client.get(transfert.get_absolute_url()).text
    assert "Délibérations attendues" in page and adresse in page
    envoi = {"delai": "CGCT_L5211_17", "notifiee_le": dans(-10), "collectivites": [louverne.pk, change.pk]}
    assert client.post(adresse, envoi | {"notifiee_le": dans(1)}).status_code == 422
    assert client.post(adresse, envoi | {"delai": "CGCT_L5211_39_1"}).status_code == 422
    assert client.post(adresse, envoi | {"collectivites": ["x"]}).status_code == 422
    assert client.post(adresse, envoi).status_code == 302
    assert client.post(adresse, envoi).status_code == 422  # they are in the list: nobody is left to choose
    de_louverne, de_change = Deliberation.objects.de(transfert).order_by("-collectivite__slug")
    assert de_louverne.echeance == au_terme(dans(-10), 3) and de_louverne.est_attendue
    acte = {"delai": "CGCT_L5211_17", "notifiee_le": dans(-10)}
    modification = f"/deliberations/{de_louverne.pk}/"
    for faux, champ in (
        ({"sens": "favorable"}, "acte_le"),
        ({"acte_le": dans(-1)}, "sens"),
        ({"sens": "favorable", "acte_le": dans(-11)}, "acte_le"),
        ({"sens": "favorable", "acte_le": dans(1)}, "acte_le"),
        ({"sens": "oui", "acte_le": dans(-1)}, "sens"),
    ):
        refus = client.post(modification, acte | faux)
        assert refus.status_code == 422 and f"id_{champ}_error" in refus.text, faux
    dite = {"sens": "defavorable", "acte_le": dans(-1), "acte_numero": "2026-41"}
    assert client.post(modification, acte | dite).status_code == 302
    page = connecter(camille).get(transfert.get_absolute_url()).text
    assert "défavorable, le" in page and "2026-41" in page and "1 attendue sur 2" in page
    assert "le silence vaut accord" in page and "Date du texte à vérifier" in page
    assert 'href="/deliberations/' not in page
    Deliberation.objects.filter(pk=de_change.pk).update(notifiee_le=dans(-100))
    assert "silence, réputé favorable le" in client.get(transfert.get_absolute_url()).text


def test_silence_agrees_from_the_day_after_the_last_one(transfert, louverne, change, montflours):
    hier, ce_jour = au_terme(dans(0), -3) - timedelta(days=5), dans(0)
    [passee] = attendre(transfert, [louverne], hier)
    assert passee.reputee_le == passee.echeance + timedelta(days=1) <= ce_jour and not passee.est_attendue
    [courante] = attendre(transfert, [change], dans(-80))
    assert courante.est_attendue and courante.reputee_le is None
    passee.sens, passee.acte_le = "defavorable", dans(0)
    assert "réputé favorable le" in passee.etat and "hors délai" in passee.etat
    passee.acte_le = passee.echeance
    assert passee.reputee_le is None and str(passee.etat).startswith("défavorable")
    [sans_delai] = attendre(transfert, [montflours], dans(-1000), delai=None)
    assert sans_delai.echeance is None and sans_delai.est_attendue


def test_a_service_commun_has_no_silence_of_its_own_and_an_action_no_deliberation(
    connecter, diane, bruno, rst, agglo, louverne, projet
):
    service = faire_projet(
        "Un service", diane, reseau=rst, type_mutualisation="service_commun", fournisseur=agglo
    )
    client = connecter(diane)
    proposes = client.get(f"/projets/{service.pk}/deliberations/").context["form"].fields["delai"].queryset
    assert [delai.pk for delai in proposes] == ["CGCT_L5211_39_1"]
    envoi = {"delai": "", "notifiee_le": dans(-400), "collectivites": [louverne.pk]}
    assert client.post(f"/projets/{service.pk}/deliberations/", envoi).status_code == 302
    page = client.get(service.get_absolute_url()).text
    assert "délai à vérifier" in page and "réputé favorable" not in page
    client = connecter(bruno)
    assert client.get(f"/projets/{projet.pk}/deliberations/").status_code == 404
    assert "Attendre des délibérations" not in client.get(projet.get_absolute_url()).text


def test_a_deliberation_is_withdrawn_and_restored_unless_another_took_its_place(
    connecter, diane, transfert, louverne
):
    [premiere] = attendre(transfert, [louverne], dans(-10))
    client = connecter(diane)
    client.post(f"/deliberations/{premiere.pk}/retrait/", {"motif": "Mauvaise date"})
    [seconde] = attendre(transfert, [louverne], dans(-8))
    refus = client.post(f"/deliberations/{premiere.pk}/retablissement/", follow=True)
    assert "Cette collectivité est déjà dans la liste." in refus.text
    assert list(Deliberation.objects.notes()) == [seconde]
    seconde.retirer(par=diane, motif="Finalement non")
    client.post(f"/deliberations/{premiere.pk}/retablissement/")
    assert list(Deliberation.objects.notes()) == [premiere]


def test_the_copy_of_its_network_holds_what_stands_of_a_project(
    connecter, diane, bruno, camille, transfert, louverne, change, rst
):
    for libelle in ("Vote du conseil", "RETIRE"):
        jalon = Jalon(projet=transfert, libelle=libelle, pour_le=dans(10)).noter(par=diane)
        tache = Tache(projet=transfert, libelle=libelle, porteur=camille, pour_le=dans(10)).noter(par=diane)
        risque = Risque(projet=transfert, libelle=libelle, probabilite=3).noter(par=diane)
    for note in (jalon, tache, risque):
        note.retirer(par=diane, motif="Erreur")
    attendre(transfert, [louverne, change], dans(-10))[1].retirer(par=diane, motif="Erreur")
    ailleurs = faire_projet("Ailleurs", bruno)
    Jalon(projet=ailleurs, libelle="AILLEURS", pour_le=dans(10)).noter(par=bruno)
    client = connecter(diane)
    client.post("/reseaux/rst/archives/")
    copie = ZipFile(BytesIO(b"".join(client.get(ArchiveDeReseau.objects.get().get_absolute_url()))))
    lignes = {
        nom: copie.read(f"{nom}.csv").decode("utf-8-sig").splitlines()[1:]
        for nom in ("jalons", "taches", "risques", "deliberations")
    }
    assert [len(siennes) for siennes in lignes.values()] == [1, 1, 1, 1]
    assert all(siennes[0].startswith(f"{transfert.pk};") for siennes in lignes.values())
    assert ";Vote du conseil;" in lignes["jalons"][0] and ";Camille;Morel;" in lignes["taches"][0]
    assert ";fort;moyen;" in lignes["risques"][0] and ";Louverné;" in lignes["deliberations"][0]
