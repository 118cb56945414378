"""Publish and edit: one sentence is enough, nothing typed is lost, the history tells who changed what."""

import errno
import io
import re

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from besoins.models import Besoin
from reseau.models import Contribution, Discussion, Domaine, PieceJointe
from tests.fabriques import faire_besoin, faire_discussion


def prefilled(client, adresse):
    """What the browser would send without the person touching anything."""
    formulaire = client.get(adresse).context["form"]
    return {
        champ.html_name: "" if champ.value() is None else champ.value()
        for champ in formulaire
        if champ.value() not in (None, [], "")
    }


def test_one_sentence_is_enough_to_publish_a_need(connecter, camille, rst, louverne):
    client = connecter(camille)
    envoi = prefilled(client, "/besoins/publier/") | {"titre": "Une nacelle début décembre", "publier": ""}
    reponse = client.post("/besoins/publier/", envoi)
    besoin = Besoin.objects.get()
    assert reponse["Location"] == besoin.get_absolute_url()
    assert (besoin.collectivite, besoin.reseau, besoin.auteur) == (louverne, rst, camille)
    assert besoin.publie_le is not None
    page = client.get(besoin.get_absolute_url()).content.decode()
    assert "C’est publié" in page
    assert 'data-brouillon-efface="besoin-nouveau"' in page


def test_publishing_from_the_page_of_a_network_publishes_there(connecter, camille, rst, amenagement):
    amenagement.accueillir(camille, par=camille)
    client = connecter(camille)
    page = client.get("/reseaux/amenagement/").content.decode()
    adresse = re.search(r'href="([^"]*publier/[^"]*)"[^>]*>(?:<svg.*?</svg>)?Publier ici', page)[1]
    formulaire = client.get(adresse)
    assert formulaire.context["form"]["reseau"].value() == amenagement.pk
    assert '/discussions/publier/?reseau=amenagement"' in formulaire.content.decode()


@pytest.mark.parametrize("ailleurs", ["amenagement", "inconnu", ""])
def test_a_link_never_chooses_a_network_that_is_not_hers(connecter, camille, rst, amenagement, ailleurs):
    formulaire = connecter(camille).get("/besoins/publier/", {"reseau": ailleurs}).context["form"]
    assert formulaire["reseau"].value() == rst.pk


def test_a_draft_already_shows_its_files_domaines_and_tags(connecter, camille):
    client = connecter(camille)
    envoi = prefilled(client, "/besoins/publier/") | {
        "titre": "Une nacelle",
        "domaines": ["voirie"],
        "etiquettes": "élagage",
        "pieces": SimpleUploadedFile("devis.txt", b"90 euros"),
        "brouillon": "",
    }
    page = client.post("/besoins/publier/", envoi, follow=True).text
    besoin = Besoin.objects.get()
    assert besoin.est_brouillon
    assert re.search('value="voirie"[^>]* checked', client.get(besoin.url_de_modification).text)
    for attendu in ("devis.txt", "élagage", Domaine.objects.get(code="voirie").libelle):
        assert attendu in page


def test_my_drafts_say_what_each_of_them_is(connecter, bruno, rst):
    faire_besoin("Une nacelle", bruno, reseau=rst, publier=False)
    faire_discussion("Qui a essayé ?", bruno, reseau=rst, publier=False)
    page = connecter(bruno).get("/brouillons/").text
    assert "<span>Besoin</span>" in page and "<span>Discussion</span>" in page
    assert "<span>Contribution</span>" not in page


def test_a_need_carries_its_facts_tags_and_photos(connecter, camille, louverne, rst):
    domaines = list(Domaine.objects.all()[:2])
    echeance = timezone.localdate() + timezone.timedelta(days=20)
    connecter(camille).post(
        "/besoins/publier/",
        {
            "titre": "Sel de déneigement",
            "corps": "Pour l’hiver",
            "reseau": rst.pk,
            "collectivite": louverne.pk,
            "visibilite": "membres",
            "domaines": [d.code for d in domaines],
            "echeance": echeance.isoformat(),
            "quantite": "4,5",
            "unite": "tonnes",
            "urgence": "urgente",
            "etiquettes": "sel, viabilité hivernale",
            "pieces": SimpleUploadedFile("devis.txt", b"4,5 t a 90 euros"),
        },
    )
    besoin = Besoin.objects.get()
    page = connecter(camille).get(besoin.get_absolute_url()).content.decode()
    for attendu in ("4,5 tonnes", "viabilité hivernale", "devis.txt", domaines[0].libelle, "urgent"):
        assert attendu in page
    piece = besoin.pieces.get()
    assert b"".join(connecter(camille).get(piece.get_absolute_url()).streaming_content) == b"4,5 t a 90 euros"


