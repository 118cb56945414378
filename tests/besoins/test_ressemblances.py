"""Several communes have the same need: the machine says so, who looks after it decides."""

import pytest

from besoins.models import Besoin, Ressemblance
from besoins.signal_handlers import comparer_les_besoins
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_commune, faire_membre, faire_projet
from tests.reseau.test_publication import prefilled

from . import etiquetes


@pytest.fixture
def sel(bruno, rst):
    return faire_besoin("Sel de déneigement pour l’hiver", bruno, reseau=rst)


@pytest.fixture
def autre_sel(camille, rst):
    return faire_besoin("cherche sel deneigment, 3 t", camille, reseau=rst)


def adresse(besoin, autre):
    return f"/besoins/{besoin.pk}/ressemblances/{autre.pk}/"


def coches(page):
    form = page.context["form"]
    return [libelle for pk, libelle in form.fields["besoins"].widget.choices if pk in form.initial["besoins"]]


# How well


def test_needs_that_are_the_same_are_found_as_agents_write_them(camille):
    mesures = etiquetes.mesurer(etiquetes.ecrire(camille))
    assert etiquetes.sous_le_plancher(mesures) == {}


def test_a_need_is_compared_when_it_is_published_and_when_its_words_change(
    connecter, camille, sel, autre_sel
):
    paire = Ressemblance.objects.get()
    assert (paire.premiere_id, paire.seconde_id) == (sel.pk, autre_sel.pk) and paire.score >= 50
    faire_besoin("Sel de déneigement : brouillon", camille, publier=False)
    assert Ressemblance.objects.count() == 1
    page = f"/besoins/{autre_sel.pk}/modifier/"
    client = connecter(camille)
    client.post(page, prefilled(client, page) | {"titre": "Une nacelle"})
    assert not Ressemblance.objects.exists()
    client.post(page, prefilled(client, page) | {"titre": "Sel de deneigement en vrac"})
    assert Ressemblance.objects.get().score >= 50


def test_what_was_never_compared_is_compared_by_the_sweeping(sel, autre_sel):
    Ressemblance.objects.all().delete()
    comparer_les_besoins(None)
    assert not Ressemblance.objects.exists()
    Besoin.objects.filter(pk=sel.pk).update(compare_le=None)
    comparer_les_besoins(None)
    assert Ressemblance.objects.count() == 1 and not Besoin.objects.a_comparer().exists()


# On the page of the need


def test_who_looks_after_a_need_is_told_which_communes_have_it_and_brings_them_together_in_one_click(
    connecter, bruno, camille, chantal, montflours, rst, sel, autre_sel
):
    le_mien = faire_besoin("Sel routier, commande groupée", bruno, reseau=rst)  # of the same commune
    client = connecter(bruno)
    page = client.get(sel.get_absolute_url()).text
    assert "1 autre commune a ce besoin" in page and autre_sel.titre in page and "Cela ressemble à…" in page
    suite = f"/besoins/{sel.pk}/rapprochement/?avec={autre_sel.pk}"
    assert suite in page
    assert coches(client.get(suite)) == [f"{autre_sel.titre} (Louverné)"]
    assert coches(client.get(f"/besoins/{sel.pk}/rapprochement/")) == [f"{autre_sel.titre} (Louverné)"]
    assert coches(client.get(f"/besoins/{sel.pk}/rapprochement/?q=sel")) == []
    chez_elle = faire_besoin("sel de déneigement en sacs", chantal, collectivite=montflours)
    assert "2 autres communes ont ce besoin" in client.get(sel.get_absolute_url()).text
    client = connecter(camille)
    lue = client.get(sel.get_absolute_url()).text
    assert "ce besoin</h2>" not in lue, "she may only read this one"
    assert "Cela ressemble à…" in lue and le_mien.titre in lue and "Besoin, Montflours · ouvert" in lue
    client.logout()
    Besoin.objects.filter(pk__in=[sel.pk, chez_elle.pk]).update(visibilite="publique")
    vue = client.get(sel.get_absolute_url()).text
    assert "Cela ressemble" not in vue, "a visitor is told nothing to do"


def test_the_page_of_each_counts_the_same_communes_as_the_cockpit(
    connecter, client, diane, bruno, camille, chantal, montflours, sel, autre_sel
):
    """Two of the three do not resemble each other, but for the third."""
    chez_elle = faire_besoin("Saler les bourgs, à plusieurs", chantal, collectivite=montflours)
    Ressemblance.objects.exclude(premiere=sel.pk, seconde=autre_sel.pk).delete()
    Ressemblance.objects.create(premiere_id=sel.pk, seconde_id=chez_elle.pk, score=80)
    connecter(diane)
    for besoin, autre in ((sel, autre_sel), (autre_sel, sel)):
        lue = client.get(besoin.get_absolute_url()).text
        assert "2 autres communes ont ce besoin" in lue
        proches = lue[lue.index('id="ressemblances"') :].split("</section>")[0]
        assert autre.get_absolute_url() in proches and chez_elle.get_absolute_url() in proches
        assert (adresse(besoin, chez_elle) in proches) is (besoin == sel)  # these two were not compared
    assert "2 autres communes ont ce besoin" in client.get("/cockpit/").text


