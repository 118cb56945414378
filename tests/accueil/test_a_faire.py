"""« À faire »: one list of what awaits the commune and the member, in order, with its number."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from besoins.models import (
    Acte,
    Besoin,
    Deliberation,
    Jalon,
    Position,
    Preparation,
    Projet,
    Sollicitation,
    Tache,
    Utilite,
)
from plateforme.accueil.a_faire import AFaire
from reseau.models import DateProposee, Demande, ReponseDeDate, Signalement
from tests.compter import requetes_pour
from tests.fabriques import (
    faire_annonce,
    faire_besoin,
    faire_consultation,
    faire_projet,
    faire_rencontre,
)

pytestmark = [pytest.mark.django_db, pytest.mark.a_faire]


def dans(jours):
    return timezone.localdate() + timedelta(days=jours)


def groupes(client):
    """{title: [(what is asked, its title)…]} of the page."""
    reponse = client.get("/a-faire/")
    assert reponse.status_code == 200
    return {
        str(groupe.label): [(ligne.genre.value, str(ligne.titre)) for ligne in lignes]
        for groupe, lignes in reponse.context["groupes"]
    }


def nombre(client, adresse="/besoins/"):
    entete = re.search(r"<header.*?</header>", client.get(adresse).text, re.DOTALL)[0]
    trouve = re.search(r'nombre-a-faire">(\d+)<', entete)
    return int(trouve[1]) if trouve else 0


@pytest.fixture
def tout(bruno, diane, camille, remi, louverne, rst):
    """One thing of each kind, for Louverné, for Camille (its agent) and for Rémi (its référent)."""
    sel = faire_besoin("Sel", bruno, reseau=rst, echeance=dans(20))
    Sollicitation.objects.create(besoin=sel, collectivite=louverne, par=bruno)
    faire_besoin("Nacelle", bruno, reseau=rst)
    faire_consultation(
        "Liaison douce", diane, interrogees=[louverne], reseau=rst, ouverte_du=dans(0), jusqu_au=dans(5)
    )
    faire_projet("Salage", bruno, reseau=rst, positions_jusqu_au=dans(2))
    engage = faire_projet("Broyeur", bruno, reseau=rst)
    Acte(projet=engage, collectivite=louverne, numero="7", date=date(2026, 1, 5)).engager(par=remi)
    voirie = faire_projet(
        "Voirie", bruno, type_mutualisation="transfert_competence", fournisseur=louverne, reseau=rst
    )
    Deliberation.attendre(voirie, [louverne], delai=None, notifiee_le=dans(-3), par=bruno)
    Tache(projet=engage, libelle="Compter", porteur=camille, pour_le=dans(-4)).noter(par=bruno)
    pilote = faire_projet("Abribus", camille, reseau=rst)
    Jalon(projet=pilote, libelle="Signer", pour_le=dans(6)).noter(par=camille)
    Jalon(projet=pilote, libelle="Dans un an", pour_le=dans(365)).noter(par=camille)
    fini = faire_projet("Faucheuse", camille, reseau=rst)
    fini.clore(par=camille, issue=Projet.Issue.REALISE)
    aide = faire_besoin("Podium", camille, reseau=rst).clore(par=camille, issue="pret")
    Utilite.objects.filter(besoin=aide).update(a_demander_le=dans(0))
    visite = faire_rencontre("Visite", diane, reseau=rst)
    demain = timezone.now() + timedelta(days=1)
    DateProposee.proposer(visite, par=diane, creneaux=[(demain, demain + timedelta(hours=1))])
    faire_annonce("Verglas", diane, reseau=rst)


def test_all_that_awaits_is_one_list_in_order_of_date_late_first(comme, tout, camille, remi):
    assert groupes(comme(camille)) == {
        "En retard": [("tache", "Compter")],
        "Cette semaine": [("jalon", "Signer"), ("projet", "Salage"), ("avis", "Liaison douce")],
        "Plus tard": [("sollicitation", "Sel")],
        "Sans date": [
            ("sondage", "Visite"),
            ("annonce", "Verglas"),
            ("retour", "Faucheuse"),
            ("deliberation", "Voirie"),
            ("utilite", "Podium"),
            ("besoin", "Nacelle"),
        ],
    }
    page = comme(camille).get("/a-faire/").text
    assert "À faire pour Louverné" in page and "11 choses à faire" in page
    assert "en retard de 4\xa0jours" in page or "en retard de 4 jours" in page
    assert page.count('class="pour-vous"') == 5
    siennes = groupes(comme(remi))
    assert ("executoire", "Broyeur") in siennes["Sans date"]
    assert "tache" not in str(siennes) and ("utilite", "Podium") in siennes["Sans date"]


def test_the_home_page_shows_the_first_five_of_the_same_list(comme, tout, camille):
    client = comme(camille)
    page = client.get("/")
    titres = [str(ligne.titre) for ligne in page.context["a_faire"]]
    assert titres == ["Compter", "Salage", "Liaison douce", "Signer", "Sel"]
    assert "11 choses à faire" in page.text and 'href="/a-faire/"' in page.text


def test_what_is_answered_from_the_list_leaves_it_and_the_number_follows(
    comme, tout, camille, remi, louverne, bruno
):
    client = comme(camille)
    assert nombre(client) == 11
    salage, tache = Projet.objects.get(titre="Salage"), Tache.objects.get()
    reponse = client.post(f"/projets/{salage.pk}/reponse/", {"niveau": "interessee", "next": "/a-faire/"})
    assert reponse["Location"] == "/a-faire/" and Position.objects.filter(contribution=salage).exists()
    assert nombre(client) == 10
    assert client.post(f"/taches/{tache.pk}/fait/", {"next": "/a-faire/"})["Location"] == "/a-faire/"
    podium = Utilite.objects.get()
    client.post(f"/besoins/{podium.pk}/utilite/", {"reponse": "oui"})
    assert nombre(client) == 8
    nacelle = next(ligne for ligne in client.get("/").context["a_faire"] if ligne.genre == "sollicitation")
    client.post(nacelle.url_de_reponse, {"niveau": "hors", "next": "//ailleurs.example"})
    reponse = client.post(nacelle.url_de_reponse, {"niveau": "hors"}, headers={"HX-Request": "true"})
    assert "Louverné\u202f: pas concernée" in reponse.text
    assert nombre(client) == 7


def test_one_looks_at_what_is_for_her_or_at_what_is_for_her_commune(comme, tout, camille, jeanne):
    client = comme(camille)

    def lignes(pour):
        groupes = client.get(f"/a-faire/?pour={pour}").context["groupes"]
        return [str(ligne.titre) for _groupe, lignes in groupes for ligne in lignes]

    siennes = ["Compter", "Signer", "Visite", "Verglas", "Faucheuse"]
    assert lignes("moi") == siennes
    assert lignes("commune") == ["Salage", "Liaison douce", "Sel", "Voirie", "Podium", "Nacelle"]
    assert set(lignes("autre")) == set(lignes("")) == {*siennes, *lignes("commune")}
    page = client.get("/a-faire/?pour=moi").text
    assert (
        'href="?pour=moi" aria-current="page">Pour moi <span class="discret" id="a-faire-part-moi">5<' in page
    )
    assert 'id="a-faire-part-commune">6<' in page and 'id="a-faire-part-tout">11<' in page
    assert "11 choses à faire" in page and 'name="next" value="/a-faire/?pour=moi"' in page
    assert "?pour=" not in comme(jeanne).get("/a-faire/").text  # she speaks for nobody


@pytest.mark.parametrize(
    ("adresse", "nombres"),
    [
        ("/a-faire/", {"semaine": 2, "sans-date": 6}),
        ("/a-faire/?pour=commune", {"semaine": 1, "sans-date": 3}),
        ("/a-faire/?pour=moi", {"semaine": 1, "retard": 1}),
        ("/", {}),
    ],
)
def test_the_numbers_of_the_page_follow_an_answer_in_one_click(comme, tout, camille, adresse, nombres):
    salage = Projet.objects.get(titre="Salage")
    client = comme(camille)
    affichee = client.get(adresse).text
    envoi = {"niveau": "interessee", "next": adresse}
    reponse = client.post(
        f"/projets/{salage.pk}/reponse/", envoi, headers={"HX-Request": "true"}
    ).content.decode()
    suites = dict(re.findall(r'id="a-faire-([\w-]+)"[^>]*hx-swap-oob="true"[^>]*>([^<]*)<', reponse))
    assert suites["entete"] == suites["barre"] == "10"
    for groupe, combien in nombres.items():
        assert suites[groupe] == str(combien)
    if nombres:
        assert (suites["part-tout"], suites["part-moi"], suites["part-commune"]) == ("10", "5", "5")
        assert "10 choses à faire" in suites["total"]
    else:
        assert "Tout voir\u202f: 10 choses à faire" in suites["tout-voir"]
    for ou in suites:
        assert f'id="a-faire-{ou}"' in affichee


def test_a_colleague_s_answer_moves_my_number_too(comme, tout, camille, remi):
    avant = nombre(comme(camille))
    comme(remi).post(f"/projets/{Projet.objects.get(titre='Salage').pk}/reponse/", {"niveau": "hors"})
    assert nombre(comme(camille)) == avant - 1


def test_nothing_to_do_is_said_calmly(comme, camille, jeanne):
    page = comme(camille).get("/a-faire/").text
    assert "Rien n’attend votre commune." in page and "nombre-a-faire" not in page
    assert "Rien ne vous attend." in comme(jeanne).get("/a-faire/").text
    assert comme(jeanne).get("/").status_code == 200


def test_neither_a_neighbour_nor_a_stranger_to_the_network_finds_it(
    comme, tout, chantal, bruno, besoin_du_rst
):
    siens = str(groupes(comme(chantal)))
    for rien in ("CANARI", "Compter", "Podium", "Visite", "Verglas", "Liaison", "Voirie", "executoire"):
        assert rien not in siens
    assert "Salage" in siens, "of a project that every member reads"
    assert "Nacelle" not in str(groupes(comme(bruno)))


def test_each_commune_of_a_member_of_two_has_its_own_list(comme, tout, sylvie, louverne, montflours):
    client = comme(sylvie)
    assert "Liaison douce" in str(groupes(client))
    avant = nombre(client)
    sylvie.choisir(montflours)
    assert "Liaison douce" not in str(groupes(client)) and nombre(client) != avant
    assert "À faire pour Montflours" in client.get("/a-faire/").text


def test_who_runs_a_network_finds_its_requests_and_reports_in_one_line_each(
    comme, diane, alex, camille, jeanne, balayeuse, rst, louverne
):
    for nom in ("Petit", "Grand"):
        Demande.objects.create(
            reseau=rst, courriel=f"{nom}@louverne.example", prenom="Margaux", nom=nom, collectivite=louverne
        )
    for membre in (camille, jeanne):
        Signalement.deposer(balayeuse, par=membre, motif="propos")
    sans_date = groupes(comme(diane))["Sans date"]
    assert sans_date[:2] == [("demande", "2 demandes à traiter"), ("moderation", "1 publication à modérer")]
    assert "à traiter" not in str(groupes(comme(camille)))
    diane.adhesions.get(reseau=rst).clore()
    assert ("sans_animateur", f"«\u202f{rst.nom}\u202f» n’a plus personne pour l’animer") in (
        groupes(comme(alex))["Sans date"]
    )


def test_what_an_agent_prepared_awaits_the_référent_and_no_longer_the_agents(
    comme, tout, camille, remi, louverne
):
    salage = Projet.objects.get(titre="Salage")
    Preparation(contribution=salage, collectivite=louverne, niveau="interessee", pour=remi).preparer(
        par=camille
    )
    assert "Salage" not in str(groupes(comme(camille)))
    siens = groupes(comme(remi))
    assert siens["Cette semaine"][0] == ("validation", "Salage")
    attente = Preparation.objects.get()
    assert f'href="/preparations/{attente.pk}/"' in comme(remi).get("/a-faire/").text
    comme(remi).post(f"/preparations/{attente.pk}/validation/")
    assert "Salage" not in str(groupes(comme(remi)))


def test_what_nobody_may_validate_any_more_awaits_the_agents_again(comme, tout, camille, remi, louverne):
    salage = Projet.objects.get(titre="Salage")
    attente = Preparation(contribution=salage, collectivite=louverne, niveau="hors", pour=remi)
    attente.preparer(par=camille)
    assert ("validation", "Salage") in groupes(comme(remi))["Cette semaine"]
    Projet.objects.filter(pk=salage.pk).update(positions_jusqu_au=dans(-1))
    assert "validation" not in str(groupes(comme(remi)))
    Projet.objects.filter(pk=salage.pk).update(positions_jusqu_au=dans(2))
    remi.fonctions.get().clore()
    assert ("projet", "Salage") in groupes(comme(camille))["Cette semaine"]


def test_dates_once_ticked_and_an_announcement_once_read_are_done(comme, tout, camille, louverne):
    client = comme(camille)
    proposee = DateProposee.objects.first()
    ReponseDeDate.donner(proposee.rencontre, {proposee.pk: "oui"}, membre=camille, collectivite=louverne)
    annonce = next(
        ligne
        for _t, lignes in client.get("/a-faire/").context["groupes"]
        for ligne in lignes
        if ligne.genre == "annonce"
    )
    assert client.get(annonce.url).status_code == 200
    assert "sondage" not in str(groupes(client)) and "annonce" not in str(groupes(client))


def test_the_page_costs_as_much_for_ten_times_more_and_the_header_nothing(
    comme, tout, camille, bruno, diane, remi, louverne, rst
):
    client = comme(camille)
    peu, entete = requetes_pour(client, "/a-faire/"), requetes_pour(client, "/besoins/")
    for n in range(10):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst, echeance=dans(n))
        projet = faire_projet(f"Projet {n}", bruno, reseau=rst, positions_jusqu_au=dans(n))
        Tache(projet=projet, libelle=f"Tâche {n}", porteur=camille, pour_le=dans(n)).noter(par=bruno)
    assert requetes_pour(client, "/a-faire/") == peu
    with CaptureQueriesContext(connection) as requetes:
        client.get("/besoins/")
    assert len(requetes) <= entete
    assert nombre(client) == 41


def test_the_number_costs_one_statement_when_it_is_counted(comme, tout, camille):
    from plateforme.accueil.a_faire import AFaire

    membre = type(camille).objects.get(pk=camille.pk)
    assert membre.droits and membre.utilisateur, "read once, by every page"
    with CaptureQueriesContext(connection) as requetes:
        assert AFaire(membre, membre.collectivite_choisie).nombre == 11
    assert len(requetes) == 1


def test_the_récapitulatif_and_the_list_await_the_same_words(tout, louverne, montflours, chantal):
    salage = Projet.objects.get(titre="Salage")
    Position.dire(salage, collectivite=montflours, par=chantal, niveau="curieuse")
    for modele, jour in [(Besoin, "echeance"), (Projet, "positions_jusqu_au")]:
        attentes = modele.objects.attentes([louverne.pk, montflours.pk])
        for commune in (louverne, montflours):
            attendus = dict(modele.objects.attendus_de(commune).values_list("pk", jour))
            assert {pk: le for (pk, c), le in attentes.items() if c == commune.pk} == attendus
        assert (salage.pk, montflours.pk) not in attentes


def test_who_renders_the_service_is_not_asked_whether_it_takes_part(
    comme, camille, remi, bruno, louverne, rst
):
    projet = faire_projet(
        "Voirie",
        bruno,
        type_mutualisation="prestation",
        fournisseur=louverne,
        reseau=rst,
        positions_jusqu_au=dans(5),
    )
    assert not AFaire(camille, louverne).lignes and not Projet.objects.attentes([louverne.pk])
    page = comme(camille).get(projet.get_absolute_url()).text
    assert "Louverné rend le service" in page and "participe\u202f?" not in page
    assert 'value="interessee"' not in page and "Engager Louverné" not in page
    # Its council may have to agree to it: who decides notes it there.
    assert "Engager Louverné" in comme(remi).get(projet.get_absolute_url()).text
    Projet.objects.update(fournisseur=projet.collectivite)
    assert len(AFaire(camille, louverne).lignes) == 1
    assert "Louverné participe\u202f?" in comme(camille).get(projet.get_absolute_url()).text


def test_what_is_cut_is_what_would_come_last(tout, camille, louverne, bruno, rst, monkeypatch):
    for n in range(4):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst)
    entieres = [ligne.ordre for ligne in AFaire(camille, louverne).lignes]
    monkeypatch.setattr("plateforme.accueil.a_faire.LIGNES_MAX", 11)
    assert [ligne.ordre for ligne in AFaire(camille, louverne).lignes] == entieres[:11]


def test_what_she_carried_is_asked_of_who_speaks_for_nobody(tout, camille):
    assert {ligne.genre for ligne in AFaire(camille, None).lignes} >= {"utilite"}


def test_a_withdrawn_project_awaits_nothing(comme, tout, bruno, camille, remi):
    for projet in Projet.objects.filter(titre__in=["Voirie", "Broyeur"]):
        projet.retirer(par=bruno, motif="doublon")
    for membre in (bruno, camille, remi):
        assert not {"deliberation", "tache"} & {ligne.genre for ligne in AFaire(membre, None).lignes}
        assert "deliberation" not in str(groupes(comme(membre)))
