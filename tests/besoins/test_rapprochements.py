"""Several communes have the same need: brought together in one project, told once, and undone as easily."""

import pytest
from django.db import IntegrityError, transaction

from besoins.models import Besoin, Position, Preparation, Projet, Rapprochement
from plateforme.accueil.a_faire import AFaire
from reseau.liens import lien
from reseau.models import Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_membre, faire_projet
from tests.reseau.test_publication import prefilled


@pytest.fixture
def sel(bruno, rst):
    return faire_besoin("Sel de déneigement pour l’hiver", bruno, reseau=rst)


@pytest.fixture
def autre_sel(camille, rst):
    return faire_besoin("Acheter du sel de déneigement", camille, reseau=rst)


@pytest.fixture
def projet(diane, rst):
    return faire_projet("Groupement sel", diane, reseau=rst)


def relu(besoin):
    return Besoin.objects.get(pk=besoin.pk)


def rapprocher(client, besoin, *avec, **champs):
    envoi = {"besoins": [autre.pk for autre in avec], **champs}
    return client.post(f"/besoins/{besoin.pk}/rapprochement/", envoi)


def proposes(reponse):
    return [libelle for _pk, libelle in reponse.context["form"].fields["besoins"].widget.choices]


# Together


def test_what_resembles_the_need_is_proposed_first(connecter, bruno, sel, autre_sel, camille, chantal):
    faire_besoin("Une nacelle", camille)
    clos = faire_besoin("Sel de table", camille)
    clos.clore(par=camille, issue="reponse")
    client = connecter(bruno)
    page = client.get(f"/besoins/{sel.pk}/rapprochement/")
    assert proposes(page) == ["Acheter du sel de déneigement (Louverné)", "Une nacelle (Louverné)"]
    page = client.get(f"/besoins/{sel.pk}/rapprochement/?q=nacelle")
    assert proposes(page) == ["Une nacelle (Louverné)"]
    assert "rapprochement/" in client.get(sel.get_absolute_url()).text


def test_needs_are_brought_together_in_a_new_project_that_they_prefill(
    connecter, bruno, camille, sel, autre_sel, louverne, change, rst, agglo
):
    for commune in (louverne, change):
        commune.rejoindre(agglo)
    client = connecter(bruno)
    suite = rapprocher(client, sel, autre_sel)
    assert suite["Location"] == f"/projets/publier/?besoins={sel.pk}&besoins={autre_sel.pk}"
    envoi = prefilled(client, suite["Location"])
    page = client.get(suite["Location"]).text
    assert f'data-brouillon="projet-nouveau-{sel.pk}-{autre_sel.pk}"' in page
    assert envoi["titre"] == sel.titre and envoi["reseau"] == rst.pk
    assert set(envoi["beneficiaires"]) == {louverne.pk, change.pk}
    page = client.post(suite["Location"], envoi | {"publier": ""}, follow=True).text
    projet = Projet.objects.get()
    assert sel.get_absolute_url() in page and autre_sel.get_absolute_url() in page
    assert set(projet.rapprochements.actifs().values_list("besoin", "par")) == {
        (sel.pk, bruno.pk),
        (autre_sel.pk, bruno.pk),
    }
    assert [str(relu(b).etat) for b in (sel, autre_sel)] == ["rapproché", "rapproché"]
    page = connecter(camille).get(autre_sel.get_absolute_url()).text
    assert "Rapproché" in page and projet.get_absolute_url() in page and "Défaire le rapprochement" in page


def test_every_follower_is_told_once_whatever_she_follows(
    connecter, bruno, camille, remi, sel, autre_sel, rst
):
    sel.suivre(remi)
    autre_sel.suivre(remi)
    autre = faire_membre("Inès", "Leroy", sel.collectivite, reseaux=[rst])
    Notification.objects.all().delete()
    client = connecter(bruno)
    adresse = f"/projets/publier/?besoins={sel.pk}&besoins={autre_sel.pk}"
    client.post(adresse, prefilled(client, adresse) | {"beneficiaires": [], "publier": ""})
    projet = Projet.objects.get()
    dites = Notification.objects.values_list("membre", "contribution", "genre")
    assert set(dites) == {
        (remi.pk, projet.pk, "suite"),
        (camille.pk, projet.pk, "suite"),
        (autre.pk, projet.pk, "publication"),
    }
    assert projet.suivis.filter(membre=camille).exists()  # who asked goes on being told


