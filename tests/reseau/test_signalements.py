"""Report, decide, tell: the moderators know who reported, the one it is about never does."""

import pytest
from django.db import IntegrityError, transaction

from reseau.models import DejaTraite, Entree, Message, Signalement
from tests.fabriques import faire_discussion, faire_membre, faire_message

MOTIF = {"motif": "propos", "precision": "CANARI de Camille"}


@pytest.fixture
def message(discussion, bruno, sylvie):
    return faire_message(discussion, sylvie, "Vous n’y connaissez rien.")


@pytest.fixture
def signale(message, camille, diane, alex, mailoutbox):
    """Camille has reported Sylvie's message."""
    signalement = Signalement.deposer(message.contribution, message=message, par=camille, **MOTIF)
    mailoutbox.clear()
    return signalement


def en_file(connecter, membre):
    return [objet["premier"] for objet in connecter(membre).get("/signalements/").context["objets"]]


@pytest.mark.parametrize("sur", ["contribution", "message"])
def test_whoever_reads_it_reports_it_once_and_the_moderator_is_told(
    connecter, camille, diane, alex, discussion, message, mailoutbox, sur
):
    adresse = f"/contributions/{discussion.pk}/"
    adresse += "signalement/" if sur == "contribution" else f"messages/{message.rang}/signalement/"
    client = connecter(camille)
    assert "Signaler" in client.get(adresse).text
    mailoutbox.clear()
    for _clic in range(2):
        assert client.post(adresse, MOTIF).status_code == 302
    assert client.get(adresse).status_code == 302
    signalement = Signalement.objects.get()
    assert (signalement.message == message) == (sur == "message")
    [courriel] = mailoutbox
    assert courriel.to == [diane.courriel]
    assert "Camille" not in courriel.body and "CANARI" not in courriel.body
    assert en_file(connecter, diane) == [signalement] and en_file(connecter, alex) == []


def test_a_report_says_what_is_wrong(connecter, camille, discussion):
    adresse = f"/contributions/{discussion.pk}/signalement/"
    for envoi, champ in (({}, "motif"), ({"motif": "autre", "precision": " "}, "precision")):
        reponse = connecter(camille).post(adresse, envoi)
        assert reponse.status_code == 422 and champ in reponse.context["form"].errors
    assert not Signalement.objects.exists()


def test_one_reports_neither_her_own_nor_what_she_may_not_read(
    connecter, bruno, chantal, discussion, besoin_du_rst, mailoutbox
):
    sien = connecter(bruno).post(f"/contributions/{discussion.pk}/signalement/", MOTIF, follow=True)
    assert "Vous l’avez écrit" in sien.text
    assert (
        connecter(chantal).post(f"/contributions/{besoin_du_rst.pk}/signalement/", MOTIF).status_code == 404
    )
    assert not Signalement.objects.exists()


def test_the_same_object_reported_by_many_is_one_line_and_one_mail(
    connecter, camille, jeanne, diane, discussion, message, signale, mailoutbox
):
    Signalement.deposer(discussion, message=message, par=jeanne, motif="hors_sujet")
    assert not mailoutbox
    page = connecter(diane).get("/signalements/")
    [objet] = page.context["objets"]
    assert len(objet["signalements"]) == 2 and "Camille Morel" in page.text and "Jeanne Hamon" in page.text
    assert "1 publication à modérer" in connecter(diane).get("/").text
    assert "1 publication à modérer" in connecter(diane).get("/reseaux/rst/").text
    assert "à modérer" not in connecter(camille).get("/").text
    signale.traiter("aucune", par=diane)
    assert {courriel.to[0] for courriel in mailoutbox} == {camille.courriel, jeanne.courriel}
    assert not Signalement.objects.en_attente().exists()


