"""What the projects make the communes save: each amount with its method, its source and its day, added up
only with those that are counted alike."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from openpyxl import load_workbook

from besoins.economies import par_methode
from besoins.models import Position, Retombee
from besoins.montants import en_euros
from reseau.models import Domaine, Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_commune, faire_projet
from tests.reseau.test_publication import prefilled

PRIX, EVITE = Retombee.Nature.PRIX_DE_REFERENCE, Retombee.Nature.COUT_EVITE


@pytest.fixture
def salage(bruno, rst, louverne, change):
    """Changé and Louverné buy their salt together; Bruno keeps the project."""
    return faire_projet("Acheter le sel ensemble", bruno, reseau=rst, beneficiaires=[louverne, change])


def economie(projet, collectivite, montant=100, *, par=None, **champs):
    champs = {
        "nature": EVITE,
        "methode": "Location évitée",
        "source": "Devis de 2026",
        "constatee_le": date(2026, 3, 3),
    } | champs
    retombee = Retombee(projet=projet, collectivite=collectivite, montant=Decimal(montant), **champs)
    return retombee.noter(par=par or projet.auteur)


def du_prix(projet, collectivite, **champs):
    prix = {"quantite": Decimal(40), "unite": "tonnes", "prix_reference": Decimal("95.5"), "prix_paye": 82}
    return economie(projet, collectivite, 0, nature=PRIX, methode="Prix du sel", **prix | champs)


def saisie(client, projet, **champs):
    adresse = f"/projets/{projet.pk}/economies/"
    return (
        prefilled(client, adresse)
        | {"methode": "Prix du sel rendu", "source": "Facture n° 12", "nature": PRIX, "moment": "estimee"}
        | champs
    )


DU_PRIX = {"quantite": "40,5", "unite": "tonnes", "prix_reference": "95,50 €", "prix_paye": "82"}


# On the page of the project


def test_who_keeps_the_project_notes_one_and_all_read_how_it_was_found(
    connecter, bruno, camille, salage, louverne
):
    client, adresse = connecter(bruno), f"/projets/{salage.pk}/economies/"
    envoi = saisie(client, salage, collectivite=louverne.pk, montant="999999", **DU_PRIX)
    for _clic in range(2):
        assert client.post(adresse, envoi)["Location"].endswith("#economies")
    retombee = Retombee.objects.get()
    # Computed, whatever was typed beside it.
    assert (retombee.montant, retombee.par) == (Decimal("546.75"), bruno)
    page = connecter(camille).get(salage.get_absolute_url()).text
    for attendu in (
        "Prix de référence : Prix du sel rendu",
        "546,75\u202f€",
        "40,5 tonnes × (95,50\u202f€ − 82\u202f€)",
        "Facture n° 12",
        "Louverné",
    ):
        assert attendu in page
    assert f"/economies/{retombee.pk}/" not in page and "Noter une économie" not in page
    assert client.post(adresse, envoi).status_code == 404
    dit = Modification.objects.get(contribution=salage).changements[0]
    assert dit["champ"] == "économie" and "546,75" in dit["apres"] and "Facture n° 12" in dit["apres"]


def test_an_avoided_cost_is_given_as_such_and_may_be_a_loss(connecter, bruno, salage, louverne):
    client, adresse = connecter(bruno), f"/projets/{salage.pk}/economies/"
    envoi = saisie(client, salage, nature=EVITE, montant="−1 200,50 €", **DU_PRIX)
    assert client.post(adresse, envoi).status_code == 302
    retombee = Retombee.objects.get()
    assert (retombee.montant, retombee.quantite, retombee.unite) == (Decimal("-1200.50"), None, "")
    page = client.get(salage.get_absolute_url()).text
    assert "−1\xa0200,50\u202f€" in page and "Ensemble du projet" in page


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(connecter, bruno, salage, montflours):
    client, adresse = connecter(bruno), f"/projets/{salage.pk}/economies/"
    envoi = saisie(client, salage, **DU_PRIX)
    for champs, champ in (
        ({"methode": " "}, "methode"),
        ({"source": ""}, "source"),
        ({"quantite": ""}, "quantite"),
        ({"quantite": "0"}, "quantite"),
        ({"quantite": "1e400"}, "quantite"),
        ({"unite": ""}, "unite"),
        ({"prix_paye": "-1"}, "prix_paye"),
        ({"prix_reference": "cher"}, "prix_reference"),
        ({"nature": EVITE, "montant": ""}, "montant"),
        ({"nature": EVITE, "montant": "9" * 30}, "montant"),
        ({"nature": "licorne"}, "nature"),
        ({"constatee_le": "2999-01-01"}, "constatee_le"),
        ({"constatee_le": "1999-01-01"}, "constatee_le"),
        ({"collectivite": montflours.pk}, "collectivite"),
        ({"collectivite": 10**20}, "collectivite"),
        ({"methode": "\0"}, "methode"),
    ):
        reponse = client.post(adresse, envoi | champs)
        assert reponse.status_code == 422, champs
        assert champ in reponse.context["form"].errors and f"id_{champ}_error" in reponse.text, champs
        assert "Facture n° 12" in reponse.text or champ == "source"
    enorme = envoi | {"quantite": "9999999999", "prix_reference": "99999999", "prix_paye": "0"}
    assert "trop grand" in client.post(adresse, enorme).text
    assert client.post(adresse, {}).status_code == 422
    assert not Retombee.objects.exists()


def test_a_commune_that_is_interested_may_have_one(connecter, bruno, chantal, salage, montflours):
    champ = connecter(bruno).get(f"/projets/{salage.pk}/economies/").context["form"].fields["collectivite"]
    assert montflours not in champ.queryset
    Position.dire(salage, collectivite=montflours, par=chantal, niveau="interessee")
    assert montflours in salage.concernees()


def test_only_what_is_counted_alike_adds_up(connecter, bruno, salage, louverne, change):
    economie(salage, louverne, 100)
    economie(salage, change, 250, methode="location  ÉVITÉE")
    economie(salage, louverne, 90, moment="reelle")
    du_prix(salage, louverne)
    methodes = par_methode(salage.retombees.notes().pour_page())
    assert [[s["total"] for s in m.sommes] for m in methodes] == [
        ["350\u202f€", "90\u202f€"],
        ["540\u202f€", ""],
    ]
    page = connecter(bruno).get(salage.get_absolute_url()).text
    assert "Pas de total général" in page and "890\u202f€" not in page


def test_the_same_is_not_counted_twice(salage, bruno, louverne):
    premiere = economie(salage, louverne)
    for qui, mots in ((louverne, "a déjà une économie"), (None, "compteraient deux fois")):
        with pytest.raises(ValidationError, match=mots):
            economie(salage, qui, methode="location évitée")
    premiere.retirer(par=bruno, motif="erreur")
    economie(salage, None)
    with pytest.raises(ValidationError, match="compteraient deux fois"):
        premiere.retablir(par=bruno)


def test_an_amount_without_method_source_or_prices_is_refused_by_the_database(salage, louverne):
    for champs in (
        {"methode": ""},
        {"source": ""},
        {"nature": PRIX},
        {"quantite": 2, "unite": "tonnes"},
        {"contestation": "non"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Retombee.objects.create(
                **{
                    "projet": salage,
                    "collectivite": louverne,
                    "nature": EVITE,
                    "methode": "m",
                    "source": "s",
                    "montant": 1,
                    "constatee_le": date(2026, 1, 1),
                    "par": salage.auteur,
                }
                | champs
            )


# Its commune


def test_the_referent_of_a_commune_corrects_and_contests_its_line_alone(
    connecter, bruno, camille, remi, salage, louverne, change
):
    sienne, autre = economie(salage, louverne), economie(salage, change, 200)
    assert Notification.objects.filter(membre=remi, precision__contains="100").exists()
    client = connecter(remi)
    page = client.get(salage.get_absolute_url()).text
    assert f"/economies/{sienne.pk}/contestation/" in page and f"/economies/{autre.pk}/" not in page
    adresse = f"/economies/{sienne.pk}/contestation/"
    assert client.post(adresse, {"motif": ""}).status_code == 422
    for _clic in range(2):
        assert client.post(adresse, {"motif": "Nous ne louions pas."}).status_code == 302
    page = connecter(camille).get(salage.get_absolute_url()).text
    assert "Contestée par Rémi Aubert" in page and "Nous ne louions pas." in page
    assert "1 montant contesté n’est pas dans la somme." in page
    [methode] = par_methode(salage.retombees.notes().pour_page())
    assert (methode.sommes[0]["nombre"], methode.sommes[0]["total"]) == (1, "200\u202f€")
    assert Notification.objects.filter(membre=bruno, precision__contains="conteste").exists()
    for url in (
        f"/economies/{autre.pk}/",
        f"/economies/{autre.pk}/contestation/",
        f"/economies/{sienne.pk}/retrait/",
    ):
        assert connecter(remi).get(url).status_code == 404
    for url in (adresse, f"/economies/{sienne.pk}/accord/"):
        assert connecter(bruno).post(url, {"motif": "non"}).status_code == 404  # he keeps the project
    corriger = f"/economies/{sienne.pk}/"
    client = connecter(remi)
    assert "Retirer" not in client.get(corriger).text
    envoi = prefilled(client, corriger) | {"montant": "60", "collectivite": change.pk}
    assert client.post(corriger, envoi).status_code == 302
    sienne.refresh_from_db()
    assert Notification.objects.filter(membre=bruno, precision__contains="60").exists()
    # She agrees with what she has written, and her commune keeps its line.
    assert (sienne.montant, sienne.est_contestee, sienne.collectivite) == (60, False, louverne)


def test_a_contestation_is_lifted_by_its_commune_and_survives_a_correction(
    connecter, bruno, remi, salage, louverne
):
    retombee = economie(salage, louverne).contester(par=remi, motif="À revoir.")
    client, adresse = connecter(bruno), f"/economies/{retombee.pk}/"
    ecrite_avant = Retombee.objects.get(pk=retombee.pk)
    ecrite_avant.montant = 80
    ecrite_avant.noter(par=bruno)
    retombee.refresh_from_db()
    assert (retombee.montant, retombee.est_contestee) == (80, True)
    assert "À revoir." in client.get(adresse).text
    connecter(remi)
    for _clic in range(2):
        assert client.post(f"{adresse}accord/").status_code == 302
    retombee.refresh_from_db()
    assert not retombee.est_contestee


def test_a_contested_line_stays_in_the_name_of_its_commune(connecter, bruno, remi, salage, louverne, change):
    retombee = economie(salage, louverne).contester(par=remi, motif="À revoir.")
    client, adresse = connecter(bruno), f"/economies/{retombee.pk}/"
    for ailleurs in ("", change.pk):
        lue = prefilled(client, adresse) | {"collectivite": ailleurs}
        reponse = client.post(adresse, lue)
        assert reponse.status_code == 422 and "Sa commune la conteste" in reponse.text
    ecrites_avant = [Retombee.objects.get(pk=retombee.pk) for _verbe in range(2)]
    Retombee.objects.filter(pk=retombee.pk).update(
        collectivite=change, contestee_le=None, contestee_par=None, contestation=""
    )
    with pytest.raises(ValidationError, match="plus celle de votre commune"):
        ecrites_avant[0].contester(par=remi, motif="Toujours pas.")
    with pytest.raises(ValidationError, match="plus celle de votre commune"):
        ecrites_avant[1].accepter(par=remi)


def test_two_who_correct_it_do_not_undo_each_other(connecter, bruno, remi, salage, louverne):
    retombee = economie(salage, louverne)
    client, adresse = connecter(bruno), f"/economies/{retombee.pk}/"
    envoi = prefilled(client, adresse) | {"montant": "70"}
    retombee.montant = 60
    retombee.noter(par=remi)
    refus = client.post(adresse, envoi)
    assert refus.status_code == 422 and "60" in refus.text and "Quelqu’un d’autre" in refus.text
    envoi["lue"] = refus.context["form"]["lue"].value()
    assert client.post(adresse, envoi).status_code == 302


def test_one_is_withdrawn_with_a_reason_then_back(connecter, bruno, salage, louverne):
    retombee, client = economie(salage, louverne), connecter(bruno)
    assert client.post(f"/economies/{retombee.pk}/retrait/", {"motif": "Compté deux fois"}).status_code == 302
    page = client.get(salage.get_absolute_url()).text
    assert "1 économie retirée" in page and "Compté deux fois" in page
    assert client.get(f"/economies/{retombee.pk}/").status_code == 404
    assert client.post(f"/economies/{retombee.pk}/retablissement/").status_code == 302
    assert "Location évitée" in client.get(salage.get_absolute_url()).text


# At the end of the project


def test_closing_asks_for_what_was_saved_indeed(connecter, bruno, salage, louverne, change):
    lune, prix = economie(salage, louverne), du_prix(salage, change)
    client, adresse = connecter(bruno), f"/projets/{salage.pk}/cloture/"
    page = client.get(adresse)
    assert "Ce qui a été économisé" in page.text
    assert [reel.initial.get("montant") or reel.initial["quantite"] for reel in page.context["reels"]] == [
        40,
        100,
    ]
    envoi = {"issue": "realise", f"reel-{prix.pk}-noter": "on", f"reel-{prix.pk}-quantite": "30"}
    refus = client.post(adresse, envoi)
    assert refus.status_code == 422 and "Dites d’où vient ce chiffre." in refus.text
    salage.refresh_from_db()
    assert salage.clos_le is None and Retombee.objects.count() == 2
    envoi |= {f"reel-{prix.pk}-prix_paye": "80", f"reel-{prix.pk}-source": "Factures de l’hiver"}
    for _clic in range(2):
        assert client.post(adresse, envoi).status_code == 302
    reelle = Retombee.objects.get(moment="reelle")
    # 30 × (95.50 − 80); the other was not ticked.
    assert (reelle.montant, reelle.collectivite, reelle.source) == (465, change, "Factures de l’hiver")
    assert reelle.constatee_le == timezone.localdate()
    assert Retombee.estimations(salage) == [lune]
    salage.refresh_from_db()
    assert salage.issue == "realise"


def test_closing_without_it_asks_nothing_more(connecter, bruno, salage, louverne):
    economie(salage, louverne)
    adresse = f"/projets/{salage.pk}/cloture/"
    assert connecter(bruno).post(adresse, {"issue": "sans_suite", "motif": "Trop cher"}).status_code == 302
    assert Retombee.objects.count() == 1


# Those of all the projects


def test_the_page_of_all_shows_what_she_may_read_by_method(
    connecter, client, camille, chantal, bruno, rst, salage, louverne
):
    ferme = faire_projet("Réservé CANARI", bruno, reseau=rst, visibilite="reseau", beneficiaires=[louverne])
    economie(salage, louverne, 100)
    economie(ferme, louverne, 50)
    assert "CANARI" not in client.get("/projets/economies/").text
    page = connecter(chantal).get("/projets/economies/").text
    assert "Acheter le sel ensemble" in page and "CANARI" not in page and "150" not in page
    page = connecter(camille).get("/projets/economies/").text
    assert "Réservé CANARI" in page and "150\u202f€" in page and "2 montants" in page
    ferme.retirer(par=bruno, motif="doublon")
    assert "CANARI" not in connecter(bruno).get("/projets/economies/").text


def test_filters_and_exports_agree(connecter, camille, bruno, salage, louverne, change):
    economie(salage, louverne, 100)
    economie(salage, change, 70, moment="reelle", constatee_le=date(2025, 5, 5), source="=1+1")
    salage.domaines.set([Domaine.objects.get(code="voirie")])
    client = connecter(camille)
    for filtre, attendus in (
        ("", {"Louverné", "Changé"}),
        ("moment=reelle", {"Changé"}),
        ("annee=2026", {"Louverné"}),
        ("nature=prix_reference", set()),
        ("domaine=voirie", {"Louverné", "Changé"}),
        ("domaine=espaces-verts", set()),
        ("annee=licorne&moment=%20", {"Louverné", "Changé"}),
    ):
        methodes = client.get(f"/projets/economies/?{filtre}").context["methodes"]
        assert {ligne.collectivite.nom for m in methodes for ligne in m.lignes} == attendus, filtre
        texte = b"".join(client.get(f"/projets/economies/export/?{filtre}")).decode("utf-8-sig")
        lignes = list(csv.reader(StringIO(texte), delimiter=";"))[1:]
        assert {ligne[1] for ligne in lignes} == attendus, filtre
    assert "'=1+1" in texte
    classeur = load_workbook(
        BytesIO(b"".join(client.get(f"/projets/{salage.pk}/economies/export/?format=xlsx")))
    )
    [_entete, *rangees] = classeur.active.values
    assert {(r[1], r[9]) for r in rangees} == {("Louverné", 100), ("Changé", 70)}


def test_a_file_that_is_cut_says_so(connecter, camille, salage, louverne, change, monkeypatch):
    monkeypatch.setattr("besoins.views.economies.ECONOMIES_MAX", 1)
    client, adresse, fin = connecter(camille), "/projets/economies/export/", "Ce fichier s’arrête aux 1"
    economie(salage, louverne, 100)
    assert fin not in b"".join(client.get(adresse)).decode()
    economie(salage, change, 70)
    _entete, _ligne, derniere = b"".join(client.get(adresse)).decode().splitlines()
    assert fin in derniere


def test_the_pages_cost_the_same_for_ten_times_as_many(connecter, bruno, salage, louverne):
    client, adresses = connecter(bruno), ("/projets/economies/", salage.get_absolute_url())
    economie(salage, louverne)
    economie(salage, louverne, moment="reelle")
    avant = [requetes_pour(client, adresse) for adresse in adresses]
    for i in range(10):
        commune = faire_commune(f"Commune {i}")
        salage.beneficiaires.add(commune)
        economie(salage, commune, i)
        du_prix(salage, commune, unite="sacs")
    assert [requetes_pour(client, adresse) for adresse in adresses] == avant


@pytest.mark.parametrize(
    ("montant", "ecrit"),
    [
        ("12000", "12\xa0000\u202f€"),
        ("-0.5", "−0,50\u202f€"),
        ("0.1234", "0,1234\u202f€"),
        ("0", "0\u202f€"),
        ("7.10", "7,10\u202f€"),
    ],
)
def test_amounts_are_written_as_people_do(montant, ecrit):
    assert en_euros(Decimal(montant)) == ecrit


def test_what_a_commune_contested_among_members_does_not_become_public(
    connecter, client, bruno, remi, rst, louverne
):
    projet = faire_projet("Salage", bruno, reseau=rst, visibilite="reseau")
    economie(projet, louverne).contester(par=remi, motif="Chiffres du maire.")
    adresse = f"/projets/{projet.pk}/modifier/"
    reponse = connecter(bruno).post(adresse, prefilled(client, adresse) | {"visibilite": "publique"})
    assert reponse.status_code == 422
    projet.refresh_from_db()
    assert projet.visibilite == "reseau"


def test_a_visitor_does_not_read_who_contests_nor_why(client, connecter, bruno, remi, louverne):
    projet = faire_projet("Salage", bruno, visibilite="publique")
    economie(projet, louverne).contester(par=remi, motif="Chiffres du maire.")
    for adresse in (projet.get_absolute_url(), "/projets/economies/"):
        assert "contestée" in client.get(adresse).text and "Chiffres du maire" not in client.get(adresse).text
    assert "Chiffres du maire" in connecter(bruno).get(projet.get_absolute_url()).text
