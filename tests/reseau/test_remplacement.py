import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from reseau.models import Contribution, Demande, Entree, Fonction, Membre, Reseau
from reseau.remplacement import Remplacement, RienATransmettre
from tests.fabriques import faire_besoin, faire_membre, faire_reseau


@pytest.fixture
def hier():
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def camille(camille, amenagement, bruno, balayeuse):
    """At work for a month: a title, two networks one of which she runs, needs of hers, things she follows."""
    fonction = camille.fonctions.get()
    fonction.debut, fonction.intitule = timezone.localdate() - timedelta(days=30), "responsable technique"
    fonction.save()
    camille.adhesions.update(debut=fonction.debut)
    amenagement.accueillir(camille, par=None, role="animateur", niveau_courriel="aucun")
    balayeuse.suivre(camille)
    return Membre.objects.get(pk=camille.pk)


@pytest.fixture
def ouverts(rst, amenagement):
    """Networks where everybody enters freely."""
    for reseau in (rst, amenagement):
        reseau.acces = Reseau.Acces.OUVERT
        reseau.save()


@pytest.fixture
def pole(camille, bruno):
    """Which Camille alone runs, and nobody but its members knows."""
    pole = faire_reseau("Pôle CANARI", slug="pole", acces=Reseau.Acces.INVITATION)
    pole.accueillir(camille, par=None, role="animateur", niveau_courriel="immediat")
    pole.accueillir(bruno, par=None)
    return pole


@pytest.fixture
def besoin_du_pole(camille, pole):
    return faire_besoin("Besoin CANARI", Membre.objects.get(pk=camille.pk), reseau=pole, visibilite="reseau")


@pytest.fixture
def saleuse(camille, rst):
    return faire_besoin("Saleuse pour l’hiver", camille, reseau=rst)


@pytest.fixture
def zora(louverne):
    """A colleague of Camille's."""
    return faire_membre("Zora", "Lemaire", louverne)


def adresse(partant, slug="louverne"):
    return reverse("reseau:remplacement", args=[slug, partant.pk])


def envoi(successeur=None, le=None, **personne):
    return {"successeur": successeur.pk if successeur else "", "le": le or timezone.localdate(), **personne}


def nouvelle_personne():
    return {"prenom": "Inès", "nom": "Garnier", "courriel": "Ines@louverne.example", "telephone": "06 00"}


def en_cours(membre):
    return [(str(f), f.role) for f in Membre.objects.get(pk=membre.pk).fonctions.en_cours()]


def test_the_page_lists_what_will_pass(connecter, alex, camille, saleuse):
    page = connecter(alex).get(adresse(camille)).content.decode()
    assert "responsable technique, Louverné" in page
    assert "Réseau des services techniques" in page and "Aménagement et cadre de vie" in page
    assert "avec l’animation" in page
    assert "Saleuse pour l’hiver" in page
    assert "2 publications" in page
    assert "ne lira plus que ce qui est public" in page
    assert "la demande partira" not in page


def test_what_the_referent_may_not_read_is_counted_and_not_named(connecter, remi, camille, besoin_du_pole):
    page = connecter(remi).get(adresse(camille)).content.decode()
    assert "CANARI" not in page
    assert "1 réseau sur invitation" in page and "et 1 publication réservée à un réseau" in page


def test_an_administrator_passes_everything_to_a_colleague_in_one_go(
    connecter, alex, camille, zora, rst, amenagement, saleuse, balayeuse, mailoutbox
):
    mailoutbox.clear()
    connecter(alex).post(adresse(camille), envoi(zora))
    assert en_cours(camille) == []
    assert en_cours(zora) == [("responsable technique, Louverné", "agent")]
    assert rst.adhesion_de(zora) and not rst.adhesion_de(camille)
    assert amenagement.adhesion_de(zora).role == "animateur"
    assert amenagement.adhesion_de(zora).niveau_courriel == "aucun"
    assert set(zora.suivies.all()) >= {c.contribution_ptr for c in (saleuse, balayeuse)}
    assert not camille.suivis.exists()
    saleuse.refresh_from_db()
    assert (saleuse.auteur, saleuse.responsable) == (camille, zora)
    assert Membre.objects.get(pk=camille.pk).remplace_par == zora
    entree = Entree.objects.get(geste="remplacement")
    assert (entree.par, entree.membre, entree.detail) == (alex, camille, "par Zora Lemaire")
    assert not Demande.objects.exists()
    assert [m.to for m in mailoutbox] == [[zora.courriel]]
    assert "prenez la suite de Camille Morel" in mailoutbox[0].subject
    rejoints = "Réseau des services techniques, Aménagement et cadre de vie."
    assert f"Vous entrez dans ses réseaux : {rejoints}" in mailoutbox[0].body
    assert "demande" not in mailoutbox[0].body