def test_a_need_joins_a_project_of_its_network(connecter, bruno, diane, sel, projet):
    avant = sel.fil.derniere_revision, projet.fil.derniere_revision
    reponse = rapprocher(connecter(bruno), sel, projet=projet.pk)
    assert reponse["Location"] == projet.get_absolute_url()
    besoin = relu(sel)
    assert str(besoin.etat) == "rapproché" and besoin.rapprochements.get().projet == projet
    projet.fil.refresh_from_db()
    assert (besoin.fil.derniere_revision, projet.fil.derniere_revision) == (avant[0] + 1, avant[1] + 1)
    assert Modification.objects.get().changements == [
        {"champ": "état", "avant": "ouvert", "apres": "rapproché"}
    ]
    assert Notification.objects.get(membre=diane, contribution=projet).phrase == (
        "Bruno Petit en a rapproché un besoin"
    )


def test_it_shows_at_once_on_the_pages_that_are_open(connecter, camille, bruno, sel, projet):
    client = connecter(camille)
    page = client.get(sel.get_absolute_url()).text
    besoin = relu(sel)
    vivants = besoin.fragments_vivants() | besoin.fragments_pour(camille.utilisateur)
    assert {id_: page.count(f'id="{id_}"') for id_ in vivants} == dict.fromkeys(vivants, 1)
    projet.rapprocher([besoin], par=bruno)
    suite = client.get(f"/contributions/{sel.pk}/rattrapage/?depuis=0").text
    assert projet.get_absolute_url() in suite and ">rapproché<" in suite
    assert sel.titre in client.get(f"/contributions/{projet.pk}/rattrapage/?depuis=0").text


def test_a_draft_brings_them_together_when_it_is_published(connecter, bruno, camille, sel, autre_sel, diane):
    client = connecter(bruno)
    adresse = f"/projets/publier/?besoins={sel.pk}&besoins={autre_sel.pk}"
    client.post(adresse, prefilled(client, adresse) | {"beneficiaires": [], "brouillon": ""})
    brouillon = Projet.objects.get()
    assert not Rapprochement.objects.exists() and relu(sel).rapproche_le is None
    page = client.get(brouillon.get_absolute_url()).text
    assert "réunis à la publication" in page and autre_sel.get_absolute_url() in page
    autre_sel.clore(par=camille, issue="reponse")  # meanwhile
    client.post(f"/contributions/{brouillon.pk}/publication/")
    assert Rapprochement.objects.get().besoin == sel


def test_a_project_that_waits_to_be_read_first_brings_them_together_once_accepted(
    connecter, bruno, diane, sel, autre_sel, rst
):
    rst.retient_les_nouveaux = True
    rst.save()
    neuve = faire_membre("Inès", "Leroy", sel.collectivite, reseaux=[rst])
    sel.confier(neuve, par=bruno)  # she looks after it, and has published nothing yet
    client = connecter(neuve)
    adresse = f"/projets/publier/?besoins={sel.pk}&besoins={autre_sel.pk}"
    client.post(adresse, prefilled(client, adresse) | {"beneficiaires": [], "publier": ""})
    projet = Projet.objects.get()
    assert projet.est_a_relire and not Rapprochement.objects.exists()
    connecter(diane).post(f"/contributions/{projet.pk}/acceptation/")
    assert projet.rapprochements.actifs().count() == 2


@pytest.mark.parametrize("champs", [{}, {"besoins": ["x"]}, {"besoins": ["9" * 30]}, {"projet": "9" * 30}])
def test_what_means_nothing_is_refused_in_words(connecter, bruno, sel, champs):
    reponse = connecter(bruno).post(f"/besoins/{sel.pk}/rapprochement/", champs)
    assert reponse.status_code == 422 and reponse.context["form"].errors
    assert not Rapprochement.objects.exists()


