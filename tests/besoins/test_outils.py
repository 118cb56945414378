"""« Quel outil choisir ? »: what the data say of a situation, and the pages that say it."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
from django.utils import timezone

from besoins.models import BaseLegale, Demarche, Projet
from besoins.outils import GRAVITE, PREFIXE_DE_VISA, Verdict, catalogue
from besoins.views import outils as views
from tests.reseau.test_publication import prefilled

CONVIENT, POSSIBLE = Verdict.CONVIENT, Verdict.POSSIBLE
COURTS = {
    "groupement": "groupement-de-commandes",
    "par-l-agglo": "achat-mene-par-l-intercommunalite",
    "descendante": "service-mis-a-disposition-des-communes",
    "ascendante": "service-mis-a-disposition-de-l-intercommunalite",
    "agent": "agent-mis-a-disposition",
    "gestion": "convention-de-gestion",
    "pret": "pret-a-usage",
    "biens": "biens-partages",
    "equipement": "equipements-collectifs",
    "transfert": "transfert-de-competence",
}

# A situation as a commune tells it | its answers | the tools that fit | those that may.
SITUATIONS = """
prêter une nacelle sans agent entre 2 communes | materiel communes sans gratuit | pret |
prêter une nacelle, sans rien dire d’autre | materiel | pret | biens location
louer un podium à la semaine à une autre commune | materiel communes sans prix | location |
prêter un broyeur, carburant remboursé | materiel communes sans frais | | pret location
une balayeuse de commune vient avec son conducteur | materiel communes un frais | prestation |
une nacelle achetée par l’agglo pour les communes | materiel descendante sans gratuit | biens | pret
la balayeuse de l’agglo vient avec l’équipe | materiel descendante equipe | descendante | prestation
une saleuse de commune prêtée à l’agglo | materiel ascendante sans gratuit | pret |
une traceuse possédée ensemble pour des années | materiel communes gratuit durable | pret | entente
un podium prêté à un syndicat | materiel exterieur sans gratuit | pret |
une machine et son agent pour une commune d’ailleurs | materiel exterieur un | |
acheter du sel à plusieurs | acheter | groupement | par-l-agglo
acheter du sel entre communes | acheter communes | groupement |
l’agglo achète pour ses communes, gratuitement | acheter descendante gratuit | groupement | par-l-agglo
l’agglo achète et fait payer ses frais | acheter descendante frais | groupement |
acheter avec un syndicat d’énergie | acheter exterieur | groupement |
la salle d’une commune sert à sa voisine | equipement communes | equipement | location
la salle d’une commune louée à sa voisine | equipement communes prix | equipement location |
un agent deux jours par semaine chez la voisine | agents communes un frais regulier | agent |
des agents, sans savoir comment | agents | | agent descendante prestation
l’équipe espaces verts d’une commune chez une autre | agents communes equipe | service-unifie | prestation
le bureau d’études de l’agglo pour les communes | agents descendante equipe | descendante | prestation
l’équipe voirie gardée, pour l’agglo | agents ascendante equipe en_partie | ascendante | prestation
la même, sans aucun transfert | agents ascendante equipe non | | prestation
mettre des agents à disposition, sans agent | agents sans | |
un seul service pour les permissions de voirie | service descendante durable non | service-commun | transfert
un service entre communes, sans l’agglo | service communes | service-unifie |
un service commun pour un chantier | service descendante ponctuel | | service-commun
un service commun sur une compétence de l’agglo | service descendante oui | | descendante
un service avec un syndicat | service exterieur | | service-unifie
faire tondre par la commune voisine | confier communes equipe prix | prestation |
une commune entretient une zone de l’agglo | confier ascendante | gestion | prestation ascendante
une commune confie un équipement à l’agglo | confier descendante | gestion descendante | prestation
confier à un syndicat | confier exterieur | gestion |
entretenir ensemble une voie verte | cooperer communes | entente |
entretenir ensemble, contre un prix | cooperer prix | | entente
transférer la voirie | transferer descendante durable non | transfert |
transférer pour une saison | transferer regulier | |
transférer ce qui l’est déjà | transferer oui | |
"""
SITUATIONS = [[case.strip() for case in ligne.split("|")] for ligne in SITUATIONS.strip().splitlines()]


def reponses(mots):
    """Each answer knows its question: no two questions share one."""
    de_qui = {r[0]: question.code for question in catalogue().questions.values() for r in question.reponses}
    return {de_qui[mot]: mot for mot in mots.split()}


def codes(courts):
    return {COURTS.get(court, court) for court in courts.split()}


@pytest.mark.parametrize(("situation", "mots", "conviennent", "possibles"), SITUATIONS)
def test_a_situation_leads_to_its_tools(situation, mots, conviennent, possibles):
    proposees = [p for p in catalogue().proposer(reponses(mots)) if not p.est_exclue]
    for verdict, attendus in ((CONVIENT, conviennent), (POSSIBLE, possibles)):
        assert {p.outil.code for p in proposees if p.verdict == verdict} == codes(attendus), situation
    assert [GRAVITE[p.verdict] for p in proposees] == sorted(GRAVITE[p.verdict] for p in proposees)


def test_every_tool_is_reached_and_every_exclusion_has_its_reason():
    atteints = set()
    for _situation, mots, *_attendus in SITUATIONS:
        jugees = catalogue().proposer(reponses(mots))
        assert len(jugees) == len(catalogue().outils) and all(all(p.raisons) for p in jugees)
        atteints |= {p.outil.code for p in jugees if not p.est_exclue}
    assert atteints == set(catalogue().outils)


@pytest.mark.django_db
def test_the_file_names_only_what_exists():
    les = catalogue()
    assert 5 <= len(les.questions) <= 7
    toutes = [r[0] for q in les.questions.values() for r in q.reponses]
    assert len(toutes) == len(set(toutes)), "an answer of two questions"
    permises = {q.code: {"", *(r[0] for r in q.reponses)} for q in les.questions.values()}
    for outil in les.outils.values():
        assert outil.type in Projet.TypeMutualisation
        assert set(outil.etapes) <= set(les.etapes)
        bases = BaseLegale.objects.in_bulk(outil.bases)
        assert set(bases) == set(outil.bases) and outil.type in bases[outil.bases[0]].types
        assert bool(outil.texte) == (outil.bases[0] == BaseLegale.AUTRE)
        for regle in outil.regles:
            assert regle.plutot in {"", *les.outils} and regle.raison
            for question, valeurs in regle.si.items():
                assert set(valeurs) <= permises[question], (outil.code, question)
    for exigence in les.exigences:
        assert exigence.type in Projet.TypeMutualisation and set(exigence.phases) <= set(Projet.Phase)
        assert set(exigence.etapes) <= set(les.etapes)
    assert len([code for code in les.etapes if code.startswith(PREFIXE_DE_VISA)]) == 3
    champs = {nom: Demarche._meta.get_field(nom).max_length for nom in ("code", "libelle", "qui")}
    for etape in les.etapes.values():
        assert all(len(getattr(etape, nom)) <= longueur for nom, longueur in champs.items())


def test_the_file_has_the_spaces_that_french_wants():
    texte = files("besoins").joinpath("donnees/outils.toml").read_text(encoding="utf-8")
    lignes = [ligne for ligne in texte.splitlines() if not ligne.startswith("#")]
    assert not [ligne for ligne in lignes if re.search(r" [;:!?»]|« |\S[;!?»](?=[\s\"])(?<!\u202f.)", ligne)]


# The pages


@pytest.mark.django_db
def test_a_visitor_answers_and_the_address_keeps_her_answers(client):
    page = client.get("/outils/")
    assert page.status_code == 200 and "pas conseil juridique" in page.text
    assert page.text.count("<fieldset") == len(catalogue().questions)
    reponse = client.get("/outils/", {"objet": "materiel", "sens": "communes", "agents": "sans", "prix": ""})
    assert [p.outil.code for p in reponse.context["proposees"]] == ["pret-a-usage", "location"]
    assert "Vos réponses" in reponse.text and "Entre communes" in reponse.text
    assert 'value="communes" id="id_sens_0" checked' in reponse.text.replace("required ", "")
    assert "c’est l’outil le plus simple" in reponse.text and 'href="/outils/pret-a-usage/"' in reponse.text
    # Those that are left out say why, and where to look instead.
    ecartes = reponse.text.split("écartés, et pourquoi")[1]
    assert "Il réunit des agents dans un seul service" in ecartes and "Voyez plutôt" in ecartes
    assert "?outil=" not in reponse.text  # she has nobody for whom to start a project


@pytest.mark.django_db
def test_an_answer_that_is_none_is_told_beside_its_question(client):
    for demande, champ in (
        ({"objet": "", "sens": "communes"}, "id_objet"),
        ({"objet": "licorne"}, "id_objet"),
        ({"objet": "materiel", "sens": "licorne"}, "id_sens"),
        ({"objet": ["materiel", "9" * 5000]}, "id_objet"),
    ):
        page = client.get("/outils/", demande)
        assert page.status_code == 422 and f'id="{champ}_error"' in page.text, demande
        assert "proposees" not in page.context


@pytest.mark.django_db
def test_an_honest_answer_when_nothing_fits(client, connecter, camille):
    demande = {"objet": "transferer", "competence": "oui"}
    page = client.get("/outils/", demande).text
    assert "Aucun outil de cette liste ne convient" in page and "C’est déjà sa compétence." in page
    assert "Poser la question" not in page
    assert "Poser la question" in connecter(camille).get("/outils/", demande).text


@pytest.mark.django_db
def test_every_tool_has_its_sheet(client):
    for code, outil in catalogue().outils.items():
        page = client.get(f"/outils/{code}/").text
        for attendu in ("Qui signe", "Délais", "Ce qu’il faut", "pas conseil juridique", "Base légale"):
            assert attendu in page, (code, attendu)
        assert ("À vérifier avant de s’y fier" in page) == bool(outil.a_verifier)


@pytest.mark.django_db
def test_the_sheet_says_what_administrators_keep_of_the_law(client):
    assert "à jour au 23 février 2022" in client.get("/outils/service-commun/").text
    assert "date à vérifier" in client.get("/outils/pret-a-usage/").text
    BaseLegale.objects.filter(pk="CC_1875").update(article="Code civil, 1875 à 1891", a_jour_au="2026-11-02")
    fiche = client.get("/outils/pret-a-usage/").text
    assert "Code civil, 1875 à 1891" in fiche and "à jour au 2 novembre 2026" in fiche
    BaseLegale.objects.filter(pk="CC_1875").update(en_vigueur_au="2026-01-01")
    assert "plus en vigueur depuis le 1er janvier 2026" in client.get("/outils/pret-a-usage/").text
    assert client.get("/outils/licorne/").status_code == 404


@pytest.mark.django_db
def test_a_small_commune_reads_whose_opinion_it_needs(client):
    fiche = client.get("/outils/service-commun/").text
    assert "moins de 50 agents" in fiche and "centre de gestion (CDG)" in fiche


@pytest.mark.django_db
def test_sheets_that_nobody_has_read_for_a_year_are_to_be_checked(client, monkeypatch):
    assert "il y a plus d’un an" not in client.get("/outils/entente/").text
    vieux = timezone.localdate() - timedelta(days=366)
    monkeypatch.setattr(views, "catalogue", lambda: replace(catalogue(), relu_le=vieux))
    for adresse in ("/outils/", "/outils/entente/"):
        assert "il y a plus d’un an" in client.get(adresse).text


# A project that starts from a tool


def test_a_project_starts_from_a_tool_with_all_that_it_foresees(connecter, camille, rst, agglo, louverne):
    louverne.rejoindre(agglo)
    client = connecter(camille)
    assert '/projets/publier/?outil=service-commun"' in client.get("/outils/service-commun/").text
    adresse = "/projets/publier/?outil=service-commun"
    page = client.get(adresse)
    assert "Ce projet part de l’outil" in page.text and "10 démarches" in page.text
    envoi = prefilled(client, adresse)
    assert (envoi["type_mutualisation"], envoi["base_legale"]) == ("service_commun", "CGCT_L5211_4_2")
    for _clic in range(2):
        client.post(adresse, envoi | {"titre": "Instruire ensemble", "fournisseur": agglo.pk, "publier": ""})
    projet = Projet.objects.get()
    assert [d.code for d in projet.demarches.all()] == list(catalogue().outils["service-commun"].etapes)
    page = client.get(projet.get_absolute_url()).text
    assert "Rédiger la fiche d’impact" in page and "0 réglée sur 10" in page
    assert 'href="/outils/service-commun/"' in page


@pytest.mark.parametrize("outil", ["licorne", "", "9" * 200])
def test_a_tool_that_does_not_exist_starts_an_ordinary_project(connecter, camille, rst, outil):
    client, adresse = connecter(camille), f"/projets/publier/?outil={outil}"
    client.post(adresse, prefilled(client, adresse) | {"titre": "Un projet", "publier": ""})
    assert Projet.objects.get().demarches.count() == 0


def test_a_text_of_another_code_is_named_in_the_form(connecter, camille, rst):
    envoi = prefilled(connecter(camille), "/projets/publier/?outil=location")
    assert (envoi["base_legale"], envoi["base_legale_autre"]) == ("AUTRE", "Louage de choses")


# The law, kept by administrators


def test_an_administrator_corrects_an_article_and_nobody_else(client, alex, diane):
    adresse = "/admin/besoins_baselegale/edit/CC_1875/"
    corrige = {"article": "Code civil, 1875", "intitule": "prêt à usage", "a_jour_au": "2026-11-02"}
    client.force_login(diane.utilisateur)
    assert client.post(adresse, corrige).status_code == 302
    assert BaseLegale.objects.get(pk="CC_1875").a_jour_au is None
    client.force_login(alex.utilisateur)
    assert client.get(adresse).status_code == 200
    assert (
        client.post(
            adresse, corrige | {"en_vigueur_du": "2026-01-02", "en_vigueur_au": "2026-01-01"}
        ).status_code
        == 200
    )
    assert client.post(adresse, corrige).status_code == 302
    base = BaseLegale.objects.get(pk="CC_1875")
    assert (base.a_jour_au, base.article) == (date(2026, 11, 2), "Code civil, 1875")
    assert base.types == ["mise_a_disposition"]
    assert client.get("/admin/besoins_baselegale/new/").status_code == 404
    assert client.get("/admin/besoins_baselegale/delete/CC_1875/").status_code == 404


def test_the_needs_being_brought_together_are_kept_on_the_way_to_a_tool(connecter, bruno):
    client = connecter(bruno)
    gardes = "besoins=7&besoins=9"
    choix = client.get(f"/outils/?objet=acheter&{gardes}&besoins=x").content.decode()
    assert "/projets/publier/?outil=groupement-de-commandes&amp;besoins=7&amp;besoins=9" in choix
    fiche = re.search(r'href="(/outils/groupement-de-commandes/[^"]*)"', choix)[1].replace("&amp;", "&")
    assert (
        f"outil=groupement-de-commandes&amp;{gardes.replace('&', '&amp;')}"
        in client.get(fiche).content.decode()
    )
