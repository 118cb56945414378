from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from reseau.models import (
    Appartenance,
    AppartenancePole,
    Collectivite,
    Contribution,
    Domaine,
    Pole,
    Population,
)
from reseau.siren import est_un_siren
from tests.fabriques import faire_commune

pytestmark = pytest.mark.django_db

AN_2019 = date(2019, 1, 1)
LA_VEILLE = date(2018, 12, 31)


@pytest.fixture
def epci():
    return Collectivite.objects.create(
        nom="Laval Agglomération", nature="epci", forme="CA", siren="200083392"
    )


@pytest.fixture
def voisine():
    return Collectivite.objects.create(nom="Pays de Loiron", nature="epci", siren="200000172")


@pytest.fixture
def change():
    return Collectivite.objects.create(nom="Changé", nature="commune", code_insee="53054", siren="215300542")


@pytest.fixture
def pole(epci):
    return Pole.objects.create(nom="Pôle nord", epci=epci)


def refuse(objet, message):
    """The form says it in French; the database refuses it from whoever bypasses the form."""
    with pytest.raises(ValidationError) as refus:
        objet.full_clean()
    assert message in refus.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        objet.save()


# What a collectivité is


@pytest.mark.parametrize("siren", ["200083392", "215301300", "732829320"])
def test_a_siren_has_a_valid_key(siren):
    assert est_un_siren(siren)


@pytest.mark.parametrize("siren", ["200083393", "20008339", "2000833920", "20008339A", "²00083392", ""])
def test_a_wrong_siren_is_recognised(siren):
    assert not est_un_siren(siren)


def test_a_wrong_siren_is_refused_in_french(epci):
    epci.siren = "200083393"
    with pytest.raises(ValidationError, match="n’est pas un numéro SIREN"):
        epci.full_clean()


def test_a_second_commune_with_the_same_insee_code_is_refused(change):
    refuse(
        Collectivite(nom="Autre", nature="commune", code_insee="53054"),
        "Une autre commune a déjà ce code Insee.",
    )


def test_a_second_collectivite_with_the_same_siren_is_refused(change):
    refuse(
        Collectivite(nom="Autre", nature="syndicat", siren="215300542"),
        "Une autre collectivité a déjà ce numéro SIREN.",
    )


def test_two_collectivites_without_siren_nor_insee_code_live_together():
    for _fois in range(3):
        collectivite = Collectivite(nom="Syndicat des eaux", nature="syndicat", siren="", code_insee="")
        collectivite.full_clean()
        collectivite.save()
    slugs = Collectivite.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["syndicat-des-eaux", "syndicat-des-eaux-syndicat", "syndicat-des-eaux-2"]


def test_an_empty_siren_never_reaches_the_database(change):
    change.siren = ""
    with pytest.raises(IntegrityError, match="siren_absent_ou_rempli"), transaction.atomic():
        change.save()


@pytest.mark.parametrize(("nature", "code"), [("commune", None), ("epci", "53130"), ("commune", "")])
def test_a_commune_and_she_alone_has_an_insee_code(nature, code):
    refuse(
        Collectivite(nom="Laval", nature=nature, code_insee=code),
        "Une commune a un code Insee, et elle seule.",
    )


def test_a_legal_form_belongs_to_an_epci():
    refuse(
        Collectivite(nom="Laval", nature="commune", code_insee="53130", forme="CA"),
        "Seule une intercommunalité a une forme juridique.",
    )


@pytest.mark.parametrize(("latitude", "longitude"), [(48.1, None), (None, -0.7), (91, 0), (0, 181)])
def test_coordinates_are_complete_and_on_the_globe(latitude, longitude):
    refuse(
        Collectivite(nom="Ici", nature="autre", latitude=latitude, longitude=longitude),
        "La latitude (−90 à 90) et la longitude (−180 à 180) vont ensemble.",
    )


@pytest.mark.parametrize("code", ["5313", "531300", "5313A", "C3130", "53130\n"])
def test_a_malformed_insee_code_is_refused(code):
    with pytest.raises(ValidationError, match="Cinq caractères"):
        Collectivite(nom="Laval", nature="commune", code_insee=code).full_clean()


def test_the_address_is_readable_and_survives_a_new_name():
    commune = Collectivite.objects.create(nom="L'Huisserie", nature="commune", code_insee="53119")
    assert commune.slug == "l-huisserie"
    commune.nom = "L'Huisserie-sur-Mayenne"
    commune.save()
    assert commune.slug == "l-huisserie"


