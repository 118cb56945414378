"""Working groups: opened by who answers for a commune or runs a network, with no leave and no more rights."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from reseau.models import Adhesion, Demande, Domaine, Entree, ImportDeMembres, Membre, PageReseau, Reseau
from tests.compter import requetes_pour

OUVRIR = "/groupes/ouvrir/"
ENVOI = {"nom": "Salage", "resume": "S’entendre sur les tournées.", "acces": "ouvert", "domaines": ["voirie"]}


@pytest.fixture
def salage(bruno):
    return Reseau.ouvrir_un_groupe(nom="Salage", resume="Tournées", acces="demande", par=bruno)


@pytest.fixture
def epci(agglo, louverne, change, montflours):
    for commune in (louverne, change, montflours):
        commune.rejoindre(agglo)


@pytest.mark.parametrize("qui", ["bruno", "diane", "alex"])
def test_a_referent_or_an_animateur_opens_a_group_and_runs_it(connecter, request, qui):
    membre = request.getfixturevalue(qui)
    client = connecter(membre)
    assert OUVRIR in client.get("/reseaux/").text
    reponse = client.post(OUVRIR, ENVOI)
    groupe = Reseau.objects.get(nature="groupe")
    assert reponse.url == groupe.get_absolute_url() == "/reseaux/salage/"
    page = client.get(reponse.url).text
    assert "Groupe de travail" in page and "vous l’animez" in page and "Voirie" in page
    assert (groupe.nom, groupe.resume, groupe.acces) == ("Salage", "S’entendre sur les tournées.", "ouvert")
    assert list(groupe.domaines.all()) == [Domaine.objects.get(code="voirie")]
    assert groupe.adhesion_de(membre).role == Adhesion.Role.ANIMATEUR
    ligne = Entree.objects.get(geste="ouverture")
    assert (ligne.par, ligne.reseau, ligne.detail) == (membre, groupe, "S’entendre sur les tournées.")


@pytest.mark.parametrize("qui", ["camille", "chantal", "jeanne"])
def test_others_do_not(connecter, request, qui):
    client = connecter(request.getfixturevalue(qui))
    page = client.get("/reseaux/").text
    assert OUVRIR not in page and "s’ouvre par le référent" in page
    assert client.get(OUVRIR).status_code == client.post(OUVRIR, ENVOI).status_code == 404
    assert not Reseau.objects.filter(nature="groupe").exists()


@pytest.mark.parametrize(
    ("faute", "champ"),
    [
        ({"nom": ""}, "nom"),
        ({"nom": "\u200b"}, "nom"),
        ({"nom": "x" * 121}, "nom"),
        ({"resume": " "}, "resume"),
        ({"resume": "é" * 201}, "resume"),
        ({"acces": "secret"}, "acces"),
        ({"domaines": ["inconnu"]}, "domaines"),
        ({"nom": "reseau des services techniques"}, "nom"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(connecter, bruno, faute, champ):
    reponse = connecter(bruno).post(OUVRIR, {**ENVOI, **faute})
    assert reponse.status_code == 422 and f"id_{champ}_error" in reponse.text
    assert champ == "resume" or "S’entendre sur les tournées." in reponse.text
    assert not Reseau.objects.filter(nature="groupe").exists()


def test_the_name_of_a_group_that_she_does_not_know_stays_free(connecter, bruno, diane):
    Reseau.ouvrir_un_groupe(nom="Salage", resume="À part", acces="invitation", par=diane)
    assert connecter(bruno).post(OUVRIR, ENVOI).url == "/reseaux/salage-groupe/"


@pytest.mark.parametrize("nom", ["北京" * 30, "!!!", "Œ" * 120, "ouvrir", "L’eau & l’égout"])
def test_every_name_has_an_address(connecter, bruno, nom):
    groupe = Reseau.ouvrir_un_groupe(nom=nom, resume="Pourquoi", acces="ouvert", par=bruno)
    PageReseau.installer(groupe)
    assert 0 < len(groupe.slug) <= 60 and len(groupe.nom_court) <= 30
    assert connecter(bruno).get(groupe.get_absolute_url()).status_code == 200


def test_two_who_take_the_same_address_at_once_get_two(bruno, diane, monkeypatch):
    pris = Reseau.ouvrir_un_groupe(nom="Salage", resume="a", acces="ouvert", par=bruno)
    libres = iter(["salage", "salage-2"])  # the other one committed between the look and the write
    monkeypatch.setattr("reseau.models.reseaux.slug_libre", lambda *args, **options: next(libres))
    autre = Reseau.ouvrir_un_groupe(nom="Salage", resume="b", acces="ouvert", par=diane)
    assert (pris.slug, autre.slug) == ("salage", "salage-2")


def test_a_second_click_lands_on_the_group_that_the_first_one_opened(connecter, bruno):
    client = connecter(bruno)
    envoi = {**ENVOI, "jeton": str(client.get(OUVRIR).context["form"]["jeton"].value())}
    assert [client.post(OUVRIR, envoi).url for _clic in range(2)] == ["/reseaux/salage/"] * 2
    assert Entree.objects.filter(geste="ouverture").count() == 1
    repris = client.post(OUVRIR, {**envoi, "resume": "Autre chose."})
    assert repris.status_code == 422 and "porte déjà ce nom" in repris.text
    for n in range(4):
        assert client.post(OUVRIR, {**ENVOI, "nom": f"Groupe {n}"}).status_code == 302, "it cost one of five"


def test_five_a_day_are_enough(connecter, bruno, diane):
    client = connecter(bruno)
    for n in range(5):
        assert client.post(OUVRIR, {**ENVOI, "nom": f"Groupe {n}"}).status_code == 302
    reponse = client.post(OUVRIR, {**ENVOI, "nom": "Groupe 6"})
    assert (
        reponse.status_code == 422 and "Cinq groupes par jour" in reponse.text and "Groupe 6" in reponse.text
    )
    assert Reseau.objects.filter(nature="groupe").count() == 5
    assert connecter(diane).post(OUVRIR, ENVOI).status_code == 302, "each has her own five"


def test_the_list_parts_networks_poles_and_groups(connecter, client, salage, rst, camille, agglo):
    pole = agglo.poles.create(nom="Pôle Est")
    Reseau.objects.create(nom="Pôle Est", nom_court="Pôle", slug="pole", nature="pole", pole=pole)
    page = connecter(camille).get("/reseaux/")
    sections = [(titre, [r.nom for r in siens]) for titre, siens in page.context["sections"]]
    assert sections == [
        ("Réseaux", ["Réseau des services techniques"]),
        ("Pôles", ["Pôle Est"]),
        ("Groupes de travail", ["Salage"]),
    ]
    assert "Demander à rejoindre" in page.text


def test_members_know_of_a_group_visitors_do_not(client, connecter, salage, camille, noe, mailoutbox):
    assert connecter(camille).get("/reseaux/salage/").status_code == 200
    for page in ("/reseaux/", "/", "/rejoindre/", reverse("accueil:plan_du_site")):
        client.logout()
        assert "Salage" not in client.get(page).text
        assert "Salage" not in connecter(noe).get(page).text
    client.logout()
    assert client.get("/reseaux/salage/").url.startswith(reverse("account_login"))


def test_a_visitor_who_types_the_number_of_a_group_is_refused(client, salage, epci, louverne):
    reponse = client.post(
        "/rejoindre/",
        {
            "reseau": salage.pk,
            "prenom": "Gwen",
            "nom": "Marec",
            "courriel": "gwen@communes.example",
            "collectivite": louverne.pk,
            "niveau_courriel": "quotidien",
        },
    )
    assert reponse.status_code == 422 and "id_reseau_error" in reponse.text
    assert not Demande.objects.exists()


def test_a_member_asks_and_who_opened_the_group_answers(connecter, salage, camille, bruno):
    connecter(camille).post("/reseaux/salage/adhesion/", {"niveau_courriel": "quotidien", "mot": "Moi aussi"})
    demande = Demande.objects.get()
    assert connecter(bruno).post(f"/demandes/{demande.pk}/accord/").status_code == 302
    assert salage.adhesion_de(camille)


# Who opens a group gains no hand on what is everybody's


def inviter(client, reseau, collectivite, courriel):
    return client.post(
        "/invitations/",
        {
            "prenom": "Inès",
            "nom": "Garnier",
            "courriel": courriel,
            "reseau": reseau.pk,
            "collectivite": collectivite.pk,
            "role": "agent",
        },
    )


def test_she_invites_members_of_any_commune_and_new_people_of_her_own_only(
    connecter, epci, salage, bruno, chantal, louverne, change, montflours
):
    client = connecter(bruno)
    assert inviter(client, salage, montflours, chantal.courriel).status_code == 302
    assert salage.adhesion_de(chantal) and chantal.fonctions.count() == 1
    refus = inviter(client, salage, louverne, "ines@communes.example")
    assert refus.status_code == 422 and "ne réunit que des membres" in refus.text
    assert not Membre.objects.filter(prenom="Inès").exists()
    assert inviter(client, salage, change, "ines@communes.example").status_code == 302
    assert Membre.objects.get(prenom="Inès").droits.collectivites == [change.pk]


def test_a_member_is_chosen_by_her_name_and_her_mail_says_why(
    connecter, epci, salage, bruno, camille, chantal, mailoutbox
):
    connecter(chantal)  # she has signed in: else the mail is the invitation again
    client, choisir = connecter(bruno), "/reseaux/salage/membres/choisir/"
    assert choisir in client.get("/reseaux/salage/").text
    proches, trouves = client.get(choisir), client.get(choisir, {"q": "riou"})
    assert camille in proches.context["membres"] and chantal not in proches.context["membres"]
    assert list(trouves.context["membres"]) == [chantal] and chantal.courriel not in trouves.text
    for _fois in range(2):
        reponse = client.post(f"{choisir}?q=riou", {"membre": chantal.pk})
        assert reponse.url == f"{choisir}?q=riou"
    assert salage.adhesion_de(chantal).role == Adhesion.Role.MEMBRE
    [courriel] = [c for c in mailoutbox if c.to == [chantal.courriel]]
    for partie in (courriel.body, courriel.alternatives[0].content):
        assert "groupe de travail" in partie and "Tournées" in partie and "/reseaux/salage/" in partie
    for faux in ("", "é", "١", "-1", "9" * 19, "9" * 5000):
        assert client.post(choisir, {"membre": faux}).status_code == 404
    assert connecter(camille).post(choisir, {"membre": camille.pk}).status_code == 404


def test_a_list_says_which_lines_are_no_members_before_anything_leaves(
    connecter, epci, salage, bruno, chantal, montflours, change
):
    lignes = [
        "courriel;prénom;nom;collectivité",
        "ines@communes.example;Inès;Garnier;Montflours",
        f"{chantal.courriel};Chantal;Riou;Montflours",
        "yann@communes.example;Yann;Le Goff;Changé",
    ]
    fichier = SimpleUploadedFile("liste.csv", "\n".join(lignes).encode())
    connecter(bruno).post("/invitations/import/", {"fichier": fichier, "reseau": salage.pk})
    depot = ImportDeMembres.objects.get()
    assert [ligne["prenom"] for ligne in depot.fautives] == ["Inès"]
    assert [ligne["prenom"] for ligne in depot.valides] == ["Chantal", "Yann"]


def test_the_same_person_in_a_network_of_the_agglomeration_may_come_from_anywhere(
    connecter, epci, rst, diane, louverne
):
    assert inviter(connecter(diane), rst, louverne, "ines@communes.example").status_code == 302


def test_accepting_a_request_gives_nobody_back_the_function_that_she_lost(connecter, salage, camille, bruno):
    connecter(camille).post("/reseaux/salage/adhesion/", {"niveau_courriel": "quotidien"})
    camille.fonctions.get().clore()
    demande = Demande.objects.get()
    with pytest.raises(ValidationError, match="n’est plus membre"):
        demande.accepter(par=bruno)
    page = connecter(bruno).post(f"/demandes/{demande.pk}/accord/", follow=True).text
    assert "n’est plus membre de la plateforme" in page
    assert not Membre.objects.get(pk=camille.pk).est_actif
    assert Demande.objects.en_attente().exists()


def test_putting_somebody_in_a_group_does_not_open_her_address(
    connecter, epci, salage, bruno, chantal, montflours
):
    client = connecter(bruno)
    inviter(client, salage, montflours, chantal.courriel)
    assert salage.adhesion_de(chantal)
    client.get("/moi/")  # where the notice that names the address she typed is shown
    assert chantal.courriel not in client.get(f"/membres/{chantal.pk}/").text
    assert not chantal.montre("courriel_pour", Membre.objects.get(pk=bruno.pk).utilisateur)


def test_she_tidies_no_word_of_the_other_networks(connecter, salage, bruno, diane):
    client = connecter(bruno)
    assert client.get("/etiquettes/").status_code == 403
    assert "/etiquettes/" not in client.get("/reseaux/salage/").text
    assert connecter(diane).get("/etiquettes/").status_code == 200


def test_the_administrator_sees_it_and_closes_it(connecter, salage, alex, bruno, camille):
    client = connecter(alex)
    assert "Salage" in client.get("/reseaux/").text
    assert client.post("/reseaux/salage/fermeture/").status_code == 302
    assert connecter(camille).get("/reseaux/salage/").status_code == 404
    assert connecter(bruno).get("/reseaux/salage/").status_code == 404


def test_a_new_publication_still_goes_first_to_the_network(connecter, rst, salage, bruno):
    """Bruno is in both: the group that he has just opened does not come before."""
    form = connecter(bruno).get("/besoins/publier/").context["form"]
    assert form.initial["reseau"] == rst.pk


def test_a_space_of_a_pole_says_which(rst):
    with pytest.raises(IntegrityError), transaction.atomic():
        Reseau.objects.filter(pk=rst.pk).update(nature="pole")


def test_the_list_costs_the_same_for_thirty_groups(connecter, bruno, camille):
    client = connecter(camille)

    def remplir(n):
        for i in range(n):
            Reseau.ouvrir_un_groupe(nom=f"Groupe {n} {i}", resume="a", acces="ouvert", par=bruno)

    remplir(3)
    avec_3 = requetes_pour(client, "/reseaux/")
    remplir(27)
    assert requetes_pour(client, "/reseaux/") == avec_3
