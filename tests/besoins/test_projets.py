"""A project that several collectivités mean to do together: its parties, its phases, its risks, its end."""

import csv
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import BaseLegale, Position, Projet, Risque
from besoins.models.projets import sens_entre
from reseau.models import ArchiveDeReseau, Fonction, Modification, Notification, Pole
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_commune, faire_membre, faire_projet
from tests.reseau.test_publication import prefilled


@pytest.fixture
def action(bruno, rst, camille, louverne, change):
    """Changé and Louverné, each doing its part."""
    return faire_projet("Tournées de salage communes", bruno, reseau=rst, beneficiaires=[louverne, change])


@pytest.fixture
def service(diane, rst, agglo, louverne, change):
    """The agglomération would do it for two communes."""
    return faire_projet(
        "Instruire ensemble les permissions de voirie",
        diane,
        reseau=rst,
        type_mutualisation="service_commun",
        fournisseur=agglo,
        beneficiaires=[louverne, change],
    )


def saisir(client, **champs):
    return prefilled(client, "/projets/publier/") | {"titre": "Un projet", "publier": ""} | champs


@pytest.fixture(autouse=True)
def territoire(agglo, louverne, change, montflours):
    """They are today's: those that a form proposes."""
    for commune in (louverne, change, montflours):
        commune.rejoindre(agglo)


def lire(reponse):
    """What is answered, streamed or not."""
    return b"".join(reponse).decode("utf-8-sig")


# Its parties say its direction


@pytest.mark.parametrize(
    ("fournisseur", "beneficiaires", "sens"),
    [
        (None, ["louverne", "change"], "horizontale"),
        (None, ["louverne", "agglo"], "horizontale"),
        (None, [], "horizontale"),
        ("agglo", ["louverne", "change"], "descendante"),
        ("agglo", [], "descendante"),
        ("louverne", ["agglo"], "ascendante"),
        ("louverne", ["agglo", "change"], "ascendante"),
        ("louverne", ["change"], "horizontale"),
        ("agglo", ["agglo"], "Qui rend le service n’en est pas aussi bénéficiaire"),
        ("louverne", ["louverne", "change"], "Qui rend le service n’en est pas aussi bénéficiaire"),
        ("agglo", ["autre_agglo"], "Une intercommunalité ne peut pas être des deux côtés"),
    ],
)
def test_the_direction_comes_from_the_parties(louverne, change, agglo, fournisseur, beneficiaires, sens):
    autre_agglo = type(agglo).objects.create(nom="Autre Agglomération", nature="epci")
    qui = {"louverne": louverne, "change": change, "agglo": agglo, "autre_agglo": autre_agglo, None: None}
    parties = qui[fournisseur], [qui[nom] for nom in beneficiaires]
    if sens in Projet.Sens:
        assert sens_entre(*parties) == sens
    else:
        with pytest.raises(ValidationError, match=sens):
            sens_entre(*parties)


def test_the_direction_is_stored_when_it_is_published_and_follows_an_edit(
    connecter, diane, service, agglo, louverne
):
    assert Projet.objects.get().sens == "descendante"
    client, adresse = connecter(diane), service.url_de_modification
    envoi = prefilled(client, adresse) | {"fournisseur": louverne.pk, "beneficiaires": [agglo.pk]}
    assert client.post(adresse, envoi).status_code == 302
    assert Projet.objects.get().sens == "ascendante"
    champs = {c["champ"] for c in Modification.objects.get().changements}
    assert champs == {"qui rend le service", "pour quelles collectivités"}


def test_nobody_types_a_direction(connecter, camille, rst):
    client = connecter(camille)
    client.post("/projets/publier/", saisir(client, sens="descendante"))
    assert Projet.objects.get().sens == "horizontale"


# Publish


