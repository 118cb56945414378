"""A project put to others before it is decided: one opinion each, until a day, then a synthesis."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from besoins.models import Avis, AvisDonne, Consultation
from reseau.models import Fonction, Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_commune, faire_consultation, faire_membre
from tests.reseau.test_publication import prefilled

JOUR = timedelta(days=1)


def aujourd_hui():
    return timezone.localdate()


def consulter(auteur, reseau, titre="Liaison douce de la gare", **champs):
    champs = {"visibilite": "reseau", "jusqu_au": aujourd_hui() + 20 * JOUR} | champs
    return Consultation.objects.get(pk=faire_consultation(titre, auteur, reseau=reseau, **champs).pk)


@pytest.fixture
def de_l_agglo(diane, rst, camille, bruno):
    """The agglomération asks Louverné and Changé."""
    return consulter(diane, rst)


@pytest.fixture
def de_la_commune(bruno, rst, camille, diane, agglo, change):
    """Changé asks Louverné, and its agglomération."""
    change.rejoindre(agglo)
    return consulter(bruno, rst, "Aménagement de la place de l’église")


def donner(client, consultation, sens, **champs):
    return client.post(f"/consultations/{consultation.pk}/avis/", {"sens": sens, **champs})


def dates(consultation, debut, fin):
    """Moved, without waiting for a real calendar."""
    Consultation.objects.filter(pk=consultation.pk).update(
        ouverte_du=aujourd_hui() + debut * JOUR, jusqu_au=aujourd_hui() + fin * JOUR
    )
    return Consultation.objects.get(pk=consultation.pk)


def interrogees(consultation):
    return [reponse.collectivite.nom for reponse in consultation.reponses()]


# Asking


def test_a_member_puts_a_project_to_her_network_and_those_asked_are_told(
    connecter, bruno, camille, rst, diane, agglo, change
):
    change.rejoindre(agglo)
    client = connecter(bruno)
    envoi = prefilled(client, "/consultations/publier/") | {
        "titre": "Place de l’église",
        "jusqu_au": aujourd_hui() + 30 * JOUR,
        "publier": "",
    }
    reponse = client.post("/consultations/publier/", envoi)
    consultation = Consultation.objects.get()
    assert reponse["Location"] == consultation.get_absolute_url()
    assert str(consultation.sens) == "projet de la commune"
    assert interrogees(consultation) == ["Laval Agglomération", "Louverné"]
    prevenus = Notification.objects.filter(genre="publication").values_list("membre", flat=True)
    assert set(prevenus) == {camille.pk, diane.pk}


def test_the_sense_comes_from_who_publishes(de_l_agglo, de_la_commune):
    assert str(de_l_agglo.sens) == "projet de l’agglo"
    assert str(de_la_commune.sens) == "projet de la commune"


def test_only_the_chosen_ones_are_asked_and_the_epci_always_is(bruno, rst, camille, diane, agglo, change):
    change.rejoindre(agglo)
    autre = faire_commune("Bonchamp")
    faire_membre("Inès", "Leroy", autre, reseaux=[rst])
    consultation = consulter(bruno, rst, interrogees=[autre])
    assert interrogees(consultation) == ["Bonchamp", "Laval Agglomération"]


@pytest.mark.parametrize(
    ("champs", "champ", "refus"),
    [
        ({"jusqu_au": ""}, "jusqu_au", "Dites jusqu’à quel jour"),
        ({"jusqu_au": "2020-01-01", "ouverte_du": "2019-12-01"}, "jusqu_au", "Cette date est passée."),
        ({"jusqu_au": "2099-01-01", "ouverte_du": "2099-02-01"}, "jusqu_au", "finit après son ouverture"),
        ({"reseau": ""}, "reseau", "Choisissez le réseau que vous consultez."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(connecter, bruno, camille, rst, champs, champ, refus):
    client = connecter(bruno)
    envoi = prefilled(client, "/consultations/publier/")
    envoi |= {"titre": "Place", "corps": "à garder", "jusqu_au": aujourd_hui() + JOUR, "publier": ""}
    reponse = client.post("/consultations/publier/", envoi | champs)
    assert reponse.status_code == 422
    assert f"id_{champ}_error" in reponse.text and refus in reponse.text and "à garder" in reponse.text


def test_others_may_still_be_asked_but_nobody_is_left_out(connecter, diane, de_l_agglo, rst):
    autre = faire_commune("Bonchamp")
    faire_membre("Inès", "Leroy", autre, reseaux=[rst])
    client, adresse = connecter(diane), de_l_agglo.url_de_modification
    envoi = prefilled(client, adresse)
    deja = [r.collectivite_id for r in de_l_agglo.reponses()]
    proposees = client.get(adresse).context["form"].fields["interrogees"].queryset
    assert [c.nom for c in proposees] == ["Bonchamp", "Changé", "Louverné"]  # not who asks
    reponse = client.post(adresse, envoi | {"interrogees": deja[:1]})
    assert reponse.status_code == 422 and "pas en retirer" in reponse.text
    assert client.post(adresse, envoi | {"interrogees": [*deja, autre.pk]}).status_code == 302
    assert interrogees(de_l_agglo) == ["Bonchamp", "Changé", "Louverné"]
    assert "Bonchamp" in Modification.objects.get().changements[0]["apres"]


# Answering


def test_one_opinion_for_each_changeable_until_the_end(connecter, camille, de_l_agglo):
    client = connecter(camille)
    donner(client, de_l_agglo, "favorable")
    reponse = donner(client, de_l_agglo, "reserves", texte="Le carrefour de l’école.")
    assert reponse.status_code == 302
    avis = Avis.objects.get()
    assert (avis.sens, avis.texte, avis.collectivite.nom) == (
        "reserves",
        "Le carrefour de l’école.",
        "Louverné",
    )
    assert AvisDonne.objects.count() == 2
    page = client.get(de_l_agglo.get_absolute_url()).text
    assert "Louverné\u202f: favorable avec réserves" in page
    assert "1 réponse sur 2" in page and "sans réponse" in page


def test_the_word_of_the_referent_prevails_over_an_agents(connecter, camille, remi, de_l_agglo):
    donner(connecter(camille), de_l_agglo, "favorable")
    donner(connecter(remi), de_l_agglo, "defavorable")
    reponse = donner(connecter(camille), de_l_agglo, "favorable")
    avis = Avis.objects.get()
    assert (avis.sens, avis.par, avis.confirmee) == ("defavorable", remi, True)
    assert "L’avis confirmé reste" in connecter(camille).get(reponse["Location"]).text
    assert AvisDonne.objects.filter(par=camille, retenue=False).count() == 1


def test_reserves_are_said_and_nothing_typed_is_lost(connecter, camille, de_l_agglo):
    client = connecter(camille)
    reponse = donner(client, de_l_agglo, "reserves")
    assert reponse.status_code == 422 and "Dites quelles sont vos réserves" in reponse.text
    reponse = donner(client, de_l_agglo, "", texte="à garder")
    assert reponse.status_code == 422 and "à garder" in reponse.text
    assert not Avis.objects.exists()


@pytest.mark.parametrize(("debut", "fin"), [(1, 5), (-5, -1)])
def test_outside_of_its_window_no_opinion_is_taken(connecter, camille, de_l_agglo, debut, fin):
    dates(de_l_agglo, debut, fin)
    client = connecter(camille)
    reponse = donner(client, de_l_agglo, "favorable")
    assert reponse.status_code == 422 and "ne prend pas d’avis aujourd’hui" in reponse.text
    assert "mon-avis" not in client.get(de_l_agglo.get_absolute_url()).text
    assert not Avis.objects.exists()


def test_the_last_day_is_still_in_time(connecter, camille, de_l_agglo):
    dates(de_l_agglo, -5, 0)
    assert donner(connecter(camille), de_l_agglo, "favorable").status_code == 302


def test_who_is_not_asked_reads_without_answering(connecter, de_l_agglo, sylvie, montflours):
    """Sylvie works for Louverné, which is asked, and for Montflours, which joined later."""
    sylvie.choisir(montflours)
    client = connecter(sylvie)
    assert "mon-avis" not in client.get(de_l_agglo.get_absolute_url()).text
    assert donner(client, de_l_agglo, "favorable").status_code == 422
    assert not Avis.objects.exists()


def test_an_opinion_is_that_of_the_collectivite_whose_name_the_page_showed(
    connecter, sylvie, louverne, montflours, diane, rst
):
    consultation = consulter(diane, rst, interrogees=[louverne, montflours])
    client = connecter(sylvie)
    page = client.get(consultation.get_absolute_url()).text
    formulaire = page.partition('id="mon-avis"')[2].partition("</form>")[0]
    assert f'name="au_nom_de" value="{louverne.pk}"' in formulaire
    sylvie.choisir(montflours)  # in another tab
    reponse = donner(client, consultation, "defavorable", au_nom_de=louverne.pk, texte="Trop loin.")
    assert reponse.status_code == 302
    assert [(a.collectivite, a.sens) for a in Avis.objects.all()] == [(louverne, "defavorable")]
    assert donner(client, consultation, "favorable").status_code == 302
    assert Avis.objects.get(collectivite=montflours).sens == "favorable"


def test_with_htmx_the_form_says_what_was_given_and_no_acknowledgement_is_asked_any_more(
    connecter, remi, de_l_agglo
):
    client, adresse = connecter(remi), f"/consultations/{de_l_agglo.pk}/avis/"
    assert '<form id="accuse"' in client.get(de_l_agglo.get_absolute_url()).text
    otee = '<form id="accuse" hx-swap-oob="delete">'
    refus = client.post(adresse, {"sens": "reserves"}, headers={"HX-Request": "true"})
    assert refus.status_code == 422 and otee not in refus.text
    reponse = client.post(adresse, {"sens": "favorable"}, headers={"HX-Request": "true"})
    assert "C’est noté." in reponse.text and "Louverné\u202f: favorable" in reponse.text
    assert otee in reponse.text
    assert "HX-Request" in reponse["Vary"]


def test_the_words_of_an_opinion_are_optional_unless_it_has_reserves(connecter, camille, de_l_agglo):
    adresse = f"/consultations/{de_l_agglo.pk}/avis/"
    for reponse in (connecter(camille).get(adresse), donner(connecter(camille), de_l_agglo, "reserves")):
        assert 'class="facultatif"' not in reponse.text
        assert "Facultatif, sauf pour dire vos réserves." in reponse.text


def test_opinions_arrive_on_the_pages_that_are_open_and_tell_who_asks(connecter, camille, diane, de_l_agglo):
    avant = de_l_agglo.fil.derniere_revision
    client = connecter(camille)
    page = client.get(donner(client, de_l_agglo, "favorable")["Location"]).text
    assert {id_: page.count(f'id="{id_}"') for id_ in de_l_agglo.fragments_vivants()} == {
        "titre": 1,
        "corps": 1,
        "etat": 1,
        "cloture": 1,
        "les-avis": 1,
        "synthese": 1,
    }
    de_l_agglo.fil.refresh_from_db()
    assert de_l_agglo.fil.derniere_revision == avant + 1
    reponse = connecter(diane).get(f"/contributions/{de_l_agglo.pk}/rattrapage/", {"depuis": avant})
    assert 'id="les-avis"' in reponse.text and "favorable" in reponse.text
    assert Notification.objects.get(membre=diane).phrase == "Louverné\u202f: favorable"


def test_answers_stand_in_alphabetical_order_whatever_they_say(de_l_agglo, bruno, camille, louverne, change):
    Avis.donner(de_l_agglo, collectivite=louverne, par=camille, sens="favorable")
    Avis.donner(de_l_agglo, collectivite=change, par=bruno, sens="defavorable")
    assert interrogees(de_l_agglo) == ["Changé", "Louverné"]


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_the_opinions_are_exported_silence_included(connecter, camille, de_l_agglo, format_):
    client = connecter(camille)
    donner(client, de_l_agglo, "reserves", texte="=1+1")
    reponse = client.get(f"/consultations/{de_l_agglo.pk}/avis/export/", {"format": format_})
    contenu = b"".join(reponse.streaming_content)
    if format_ == "csv":
        lignes = contenu.decode("utf-8-sig").splitlines()
        assert lignes[1].startswith("Changé;sans réponse;;;")
        assert lignes[2].startswith("Louverné;favorable avec réserves;'=1+1;Camille Morel;non;")
    assert contenu


# Acknowledging receipt


def test_the_agglomeration_acknowledges_the_project_of_a_commune(connecter, bruno, diane, de_la_commune):
    client = connecter(diane)
    assert "Accuser réception" in client.get(de_la_commune.get_absolute_url()).text
    assert de_la_commune.titre in client.get("/").text
    client.post(f"/consultations/{de_la_commune.pk}/accuse/")
    accuse = de_la_commune.interrogations.get(collectivite__nature="epci")
    assert accuse.recue_par == diane and accuse.recue_le
    assert Notification.objects.get(membre=bruno).phrase == "Laval Agglomération a accusé réception"
    premiere = accuse.recue_le
    client.post(f"/consultations/{de_la_commune.pk}/accuse/")
    accuse.refresh_from_db()
    assert accuse.recue_le == premiere
    page = client.get(de_la_commune.get_absolute_url()).text
    assert "Accuser réception" not in page and "(Diane Tessier)" in page


def test_the_agglomeration_still_owes_it_once_the_window_is_over(connecter, diane, agglo, de_la_commune):
    dates(de_la_commune, -9, -1)
    assert list(Consultation.objects.attendus_de(agglo)) == [de_la_commune]
    assert "Accuser réception" in connecter(diane).get("/").text
    de_la_commune.accuser(collectivite=agglo, par=diane)
    assert not Consultation.objects.attendus_de(agglo)


def test_an_agent_does_not_acknowledge_for_her_commune(connecter, camille, remi, louverne, de_l_agglo):
    adresse = f"/consultations/{de_l_agglo.pk}/accuse/"
    assert connecter(camille).post(adresse).status_code == 404
    assert connecter(remi).post(adresse).status_code == 302
    assert de_l_agglo.interrogations.get(collectivite=louverne).recue_par == remi


def test_once_it_is_closed_nothing_is_left_to_acknowledge(connecter, diane, remi, louverne, de_l_agglo):
    consultation = dates(de_l_agglo, -9, -1)
    consultation.clore(par=diane, synthese="Fini")
    client = connecter(remi)
    assert "Accuser réception" not in client.get(consultation.get_absolute_url()).text
    assert not Consultation.objects.get(pk=consultation.pk).accuser(collectivite=louverne, par=remi)


# What my commune has to do


def test_the_home_page_asks_for_the_opinions_that_are_due(connecter, camille, louverne, de_l_agglo):
    client = connecter(camille)
    page = client.get("/").text
    assert de_l_agglo.titre in page and "Donner un avis" in page
    donner(client, de_l_agglo, "sans_avis")
    assert "Donner un avis" not in client.get("/").text
    assert not Consultation.objects.attendus_de(louverne)


# Closing


def test_the_synthesis_closes_it_and_tells_those_who_were_asked(connecter, diane, camille, bruno, de_l_agglo):
    client, adresse = connecter(diane), f"/consultations/{de_l_agglo.pk}/cloture/"
    assert client.get(adresse)["Location"] == de_l_agglo.get_absolute_url()
    trop_tot = client.post(adresse, {"synthese": "Trop tôt"})
    assert trop_tot.status_code == 422 and "quand la consultation est finie" in trop_tot.text
    de_l_agglo.refresh_from_db()
    assert de_l_agglo.clos_le is None
    dates(de_l_agglo, -9, -1)
    Notification.objects.all().delete()
    assert client.post(adresse, {"synthese": ""}).status_code == 422
    client.post(adresse, {"synthese": "Le carrefour sera repris."})
    de_l_agglo.refresh_from_db()
    assert de_l_agglo.clos_le and de_l_agglo.synthese == "Le carrefour sera repris."
    notifications = Notification.objects.filter(genre="cloture")
    assert set(notifications.values_list("membre", flat=True)) == {camille.pk, bruno.pk}
    page = connecter(camille).get(de_l_agglo.get_absolute_url()).text
    assert "Le carrefour sera repris." in page and "Publiée par Diane Tessier" in page
    with pytest.raises(ValidationError):
        Avis.donner(
            de_l_agglo,
            collectivite=camille.fonctions.get().collectivite,
            par=camille,
            sens="favorable",
        )


def test_of_two_syntheses_the_second_is_given_back_to_who_typed_it(connecter, diane, bruno, rst, camille):
    rst.accueillir(bruno, par=diane, role="animateur")
    consultation = dates(consulter(diane, rst), -9, -1)
    adresse = f"/consultations/{consultation.pk}/cloture/"
    for _clic in range(2):
        assert connecter(diane).post(adresse, {"synthese": "La première"}).status_code == 302
    reponse = connecter(bruno).post(adresse, {"synthese": "Mon long travail"})
    assert reponse.status_code == 422
    assert "Diane Tessier a déjà publié une autre synthèse" in reponse.text
    assert "Mon long travail" in reponse.text
    consultation.refresh_from_db()
    assert (consultation.synthese, consultation.clos_par) == ("La première", diane)


def test_locked_it_says_so_to_who_answers_and_its_synthesis_is_still_published(
    connecter, diane, camille, de_l_agglo
):
    de_l_agglo.verrouiller(par=diane, motif="Propos vifs")
    reponse = donner(connecter(camille), de_l_agglo, "favorable")
    assert reponse.status_code == 422 and "Cette consultation est verrouillée" in reponse.text
    dates(de_l_agglo, -9, -1)
    client, adresse = connecter(diane), f"/consultations/{de_l_agglo.pk}/cloture/"
    assert adresse in client.get(de_l_agglo.get_absolute_url()).text
    assert client.post(adresse, {"synthese": "Tout est dit."}).status_code == 302
    de_l_agglo.refresh_from_db()
    assert de_l_agglo.clos_le and de_l_agglo.verrouille_le


def test_it_may_close_as_soon_as_everybody_has_spoken(de_l_agglo, camille, bruno, louverne, change):
    Avis.donner(de_l_agglo, collectivite=louverne, par=camille, sens="favorable")
    assert not de_l_agglo.est_a_conclure
    Avis.donner(de_l_agglo, collectivite=change, par=bruno, sens="sans_avis")
    assert de_l_agglo.est_a_conclure


def test_reopened_its_synthesis_is_hidden_and_kept_for_the_next_one(connecter, diane, de_l_agglo):
    consultation = dates(de_l_agglo, -9, -1)
    consultation.clore(par=diane, synthese="Première version")
    client = connecter(diane)
    client.post(f"/contributions/{consultation.pk}/reouverture/")
    assert "Première version" not in client.get(consultation.get_absolute_url()).text
    assert "Première version" in client.get(f"/consultations/{consultation.pk}/cloture/").text


def test_its_page_costs_the_same_whatever_the_number_of_answers(connecter, diane, rst, de_l_agglo):
    client = connecter(diane)
    peu = requetes_pour(client, de_l_agglo.get_absolute_url())
    for n in range(6):
        commune = faire_commune(f"Commune {n}")
        agent = faire_membre("Agent", f"N{n}", (commune, Fonction.Role.REFERENT), reseaux=[rst])
        de_l_agglo.interrogees.add(commune)
        Avis.donner(de_l_agglo, collectivite=commune, par=agent, sens="favorable")
        de_l_agglo.accuser(collectivite=commune, par=agent)
    assert requetes_pour(client, de_l_agglo.get_absolute_url()) == peu


def test_it_is_found_in_the_feed_and_by_the_search(connecter, camille, chantal, de_l_agglo):
    client = connecter(camille)
    assert de_l_agglo.titre in client.get("/fil/?type=consultation").text
    assert de_l_agglo in client.get("/recherche/?q=liaison").context["contributions"]
    assert de_l_agglo.titre not in connecter(chantal).get("/fil/").text