def test_homonyms_take_their_insee_code_in_their_address(change):
    autre = Collectivite.objects.create(nom="Changé", nature="commune", code_insee="72058")
    assert (change.slug, autre.slug) == ("change", "change-72058")
    autre.slug = "change"
    refuse(autre, "Une autre collectivité a déjà ce nom dans l’adresse.")


# Populations


def test_the_newest_population_is_shown_with_its_year_and_costs_one_query_per_list(
    change, epci, django_assert_num_queries
):
    Population.objects.create(collectivite=change, annee=2022, municipale=6482, totale=6642, source="dgcl")
    Population.objects.create(collectivite=change, annee=2023, municipale=6502, source="insee")
    with django_assert_num_queries(2):
        populations = {c.nom: c.population for c in Collectivite.objects.avec_population()}
    assert populations["Laval Agglomération"] is None
    assert str(populations["Changé"]) == "6502 (Insee 2023)"


def test_a_source_gives_one_population_per_year(change):
    Population.objects.create(collectivite=change, annee=2023, municipale=6502, source="insee")
    refuse(
        Population(collectivite=change, annee=2023, municipale=6600, source="insee"),
        "Cette source donne déjà une population pour cette année.",
    )
    Population(collectivite=change, annee=2023, municipale=6600, source="dgcl").full_clean()


def test_the_total_population_is_not_below_the_municipal_one(change):
    refuse(
        Population(collectivite=change, annee=2023, municipale=6502, totale=6501, source="insee"),
        "La population totale ne peut pas être inférieure à la population municipale.",
    )


# Membership of an EPCI


def test_a_commune_that_changes_epci_leaves_no_day_between(change, epci, voisine):
    change.rejoindre(voisine)
    change.rejoindre(epci, AN_2019)
    membres_de = Collectivite.objects.membres_de
    assert [*membres_de(voisine, LA_VEILLE)] == [*membres_de(epci, AN_2019)] == [change]
    assert not membres_de(voisine, AN_2019).exists() and not membres_de(epci, LA_VEILLE).exists()
    assert [*membres_de(epci)] == [change]


def test_joining_again_the_same_epci_changes_nothing(change, epci):
    assert change.rejoindre(epci, AN_2019) == change.rejoindre(epci)
    assert change.appartenances.get().debut == AN_2019


def test_a_commune_has_one_current_epci(change, epci, voisine):
    change.rejoindre(epci)
    refuse(
        Appartenance(commune=change, epci=voisine, debut=AN_2019),
        "Cette commune appartient déjà à une intercommunalité.",
    )


def test_a_membership_does_not_end_before_it_starts(change, epci):
    refuse(
        Appartenance(commune=change, epci=epci, debut=AN_2019, fin=LA_VEILLE),
        "La fin ne peut pas précéder le début.",
    )


def test_a_membership_closed_on_the_day_it_began_never_was(change, epci, voisine):
    change.rejoindre(voisine, AN_2019)
    change.rejoindre(epci, AN_2019)
    assert not Appartenance.objects.en_cours(AN_2019).filter(epci=voisine).exists()
    assert change.appartenances.count() == 2


def test_two_memberships_do_not_overlap_in_the_past(change, epci, voisine):
    change.rejoindre(voisine, date(2010, 1, 1)).clore(AN_2019)
    with pytest.raises(ValidationError, match="avait déjà une intercommunalité à cette date"):
        change.rejoindre(epci, LA_VEILLE)
    with pytest.raises(ValidationError, match="avait déjà"):
        Appartenance(commune=change, epci=epci, fin=date(2010, 1, 2)).full_clean()
    Appartenance(commune=change, epci=epci, fin=date(2010, 1, 1)).full_clean()


@pytest.mark.parametrize("inverse", [True, False])
def test_only_a_commune_belongs_and_only_to_an_epci(change, epci, inverse):
    parties = (epci, epci) if inverse else (change, change)
    with pytest.raises(ValidationError, match="Seule une commune|n’est pas une intercommunalité"):
        Appartenance(commune=parties[0], epci=parties[1]).full_clean()


def test_a_commune_with_a_past_is_not_deleted(change, epci):
    change.rejoindre(epci, AN_2019).clore()
    with pytest.raises(ProtectedError):
        change.delete()


# Pôles