@pytest.mark.parametrize("besoins", ["x", "-1", "9" * 30, "999999"])
def test_an_address_that_names_no_need_is_a_plain_form(connecter, bruno, besoins):
    reponse = connecter(bruno).get(f"/projets/publier/?besoins={besoins}")
    assert reponse.status_code == 200 and reponse.context["besoins"] == []


def test_a_need_is_in_one_project_only(connecter, bruno, diane, rst, sel, projet):
    projet.rapprocher([relu(sel)], par=bruno)
    autre = faire_projet("Un autre", diane, reseau=rst)
    reponse = rapprocher(connecter(bruno), sel, projet=autre.pk)
    assert reponse["Location"] == sel.get_absolute_url()
    assert Rapprochement.objects.get().projet == projet
    with pytest.raises(IntegrityError), transaction.atomic():
        Rapprochement.objects.create(besoin=sel, projet=autre, par=bruno)


def test_who_does_not_look_after_the_need_does_not_bring_it_together(
    connecter, camille, sel, autre_sel, projet
):
    client = connecter(camille)
    assert rapprocher(client, sel, projet=projet.pk).status_code == 404
    assert "/rapprochement/" not in client.get(sel.get_absolute_url()).text
    # Nor through the address of the form: one of those that it names has to be hers.
    assert client.get(f"/projets/publier/?besoins={sel.pk}").context["besoins"] == []


# It is the project that the communes answer


def test_a_need_brought_together_takes_no_more_answers_until_it_is_undone(
    connecter, client, camille, bruno, louverne, sel, projet
):
    courriel = lien("besoins:lien_interessee", sel, camille)
    liste, ou = "/besoins/", {"niveau": "interessee"}
    repondre, dit = f"{sel.get_absolute_url()}#ma-position", "les communes y répondent"
    connecter(camille)
    assert repondre in client.get(liste).text and AFaire(camille, louverne).nombre == 1
    projet.rapprocher([relu(sel)], par=bruno)
    page = client.get(sel.get_absolute_url()).text
    assert dit in page and projet.get_absolute_url() in page and 'id="ma-position"' not in page
    page = client.get(liste).text
    assert repondre not in page and ">rapproché<" in page
    assert AFaire(camille, louverne).nombre == 0
    assert not Besoin.objects.attentes([louverne.pk])
    assert client.post(f"/besoins/{sel.pk}/positions/", ou).status_code == 422
    assert dit in client.post(f"/besoins/{sel.pk}/reponse/", ou, headers={"HX-Request": "true"}).text
    refus = client.post(courriel)
    assert refus.status_code == 403 and dit in refus.text and sel.get_absolute_url() in refus.text
    assert not Position.objects.exists() and not relu(sel).gestes_par_courriel(camille)[1:]
    relu(sel).separer(par=bruno)
    assert AFaire(camille, louverne).nombre == 1
    assert client.post(courriel).status_code == 200
    assert Position.objects.get().niveau == "interessee"


def test_an_answer_that_waited_to_be_validated_waits_no_more(
    connecter, camille, remi, bruno, louverne, sel, projet
):
    attente = Preparation(contribution=sel, collectivite=louverne, niveau="interessee", pour=remi)
    attente.preparer(par=camille)
    assert AFaire(remi, louverne).nombre == 1
    projet.rapprocher([relu(sel)], par=bruno)
    assert AFaire(remi, louverne).nombre == 0
    client = connecter(remi)
    client.post(f"/preparations/{attente.pk}/validation/")
    assert not Position.objects.exists()
    assert "les communes y répondent" in client.get(attente.get_absolute_url()).text


def test_the_list_is_filtered_by_what_a_project_answers(connecter, camille, bruno, sel, autre_sel, projet):
    projet.rapprocher([relu(sel)], par=bruno)
    client = connecter(camille)

    def titres(requete):
        return [besoin.titre for besoin in client.get(f"/besoins/?{requete}").context["object_list"]]

    assert titres("projet=rapproche") == [sel.titre]
    assert titres("projet=aucun") == [autre_sel.titre]
    assert len(titres("projet=aucun&projet=rapproche")) == len(titres("")) == 2