def test_one_sentence_is_enough_and_the_network_is_told(connecter, camille, bruno, rst, louverne):
    client = connecter(camille)
    reponse = client.post("/projets/publier/", saisir(client, titre="Un seul marché de signalisation"))
    projet = Projet.objects.get()
    assert reponse["Location"] == projet.get_absolute_url()
    assert (projet.type_mutualisation, projet.phase) == ("action_coordonnee", "etude")
    assert (projet.reseau, projet.collectivite, projet.responsable) == (rst, louverne, camille)
    assert list(Notification.objects.values_list("membre", "genre")) == [(bruno.pk, "publication")]


def test_all_that_is_said_of_a_project_is_on_its_page(connecter, diane, camille, rst, agglo, louverne):
    elue = faire_membre("Nora", "Benali", (louverne, Fonction.Role.ELU))
    pole = Pole.objects.create(nom="Pôle Est", epci=agglo)
    client = connecter(diane)
    dit = {
        "type_mutualisation": "service_commun",
        "fournisseur": agglo.pk,
        "beneficiaires": [louverne.pk],
        "responsable": camille.pk,
        "elu_referent": elue.pk,
        "base_legale": "CGCT_L5211_4_2",
        "pole": pole.pk,
        "decideur": "Le conseil communautaire",
        "droit_de_retrait": "Six mois avant la fin de l’année",
    }
    reponse = client.post("/projets/publier/", saisir(client, **dit))
    page = client.get(reponse["Location"]).text
    for attendu in (
        "service commun",
        "de l’agglo vers les communes",
        "CGCT, L5211-4-2",
        "à jour au 23 février 2022",
        "Camille Morel",
        "Nora Benali",
        "Pôle Est",
        "Le conseil communautaire",
        "Six mois avant la fin de l’année",
        "étude préliminaire",
    ):
        assert attendu in page
    assert page.count("non précisé") == 2  # who is consulted, who executes


def test_who_decides_is_always_on_the_page(client, action):
    action.visibilite = "publique"
    action.save()
    page = client.get(action.get_absolute_url()).text
    assert "Qui décide" in page and page.count("non précisé") == 4