def test_a_referent_passes_what_is_open_to_all_and_never_the_animation(
    connecter, remi, camille, zora, rst, amenagement, ouverts
):
    page = connecter(remi).get(adresse(camille)).content.decode()
    assert "Aménagement et cadre de vie" in page and "avec l’animation" not in page
    connecter(remi).post(adresse(camille), envoi(zora))
    assert rst.adhesion_de(zora).role == amenagement.adhesion_de(zora).role == "membre"
    assert not Demande.objects.exists() and not amenagement.animateurs().exists()


def test_a_referent_passes_the_network_that_she_runs_and_asks_for_the_other(
    connecter, remi, camille, zora, rst, amenagement, chantal, mailoutbox
):
    rst.adhesion_de(remi).changer(role="animateur")
    amenagement.adhesion_de(chantal).changer(role="animateur")
    mailoutbox.clear()
    page = connecter(remi).post(adresse(camille), envoi(zora), follow=True).content.decode()
    assert "Pour 1 réseau, la demande est partie" in page
    assert rst.adhesion_de(zora) and not amenagement.adhesion_de(zora)
    demande = Demande.objects.get()
    assert (demande.reseau, demande.membre, demande.niveau_courriel) == (amenagement, zora, "aucun")
    assert "Prend la suite de Camille Morel" in demande.mot and "animait ce réseau" in demande.mot
    assert Entree.objects.get(geste="demande").par == remi
    lettres = {m.to[0]: m.body for m in mailoutbox}
    assert set(lettres) == {chantal.courriel, zora.courriel}
    assert "Prend la suite de Camille Morel" in lettres[chantal.courriel]
    assert "en votre nom pour 1 réseau" in lettres[zora.courriel]
    connecter(chantal).post(reverse("reseau:demande_accord", args=[demande.pk]))
    assert amenagement.adhesion_de(zora).role == "membre"


@pytest.mark.parametrize("successeur", ["remi", "zora", "ines"])
def test_a_closed_network_is_not_the_referents_to_give(
    connecter, request, remi, alex, camille, pole, besoin_du_pole, successeur, mailoutbox
):
    """Neither to herself, nor to a colleague, nor to an address that she types."""
    mailoutbox.clear()
    donnees = envoi(**nouvelle_personne()) if successeur == "ines" else None
    donnees = donnees or envoi(request.getfixturevalue(successeur))
    page = connecter(remi).post(adresse(camille), donnees, follow=True).content.decode()
    assert en_cours(camille) == [] and not pole.adhesion_de(camille)
    assert "CANARI" not in page and "la demande est partie" in page
    client = connecter(Membre.objects.get(predecesseurs=camille))
    assert client.get(besoin_du_pole.get_absolute_url()).status_code == 404
    assert client.get(pole.get_absolute_url()).status_code == 404
    for lettre in mailoutbox:
        assert lettre.to == [alex.courriel] or "CANARI" not in lettre.subject + lettre.body


def test_a_network_left_without_animateur_has_its_requests_read_by_the_administrators(
    connecter, remi, alex, camille, zora, pole, besoin_du_pole, mailoutbox
):
    connecter(remi).post(adresse(camille), envoi(zora))
    demande = Demande.objects.get(reseau=pole)
    assert [alex.courriel] in [m.to for m in mailoutbox if "CANARI" in m.subject]
    assert "CANARI" in connecter(alex).get(reverse("reseau:demandes")).content.decode()
    connecter(alex).post(reverse("reseau:demande_accord", args=[demande.pk]))
    assert pole.adhesion_de(zora).niveau_courriel == "immediat"
    assert connecter(zora).get(besoin_du_pole.get_absolute_url()).status_code == 200