def test_the_project_names_the_communes_that_asked_for_it_without_answering_for_them(
    connecter, chantal, camille, bruno, rst, amenagement, sel, autre_sel
):
    projet = faire_projet("Groupement sel", bruno, reseau=rst, visibilite="publique")
    besoin_reserve = faire_besoin("Réservé", chantal, visibilite="reseau", reseau=amenagement)
    projet.rapprocher([relu(b) for b in (sel, autre_sel, besoin_reserve)], par=bruno)
    page = connecter(camille).get(projet.get_absolute_url()).text
    assert "2 communes l’ont demandé\u202f: Changé, Louverné." in page and "Montflours" not in page
    assert "Aucune commune n’a encore dit si elle en est." in page
    assert not projet.positions.exists()


# Apart


def test_it_is_undone_by_who_looks_after_the_need_and_told(connecter, bruno, camille, sel, projet):
    sel.suivre(camille)
    projet.rapprocher([relu(sel)], par=bruno)
    client = connecter(bruno)
    reponse = client.post(f"/besoins/{sel.pk}/separation/")
    assert reponse["Location"] == sel.get_absolute_url()
    besoin = relu(sel)
    assert str(besoin.etat) == "ouvert"
    defait = besoin.rapprochements.get()
    assert defait.defait_par == bruno and defait.defait_le
    avis = Notification.objects.get(membre=camille, contribution=sel.pk)
    assert avis.phrase == "Bruno Petit a défait le rapprochement"
    assert (
        sel.titre not in client.get(projet.get_absolute_url()).text.split("<main")[1].split("Vous pouvez")[0]
    )
    assert client.post(f"/besoins/{sel.pk}/separation/").status_code == 302  # twice: nothing
    projet.rapprocher([besoin], par=bruno)
    assert str(relu(sel).etat) == "rapproché"


@pytest.mark.parametrize(
    ("adresse", "envoi", "etat"),
    [
        ("/projets/{}/cloture/", {"issue": "sans_suite", "motif": "Trop peu de communes."}, "ouvert"),
        ("/contributions/{}/retrait/", {"motif": "doublon"}, "ouvert"),
        ("/projets/{}/cloture/", {"issue": "realise"}, "rapproché"),
    ],
)
def test_a_project_that_comes_to_nothing_gives_its_needs_back(
    connecter, bruno, diane, sel, autre_sel, projet, adresse, envoi, etat
):
    projet.rapprocher([relu(sel), relu(autre_sel)], par=bruno)
    assert connecter(diane).post(adresse.format(projet.pk), envoi).status_code == 302
    assert [str(relu(besoin).etat) for besoin in (sel, autre_sel)] == [etat, etat]


def test_who_only_reads_it_does_not_undo_it(connecter, camille, bruno, sel, projet):
    projet.rapprocher([relu(sel)], par=bruno)
    assert connecter(camille).post(f"/besoins/{sel.pk}/separation/").status_code == 404
    assert "Défaire" not in connecter(camille).get(sel.get_absolute_url()).text


@pytest.mark.parametrize(
    ("issue", "etat"), [("projet", "converti"), ("reponse", "clos"), ("sans_suite", "sans suite")]
)
def test_a_need_closed_by_its_project_is_converted(connecter, bruno, sel, projet, issue, etat):
    projet.rapprocher([relu(sel)], par=bruno)
    connecter(bruno).post(f"/besoins/{sel.pk}/cloture/", {"issue": issue, "motif": "Fait."})
    assert str(relu(sel).etat) == etat


def test_separated_once_closed_it_is_told_to_be_closed(bruno, sel, projet):
    projet.rapprocher([sel], par=bruno)
    sel.clore(par=bruno, issue="projet")
    sel.separer(par=bruno)
    [changement] = sel.modifications.first().changements
    assert (changement["avant"], changement["apres"], sel.etat) == ("rapproché", "clos", "clos")


def test_a_need_alone_that_ended_in_a_project_is_closed(connecter, bruno, sel):
    connecter(bruno).post(f"/besoins/{sel.pk}/cloture/", {"issue": "projet"})
    assert str(relu(sel).etat) == "clos"


# Nobody learns of what she may not read


