"""The directory: who knows what, who answers meanwhile, and who may read how to reach them."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from plateforme.socle.vcard import en_vcard
from reseau.models import Competence, Domaine, Entree, Fonction, Membre
from tests.compter import requetes_pour
from tests.fabriques import faire_discussion, faire_membre, faire_message

ANNUAIRE = "/membres/"
DISTRIBUTION = ["camille", "bruno", "remi", "chantal", "sylvie", "diane", "jeanne", "alex"]
DISTRIBUTION += ["odile", "dominique", "noe"]
IDENTITE = {"prenom": "Camille", "nom": "Morel", "telephone_pour": "membres", "courriel_pour": "reseaux"}


@pytest.fixture
def voirie(db):
    return Domaine.objects.get(code="voirie")


def noms(reponse):
    return {membre.prenom for membre in reponse.context["membres"]}


def carte(client, membre):
    return client.get(reverse("reseau:membre_carte", args=[membre.pk])).text


# Finding somebody


def test_one_finds_who_can_use_a_machine(connecter, camille, bruno, remi):
    bruno.apprendre(["Conduite de nacelle", "élagage"])
    client = connecter(camille)
    for q in ("nacelle", "NACELLE conduite", "elagage bruno", "sait utiliser une nacelle", "d’élagage ?"):
        assert noms(client.get(ANNUAIRE, {"q": q})) == {"Bruno"}, q
    assert noms(client.get(ANNUAIRE, {"competence": "elagage"})) == {"Bruno"}
    assert not noms(client.get(ANNUAIRE, {"q": "nacelle remi"}))


def test_one_finds_the_people_of_a_commune_by_typing_its_name(connecter, camille, bruno, chantal):
    client = connecter(camille)
    assert noms(client.get(ANNUAIRE, {"q": "changé"})) == {"Bruno"}
    assert noms(client.get(ANNUAIRE, {"q": "MONTFLOURS riou"})) == {"Chantal"}


@pytest.mark.parametrize(
    "q", ["nacelle", "sait conduire un camion nacelle", "propreté", "change balayer", "rue"]
)
def test_one_search_for_people_answers_the_same_everywhere(
    connecter, rst, bruno, chantal, change, diane, amenagement, q
):
    bruno.apprendre(["Conduite de nacelle", "balayer les rues"])
    bruno.domaines.add(Domaine.objects.get(code="proprete-urbaine"))
    amenagement.accueillir(diane, par=diane, role="animateur")
    client = connecter(diane)
    assert noms(client.get(ANNUAIRE, {"q": q})) == {"Bruno"}
    assert noms(client.get("/reseaux/amenagement/membres/choisir/", {"q": q})) == {"Bruno"}
    assert [m.prenom for m in client.get("/recherche/", {"q": q}).context["personnes"]] == ["Bruno"]


def test_each_word_more_costs_no_statement_more(connecter, camille, bruno):
    client = connecter(camille)
    deux, cinq = (requetes_pour(client, f"{ANNUAIRE}?q={q}") for q in ("bruno+petit", "bruno+petit+a1+b2+c3"))
    assert cinq == deux < 18


def test_who_left_is_found_by_name_with_who_took_over(connecter, client, louverne, odile, remi, bruno):
    odile.remplace_par = remi
    odile.save()
    Fonction.objects.filter(membre=odile).update(debut=date(2020, 1, 1))
    remi.telephone = "06 39 98 00 01"
    remi.save()
    connecter(bruno)
    for page in (f"{ANNUAIRE}?q=lambert", "/recherche/?q=lambert", "/communes/louverne/"):
        texte = client.get(page).text
        assert "Odile Lambert" in texte and "Qui a pris la suite" in texte and "06 39 98 00 01" in texte, page
    assert "Odile" not in client.get(ANNUAIRE).text + client.get(f"{ANNUAIRE}?q=louverne").text
    Fonction.objects.filter(membre=odile).update(fin=timezone.localdate() - timedelta(days=366))
    assert "Odile" not in client.get("/communes/louverne/").text, "a year is enough"
    client.logout()
    for page in ("/recherche/?q=lambert", "/communes/louverne/"):
        assert "Odile" not in client.get(page).text


def test_facets_narrow_by_what_people_are_and_say_how_many_would_stay(
    connecter, camille, bruno, remi, chantal, voirie
):
    for membre in (bruno, chantal):
        membre.domaines.add(voirie)
    client = connecter(camille)
    assert noms(client.get(ANNUAIRE, {"role": "referent"})) == {"Bruno", "Rémi"}
    assert noms(client.get(ANNUAIRE, {"reseau": "amenagement"})) == {"Chantal"}
    assert noms(client.get(ANNUAIRE, {"collectivite": ["change", "montflours"]})) == {"Bruno", "Chantal"}
    page = client.get(ANNUAIRE, {"domaine": "voirie"})
    assert noms(page) == {"Bruno", "Chantal"}
    groupes = {
        g["nom"]: {v["valeur"]: v["nombre"] for v in g["valeurs"]} for g in page.context["filtre"].groupes
    }
    assert groupes["reseau"] == {"rst": 1, "amenagement": 1}
    assert groupes["collectivite"] == {"change": 1, "louverne": 0, "montflours": 1}
    assert noms(client.get(ANNUAIRE, {"domaine": "voirie", "role": "referent"})) == {"Bruno"}
    assert len(noms(client.get(ANNUAIRE, {"domaine": "n’importe quoi", "role": "roi"}))) == 4


def test_of_too_many_skills_the_most_common_are_offered_and_what_one_asks_for_is_kept(
    connecter, camille, bruno
):
    bruno.apprendre([f"savoir {n:02}" for n in range(70)])
    camille.apprendre(["savoir 65"])
    client = connecter(bruno)

    def offertes(**choix):
        groupes = {g["nom"]: g["valeurs"] for g in client.get(ANNUAIRE, choix).context["filtre"].groupes}
        return [v["libelle"] for v in groupes["competence"]]

    assert len(offertes()) == 60 and offertes()[0] == "savoir 65" and "savoir 69" not in offertes()
    assert "savoir 69" in offertes(competence="savoir 69")
    assert noms(client.get(ANNUAIRE, {"competence": "savoir 69"})) == {"Bruno"}


def test_a_network_by_invitation_is_no_facet_for_others(connecter, camille, chantal, rst):
    rst.acces = "invitation"
    rst.save()
    page = connecter(chantal).get(ANNUAIRE, {"reseau": "rst"})
    assert rst.nom not in page.text
    assert "Camille" in noms(page), "the filter is left out, like any that means nothing"


def test_the_directory_costs_the_same_for_thirty_skills_and_absences(connecter, camille, louverne, voirie):
    client = connecter(camille)

    def remplir(n):
        for i in range(n):
            membre = faire_membre(f"Ana{n}", f"N{i}", louverne)
            membre.apprendre([f"savoir {n} {i}"])
            membre.domaines.add(voirie)
            membre.s_absenter(du=date(2020, 1, 1), au=date(2099, 1, 1), suppleant=camille)

    remplir(3)
    avec_3 = requetes_pour(client, f"{ANNUAIRE}?domaine=voirie&q=ana")
    remplir(25)
    assert requetes_pour(client, f"{ANNUAIRE}?domaine=voirie&q=ana") == avec_3
    assert avec_3 < 20


# What I say of myself


def test_i_say_what_i_can_do_and_what_i_look_after(connecter, camille, bruno, voirie):
    bruno.apprendre(["Élagage"])
    client = connecter(camille)
    envoi = {**IDENTITE, "competences": "elagage, Nacelle ; nacelle,, \u200b", "domaines": ["voirie"]}
    assert client.post("/moi/", envoi).status_code == 302
    assert [c.nom for c in camille.competences.all()] == ["Élagage", "Nacelle"], "one spelling for all"
    assert list(camille.domaines.all()) == [voirie]
    page = client.get("/moi/").text
    assert 'value="Élagage, Nacelle"' in page
    client.post("/moi/", {**IDENTITE, "competences": ""})
    assert not camille.competences.exists() and not camille.domaines.exists()


@pytest.mark.parametrize("competences", ["x" * 81, ", ".join(f"savoir {n}" for n in range(21)), "é" * 5000])
def test_too_many_or_too_long_skills_are_refused_in_words_and_kept_in_their_field(
    connecter, camille, competences
):
    reponse = connecter(camille).post("/moi/", {**IDENTITE, "competences": competences})
    assert reponse.status_code == 422
    assert "id_competences_error" in reponse.text and competences in reponse.text
    assert not Competence.objects.exists()


def test_a_field_that_was_archived_since_stays_hers(connecter, camille, voirie):
    camille.domaines.add(voirie)
    voirie.archive_le = timezone.localdate()
    voirie.save()
    connecter(camille).post("/moi/", IDENTITE)
    assert list(camille.domaines.all()) == [voirie]


def test_skills_are_suggested_to_members_from_those_of_active_members(
    client, connecter, camille, bruno, odile
):
    bruno.apprendre(["Conduite de nacelle"])
    camille.apprendre(["conduite de nacelle", "conduite de tractopelle"])
    odile.apprendre(["conduite de chars"])
    url = reverse("reseau:competences_suggestions")
    assert client.get(url, {"q": "con"}).status_code == 302
    client = connecter(camille)
    offertes = [s["mot"] for s in client.get(url, {"q": "CONDUÎTE"}).json()["suggestions"]]
    assert offertes == ["Conduite de nacelle", "conduite de tractopelle"]
    assert client.get(url, {"q": " "}).json()["suggestions"] == []


# Away


def test_i_say_that_i_am_away_and_who_answers_meanwhile(connecter, camille, remi, bruno):
    client, jour = connecter(camille), timezone.localdate()
    envoi = {"absence_du": jour, "absence_au": jour + timedelta(days=9), "suppleant": remi.pk}
    assert client.post("/moi/absence/", envoi).status_code == 302
    for page in (ANNUAIRE, f"/membres/{camille.pk}/", "/communes/louverne/"):
        texte = connecter(bruno).get(page).text.lower()
        assert "jusqu’au" in texte and "en attendant" in texte, page
    assert "Je suis de retour" in connecter(camille).get("/moi/").text
    assert client.post("/moi/retour/").status_code == 302
    camille.refresh_from_db()
    assert (camille.absence_du, camille.absence_au, camille.suppleant) == (None, None, None)


def test_who_answers_meanwhile_is_called_first(connecter, camille, remi, bruno):
    for membre, telephone in ((camille, "06 39 98 00 01"), (remi, "06 39 98 00 02")):
        membre.telephone = telephone
        membre.save()
    fiche, appel = f"/membres/{camille.pk}/", 'class="bouton" href="tel:'
    assert f"{appel}0639980001" in connecter(bruno).get(fiche).text
    camille.s_absenter(du=date(2020, 1, 1), au=date(2099, 1, 1), suppleant=remi)
    page = connecter(bruno).get(fiche).text
    assert f"{appel}0639980002" in page and "Rémi Aubert, 06 39 98 00 02" in page
    assert f"{appel}0639980001" not in page and "06 39 98 00 01" in page
    remi.telephone_pour = "reseaux"
    remi.save()
    assert "0639980002" in connecter(bruno).get(fiche).text, "they are in the same network"
    remi.adhesions.get().clore()
    assert "0639980002" not in connecter(bruno).get(fiche).text


def test_an_absence_to_come_or_past_is_not_said(camille):
    jour = timezone.localdate()
    camille.s_absenter(du=jour + timedelta(days=1), au=jour + timedelta(days=2))
    assert not camille.est_absent
    camille.s_absenter(du=jour - timedelta(days=3), au=jour - timedelta(days=1))
    assert not camille.est_absent
    camille.s_absenter(du=jour, au=jour)
    assert camille.est_absent


@pytest.mark.parametrize(
    ("du", "au", "champ"),
    [(0, -1, "absence_au"), (5, 2, "absence_au"), (0, 400, "absence_au"), (None, 3, "absence_du")],
)
def test_a_wrong_absence_is_refused_beside_its_field(connecter, camille, du, au, champ):
    def jour(n):
        return "" if n is None else timezone.localdate() + timedelta(days=n)

    reponse = connecter(camille).post("/moi/absence/", {"absence_du": jour(du), "absence_au": jour(au)})
    assert reponse.status_code == 422 and f"id_{champ}_error" in reponse.text
    camille.refresh_from_db()
    assert camille.absence_du is None


def test_the_deputy_is_somebody_close_and_not_oneself(connecter, camille, chantal, bruno):
    jour = timezone.localdate()
    client, envoi = connecter(camille), {"absence_du": jour, "absence_au": jour}
    for autre in (camille, chantal):
        assert client.post("/moi/absence/", {**envoi, "suppleant": autre.pk}).status_code == 422
    assert client.post("/moi/absence/", {**envoi, "suppleant": bruno.pk}).status_code == 302


def test_the_database_refuses_half_an_absence_and_a_deputy_of_oneself(camille):
    jour = timezone.localdate()
    for faux in (
        {"absence_du": jour},
        {"absence_du": jour, "absence_au": jour - timedelta(1)},
        {"suppleant": camille},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membre.objects.filter(pk=camille.pk).update(**faux)
        with pytest.raises(ValidationError):
            Membre(pk=camille.pk, utilisateur=camille.utilisateur, prenom="C", nom="M", **faux).full_clean()


# Who may read how to reach whom


@pytest.mark.parametrize("portee", ["reseaux", "membres"])
def test_the_rule_as_a_set_and_as_a_sentence_agree_for_the_whole_cast(request, portee, db):
    distribution = [request.getfixturevalue(nom) for nom in DISTRIBUTION]
    Membre.objects.update(telephone="02 00 00 00 01", telephone_pour=portee, courriel_pour=portee)
    relus = {membre.pk: membre for membre in Membre.objects.select_related("utilisateur")}
    vus = set()
    for qui in [None, *distribution]:
        user = relus[qui.pk].utilisateur if qui else None
        lignes = Membre.objects.avec_coordonnees(user)
        for ligne in lignes:
            phrase = relus[ligne.pk].montre("telephone_pour", user)
            assert bool(ligne.telephone_lisible) == phrase == bool(ligne.courriel_lisible), (qui, ligne)
            if phrase:
                vus.add((qui.prenom, ligne.prenom))
    assert {("Camille", "Camille"), ("Camille", "Bruno"), ("Alex", "Chantal"), ("Sylvie", "Chantal")} <= vus
    assert (("Camille", "Chantal") in vus) == (portee == "membres")
    assert not {qui for qui, _autre in vus} & {"Odile", "Noé", "Dominique"}


def test_by_default_members_read_the_phone_and_networks_the_address(connecter, camille, bruno, chantal):
    bruno.telephone = "02 00 00 00 07"
    bruno.save()
    for qui, voit in ((chantal, False), (camille, True)):
        client = connecter(qui)
        page = client.get(f"/membres/{bruno.pk}/").text
        assert "02 00 00 00 07" in page
        assert (bruno.courriel in page) == voit
        assert (bruno.courriel in carte(client, bruno)) == voit


def test_a_phone_kept_for_her_networks_is_nowhere_for_others(connecter, camille, bruno, chantal, remi):
    remi.telephone, remi.telephone_pour = "02 00 00 00 08", "reseaux"
    remi.save()
    lieux = (
        ANNUAIRE,
        f"/membres/{remi.pk}/",
        f"/membres/{remi.pk}/carte/",
        "/communes/louverne/",
        "/communes/",
    )
    for qui, voit in ((bruno, True), (chantal, False)):
        client = connecter(qui)
        for lieu in lieux:
            if lieu != "/communes/":
                assert ("02 00 00 00 08" in client.get(lieu).text) == voit, (qui, lieu)
            assert "tel:0200000008" not in client.get(lieu).text or voit


def test_i_choose_who_reads_my_phone(connecter, camille, chantal):
    client = connecter(camille)
    client.post("/moi/", {**IDENTITE, "telephone": "06 00 00 00 09", "telephone_pour": "reseaux"})
    assert "06 00 00 00 09" not in connecter(chantal).get(f"/membres/{camille.pk}/").text
    assert client.post("/moi/", {**IDENTITE, "telephone_pour": "visiteurs"}).status_code == 422


# A card for the phone


def test_the_card_of_a_person_holds_what_one_may_read_of_her(connecter, camille, bruno):
    bruno.telephone = "02 00 00 00 07"
    bruno.save()
    reponse = connecter(camille).get(reverse("reseau:membre_carte", args=[bruno.pk]))
    assert reponse["Content-Type"] == "text/vcard; charset=utf-8"
    assert reponse["Content-Disposition"] == 'attachment; filename="bruno-petit.vcf"'
    lignes = reponse.text.split("\r\n")
    assert lignes[:4] == ["BEGIN:VCARD", "VERSION:3.0", "N:Petit;Bruno;;;", "FN:Bruno Petit"]
    assert "ORG:Changé" in lignes and "TEL;TYPE=WORK,VOICE:02 00 00 00 07" in lignes
    assert lignes[-2:] == ["END:VCARD", ""]


@pytest.mark.parametrize(
    ("nom", "ecrit"),
    [
        ("Petit; fils, dit \\Bo", r"Petit\; fils\, dit \\Bo"),
        ("a\nTEL:0899000000", r"a\nTEL:0899000000"),
        ("a\r\nb", r"a\nb"),
        ("a\u2028b\x0bc\x85d", None),
    ],
)
def test_nothing_that_is_typed_makes_a_line_of_its_own(nom, ecrit):
    texte = en_vcard(prenom="", nom=nom, titre=nom)
    lignes = texte.split("\r\n")
    assert len(lignes) == 7 and len(texte.splitlines()) == 6
    if ecrit:
        assert lignes[2] == f"N:{ecrit};;;;" and lignes[4] == f"TITLE:{ecrit}"


def test_long_lines_are_folded_at_75_octets_without_cutting_a_letter():
    titre = "é€😀a" * 40
    texte = en_vcard(prenom="A", nom="B", titre=titre)
    assert all(len(ligne.encode()) <= 75 for ligne in texte.split("\r\n"))
    assert f"TITLE:{titre}" in texte.replace("\r\n ", "")


# A list that leaves the site


def test_the_animateur_takes_away_the_members_of_her_network_and_the_journal_says_so(
    connecter, diane, camille, alex, bruno, rst, voirie
):
    camille.domaines.add(voirie)
    camille.apprendre(["=nacelle()"])
    Membre.objects.filter(pk=camille.pk).update(telephone_pour="reseaux", telephone="02 00 00 00 05")
    url = reverse("reseau:reseau_membres_export", args=["rst"])
    texte = b"".join(connecter(diane).get(url)).decode("utf-8-sig")
    ligne = next(ligne for ligne in texte.splitlines() if ligne.startswith("Camille"))
    assert "02 00 00 00 05" in ligne and camille.courriel in ligne and "'=nacelle()" in ligne
    classeur = load_workbook(BytesIO(b"".join(connecter(diane).get(url, {"format": "xlsx"}))))
    assert classeur.active.max_row == 4
    entrees = Entree.objects.filter(geste="export", reseau=rst, par=diane)
    assert [entree.detail for entree in entrees] == ["3 personnes"] * 2
    assert url in connecter(diane).get("/reseaux/rst/membres/").text
    for autre in (camille, alex):
        assert connecter(autre).get(url).status_code == 404
        assert url not in connecter(autre).get("/reseaux/rst/membres/").text
    assert entrees.count() == 2


def test_the_export_costs_the_same_for_thirty_members(connecter, diane, louverne, rst):
    client, url = connecter(diane), reverse("reseau:reseau_membres_export", args=["rst"])

    def remplir(n):
        for i in range(n):
            faire_membre(f"Ana{n}", f"N{i}", louverne, reseaux=[rst]).apprendre([f"savoir {i}"])

    remplir(3)
    avec_3 = requetes_pour(client, url)
    remplir(27)
    assert requetes_pour(client, url) == avec_3


def test_the_name_of_an_author_leads_members_to_her_page_and_a_visitor_to_sign_in(
    client, connecter, camille, bruno
):
    question = faire_discussion("Qui a un broyeur ?", camille, visibilite="publique")
    faire_message(question, bruno)
    liens = [f'href="{reverse("reseau:membre", args=[membre.pk])}"' for membre in (camille, bruno)]
    page = client.get(question.get_absolute_url()).text
    assert "<strong>Camille Morel</strong>" in page and liens[0] not in page
    # A message is rendered once for all its readers: the page it leads to asks who one is.
    assert liens[1] in page
    fiche = client.get(reverse("reseau:membre", args=[bruno.pk]))
    assert fiche.status_code == 302 and fiche["Location"].startswith(reverse("account_login"))
    page = connecter(bruno).get(question.get_absolute_url()).text
    assert all(lien in page for lien in liens)
