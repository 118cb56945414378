import io
import zipfile
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from openpyxl import Workbook

from reseau import correspondance
from reseau.import_membres import LIGNES_MAX, importer
from reseau.models import Entree, ImportDeMembres, Membre
from reseau.tableurs import TAILLE_MAX
from tests.fabriques import faire_commune

TITRES = "Courriel;Prénom;Nom;Téléphone;Collectivité;Fonction"


@pytest.fixture(autouse=True)
def epci(agglo, louverne, change):
    for commune in (louverne, change):
        commune.rejoindre(agglo)
    return agglo


@pytest.fixture
def deposer(connecter, diane, rst):
    """Send a file as the animateur of the RST, or another: the page that follows."""

    def _deposer(contenu, nom="liste.csv", membre=diane, **donnees):
        if isinstance(contenu, str):
            contenu = contenu.encode()
        donnees = donnees or {"reseau": rst.pk}
        fichier = SimpleUploadedFile(nom, contenu)
        return connecter(membre).post(
            reverse("reseau:import_membres"), donnees | {"fichier": fichier}, follow=True
        )

    return _deposer


def csv(*lignes, titres=TITRES):
    return "\r\n".join([titres, *lignes])


def xlsx(*rangees):
    classeur = Workbook()
    for rangee in rangees:
        classeur.active.append(rangee)
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def depot():
    return ImportDeMembres.objects.get()


def invites():
    return {m.courriel for m in Membre.objects.exclude(invite_par=None)}


def erreurs():
    return {ligne["numero"]: " ".join(ligne["erreurs"]) for ligne in depot().fautives}


def test_nothing_is_sent_before_the_list_is_confirmed(client, deposer, rst, mailoutbox):
    liste = csv(
        "zoe@louverne.example;Zoé;Lemaire;0600000000;Louverné;agente",
        "paul@change.example;Paul;Roy;;CHANGE;",
    )
    page = deposer(liste).content.decode()
    assert "Inviter 2 personnes" in page and "nouveau compte" in page
    assert not mailoutbox and not Membre.objects.filter(prenom="Zoé").exists()
    page = client.post(reverse("reseau:import_depot", args=[depot().pk]), follow=True).content.decode()
    assert "2 personnes invitées le" in page
    zoe = Membre.objects.de_courriel("zoe@louverne.example")
    assert [str(f) for f in zoe.fonctions.all()] == ["agente, Louverné"]
    assert zoe.telephone == "0600000000" and rst.adhesion_de(zoe)
    assert len(mailoutbox) == 2
    assert Entree.objects.get(geste="import").detail == "liste.csv (2)"


