"""The figures of the platform: what each counts, for whom, drawn, as a table, exported."""

from datetime import timedelta

import pytest
from django.utils import timezone

from besoins.models import Besoin, Position, PositionDite, Projet
from plateforme.socle.graphiques import Barres
from reseau.models import Domaine
from tests.besoins.test_economies import economie
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_discussion, faire_message, faire_projet

ADRESSE = "/chiffres/"


@pytest.fixture
def voirie(db):
    return Domaine.objects.get(code="voirie")


def tableau(client, code, adresse=ADRESSE):
    """{name of a row: what its cells say}"""
    page = client.get(adresse)
    assert page.status_code == 200
    [indicateur] = [i for i in page.context["indicateurs"] if i.code == code]
    return {nom: [case.en_clair for case in cases] for nom, cases in indicateur.lignes}


def test_needs_are_counted_by_domaine_and_state_without_the_closed_circles(
    connecter, client, camille, diane, bruno, voirie, rst, besoin_du_rst
):
    for titre in ("Sel", "Enrobé"):
        faire_besoin(titre, bruno, reseau=rst).domaines.add(voirie)
    besoin_du_rst.domaines.add(voirie)
    faire_besoin("Clos", bruno).clore(par=bruno, issue="pret")
    faire_besoin("Sans suite", bruno).clore(par=bruno, issue="sans_suite", motif="trop cher")
    faire_besoin("Retiré", bruno).retirer(par=bruno, motif="doublon")
    nom = voirie.libelle
    for membre in (camille, diane):
        assert tableau(connecter(membre), "besoins") == {nom: [2, 0, 0, 0], "sans domaine": [0, 0, 1, 1]}
    # Who runs the network counts what is said there among themselves.
    assert tableau(client, "besoins", f"{ADRESSE}?reseau=rst") == {nom: [3, 0, 0, 0]}
    for refuse in (camille, bruno):
        assert connecter(refuse).get(f"{ADRESSE}?reseau=rst").status_code == 404
        assert client.get(f"{ADRESSE}besoins/export/?reseau=rst").status_code == 404
    assert client.get(f"{ADRESSE}?reseau=é").status_code == 404


def test_each_number_of_the_table_of_projects_leads_to_them(
    connecter, camille, bruno, louverne, change, agglo, rst
):
    faire_projet("Balayeuse", bruno, beneficiaires=[louverne, change])
    service = {"type_mutualisation": "service_commun", "fournisseur": agglo, "beneficiaires": [louverne]}
    faire_projet("Instruction", bruno, **service)
    faire_projet("Réservé", bruno, reseau=rst, visibilite="reseau", **service)
    Projet.objects.filter(type_mutualisation="service_commun").update(sens="descendante")
    client = connecter(camille)
    lignes = tableau(client, "projets")
    assert len(lignes) == 5 and all(len(cases) == 3 for cases in lignes.values())
    assert lignes["Service commun"] == [1, 0, 0]
    adresse = "/projets/?type_mutualisation=service_commun&amp;sens=descendante"
    assert f'href="{adresse}"' in client.get(ADRESSE).text
    page = client.get(adresse.replace("&amp;", "&")).text
    assert "Instruction" in page and "Balayeuse" not in page


def test_delays_are_medians_that_say_how_many_they_count(connecter, camille, bruno, rst, voirie):
    for jours in (2, 4, 9):
        question = faire_discussion(f"Question {jours}", bruno, reseau=rst)
        faire_message(question, camille)
        le = timezone.now() - timedelta(days=jours)
        type(question).objects.filter(pk=question.pk).update(publie_le=le)
    besoin = faire_besoin("Sel", bruno)
    faire_projet("Sel à plusieurs", bruno).rapprocher([besoin], par=bruno)
    Besoin.objects.update(publie_le=timezone.now() - timedelta(days=30))
    lignes = tableau(connecter(camille), "delais")
    assert lignes["Première réponse à une demande"] == ["4 jours", 3]
    assert lignes["D’un besoin au projet qui le réunit"] == ["30 jours", 1]
    assert lignes["Du projet publié à sa clôture"] == ["–", 0]
    # The drawing says it in the same words.
    dessin = connecter(camille).get(ADRESSE).text.split('id="dessin-delais-titre"')[1].split("</svg>")[0]
    assert ">4 jours</text>" in dessin and ">30 jours</text>" in dessin


def test_communes_that_take_part_are_counted_by_month_and_never_named(
    connecter, client, camille, remi, bruno, louverne, balayeuse, agglo, alex, montflours, sylvie
):
    projet = faire_projet("Balayeuse à plusieurs", bruno)
    Position.dire(balayeuse, collectivite=louverne, par=camille, niveau="interessee")
    Position.dire(projet, collectivite=louverne, par=camille, niveau="interessee")
    Position.dire(projet, collectivite=montflours, par=sylvie, niveau="curieuse")
    Position.dire(balayeuse, collectivite=montflours, par=sylvie, niveau="hors")
    # What an agent says against her référent does not count.
    PositionDite.objects.create(
        contribution_id=projet.pk,
        collectivite=montflours,
        par=sylvie,
        confirmee=False,
        retenue=False,
        niveau="engagee",
        dite_le=timezone.now(),
    )
    lignes = tableau(connecter(alex), "participation")
    assert len(lignes) == 12
    assert list(lignes.values())[-1] == [2, 0, 0, 0, 1, 1]
    assert list(lignes.values())[0] == [0, 0, 0, 0, 0, 0]
    section = client.get(ADRESSE).text.partition('id="participation"')[2]
    assert "Montflours" not in section and "Louverné" not in section


