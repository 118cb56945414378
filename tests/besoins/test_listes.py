"""The list of needs and the feed: facets, search, sort, pages, export."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import caches
from django.utils import timezone
from openpyxl import load_workbook

from besoins.models import Position
from reseau.forms.listes import FiltreForm
from reseau.models import Domaine
from tests.fabriques import faire_besoin, faire_discussion, faire_message, faire_ressource


@pytest.fixture
def besoins(bruno, camille, chantal, rst, amenagement, louverne):
    voirie = Domaine.objects.get(code="voirie")
    aujourd_hui = timezone.localdate()
    sel = faire_besoin("Sel de déneigement", bruno, reseau=rst, echeance=aujourd_hui + timedelta(days=30))
    sel.domaines.add(voirie)
    sel.noter_reperes()
    nacelle = faire_besoin(
        "Nacelle pour les illuminations", bruno, reseau=rst, echeance=aujourd_hui + timedelta(days=4)
    )
    jeux = faire_besoin("Contrôle des aires de jeux", chantal, reseau=amenagement)
    clos = faire_besoin("Broyeur", bruno, reseau=rst)
    clos.clore(par=bruno, issue="pret")
    return {"sel": sel, "nacelle": nacelle, "jeux": jeux, "clos": clos}


def titres(reponse):
    return [c.titre for c in reponse.context["contributions"]]


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        (
            "",
            ["Broyeur", "Contrôle des aires de jeux", "Nacelle pour les illuminations", "Sel de déneigement"],
        ),
        ("domaine=voirie", ["Sel de déneigement"]),
        ("reseau=amenagement", ["Contrôle des aires de jeux"]),
        ("collectivite=montflours", ["Contrôle des aires de jeux"]),
        ("etat=clos", ["Broyeur"]),
        ("etat=ouvert&reseau=rst", ["Nacelle pour les illuminations", "Sel de déneigement"]),
        ("q=deneigement", ["Sel de déneigement"]),
        ("tri=echeance", ["Nacelle pour les illuminations", "Sel de déneigement"]),
        ("domaine=inconnu&tri=bizarre&etat=x", None),
    ],
)
def test_facets_search_and_sort_narrow_the_list(connecter, camille, besoins, filtre, attendus):
    trouves = titres(connecter(camille).get(f"/besoins/?{filtre}"))
    assert trouves == attendus if attendus is not None else len(trouves) == 4


@pytest.mark.parametrize(
    ("filtre", "facette", "nombres"),
    [
        ("", "reseau", {"rst": 3, "amenagement": 1}),
        ("domaine=voirie", "reseau", {"rst": 1, "amenagement": 0}),
        ("domaine=voirie", "domaine", {"voirie": 1}),
        ("etat=ouvert", "collectivite", {"change": 2, "montflours": 1}),
        ("etat=ouvert&reseau=amenagement", "collectivite", {"change": 0, "montflours": 1}),
        ("moi=publie", "reseau", {"rst": 0, "amenagement": 0}),
        ("q=sel", "reseau", {"rst": None, "amenagement": None}),
    ],
)
def test_a_facet_counts_what_the_other_choices_leave(connecter, camille, besoins, filtre, facette, nombres):
    groupes = connecter(camille).get(f"/besoins/?{filtre}").context["filtre"].groupes
    (valeurs,) = [groupe["valeurs"] for groupe in groupes if groupe["nom"] == facette]
    assert {v["valeur"]: v["nombre"] for v in valeurs} == nombres


def test_the_sort_by_deadline_counts_apart(connecter, camille, besoins):
    client = connecter(camille)

    def communes():
        (groupe,) = [
            g for g in client.get("/besoins/").context["filtre"].groupes if g["nom"] == "collectivite"
        ]
        return {v["valeur"]: v["nombre"] for v in groupe["valeurs"]}

    assert client.get("/besoins/?tri=echeance").status_code == 200
    assert communes() == {"change": 3, "montflours": 1}


def test_i_find_what_i_published_and_what_i_follow(client, connecter, camille, bruno, besoins):
    besoins["jeux"].suivre(bruno)
    siens = ["Broyeur", "Nacelle pour les illuminations", "Sel de déneigement"]
    assert titres(connecter(bruno).get("/besoins/?moi=publie")) == siens
    assert len(titres(client.get("/besoins/?moi=suivi"))) == 4
    assert "/fil/?moi=publie" in client.get("/moi/").text
    assert "<h1>Mes publications</h1>" in client.get("/fil/?moi=publie").text
    assert "<h1>Ce qui a bougé</h1>" in client.get("/fil/").text
    besoins["sel"].ne_plus_suivre(bruno)
    assert "Sel de déneigement" not in titres(client.get("/fil/?moi=suivi"))
    assert titres(connecter(camille).get("/besoins/?moi=publie")) == []
    client.logout()
    assert client.get("/besoins/?moi=publie").status_code == 200


def test_i_find_what_i_withdrew_among_what_i_published_and_nobody_finds_it_elsewhere(
    connecter, bruno, diane, camille, besoins
):
    for membre in (diane, camille):
        besoins["sel"].suivre(membre)

    def lire(membre, adresse):
        return connecter(membre).get(adresse)

    for adresse in ("/fil/", "/fil/?moi=publie"):  # kept lines and counts
        assert "retirée" not in lire(bruno, adresse).text
    besoins["sel"].retirer(par=bruno, motif="Doublon")

    siennes = ["Broyeur", "Nacelle pour les illuminations", "Sel de déneigement"]
    for adresse in ("/fil/?moi=publie", "/besoins/?moi=publie", "/fil/?moi=publie&moi=suivi"):
        page = lire(bruno, adresse)
        assert titres(page) == siennes
        assert page.text.count("retirée") == 1
    assert titres(lire(bruno, "/fil/?moi=publie&q=deneigement")) == ["Sel de déneigement"]
    assert titres(lire(bruno, "/besoins/?moi=publie&tri=echeance")) == siennes[1:]
    assert titres(lire(bruno, "/besoins/?moi=publie&reseau=rst&etat=ouvert")) == siennes[1:]
    assert titres(lire(bruno, "/besoins/?moi=publie&reseau=amenagement")) == []

    # Diane, who animates the network, may open its page: it is in none of her lists.
    assert lire(diane, besoins["sel"].get_absolute_url()).status_code == 200
    for membre in (bruno, diane, camille):
        for filtre in ("", "?moi=suivi", "?q=deneigement", "?tri=echeance", "?domaine=voirie"):
            assert "Sel de déneigement" not in titres(lire(membre, f"/besoins/{filtre}"))
        assert "Sel" not in lire(membre, "/besoins/export/?moi=publie").getvalue().decode()
        assert "retirée" not in lire(membre, "/").text
    assert "Sel de déneigement" not in titres(lire(diane, "/fil/?moi=publie"))


def test_what_i_withdrew_is_counted_only_with_what_i_published(connecter, bruno, besoins):
    def nombre(filtre):
        groupes = connecter(bruno).get(f"/besoins/{filtre}").context["filtre"].groupes
        (reseaux,) = [groupe["valeurs"] for groupe in groupes if groupe["nom"] == "reseau"]
        return {v["valeur"]: v["nombre"] for v in reseaux}["rst"]

    assert (nombre(""), nombre("?moi=publie")) == (3, 3)
    besoins["sel"].retirer(par=bruno, motif="Doublon")
    caches["local"].clear()
    assert (nombre(""), nombre("?moi=publie")) == (2, 3)


def test_my_commune_has_not_answered(connecter, camille, besoins, louverne):
    Position.dire(besoins["sel"], collectivite=louverne, par=camille, niveau="hors")
    client = connecter(camille)
    attendus = ["Contrôle des aires de jeux", "Nacelle pour les illuminations"]
    assert titres(client.get("/besoins/?ma_commune=a_repondre")) == attendus
    assert titres(client.get("/besoins/?ma_commune=repondu")) == ["Sel de déneigement"]


@pytest.mark.parametrize(
    "q", ['"', '"voirie', "   ", "*", "a OR", "-", "(((", "%" * 300, "é" * 5000, "NEAR/3"]
)
@pytest.mark.parametrize("adresse", ["/besoins/", "/fil/", "/besoins/export/"])
def test_no_search_gives_a_500(connecter, camille, besoins, adresse, q):
    assert connecter(camille).get(adresse, {"q": q}).status_code == 200


@pytest.mark.parametrize(
    "apres, etat", [("", 200), ("x", 404), ("0", 404), ("a:b", 404), ("eyJh" * 500, 404)]
)
def test_a_hostile_cursor_leads_nowhere(connecter, camille, besoins, apres, etat):
    assert connecter(camille).get("/besoins/", {"apres": apres}).status_code == etat


def test_pages_follow_each_other_without_repeating_or_hiding(connecter, camille, bruno, rst):
    for n in range(45):
        faire_besoin(f"Besoin {n:02}", bruno, reseau=rst)
    client, vus, adresse = connecter(camille), [], "/besoins/"
    while adresse:
        reponse = client.get(adresse)
        vus += titres(reponse)
        suite = reponse.context["lien_suivant"]
        adresse = f"/besoins/{suite}" if suite else ""
    assert vus == [f"Besoin {n:02}" for n in reversed(range(45))]


def test_the_list_costs_the_same_with_three_needs_and_with_twenty(
    client, bruno, rst, django_assert_max_num_queries
):
    for n in range(3):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst, visibilite="publique")
    client.get("/besoins/")
    with django_assert_max_num_queries(5):
        client.get("/besoins/")
    for n in range(20):
        besoin = faire_besoin(f"Autre {n}", bruno, reseau=rst, visibilite="publique")
        faire_message(besoin, bruno)
    with django_assert_max_num_queries(5):
        client.get("/besoins/")


def test_an_empty_list_says_what_to_do(connecter, camille):
    page = connecter(camille).get("/besoins/").content.decode()
    assert "Aucun besoin" in page
    assert "/besoins/publier/" in page


def test_the_feed_mixes_the_types(connecter, camille, bruno, balayeuse, rst):
    faire_discussion("Désherbage", bruno, reseau=rst)
    client = connecter(camille)
    assert titres(client.get("/fil/")) == ["Désherbage", "Balayeuse de voirie pour les bourgs"]
    assert titres(client.get("/fil/?type=discussion")) == ["Désherbage"]


def test_the_filtered_list_is_exported_without_formulas(connecter, camille, bruno, rst, besoins):
    faire_besoin("=HYPERLINK(evil)", bruno, reseau=rst)
    client = connecter(camille)
    texte = b"".join(client.get("/besoins/export/?reseau=rst").streaming_content).decode("utf-8-sig")
    lignes = list(csv.DictReader(StringIO(texte), delimiter=";"))
    assert [ligne["titre"] for ligne in lignes] == [
        "'=HYPERLINK(evil)",
        "Broyeur",
        "Nacelle pour les illuminations",
        "Sel de déneigement",
    ]
    classeur = load_workbook(BytesIO(b"".join(client.get("/besoins/export/?format=xlsx").streaming_content)))
    assert classeur.active.max_row == 6


def test_every_choice_of_the_list_can_be_exported(connecter, camille, besoins):
    lignes = connecter(camille).get("/besoins/export/?tri=echeance&etat=ouvert&moi=suivi").getvalue().decode()
    assert "Sel de déneigement" not in lignes
    lignes = connecter(camille).get("/besoins/export/?tri=echeance").getvalue().decode()
    assert 0 < lignes.index("Nacelle") < lignes.index("Sel de déneigement") and "Broyeur" not in lignes


def test_the_export_is_for_members(client, besoins):
    assert client.get("/besoins/export/").status_code == 302


def test_a_renamed_domaine_is_shown_under_its_new_name(connecter, camille, besoins):
    voirie = Domaine.objects.get(code="voirie")
    voirie.libelle = "Voirie et réseaux"
    voirie.save()
    assert "Voirie et réseaux" in connecter(camille).get("/besoins/?domaine=voirie").content.decode()


def test_a_kept_line_shows_what_is_true_for_this_reader_now(client, connecter, bruno, camille, rst, louverne):
    besoin = faire_besoin("Nacelle", bruno, reseau=rst, visibilite="publique")
    repondre, membre = f"{besoin.get_absolute_url()}#ma-position", connecter(camille)
    visiteur = type(client)()
    for _ in range(2):
        assert repondre not in visiteur.get("/besoins/").text
        assert repondre in membre.get("/besoins/").text
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")
    faire_message(besoin, camille)
    besoin.collectivite.nom = "Bonchamp-le-Neuf"
    besoin.collectivite.save()
    assert repondre not in membre.get("/besoins/").text
    assert "Bonchamp-le-Neuf" in membre.get("/besoins/").text
    for vu in ["engagée", "1 message"]:
        assert vu in visiteur.get("/besoins/").text


def test_the_kept_filters_of_the_feed_are_not_those_of_the_needs(connecter, camille, balayeuse):
    client = connecter(camille)
    for _ in range(2):
        assert "par échéance" not in client.get("/fil/").text
        assert "par échéance" in client.get("/besoins/").text
        assert 'value="voirie" checked' not in client.get("/besoins/").text


def test_a_list_says_which_word_it_read_instead_of_a_misspelt_one(connecter, camille, balayeuse):
    client = connecter(camille)
    page = client.get("/besoins/?q=balayeusse").text
    assert balayeuse.titre in page and "Résultats pour <strong>« balayeuse »</strong>." in page
    assert '<a href="?q=%22balayeusse%22">Chercher seulement « balayeusse »</a>' in page
    assert balayeuse.titre not in client.get("/besoins/?q=%22balayeusse%22").text
    assert "Résultats pour" not in client.get("/besoins/?q=balayeuse").text


@pytest.mark.parametrize("adresse", ["/besoins/", "/fil/", "/documents/"])
def test_a_list_reads_the_words_in_one_way_whatever_else_is_chosen(connecter, camille, chantal, rst, adresse):
    faire = faire_ressource if adresse == "/documents/" else faire_besoin
    ici = faire("Balayeuse", camille, reseau=rst)
    mal_ecrit = faire("Balayeusse", chantal)
    client = connecter(camille)
    filtree = client.get(f"{adresse}?q=balayeusse&collectivite={ici.collectivite.slug}")
    assert not list(filtree.context["contributions"]) and "Résultats pour" not in filtree.text
    assert [c.titre for c in client.get(f"{adresse}?q=balayeusse").context["contributions"]] == [
        mal_ecrit.titre
    ]


@pytest.mark.parametrize("adresse", ["/besoins/", "/fil/", "/documents/"])
def test_what_is_chosen_is_found_though_better_answers_are_many(
    connecter, monkeypatch, camille, chantal, adresse
):
    monkeypatch.setattr(FiltreForm, "trouves_max", 2)
    faire = faire_ressource if adresse == "/documents/" else faire_besoin
    for n in range(3):
        faire(f"Sel {n}", chantal)
    loin = faire("Tri", camille, corps="Des mots, beaucoup de mots, et du sel.")
    page = connecter(camille).get(f"{adresse}?q=sel&collectivite={loin.collectivite.slug}")
    assert [c.titre for c in page.context["contributions"]] == ["Tri"]


@pytest.mark.parametrize(
    "adresse", ["/besoins/", "/fil/", "/documents/", "/projets/", "/retours/", "/membres/"]
)
def test_a_list_with_facets_leads_past_them_and_answers_htmx_with_the_whole_page(connecter, camille, adresse):
    client = connecter(camille)
    for entetes in ({}, {"HX-Request": "true"}):
        page = client.get(adresse, headers=entetes).text
        assert 'href="#resultats"' in page and 'id="resultats"' in page and 'id="facettes"' in page
