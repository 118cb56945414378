"""Publish, read, follow, withdraw: what one may do with any contribution."""

from unittest.mock import patch

import pytest
from django.core.cache import caches
from django.urls import reverse

from besoins.models import Position
from reseau.models import Adhesion, Collectivite, Contribution, Entree, Membre, Notification
from tests.fabriques import faire_besoin, faire_message


def test_a_member_reads_a_need_with_its_thread_in_seven_queries_and_six_while_nothing_moves(
    connecter, camille, balayeuse, bruno, django_assert_num_queries
):
    client, adresse = connecter(camille), balayeuse.get_absolute_url()
    client.get(adresse)
    faire_message(balayeuse, bruno, "Elle repart lundi.")
    for requetes in (7, 6):
        with django_assert_num_queries(requetes):
            assert "Elle repart lundi." in client.get(adresse).text


def test_a_visitor_reads_a_public_need_in_three_queries(client, bruno, rst, django_assert_num_queries):
    client.get(faire_besoin("Une nacelle", bruno, reseau=rst, visibilite="publique").get_absolute_url())
    besoin = faire_besoin("Un broyeur de branches", bruno, reseau=rst, visibilite="publique")
    with django_assert_num_queries(3):
        reponse = client.get(besoin.get_absolute_url())
    assert "Un broyeur de branches" in reponse.content.decode()


def test_a_visitor_s_page_is_kept_until_something_changes_and_for_visitors_only(
    client, connecter, bruno, camille, louverne, rst, django_assert_num_queries
):
    besoin = faire_besoin("Balayeuse", bruno, reseau=rst, visibilite="publique")
    adresse, visiteur, membre = besoin.get_absolute_url(), type(client)(), connecter(camille)
    message = faire_message(besoin, camille, "Le mardi.")

    def lire():
        return visiteur.get(adresse).text

    assert "Le mardi." in lire()
    with django_assert_num_queries(1):
        assert "Se connecter pour répondre" in lire()
    assert "Se connecter pour répondre" not in membre.get(adresse).text
    message.corriger(texte="Le jeudi.")
    assert "Le jeudi." in lire()
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="engagee")
    assert "engagée" in lire()
    besoin.refresh_from_db()
    besoin.clore(par=bruno, issue="pret")
    assert "prêt" in lire()
    besoin.retirer(par=bruno, motif="Doublon.")
    assert visiteur.get(adresse).status_code == 302


def test_a_query_string_of_a_visitor_is_not_kept(client, bruno, rst):
    adresse = faire_besoin("Nacelle", bruno, reseau=rst, visibilite="publique").get_absolute_url()
    with patch.object(caches["template_fragments"], "set") as garder:
        client.get(f"{adresse}?x=1")
        client.get("/besoins/?x=1")
        gardes = [appel.args[0] for appel in garder.call_args_list]
    assert not [clef for clef in gardes if ".page." in clef]


def test_who_corrects_for_another_does_not_take_the_need_from_his_commune(connecter, diane, bruno, balayeuse):
    sienne = Collectivite.objects.get(pk=diane.droits.collectivites[0])
    adresse = reverse("besoins:besoin_modifier", args=[balayeuse.pk])
    donnees = {"titre": "Balayeuse", "visibilite": balayeuse.visibilite, "reseau": balayeuse.reseau_id} | {
        "urgence": "normale"
    }
    refusee = connecter(diane).post(adresse, donnees | {"collectivite": sienne.pk})
    assert refusee.status_code == 422
    connecter(diane).post(adresse, donnees | {"collectivite": balayeuse.collectivite_id})
    balayeuse.refresh_from_db()
    assert (balayeuse.titre, balayeuse.collectivite.nom) == ("Balayeuse", "Changé")


def test_a_member_of_another_network_gets_the_same_404_as_for_an_absent_one(
    connecter, chantal, camille, besoin_du_rst
):
    assert connecter(camille).get(besoin_du_rst.get_absolute_url()).status_code == 200
    client = connecter(chantal)
    assert client.get(besoin_du_rst.get_absolute_url()).status_code == 404
    assert client.get("/besoins/999999/").status_code == 404


def test_a_visitor_is_sent_to_sign_in_and_back_whether_it_exists_or_not(client, besoin_du_rst):
    for pk in (besoin_du_rst.pk, 999_999):
        reponse = client.get(f"/besoins/{pk}/")
        assert reponse.status_code == 302
        assert reponse["Location"].endswith(f"next=/besoins/{pk}/")


