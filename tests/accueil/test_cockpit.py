"""What waits for who runs networks, on one page, each line with its act; and the week of one, drafted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from besoins.models import Jalon, Position, Relance, Sollicitation
from plateforme.socle.models import Courriel
from reseau.models import (
    Adhesion,
    Annonce,
    Contribution,
    Decision,
    Discussion,
    Fil,
    Fonction,
    Message,
    Modification,
    Notification,
)
from tests.bench.semis import specialiser
from tests.compter import requetes_pour
from tests.fabriques import (
    faire_besoin,
    faire_commune,
    faire_discussion,
    faire_membre,
    faire_message,
    faire_projet,
    faire_rencontre,
)
from tests.reseau.test_publication import prefilled

ADRESSE = "/cockpit/"


@pytest.fixture
def anciens(db):
    """Everybody has been in her network for a year."""

    def vieillir():
        Adhesion.objects.update(debut=timezone.localdate() - timedelta(days=365))

    return vieillir


def il_y_a(jours):
    """All that was written so far happened so many days ago."""
    instant = timezone.now() - timedelta(days=jours)
    Contribution.objects.update(publie_le=instant)
    Message.objects.update(cree_le=instant)
    Modification.objects.update(le=instant)
    Position.objects.update(dite_le=instant)
    Sollicitation.objects.update(le=instant)
    for relance in Relance.objects.all():
        relance.prevue_le -= timedelta(days=jours)
        relance.save()


def sections(client):
    return {section.code: section for section in client.get(ADRESSE).context["cockpit"].sections}


def titres(section):
    return [ligne.titre for ligne in section.lignes]


def gestes(section):
    return [geste.texte for ligne in section.lignes for geste in ligne.gestes]


def test_only_who_runs_a_network_has_a_cockpit_and_it_speaks_of_hers_alone(
    connecter, diane, camille, alex, amenagement, chantal, bruno, rst
):
    faire_discussion("Question du RST", bruno, reseau=rst)
    faire_discussion("Question d’ailleurs CANARI", chantal, reseau=amenagement, visibilite="reseau")
    il_y_a(10)
    page = connecter(diane).get(ADRESSE).text
    assert "Question du RST" in page and "CANARI" not in page
    assert 'href="/cockpit/"' in page
    for autre in (camille, alex):
        assert connecter(autre).get(ADRESSE).status_code == 404
        assert "/cockpit/" not in connecter(autre).get("/").text
    # An administrator who runs a network has that one.
    Adhesion.objects.create(membre=alex, reseau=amenagement, role=Adhesion.Role.ANIMATEUR)
    page = connecter(alex).get(ADRESSE).text
    assert "CANARI" in page and "Question du RST" not in page


def test_what_nobody_answers_is_asked_again_in_one_click(
    connecter, client, diane, bruno, camille, louverne, balayeuse, discussion
):
    balayeuse.solliciter([louverne], par=bruno)
    il_y_a(50)
    section = sections(connecter(diane))["sans-reponse"]
    assert set(titres(section)) == {balayeuse.titre, discussion.titre}
    assert section.nombre == 2
    assert {"Relancer", "Rapprocher", "En faire un projet", "En faire un besoin"} == set(gestes(section))
    Notification.objects.all().delete()
    relance = {"data": {"liste": "1"}, "headers": {"referer": f"http://testserver{ADRESSE}"}}
    for contribution, adresse in (
        (balayeuse, f"/besoins/{balayeuse.pk}/relance/"),
        (discussion, f"/discussions/{discussion.pk}/relance/"),
    ):
        for _fois in range(2):
            page = client.post(adresse, relance["data"], headers=relance["headers"], follow=True)
            assert page.redirect_chain[-1][0] == ADRESSE
        assert Notification.objects.filter(contribution=contribution).count() == 1
    assert "recommencez à partir du" in page.text
    # What would be refused is not offered.
    page = connecter(diane).get(ADRESSE).text
    assert "relancée le " in page and "sollicitées le " in page and "Relancer" not in page
    client = connecter(diane)
    faire_message(discussion, camille)
    discussion.fil.refresh_from_db()
    Discussion.objects.update(relancee_le=None)
    page = client.post(f"/discussions/{discussion.pk}/relance/", follow=True)
    assert "Cette question n’attend plus de réponse." in page.text
    assert connecter(bruno).post(f"/discussions/{discussion.pk}/relance/").status_code == 404


def test_what_does_not_move_any_more_comes_up_with_whom_to_call(
    connecter, diane, bruno, rst, camille, louverne
):
    type(bruno).objects.filter(pk=bruno.pk).update(telephone="02 00 00 00 07")
    besoin = faire_besoin("Enrobé", bruno, reseau=rst)
    vivant = faire_besoin("Sel", bruno, reseau=rst)
    projet = faire_projet("Balayeuse à plusieurs", bruno, reseau=rst)
    il_y_a(70)
    Position.dire(vivant, collectivite=louverne, par=camille, niveau="interessee")
    section = sections(connecter(diane))["bloques"]
    assert set(titres(section)) == {besoin.titre, projet.titre}
    assert "Appeler Bruno Petit" in gestes(section)
    hier = timezone.localdate() - timedelta(days=1)
    jalon = Jalon(projet=projet, libelle="Convention signée", pour_le=hier).noter(par=bruno)
    client = connecter(diane)
    section = sections(client)["bloques"]
    # Noting the jalon made the project move.
    assert set(titres(section)) == {besoin.titre, jalon.libelle}
    client.post(jalon.url_de_fait)
    assert titres(sections(client)["bloques"]) == [besoin.titre]


def test_a_silent_commune_is_seen_by_who_runs_the_network_alone_with_whom_to_call(
    connecter, diane, bruno, remi, camille, jeanne, rst, anciens
):
    anciens()
    muette = faire_commune("Montigné")
    type(remi).objects.filter(pk=remi.pk).update(telephone="02 00 00 00 09")
    secret = faire_membre("Ana", "Roy", (muette, Fonction.Role.REFERENT), reseaux=[rst])
    type(secret).objects.filter(pk=secret.pk).update(telephone="02 00 00 00 08")
    Adhesion.objects.filter(membre=secret).update(debut=timezone.localdate() - timedelta(days=365))
    recente = faire_commune("Nuillé")
    faire_membre("Léo", "Roy", recente, reseaux=[rst])
    faire_besoin("Nacelle", bruno, reseau=rst)
    page = connecter(diane).get(ADRESSE)
    section = {s.code: s for s in page.context["cockpit"].sections}["communes"]
    # Changé has just spoken, Nuillé has just come in, and an EPCI is no commune.
    assert titres(section) == ["Louverné", "Montigné"]
    assert "Appeler Rémi Aubert" in gestes(section) and 'href="tel:0200000008"' in page.text
    assert "02 00 00 00 08</span>" in page.text
    assert f'href="mailto:{secret.utilisateur.email}"' in page.text and "Lui écrire" in gestes(section)
    il_y_a(61)
    assert "Changé" in titres(sections(connecter(diane))["communes"])
    for autre, adresse in ((camille, "/reseaux/rst/"), (camille, "/communes/montigne/"), (bruno, "/")):
        assert "silencieuse" not in connecter(autre).get(adresse).text


def test_a_number_kept_for_few_is_not_shown_to_who_shares_no_network(
    connecter, diane, amenagement, montflours, anciens
):
    chantal = faire_membre(
        "Chantal",
        "Riou",
        montflours,
        reseaux=[amenagement],
        telephone="02 00 00 00 05",
        telephone_pour="reseaux",
    )
    autre = faire_membre("Paul", "Roy", montflours)
    Adhesion.objects.create(membre=autre, reseau=diane.adhesions.get().reseau)
    anciens()
    Fonction.objects.filter(membre=chantal).update(role=Fonction.Role.REFERENT)
    page = connecter(diane).get(ADRESSE).text
    assert "Montflours" in page and "0200000005" not in page
    assert "Voir la fiche de Chantal Riou" in page and chantal.utilisateur.email not in page


def test_the_dates_of_the_month_come_in_order_from_all_that_has_one(connecter, diane, bruno, rst, rencontre):
    jour = timezone.localdate
    faire_besoin("Sel", bruno, reseau=rst, echeance=jour() + timedelta(days=3))
    faire_besoin("Plus tard", bruno, reseau=rst, echeance=jour() + timedelta(days=40))
    projet = faire_projet("Balayeuse", bruno, reseau=rst, positions_jusqu_au=jour() + timedelta(days=5))
    Jalon(projet=projet, libelle="Vote", pour_le=jour() + timedelta(days=7)).noter(par=bruno)
    section = sections(connecter(diane))["echeances"]
    assert titres(section) == ["Sel", "Balayeuse", "Vote", rencontre.titre]
    assert section.nombre == 4


def test_a_newcomer_is_welcomed_once_by_a_mail(connecter, client, diane, camille, chantal, rst, alex):
    client = connecter(diane)
    section = sections(client)["nouveaux"]
    assert titres(section) == [camille.nom_complet]
    adresse = section.lignes[0].gestes[0].url
    for _fois in range(2):
        assert client.post(adresse).status_code == 302
    [courriel] = Courriel.objects.filter(destinataire=camille.courriel)
    assert "Diane Tessier" in courriel.texte and "Bienvenue" in courriel.sujet
    adhesion = camille.adhesions.get()
    assert adhesion.accueillie_par == diane and adhesion.accueillie_le
    assert sections(client)["nouveaux"].nombre == 0
    assert connecter(chantal).post(adresse).status_code == 404


def test_needs_that_are_one_and_the_same_are_brought_together_from_here(
    connecter, diane, bruno, camille, rst
):
    un = faire_besoin("Balayeuse de voirie en panne", bruno, reseau=rst)
    autre = faire_besoin("Balayeuse de voirie en panne", camille, reseau=rst)
    section = sections(connecter(diane))["semblables"]
    assert section.nombre == 1
    assert f"/besoins/{un.pk}/rapprochement/" in (geste := section.lignes[0].gestes[0]).url
    assert f"avec={autre.pk}" in geste.url


def test_the_week_is_drafted_once_with_what_every_member_may_read(
    connecter, client, diane, bruno, camille, chantal, rst, amenagement, rencontre, agglo
):
    faire_besoin("Sel de déneigement", bruno, reseau=rst, visibilite="reseau")
    retire = faire_besoin("Retiré CANARI", bruno, reseau=rst)
    retire.retirer(par=bruno, motif="doublon")
    faire_besoin("D’un autre CANARI", chantal, reseau=amenagement, visibilite="reseau")
    faire_besoin("Brouillon CANARI", diane, reseau=rst, publier=False)
    projet = faire_projet("Balayeuse à plusieurs", bruno, reseau=rst)
    projet.passer_en("diagnostic", par=bruno)
    tenue = faire_rencontre("Bilan", diane, reseau=rst, dans=timedelta(hours=-1))
    Decision.objects.create(rencontre=tenue, par=diane, texte="On achète du sel ensemble.")
    client = connecter(diane)
    for _fois in range(2):
        reponse = client.post("/cockpit/rst/synthese/")
        annonce = Annonce.objects.get()
        assert reponse.url == f"/annonces/{annonce.pk}/modifier/"
    corps = annonce.corps
    assert annonce.est_brouillon and annonce.visibilite == "reseau" and annonce.collectivite == agglo
    for mot in (
        "Sel de déneigement (Changé)",
        "Balayeuse à plusieurs (diagnostic)",
        "On achète du sel ensemble.",
        "Plan de déneigement",
        "Camille Morel (Louverné)",
    ):
        assert mot in corps, mot
    assert "CANARI" not in corps
    page = client.get(reponse.url)
    assert corps in page.context["form"].initial["corps"]
    assert "<h1>La synthèse de la semaine</h1>" in page.text
    assert not any(mot in page.text for mot in ("Étiquettes", "Domaines", "Déjà sur la plateforme", "-----"))
    # What she wrote is kept; another animatrice has her own.
    Annonce.objects.update(corps="À ma façon")
    client.post("/cockpit/rst/synthese/")
    assert Annonce.objects.get().corps == "À ma façon"
    annonce.refresh_from_db()
    annonce.publier(par=diane)
    page = client.post("/cockpit/rst/synthese/", follow=True)
    assert "est déjà partie" in page.text and Annonce.objects.count() == 1
    assert client.post("/cockpit/amenagement/synthese/").status_code == 404
    assert connecter(bruno).post("/cockpit/rst/synthese/").status_code == 404


def test_a_week_shown_to_more_readers_names_nothing_that_they_may_not_read(
    connecter, diane, bruno, camille, rst, agglo
):
    besoin = faire_besoin("Sel réservé", bruno, reseau=rst, visibilite="reseau")
    entre_nous = faire_rencontre(
        "Entre nous", diane, reseau=rst, dans=timedelta(hours=-1), visibilite="reseau"
    )
    Decision.objects.create(rencontre=entre_nous, par=diane, texte="On achète du sel ensemble.")
    client = connecter(diane)
    adresse = client.post("/cockpit/rst/synthese/").url

    def enregistrer(corps, visibilite):
        saisie = prefilled(client, adresse) | {"corps": corps, "visibilite": visibilite}
        return client.post(adresse, saisie)

    corps = Annonce.objects.get().corps
    refus = enregistrer(corps, "membres")
    assert refus.status_code == 422 and "id_visibilite_error" in refus.text
    assert "plus de lecteurs que «\u202fSel réservé\u202f»" in refus.text
    site = re.search(r"https?://[^/]+", corps)[0]
    for adresse_du_besoin in (
        "contributions/%d/",
        "besoins/%d/positions/",
        f"besoins/{'9' * 30}/ {site}/besoins/%d",
    ):
        cite = enregistrer(f"Lisez {site}/{adresse_du_besoin % besoin.pk}", "membres")
        assert "plus de lecteurs que «\u202fSel réservé\u202f»" in cite.text
    sans = "\n".join(ligne for ligne in corps.splitlines() if besoin.titre not in ligne)
    assert "que «\u202fEntre nous\u202f»" in enregistrer(sans, "membres").text
    sans = "\n".join(ligne for ligne in sans.splitlines() if entre_nous.titre not in ligne)
    assert "Camille Morel" in sans
    assert "page de membres" in enregistrer(sans, "publique").text
    assert Annonce.objects.get().visibilite == "reseau"
    assert enregistrer(sans, "membres").status_code == 302
    assert Annonce.objects.get().visibilite == "membres"


def test_a_week_where_nothing_happened_is_drafted_too(connecter, diane, anciens, rst):
    anciens()
    assert connecter(diane).post("/cockpit/rst/synthese/").status_code == 302
    assert "Peu de choses" in Annonce.objects.get().corps


def peupler(auteur, rst, n):
    """So many of all that the page shows."""
    jour = timezone.localdate()
    for rang in range(n):
        commune = faire_commune(f"Commune {auteur.pk} {rang}")
        ana = faire_membre("Ana", f"Roy{commune.pk}", (commune, Fonction.Role.REFERENT), reseaux=[rst])
        besoin = faire_besoin(f"Nacelle {rang}", auteur, reseau=rst)
        besoin.solliciter([commune], par=auteur)
        faire_besoin("Balayeuse de voirie en panne", ana, reseau=rst)
        faire_discussion(f"Question {rang}", auteur, reseau=rst)
        projet = faire_projet(f"Projet {rang}", auteur, reseau=rst)
        for pour_le in (jour - timedelta(days=3), jour + timedelta(days=3)):
            Jalon(projet=projet, libelle="Vote", pour_le=pour_le).noter(par=auteur)


def test_the_page_costs_the_same_however_much_waits(connecter, diane, bruno, rst):
    client = connecter(diane)
    comptes = []
    for _fois in range(2):
        peupler(bruno, rst, 2)
        il_y_a(50)
        peupler(bruno, rst, 1)
        comptes.append(requetes_pour(client, ADRESSE))
    assert comptes[0] == comptes[1] <= 60


def test_five_thousand_needs_cost_no_more_statements(connecter, diane, bruno, change, rst):
    client = connecter(diane)
    faire_besoin("Nacelle", bruno, reseau=rst)
    il_y_a(50)
    avant = requetes_pour(client, ADRESSE)
    siens = {"type": "besoin", "auteur": bruno, "responsable": bruno, "collectivite": change, "reseau": rst}
    le = timezone.now() - timedelta(days=50)
    lot = Contribution.objects.bulk_create(
        Contribution(titre=f"Besoin {n}", publie_le=le, **siens) for n in range(5000)
    )
    Fil.objects.bulk_create(Fil(contribution_id=contribution.pk) for contribution in lot)
    specialiser(lot)
    assert sections(client)["bloques"].nombre == 5001
    assert requetes_pour(client, ADRESSE) == avant