@pytest.mark.parametrize(
    ("champs", "champ", "refus"),
    [
        ({"type_mutualisation": "prestation"}, "fournisseur", "Dites quelle collectivité rend le service."),
        ({"fournisseur": "{change}"}, "fournisseur", "videz ce choix"),
        (
            {"type_mutualisation": "prestation", "fournisseur": "{change}", "beneficiaires": ["{change}"]},
            "beneficiaires",
            "n’en est pas aussi bénéficiaire",
        ),
        ({"base_legale": "CGCT_L5211_4_2"}, "base_legale", "ne va pas avec ce type"),
        ({"base_legale": "AUTRE"}, "base_legale_autre", "Dites sur quel texte le projet repose."),
        ({"visibilite": "reseau", "responsable": "{chantal}"}, "responsable", "n’est pas membre de"),
        ({"beneficiaires": ["9" * 30]}, "beneficiaires", ""),
        ({"beneficiaires": ["x"]}, "beneficiaires", ""),
        ({"elu_referent": "{chantal}"}, "elu_referent", ""),  # no élue
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    connecter, camille, bruno, rst, amenagement, chantal, change, champs, champ, refus
):
    amenagement.accueillir(camille, par=camille)  # Chantal is then one of those she may choose
    mots = {"change": change.pk, "chantal": chantal.pk}
    remplis = {
        nom: [v.format(**mots) for v in valeur] if isinstance(valeur, list) else valeur.format(**mots)
        for nom, valeur in champs.items()
    }
    client = connecter(camille)
    reponse = client.post("/projets/publier/", saisir(client, corps="à garder", reseau=rst.pk) | remplis)
    if refus or champ == "elu_referent":
        assert reponse.status_code == 422
        assert f"id_{champ}_error" in reponse.text and refus in reponse.text and "à garder" in reponse.text
        assert not Projet.objects.exists()
    else:
        assert reponse.status_code in (302, 422)


def test_the_database_holds_to_the_same_rules(action):
    projets = Projet.objects.filter(pk=action.pk)
    for champs in (
        {"type_mutualisation": "prestation"},
        {"fournisseur": action.collectivite},
        {"base_legale": "AUTRE"},
        {"issue": "sans_suite"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            projets.update(**champs)


def test_the_legal_bases_that_are_proposed_agree_with_the_type(connecter, camille):
    client = connecter(camille)
    proposees = client.get("/projets/publier/").context["form"].fields["base_legale"].queryset
    assert "CCP_L2113_6" in {b.code for b in proposees} and "CGCT_L5211_4_2" not in {
        b.code for b in proposees
    }
    champ = client.get("/projets/champs-du-type/", {"type_mutualisation": "service_commun"}).text
    assert 'value="CGCT_L5211_4_2"' in champ and "CCP_L2113_6" not in champ and 'value="AUTRE"' in champ
    BaseLegale.objects.filter(pk="CGCT_L5211_4_2").update(en_vigueur_au=timezone.localdate())
    assert (
        "CGCT_L5211_4_2"
        not in client.get("/projets/champs-du-type/", {"type_mutualisation": "service_commun"}).text
    )


def test_the_form_asks_who_renders_the_service_where_somebody_has_to(connecter, camille, agglo):
    client, champ = connecter(camille), 'name="fournisseur"'
    page = client.get("/projets/publier/").text
    assert champ not in page and "chacun fait sa part" in page
    page = client.get("/projets/publier/?outil=location").text
    libelle = page[page.index('for="id_fournisseur"') :].split("</label>")[0]
    assert champ in page and "facultatif" not in libelle and "C’est une action coordonnée." in page
    adresse = "/projets/champs-du-type/"
    choix = client.get(adresse, {"type_mutualisation": "prestation", "fournisseur": agglo.pk}).text
    assert 'id="fournisseur" hx-swap-oob="true"' in choix and f'value="{agglo.pk}" selected' in choix
    choix = client.get(adresse, {"type_mutualisation": "action_coordonnee", "fournisseur": "x" * 40}).text
    assert champ not in choix and "chacun fait sa part" in choix
    # Four communes that rent together from a firm.
    envoi = saisir(client) | {"type_mutualisation": "action_coordonnee", "publier": ""}
    assert client.post("/projets/publier/?outil=location", envoi).status_code == 302
    assert Projet.objects.get().fournisseur is None


def test_a_project_keeps_the_legal_basis_that_it_had_when_the_law_changes(connecter, diane, service):
    Projet.objects.update(base_legale="CGCT_L5211_4_2")
    BaseLegale.objects.filter(pk="CGCT_L5211_4_2").update(en_vigueur_au="2025-01-01")
    client, adresse = connecter(diane), service.url_de_modification
    assert client.post(adresse, prefilled(client, adresse)).status_code == 302
    assert Projet.objects.get().base_legale_id == "CGCT_L5211_4_2"


def test_an_edit_gives_the_project_another_pilote_who_may_then_modify_it(connecter, bruno, camille, action):
    client, adresse = connecter(bruno), action.url_de_modification
    assert client.post(adresse, prefilled(client, adresse) | {"responsable": camille.pk}).status_code == 302
    projet = Projet.objects.get()
    assert projet.responsable == camille and projet.auteur == bruno
    assert connecter(camille).get(adresse).status_code == 200


# Its life


def test_it_is_in_one_phase_and_the_history_says_who_changed_it(connecter, bruno, camille, action):
    action.suivre(camille)
    avant = action.fil.derniere_revision
    connecter(bruno).post(f"/projets/{action.pk}/phase/", {"phase": "diagnostic"})
    projet = Projet.objects.get()
    assert (projet.phase, projet.phase_par) == ("diagnostic", bruno) and projet.phase_le
    assert projet.fil.derniere_revision == avant + 1
    client = connecter(camille)
    assert "diagnostic" in client.get(projet.get_absolute_url()).text
    historique = client.get(f"/contributions/{projet.pk}/historique/").text
    assert "étude préliminaire" in historique and "Bruno Petit" in historique
    avis = Notification.objects.get(membre=camille, contribution=projet.pk)
    assert "Bruno Petit a fait passer en\u202f: diagnostic" in avis.phrase


@pytest.mark.parametrize("phase", ["", "etude", "inconnue"])
def test_a_phase_that_says_nothing_new_changes_nothing(connecter, bruno, action, phase):
    assert connecter(bruno).post(f"/projets/{action.pk}/phase/", {"phase": phase}).status_code == 302
    assert Projet.objects.get().phase == "etude" and not Modification.objects.exists()


def test_who_does_not_look_after_it_changes_no_phase(connecter, camille, action):
    assert connecter(camille).post(f"/projets/{action.pk}/phase/", {"phase": "diagnostic"}).status_code == 404


def test_who_looks_after_it_notes_risks_corrects_withdraws_and_restores_them(
    connecter, bruno, camille, action
):
    client = connecter(bruno)
    risque = {"libelle": "Un agent absent", "probabilite": 2, "gravite": 3, "parade": "Un suppléant"}
    client.post(f"/projets/{action.pk}/risques/", risque)
    note = Risque.objects.get()
    page = client.get(action.get_absolute_url()).text
    assert "Un agent absent" in page and "gravité\u202f: fort" in page
    client.post(f"/risques/{note.pk}/", risque | {"libelle": "Deux agents absents"})
    assert Risque.objects.get().libelle == "Deux agents absents"
    client.get("/")  # she reads that it is noted
    lecture = connecter(camille).get(action.get_absolute_url()).text
    assert "Deux agents absents" in lecture and f"/risques/{note.pk}/" not in lecture
    assert connecter(camille).get(f"/risques/{note.pk}/").status_code == 404
    client = connecter(bruno)
    retrait = f"/risques/{note.pk}/retrait/"
    assert client.post(retrait, {"motif": " "}).status_code == 422
    client.post(retrait, {"motif": "L’agent est revenu"})
    client.get("/")
    assert "Deux agents absents" not in connecter(camille).get(action.get_absolute_url()).text
    assert client.get(f"/risques/{note.pk}/").status_code == client.post(retrait).status_code == 404
    client = connecter(bruno)
    assert "L’agent est revenu" in client.get(action.get_absolute_url()).text
    for _clic in range(2):
        assert client.post(f"/risques/{note.pk}/retablissement/").status_code == 302
    client.get("/")
    assert "Deux agents absents" in connecter(camille).get(action.get_absolute_url()).text
    traces = [c["champ"] for m in Modification.objects.filter(contribution=action) for c in m.changements]
    assert traces == ["risque"] * 4


def test_a_risk_sent_twice_is_noted_once(connecter, bruno, action):
    client, adresse = connecter(bruno), f"/projets/{action.pk}/risques/"
    jeton = client.get(adresse).context["form"]["jeton"].value()
    for _clic in range(2):
        envoi = {"libelle": "Le verglas", "probabilite": 1, "gravite": 3, "jeton": jeton}
        assert client.post(adresse, envoi).status_code == 302
    assert Risque.objects.count() == 1


def test_a_risk_that_somebody_else_has_corrected_is_not_undone(connecter, bruno, diane, action):
    note = Risque(projet=action, libelle="Le verglas").noter(par=bruno)
    client, adresse = connecter(bruno), f"/risques/{note.pk}/"
    lue = client.get(adresse).context["form"]["lue"].value()
    autre = Risque.objects.get(pk=note.pk)
    autre.parade = "Sel"
    autre.noter(par=diane)
    envoi = {"libelle": "Le gel", "probabilite": 1, "gravite": 3, "lue": lue}
    refus = client.post(adresse, envoi)
    assert refus.status_code == 422 and "Sel" in refus.text and "Le gel" in refus.text
    assert Risque.objects.get().libelle == "Le verglas"
    envoi["lue"] = refus.context["form"]["lue"].value()
    assert client.post(adresse, envoi).status_code == 302
    assert Risque.objects.get().libelle == "Le gel"


def test_a_risk_that_says_nothing_is_refused(connecter, bruno, action):
    reponse = connecter(bruno).post(f"/projets/{action.pk}/risques/", {"probabilite": 9, "gravite": 1})
    assert reponse.status_code == 422 and "id_libelle_error" in reponse.text
    assert not Risque.objects.exists()


def test_closing_asks_what_came_of_it_and_why_when_nothing_did(connecter, bruno, action):
    client, adresse = connecter(bruno), f"/projets/{action.pk}/cloture/"
    reponse = client.post(adresse, {"issue": "sans_suite"})
    assert reponse.status_code == 422 and "Dites pourquoi le projet reste sans suite." in reponse.text
    client.post(adresse, {"issue": "sans_suite", "motif": "Pas assez de communes."})
    projet = Projet.objects.get()
    assert str(projet.etat) == "sans suite" and projet.clos_par == bruno
    assert "Pas assez de communes." in client.get(projet.get_absolute_url()).text
    client.post(f"/contributions/{projet.pk}/reouverture/")
    assert str(Projet.objects.get().etat) == "étude préliminaire"


# Where the communes stand


def test_a_commune_says_whether_it_takes_part(connecter, camille, bruno, action):
    client = connecter(camille)
    page = client.get(action.get_absolute_url()).text
    assert "Louverné participe" in page and "Nous aussi" not in page and "id_quantite" not in page
    adresse = f"/projets/{action.pk}/positions/"
    reponse = client.post(adresse, {"niveau": "interessee", "commentaire": "Deux routes.", "quantite": "3"})
    assert reponse["Location"] == f"{action.get_absolute_url()}#ma-position"
    position = Position.objects.get()
    assert (position.niveau, position.quantite, position.commentaire) == ("interessee", None, "Deux routes.")
    page = client.get(reponse["Location"]).text
    assert "Louverné\u202f: intéressée" in page
    assert Notification.objects.get(membre=bruno).phrase == "Louverné\u202f: intéressée"


def test_who_publishes_it_says_where_her_own_commune_stands_too(connecter, bruno, action):
    connecter(bruno).post(f"/projets/{action.pk}/positions/", {"niveau": "interessee"})
    assert Position.objects.get().collectivite == action.collectivite


def test_a_closed_project_takes_no_position(connecter, bruno, camille, action):
    action.clore(par=bruno, issue="realise")
    reponse = connecter(camille).post(f"/projets/{action.pk}/positions/", {"niveau": "curieuse"})
    assert reponse.status_code == 422 and "Ce projet ne prend plus de réponse." in reponse.text


def test_what_changes_arrives_on_the_pages_that_are_open(connecter, bruno, camille, action):
    page = connecter(camille).get(action.get_absolute_url()).text
    projet = Projet.objects.get()
    vivants = projet.fragments_vivants() | projet.fragments_pour(camille.utilisateur)
    assert {id_: page.count(f'id="{id_}"') for id_ in vivants} == dict.fromkeys(vivants, 1)
    Risque(projet=projet, libelle="Le verglas").noter(par=bruno)
    suite = connecter(camille).get(f"/contributions/{projet.pk}/rattrapage/", {"depuis": "0"}).text
    assert "Le verglas" in suite and "/risques/" not in suite
    assert "/risques/" in connecter(bruno).get(f"/contributions/{projet.pk}/rattrapage/?depuis=0").text


# Finding it


@pytest.mark.parametrize(
    ("filtre", "attendus"),
    [
        ("", ["service", "action"]),
        ("type_mutualisation=service_commun", ["service"]),
        ("sens=descendante", ["service"]),
        ("sens=horizontale&sens=ascendante", ["action"]),
        ("phase=etude", ["service", "action"]),
        ("phase=diagnostic", []),
        ("collectivite=change", ["action"]),
        ("q=salage&type_mutualisation=action_coordonnee", ["action"]),
        ("sens=bizarre&phase=x", ["service", "action"]),
    ],
)
def test_the_list_is_filtered_by_what_a_project_is(connecter, camille, action, service, filtre, attendus):
    trouves = [c.titre for c in connecter(camille).get(f"/projets/?{filtre}").context["contributions"]]
    assert trouves == [{"action": action, "service": service}[nom].titre for nom in attendus]


def test_the_list_costs_the_same_however_many_they_are(connecter, camille, bruno, rst, louverne, action):
    client = connecter(camille)
    une = requetes_pour(client, "/projets/")
    for n in range(8):
        faire_projet(f"Projet {n}", bruno, reseau=rst, beneficiaires=[louverne])
    assert requetes_pour(client, "/projets/") == une


def test_the_list_is_exported_with_what_a_project_is(connecter, camille, service):
    texte = lire(connecter(camille).get("/projets/export/?format=csv"))
    [ligne] = csv.DictReader(StringIO(texte), delimiter=";")
    assert (ligne["type de mutualisation"], ligne["sens"], ligne["phase"]) == (
        "service commun",
        "de l’agglo vers les communes",
        "étude préliminaire",
    )


@pytest.mark.parametrize(
    "adresse", ["/fil/", "/fil/?type=projet", "/reseaux/rst/", "/recherche/?q=salage", "/"]
)
def test_it_shows_wherever_contributions_do(connecter, camille, action, adresse):
    page = re.sub("</?mark>", "", connecter(camille).get(adresse).text)
    assert action.titre in page and action.get_absolute_url() in page


def test_the_copy_of_its_network_holds_it(connecter, diane, action, rst):
    client = connecter(diane)
    client.post("/reseaux/rst/archives/")
    copie = ArchiveDeReseau.objects.get()
    contenu = ZipFile(BytesIO(b"".join(client.get(copie.get_absolute_url())))).read("contributions.csv")
    assert action.titre in contenu.decode() and action.get_absolute_url() in contenu.decode()


def test_it_is_offered_to_who_publishes_and_in_the_menus(connecter, camille, action, balayeuse):
    client = connecter(camille)
    assert "Un projet commun" in client.get("/besoins/publier/").text
    assert f"/projets/publier/?de={balayeuse.pk}" in client.get(balayeuse.get_absolute_url()).text
    for adresse in ("/", "/plan-du-site/", "/besoins/"):
        assert 'href="/projets/"' in client.get(adresse).text


def test_a_project_of_a_network_is_nothing_to_the_others(connecter, client, chantal, bruno, rst):
    ferme = faire_projet("Projet CANARI", bruno, reseau=rst, visibilite="reseau", decideur="CANARI")
    Risque(projet=ferme, libelle="CANARI").noter(par=bruno)
    for qui in (chantal, None):
        if qui:
            connecter(qui)
        else:
            client.logout()
        for adresse in ("/projets/", "/fil/", "/recherche/?q=canari", "/projets/export/?format=csv", "/"):
            assert "CANARI" not in lire(client.get(adresse, follow=True))
        assert client.get(ferme.get_absolute_url()).status_code == (404 if qui else 302)


def test_what_comes_of_a_need_keeps_the_link(connecter, camille, balayeuse):
    client = connecter(camille)
    envoi = prefilled(client, f"/projets/publier/?de={balayeuse.pk}") | {"publier": ""}
    assert envoi["titre"] == balayeuse.titre
    reponse = client.post(f"/projets/publier/?de={balayeuse.pk}", envoi)
    assert balayeuse.get_absolute_url() in client.get(reponse["Location"]).text


def test_a_list_of_everything_gives_both_their_positions(connecter, camille, bruno, rst, louverne, action):
    besoin = faire_besoin("Un abri à sel", bruno, reseau=rst)
    for objet in (besoin, action):
        Position.dire(objet, collectivite=louverne, par=camille, niveau="interessee")
    autre = faire_membre("Inès", "Leroy", faire_commune("Bonchamp"), reseaux=[rst])
    contributions = connecter(autre).get("/").context["contributions"]
    assert [c.resume_des_positions[0]["nombre"] for c in contributions] == [1, 1]