def test_who_wrote_it_never_learns_who_reported_it(
    connecter, camille, sylvie, remi, bruno, rst, diane, message, signale, mailoutbox
):
    adresse = f"/signalements/{signale.pk}/"
    connecter(diane).post(adresse, {"suite": "retrait", "motif": "Restons courtois."})
    a_sylvie = [courriel for courriel in mailoutbox if courriel.to == [sylvie.courriel]]
    assert len(a_sylvie) == 1 and "Restons courtois." in a_sylvie[0].body
    assert not any("Camille" in c.body or "CANARI" in c.body or "signal" in c.body for c in a_sylvie)
    rst.accueillir(sylvie, par=None, role="animateur")
    for membre, voit in ((diane, True), (sylvie, False)):
        client = connecter(membre)
        for page in ("/signalements/", "/journal/", message.get_absolute_url(), "/notifications/"):
            reponse = client.get(page)
            assert reponse.status_code == 200
            assert ("CANARI" in reponse.text) == (voit and page == "/signalements/"), (membre, page)
        assert (client.post(adresse, {"suite": "aucune"}).status_code == 302) == voit
    for membre in (bruno, camille, remi):
        assert connecter(membre).get("/signalements/").status_code == 404


@pytest.mark.parametrize(
    ("suite", "motif"), [("retrait", "Restons courtois."), ("verrou", "Assez."), ("aucune", "")]
)
def test_each_act_is_done_undone_and_told_to_who_reported(
    connecter, camille, sylvie, diane, discussion, message, signale, mailoutbox, suite, motif
):
    client = connecter(diane)
    assert client.post(f"/signalements/{signale.pk}/", {"suite": suite, "motif": motif}).status_code == 302
    message.refresh_from_db()
    discussion.refresh_from_db()
    assert (message.est_retire, discussion.accepte_les_messages) == (suite == "retrait", suite != "verrou")
    destinataires = sorted(courriel.to[0] for courriel in mailoutbox)
    assert destinataires == sorted([camille.courriel] + [sylvie.courriel] * (suite == "retrait"))
    assert ("Rétablir" in client.get("/signalements/").text) == (suite == "retrait")
    client.post(f"/signalements/{signale.pk}/retablissement/")
    message.refresh_from_db()
    discussion.refresh_from_db()
    assert not message.est_retire and discussion.accepte_les_messages


@pytest.mark.parametrize("suite", ["retrait", "verrou", "autre"])
def test_an_act_says_why(connecter, diane, signale, suite):
    reponse = connecter(diane).post(f"/signalements/{signale.pk}/", {"suite": suite, "motif": " "})
    assert reponse.status_code == 422
    signale.refresh_from_db()
    assert signale.traite_le is None


def test_the_second_moderator_is_told_who_answered(connecter, diane, rst, remi, signale, sylvie):
    rst.accueillir(remi, par=None, role="animateur")
    perime = Signalement.objects.get()
    signale.traiter("aucune", par=remi)
    with pytest.raises(DejaTraite):
        perime.traiter("retrait", par=diane, motif="Restons courtois.")
    page = connecter(diane).post(
        f"/signalements/{signale.pk}/", {"suite": "retrait", "motif": "x"}, follow=True
    )
    assert "Rémi Aubert y a déjà répondu" in page.text
    assert not Message.objects.get().est_retire


def test_what_is_in_no_network_is_for_the_administrator(connecter, alex, diane, bruno, camille, mailoutbox):
    discussion = faire_discussion("Sans réseau", bruno)
    signalement = Signalement.deposer(discussion, par=camille, motif="publicite")
    assert [courriel.to for courriel in mailoutbox] == [[alex.courriel]]
    assert en_file(connecter, alex) == [signalement] and en_file(connecter, diane) == []
    assert connecter(diane).get(f"/signalements/{signalement.pk}/").status_code == 404
    connecter(alex).post(f"/signalements/{signalement.pk}/", {"suite": "retrait", "motif": "Publicité"})
    discussion.refresh_from_db()
    assert discussion.retire_par == alex
    assert Entree.objects.filter(geste="retrait", par=alex).exists()


