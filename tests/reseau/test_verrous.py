"""A discussion that the animateur stops: nobody writes there, whoever closes or opens it again."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import Position
from reseau.models import Contribution, Entree, Message
from tests.fabriques import faire_besoin, faire_consultation, faire_discussion, faire_message


@pytest.fixture
def verrouillee(discussion, diane, camille):
    faire_message(discussion, camille)
    return discussion.verrouiller(par=diane, motif="Le sujet est ailleurs.")


def test_the_animatrice_locks_a_discussion_and_says_why_to_all(connecter, camille, diane, discussion):
    client = connecter(diane)
    for _clic in range(2):
        client.post(f"/contributions/{discussion.pk}/verrou/", {"motif": "Le sujet est ailleurs."})
    page = connecter(camille).get(discussion.get_absolute_url()).text
    assert "discussion verrouillée</span>" in page  # a badge beside the title
    assert "Discussion verrouillée par l’animation" in page and "Le sujet est ailleurs." in page
    assert Entree.objects.filter(geste="verrou", par=diane, detail="Le sujet est ailleurs.").count() == 1
    reponse = connecter(diane).post(f"/contributions/{discussion.pk}/verrou/", {"motif": " "})
    assert reponse.status_code == 422


@pytest.mark.parametrize("verrouiller", [True, False])
def test_nobody_writes_where_it_is_locked_and_nothing_typed_is_lost(
    connecter, camille, bruno, diane, discussion, verrouiller
):
    message = faire_message(discussion, camille)
    if verrouiller:
        discussion.verrouiller(par=diane, motif="Hors sujet")
    for membre in (bruno, diane):
        envoi = {"texte": "Encore une chose, CANARI"}
        reponse = connecter(membre).post(f"/contributions/{discussion.pk}/messages/", envoi)
        assert reponse.status_code == (422 if verrouiller else 302)
        if verrouiller:
            assert "verrouillée" in reponse.text and "CANARI" in reponse.text
    assert Message.objects.modifiables_par(camille.utilisateur).exists() != verrouiller
    if verrouiller:
        with pytest.raises(ValidationError):
            message.corriger(texte="Autrement dit")


def test_a_locked_need_takes_no_position(bruno, camille, diane, louverne, rst):
    besoin = faire_besoin("Sel", bruno, reseau=rst)
    besoin.verrouiller(par=diane, motif="Doublon")
    with pytest.raises(ValidationError):
        Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")
    besoin.deverrouiller(par=diane)
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")


def test_what_is_locked_is_asked_of_no_commune_any_more(connecter, bruno, camille, diane, louverne, rst):
    ce_jour = {"jusqu_au": timezone.localdate(), "interrogees": [louverne]}
    demandees = [
        faire_besoin("Sel de déneigement", bruno, reseau=rst),
        faire_consultation("Place de l’église", bruno, reseau=rst, **ce_jour),
    ]

    def attendues():
        """On the home page, and by the récapitulatif."""
        for sorte in demandees:
            yield from type(sorte).objects.attentes([louverne.pk])
        page = connecter(camille).get("/a-faire/").context
        yield from sorted(ligne.contribution_id for _titre, lignes in page["groupes"] for ligne in lignes)

    besoin, consultation = demandees
    lues = [(besoin.pk, louverne.pk), (consultation.pk, louverne.pk), besoin.pk, consultation.pk]
    assert list(attendues()) == lues
    for contribution in demandees:
        contribution.verrouiller(par=diane, motif="Doublon")
    assert list(attendues()) == []


def test_the_set_and_the_property_agree_on_what_takes_messages(bruno, diane, rst):
    def preparer(titre, *gestes):
        question = faire_discussion(titre, bruno, reseau=rst)
        for geste in gestes:
            geste(question)

    def retirer(question):
        question.retirer(par=diane, motif="Doublon")

    def verrouiller(question):
        question.verrouiller(par=diane, motif="Doublon")

    def clore(question):
        question.clore(par=bruno)

    faire_discussion("brouillon", bruno, reseau=rst, publier=False)
    preparer("ouverte")
    preparer("close", clore)
    preparer("verrouillée", verrouiller)
    preparer("close et verrouillée", clore, verrouiller)
    preparer("retirée", retirer)
    toutes = Contribution.objects.order_by("titre")
    assert [c.titre for c in toutes if c.accepte_les_messages] == ["ouverte"]
    assert [c.titre for c in toutes.acceptant_les_messages()] == ["ouverte"]


def test_its_author_may_still_close_and_open_it_without_lifting_the_lock(connecter, bruno, verrouillee):
    client = connecter(bruno)
    client.post(f"/discussions/{verrouillee.pk}/cloture/")
    verrouillee.refresh_from_db()
    assert verrouillee.clos_le
    client.post(f"/contributions/{verrouillee.pk}/reouverture/")
    verrouillee.refresh_from_db()
    assert not verrouillee.clos_le and not verrouillee.accepte_les_messages


def test_the_lock_is_lifted_by_who_may_lock_only(connecter, bruno, diane, camille, verrouillee):
    adresse = f"/contributions/{verrouillee.pk}/deverrouillage/"
    assert connecter(bruno).post(adresse).status_code == 404
    assert connecter(diane).post(adresse).status_code == 302
    verrouillee.refresh_from_db()
    assert verrouillee.accepte_les_messages and not verrouillee.verrouille_motif
    faire_message(verrouillee, camille)


def test_an_administrator_locks_what_is_in_no_network(connecter, alex, diane, bruno, rst):
    for reseau, moderateur, autre in ((None, alex, diane), (rst, diane, alex)):
        discussion = faire_discussion("Désherbage", bruno, reseau=reseau)
        adresse = f"/contributions/{discussion.pk}/verrou/"
        assert connecter(autre).post(adresse, {"motif": "Hors sujet"}).status_code == 404
        assert "Verrouiller" in connecter(moderateur).get(discussion.get_absolute_url()).text
        assert connecter(moderateur).post(adresse, {"motif": "Hors sujet"}).status_code == 302


def test_the_open_pages_learn_of_the_lock(connecter, camille, verrouillee):
    rattrapage = connecter(camille).get(f"/contributions/{verrouillee.pk}/rattrapage/?depuis=1").text
    assert 'id="cloture"' in rattrapage and "Le sujet est ailleurs." in rattrapage


def test_who_may_lock_is_the_same_as_a_set_and_as_a_sentence(
    camille, bruno, diane, chantal, alex, noe, odile, discussion, besoin_du_rst, rst
):
    sans_reseau = faire_discussion("Sans réseau", bruno)
    retiree = faire_discussion("Retirée", bruno, reseau=rst).retirer(par=bruno, motif="Doublon")
    brouillon = faire_discussion("Brouillon", diane, reseau=rst, publier=False)
    for membre in (camille, bruno, diane, chantal, alex, noe, odile):
        user = membre.utilisateur
        ensemble = set(Contribution.objects.moderables_par(user).values_list("pk", flat=True))
        phrases = {
            contribution.pk
            for contribution in (discussion, besoin_du_rst, sans_reseau, retiree, brouillon)
            if contribution.moderable_par(user)
        }
        assert ensemble == phrases, membre


def test_a_lock_says_why(discussion):
    with pytest.raises(IntegrityError, match="reseau_contribution_verrou_motive"), transaction.atomic():
        Contribution.objects.filter(pk=discussion.pk).update(verrouille_le="2026-01-01T00:00Z")
