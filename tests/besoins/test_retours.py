"""What was learnt: asked at the end of a project or written alone, useful, done elsewhere too, followed."""

import csv
import xml.etree.ElementTree as ET
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import NousAussi, NousAussiDit, Position, Projet, RetourExperience, Utile
from reseau.models import Domaine, Membre, Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_commune, faire_membre, faire_projet, faire_retour
from tests.reseau.test_publication import prefilled

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def projet(bruno, rst, camille, louverne, change):
    return faire_projet(
        "Un broyeur pour deux bourgs",
        bruno,
        reseau=rst,
        visibilite="reseau",
        corps="Le nôtre tombe en panne.",
        beneficiaires=[louverne, change],
    )


@pytest.fixture
def retour(bruno, rst):
    """Changé's, that every member may read."""
    return faire_retour("Un broyeur pour deux bourgs", bruno, reseau=rst, a_refaire="oui", fait_en=2024)


@pytest.fixture
def metz(bruno):
    return faire_retour(
        "Des services communs par vagues",
        bruno,
        collectivite_externe="Metz Métropole",
        source="note de synthèse",
        source_url="https://notes.example/metz",
        depuis=2016,
        fait_en=2020,
        interlocuteur=None,
        contact_externe="Service mutualisation, 03 53 01 10 10",
        visibilite="publique",
    )


def saisir(client, adresse="/retours/publier/", **champs):
    return prefilled(client, adresse) | {"titre": "Un broyeur partagé", "publier": ""} | champs


def aussi(client, retour, fait="oui", **champs):
    return client.post(f"/retours/{retour.pk}/nous-aussi/", {"fait": fait} | champs)


# Asked at the end of a project


def test_closing_a_project_leads_to_what_was_learnt_prefilled_from_it(connecter, bruno, projet, rst, change):
    projet.domaines.add(Domaine.objects.get(code="voirie"))
    client = connecter(bruno)
    cloture = {"issue": "realise", "motif": "Acheté à deux, garé à Changé."}
    reponse = client.post(f"/projets/{projet.pk}/cloture/", cloture)
    assert reponse["Location"] == f"/retours/publier/?de={projet.pk}"
    page = client.get(reponse["Location"])
    form = page.context["form"]
    assert form["titre"].value() == projet.titre and form["corps"].value() == "Acheté à deux, garé à Changé."
    contexte = form["contexte"].value()
    assert contexte.startswith("Le nôtre tombe en panne.") and "action coordonnée" in contexte
    assert "Participants" not in contexte  # none has said that it takes part
    assert form["duree"].value() is None  # it is a moment old
    assert (form["visibilite"].value(), form["fait_en"].value()) == ("reseau", timezone.localdate().year)
    assert form["domaines"].value() == ["voirie"]
    assert f'href="{projet.get_absolute_url()}">Plus tard' in page.text
    client.post(reponse["Location"], saisir(client, reponse["Location"], gains="Une journée par mois"))
    retour = RetourExperience.objects.get()
    assert (retour.projet.pk, retour.reseau, retour.collectivite) == (projet.pk, rst, change)
    assert (retour.visibilite, retour.interlocuteur) == ("reseau", bruno)
    assert retour.get_absolute_url() in client.get(projet.get_absolute_url()).text
    assert projet.get_absolute_url() in client.get(retour.get_absolute_url()).text


def test_what_prefills_it_names_those_that_took_part_and_how_long_it_took(
    connecter, bruno, camille, sylvie, projet, louverne, montflours
):
    def contexte():
        form = connecter(bruno).get(f"/retours/publier/?de={projet.pk}").context["form"]
        return form["contexte"].value(), form["duree"].value()

    for qui, commune in ((camille, louverne), (sylvie, montflours)):
        Position.dire(projet, collectivite=commune, par=qui, niveau="interessee")
    Projet.objects.update(publie_le=timezone.now() - timedelta(days=100))
    assert "Participants\u202f: Louverné, Montflours." in contexte()[0] and contexte()[1] == 3
    Position.objects.filter(collectivite=montflours).update(niveau="engagee", confirmee=True)
    assert "Participants\u202f: Montflours." in contexte()[0]