def test_a_refusal_does_not_name_a_network_by_invitation(
    connecter, remi, alex, camille, zora, pole, mailoutbox
):
    connecter(remi).post(adresse(camille), envoi(zora))
    demande = Demande.objects.get(reseau=pole)
    connecter(alex).post(reverse("reseau:demande_refus", args=[demande.pk]), {"motif": "Le pôle se réduit."})
    lettre = mailoutbox[-1]
    assert lettre.to == [zora.courriel] and "Le pôle se réduit." in lettre.body
    assert "CANARI" not in lettre.subject + lettre.body


def test_the_journal_of_the_commune_does_not_name_it_either(connecter, remi, alex, camille, zora, pole):
    connecter(remi).post(adresse(camille), envoi(zora))
    journal = reverse("reseau:journal")
    page = connecter(remi).get(journal).content.decode()
    assert "Remplacement" in page and "Aménagement" in page and "CANARI" not in page
    assert "CANARI" in connecter(alex).get(journal).content.decode()


def test_an_accepted_request_gives_no_function_before_the_day(connecter, remi, alex, camille, pole):
    camille.exercer(camille.fonctions.get().collectivite, "referent", par=None)
    demain = timezone.localdate() + timedelta(days=1)
    connecter(remi).post(adresse(camille), envoi(**nouvelle_personne(), le=demain))
    ines = Membre.objects.de_courriel("ines@louverne.example")
    assert "CANARI" not in connecter(ines).get("/").content.decode()
    demande = Demande.objects.get(reseau=pole)
    connecter(alex).post(reverse("reseau:demande_accord", args=[demande.pk]))
    assert not en_cours(ines) and ines.fonctions.count() == 2


def test_the_successor_may_then_change_what_was_open(connecter, remi, camille, zora, saleuse):
    connecter(remi).post(adresse(camille), envoi(zora))
    client = connecter(zora)
    assert client.get(saleuse.url_de_modification).status_code == 200
    assert client.get(reverse("reseau:retrait", args=[saleuse.pk])).status_code == 200
    page = client.get(saleuse.get_absolute_url()).content.decode()
    assert "Camille Morel" in page and "Zora Lemaire" in page


def test_her_page_says_who_took_over(connecter, remi, camille, zora):
    client = connecter(remi)
    client.post(adresse(camille), envoi(zora))
    page = client.get(reverse("reseau:membre", args=[camille.pk])).content.decode()
    assert "Camille Morel a quitté ses fonctions" in page and "Zora Lemaire" in page


def test_a_new_person_is_invited_in_the_same_form(connecter, remi, camille, rst, ouverts, mailoutbox):
    mailoutbox.clear()
    connecter(remi).post(adresse(camille), envoi(**nouvelle_personne()))
    ines = Membre.objects.de_courriel("ines@louverne.example")
    assert en_cours(ines) == [("responsable technique, Louverné", "agent")]
    assert (ines.invite_par, ines.telephone) == (remi, "06 00")
    assert rst.adhesion_de(ines)
    assert mailoutbox[0].to == ["ines@louverne.example"] and "code à six chiffres" in mailoutbox[0].body


def test_a_second_submit_changes_nothing(connecter, remi, camille, zora, mailoutbox):
    client = connecter(remi)
    client.post(adresse(camille), envoi(zora))
    avant = (Entree.objects.count(), Fonction.objects.count(), len(mailoutbox), Membre.objects.count())
    for donnees in (envoi(zora), envoi(**nouvelle_personne())):
        page = client.post(adresse(camille), donnees, follow=True)
        assert "plus de fonction à transmettre" in page.content.decode()
    assert avant == (
        Entree.objects.count(),
        Fonction.objects.count(),
        len(mailoutbox),
        Membre.objects.count(),
    )
    assert client.get(adresse(camille)).status_code == 302