def test_the_set_and_the_sentence_of_visibility_agree_for_the_whole_cast(
    camille, bruno, remi, chantal, sylvie, diane, alex, odile, dominique, noe, rst, amenagement, louverne
):
    from django.contrib.auth.models import AnonymousUser

    for auteur, reseau in ((bruno, rst), (chantal, amenagement), (camille, rst)):
        for visibilite in ("publique", "membres", "reseau"):
            faire_besoin(f"publié {visibilite}", auteur, reseau=reseau, visibilite=visibilite)
            faire_besoin(
                f"brouillon {visibilite}", auteur, reseau=reseau, visibilite=visibilite, publier=False
            )
            faire_besoin(f"retiré {visibilite}", auteur, reseau=reseau, visibilite=visibilite).retirer(
                par=auteur, motif="doublon"
            )
    rst.retient_les_nouveaux = True
    rst.save()
    for auteur, reseau in ((sylvie, rst), (remi, rst)):
        for visibilite in ("publique", "membres", "reseau"):
            assert faire_besoin("retenu", auteur, reseau=reseau, visibilite=visibilite).est_a_relire
    users = [AnonymousUser(), *(m.utilisateur for m in Membre.objects.select_related("utilisateur"))]
    assert len(users) == 11
    for user in users:
        vues = set(Contribution.objects.visibles_par(user))
        modifiables = set(Contribution.objects.modifiables_par(user))
        for contribution in Contribution.objects.all():
            assert (contribution in vues) == contribution.visible_par(user), (user, contribution)
            assert (contribution in modifiables) == contribution.modifiable_par(user), (user, contribution)


@pytest.mark.parametrize("user", ["visiteur", "camille", "diane"])
def test_every_visible_contribution_may_be_searched(user, request, balayeuse):
    from django.contrib.auth.models import AnonymousUser

    user = AnonymousUser() if user == "visiteur" else request.getfixturevalue(user).utilisateur
    attendus = {balayeuse.pk} if user.is_authenticated else set()
    trouvees = Contribution.objects.visibles_par(user).search("balayeuse", operator="and")
    assert {c.pk for c in trouvees} == attendus


def test_following_and_unfollowing_is_one_click(connecter, camille, balayeuse):
    client = connecter(camille)
    client.post(f"/contributions/{balayeuse.pk}/suivi/", {"suivre": "oui"})
    assert balayeuse.suivis.filter(membre=camille).exists()
    client.post(f"/contributions/{balayeuse.pk}/suivi/", {"suivre": "non"})
    assert not balayeuse.suivis.filter(membre=camille).exists()


def test_the_author_withdraws_with_a_reason_and_restores(connecter, bruno, camille, balayeuse):
    client = connecter(bruno)
    adresse = f"/contributions/{balayeuse.pk}/retrait/"
    assert "Ceux qui y ont répondu" not in client.get(adresse).text, "nobody did"
    faire_message(balayeuse, camille)
    page = client.get(adresse).text
    assert "Ceux qui y ont répondu" in page and "Pourquoi ce retrait" in page
    page = client.post(adresse, {"motif": ""})
    assert "id_motif_error" in page.content.decode()
    client.post(f"/contributions/{balayeuse.pk}/retrait/", {"motif": "Trouvé entre-temps"})
    assert connecter(camille).get(balayeuse.get_absolute_url()).status_code == 404
    assert "Trouvé entre-temps" in connecter(bruno).get(balayeuse.get_absolute_url()).content.decode()
    assert Entree.objects.filter(geste="retrait", par=bruno).exists()
    connecter(bruno).post(f"/contributions/{balayeuse.pk}/retablissement/")
    assert connecter(camille).get(balayeuse.get_absolute_url()).status_code == 200


def test_the_referent_restores_what_she_withdrew_but_not_what_another_did(
    connecter, remi, camille, diane, rst
):
    besoin = faire_besoin("Une tonne à lisier", camille, reseau=rst)
    client = connecter(remi)
    page = client.post(f"/contributions/{besoin.pk}/retrait/", {"motif": "Doublon"}, follow=True)
    assert (page.status_code, page.context["retablissable"]) == (200, True)
    client.post(f"/contributions/{besoin.pk}/retablissement/")
    besoin.refresh_from_db()
    assert not besoin.est_retiree
    besoin.retirer(par=diane, motif="Hors sujet")
    page = client.get(besoin.get_absolute_url())
    assert (page.status_code, page.context["retablissable"]) == (200, False)
    client.post(f"/contributions/{besoin.pk}/retablissement/")
    besoin.refresh_from_db()
    assert besoin.est_retiree


def test_what_is_withdrawn_leaves_the_bells_and_comes_back_with_it(connecter, camille, bruno, rst):
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    client = connecter(camille)
    besoin.retirer(par=bruno, motif="Doublon")
    assert client.get("/notifications/").context["entete"].non_lues == 0
    besoin.retablir(par=bruno)
    assert client.get("/notifications/").context["entete"].non_lues == 1