def test_who_publishes_it_says_in_one_click_that_her_engaged_commune_did_it_too(
    connecter, client, projet, change, louverne, montflours, rst
):
    pilote = faire_membre("Hélène", "Roy", change, louverne, reseaux=[rst])
    adresse = f"/retours/publier/?de={projet.pk}"
    assert "aussi" not in connecter(pilote).get(adresse).context["form"].fields
    for commune in (louverne, montflours):
        Position.objects.create(contribution=projet, collectivite=commune, niveau="engagee", par=pilote)
    form = client.get(adresse).context["form"]
    assert list(form.fields["aussi"].queryset) == [louverne]  # she speaks for this one
    envoi = saisir(client, adresse) | {"collectivite": change.pk}
    assert client.post(adresse, envoi | {"aussi": [montflours.pk]}).status_code == 422
    reponse = client.post(adresse, envoi | {"aussi": [louverne.pk]})
    retour = RetourExperience.objects.get()
    assert reponse["Location"] == retour.get_absolute_url()
    assert [n.collectivite for n in retour.nous_aussi.faits()] == [louverne]
    assert "2 communes l’ont fait" in client.get(retour.get_absolute_url()).text


def test_what_is_ticked_in_a_draft_is_said_once_it_is_published(
    connecter, projet, change, louverne, montflours, rst
):
    pilote = faire_membre("Hélène", "Roy", change, louverne, montflours, reseaux=[rst])
    for commune in (louverne, montflours):
        Position.objects.create(contribution=projet, collectivite=commune, niveau="engagee", par=pilote)
    client = connecter(pilote)
    adresse = f"/retours/publier/?de={projet.pk}"
    envoi = saisir(client, adresse) | {"collectivite": change.pk, "aussi": [louverne.pk, montflours.pk]}
    client.post(adresse, envoi | {"brouillon": ""})
    retour = RetourExperience.objects.get()
    assert retour.est_brouillon and not retour.nous_aussi.exists()
    edition = f"/retours/{retour.pk}/modifier/"
    form = client.get(edition).context["form"]
    assert set(form["aussi"].value()) == {louverne.pk, montflours.pk}
    # She no longer speaks for one of them on the day when it comes out.
    pilote.fonctions.filter(collectivite=montflours).update(fin=timezone.localdate())
    retour = RetourExperience.objects.get()
    retour.publier(par=retour.auteur)
    assert [n.collectivite for n in retour.nous_aussi.faits()] == [louverne]
    assert "aussi" not in client.get(edition).context["form"].fields


def test_a_project_left_without_an_outcome_asks_nothing(connecter, bruno, projet):
    cloture = {"issue": "sans_suite", "motif": "Trop cher."}
    reponse = connecter(bruno).post(f"/projets/{projet.pk}/cloture/", cloture)
    assert reponse["Location"] == projet.get_absolute_url()
    assert not Projet.objects.sans_retour_de(bruno).exists()


def test_who_led_it_is_reminded_on_its_page_until_it_is_told(connecter, bruno, diane, camille, projet):
    rappel = "Racontez ce que vous en avez appris"

    def rappele(membre):
        a_faire = list(Projet.objects.sans_retour_de(membre)) == [projet]
        page = connecter(membre).get(projet.get_absolute_url())
        assert bool(page.context.get("a_raconter")) is a_faire
        return rappel in page.text

    assert not rappele(bruno)  # it is not over
    projet.clore(par=bruno, issue="autrement")
    assert rappele(bruno) and not rappele(diane) and not rappele(camille)
    client = connecter(bruno)
    adresse = f"/retours/publier/?de={projet.pk}"
    client.post(adresse, saisir(client, adresse) | {"brouillon": ""})
    brouillon = RetourExperience.objects.get()
    if not brouillon.est_brouillon:
        pytest.fail("it was published")
    assert not rappele(bruno)  # but is led back to the draft, which is still to be finished
    assert f'href="{brouillon.get_absolute_url()}">Reprendre' in client.get(projet.get_absolute_url()).text
    assert Projet.objects.sans_retour_de(bruno).exists()
    brouillon.publier(par=bruno)
    assert not rappele(bruno) and not Projet.objects.sans_retour_de(bruno).exists()
    RetourExperience.objects.get().retirer(par=bruno, motif="Doublon")
    assert rappele(bruno)


