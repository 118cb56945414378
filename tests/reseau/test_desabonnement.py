"""Less mail without signing in: the link of a mail only lowers, in one click or after a page that asks."""

import email
import email.policy
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from plateforme.socle.models import Courriel
from reseau.desabonnement import JOURS, ListeDAilleurs, ListeDeReseau, ListeDesRecapitulatifs
from reseau.models import Adhesion, Recapitulatif
from tests.fabriques import faire_besoin, faire_message

UN_CLIC = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def sans_session():
    """A mail program: neither cookie nor token."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def liste(camille, rst):
    return ListeDeReseau(camille.pk, rst.pk)


def adresse(liste):
    return f"/desabonnement/{liste.jeton}/"


def niveau(membre):
    return membre.adhesions.get().niveau_courriel


def entetes(courriel):
    return email.message_from_bytes(bytes(courriel.source), policy=email.policy.default)


def test_one_click_stops_the_mails_of_the_network_and_no_other(sans_session, camille, liste, amenagement):
    amenagement.accueillir(camille, par=camille)
    camille.adhesions.get(reseau=liste.reseau).regler("quotidien", {"besoin": "immediat"})
    for _clic in range(2):
        reponse = sans_session.post(adresse(liste), UN_CLIC)
        assert (reponse.status_code, reponse.cookies) == (200, {})
    adhesion = camille.adhesions.get(reseau=liste.reseau)
    assert (adhesion.niveau_courriel, adhesion.niveau_pour("besoin")) == ("aucun", "aucun")
    assert camille.adhesions.get(reseau=amenagement).niveau_courriel == "quotidien"


def test_opening_the_link_changes_nothing_and_confirming_lowers(sans_session, camille, liste):
    page = sans_session.get(adresse(liste))
    assert niveau(camille) == "quotidien"
    assert "Réseau des services techniques" in page.text and "Camille" not in page.text
    assert "communes.example" not in page.text and 'value="quotidien"' not in page.text
    assert sans_session.post(adresse(liste), {"niveau": "hebdomadaire"}).status_code == 302
    assert niveau(camille) == "hebdomadaire"


def test_confirming_says_what_was_chosen_and_no_other_choice_is_made_for_her(sans_session, camille):
    liste = ListeDesRecapitulatifs(camille.pk)
    Recapitulatif.de(camille)
    assert " checked" not in sans_session.get(adresse(liste)).text
    sans_session.post(adresse(liste), {"niveau": "hebdomadaire"})
    page = sans_session.get(adresse(liste)).text
    assert "C’est noté\u202f: un seul courriel par semaine, pour tout." in page
    assert 'value="aucun"' in page and " checked" not in page
    # Confirmed once more, it asks which, and lowers nothing.
    assert sans_session.post(adresse(liste), {}).status_code == 422
    assert not Recapitulatif.de(camille).est_arrete


@pytest.mark.parametrize("demande", ["immediat", "quotidien", "hebdomadaire", "sans cesse", ""])
def test_the_link_never_raises(sans_session, camille, liste, demande):
    camille.adhesions.update(niveau_courriel="hebdomadaire")
    reponse = sans_session.post(adresse(liste), {"niveau": demande})
    assert reponse.status_code == 422 and "id_niveau_error" in reponse.text
    assert niveau(camille) == "hebdomadaire"


def test_a_level_by_type_that_is_less_stays_as_it_is(camille):
    adhesion = camille.adhesions.get().regler("immediat", {"besoin": "aucun", "discussion": "quotidien"})
    adhesion.abaisser("hebdomadaire")
    adhesion = camille.adhesions.get()
    dits = {type_: adhesion.niveau_pour(type_) for type_ in ("besoin", "discussion", "rencontre")}
    assert dits == {"besoin": "aucun", "discussion": "hebdomadaire", "rencontre": "hebdomadaire"}


def test_of_a_network_that_she_left_nothing_is_said_nor_done(sans_session, camille, liste):
    camille.adhesions.get().clore()
    page = sans_session.get(adresse(liste))
    assert (
        page.status_code == 200
        and "services techniques" not in page.text
        and '<form method="post"' not in page.text
    )
    assert sans_session.post(adresse(liste), UN_CLIC).status_code == 200
    assert niveau(camille) == "quotidien"


def test_a_link_too_old_or_damaged_says_so(sans_session, camille, liste):
    ancien, faux = adresse(liste), adresse(liste).replace(liste.jeton[:4], "AAAA")
    for page in (sans_session.get(faux), sans_session.post(faux, UN_CLIC)):
        assert page.status_code == 404 and "pas complet" in page.text and "/moi/courriels/" in page.text
    with time_machine.travel(timezone.now() + timedelta(days=JOURS + 1), tick=False):
        page = sans_session.get(ancien)
        assert page.status_code == 410 and "/moi/courriels/" in page.text
        assert sans_session.post(ancien, UN_CLIC).status_code == 410
    assert niveau(camille) == "quotidien"


def test_the_recapitulatif_comes_once_a_week_or_stops_and_what_is_immediate_goes_on(
    sans_session, camille, bruno, rst, mailoutbox
):
    liste = ListeDesRecapitulatifs(camille.pk)
    assert sans_session.post(adresse(liste), UN_CLIC).status_code == 200  # she has none yet
    Recapitulatif.de(camille)
    assert sans_session.post(adresse(liste), {"niveau": "quotidien"}).status_code == 422
    sans_session.post(adresse(liste), {"niveau": "hebdomadaire"})
    assert (niveau(camille), Recapitulatif.de(camille).niveau_ailleurs) == ("hebdomadaire", "hebdomadaire")
    camille.adhesions.update(niveau_courriel="immediat")
    for _clic in range(2):
        sans_session.post(adresse(liste), UN_CLIC)
    assert (
        Recapitulatif.de(camille).est_arrete
        and '<form method="post"' not in sans_session.get(adresse(liste)).text
    )
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    faire_message(besoin, bruno, "@Camille Morel votre avis\u202f?")
    assert [courriel.to for courriel in mailoutbox] == [[camille.courriel]]
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        call_command("entretien")
    assert len(mailoutbox) == 1


def test_what_is_in_none_of_her_networks_is_lowered_by_itself(sans_session, camille):
    liste = ListeDAilleurs(camille.pk)
    Recapitulatif.de(camille)
    sans_session.post(adresse(liste), UN_CLIC)
    assert (niveau(camille), Recapitulatif.de(camille).niveau_ailleurs) == ("quotidien", "aucun")


def test_a_mail_says_its_list_how_to_leave_it_and_what_it_follows(
    sans_session, camille, bruno, remi, diane, rst
):
    Adhesion.objects.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    faire_message(besoin, camille)
    faire_message(besoin, diane, "@Camille Morel et vous\u202f?")
    a_bruno, autre_a_bruno = map(entetes, Courriel.objects.filter(destinataire=bruno.courriel))
    a_camille = entetes(Courriel.objects.get(destinataire=camille.courriel))
    fil = f"<contribution-{besoin.pk}@testserver>"
    for mail in (a_bruno, autre_a_bruno, a_camille):
        assert mail["List-Id"] == "<rst.reseaux.testserver>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert (mail["In-Reply-To"], mail["References"]) == (fil, fil)
        assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "list")
    assert len({mail["Message-ID"] for mail in (a_bruno, autre_a_bruno, a_camille)}) == 3
    lien = a_camille["List-Unsubscribe"].strip(" <>")
    assert lien in a_camille.get_body(("plain",)).get_content()
    assert lien in a_camille.get_body(("html",)).get_content()
    sans_session.post(lien.removeprefix("http://testserver"), UN_CLIC)
    assert (niveau(camille), niveau(bruno)) == ("aucun", "immediat")
