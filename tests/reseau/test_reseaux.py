import pytest
from django.urls import reverse

from reseau.models import Entree, Reseau
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_membre, faire_reseau


@pytest.fixture
def pole_est(db):
    """A working group that only its members know."""
    return faire_reseau("Pôle Est CANARI", slug="pole-est", acces=Reseau.Acces.INVITATION)


def test_a_visitor_sees_the_networks_and_how_to_ask(client, rst):
    page = client.get(reverse("reseau:reseaux"))
    assert "Réseau des services techniques" in page.content.decode()
    assert f"{reverse('reseau:rejoindre')}?reseau=rst" in page.content.decode()


def test_a_network_by_invitation_is_known_to_its_members_only(client, connecter, pole_est, camille, rst):
    assert "CANARI" not in client.get(reverse("reseau:reseaux")).content.decode()
    assert "CANARI" not in connecter(camille).get(reverse("reseau:reseaux")).content.decode()
    assert client.get(pole_est.get_absolute_url()).status_code == 404
    pole_est.accueillir(camille, par=None)
    assert "CANARI" in client.get(reverse("reseau:reseaux")).content.decode()
    assert client.get(pole_est.get_absolute_url()).status_code == 200


def test_signed_out_absent_and_hidden_networks_lead_to_the_same_place(client, pole_est):
    hidden = client.get(pole_est.get_absolute_url())
    absent = client.get(reverse("reseau:reseau", args=["absent"]))
    assert hidden.status_code == absent.status_code == 302
    assert hidden.url.split("?")[0] == absent.url.split("?")[0] == reverse("account_login")


def test_a_visitor_reads_the_presentation_and_what_is_public_without_any_name(client, rst, camille, bruno):
    rst.presenter(resume="Le terrain", presentation="On partage.\n\nSur https://rst.example", par=None)
    faire_besoin("Besoin public", bruno, reseau=rst, visibilite="publique")
    faire_besoin("Besoin CANARI", bruno, reseau=rst)
    page = client.get(rst.get_absolute_url()).content.decode()
    assert "<p>On partage.</p>" in page and 'href="https://rst.example"' in page
    assert "Besoin public" in page and "CANARI" not in page
    assert "2 membres" in page
    assert "Camille" not in page and "Morel" not in page


def test_a_member_sees_who_animates_and_the_feed_of_the_network(
    connecter, rst, camille, diane, besoin_du_rst, balayeuse
):
    page = connecter(camille).get(rst.get_absolute_url()).content.decode()
    assert "Diane Tessier" in page
    assert besoin_du_rst.titre in page and balayeuse.titre in page


def test_a_member_of_another_network_does_not_read_what_is_reserved(connecter, rst, chantal, besoin_du_rst):
    assert "CANARI" not in connecter(chantal).get(rst.get_absolute_url()).content.decode()


def test_somebody_whose_account_is_closed_is_not_counted(client, rst, camille, dominique, odile):
    assert "1 membre<" in client.get(rst.get_absolute_url()).content.decode()


def test_the_animateur_writes_the_presentation_and_the_journal_says_so(connecter, rst, diane):
    adresse = reverse("reseau:reseau_presentation", args=["rst"])
    client = connecter(diane)
    assert client.get(adresse).status_code == 200
    texte = {"resume": "Les services\u200b techniques", "presentation": "Premier.\r\n\r\nSecond."}
    client.post(adresse, texte)
    rst.refresh_from_db()
    assert (rst.resume, rst.presentation) == ("Les services techniques", "Premier.\n\nSecond.")
    assert Entree.objects.get(geste="presentation").par == diane