def test_an_administrator_stands_in_where_nobody_else_may_decide_and_reads_nothing_in_passing(
    connecter, alex, diane, camille, besoin_du_rst, rst, mailoutbox
):
    de_diane = faire_discussion("De Diane", diane, reseau=rst)
    signalements = {
        Signalement.deposer(de_diane, par=camille, motif="propos"),
        Signalement.deposer(besoin_du_rst, par=camille, motif="propos"),
    }
    assert [s.contribution.titre for s in en_file(connecter, alex)] == ["De Diane"]
    diane.adhesions.get().clore()
    assert set(en_file(connecter, alex)) == signalements
    page = connecter(alex).get("/signalements/").text
    assert besoin_du_rst.titre not in page and "ce que le journal note" in page


def test_the_moderators_are_the_same_as_a_set_and_as_a_list(
    camille, bruno, remi, sylvie, diane, chantal, alex, odile, noe, discussion, rst, amenagement
):
    faire_membre("Gaël", "Roux", *[f.collectivite for f in diane.fonctions.all()], anime=[amenagement])
    distribution = [camille, bruno, remi, sylvie, diane, chantal, alex, odile, noe]
    objets = [
        discussion,
        faire_discussion("Sans réseau", camille),
        faire_discussion("D’une animatrice", diane, reseau=rst),
        faire_discussion("D’une administratrice", alex),
        faire_discussion("Ailleurs", chantal, reseau=amenagement),
    ]
    for objet in objets:
        signalement = Signalement.deposer(objet, par=sylvie, motif="propos")
        for gerer in (lambda: None, lambda r=objet.reseau: r and r.fermer(par=alex)):
            gerer()
            signalement = Signalement.objects.get(pk=signalement.pk)
            for membre in distribution:
                vu = type(membre).objects.get(pk=membre.pk)
                ouvert = Signalement.objects.modifiables_par(vu.utilisateur).filter(pk=signalement.pk)
                assert ouvert.exists() == (vu in signalement.moderateurs()), (objet.titre, membre)
        if objet.reseau:
            objet.reseau.rouvrir(par=alex)


def test_nobody_floods_the_moderators(connecter, camille, bruno, rst):
    client = connecter(camille)
    for n in range(11):
        discussion = faire_discussion(f"Discussion {n}", bruno, reseau=rst)
        reponse = client.post(f"/contributions/{discussion.pk}/signalement/", MOTIF)
        assert reponse.status_code == (302 if n < 10 else 422)
    assert "CANARI de Camille" in reponse.text and Signalement.objects.count() == 10


def test_the_queue_costs_the_same_whatever_its_length(
    connecter, camille, bruno, diane, rst, django_assert_max_num_queries
):
    for n in range(12):
        discussion = faire_discussion(f"Discussion {n}", bruno, reseau=rst)
        message = faire_message(discussion, bruno)
        for sur in (None, message):
            signalement = Signalement.deposer(discussion, par=camille, motif="propos", message=sur)
        if n % 2:
            signalement.traiter("aucune", par=diane)
    client = connecter(diane)
    client.get("/signalements/")  # what a process keeps a minute is at hand
    with django_assert_max_num_queries(9):
        client.get("/signalements/")


def test_a_report_is_kept_once_and_its_answer_is_dated(camille, message, signale):
    champs = {"contribution_id": message.contribution_id, "vise": message.auteur, "motif": "propos"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Signalement.objects.create(message=message, par=camille, **champs)
    with pytest.raises(IntegrityError, match="reseau_signalement_suite_datee"), transaction.atomic():
        Signalement.objects.update(suite="aucune")


def test_one_reports_from_the_thread_and_is_told_what_she_reported(connecter, camille, bruno, discussion):
    message = faire_message(discussion, bruno)
    client = connecter(camille)
    adresses = f"{message.get_absolute_url()}signalement/", f"/contributions/{discussion.pk}/signalement/"
    page = client.get(discussion.get_absolute_url()).text
    assert all(f'href="{adresse}"' in page for adresse in adresses)
    for adresse in adresses:
        client.post(adresse, {"motif": "publicite"})
    assert f'href="{adresses[1]}"' not in client.get(discussion.get_absolute_url()).text
    page = client.get(message.get_absolute_url()).text
    assert "Vous avez signalé ce message" in page and "Signaler ce message" not in page
    assert (
        "Signaler ce message"
        in connecter(faire_membre("Ève", "Roy", message.collectivite)).get(message.get_absolute_url()).text
    )