def test_confirming_twice_sends_nothing_more(client, deposer, mailoutbox):
    deposer(csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    url = reverse("reseau:import_depot", args=[depot().pk])
    client.post(url)
    assert "déjà importée" in client.post(url, follow=True).content.decode()
    assert len(mailoutbox) == 1


def test_the_task_run_twice_invites_nobody_twice(client, deposer, mailoutbox):
    deposer(csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    client.post(reverse("reseau:import_depot", args=[depot().pk]))
    importer.call(depot().pk)
    assert len(mailoutbox) == 1 and Entree.objects.filter(geste="import").count() == 1


def test_while_the_invitations_leave_the_page_says_so_and_looks_again(client, deposer, monkeypatch):
    file_d_attente = SimpleNamespace(enqueue=lambda pk: None)
    monkeypatch.setattr("reseau.import_membres.importer", file_d_attente)
    deposer(csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    page = client.post(reverse("reseau:import_depot", args=[depot().pk]), follow=True).content.decode()
    assert "L’invitation part." in page and 'hx-trigger="every 3s"' in page


def test_an_address_that_no_mail_can_bear_is_a_line_to_correct(client, deposer):
    deposer(csv(f"c@{'é' * 61}.fr;C;C;;Louverné;", "zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    assert list(erreurs()) == [2]
    client.post(reverse("reseau:import_depot", args=[depot().pk]))
    assert invites() == {"zoe@louverne.example"}


def test_a_line_that_fails_stops_none_of_the_others(client, deposer, monkeypatch, mailoutbox):
    deposer(csv(*(f"{nom}@louverne.example;{nom};Lemaire;;Louverné;" for nom in ("zoe", "paul", "lia"))))
    ecrire = correspondance.invitation

    def casser(membre, **objets):
        if membre.prenom == "paul":
            raise UnicodeError("label empty or too long")
        return ecrire(membre, **objets)

    monkeypatch.setattr(correspondance, "invitation", casser)
    page = client.post(reverse("reseau:import_depot", args=[depot().pk]), follow=True).content.decode()
    assert "2 personnes invitées le" in page and "n’a pas pu partir" in page
    assert invites() == {"zoe@louverne.example", "lia@louverne.example"}
    assert list(erreurs()) == [3] and depot().termine_le


def test_a_line_refused_at_the_last_moment_is_a_line_to_correct(client, deposer, chantal):
    deposer(csv(f"{chantal.courriel};C;R;;Changé;", "zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    chantal.utilisateur.is_active = False
    chantal.utilisateur.save()
    page = client.post(reverse("reseau:import_depot", args=[depot().pk]), follow=True).content.decode()
    assert "1 personne invitée le" in page and "désactivé" in page


def test_a_right_that_was_lost_since_invites_nobody(client, deposer, remi, montflours, mailoutbox):
    """She is still a référent elsewhere, so that the page is still hers."""
    deposer(csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;"), membre=remi, rien="")
    remi.exercer(montflours, "referent", par=None)
    remi.fonctions.get(collectivite__nom="Louverné").clore()
    page = client.post(reverse("reseau:import_depot", args=[depot().pk]), follow=True).content.decode()
    assert "plus le droit" in page and "0 personne invitée le" in page
    assert not invites() and not mailoutbox


@pytest.mark.parametrize("perte", ["adhesion", "reseau", "compte"])
def test_a_list_that_waited_in_the_queue_is_checked_again(deposer, diane, alex, rst, perte, mailoutbox):
    deposer(csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;"))
    if perte == "adhesion":
        rst.adhesion_de(diane).clore()
    elif perte == "reseau":
        rst.fermer(par=alex)
    else:
        diane.desactiver(par=alex)
    mailoutbox.clear()
    importer.call(depot().pk)
    assert "plus le droit" in erreurs()[2]
    assert not invites() and not mailoutbox


def test_an_animateur_who_is_also_referent_names_the_network_for_the_other_communes(
    client, deposer, diane, louverne, mailoutbox
):
    diane.exercer(louverne, "referent", par=None)
    liste = csv("zoe@louverne.example;Zoé;Lemaire;;Louverné;", "paul@change.example;Paul;Roy;;Changé;")
    deposer(liste, rien="")
    assert "n’est pas la vôtre" in erreurs()[3]
    client.post(reverse("reseau:import_depot", args=[depot().pk]))
    assert invites() == {"zoe@louverne.example"}


def test_each_wrong_line_says_what_is_wrong_and_the_others_go_on(client, deposer, dominique):
    liste = csv(
        "zoe@louverne.example;Zoé;Lemaire;;Louverné;",
        "pas-une-adresse;A;B;;Louverné;",
        "ok@x.example;;B;;Louverné;",
        "ok2@x.example;A;B;;Atlantide;",
        "ok3@x.example;A;B;;;",
        "ZOE@louverne.example;Zoé;Lemaire;;Louverné;",
        "",
        f"ok4@x.example;{'A' * 81};B;;Louverné;{'f' * 121}",
        "ok5@x.example;=HYPERLINK(1);B;;Louverné;",
        f"{dominique.courriel};D;S;;Changé;",
    )
    page = deposer(liste).content.decode()
    assert "Inviter 1 personne" in page
    dites = erreurs()
    assert "Adresse électronique" in dites[3]
    assert "Prénom" in dites[4]
    assert "Commune inconnue" in dites[5]
    assert "à remplir" in dites[6]
    assert "déjà à la ligne 2" in dites[7]
    assert "Prénom" in dites[9] and "Fonction" in dites[9]
    assert "formule" in dites[10]
    assert "désactivé" in dites[11]
    assert len(dites) == 8
    client.post(reverse("reseau:import_depot", args=[depot().pk]))
    assert invites() == {"zoe@louverne.example"}


def test_the_wrong_lines_are_downloaded_without_any_formula(client, deposer):
    deposer(csv("ok5@x.example;=HYPERLINK(1);B;;Louverné;", "x;A;B;+33 6;Louverné;"))
    reponse = client.get(reverse("reseau:import_erreurs", args=[depot().pk]))
    contenu = b"".join(reponse.streaming_content).decode("utf-8-sig")
    titres, premiere, seconde = contenu.splitlines()
    assert titres.endswith("Ligne;À corriger")
    assert ";'=HYPERLINK(1);" in premiere and ";2;" in premiere
    assert ";'+33 6;" in seconde


def test_a_member_already_known_only_gets_what_is_missing(client, deposer, rst, chantal, camille, mailoutbox):
    page = deposer(csv(f"{chantal.courriel};C;R;;Changé;", f"{camille.courriel};C;M;;Louverné;"))
    assert "adhésion au réseau" in page.content.decode()
    assert "1 personne y est déjà" in page.content.decode()
    client.post(reverse("reseau:import_depot", args=[depot().pk]))
    assert rst.adhesion_de(chantal) and chantal.fonctions.count() == 1
    assert len(mailoutbox) == 1


def test_a_referent_imports_for_her_commune_only(connecter, deposer, remi):
    assert "reseau" not in connecter(remi).get(reverse("reseau:import_membres")).context["form"].fields
    deposer(csv("a@x.example;A;B;;;", "b@x.example;A;B;;Changé;"), membre=remi, rien="")
    assert "n’est pas la vôtre" in erreurs()[3]
    assert [ligne["collectivite_id"] for ligne in depot().valides] == [remi.fonctions.get().collectivite_id]


def test_an_animateur_names_the_network(deposer):
    assert "id_reseau_error" in deposer(csv("a@x.example;A;B;;Louverné;"), rien="").content.decode()


def test_two_communes_of_the_same_name_ask_for_the_code(deposer, agglo, louverne):
    autre = faire_commune("Louverné")
    autre.rejoindre(agglo)
    deposer(csv("a@x.example;A;B;;Louverné;", f"b@x.example;A;B;;{autre.code_insee};"))
    assert "code Insee" in erreurs()[2]
    assert [ligne["collectivite_id"] for ligne in depot().valides] == [autre.pk]


@pytest.mark.parametrize(
    "contenu",
    [
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").encode("cp1252"),
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").encode("utf-8-sig"),
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").encode("utf-16"),
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").replace(";", ",").encode(),
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").replace(";", "\t").encode(),
        csv("zoe@x.example;Zoé;Lemaître;;Louverné;").replace("\r\n", "\n").encode(),
        b"\r\n"
        + csv(";;Louvern\u00e9;Zo\u00e9;zoe@x.example;Lema\u00eetre")
        .encode()
        .replace(TITRES.encode(), b"Fonction;Tel;Commune;Prenom;E-mail;NOM"),
    ],
    ids=["cp1252", "bom", "utf-16", "commas", "tabs", "newlines", "other-order"],
)
def test_a_csv_is_read_as_it_comes(deposer, contenu):
    deposer(contenu)
    (ligne,) = depot().valides
    assert (ligne["courriel"], ligne["prenom"], ligne["nom"]) == ("zoe@x.example", "Zoé", "Lemaître")


def test_a_workbook_is_read_with_its_numbers(deposer, louverne):
    titres = TITRES.split(";")
    deposer(
        xlsx(
            titres,
            ["zoe@x.example", "Zoé", "Lemaire", 612345678, "LOUVERNE", "agente"],
            ["p@x.example", "Paul", "Roy", None, int(louverne.code_insee), None],
            ["f@x.example", "=1+1", "Roy", None, "Louverné", None],
        ),
        "liste.xlsx",
    )
    premiere, deuxieme = depot().valides
    assert premiere["telephone"] == "0612345678"
    assert deuxieme["collectivite_id"] == louverne.pk
    assert "Prénom" in erreurs()[4], "of a formula, only a value that was shown would be read"


@pytest.mark.parametrize(
    "contenu, nom, raison",
    [
        (b"", "liste.csv", "vide"),
        (b"\r\n;;\r\n", "liste.csv", "vide"),
        (TITRES.encode(), "liste.csv", "que la ligne des titres"),
        (b"Nom;Ville\r\nA;B", "liste.csv", "Il manque"),
        (
            csv(*(f"a{i}@x.example;A;B;;Louvern\u00e9;" for i in range(LIGNES_MAX + 1))).encode(),
            "l.csv",
            "au plus",
        ),
        (b"x" * (TAILLE_MAX + 1), "liste.csv", "dépasse"),
        (csv("a\x00@x.example;A;B").encode(), "liste.csv", "pas du texte"),
        (b"Courriel;Nom\r\n\x81\x8d;\x90", "liste.csv", "UTF-8"),
        (("Courriel;" + "x" * 200_000).encode(), "liste.csv", "illisible"),
        (b"MZ" + b"\x00" * 50, "liste.xlsx", "contenu"),
        (b"%PDF-1.4", "liste.pdf", ".csv ou .xlsx"),
        (TITRES.encode(), "liste.csv.exe", ".csv ou .xlsx"),
        ("\n".join(["x"] * 6000).encode(), "liste.csv", "trop de lignes"),
    ],
    ids=lambda valeur: valeur if isinstance(valeur, str) else "",
)
def test_a_file_that_is_no_list_is_refused_in_words(deposer, contenu, nom, raison):
    page = deposer(contenu, nom)
    assert page.status_code == 422
    assert "id_fichier_error" in page.content.decode() and raison in page.content.decode()
    assert not ImportDeMembres.objects.exists()


def classeur_avec(partie, contenu):
    """A sound workbook, one part of which was replaced."""
    tampon = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(xlsx(TITRES.split(";"))))
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as cible:
        for nom in source.namelist():
            cible.writestr(nom, contenu if nom == partie else source.read(nom))
    return tampon.getvalue()


@pytest.mark.parametrize(
    "contenu, raison",
    [
        (classeur_avec("xl/worksheets/sheet1.xml", b"<" + b"a" * 25_000_000), "anormalement compressé"),
        (classeur_avec("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"), "illisible"),
        (classeur_avec("xl/workbook.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "illisible"),
    ],
    ids=["bomb", "truncated", "entities"],
)
def test_a_hostile_workbook_is_refused(deposer, contenu, raison):
    page = deposer(contenu, "liste.xlsx").content.decode()
    assert "id_fichier_error" in page and raison in page


def test_a_file_without_file_is_refused(connecter, diane, rst):
    page = connecter(diane).post(reverse("reseau:import_membres"), {"reseau": rst.pk})
    assert "id_fichier_error" in page.content.decode()


def test_a_list_is_seen_by_who_sent_it_only(client, connecter, deposer, alex, remi, camille):
    deposer(csv("zoe@x.example;Zoé;Lemaire;;Louverné;"))
    for membre in (alex, remi, camille):
        connecter(membre)
        for nom in ("import_depot", "import_erreurs"):
            assert client.get(reverse(f"reseau:{nom}", args=[depot().pk])).status_code == 404
        assert client.post(reverse("reseau:import_depot", args=[depot().pk])).status_code == 404
    assert depot().confirme_le is None


def test_a_simple_member_imports_nothing(deposer, camille):
    assert deposer(csv("zoe@x.example;Zoé;Lemaire;;Louverné;"), membre=camille).status_code == 404


def test_the_model_is_a_list_that_we_read(connecter, diane, deposer):
    reponse = connecter(diane).get(reverse("reseau:import_modele"))
    deposer(b"".join(reponse.streaming_content))
    (ligne,) = depot().valides
    assert ligne["collectivite"] == "Louverné"


def test_a_list_is_kept_a_month_whether_or_not_another_one_comes(deposer):
    for _ in range(2):
        deposer(csv("zoe@x.example;Zoé;Lemaire;;Louverné;"))
    recent, ancien = ImportDeMembres.objects.order_by("-pk")
    ancien.cree_le -= timedelta(days=31)
    ancien.save()
    call_command("entretien")
    assert depot() == recent


def test_checking_a_long_list_asks_the_database_no_more(connecter, diane, rst, django_assert_max_num_queries):
    client = connecter(diane)
    contenu = csv(*(f"a{i}@x.example;A;B;;Louverné;" for i in range(LIGNES_MAX)))
    fichier = SimpleUploadedFile("liste.csv", contenu.encode())
    with django_assert_max_num_queries(30):
        client.post(reverse("reseau:import_membres"), {"reseau": rst.pk, "fichier": fichier})
    assert len(depot().valides) == LIGNES_MAX