@pytest.mark.parametrize(
    ("champs", "erreur"),
    [
        ({"titre": ""}, "id_titre"),
        ({"titre": "x" * 201}, "200"),
        ({"quantite": "-3"}, "La quantité est supérieure à zéro"),
        ({"quantite": "", "unite": "tonnes"}, "Donnez aussi la quantité"),
        ({"echeance": "2001-01-01"}, "Cette date est passée"),
        ({"visibilite": "reseau", "reseau": ""}, "Choisissez le réseau"),
        ({"etiquettes": f"sel, {'une phrase collée ' * 6}"}, "« une phrase collée une phrase collée une…"),
        ({"etiquettes": " ".join(map(str, range(21)))}, "20 étiquettes au plus"),
        ({"domaines": ["voirie", "99999999999999999999"]}, "id_domaines_error"),
        ({"reseau": "99999999999999999999"}, "id_reseau_error"),
    ],
)
def test_what_is_wrong_is_said_on_its_field_and_nothing_typed_is_lost(
    connecter, camille, louverne, rst, champs, erreur
):
    envoi = {
        "titre": "Titre",
        "corps": "Texte à garder",
        "collectivite": louverne.pk,
        "reseau": rst.pk,
        "visibilite": "membres",
        "urgence": "normale",
    }
    reponse = connecter(camille).post("/besoins/publier/", envoi | champs)
    page = reponse.content.decode()
    assert erreur in page
    assert "Texte à garder" in page
    assert not Besoin.objects.exists()


def test_a_file_that_cannot_be_kept_is_said_on_its_field_and_nothing_is_half_saved(
    connecter, camille, monkeypatch
):
    def refuser(stockage, nom, contenu):
        raise OSError(errno.ENOSPC, "No space left on device")

    def envoyer(adresse, saisie):
        reponse = client.post(adresse, saisie | {"pieces": SimpleUploadedFile("devis.txt", b"90 euros")})
        assert reponse.status_code == 422
        assert "devis.txt\u202f» n’a pas pu être gardé" in reponse.text
        return reponse.text

    client = connecter(camille)
    envoi = prefilled(client, "/besoins/publier/") | {"titre": "Une nacelle", "publier": ""}
    monkeypatch.setattr(FileSystemStorage, "_save", refuser)
    page = envoyer("/besoins/publier/", envoi)
    assert "<h1>Publier</h1>" in page and "Une nacelle</textarea>" in page
    assert not Besoin.objects.exists()
    besoin = client.post("/besoins/publier/", envoi, follow=True).context["contribution"]
    assert "Deux nacelles" in envoyer(besoin.url_de_modification, envoi | {"titre": "Deux nacelles"})
    assert "Voici le devis." in envoyer(f"/contributions/{besoin.pk}/messages/", {"texte": "Voici le devis."})
    besoin.refresh_from_db()
    assert (besoin.titre, besoin.messages.count(), besoin.modifications.count()) == ("Une nacelle", 0, 0)
    assert (besoin.fil.dernier_rang, besoin.fil.derniere_revision) == (0, 0)


def test_a_member_publishes_neither_for_another_commune_nor_in_a_network_that_is_not_hers(
    connecter, camille, change, louverne, amenagement, rst
):
    bon = {
        "titre": "Titre",
        "collectivite": louverne.pk,
        "reseau": rst.pk,
        "visibilite": "membres",
        "urgence": "normale",
    }
    client = connecter(camille)
    client.post("/besoins/publier/", bon | {"collectivite": change.pk})
    client.post("/besoins/publier/", bon | {"reseau": amenagement.pk})
    assert not Besoin.objects.exists()
    client.post("/besoins/publier/", bon)
    assert Besoin.objects.count() == 1


