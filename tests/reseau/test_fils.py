"""The thread of a contribution."""

import pytest
from django.urls import reverse
from django.utils import timezone

from reseau.models import Demande, Entree, Fil, Message, Notification
from reseau.models.fils import MessageQuerySet
from tests.fabriques import faire_besoin, faire_membre, faire_message


def repondre(client, contribution, texte, **champs):
    return client.post(f"/contributions/{contribution.pk}/messages/", {"texte": texte, **champs})


def test_a_neighbour_answers_and_the_page_shows_it(connecter, camille, balayeuse):
    client = connecter(camille)
    reponse = repondre(client, balayeuse, "Pareil ici.\n\nVoir www.louverne.example")
    assert reponse["Location"].endswith("#message-1")
    page = client.get(balayeuse.get_absolute_url()).content.decode()
    assert "Pareil ici." in page
    assert 'href="https://www.louverne.example"' in page


def test_ranks_and_revisions_are_gapless(camille, bruno, balayeuse):
    messages = [faire_message(balayeuse, auteur, f"n° {i}") for i, auteur in enumerate([camille, bruno] * 3)]
    messages[0].corriger(texte="corrigé")
    messages[1].retirer(par=bruno, motif="erreur")
    assert list(balayeuse.messages.order_by("rang").values_list("rang", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert sorted(balayeuse.messages.values_list("revision", flat=True)) == [3, 4, 5, 6, 7, 8]
    balayeuse.fil.refresh_from_db()
    assert (balayeuse.fil.dernier_rang, balayeuse.fil.derniere_revision) == (6, 8)


def test_an_empty_message_is_refused_with_words(connecter, camille, balayeuse):
    reponse = repondre(connecter(camille), balayeuse, "  \u200b ")
    assert reponse.status_code == 422
    assert "Écrivez votre message" in reponse.content.decode()


def test_a_closed_need_takes_no_message_and_loses_none(connecter, camille, bruno, balayeuse):
    balayeuse.clore(par=bruno, issue="reponse")
    reponse = repondre(connecter(camille), balayeuse, "Trop tard, mais à garder")
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "ne prend plus de message" in page
    assert "Trop tard, mais à garder" in page


@pytest.mark.parametrize(
    ("venant_de", "suite"),
    [
        ("http://testserver/besoins/7/?avant=4", "/besoins/7/%3Favant%3D4"),
        ("https://ailleurs.example/besoins/7/", "/"),
        ("", "/"),
    ],
)
def test_when_her_session_has_ended_htmx_leaves_for_sign_in_and_back(client, balayeuse, venant_de, suite):
    adresse, envoi = f"/contributions/{balayeuse.pk}/messages/", {"texte": "Trop tard"}
    vers = f"{reverse('account_login')}?next={suite}"
    reponse = client.post(adresse, envoi, headers={"HX-Request": "true", "Referer": venant_de})
    assert (reponse.status_code, reponse["HX-Redirect"], reponse.content) == (200, vers, b"")
    reponse = client.post(adresse, envoi, headers={"Referer": venant_de})
    assert (reponse.status_code, reponse["Location"]) == (302, vers)
    assert not Message.objects.exists()


def test_without_knowing_where_she_was_she_comes_back_to_the_form_itself_if_it_has_a_page(client, balayeuse):
    adresse = f"/besoins/{balayeuse.pk}/positions/"
    suite = f"{reverse('account_login')}?next={adresse}"
    assert client.post(adresse, {"niveau": "hors"})["Location"] == suite
    assert client.post(adresse, {"niveau": "hors"}, headers={"HX-Request": "true"})["HX-Redirect"] == suite


def test_a_draft_takes_neither_message_nor_position(connecter, bruno):
    brouillon = faire_besoin("À finir", bruno, publier=False)
    client = connecter(bruno)
    assert client.get(brouillon.get_absolute_url()).status_code == 200
    assert repondre(client, brouillon, "Bonjour").status_code == 404
    for adresse in ("positions", "reponse"):
        assert client.post(f"/besoins/{brouillon.pk}/{adresse}/", {"niveau": "hors"}).status_code == 404


def test_open_pages_are_told_that_a_thread_closes_and_opens_again(
    connecter, camille, bruno, balayeuse, monkeypatch
):
    trames = []
    monkeypatch.setattr("reseau.direct.publier", lambda groupe, trame: trames.append(trame))
    client, adresse = connecter(camille), f"/contributions/{balayeuse.pk}/rattrapage/?depuis=0"
    for _clic in range(2):
        balayeuse.clore(par=bruno, issue="reponse")
    assert [(t["t"], t["revision"]) for t in trames if t["t"] == "fil"] == [("fil", 1)]
    page = client.get(adresse).text
    assert f'data-revision="{Fil.objects.get(contribution=balayeuse).derniere_revision}"' in page
    assert '<p class="discret cloture" id="cloture">Ce besoin est clos' in page
    assert '<span class="etat clos">clos</span>' in page
    assert '<div class="avis" id="issue">' in page and "une réponse dans la discussion" in page
    balayeuse.rouvrir(par=bruno)
    assert trames[1]["revision"] > 1
    page = client.get(adresse).text
    assert '<p class="discret cloture" id="cloture" hidden>' in page
    assert '<span class="etat">ouvert</span>' in page
    assert '<div class="avis" id="issue" hidden>' in page


def test_what_is_brought_up_to_date_live_is_what_the_page_shows_whoever_reads(
    connecter, camille, bruno, discussion, balayeuse
):
    for contribution, cloture in [
        (discussion, {}),
        (balayeuse, {"issue": "sans_suite", "motif": "Trop cher."}),
    ]:
        for close in (False, True):
            if close:
                contribution.clore(par=bruno, **cloture)
            lues = []
            for membre in (camille, bruno):
                client = connecter(membre)
                lues.append(client.get(f"/contributions/{contribution.pk}/rattrapage/?depuis=0").text)
                page = client.get(contribution.get_absolute_url()).text
                for fragment in (
                    type(contribution).objects.get(pk=contribution.pk).fragments_vivants().values()
                ):
                    assert fragment.strip() in page and fragment.strip() in lues[-1]
            assert lues[0] == lues[1]


def test_catching_up_costs_the_same_whatever_was_said(
    connecter, camille, bruno, balayeuse, django_assert_num_queries
):
    client, adresse = connecter(camille), f"/contributions/{balayeuse.pk}/rattrapage/?depuis=0"
    client.get(adresse)
    for nombre in (1, 20):
        for n in range(nombre):
            faire_message(balayeuse, bruno, f"n° {n}")
        with django_assert_num_queries(8):
            client.get(adresse)


def test_a_message_that_is_withdrawn_twice_keeps_its_first_reason(bruno, diane, balayeuse):
    message = faire_message(balayeuse, bruno)
    autre = Message.objects.get(pk=message.pk)
    message.retirer(par=bruno, motif="erreur")
    autre.retirer(par=diane, motif="hors sujet")
    message.refresh_from_db()
    assert (message.retire_par, message.retire_motif) == (bruno, "erreur")


def test_the_author_corrects_his_message_and_the_former_text_is_kept(connecter, camille, bruno, balayeuse):
    message = faire_message(balayeuse, camille, "Deux jours")
    assert connecter(bruno).post(message.get_absolute_url(), {"texte": "Piraté"}).status_code == 404
    connecter(camille).post(message.get_absolute_url(), {"texte": "Trois jours"})
    message.refresh_from_db()
    assert (message.texte, message.versions.get().texte) == ("Trois jours", "Deux jours")
    assert "modifié" in message.html


@pytest.mark.parametrize("fin", ["clore", "retirer le message"])
def test_a_correction_that_comes_too_late_is_refused_and_stays_in_its_field(
    connecter, camille, bruno, balayeuse, fin
):
    message, client = faire_message(balayeuse, camille, "Deux jours"), connecter(camille)
    adresse = message.get_absolute_url()
    client.post(adresse, {"texte": "Trois jours"})
    if fin == "clore":
        balayeuse.clore(par=bruno, issue="reponse")
    else:
        message.retirer(par=camille, motif="erreur")
    reponse = client.post(adresse, {"texte": "Quatre jours, et voici pourquoi"})
    assert reponse.status_code == 422
    assert "ne se corrige plus" in reponse.text and "Quatre jours, et voici pourquoi" in reponse.text
    message.refresh_from_db()
    assert message.texte == "Trois jours"
    balayeuse.fil.refresh_from_db()
    assert balayeuse.fil.derniere_revision == 3  # a refusal takes no revision


def test_what_one_typed_is_kept_by_the_browser_until_it_has_been_taken(
    connecter, camille, bruno, balayeuse, diane, rst, change
):
    message, ana = faire_message(balayeuse, camille), faire_membre("Ana", "Roux", change)
    Demande(
        reseau=rst, collectivite=change, prenom="Zoé", nom="Lemaire", courriel="zoe@change.example"
    ).deposer()
    demande, jour = Demande.objects.get(), timezone.localdate()
    gestes = [
        (camille, message.get_absolute_url(), {"texte": "Trois jours"}),
        (bruno, f"/besoins/{balayeuse.pk}/cloture/", {"issue": "pret", "motif": "Le nôtre"}),
        (bruno, f"/contributions/{balayeuse.pk}/retrait/", {"motif": "Doublon"}),
        (bruno, f"/communes/change/membres/{ana.pk}/remplacement/", {"successeur": bruno.pk, "le": jour}),
        (diane, f"/demandes/{demande.pk}/refus/", {"motif": "Un autre réseau conviendra mieux."}),
        (diane, f"/reseaux/rst/membres/{camille.pk}/exclusion/", {"motif": "Mutée"}),
        (diane, "/reseaux/rst/presentation/", {"resume": "Le terrain", "presentation": "On partage."}),
    ]
    for membre, adresse, envoi in gestes:
        client = connecter(membre)
        assert f'data-brouillon="{adresse}"' in client.get(adresse).text
        vide = client.post(adresse, dict.fromkeys(envoi, ""))
        suite = client.post(adresse, envoi, follow=True)
        assert f'data-brouillon-efface="{adresse}"' in suite.text
        if adresse != "/reseaux/rst/presentation/":  # the one that may be empty
            assert vide.status_code == 422 and f'data-brouillon="{adresse}"' in vide.text


def test_the_animatrice_withdraws_a_message_with_a_reason_but_does_not_rewrite_it(
    connecter, diane, camille, balayeuse
):
    message = faire_message(balayeuse, camille, "Propos déplacés")
    client = connecter(diane)
    assert client.post(message.get_absolute_url(), {"texte": "Autre"}).status_code == 404
    client.post(f"{message.get_absolute_url()}retrait/", {"motif": "hors sujet"})
    message.refresh_from_db()
    assert message.retire_par == diane
    page = client.get(balayeuse.get_absolute_url()).content.decode()
    assert "Propos déplacés" not in page
    assert "hors sujet" in page


def test_a_neighbour_does_not_withdraw_the_message_of_another(connecter, bruno, camille, balayeuse):
    message = faire_message(balayeuse, camille)
    assert connecter(bruno).post(f"{message.get_absolute_url()}retrait/", {"motif": "x"}).status_code == 404


def test_catching_up_gives_what_changed_after_the_last_revision_seen(connecter, camille, bruno, balayeuse):
    faire_message(balayeuse, bruno, "premier")
    second = faire_message(balayeuse, bruno, "deuxième")
    faire_message(balayeuse, bruno, "troisième")
    second.corriger(texte="deuxième corrigé")
    page = connecter(camille).get(f"/contributions/{balayeuse.pk}/rattrapage/?depuis=2").content.decode()
    assert 'data-revision="4"' in page
    assert page.index("deuxième corrigé") < page.index("troisième")
    assert "premier" not in page
    assert 'id="positions"' in page


def test_what_comes_while_one_catches_up_is_given_once(connecter, camille, bruno, balayeuse, monkeypatch):
    client, adresse = connecter(camille), f"/contributions/{balayeuse.pk}/rattrapage/"
    ceux_d_avant = MessageQuerySet.depuis

    def depuis(queryset, revision):
        faire_message(balayeuse, bruno, "entre-temps")
        return ceux_d_avant(queryset, revision)

    with monkeypatch.context() as course:
        course.setattr(MessageQuerySet, "depuis", depuis)
        page = client.get(adresse, {"depuis": 0}).text
    assert 'data-revision="1"' in page and "entre-temps" in page
    assert "entre-temps" not in client.get(adresse, {"depuis": 1}).text


@pytest.mark.parametrize("depuis", ["", "x", "-1", "١", "9" * 30])
def test_a_hostile_revision_is_a_bad_request(connecter, camille, balayeuse, depuis):
    adresse = f"/contributions/{balayeuse.pk}/rattrapage/"
    assert connecter(camille).get(adresse, {"depuis": depuis}).status_code == 400


def test_followers_are_told_of_an_answer_once_an_object_and_never_of_their_own(
    camille, bruno, remi, balayeuse
):
    balayeuse.suivre(camille)
    faire_message(balayeuse, remi, "un")
    faire_message(balayeuse, remi, "deux")
    notifies = Notification.objects.filter(genre="reponse").values_list("membre", flat=True)
    assert sorted(notifies) == sorted([bruno.pk, camille.pk])


def test_a_member_named_in_a_message_is_told_if_she_may_read_it(camille, chantal, bruno, besoin_du_rst):
    faire_message(besoin_du_rst, bruno, "@Camille Morel et @Chantal Riou, votre avis ?")
    assert list(Notification.objects.filter(genre="mention").values_list("membre", flat=True)) == [camille.pk]


def test_hostile_text_is_shown_as_text(connecter, camille, balayeuse):
    repondre(connecter(camille), balayeuse, "<script>alert(1)</script> <img src=x onerror=alert(1)>")
    html = Message.objects.get().html
    assert "<script" not in html
    assert "<img" not in html


def test_a_thread_costs_the_same_with_three_messages_and_with_thirty(
    connecter, camille, bruno, balayeuse, django_assert_num_queries
):
    client = connecter(camille)
    client.get(balayeuse.get_absolute_url())
    for nombre in (3, 27):
        for n in range(nombre):
            faire_message(balayeuse, bruno, f"n° {n}")
        with django_assert_num_queries(7):
            client.get(balayeuse.get_absolute_url())


def test_a_message_is_quoted_into_the_form_of_who_answers_it(connecter, camille, bruno, balayeuse):
    message = faire_message(balayeuse, bruno, "Elle sera prête en mars.\n\nOu en avril.")
    client = connecter(camille)
    page = client.get(f"{balayeuse.get_absolute_url()}?citer={message.rang}").text
    assert "&gt; Bruno Petit\u202f:\n&gt; Elle sera prête en mars.\n&gt; Ou en avril." in page
    assert "&gt; Bruno" not in client.get(balayeuse.get_absolute_url()).text
    repondre(client, balayeuse, "> Bruno Petit\u202f:\n> Elle sera prête en mars.\n\nParfait.")
    html = balayeuse.messages.get(rang=2).html
    assert (
        "<blockquote><p>Bruno Petit\u202f:<br>Elle sera prête en mars.</p></blockquote><p>Parfait.</p>"
        in html
    )


@pytest.mark.parametrize("rang", ["0", "99", "x", "-1", "9" * 20])
def test_quoting_what_is_not_there_leaves_the_form_empty(connecter, camille, balayeuse, rang):
    page = connecter(camille).get(f"{balayeuse.get_absolute_url()}?citer={rang}")
    assert (page.status_code, "&gt; " in page.text) == (200, False)


def test_what_was_withdrawn_is_not_quoted(connecter, camille, bruno, balayeuse):
    message = faire_message(balayeuse, bruno, "CANARI")
    message.retirer(par=bruno, motif="erreur")
    assert "CANARI" not in connecter(camille).get(f"{balayeuse.get_absolute_url()}?citer=1").text


def test_a_message_that_the_animatrice_withdrew_is_restored_by_her_and_its_author_is_told_why(
    connecter, camille, bruno, diane, discussion, mailoutbox
):
    message = faire_message(discussion, camille, "Rien à voir")
    adresse = f"/contributions/{discussion.pk}/messages/{message.rang}"
    mailoutbox.clear()
    connecter(diane).post(f"{adresse}/retrait/", {"motif": "Hors sujet"})
    [courriel] = mailoutbox
    assert courriel.to == [camille.courriel] and "Hors sujet" in courriel.body and "Diane" in courriel.body
    for membre in (camille, bruno):
        assert connecter(membre).post(f"{adresse}/retablissement/").status_code == 404
    assert "Rétablir ce message" in connecter(diane).get(f"{adresse}/").text
    for _clic in range(2):
        connecter(diane).post(f"{adresse}/retablissement/")
    message.refresh_from_db()
    assert not message.est_retire and "Rien à voir" in message.html
    lignes = Entree.objects.filter(contribution=discussion.pk, par=diane).order_by("pk")
    assert [(ligne.geste, ligne.detail) for ligne in lignes] == [
        ("retrait", "message n° 1\u202f: Hors sujet"),
        ("retablissement", "message n° 1"),
    ]


def test_what_its_author_withdrew_is_hers_to_restore(connecter, camille, diane, discussion, mailoutbox):
    message = faire_message(discussion, camille)
    mailoutbox.clear()
    adresse = f"/contributions/{discussion.pk}/messages/{message.rang}"
    connecter(camille).post(f"{adresse}/retrait/", {"motif": "Erreur"})
    assert not mailoutbox and not Entree.objects.filter(contribution=discussion.pk).exists()
    assert connecter(diane).post(f"{adresse}/retablissement/").status_code == 404
    assert connecter(camille).post(f"{adresse}/retablissement/").status_code == 302
    message.refresh_from_db()
    assert not message.est_retire


def test_a_message_speaks_for_the_commune_that_its_page_showed(
    connecter, sylvie, louverne, montflours, change, discussion
):
    client = connecter(sylvie)
    client.post("/moi/au-nom-de/", {"collectivite": louverne.pk})
    page = client.get(discussion.get_absolute_url())
    assert f'name="au_nom_de" value="{louverne.pk}"' in page.text
    client.post("/moi/au-nom-de/", {"collectivite": montflours.pk})
    assert repondre(client, discussion, "La nôtre est libre.", au_nom_de=louverne.pk).status_code == 302
    assert discussion.messages.get().collectivite == louverne
    assert repondre(client, discussion, "Et pour Changé.", au_nom_de=change.pk).status_code == 403


def test_what_a_message_said_before_is_read_by_who_reads_it(
    client, connecter, camille, bruno, chantal, balayeuse, besoin_du_rst
):
    message, reserve = (
        faire_message(contribution, camille, "Deux jours") for contribution in (balayeuse, besoin_du_rst)
    )
    assert "Ce qu’il disait avant" not in connecter(bruno).get(message.get_absolute_url()).text
    for dit in (message, reserve):
        dit.corriger(texte="Trois jours")
    for lecteur in (bruno, chantal):
        page = connecter(lecteur).get(message.get_absolute_url()).text
        assert "Ce qu’il disait avant" in page and "Deux jours" in page
    assert f"{message.get_absolute_url()}#versions" in client.get(balayeuse.get_absolute_url()).text
    assert client.get(reserve.get_absolute_url()).status_code == 404
    message.retirer(par=camille, motif="erreur")
    assert "Deux jours" not in connecter(bruno).get(message.get_absolute_url()).text


def test_what_it_said_before_more_could_read_it_is_for_who_was_there(
    connecter, bruno, chantal, diane, besoin_du_rst
):
    message = faire_message(besoin_du_rst, bruno, "CANARI d’avant")
    message.corriger(texte="Dit pour tous")
    besoin_du_rst.visibilite = "publique"
    besoin_du_rst.modifier(par=bruno, avant=besoin_du_rst.etat_suivi() | {"qui peut lire": "le réseau"})
    adresse = message.get_absolute_url()
    assert "CANARI d’avant" not in connecter(chantal).get(adresse).text
    assert "CANARI d’avant" in connecter(diane).get(adresse).text