def test_of_two_animateurs_the_second_one_reads_the_first_before_taking_her_place(
    connecter, rst, diane, agglo
):
    adresse = reverse("reseau:reseau_presentation", args=["rst"])
    jeanne = faire_membre("Jeanne", "Noël", agglo, anime=[rst])
    lue = connecter(jeanne).get(adresse).context["form"]["lue"].value()
    connecter(diane).post(adresse, {"presentation": "Le texte de Diane.", "lue": lue})
    client = connecter(jeanne)
    refus = client.post(adresse, {"presentation": "Le texte de Jeanne.", "lue": lue})
    assert refus.status_code == 422
    assert "Le texte de Diane." in refus.text and "Le texte de Jeanne." in refus.text
    rst.refresh_from_db()
    assert rst.presentation == "Le texte de Diane."
    relue = refus.context["form"]["lue"].value()
    assert f'name="lue" value="{relue}"' in refus.text and relue != lue
    assert client.post(adresse, {"presentation": "Les deux textes.", "lue": relue}).status_code == 302
    rst.refresh_from_db()
    assert rst.presentation == "Les deux textes."
    assert Entree.objects.filter(geste="presentation").count() == 2


def test_the_same_presentation_sent_twice_is_written_once(connecter, rst, diane):
    adresse = reverse("reseau:reseau_presentation", args=["rst"])
    client = connecter(diane)
    lue = client.get(adresse).context["form"]["lue"].value()
    for _clic in range(2):
        assert client.post(adresse, {"presentation": "On partage.", "lue": lue}).status_code == 302
    assert Entree.objects.filter(geste="presentation").count() == 1


def test_a_simple_member_does_not_write_the_presentation(connecter, rst, camille):
    adresse = reverse("reseau:reseau_presentation", args=["rst"])
    client = connecter(camille)
    assert client.get(adresse).status_code == 404
    assert client.post(adresse, {"presentation": "à moi"}).status_code == 404
    rst.refresh_from_db()
    assert rst.presentation == ""


def test_an_administrator_closes_a_network_and_opens_it_again(connecter, rst, alex, camille, besoin_du_rst):
    client = connecter(alex)
    assert "membre" in client.get(reverse("reseau:reseau_fermeture", args=["rst"])).content.decode()
    client.post(reverse("reseau:reseau_fermeture", args=["rst"]))
    client.post(reverse("reseau:reseau_fermeture", args=["rst"]))
    assert connecter(camille).get(rst.get_absolute_url()).status_code == 404
    assert client.get(besoin_du_rst.get_absolute_url()).status_code == 404
    assert Entree.objects.filter(geste="fermeture").count() == 1
    connecter(alex).post(reverse("reseau:reseau_reouverture", args=["rst"]))
    assert connecter(camille).get(besoin_du_rst.get_absolute_url()).status_code == 200
    assert Entree.objects.get(geste="reouverture").reseau == rst


def test_the_animateur_does_not_close_her_network(connecter, rst, diane):
    client = connecter(diane)
    for nom in ("reseau_fermeture", "reseau_reouverture"):
        assert client.post(reverse(f"reseau:{nom}", args=["rst"])).status_code == 404
    rst.refresh_from_db()
    assert not rst.est_ferme


def test_the_page_of_a_network_costs_the_same_for_thirty_needs_and_members(connecter, rst, camille, louverne):
    client = connecter(camille)

    def remplir(n):
        for i in range(n):
            membre = faire_membre(f"Ana{n}", f"N{i}", louverne, anime=[rst])
            faire_besoin(f"Besoin {n} {i}", membre, reseau=rst)

    remplir(3)
    avec_3 = requetes_pour(client, rst.get_absolute_url())
    remplir(27)
    assert requetes_pour(client, rst.get_absolute_url()) == avec_3


def test_the_list_costs_the_same_for_thirty_networks(connecter, camille):
    client = connecter(camille)
    for i in range(3):
        faire_reseau(f"Pole {i}")
    avec_3 = requetes_pour(client, reverse("reseau:reseaux"))
    for i in range(27):
        faire_reseau(f"Autre {i}").accueillir(camille, par=None)
    # Her own networks also stand in the header; they are read with her rights.
    assert requetes_pour(client, reverse("reseau:reseaux")) == avec_3
