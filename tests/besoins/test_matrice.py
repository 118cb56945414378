"""Who takes part in what: communes × projects, on the screen, as lists and in a spreadsheet."""

import csv
from io import BytesIO, StringIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from besoins.models import Position, Projet
from reseau.models import Domaine, Pole
from tests.compter import requetes_pour
from tests.fabriques import faire_commune, faire_projet

MATRICE = "/projets/matrice/"


@pytest.fixture
def projets(agglo, louverne, change, montflours, camille, bruno, chantal, diane, rst, amenagement):
    """Three projects, one of them for the RST alone; what the communes say of them."""
    for commune in (louverne, change, montflours):
        commune.rejoindre(agglo)
    voirie, eau = (Domaine.objects.get(code=code) for code in ("voirie", "espaces-verts"))
    salage = faire_projet("Salage en commun", bruno, reseau=rst, publier=False)
    elagage = faire_projet("Élagage à plusieurs", chantal, reseau=amenagement, publier=False)
    ferme = faire_projet("Astreinte CANARI", bruno, reseau=rst, visibilite="reseau", publier=False)
    for projet, domaines in ((salage, [voirie]), (elagage, [voirie, eau]), (ferme, [eau])):
        projet.domaines.set(domaines)
        projet.publier(par=projet.auteur)
    for projet, collectivite, par, niveau in (
        (salage, louverne, camille, "interessee"),
        (salage, change, bruno, "curieuse"),
        (salage, agglo, diane, "interessee"),
        (elagage, louverne, camille, "curieuse"),
        (elagage, montflours, chantal, "hors"),
        (ferme, change, bruno, "interessee"),
    ):
        Position.dire(projet, collectivite=collectivite, par=par, niveau=niveau)
    return {"salage": salage, "elagage": elagage, "ferme": ferme}


def lue(client, adresse=MATRICE):
    """{commune: {column: cell}} of the page, without its empty cells."""
    matrice = client.get(adresse).context["matrice"]
    return {
        ligne.collectivite.nom: {colonne.nom: case for colonne, case in ligne.dites(matrice.colonnes)}
        for ligne in matrice.lignes
    }


def exportee(client, adresse=f"{MATRICE}export/"):
    texte = b"".join(client.get(adresse).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(texte), delimiter=";"))


def test_each_commune_and_each_project_meet_in_alphabetical_order(connecter, camille, projets):
    client = connecter(camille)
    matrice = lue(client)
    assert list(matrice) == ["Changé", "Laval Agglomération", "Louverné", "Montflours"]
    assert matrice["Louverné"] == {"Élagage à plusieurs": "curieuse", "Salage en commun": "interessee"}
    page = client.get(MATRICE)
    assert [c.nom for c in page.context["matrice"].colonnes] == [
        "Astreinte CANARI",
        "Élagage à plusieurs",
        "Salage en commun",
    ]
    assert (
        '<tr class="mienne"><th scope="row">Louverné</th><td></td><td class="curieuse">curieuse</td>'
        in page.text
    )


def test_the_reader_sees_the_projects_that_she_may_read_alone(connecter, client, camille, chantal, projets):
    assert "CANARI" in connecter(camille).get(MATRICE).text
    client = connecter(chantal)
    for adresse in (MATRICE, f"{MATRICE}?par=domaines", f"{MATRICE}?vue=projets", f"{MATRICE}export/"):
        reponse = client.get(adresse)
        texte = b"".join(reponse).decode()
        assert "CANARI" not in texte and "Changé" in texte
    assert lue(client)["Changé"] == {"Salage en commun": "curieuse"}
    projets["salage"].clore(par=projets["salage"].auteur, issue="realise")
    assert "Salage" not in client.get(MATRICE).text


@pytest.mark.parametrize(
    ("filtre", "projets_lus", "communes_lues"),
    [
        ("domaine=voirie", 2, 4),
        ("domaine=espaces-verts&reseau=amenagement", 1, 3),
        ("reseau=rst", 2, 4),
        ("phase=etude", 3, 4),
        ("phase=diagnostic", 0, 3),
        ("pole=pole-est", 3, 2),
        ("pole=mien", 3, 2),
        ("domaine=rien&reseau=rien&phase=rien&pole=rien&par=rien&vue=rien", 3, 4),
    ],
)
def test_it_is_narrowed_by_what_one_chooses(
    connecter, camille, louverne, montflours, agglo, projets, filtre, projets_lus, communes_lues
):
    pole = Pole.objects.create(nom="Pôle Est", slug="pole-est", epci=agglo)
    for commune in (louverne, montflours):
        pole.accueillir(commune)
    client = connecter(camille)
    matrice = client.get(f"{MATRICE}?{filtre}").context["matrice"]
    assert (len(matrice.colonnes), len(matrice.lignes)) == (projets_lus, communes_lues)
    for vue in ("tableau", "communes", "projets"):
        for par in ("", "domaines"):
            assert client.get(f"{MATRICE}?{filtre}&vue={vue}&par={par}").status_code == 200
    if not projets_lus:
        assert "Retirez un filtre" in client.get(f"{MATRICE}?{filtre}").text