def test_she_who_has_another_commune_keeps_her_networks_and_her_follows(
    connecter, remi, sylvie, zora, rst, ouverts, balayeuse, louverne, montflours
):
    balayeuse.suivre(sylvie)
    rst.adhesion_de(sylvie).changer(role="animateur")
    page = connecter(remi).get(adresse(sylvie)).content.decode()
    assert "garde ses réseaux" in page and "avec l’animation" not in page
    connecter(remi).post(adresse(sylvie), envoi(zora))
    assert [lieu for lieu, _role in en_cours(sylvie)] == ["agent·e, Montflours"]
    assert rst.adhesion_de(sylvie).role == "animateur" and rst.adhesion_de(zora).role == "membre"
    assert sylvie.suivis.exists() and zora.suivis.exists()
    assert Membre.objects.get(pk=sylvie.pk).remplace_par is None


def test_only_what_is_open_in_the_name_of_the_commune_passes(
    connecter, remi, sylvie, zora, louverne, montflours, rst
):
    besoins = {
        "ouvert": faire_besoin("ouvert", sylvie, collectivite_id=louverne.pk),
        "ailleurs": faire_besoin("ailleurs", sylvie, collectivite_id=montflours.pk),
        "clos": faire_besoin("clos", sylvie, collectivite_id=louverne.pk),
        "retiré": faire_besoin("retiré", sylvie, collectivite_id=louverne.pk),
        "brouillon": faire_besoin("brouillon", sylvie, collectivite_id=louverne.pk, publier=False),
    }
    Contribution.objects.filter(pk=besoins["clos"].pk).update(clos_le=timezone.now())
    besoins["retiré"].retirer(par=sylvie, motif="Erreur.")
    connecter(remi).post(adresse(sylvie), envoi(zora))
    passes = Contribution.objects.filter(responsable=zora).values_list("titre", flat=True)
    assert list(passes) == ["ouvert"]


def test_a_colleague_who_animates_already_is_not_lowered(connecter, remi, camille, zora, rst, amenagement):
    rst.accueillir(zora, par=None, role="animateur", niveau_courriel="immediat")
    connecter(remi).post(adresse(camille), envoi(zora))
    assert rst.adhesion_de(zora).role == "animateur"
    assert rst.adhesion_de(zora).niveau_courriel == "immediat"


def test_a_date_to_come_opens_and_closes_that_day(connecter, remi, camille, zora, rst, ouverts):
    demain = timezone.localdate() + timedelta(days=1)
    connecter(remi).post(adresse(camille), envoi(**nouvelle_personne(), le=demain))
    ines = Membre.objects.de_courriel("ines@louverne.example")
    assert en_cours(camille) and not en_cours(ines)
    assert rst.adhesion_de(camille) and not rst.adhesion_de(ines)
    assert list(ines.fonctions.en_cours(demain)) and not list(camille.fonctions.en_cours(demain))
    page = connecter(remi).get(reverse("reseau:membre", args=[camille.pk])).content.decode()
    assert "quitte bientôt ses fonctions" in page
    assert "plus de fonction" in connecter(remi).get(adresse(camille), follow=True).content.decode()


def test_a_past_date_counts_from_then(connecter, remi, camille, zora, hier):
    connecter(remi).post(adresse(camille), envoi(zora, le=hier))
    assert camille.fonctions.get().fin == hier