def test_who_answered_reads_by_mail_why_it_was_withdrawn_if_she_may_and_wants_to(
    connecter, camille, remi, sylvie, jeanne, diane, bruno, louverne, besoin_du_rst, mailoutbox
):
    Position.dire(besoin_du_rst, collectivite=louverne, par=camille, niveau="engagee")
    for membre in (sylvie, remi, diane, bruno):
        faire_message(besoin_du_rst, membre)
    besoin_du_rst.suivre(jeanne)  # who only read
    remi.adhesions.update(niveau_courriel=Adhesion.Niveau.AUCUN)
    sylvie.adhesions.get().clore()
    besoin_du_rst.ne_plus_suivre(diane)
    mailoutbox.clear()
    client = connecter(bruno)
    for _clic in range(2):
        client.post(f"/contributions/{besoin_du_rst.pk}/retrait/", {"motif": "Trouvé <entre> voisins."})
    [courriel] = mailoutbox
    assert courriel.to == [camille.courriel]
    assert courriel.subject == f"Bruno Petit a retiré\u202f: {besoin_du_rst.titre}"
    assert "Trouvé <entre> voisins." in courriel.body and "Changé" in courriel.body
    assert "Trouvé &lt;entre&gt; voisins." in courriel.alternatives[0].content
    assert besoin_du_rst.get_absolute_url() not in courriel.body
    assert connecter(camille).get(besoin_du_rst.get_absolute_url()).status_code == 404


def test_a_withdrawn_page_is_neither_live_nor_followed(connecter, bruno, balayeuse):
    client, adresse = connecter(bruno), balayeuse.get_absolute_url()
    page = client.get(adresse).text
    assert "data-direct" in page and "Vous suivez" in page
    balayeuse.retirer(par=bruno, motif="Doublon")
    page = client.get(adresse).text
    assert "data-direct" not in page and "uivre" not in page and "Doublon" in page


def test_a_neighbour_may_not_withdraw(connecter, camille, balayeuse):
    assert (
        connecter(camille).post(f"/contributions/{balayeuse.pk}/retrait/", {"motif": "x"}).status_code == 404
    )
    balayeuse.refresh_from_db()
    assert not balayeuse.est_retiree


def test_publishing_a_need_tells_its_network_but_not_its_author(camille, diane, chantal, bruno, rst):
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    assert set(besoin.notifications.values_list("membre", flat=True)) == {camille.pk, diane.pk}


def test_seeing_the_page_reads_the_notification(connecter, camille, bruno, rst):
    besoin = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    client = connecter(camille)
    assert client.get("/notifications/").context["entete"].non_lues == 1
    client.get(besoin.get_absolute_url())
    assert Notification.objects.non_lues().filter(membre=camille).count() == 0


def modifier(client, besoin, **champs):
    saisie = {"titre": besoin.titre, "corps": besoin.corps, "reseau": besoin.reseau_id or ""}
    saisie |= {"collectivite": besoin.collectivite_id, "visibilite": besoin.visibilite, "urgence": "normale"}
    assert client.post(f"/besoins/{besoin.pk}/modifier/", saisie | champs).status_code == 302
    besoin.refresh_from_db()


def test_only_a_change_to_what_is_published_makes_it_modified(connecter, bruno, rst, balayeuse):
    client = connecter(bruno)
    brouillon = faire_besoin("À finir", bruno, reseau=rst, publier=False)
    modifier(client, brouillon, titre="À finir bientôt")
    modifier(client, balayeuse)
    assert (brouillon.titre, brouillon.modifie_le, balayeuse.modifie_le) == ("À finir bientôt", None, None)
    modifier(client, balayeuse, titre="Balayeuse")
    assert balayeuse.modifie_le is not None
    assert (
        "Balayeuse de voirie pour les bourgs" in client.get(f"/contributions/{balayeuse.pk}/historique/").text
    )


def test_a_visitor_reads_that_it_was_modified_but_not_by_whom(connecter, client, bruno, camille, rst):
    besoin = faire_besoin("Un broyeur", bruno, reseau=rst, visibilite="publique")
    historique = f"/contributions/{besoin.pk}/historique/"
    modifier(connecter(bruno), besoin, titre="Un broyeur de branches")
    assert historique in connecter(camille).get(besoin.get_absolute_url()).text
    assert "Bruno Petit" in client.get(historique).text
    client.logout()
    page = client.get(besoin.get_absolute_url()).text
    assert "modifié" in page
    assert historique not in page
    assert client.get(historique).status_code == 302


def test_who_published_is_told_that_another_withdrew_it_and_why(
    connecter, bruno, camille, diane, balayeuse, mailoutbox
):
    faire_message(balayeuse, bruno)
    mailoutbox.clear()
    connecter(diane).post(f"/contributions/{balayeuse.pk}/retrait/", {"motif": "Un marché est en cours"})
    [courriel] = mailoutbox
    assert courriel.to == [bruno.courriel] and "Un marché est en cours" in courriel.body
    balayeuse.refresh_from_db()
    balayeuse.retablir(par=diane)
    mailoutbox.clear()
    connecter(bruno).post(f"/contributions/{balayeuse.pk}/retrait/", {"motif": "Réglé"})
    assert not mailoutbox