def test_a_draft_is_seen_by_its_author_alone_until_she_publishes_it(connecter, camille, bruno, louverne):
    client = connecter(camille)
    client.post(
        "/discussions/publier/",
        {
            "titre": "À finir",
            "genre": "question",
            "collectivite": louverne.pk,
            "visibilite": "membres",
            "brouillon": "",
        },
    )
    discussion = Discussion.objects.get()
    assert discussion.est_brouillon
    assert "À finir" in client.get("/brouillons/").content.decode()
    assert connecter(bruno).get(discussion.get_absolute_url()).status_code == 404
    assert connecter(bruno).post(f"/contributions/{discussion.pk}/publication/").status_code == 404
    client = connecter(camille)
    client.post(f"/contributions/{discussion.pk}/publication/")
    client.post(f"/contributions/{discussion.pk}/publication/")
    assert connecter(bruno).get(discussion.get_absolute_url()).status_code == 200


def test_editing_writes_who_changed_what(connecter, camille, bruno, balayeuse, rst, change):
    envoi = {
        "titre": "Balayeuse pour les bourgs",
        "corps": "La nôtre est réparée.",
        "reseau": rst.pk,
        "collectivite": change.pk,
        "visibilite": "membres",
        "urgence": "normale",
    }
    adresse = f"/besoins/{balayeuse.pk}/modifier/"
    assert connecter(camille).post(adresse, envoi).status_code == 404
    connecter(bruno).post(adresse, envoi)
    balayeuse.refresh_from_db()
    assert balayeuse.titre == "Balayeuse pour les bourgs"
    page = connecter(camille).get(f"/contributions/{balayeuse.pk}/historique/").content.decode()
    assert "Bruno Petit" in page
    assert "La nôtre est en panne." in page
    assert "La nôtre est réparée." in page


def test_closing_asks_what_came_of_it(connecter, bruno, camille, balayeuse):
    adresse = f"/besoins/{balayeuse.pk}/cloture/"
    assert connecter(camille).post(adresse, {"issue": "pret"}).status_code == 404
    refus = connecter(bruno).post(adresse, {"issue": "sans_suite", "motif": ""})
    assert "Dites pourquoi" in refus.content.decode()
    connecter(bruno).post(adresse, {"issue": "pret", "motif": "Changé prête la sienne"})
    page = connecter(camille).get(balayeuse.get_absolute_url()).content.decode()
    assert "un prêt" in page
    assert "Changé prête la sienne" in page
    connecter(bruno).post(f"/contributions/{balayeuse.pk}/reouverture/")
    assert Contribution.objects.get(pk=balayeuse.pk).clos_le is None


def test_the_referent_may_edit_what_was_published_for_her_commune(connecter, remi, camille, louverne, rst):
    besoin = faire_besoin("Tracteur", camille, reseau=rst)
    assert connecter(remi).get(f"/besoins/{besoin.pk}/modifier/").status_code == 200


def test_a_visitor_is_sent_to_sign_in_to_publish(client, db):
    assert client.get("/besoins/publier/")["Location"].endswith("next=/besoins/publier/")


def test_an_account_without_function_is_told_why(connecter, noe):
    assert connecter(noe).get("/besoins/publier/").status_code == 403


def test_the_photo_comes_before_the_fold_and_who_may_read_first_in_it(connecter, camille, balayeuse, bruno):
    page = connecter(camille).get("/besoins/publier/").content.decode()
    fold = page.index('<details class="plie"')
    assert page.index('name="pieces"') < fold < page.index('name="visibilite"') < page.index('name="corps"')
    assert "5 à la fois, 20\xa0Mo" in page
    assert "<title>Publier un besoin" in page
    page = connecter(bruno).get(f"/besoins/{balayeuse.pk}/modifier/").content.decode()
    assert "<title>Modifier le besoin" in page


def test_closing_and_reopening_say_that_it_is_done(connecter, bruno, balayeuse):
    client = connecter(bruno)
    adresse = f"/besoins/{balayeuse.pk}/cloture/"
    refus = client.post(adresse, {"issue": "sans_suite"})
    assert "Dites pourquoi" in refus.content.decode() and "Le besoin est clos." not in refus.content.decode()
    assert "Le besoin est clos." in client.post(adresse, {"issue": "reponse"}, follow=True).content.decode()
    reouverte = client.post(f"/contributions/{balayeuse.pk}/reouverture/", follow=True)
    assert "C’est rouvert." in reouverte.content.decode()