def test_closed_again_once_it_was_told_it_asks_nothing(connecter, bruno, projet):
    projet.clore(par=bruno, issue="realise")
    faire_retour("Le broyeur", bruno, issue_de=projet)
    Projet.objects.get().rouvrir(par=bruno)
    reponse = connecter(bruno).post(f"/projets/{projet.pk}/cloture/", {"issue": "realise"})
    assert reponse["Location"] == projet.get_absolute_url()


# Written alone


def test_one_sentence_is_enough_and_the_network_is_told(connecter, camille, bruno, louverne, rst):
    client = connecter(camille)
    reponse = client.post("/retours/publier/", saisir(client))
    retour = RetourExperience.objects.get()
    assert reponse["Location"] == retour.get_absolute_url()
    assert (retour.collectivite, retour.reseau, retour.interlocuteur) == (louverne, rst, camille)
    assert retour.fait_en == timezone.localdate().year
    assert list(Notification.objects.values_list("membre", "genre")) == [(bruno.pk, "publication")]


def test_all_that_is_told_is_on_its_page_and_in_the_history_once_corrected(connecter, camille):
    client = connecter(camille)
    dit = {
        "corps": "Acheté d’occasion",
        "gains": "Deux jours par mois",
        "ecueils": "Les clés",
        "a_refaire": "autrement",
        "contexte": "Sept communes",
        "cout": "12 000,50 €",
        "cout_couvre": "achat et formation",
        "duree": "8",
        "depuis": "2023",
        "fait_en": "2024",
        "conditions_de_succes": "Un agent par commune",
    }
    retour = client.post("/retours/publier/", saisir(client, **dit))["Location"]
    page = client.get(retour).text
    attendus = {
        nom: valeur for nom, valeur in dit.items() if nom not in ("a_refaire", "cout", "depuis", "fait_en")
    }
    for attendu in (
        *attendus.values(),
        "Oui, mais autrement",
        "12\xa0000,50\u202f€",
        "2023-2024",
        "8 mois",
    ):
        assert attendu in page, attendu
    adresse = f"{retour}modifier/"
    client.post(adresse, prefilled(client, adresse) | {"cout": "12000", "ecueils": "Le carburant"})
    assert RetourExperience.objects.get().cout == 12000
    changes = Modification.objects.get().changements
    assert {c["champ"] for c in changes} == {"coût, en euros", "écueils"}
    page = client.get(retour).text
    assert "12\xa0000\u202f€" in page and "Le carburant" in page


