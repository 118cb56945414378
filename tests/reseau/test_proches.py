"""What is already there on a subject, before one writes it again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reseau.models import Contribution, Domaine, Pole
from reseau.semblables import semblables
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_commune, faire_discussion, faire_membre
from tests.reseau.test_publication import prefilled


def trouves(membre, titre, **criteres):
    return [c.titre for c in semblables(titre, user=membre.utilisateur, **criteres)]


@pytest.mark.parametrize(
    ("phrase", "trouve"),
    [
        ("rénovation EP", True),
        ("eclairages publiques", True),
        ("éclairrage de la rue", True),
        ("EV", False),
        ("service public", False),
        ("une rue", False),
    ],
)
def test_it_is_found_under_its_other_names_and_with_mistakes(bruno, camille, rst, phrase, trouve):
    faire_besoin("Éclairage public : passer aux LED", bruno, reseau=rst)
    assert bool(trouves(camille, phrase)) == trouve


def test_it_is_shown_as_one_types_with_its_type_its_commune_and_its_state(connecter, bruno, camille, rst):
    besoin = faire_besoin("Balayeuse de voirie", bruno, reseau=rst)
    besoin.clore(par=bruno, issue="pret")
    client = connecter(camille)
    assert "Besoin, Changé · clos" in client.get("/contributions/proches/?titre=balaieuse").text
    assert "Balayeuse" not in client.get(f"/contributions/proches/?titre=balayeuse&sauf={besoin.pk}").text
    assert "hx-include" in client.get("/besoins/publier/").text
    page = connecter(bruno).get(f"/besoins/{besoin.pk}/modifier/").text
    assert f"/contributions/proches/?sauf={besoin.pk}" in page and "Déjà sur la plateforme" not in page


def test_what_a_publication_follows_or_brings_together_is_no_news(connecter, bruno, rst):
    besoin = faire_besoin("Balayeuse de voirie", bruno, reseau=rst)
    client = connecter(bruno)
    for adresse in (f"/projets/publier/?de={besoin.pk}", f"/projets/publier/?besoins={besoin.pk}"):
        page = client.get(adresse)
        assert page.context["form"]["titre"].value() == "Balayeuse de voirie"
        assert f"/contributions/proches/?sauf={besoin.pk}" in page.text
        assert "Déjà sur la plateforme" not in page.text
    assert "Déjà sur la plateforme" in client.get("/projets/publier/?titre=Balayeuse de voirie").text


def test_without_script_it_is_shown_with_what_was_refused_and_on_the_page_of_the_draft(
    connecter, bruno, camille, rst
):
    faire_besoin("Balayeuse de voirie", bruno, reseau=rst)
    client = connecter(camille)
    saisie = prefilled(client, "/besoins/publier/") | {"titre": "Une balayeuse", "unite": "jours"}
    refusee = client.post("/besoins/publier/", saisie)
    assert refusee.status_code == 422 and "Déjà sur la plateforme" in refusee.text
    brouillon = client.post("/besoins/publier/", saisie | {"unite": "", "brouillon": ""}, follow=True)
    assert "Déjà sur la plateforme" in brouillon.text and "Balayeuse de voirie" in brouillon.text
    modifier = client.get(f"/besoins/{Contribution.objects.get(publie_le=None).pk}/modifier/").text
    assert "Balayeuse de voirie" in modifier


def test_the_nearest_the_newest_and_those_that_are_open_come_first(bruno, camille, louverne, agglo, rst):
    def nacelle(nom, **champs):
        commune = faire_commune(nom, **champs)
        auteur = faire_membre("A", nom, commune, reseaux=[rst])
        return faire_besoin(f"Nacelle ({nom})", auteur, reseau=rst), commune

    louverne.latitude, louverne.longitude = 48.12, -0.72
    louverne.save()
    close, _loin = nacelle("Loin close")
    ancienne, _loin = nacelle("Loin ancienne")
    nacelle("Loin")
    nacelle("Voisine", latitude=48.15, longitude=-0.75)
    _du_pole, commune = nacelle("Pôle")
    pole = Pole.objects.create(nom="Est", epci=agglo)
    for membre in (louverne, commune):
        pole.accueillir(membre)
    close.clore(par=close.auteur, issue="pret")
    Contribution.objects.filter(pk=ancienne.pk).update(publie_le=timezone.now() - timedelta(days=400))
    rendus = trouves(camille, "Une nacelle", collectivite=louverne, limite=9)
    assert rendus == [
        f"Nacelle ({nom})" for nom in ("Pôle", "Voisine", "Loin", "Loin ancienne", "Loin close")
    ]


def test_the_same_words_weigh_less_in_another_domaine(bruno, camille, rst):
    voirie, dechets = Domaine.objects.get(code="voirie"), Domaine.objects.get(code="dechets")
    for titre, domaine in (("Benne basculante", dechets), ("Benne à gravats", voirie)):
        besoin = faire_besoin(titre, bruno, reseau=rst)
        besoin.domaines.set([domaine])
        besoin.noter_reperes()
    assert trouves(camille, "benne", domaines=["voirie"]) == ["Benne à gravats", "Benne basculante"]
    assert trouves(camille, "benne", domaines=["dechets"]) == ["Benne basculante", "Benne à gravats"]


def test_only_the_types_that_are_asked_for_are_found(bruno, camille, rst):
    faire_discussion("Nacelle : laquelle choisir ?", bruno, reseau=rst)
    faire_besoin("Une nacelle", bruno, reseau=rst)
    assert trouves(camille, "nacelle", types=["besoin"]) == ["Une nacelle"]
    assert len(trouves(camille, "nacelle")) == 2


@pytest.mark.parametrize("texte", ["", "\0", '" OR NOT (', "nacelle\0" * 3000, "^*: NEAR(a", "'; --", "%_\\"])
def test_no_text_breaks_it(connecter, bruno, camille, rst, texte):
    faire_besoin("Une nacelle", bruno, reseau=rst)
    assert len(trouves(camille, texte, domaines=[texte])) <= 1
    page = connecter(camille).get(
        "/contributions/proches/", dict.fromkeys(("titre", "domaines", "sauf"), texte)
    )
    assert page.status_code == (400 if "\0" in texte else 200)


def test_it_costs_as_many_statements_whatever_there_is(connecter, bruno, camille, rst):
    def publier(n):
        for i in range(n):
            faire_besoin(f"Nacelle numéro {i}", bruno, reseau=rst)
            faire_discussion(f"Nacelle, question {i}", bruno, reseau=rst)

    publier(2)
    client = connecter(camille)
    peu = requetes_pour(client, "/contributions/proches/?titre=nacelle")
    publier(4)
    assert requetes_pour(client, "/contributions/proches/?titre=nacelle") == peu