def test_a_tag_leads_to_what_bears_it(connecter, camille, bruno, rst):
    client = connecter(bruno)
    for titre, etiquettes in (("Sel", '"hiver & neige"'), ("Nacelle", "")):
        client.post(
            "/besoins/publier/",
            {
                "titre": titre,
                "reseau": rst.pk,
                "collectivite": bruno.fonctions.get().collectivite_id,
                "visibilite": "membres",
                "urgence": "normale",
                "etiquettes": etiquettes,
                "publier": "",
            },
        )
    page = connecter(camille).get(Besoin.objects.get(titre="Sel").get_absolute_url()).content.decode()
    [lien] = re.findall(r'<a class="jeton" href="([^"]+)"', page)
    liste = connecter(camille).get(lien).content.decode()
    assert "Sel" in liste and "Nacelle" not in liste


@pytest.fixture
def publier_avec(connecter, django_capture_on_commit_callbacks):
    """`publier_avec(camille, *fichiers)`: her need with these files, sent as her browser does."""

    def _publier(membre, *fichiers, **champs):
        client = connecter(membre)
        envoi = prefilled(client, "/besoins/publier/") | {
            "titre": "Une nacelle",
            "pieces": fichiers,
            **champs,
        }
        with django_capture_on_commit_callbacks(execute=True):
            reponse = client.post("/besoins/publier/", envoi, follow=True)
        return reponse.context["contribution"]

    return _publier


def devis(nom="devis.txt"):
    return SimpleUploadedFile(nom, b"90 euros")


def photo():
    octets = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(octets, "JPEG")
    return SimpleUploadedFile("benne.jpg", octets.getvalue())


def stockees(piece):
    versions = [v for v in (piece.fichier, piece.version_web, piece.vignette) if v]
    return [v.storage.exists(v.name) for v in versions]


@pytest.mark.parametrize("bouton", ["publier", "brouillon"])
def test_a_file_is_removed_from_the_page_that_edits_it(
    connecter, camille, bruno, publier_avec, bouton, django_capture_on_commit_callbacks
):
    besoin = publier_avec(camille, devis(), photo(), **{bouton: ""})
    autre = publier_avec(bruno, devis("autre.txt"), publier="").pieces.get()
    gardee, retiree = besoin.pieces.all()
    client, adresse = connecter(camille), besoin.url_de_modification
    page = client.get(adresse).text
    assert "devis.txt" in page and f"{retiree.get_absolute_url()}?v=vignette" in page
    envoi = prefilled(client, adresse)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(adresse, envoi | {"pieces_a_retirer": [autre.pk, "9" * 30, "x"]})
    assert (besoin.pieces.count(), besoin.modifications.count()) == (2, 0)
    assert stockees(autre) == [True]

    assert stockees(retiree) == [True, True, True]
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(adresse, envoi | {"pieces_a_retirer": [retiree.pk]}, follow=True).text
    assert "devis.txt" in page and "benne.jpg" not in page
    assert stockees(retiree) == [False, False, False] and stockees(gardee) == [True]
    assert list(besoin.pieces.all()) == [gardee]
    historique = client.get(f"/contributions/{besoin.pk}/historique/").text
    assert ("benne.jpg</del>" in historique) == (bouton == "publier")


def test_a_refused_form_removes_no_file_and_remembers_the_box(connecter, camille, publier_avec):
    besoin = publier_avec(camille, devis())
    client, adresse = connecter(camille), besoin.url_de_modification
    envoi = prefilled(client, adresse) | {"pieces_a_retirer": [besoin.pieces.get().pk]}
    page = client.post(adresse, envoi | {"titre": ""}).text
    assert re.search(r'name="pieces_a_retirer"[^>]* checked', page) and stockees(besoin.pieces.get()) == [
        True
    ]


def test_the_file_of_a_message_is_not_removed_from_the_page_of_the_need(connecter, camille, publier_avec):
    besoin = publier_avec(camille, devis())
    client = connecter(camille)
    message = {"texte": "Voici.", "pieces": devis("plan.txt")}
    client.post(f"/contributions/{besoin.pk}/messages/", message)
    piece = PieceJointe.objects.get(nom_origine="plan.txt")
    adresse = besoin.url_de_modification
    assert "plan.txt" not in client.get(adresse).text
    client.post(adresse, prefilled(client, adresse) | {"pieces_a_retirer": [piece.pk]})
    assert besoin.pieces.count() == 2