def test_who_may_not_read_the_other_need_is_told_nothing_of_it(connecter, chantal, montflours, bruno, rst):
    faire_besoin("Sel de déneigement CANARI", bruno, reseau=rst, visibilite="reseau")
    sien = faire_besoin("Sel de déneigement", chantal, collectivite=montflours)
    client = connecter(chantal)
    for page in (sien.get_absolute_url(), f"/besoins/{sien.pk}/rapprochement/"):
        lue = client.get(page).text
        assert "CANARI" not in lue and "ce besoin</h2>" not in lue
    assert Ressemblance.objects.a_rapprocher(chantal.utilisateur) == []


@pytest.mark.parametrize("fin", ["clos", "rapproche", "retire"])
def test_what_is_over_is_not_proposed(connecter, bruno, camille, diane, rst, sel, autre_sel, fin):
    if fin == "clos":
        autre_sel.clore(par=camille, issue="reponse")
    elif fin == "retire":
        autre_sel.retirer(par=camille, motif="doublon")
    else:
        faire_projet("Groupement", diane, reseau=rst).rapprocher([autre_sel], par=camille)
    page = connecter(bruno).get(sel.get_absolute_url()).text
    assert "ce besoin</h2>" not in page
    assert (autre_sel.titre in page) == (fin != "retire")
    assert Ressemblance.objects.a_rapprocher(bruno.utilisateur) == []


def test_it_is_not_the_same_need_is_said_once_for_both_and_may_be_taken_back(
    connecter, bruno, camille, sel, autre_sel
):
    client = connecter(bruno)
    page = client.post(adresse(sel, autre_sel), follow=True).text
    assert "ce besoin</h2>" not in page and "écarté par Bruno Petit" in page
    paire = Ressemblance.objects.get()
    assert paire.ecartee_par == bruno and paire.ecartee_le
    assert autre_sel.titre not in client.get(f"/besoins/{sel.pk}/rapprochement/").text
    connecter(camille).post(adresse(autre_sel, sel))
    assert Ressemblance.objects.get().ecartee_par == bruno, "a second click changes nothing"
    page = client.get(autre_sel.get_absolute_url()).text
    assert "ce besoin</h2>" not in page and "Cela ressemble" not in page
    sel.noter_reperes()
    assert Ressemblance.objects.get().ecartee_le, "compared again, it is not proposed again"
    page = connecter(bruno).post(adresse(sel, autre_sel), {"ecartee": "non"}, follow=True).text
    assert "1 autre commune a ce besoin" in page and "écarté par" not in page


def test_only_who_looks_after_the_need_says_that_it_is_not_the_same(
    connecter, bruno, camille, sel, autre_sel
):
    client = connecter(camille)
    assert client.post(adresse(sel, autre_sel)).status_code == 404
    assert client.get(adresse(autre_sel, sel)).status_code == 405
    assert client.post(f"/besoins/{autre_sel.pk}/ressemblances/{10**20}/").status_code == 404
    assert client.post(adresse(autre_sel, sel)).status_code == 302
    assert Ressemblance.objects.filter(ecartee_par=camille).count() == 1


def test_a_project_that_resembles_is_shown_with_its_state(connecter, bruno, diane, rst, sel):
    faire_projet("Acheter ensemble le sel de déneigement", diane, reseau=rst)
    page = connecter(bruno).get(sel.get_absolute_url()).text
    assert "Projet, Laval Agglomération · étude préliminaire" in page
    assert "ce besoin</h2>" not in page


def test_the_page_costs_as_much_whatever_resembles_the_need(connecter, bruno, rst, sel, autre_sel):
    client = connecter(bruno)
    une = requetes_pour(client, sel.get_absolute_url())
    for n in range(6):
        commune = faire_commune(f"Commune {n}")
        faire_besoin(
            f"Sel de déneigement, {n} t", faire_membre(f"M{n}", "X", commune, reseaux=[rst]), reseau=rst
        )
    assert requetes_pour(client, sel.get_absolute_url()) <= une
    assert client.get(sel.get_absolute_url()).text.count("Ce n’est pas le même besoin") == 7


# Those of a network, for its cockpit


def test_the_groups_to_bring_together_are_read_in_three_statements(
    bruno, camille, chantal, diane, rst, sel, autre_sel, django_assert_num_queries
):
    faire_besoin("Prêt d’une nacelle 12 m", bruno, reseau=rst)
    faire_besoin("emprunter nacelle", camille, reseau=rst)
    inutile = faire_commune("Parné")
    tiers = faire_besoin("Sel de deneigement", faire_membre("Inès", "L", inutile, reseaux=[rst]), reseau=rst)

    def groupes(membre):
        assert membre.droits, "read once a request"
        with django_assert_num_queries(3):
            return Ressemblance.objects.a_rapprocher(membre.utilisateur)

    lus = groupes(diane)
    assert [{besoin.titre for besoin in groupe.besoins} for groupe in lus] == [
        {sel.titre, autre_sel.titre, tiers.titre},
        {"Prêt d’une nacelle 12 m", "emprunter nacelle"},
    ]
    assert [len(groupe.communes) for groupe in lus] == [3, 2]
    premier = groupes(camille)[0]
    assert premier.besoins[0] == autre_sel and premier.url.startswith(
        f"/besoins/{autre_sel.pk}/rapprochement/"
    )
    assert Ressemblance.objects.a_rapprocher(chantal.utilisateur) == [], "she may bring none together"