def test_savings_add_up_by_method_what_was_expected_apart_from_what_came(
    connecter, client, camille, diane, bruno, remi, louverne, change, rst
):
    sel = faire_projet("Sel", bruno)
    reserve = faire_projet("Réservé", bruno, reseau=rst, visibilite="reseau")
    for projet, commune, methode, moment, montant in (
        (sel, louverne, "Location évitée", "estimee", 1200),
        (sel, change, "location  évitée", "estimee", 300),
        (sel, louverne, "Location évitée", "reelle", 1000),
        (sel, louverne, "Heures d’agent", "reelle", -50),
        (reserve, change, "Location évitée", "estimee", 9999),
    ):
        economie(projet, commune, montant, methode=methode, moment=moment)
    economie(sel, louverne, 7777, methode="Contestée").contester(par=remi, motif="Jamais loué")
    lignes = tableau(connecter(camille), "economies")
    assert lignes == {
        "Heures d’agent (coût évité)": ["–", 0, "−50\u202f€", 1],
        "Location évitée (coût évité)": ["1\xa0500\u202f€", 2, "1\xa0000\u202f€", 1],
    }
    [dessin] = [i.barres for i in client.get(ADRESSE).context["indicateurs"] if i.code == "economies"]
    assert [(rangee["nom"], rangee["total"]) for rangee in dessin.rangees] == [
        ("Estimé\u202f: Location évitée", "1\xa0500"),
        ("Réel\u202f: Location évitée", "1\xa0000"),
    ]
    du_reseau = tableau(connecter(diane), "economies", f"{ADRESSE}?reseau=rst")
    assert du_reseau["Location évitée (coût évité)"] == ["9\xa0999\u202f€", 1, "–", 0]


def test_every_chart_has_its_table_its_definition_its_date_and_its_export(
    connecter, camille, bruno, louverne, balayeuse
):
    economie(faire_projet("Sel", bruno), louverne)
    client = connecter(camille)
    page = client.get(ADRESSE)
    indicateurs = list(page.context["indicateurs"])
    assert [i.code for i in indicateurs] == ["besoins", "projets", "delais", "participation", "economies"]
    texte = page.text
    assert texte.count('<svg role="img"') == texte.count('<table class="tableau"') == len(indicateurs)
    assert texte.count("Comptés sur ce site, le ") == len(indicateurs)
    assert "style=" not in texte
    for indicateur in indicateurs:
        assert indicateur.definition
        adresse = f"{ADRESSE}{indicateur.code}/export/"
        lignes = client.get(f"{adresse}?format=csv").getvalue().decode("utf-8-sig").splitlines()
        assert len(lignes) == len(indicateur.lignes) + 1
        assert client.get(f"{adresse}?format=xlsx").status_code == 200
    assert client.get(f"{ADRESSE}rien/export/").status_code == 404


def test_a_reference_of_elsewhere_says_whose_it_is_and_that_its_year_is_not_given(connecter, camille):
    page = connecter(camille).get(ADRESSE).text
    assert "57\u202f%" in page
    assert page.count("enquêtes citées sans leur année") == 1


def test_they_are_kept_some_minutes_and_cost_the_same_however_much_is_counted(
    connecter, camille, bruno, change, balayeuse, voirie
):
    from django.core.cache import caches

    client = connecter(camille)

    def frais():
        client.get(ADRESSE)
        caches["local"].clear()
        return requetes_pour(client, ADRESSE)

    avant = frais()
    for n in range(4):
        faire_besoin(f"Besoin {n}", bruno).domaines.add(voirie)
        economie(faire_projet(f"Projet {n}", bruno), change, methode=f"Méthode {n}")
    assert frais() == avant
    assert tableau(client, "besoins")["sans domaine"] == [1, 0, 0, 0]
    faire_besoin("Un de plus", bruno)
    assert tableau(client, "besoins")["sans domaine"] == [1, 0, 0, 0]


def test_the_links_lead_to_them(connecter, camille, diane, rst):
    assert 'href="/chiffres/"' in connecter(camille).get("/").text
    assert 'href="/chiffres/"' in connecter(camille).get("/reseaux/rst/").text
    assert 'href="?reseau=rst"' in connecter(diane).get(ADRESSE).text
    assert 'href="?reseau=rst"' not in connecter(camille).get(ADRESSE).text


@pytest.mark.parametrize(
    ("valeurs", "largeurs"),
    [([0, 0], []), ([1, 0], [356]), ([1, 1], [179, 179]), ([10**6, 1], [355, 2]), ([0.5, 1.5], [90, 267])],
)
def test_a_bar_shows_its_smallest_part_within_the_drawing(valeurs, largeurs):
    [rangee] = Barres("Essai", ["un", "deux"], [("x" * 90, valeurs)]).rangees
    assert [part["largeur"] for part in rangee["parts"]] == largeurs
    assert sum(largeurs) <= 358 and len(rangee["nom"]) <= 42
    assert Barres("Vide", [], []).rangees == []