def test_a_sentence_typed_on_several_lines_is_one_line(connecter, camille):
    client = connecter(camille)
    page = client.get("/besoins/publier/").text
    assert re.search(r'<textarea name="titre"[^>]* maxlength="200"[^>]* autofocus', page)
    envoi = prefilled(client, "/besoins/publier/") | {"publier": ""}
    trop = client.post("/besoins/publier/", envoi | {"titre": "x" * 100 + "\r\n" + "x" * 100})
    assert trop.status_code == 422 and "autofocus" not in trop.text
    client.post("/besoins/publier/", envoi | {"titre": "Une nacelle \r\n\r\n début\u2028décembre\u202f?  "})
    besoin = Besoin.objects.get()
    assert besoin.titre == "Une nacelle début décembre\u202f?"
    assert "autofocus" not in client.get(besoin.url_de_modification).text


def test_an_empty_sentence_is_asked_for_in_words(connecter, camille):
    client = connecter(camille)
    envoi = prefilled(client, "/besoins/publier/")
    for titre in ("", " \n ", "\u200b"):
        assert "Dites-le en une phrase." in client.post("/besoins/publier/", envoi | {"titre": titre}).text


def test_the_form_says_in_whose_name_or_asks_it_without_an_empty_choice(connecter, camille, sylvie):
    page = connecter(camille).get("/besoins/publier/").text
    assert "Au nom de <strong>Louverné</strong>" in page and "Vide\u202f: toute la plateforme" not in page
    page = connecter(sylvie).get("/besoins/publier/").text
    assert "Au nom de <strong>" not in page
    choix = re.search(r'<select name="collectivite".*?</select>', page, re.DOTALL)[0]
    assert choix.count("<option") == 2 and " selected>Louverné" in choix


def test_a_draft_of_a_former_commune_is_finished_in_the_name_of_the_new_one(
    connecter, camille, change, montflours
):
    brouillon = faire_discussion("À finir", camille, publier=False)
    camille.fonctions.get().clore()
    camille.fonctions.create(collectivite=change, role="agent")
    client, adresse = connecter(camille), brouillon.url_de_modification
    assert "Au nom de <strong>Changé</strong>" in client.get(adresse).text
    camille.fonctions.create(collectivite=montflours, role="agent")
    page = client.get(adresse).text
    assert re.search(r'<option value="" selected>.*Changé.*Montflours', page, re.DOTALL)
    camille.fonctions.get(collectivite=montflours).clore()
    client.post(adresse, prefilled(client, adresse) | {"publier": ""})
    brouillon.refresh_from_db()
    assert (brouillon.collectivite, brouillon.est_brouillon) == (change, False)


@pytest.mark.parametrize(
    ("champs", "ouvert"),
    [
        ({"pieces": SimpleUploadedFile("jeu.exe", b"MZ")}, False),
        ({"titre": ""}, False),
        ({"quantite": "-3"}, True),
    ],
)
def test_only_what_is_wrong_inside_the_fold_opens_it(connecter, camille, champs, ouvert):
    client = connecter(camille)
    envoi = prefilled(client, "/besoins/publier/") | {"titre": "Une nacelle", **champs}
    page = client.post("/besoins/publier/", envoi).text
    assert "un point à corriger" in page and ('<details class="plie" open>' in page) == ouvert


@pytest.mark.parametrize(
    ("visibilite", "dit"), [("publique", "public"), ("membres", "tous les membres"), ("reseau", "réservé")]
)
def test_the_page_says_who_may_read_it(connecter, bruno, rst, visibilite, dit):
    besoin = faire_besoin("Une nacelle", bruno, reseau=rst, visibilite=visibilite)
    page = connecter(bruno).get(besoin.get_absolute_url()).text
    dits = re.findall(r'<span class="etat"><svg.*?</svg>([^<]*?)(?:\u202f:[^<]*)?</span>', page)
    assert dits == [dit]
    assert 'data-relatif="le">le ' in page