@pytest.mark.parametrize(
    "donnees, champ",
    [
        ({}, "prenom"),
        ({"prenom": "Inès", "nom": "Garnier", "courriel": "non"}, "courriel"),
        ({"successeur": "999"}, "successeur"),
        ({"le": "2020-01-01"}, "le"),
        ({"le": "2999-01-01"}, "le"),
        ({"le": ""}, "le"),
        ({"le": "0001-01-01"}, "le"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_nothing_passes(connecter, remi, camille, zora, donnees, champ):
    personne = {"successeur": zora.pk} if champ == "le" else {}
    page = connecter(remi).post(adresse(camille), envoi() | personne | donnees)
    assert f"id_{champ}_error" in page.content.decode()
    assert en_cours(camille) and not Entree.objects.filter(geste="remplacement").exists()


def test_she_does_not_take_over_from_herself(connecter, remi, camille):
    personne = nouvelle_personne() | {"courriel": camille.courriel}
    page = connecter(remi).post(adresse(camille), envoi(**personne))
    assert "Choisissez une autre personne" in page.content.decode()
    assert en_cours(camille)


def test_a_closed_account_does_not_take_over_and_no_account_is_left(connecter, remi, camille, dominique):
    personne = nouvelle_personne() | {"courriel": dominique.courriel}
    page = connecter(remi).post(adresse(camille), envoi(**personne))
    assert "désactivé" in page.content.decode() and en_cours(camille)


def test_a_referent_replaces_herself(connecter, remi, camille):
    connecter(remi).post(adresse(remi), envoi(camille))
    assert ("référent·e de la commune, Louverné", "referent") in en_cours(camille)
    assert en_cours(remi) == []


def test_a_referent_does_not_hand_over_the_administration(connecter, remi, camille, zora, alex, louverne):
    camille.exercer(louverne, "administrateur", par=alex)
    connecter(remi).post(adresse(camille), envoi(zora))
    assert [role for _f, role in en_cours(camille)] == ["administrateur"]
    assert "administrateur" not in [role for _f, role in en_cours(zora)]
    assert Membre.objects.get(pk=camille.pk).remplace_par is None


def test_an_administrator_replaces_anywhere(connecter, alex, camille, zora):
    connecter(alex).post(adresse(camille), envoi(zora))
    assert en_cours(camille) == []


@pytest.mark.parametrize("qui", ["camille", "bruno", "diane"])
def test_nobody_else_replaces_anybody(connecter, request, camille, zora, qui):
    client = connecter(request.getfixturevalue(qui))
    assert client.get(adresse(camille)).status_code == 404
    assert client.post(adresse(camille), envoi(zora)).status_code == 404
    assert en_cours(camille)


def test_a_referent_replaces_nobody_of_another_commune(connecter, remi, bruno, zora):
    client = connecter(remi)
    assert client.post(adresse(bruno), envoi(zora)).status_code == 404
    assert client.post(adresse(bruno, "change"), envoi(zora)).status_code == 404


def test_her_sockets_close(connecter, remi, camille, zora, ouverts, monkeypatch):
    touches = set()
    monkeypatch.setattr("reseau.direct.droits_changes", lambda membre: touches.add(membre.pk))
    connecter(remi).post(adresse(camille), envoi(zora))
    assert touches == {camille.pk, zora.pk}


def test_a_failure_half_way_leaves_everything_as_it_was(remi, camille, zora, rst, monkeypatch):
    def casse(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("reseau.remplacement.Entree.noter", casse)
    with pytest.raises(RuntimeError):
        Remplacement(camille, camille.fonctions.get().collectivite, par=remi).faire(zora)
    assert en_cours(camille) and rst.adhesion_de(camille) and not rst.adhesion_de(zora)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_pass_the_suite_once(remi, camille, zora, louverne):
    depart, resultats = threading.Barrier(2), []

    def remplacer():
        remplacement = Remplacement(camille, louverne, par=remi)
        assert remplacement.fonctions, "both saw something to pass"
        depart.wait()
        try:
            remplacement.faire(zora)
            resultats.append("fait")
        except RienATransmettre:
            resultats.append("rien")
        finally:
            connection.close()

    fils = [threading.Thread(target=remplacer) for _ in range(2)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert sorted(resultats) == ["fait", "rien"]
    assert Entree.objects.filter(geste="remplacement").count() == 1


def test_a_new_person_runs_the_network_that_its_animateur_passes_to_her(camille, remi, amenagement):
    amenagement.accueillir(remi, par=None, role="animateur")
    nouvelle = Membre.inscrire("zoe@louverne.example", prenom="Zoé", nom="Leroy")
    commune = camille.fonctions.get().collectivite
    Remplacement(camille, commune, par=Membre.objects.get(pk=remi.pk)).faire(nouvelle)
    assert amenagement.adhesion_de(nouvelle).role == "animateur"