def test_a_commune_may_be_in_several_poles_and_leaves_each_at_its_date(pole, change, epci):
    autre = Pole.objects.create(nom="Pôle ouest", epci=epci)
    pole.accueillir(change, AN_2019)
    autre.accueillir(change)
    pole.retirer(change, date(2020, 1, 1))
    assert [*pole.communes(AN_2019)] == [*autre.communes()] == [change]
    assert not pole.communes().exists() and not pole.communes(LA_VEILLE).exists()
    assert pole.appartenances.get().fin == date(2020, 1, 1)


def test_welcoming_twice_keeps_the_first_date_and_coming_back_opens_a_new_row(pole, change):
    assert pole.accueillir(change, AN_2019) == pole.accueillir(change)
    pole.retirer(change)
    assert pole.accueillir(change).debut != AN_2019
    assert pole.appartenances.count() == 2


def test_a_commune_is_once_in_a_pole(pole, change):
    pole.accueillir(change)
    refuse(AppartenancePole(pole=pole, commune=change), "Cette commune est déjà dans ce pôle.")


def test_a_stay_in_a_pole_does_not_end_before_it_starts(pole, change):
    refuse(
        AppartenancePole(pole=pole, commune=change, debut=AN_2019, fin=LA_VEILLE),
        "La fin ne peut pas précéder le début.",
    )


def test_an_epci_does_not_enter_a_pole(pole, epci):
    with pytest.raises(ValidationError, match="Seule une commune entre dans un pôle"):
        pole.accueillir(epci)


def test_a_pole_hangs_on_an_epci(change):
    with pytest.raises(ValidationError, match="n’est pas une intercommunalité"):
        Pole(nom="Pôle", epci=change).full_clean()


def test_a_name_is_taken_by_one_active_pole_of_the_epci(pole, epci, voisine):
    refuse(Pole(nom="PÔLE NORD".lower(), epci=epci), "Cette intercommunalité a déjà un pôle de ce nom.")
    assert Pole.objects.create(nom="Pôle nord", epci=voisine).slug == "pole-nord-pays-de-loiron"
    pole.archive_le = timezone.localdate()
    pole.save()
    assert not Pole.objects.actifs().filter(epci=epci).exists()
    assert Pole.objects.create(nom="Pôle nord", epci=epci).slug == "pole-nord-laval-agglomeration"


def test_two_poles_do_not_share_an_address(pole, epci):
    refuse(Pole(nom="Autre", slug=pole.slug, epci=epci), "Un autre pôle a déjà ce nom dans l’adresse.")


# Domaines


def test_the_thirteen_domaines_are_installed_in_order():
    libelles = [domaine.libelle for domaine in Domaine.objects.actifs()]
    assert len(libelles) == 13
    assert (libelles[0], libelles[-1]) == ("Systèmes d’information", "Mobilité et cadre de vie")


def test_the_installation_of_the_domaines_can_be_undone_and_done_again():
    migration = import_module("reseau.migrations.0001_initial")
    Domaine.objects.create(code="eau", libelle="Eau")
    migration.retirer(apps, None)
    assert [domaine.code for domaine in Domaine.objects.all()] == ["eau"]
    migration.installer(apps, None)
    assert Domaine.objects.count() == 14


def test_only_a_new_label_is_written_again_with_what_bears_it(monkeypatch, balayeuse):
    recrites = []
    monkeypatch.setattr(Contribution, "noter_reperes", lambda contribution: recrites.append(contribution.pk))
    voirie = Domaine.objects.get(code="voirie")
    balayeuse.domaines.add(voirie)
    voirie.archive_le = date(2026, 11, 22)
    voirie.save()
    assert voirie not in Domaine.objects.actifs()
    assert recrites == []
    voirie.libelle = "Voirie et réseaux divers"
    voirie.save()
    assert recrites == [balayeuse.pk]


def test_two_domaines_share_neither_code_nor_label():
    refuse(Domaine(code="voirie", libelle="Routes"), "Un autre domaine a déjà ce code.")
    refuse(Domaine(code="routes", libelle="VOIRIE"), "Un autre domaine a déjà ce libellé.")


def test_communes_are_listed_as_in_a_dictionary(db):
    noms = ["Bourgon", "Châlons-du-Maine", "Changé", "Éclaron", "Entrammes", "L’Huisserie", "Laval"]
    for nom in reversed(noms):
        faire_commune(nom)
    assert list(Collectivite.objects.values_list("nom", flat=True)) == noms