def test_only_the_author_of_a_draft_deletes_it_and_its_files_go_with_it(
    connecter, camille, remi, publier_avec, django_capture_on_commit_callbacks
):
    brouillon = publier_avec(camille, devis(), photo(), brouillon="", etiquettes="nacelle")
    publiee = publier_avec(camille, devis(), publier="", titre="Publiée")
    pieces = list(brouillon.pieces.all())

    def supprimer(membre, contribution):
        client = connecter(membre)
        assert client.get(f"/contributions/{contribution.pk}/suppression/").status_code == 405
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"/contributions/{contribution.pk}/suppression/", follow=True)

    assert supprimer(remi, brouillon).status_code == 404
    assert supprimer(camille, publiee).status_code == 404
    assert "/suppression/" not in connecter(camille).get(publiee.get_absolute_url()).text
    assert Besoin.objects.count() == 2 and stockees(pieces[1]) == [True, True, True]

    page = connecter(camille).get(brouillon.get_absolute_url()).text
    assert f'action="/contributions/{brouillon.pk}/suppression/"' in page
    assert page.count(f'href="{brouillon.url_de_modification}"') == 1
    page = supprimer(camille, brouillon).text
    assert "Le brouillon est supprimé." in page and "Aucun brouillon" in page
    assert f'data-brouillon-efface="besoin-{brouillon.pk}"' in page
    assert list(Contribution.objects.all()) == [Contribution.objects.get(pk=publiee.pk)]
    assert list(PieceJointe.objects.all()) == list(publiee.pieces.all())
    assert not any(existe for piece in pieces for existe in stockees(piece))
    assert supprimer(camille, brouillon).status_code == 404


@pytest.mark.parametrize(
    ("phrase", "domaines"),
    [
        ("Qui a une balayeuse à prêter ?", {"voirie", "proprete-urbaine"}),
        ("Élaguer les haies du cimetière", {"espaces-verts"}),
        ("Qui vient vendredi ?", set()),
    ],
)
def test_what_nobody_files_is_filed_by_its_words_and_it_is_said(
    connecter, camille, louverne, rst, phrase, domaines
):
    saisie = {"titre": phrase, "genre": "question", "collectivite": louverne.pk, "reseau": rst.pk}
    page = connecter(camille).post("/discussions/publier/", saisie | {"visibilite": "membres"}, follow=True)
    publiee = Contribution.objects.get()
    assert set(publiee.domaines.values_list("code", flat=True)) == domaines
    assert ("Rangé d’après vos mots" in page.text) == bool(domaines)


def test_what_was_chosen_is_left_as_it_is(connecter, camille, louverne, rst):
    saisie = {"titre": "Une balayeuse", "genre": "question", "collectivite": louverne.pk, "reseau": rst.pk}
    saisie |= {"visibilite": "membres", "domaines": ["dechets"]}
    page = connecter(camille).post("/discussions/publier/", saisie, follow=True)
    assert list(Contribution.objects.get().domaines.values_list("code", flat=True)) == ["dechets"]
    assert "Rangé d’après" not in page.text


def test_what_resembles_the_sentence_is_shown_as_it_is_typed(
    connecter, camille, chantal, balayeuse, besoin_du_rst
):
    def proches(membre, phrase):
        return connecter(membre).get("/contributions/proches/", {"titre": phrase}).text

    page = connecter(camille).get("/discussions/publier/").text
    assert 'hx-get="/contributions/proches/"' in page
    assert "Balayeuse de voirie" in proches(camille, "Qui aurait une balayeuse ?")
    assert "CANARI" in proches(camille, "Comment faites-vous l’astreinte ?")
    assert "CANARI" not in proches(chantal, "Comment faites-vous l’astreinte ?")
    for rien in ("", "qui a une", "avec vous", "nacelle", "x" * 5000, '" AND'):
        assert proches(camille, rien).strip() == ""


def test_what_resembles_shares_a_word_of_its_sentence_or_two_of_its_text(connecter, camille, bruno, rst):
    def proches(titre):
        page = connecter(camille).get("/contributions/proches/", {"titre": titre})
        return {c.titre for c in page.context["proches"]}

    faire_besoin("Plaque vibrante pour les trottoirs", bruno, reseau=rst)
    faire_besoin("Règlement de voirie", bruno, reseau=rst, corps="Une plaque est posée. Deux jours d’avis.")
    assert proches("Qui prête une plaque vibrante pour deux jours ?") == {
        "Plaque vibrante pour les trottoirs"
    }
    assert "Règlement de voirie" in proches("Une plaque est mal posée")
    assert proches("Qui aurait deux jours ?") == set()