@pytest.mark.parametrize(
    ("champs", "champ", "refus"),
    [
        ({"cout": "beaucoup"}, "cout", "Saisissez un montant"),
        ({"cout": "-5"}, "cout", "n’est pas négatif"),
        ({"cout": "9" * 40}, "cout", ""),
        ({"cout_couvre": "l’achat"}, "cout", "Donnez aussi le coût"),
        ({"duree": "0"}, "duree", ""),
        ({"duree": "9" * 30}, "duree", ""),
        ({"fait_en": "24"}, "fait_en", ""),
        ({"depuis": "2024", "fait_en": "2020"}, "fait_en", "vient après celle du début"),
        ({"a_refaire": "peut-être"}, "a_refaire", ""),
        ({"interlocuteur": "{chantal}"}, "interlocuteur", ""),
        ({"collectivite_externe": "Metz Métropole"}, "source", "d’où vous tenez cet exemple"),
        ({"source": "note de synthèse"}, "collectivite_externe", "de quelle collectivité"),
        (
            {"collectivite_externe": "Metz", "source": "note", "source_url": "javascript:alert(1)"},
            "source_url",
            "",
        ),
        (
            {"collectivite_externe": "Metz", "source": "note", "source_url": "ftp://a.example/"},
            "source_url",
            "http://",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(connecter, camille, chantal, champs, champ, refus):
    remplis = {nom: valeur.format(chantal=chantal.pk) for nom, valeur in champs.items()}
    client = connecter(camille)
    reponse = client.post("/retours/publier/", saisir(client, corps="à garder") | remplis)
    assert reponse.status_code == 422 and not RetourExperience.objects.exists()
    assert f'id="id_{champ}_error"' in reponse.text and refus in reponse.text and "à garder" in reponse.text


def test_the_database_holds_to_the_same_rules(retour, metz):
    for pk, champs in (
        (metz.pk, {"source": ""}),
        (retour.pk, {"cout": -1}),
        (retour.pk, {"duree": 0}),
        (retour.pk, {"depuis": 2025}),
        (retour.pk, {"depuis": 2020, "fait_en": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            RetourExperience.objects.filter(pk=pk).update(**champs)


def test_an_example_from_elsewhere_names_its_source_and_whom_to_call_to_members_only(
    client, connecter, camille, metz
):
    page = client.get(metz.get_absolute_url()).text
    assert "Metz Métropole" in page and "2016-2020" in page and "source\u202f: note de synthèse" in page
    assert 'href="https://notes.example/metz"' in page and "03 53 01 10 10" not in page
    assert "Personne ici ne l’a encore fait" in page
    assert "03 53 01 10 10" in connecter(camille).get(metz.get_absolute_url()).text


def test_an_example_from_elsewhere_has_nobody_to_call_here(connecter, camille):
    client = connecter(camille)
    ailleurs = {"collectivite_externe": "Metz", "source": "note de synthèse"}
    client.post("/retours/publier/", saisir(client, **ailleurs))
    retour = RetourExperience.objects.get()
    assert retour.interlocuteur is None and retour.vient_d_ailleurs


# Useful


def test_a_member_says_once_that_it_was_useful_and_may_take_it_back(connecter, camille, bruno, retour):
    client, adresse = connecter(camille), f"/retours/{retour.pk}/utile/"
    avant = retour.fil.derniere_revision
    for _clic in range(2):
        assert client.post(adresse, {"utile": "oui"}).status_code == 302
    assert list(Utile.objects.values_list("membre", flat=True)) == [camille.pk]
    page = client.get(retour.get_absolute_url()).text
    assert "utile à 1 membre" in page and "Utile pour moi" in page
    live = client.get(f"/contributions/{retour.pk}/rattrapage/", {"depuis": avant}).text
    assert "utile à 1 membre" in live
    fragment = client.post(adresse, {"utile": "non"}, headers={"HX-Request": "true"}).text
    assert 'id="utile"' in fragment and "utile à" not in fragment
    assert not Utile.objects.exists() and not Notification.objects.filter(membre=bruno).exists()


def test_who_wrote_it_does_not_find_it_useful(connecter, bruno, retour):
    client = connecter(bruno)
    client.post(f"/retours/{retour.pk}/utile/", {"utile": "oui"})
    assert not Utile.objects.exists()
    assert 'name="utile"' not in client.get(retour.get_absolute_url()).text


# Done here too


def test_a_commune_did_it_too_and_is_named_with_whom_to_call(client, connecter, camille, bruno, retour):
    Membre.objects.filter(pk=camille.pk).update(telephone="06 39 98 10 01")
    assert aussi(connecter(camille), retour, mot="Depuis 2023").status_code == 302
    page = connecter(bruno).get(retour.get_absolute_url()).text
    for attendu in (
        "2 communes l’ont fait, appelez-les",
        "Louverné",
        "Depuis 2023",
        "Camille Morel",
        "tel:0639981001",
    ):
        assert attendu in page
    assert Notification.objects.get(membre=bruno).phrase == "Louverné l’a fait aussi"
    assert "2 communes l’ont fait, appelez-les" in client.get("/retours/").text
    RetourExperience.objects.update(visibilite="publique")
    client.logout()
    page = client.get(retour.get_absolute_url()).text
    assert "Louverné" in page and "Depuis 2023" in page and "Connectez-vous" in page
    assert "Camille Morel" not in page and "tel:" not in page


def test_the_phone_is_shown_to_those_she_chose(connecter, camille, chantal, retour):
    Membre.objects.filter(pk=camille.pk).update(telephone="06 39 98 10 01", telephone_pour="reseaux")
    aussi(connecter(camille), retour)
    page = connecter(chantal).get(retour.get_absolute_url()).text
    assert "Camille Morel" in page and "tel:" not in page


def test_it_is_taken_back_and_all_that_was_said_is_kept(connecter, camille, bruno, retour):
    client = connecter(camille)
    for fait in ("oui", "oui", "non", "non"):
        aussi(client, retour, fait)
    assert not NousAussi.objects.faits().exists()
    assert [dit.fait for dit in NousAussiDit.objects.all()] == [False, True]
    assert Notification.objects.filter(membre=bruno).count() == 1
    assert "1 commune l’a fait, appelez-la" in client.get(retour.get_absolute_url()).text


def test_the_word_of_a_referent_stands(connecter, remi, camille, retour):
    aussi(connecter(remi), retour, mot="Avec deux agents")
    client = connecter(camille)
    assert aussi(client, retour, "non").status_code == 302
    assert NousAussi.objects.faits().get().par == remi
    assert "Ce qui est confirmé reste" in client.get(retour.get_absolute_url()).text


def test_its_own_commune_does_not_say_it_did_it_too(connecter, bruno, retour, metz):
    client = connecter(bruno)
    assert client.get(f"/retours/{retour.pk}/nous-aussi/").status_code == 302
    assert aussi(client, retour).status_code == 422
    assert aussi(client, metz).status_code == 302  # it is Metz's
    assert [n.contribution_id for n in NousAussi.objects.all()] == [metz.pk]


def test_what_the_button_did_not_say_is_asked_again(connecter, camille, retour):
    client = connecter(camille)
    for envoi in ({}, {"fait": "peut-être"}, {"fait": "oui", "mot": "x" * 400}):
        reponse = client.post(f"/retours/{retour.pk}/nous-aussi/", envoi)
        assert reponse.status_code == 422
    assert not NousAussi.objects.exists()


def test_nothing_is_said_of_what_is_locked(retour, camille, louverne, diane):
    retour.verrouiller(par=diane, motif="hors sujet")
    with pytest.raises(ValidationError):
        NousAussi.dire(retour, collectivite=louverne, par=camille)


def test_what_was_said_here_is_not_shown_to_others(connecter, camille, bruno, rst):
    """Who did it too has spoken for these readers only."""
    ferme = faire_retour("Entre nous", bruno, reseau=rst, visibilite="reseau")
    aussi(connecter(camille), ferme)
    client, adresse = connecter(bruno), ferme.url_de_modification
    reponse = client.post(adresse, prefilled(client, adresse) | {"visibilite": "publique"})
    assert reponse.status_code == 422 and "visibilite" in reponse.context["form"].errors


# The list, the export, the feed


@pytest.fixture
def plusieurs(retour, metz, projet, bruno, chantal, amenagement):
    Projet.objects.filter(pk=projet.pk).update(visibilite="membres")
    retour.domaines.add(Domaine.objects.get(code="batiments-patrimoine"))
    RetourExperience.objects.filter(pk=retour.pk).update(corps="La rénovation énergétique de l’école")
    retour.refresh_from_db()
    retour.noter_reperes()
    faire_retour("Suite du projet", bruno, issue_de=projet, a_refaire="non", fait_en=2022)
    faire_retour("Désherber sans phyto", chantal, reseau=amenagement, a_refaire="autrement")


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("a_refaire=oui", ["Un broyeur pour deux bourgs"]),
        ("a_refaire=oui&a_refaire=non", ["Suite du projet", "Un broyeur pour deux bourgs"]),
        ("ou=ailleurs", ["Des services communs par vagues"]),
        ("ou=ici&reseau=amenagement", ["Désherber sans phyto"]),
        ("fait_en=2020&fait_en=2024", ["Des services communs par vagues", "Un broyeur pour deux bourgs"]),
        ("type_mutualisation=action_coordonnee", ["Suite du projet"]),
        ("type_mutualisation=prestation", []),
        ("domaine=batiments-patrimoine", ["Un broyeur pour deux bourgs"]),
        ("collectivite=montflours", ["Désherber sans phyto"]),
        ("q=renovation+energetique", ["Un broyeur pour deux bourgs"]),
        ("q=metropole", ["Des services communs par vagues"]),
        ("a_refaire=x&fait_en=mardi&ou=partout", None),
    ],
)
def test_facets_and_search_narrow_the_list(connecter, camille, plusieurs, filtre, attendus):
    trouves = [c.titre for c in connecter(camille).get(f"/retours/?{filtre}").context["contributions"]]
    assert trouves == attendus if attendus is not None else len(trouves) == 4


def test_the_list_leaves_as_a_table_with_who_did_it(connecter, camille, louverne, retour):
    NousAussi.dire(retour, collectivite=louverne, par=camille)
    retour.juger_utile(True, par=camille)
    reponse = connecter(camille).get("/retours/export/?format=csv")
    [ligne] = csv.DictReader(StringIO(b"".join(reponse).decode("utf-8-sig")), delimiter=";")
    assert (ligne["à refaire"], ligne["l’ont fait aussi"], ligne["jugé utile par"]) == (
        "oui",
        "Louverné",
        "1",
    )


def test_the_feed_holds_the_public_ones_with_absolute_links(client, connecter, camille, retour, metz):
    metz.domaines.add(Domaine.objects.get(code="voirie"))
    metz.corps = "Le prix < 5 € l’heure."
    metz.noter_reperes("corps")
    for lecteur in (client, connecter(camille)):
        reponse = lecteur.get("/retours/flux/")
        assert reponse["Content-Type"].startswith("application/atom+xml")
        flux = ET.fromstring(reponse.content)
        [entree] = flux.findall(f"{ATOM}entry")
        assert entree.find(f"{ATOM}title").text == metz.titre
        assert "Le prix &lt; 5 €" in entree.find(f"{ATOM}summary").text, "read as HTML"
        assert entree.find(f"{ATOM}link").get("href") == f"http://testserver{metz.get_absolute_url()}"
        assert entree.find(f"{ATOM}author/{ATOM}name").text == "Metz Métropole"
        assert entree.find(f"{ATOM}category").get("term") and entree.find(f"{ATOM}updated").text
        assert flux.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
        liens = {lien.get("rel"): lien.get("href") for lien in flux.findall(f"{ATOM}link")}
        assert liens["self"] == "http://testserver/retours/flux/"
    for page in ("/retours/", metz.get_absolute_url()):
        assert 'type="application/atom+xml"' in client.get(page).text
    metz.retirer(par=metz.auteur, motif="Erreur")
    assert not ET.fromstring(client.get("/retours/flux/").content).findall(f"{ATOM}entry")


def test_a_visitor_reads_the_public_ones_only(client, retour, metz):
    assert [c.titre for c in client.get("/retours/").context["contributions"]] == [metz.titre]
    assert client.get(retour.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("adresse", ["/retours/", "/retours/flux/", "{page}", "/recherche/?q=broyeur", "/"])
def test_pages_cost_the_same_with_twice_as_many_lines(
    connecter, camille, bruno, louverne, retour, rst, adresse
):
    def remplir(n):
        for rang in range(n):
            autre = faire_retour(f"Broyeur {rang}", bruno, reseau=rst, visibilite="publique", fait_en=2024)
            commune = faire_commune(f"Commune {autre.pk}")
            qui = faire_membre("Agent", f"N{autre.pk}", commune, reseaux=[rst])
            for dit in (autre, retour):
                NousAussi.dire(dit, collectivite=commune, par=qui)
                dit.juger_utile(True, par=qui)

    client = connecter(camille)
    adresse = adresse.format(page=retour.get_absolute_url())
    remplir(3)
    avant = requetes_pour(client, adresse)
    remplir(3)
    assert requetes_pour(client, adresse) == avant


def test_it_is_offered_where_one_publishes_and_where_one_looks(client, connecter, camille):
    assert "/retours/" in client.get("/retours/").text
    page = connecter(camille).get("/besoins/publier/").text
    assert "Un retour d’expérience" in page
    assert 'href="/retours/"' in client.get("/projets/").text
