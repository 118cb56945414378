from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from reseau.models import Entree
from tests.compter import requetes_pour


@pytest.fixture
def lignes(rst, amenagement, louverne, change, camille, bruno, chantal):
    """One line in each network and each commune, and one about the site itself."""
    noter = Entree.noter
    return {
        "rst": noter("adhesion", par=None, membre=camille, reseau=rst, detail="au RST"),
        "amenagement": noter("adhesion", par=None, membre=chantal, reseau=amenagement, detail="CANARI-A"),
        "louverne": noter("fonction", par=None, membre=camille, collectivite=louverne, detail="à Louverné"),
        "change": noter("fonction", par=None, membre=bruno, collectivite=change, detail="CANARI-C"),
        "site": noter("desactivation", par=None, membre=bruno, detail="CANARI-S"),
    }


def lues(client, **filtres):
    return {e.detail for e in client.get(reverse("reseau:journal"), filtres).context["entrees"]}


def test_an_animateur_reads_her_networks(connecter, diane, lignes):
    assert lues(connecter(diane)) == {"au RST"}


def test_a_referent_reads_her_commune(connecter, remi, lignes):
    assert lues(connecter(remi)) == {"à Louverné"}


def test_an_administrator_reads_all(connecter, alex, lignes):
    assert lues(connecter(alex)) == {e.detail for e in lignes.values()}


def test_a_line_leads_only_to_what_its_reader_may_open(connecter, diane, alex, balayeuse):
    balayeuse.retirer(par=diane, motif="doublon")
    adresse = reverse("reseau:contribution", args=[balayeuse.pk])
    page = connecter(diane).get(reverse("reseau:journal")).text
    assert f'Retrait</strong>\u202f: <a href="{adresse}">{balayeuse.titre}</a>' in page
    page = connecter(alex).get(reverse("reseau:journal")).text
    assert adresse not in page and balayeuse.titre not in page
    assert 'Retrait</strong>\u202f:<span class="discret"> doublon' in page


def test_a_simple_member_has_no_journal(client, connecter, camille, lignes):
    for nom in ("journal", "journal_export"):
        assert client.get(reverse(f"reseau:{nom}")).status_code == 302
    connecter(camille)
    for nom in ("journal", "journal_export"):
        assert client.get(reverse(f"reseau:{nom}")).status_code == 404


def test_the_journal_is_filtered_by_gesture_and_by_date(connecter, alex, lignes):
    client = connecter(alex)
    ancien = lignes["site"]
    ancien.le = timezone.make_aware(datetime(2026, 3, 29, 23, 30))
    ancien.save()
    assert lues(client, geste="fonction") == {"à Louverné", "CANARI-C"}
    assert lues(client, au="2026-03-29") == {"CANARI-S"}
    assert lues(client, du="2026-03-29", au="2026-03-29") == {"CANARI-S"}
    assert lues(client, au="2026-03-28") == set()
    assert "CANARI-S" not in lues(client, du="2026-03-30")


@pytest.mark.parametrize(
    "filtres, etat",
    [
        ({"geste": "vol"}, 200),
        ({"du": "hier"}, 200),
        ({"du": "0001-01-01"}, 200),
        ({"au": "9999-12-31"}, 200),
        ({"apres": "faux"}, 404),
    ],
)
def test_no_filter_breaks_the_journal(connecter, alex, lignes, filtres, etat):
    assert connecter(alex).get(reverse("reseau:journal"), filtres).status_code == etat


def test_the_journal_turns_its_pages(connecter, alex, camille, rst):
    maintenant = timezone.now()
    for i in range(120):
        Entree.objects.create(
            geste="adhesion", membre=camille, reseau=rst, detail=str(i), le=maintenant - timedelta(minutes=i)
        )
    client, url, details = connecter(alex), "", []
    while url is not None:
        reponse = client.get(reverse("reseau:journal") + url)
        details += [int(e.detail) for e in reponse.context["entrees"]]
        url = reponse.context["lien_suivant"] or None
    assert details == list(range(120))


def test_the_export_follows_the_filters_and_disarms_formulas(connecter, diane, alex, camille, rst, lignes):
    Entree.noter("depart", par=diane, membre=camille, reseau=rst, detail="=1+1")
    reponse = connecter(diane).get(reverse("reseau:journal_export"), {"geste": "depart"})
    contenu = b"".join(reponse.streaming_content).decode("utf-8-sig")
    titres, ligne = contenu.splitlines()
    assert titres == "Date;Geste;Par;Membre;Collectivité;Réseau;Détail;Publication"
    assert "Diane Tessier;Camille Morel;" in ligne and ";'=1+1" in ligne


def test_the_journal_costs_the_same_for_thirty_lines(connecter, alex, camille, rst, louverne):
    client = connecter(alex)

    def remplir(n):
        for _ in range(n):
            Entree.noter("adhesion", par=alex, membre=camille, reseau=rst, collectivite=louverne)

    remplir(3)
    avec_3 = requetes_pour(client, reverse("reseau:journal"))
    remplir(27)
    assert requetes_pour(client, reverse("reseau:journal")) == avec_3