def test_the_closed_projects_come_back_when_one_asks_for_them(connecter, bruno, projets):
    projets["salage"].clore(par=bruno, issue="realise")
    client = connecter(bruno)
    assert "Salage en commun" not in client.get(MATRICE).text
    page = client.get(f"{MATRICE}?clos=on")
    assert "Salage en commun" in [c.nom for c in page.context["matrice"].colonnes]
    assert "clos · Salage en commun" in page.text
    assert "Salage en commun (clos)" in client.get(f"{MATRICE}?clos=on&vue=communes").text
    assert "Salage en commun (clos)" in exportee(client, f"{MATRICE}export/?clos=on")[0]
    assert "Astreinte CANARI" in client.get(f"{MATRICE}?clos=on").text


def test_it_says_which_way_of_showing_it_is_chosen_beside_the_tabs_of_the_projects(
    connecter, camille, projets
):
    client = connecter(camille)
    for vue, mot in (("", "Tableau"), ("tableau", "Tableau"), ("communes", "Par commune")):
        page = client.get(f"{MATRICE}?vue={vue}").text
        assert f'aria-current="page">{mot}</a>' in page
        assert f'<a href="{MATRICE}" aria-current="page">Qui participe</a>' in page
    assert '<a href="/projets/matrice/">Qui participe</a>' in client.get("/projets/echeancier/").text


def test_who_has_no_line_reads_the_table_on_a_phone_too(connecter, alex, agglo, projets):
    Position.objects.filter(collectivite=agglo).delete()
    page = connecter(alex).get(MATRICE).text
    assert "<table" in page and "titre-mienne" not in page and "au-large" not in page


def test_by_domaine_it_counts_projects_and_adds_nothing_up(connecter, camille, projets):
    client = connecter(camille)
    [change, _agglo, louverne, montflours] = exportee(client, f"{MATRICE}export/?par=domaines")
    assert louverne == {
        "commune": "Louverné",
        "Espaces verts": "1 curieuse",
        "Voirie": "1 intéressée, 1 curieuse",
    }
    assert (change["Voirie"], montflours["Voirie"]) == ("1 curieuse", "1 pas concernée")
    page = client.get(f"{MATRICE}?par=domaines").text
    assert '<b class="interessee">1<i> intéressée</i></b> <b class="curieuse">1<i> curieuse</i></b>' in page
    assert "otal" not in page.split("<table")[1].split("</table>")[0]


def test_the_same_is_read_as_lists(connecter, camille, projets):
    client = connecter(camille)
    communes = client.get(f"{MATRICE}?vue=communes").text
    assert "<table" not in communes and communes.count('<section class="pile serree bloc-de-matrice') == 4
    assert projets["salage"].get_absolute_url() in communes and "intéressée" in communes
    par_projet = client.get(f"{MATRICE}?vue=projets").text
    assert "<table" not in par_projet and par_projet.count("bloc-de-matrice") == 3
    # On a phone, the line of my commune first.
    assert client.get(MATRICE).text.count('<h2 id="titre-mienne">Louverné</h2>') == 1


def test_it_leaves_for_a_spreadsheet_in_words(connecter, camille, projets):
    client = connecter(camille)
    lignes = {ligne["commune"]: ligne for ligne in exportee(client)}
    assert (
        lignes["Louverné"]["Salage en commun"] == "intéressée" and not lignes["Changé"]["Élagage à plusieurs"]
    )
    classeur = load_workbook(BytesIO(b"".join(client.get(f"{MATRICE}export/?format=xlsx&domaine=voirie"))))
    feuille = [*classeur.active.values]
    assert feuille[0] == ("commune", "Élagage à plusieurs", "Salage en commun")
    assert feuille[3] == ("Louverné", "curieuse", "intéressée")


def test_it_is_found_from_the_projects_and_by_an_elu(connecter, camille, bruno, projets):
    assert MATRICE in connecter(camille).get("/projets/").text
    assert MATRICE not in connecter(camille).get("/").text
    assert MATRICE in connecter(bruno).get("/").text


def test_thirty_four_communes_and_two_hundred_projects_cost_what_three_cost(
    connecter, camille, bruno, rst, projets, agglo
):
    client = connecter(camille)
    adresses = [MATRICE, f"{MATRICE}?par=domaines", f"{MATRICE}?vue=communes", f"{MATRICE}?vue=projets"]
    peu = [requetes_pour(client, adresse) for adresse in adresses]
    assert max(peu) <= 11, peu
    communes = [faire_commune(f"Commune-{n}") for n in range(31)]
    for commune in communes:
        commune.rejoindre(agglo)
    beaucoup(197, bruno, rst, communes)
    assert [requetes_pour(client, adresse) for adresse in adresses] == peu
    page = client.get(MATRICE)
    matrice = page.context["matrice"]
    assert len(matrice.colonnes) == 200 and len(matrice.lignes) == 35
    assert len(page.content) < 300_000


def beaucoup(nombre, auteur, reseau, communes):
    for n in range(nombre):
        projet = Projet.objects.create(
            titre=f"Projet {n}",
            auteur=auteur,
            reseau=reseau,
            collectivite_id=auteur.droits.collectivites[0],
            publie_le=timezone.now(),
            reperes={"domaines": [["voirie", "Voirie"]]},
        )
        Position.objects.bulk_create(
            Position(contribution=projet, collectivite=commune, niveau="interessee", par=auteur)
            for commune in communes[n % 3 :: 3]
        )
