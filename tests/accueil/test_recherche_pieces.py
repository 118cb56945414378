"""What is joined to a contribution or to a message is found by its name and by what it says."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from plateforme.socle.extraction import Texte
from reseau.models import Notification, PieceJointe, RechercheSuivie
from tests.documents import image
from tests.fabriques import faire_fiche, faire_message, faire_ressource

pytestmark = pytest.mark.django_db
BAREME = b"Le tarif de la nacelle : douze euros par heure"


@pytest.fixture
def joindre(django_capture_on_commit_callbacks):
    """Join a file, and read it as the task does."""

    def _joindre(contribution, nom="annexe_bareme.txt", contenu=BAREME, message=None):
        with django_capture_on_commit_callbacks(execute=True):
            [piece] = PieceJointe.deposer(
                [faire_fiche(nom, contenu)], contribution=contribution, message=message
            )
        return piece

    return _joindre


def test_a_document_is_found_by_the_name_and_the_text_of_its_annexe_and_the_hit_says_where(
    comme, camille, bruno, joindre
):
    convention = faire_ressource("Convention de prêt", bruno)
    piece = joindre(convention)
    client = comme(camille)
    for q, marque in [
        ("nacelle", "<mark>nacelle</mark>"),
        ('"douze euros"', "<mark>douze euros</mark>"),
        ("convention nacelle", "<mark>nacelle</mark>"),
        ("annexe bareme", "<mark>bareme</mark>"),
    ]:
        page = client.get("/recherche/", {"q": q})
        assert page.context["contributions"] == [convention], q
        assert marque in page.text
        lien = (
            f'<a class="dessus" href="{piece.get_absolute_url()}">Dans la pièce jointe « annexe_bareme.txt »'
        )
        assert lien in page.text


def test_a_word_of_a_closed_circle_s_annexe_finds_nothing_for_a_stranger(
    comme, camille, chantal, besoin_du_rst, joindre
):
    joindre(besoin_du_rst)
    assert comme(camille).get("/recherche/?q=nacelle").context["contributions"] == [besoin_du_rst]
    assert not comme(chantal).get("/recherche/?q=nacelle").context["contributions"]


def test_what_is_joined_to_a_message_is_found_until_it_is_withdrawn(
    comme, camille, bruno, discussion, joindre
):
    message = faire_message(discussion, camille, "Voici.")
    joindre(discussion, message=message)
    client = comme(bruno)
    assert client.get("/recherche/?q=nacelle").context["contributions"] == [discussion]
    message.retirer(par=camille, motif="Erreur")
    assert not client.get("/recherche/?q=nacelle").context["contributions"]


def test_an_annexe_that_is_taken_away_is_found_no_more(comme, camille, bruno, joindre):
    convention = faire_ressource("Convention de prêt", bruno)
    piece = joindre(convention)
    avant = convention.etat_suivi()
    piece.supprimer()
    convention.modifier(par=bruno, avant=avant)
    assert not comme(camille).get("/recherche/?q=nacelle").context["contributions"]


def test_who_follows_a_search_is_told_of_what_an_annexe_says(camille, bruno, joindre):
    RechercheSuivie.suivre(par=camille, q="nacelle", facettes={}, libelle="nacelle")
    joindre(faire_ressource("Convention de prêt", bruno))
    assert Notification.objects.filter(membre=camille, genre=Notification.Genre.RECHERCHE).count() == 1


def test_the_file_of_a_message_is_news_neither_for_who_wrote_it_nor_for_who_follows_the_thread(
    camille, sylvie, remi, bruno, discussion, joindre
):
    for membre in (camille, sylvie, remi, bruno):
        RechercheSuivie.suivre(par=membre, q="nacelle", facettes={}, libelle="nacelle")
    discussion.suivre(remi)
    message = faire_message(discussion, camille, "Voici.")
    joindre(discussion, message=message)
    recherches = Notification.objects.filter(genre=Notification.Genre.RECHERCHE)
    dite = recherches.get()
    assert (dite.membre, dite.acteur, dite.message) == (sylvie, camille, message)


def test_who_follows_a_search_is_told_of_what_was_read_before_it_was_published(camille, bruno, joindre):
    RechercheSuivie.suivre(par=camille, q="nacelle", facettes={}, libelle="nacelle")
    brouillon = faire_ressource("Convention de prêt", bruno, publier=False)
    joindre(brouillon)
    assert not Notification.objects.filter(membre=camille).exists()
    brouillon.publier(par=bruno)
    assert Notification.objects.filter(membre=camille, genre=Notification.Genre.RECHERCHE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_database_while_a_file_is_read(bruno, monkeypatch):
    tenue = []
    monkeypatch.setattr(
        "reseau.models.fichiers_lus.extraire",
        lambda *_, **__: tenue.append(connection.in_atomic_block) or Texte(["lu"]),
    )
    PieceJointe.deposer([faire_fiche("a.txt", BAREME)], contribution=faire_ressource("Convention", bruno))
    assert set(tenue) == {False} and PieceJointe.objects.get().texte == "lu"


def test_what_no_task_has_read_is_read_by_the_upkeep_and_once(bruno, monkeypatch):
    convention = faire_ressource("Convention de prêt", bruno)
    [piece] = PieceJointe.deposer([faire_fiche("a.txt", BAREME)], contribution=convention)
    PieceJointe.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    lus = []
    monkeypatch.setattr(
        "reseau.models.fichiers_lus.extraire", lambda chemin, mime, **_: lus.append(mime) or Texte(["lu"])
    )
    for _fois in range(2):
        call_command("entretien")
    piece.refresh_from_db()
    assert lus == ["text/plain"] and piece.texte == "lu"


def test_what_this_machine_could_not_read_is_left_for_another_time(bruno, monkeypatch, joindre):
    monkeypatch.setattr("reseau.models.fichiers_lus.extraire", lambda *_, **__: Texte([], a_reprendre=True))
    piece = joindre(faire_ressource("Convention de prêt", bruno))
    assert PieceJointe.objects.a_lire().get() == piece


def test_a_photo_is_found_by_its_name_and_asks_no_task_for_anything(
    comme, camille, bruno, discussion, joindre, monkeypatch
):
    lus = []
    monkeypatch.setattr("reseau.models.fichiers_lus.extraire", lambda *_, **__: lus.append(1) or Texte([]))
    fiche = faire_fiche("nacelle_du_syndicat.jpg", image("JPEG", (60, 40)))
    faire_message(discussion, bruno, "Voici.", pieces=[fiche])
    joindre(discussion, nom="autre.jpg", contenu=image("JPEG", (60, 40)))
    PieceJointe.objects.update(depose_le=timezone.now() - timedelta(hours=1))
    call_command("entretien")
    assert not lus and not PieceJointe.objects.a_lire().exists()
    assert comme(camille).get("/recherche/?q=syndicat").context["contributions"] == [discussion]


def test_a_file_that_is_taken_away_while_it_is_read_says_nothing(bruno, monkeypatch):
    [piece] = PieceJointe.deposer(
        [faire_fiche("a.txt", BAREME)], contribution=faire_ressource("Convention de prêt", bruno)
    )

    def retirer(*_, **__):
        PieceJointe.objects.get().supprimer()
        return Texte(["lu"])

    monkeypatch.setattr("reseau.models.fichiers_lus.extraire", retirer)
    piece.lire()
    assert not PieceJointe.objects.exists()


def test_a_list_loads_nothing_of_what_they_say(bruno, joindre):
    joindre(faire_ressource("Convention de prêt", bruno))
    assert "texte" in PieceJointe.objects.get().get_deferred_fields()