def test_a_reserved_project_is_not_named_to_the_readers_of_its_needs(
    connecter, client, chantal, bruno, rst, sel
):
    sel.visibilite = "publique"
    sel.save()
    sel.suivre(chantal)
    ferme = faire_projet("Projet CANARI", bruno, reseau=rst, visibilite="reseau")
    ferme.rapprocher([relu(sel)], par=bruno)
    visite = client.get(sel.get_absolute_url()).text
    assert "CANARI" not in visite and ferme.get_absolute_url() not in visite
    connecter(chantal)
    for adresse in (
        sel.get_absolute_url(),
        f"/contributions/{sel.pk}/rattrapage/?depuis=0",
        f"/contributions/{sel.pk}/historique/",
        "/notifications/",
        "/besoins/",
    ):
        page = client.get(adresse).text
        assert "CANARI" not in page and ferme.get_absolute_url() not in page
    # She is told of the need alone.
    assert Notification.objects.get(membre=chantal).contribution_id == sel.pk


def test_a_project_lists_only_the_needs_that_its_reader_may_see(
    connecter, client, chantal, bruno, rst, besoin_du_rst, balayeuse
):
    projet = faire_projet("Astreinte partagée", bruno, reseau=rst, visibilite="publique")
    projet.rapprocher([relu(besoin_du_rst), relu(balayeuse)], par=bruno)
    assert "CANARI" not in client.get(projet.get_absolute_url()).text
    connecter(chantal)
    for adresse in (projet.get_absolute_url(), f"/contributions/{projet.pk}/rattrapage/?depuis=0"):
        page = client.get(adresse).text
        assert balayeuse.titre in page and "CANARI" not in page
    assert "CANARI" not in client.get("/notifications/").text
    assert "CANARI" in connecter(bruno).get(projet.get_absolute_url()).text


def test_a_visitor_no_longer_reads_a_need_that_was_withdrawn_from_view(client, bruno, rst, sel, projet):
    """Her page of the project is kept a minute: not beyond what it is drawn from."""
    for objet in (sel, projet):
        objet.visibilite = "publique"
        objet.save()
    projet.rapprocher([relu(sel)], par=bruno)
    assert sel.titre in client.get(projet.get_absolute_url()).text
    relu(sel).retirer(par=bruno, motif="doublon")
    assert sel.titre not in client.get(projet.get_absolute_url()).text


def test_needs_and_projects_that_she_may_not_read_are_not_offered(
    connecter, chantal, camille, bruno, besoin_du_rst, amenagement, rst
):
    ferme = faire_projet("Projet CANARI", bruno, reseau=rst, visibilite="reseau")
    le_sien = faire_besoin("Astreinte hivernale", chantal)
    client = connecter(chantal)
    assert "CANARI" not in client.get(f"/besoins/{le_sien.pk}/rapprochement/").text
    for champs in ({"besoins": [besoin_du_rst.pk]}, {"projet": ferme.pk}):
        reponse = client.post(f"/besoins/{le_sien.pk}/rapprochement/", champs)
        assert reponse.status_code == 422 and "CANARI" not in reponse.text
    page = client.get(f"/projets/publier/?besoins={le_sien.pk}&besoins={besoin_du_rst.pk}")
    assert page.context["besoins"] == [le_sien] and "CANARI" not in page.text


def test_a_project_born_of_a_reserved_need_is_reserved_unless_one_says_otherwise(
    connecter, bruno, besoin_du_rst, sel
):
    adresse = f"/projets/publier/?besoins={sel.pk}&besoins={besoin_du_rst.pk}"
    assert prefilled(connecter(bruno), adresse)["visibilite"] == "reseau"


def test_the_pages_cost_the_same_however_many_needs_are_brought_together(
    connecter, camille, bruno, rst, sel, projet
):
    projet.rapprocher([relu(sel)], par=bruno)
    client = connecter(camille)
    un = requetes_pour(client, projet.get_absolute_url()), requetes_pour(client, "/besoins/")
    for n in range(6):
        projet.rapprocher([relu(faire_besoin(f"Besoin {n}", bruno, reseau=rst))], par=bruno)
    assert (requetes_pour(client, projet.get_absolute_url()), requetes_pour(client, "/besoins/")) == un
