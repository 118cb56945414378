"""What is put to a meeting, who came to it, what came of it."""

import email
import email.policy
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from besoins.models import Besoin
from plateforme.socle.models import Courriel
from reseau.models import Collectivite, Decision, Inscription, Notification, PointPropose, Rencontre
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_rencontre

from .test_rencontres import erreurs

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenue(diane, camille, bruno, louverne, change, rst):
    """A meeting that took place yesterday, where Camille and Bruno were awaited."""
    rencontre = faire_rencontre("Bilan de l’hiver", diane, reseau=rst, dans=timedelta(days=-1))
    seance = rencontre.seances.get()
    for membre, commune in ((camille, louverne), (bruno, change)):
        seance.inscriptions.create(
            membre=membre, par=membre, collectivite=commune, confirmee_le=rencontre.publie_le
        )
    Notification.objects.all().delete()
    return rencontre


# Before


def test_a_member_asks_for_a_point_and_is_told_the_answer(connecter, camille, diane, rencontre):
    adresse = reverse("reseau:point", args=[rencontre.pk])
    connecter(camille).post(adresse, {"texte": "Le sel manque"})
    assert "propose un point" in Notification.objects.get(membre=diane).phrase
    point = PointPropose.objects.get()
    client = connecter(diane)
    assert "Retenir" in client.get(rencontre.get_absolute_url()).text
    for _ in range(2):
        client.post(reverse("reseau:point_reponse", args=[point.pk]), {"reponse": "accepter"})
    point.refresh_from_db()
    assert point.retenu_le and point.repondu_par == diane
    assert Notification.objects.get(membre=camille).phrase == (
        "Diane Tessier retient votre point\u202f: Le sel manque"
    )
    client.post(reverse("reseau:point_reponse", args=[point.pk]), {"reponse": "ecarter"})
    point.refresh_from_db()
    assert point.ecarte_le and not point.retenu_le


def test_a_point_said_twice_or_too_late_is_refused_and_what_was_typed_stays(
    connecter, camille, rencontre, tenue
):
    client, adresse = connecter(camille), reverse("reseau:point", args=[rencontre.pk])
    client.post(adresse, {"texte": "Le sel"})
    reponse = client.post(adresse, {"texte": "Le sel"})
    assert "déjà proposé" in erreurs(reponse)["__all__"][0] and "Le sel</textarea>" in reponse.text
    tard = client.post(reverse("reseau:point", args=[tenue.pk]), {"texte": "Le sel"})
    assert "ne prend plus de point" in erreurs(tard)["__all__"][0]


def test_points_are_for_members(client, connecter, camille, diane, louverne, rst):
    publique = faire_rencontre("Visite", diane, reseau=rst, visibilite="publique")
    PointPropose.proposer(publique, par=camille, collectivite=louverne, texte="Le prix du sel")
    assert "Le prix du sel" not in client.get(publique.get_absolute_url()).text
    assert "Le prix du sel" in connecter(camille).get(publique.get_absolute_url()).text


# Who came


def presents(rencontre):
    venues = Inscription.objects.filter(seance__rencontre=rencontre, present_le__isnull=False)
    return sorted(i.nom_complet for i in venues)


def test_who_came_is_ticked_unticked_added_and_exported(connecter, diane, tenue, louverne, agglo):
    louverne.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    client, seance = connecter(diane), tenue.seances.get()
    adresse = reverse("reseau:emargement", args=[seance.pk])
    de_camille, de_bruno = Inscription.objects.order_by("pk")
    client.post(adresse, {"present": [de_camille.pk, de_bruno.pk]})
    client.post(adresse, {"present": [de_camille.pk, "x", 10**30]})
    client.post(adresse, {"nom": "Yann Le Goff", "collectivite": louverne.pk})
    assert presents(tenue) == ["Camille Morel", "Yann Le Goff"]
    assert (
        "déjà"
        in erreurs(client.post(adresse, {"nom": "Yann Le Goff", "collectivite": louverne.pk}))["nom"][0]
    )
    assert (
        "déjà"
        in erreurs(client.post(adresse, {"nom": "camille morel", "collectivite": louverne.pk}))["nom"][0]
    )
    export = reverse("reseau:emargement_export", args=[seance.pk])
    csv = b"".join(client.get(export).streaming_content).decode()
    assert "Camille Morel;Louverné" in csv and ";oui;" in csv and ";non;" in csv
    assert client.get(f"{export}?format=xlsx").status_code == 200


# What was said


def test_a_file_beyond_the_room_of_the_member_is_refused_and_the_report_kept_in_its_form(
    connecter, diane, tenue, settings
):
    settings.FICHIERS_QUOTA_DU_MEMBRE = 3
    joint = SimpleUploadedFile("bilan.txt", b"trois tonnes")
    saisie = {"texte": "On a parlé du sel.", "pieces": joint}
    refus = connecter(diane).post(reverse("reseau:compte_rendu", args=[tenue.pk]), saisie)
    assert refus.status_code == 422 and "On a parlé du sel." in refus.text
    assert "toute la place" in refus.context["form"].errors["pieces"][0]


def test_the_report_is_told_once_to_who_registered_and_who_follows(
    connecter, camille, bruno, sylvie, diane, tenue
):
    tenue.suivre(sylvie)
    client, adresse = connecter(diane), reverse("reseau:compte_rendu", args=[tenue.pk])
    joint = SimpleUploadedFile("bilan.txt", b"trois tonnes")
    assert client.post(adresse, {"texte": "On a parlé du sel.", "pieces": joint}).status_code == 302
    avis = Notification.objects.filter(genre="compte_rendu")
    assert {n.membre for n in avis} == {camille, bruno, sylvie}
    assert avis[0].phrase == "Diane Tessier a publié le compte rendu"
    Notification.objects.all().delete()
    client.post(adresse, {"texte": "On a parlé du sel et du sable."})
    assert not Notification.objects.exists()
    page = connecter(camille).get(tenue.get_absolute_url()).text
    assert "du sel et du sable" in page and "bilan.txt" in page
    assert "Bilan de l’hiver" in connecter(camille).get("/fil/?q=sable").text


def test_the_mail_of_the_report_gives_it_and_leads_to_it(connecter, camille, diane, tenue):
    tenue.corps = "Venez nombreux."
    tenue.save()
    camille.adhesions.update(niveau_courriel="immediat")
    connecter(diane).post(reverse("reseau:compte_rendu", args=[tenue.pk]), {"texte": "Le sel manque."})
    [courriel] = Courriel.objects.filter(destinataire=camille.courriel)
    html = email.message_from_bytes(bytes(courriel.source), policy=email.policy.default).get_body(("html",))
    for corps in (courriel.texte, html.get_content()):
        assert "Le sel manque." in corps and "Venez nombreux." not in corps
        assert f"{tenue.get_absolute_url()}#compte-rendu" in corps


def test_before_it_begins_no_report_and_no_attendance(connecter, camille, diane, louverne, agglo, rencontre):
    louverne.appartenances.create(epci=agglo, debut=date(2019, 1, 1))
    seance = rencontre.seances.get()
    inscrite = seance.inscriptions.create(
        membre=camille, par=camille, collectivite=louverne, confirmee_le=rencontre.publie_le
    )
    client, trop_tot = connecter(diane), "pas commencé"
    compte_rendu = reverse("reseau:compte_rendu", args=[rencontre.pk])
    assert trop_tot in client.get(compte_rendu).text
    assert trop_tot in erreurs(client.post(compte_rendu, {"texte": "On a parlé."}))["__all__"][0]
    feuille = reverse("reseau:emargement", args=[seance.pk])
    assert "Camille Morel" in client.get(feuille).text
    assert trop_tot in client.post(feuille, {"present": [inscrite.pk]}, follow=True).text
    yann = {"nom": "Yann Le Goff", "collectivite": louverne.pk}
    assert trop_tot in erreurs(client.post(feuille, yann))["nom"][0]
    assert presents(rencontre) == [] and Rencontre.objects.get().compte_rendu_le is None


def test_once_past_who_looks_after_it_is_led_to_the_report_and_nobody_to_her_calendar(
    connecter, camille, diane, tenue
):
    de_diane = connecter(diane).get(tenue.get_absolute_url()).text
    de_camille = connecter(camille).get(tenue.get_absolute_url()).text
    assert "Publier le compte rendu" in de_diane and "Publier le compte rendu" not in de_camille
    for page in (de_diane, de_camille):
        assert "Voir qui vient" not in page and "Ajouter à mon agenda" not in page


def test_an_empty_report_is_refused(connecter, diane, tenue):
    reponse = connecter(diane).post(reverse("reseau:compte_rendu", args=[tenue.pk]), {"texte": " "})
    assert list(erreurs(reponse)) == ["texte"]
    assert Rencontre.objects.get().compte_rendu_le is None


# What was decided


def test_a_decision_names_what_it_changes_among_what_is_open_in_the_network(
    connecter, diane, chantal, bruno, tenue, rst, amenagement
):
    sel = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    ailleurs = faire_besoin("Ailleurs", chantal, reseau=amenagement)
    client, adresse = connecter(diane), reverse("reseau:decision", args=[tenue.pk])
    assert list(erreurs(client.post(adresse, {"texte": "Non", "contribution": ailleurs.pk}))) == [
        "contribution"
    ]
    client.post(adresse, {"texte": "Commande groupée", "contribution": sel.pk})
    assert Decision.objects.get().contribution_id == sel.pk
    assert "Sel de déneigement" in client.get(tenue.get_absolute_url()).text


def test_a_decision_is_corrected_then_withdrawn_by_who_looks_after_the_meeting_and_the_history_says_it(
    connecter, camille, diane, bruno, chantal, tenue, rst
):
    secret = faire_besoin("Secret du RST", bruno, reseau=rst, visibilite="reseau")
    decision = Decision.objects.create(rencontre=tenue, texte="Cent tonnes", par=diane, contribution=secret)
    corriger = reverse("reseau:decision_modifier", args=[decision.pk])
    retirer = reverse("reseau:decision_retrait", args=[decision.pk])
    assert connecter(camille).post(corriger, {"texte": "Rien"}).status_code == 404
    assert connecter(camille).post(retirer).status_code == 404
    client = connecter(diane)
    assert client.get(corriger).context["form"].initial["contribution"] == secret.pk
    client.post(corriger, {"texte": "Dix tonnes", "contribution": secret.pk})
    client.post(corriger, {"texte": "Dix tonnes", "contribution": ""})
    decision.refresh_from_db()
    assert (decision.texte, decision.contribution) == ("Dix tonnes", None)
    assert list(erreurs(client.post(retirer, {"motif": " "}))) == ["motif"]
    assert client.post(retirer, {"motif": "Dite par erreur"}).status_code == 302
    assert client.post(retirer, {"motif": "Encore"}).status_code == 404
    assert client.post(corriger, {"texte": "Rien"}).status_code == 404
    dits = [m.changements[0]["apres"] for m in tenue.modifications.order_by("pk")]
    assert dits == ["Dix tonnes", "Dix tonnes (reliée autrement)", "retirée\u202f: Dite par erreur"]


def test_a_decision_that_was_withdrawn_is_kept_with_its_need_and_may_be_restored(
    connecter, camille, diane, bruno, tenue, rst
):
    sel = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    decision = Decision.objects.create(rencontre=tenue, texte="Cent tonnes", par=diane, contribution=sel)
    adresses = [
        reverse(f"reseau:decision_{geste}", args=[decision.pk]) for geste in ("retrait", "retablissement")
    ]
    client = connecter(diane)
    client.post(adresses[0], {"motif": "Dite par erreur"})
    assert "Dite par erreur" in client.get(tenue.get_absolute_url()).text
    page = connecter(camille).get(tenue.get_absolute_url()).text
    assert "Cent tonnes" not in page and "Dite par erreur" not in page
    assert connecter(camille).post(adresses[1]).status_code == 404
    for _ in range(2):
        connecter(diane).post(adresses[1])
    decision.refresh_from_db()
    assert decision.retiree_le is None and decision.contribution_id == sel.pk
    assert "Cent tonnes" in connecter(camille).get(tenue.get_absolute_url()).text
    assert [m.changements[0]["apres"] for m in tenue.modifications.order_by("pk")][1:] == ["Cent tonnes"]


@pytest.mark.parametrize("etat", ["à venir", "annulée"])
def test_neither_minutes_nor_decisions_of_what_did_not_take_place(connecter, diane, rencontre, tenue, etat):
    if etat == "annulée":
        rencontre = tenue
        Rencontre.objects.filter(pk=tenue.pk).update(clos_le=tenue.publie_le)
    client, dit = connecter(diane), {"à venir": "pas commencé", "annulée": "est annulée"}[etat]
    for nom in ("compte_rendu", "decision"):
        adresse = reverse(f"reseau:{nom}", args=[rencontre.pk])
        assert dit in client.get(adresse).text
        assert dit in erreurs(client.post(adresse, {"texte": "On achète."}))["__all__"][0]
    page = client.get(rencontre.get_absolute_url()).text
    assert "Noter une décision" not in page and "Publier le compte rendu" not in page
    assert not Decision.objects.exists() and not Rencontre.objects.filter(compte_rendu_le__isnull=False)


def test_a_decision_sent_twice_is_noted_once_and_the_history_says_it(connecter, diane, bruno, tenue, rst):
    sel = faire_besoin("Sel de déneigement", bruno, reseau=rst)
    client, adresse = connecter(diane), reverse("reseau:decision", args=[tenue.pk])
    jeton = client.get(adresse).context["form"]["jeton"].value()
    for _ in range(2):
        reponse = client.post(
            adresse, {"texte": "Commande groupée", "contribution": sel.pk, "jeton": str(jeton)}
        )
        assert reponse.status_code == 302
    assert Decision.objects.get().contribution_id == sel.pk
    assert [m.changements[0]["apres"] for m in tenue.modifications.all()] == ["Commande groupée"]


def test_minutes_sent_twice_keep_their_photo_once(connecter, diane, tenue):
    client, adresse = connecter(diane), reverse("reseau:compte_rendu", args=[tenue.pk])
    vu = client.get(adresse).context["form"]
    for _ in range(2):
        saisie = {"texte": "Le sel.", "jeton": str(vu["jeton"].value()), "lue": vu["lue"].value()}
        saisie["pieces"] = SimpleUploadedFile("bilan.txt", b"trois tonnes")
        assert client.post(adresse, saisie).status_code == 302
    assert tenue.pieces.count() == 1


def test_minutes_that_somebody_else_wrote_meanwhile_are_not_undone(connecter, diane, alex, tenue):
    client, adresse = connecter(diane), reverse("reseau:compte_rendu", args=[tenue.pk])
    lue = client.get(adresse).context["form"]["lue"].value()
    Rencontre.objects.get(pk=tenue.pk).rendre_compte(par=alex, texte="Celui d’Alex.")
    refus = client.post(adresse, {"texte": "Le mien.", "lue": lue})
    assert "Quelqu’un d’autre" in erreurs(refus)["__all__"][0] and "Celui d’Alex." in refus.text
    tenue.refresh_from_db()
    assert tenue.compte_rendu == "Celui d’Alex."
    relue = refus.context["form"]["lue"].value()
    assert client.post(adresse, {"texte": "Les deux.", "lue": relue}).status_code == 302
    assert "Enregistrer</button>" in client.get(adresse).text


def test_the_minutes_come_live_and_a_point_sends_no_frame(
    connecter, camille, diane, louverne, rencontre, tenue
):
    tenue.rendre_compte(par=diane, texte="Le sel manque.")
    fragments = Rencontre.objects.get(pk=tenue.pk).fragments_vivants()
    assert "Le sel manque." in fragments["compte-rendu"] and "hidden" not in fragments["compte-rendu"]
    for membre in (camille, diane):
        page = connecter(membre).get(tenue.get_absolute_url()).text
        assert all(fragment.strip() in page for fragment in fragments.values())
    avant = rencontre.fil.derniere_revision
    PointPropose.proposer(rencontre, par=camille, collectivite=louverne, texte="Le sel").accepter(par=diane)
    rencontre.fil.refresh_from_db()
    assert rencontre.fil.derniere_revision == avant


def test_what_she_may_not_read_stays_tied_to_the_decision_that_she_corrects(
    connecter, diane, chantal, tenue, amenagement
):
    secret = faire_besoin("Secret", chantal, reseau=amenagement, visibilite="reseau")
    decision = Decision.objects.create(rencontre=tenue, texte="Cent tonnes", par=diane, contribution=secret)
    client, adresse = connecter(diane), reverse("reseau:decision_modifier", args=[decision.pk])
    assert "Secret" not in client.get(adresse).text
    client.post(adresse, {"texte": "Dix tonnes", "contribution": ""})
    decision.refresh_from_db()
    assert (decision.texte, decision.contribution_id) == ("Dix tonnes", secret.pk)


def test_what_a_decision_changes_is_shown_only_to_who_may_read_it(
    connecter, diane, chantal, bruno, tenue, rst
):
    secret = faire_besoin("Secret du RST", bruno, reseau=rst, visibilite="reseau")
    Decision.objects.create(rencontre=tenue, texte="Commande groupée", par=diane, contribution=secret)
    page = connecter(chantal).get(tenue.get_absolute_url()).text
    assert "Commande groupée" in page and "Secret du RST" not in page
    assert "Secret du RST" in connecter(bruno).get(tenue.get_absolute_url()).text


def test_a_decision_becomes_a_need_in_one_act_and_keeps_the_link(
    connecter, camille, diane, agglo, tenue, rst
):
    decision = Decision.objects.create(rencontre=tenue, texte="Acheter du sel ensemble", par=diane)
    client = connecter(diane)
    lien = (
        f"/besoins/publier/?titre=Acheter%20du%20sel%20ensemble&amp;decision={decision.pk}&amp;de={tenue.pk}"
    )
    assert lien in client.get(tenue.get_absolute_url()).text
    adresse = lien.replace("&amp;", "&")
    assert client.get(adresse).context["form"].initial["titre"] == "Acheter du sel ensemble"
    saisie = {"titre": "Acheter du sel", "reseau": rst.pk, "visibilite": "membres", "urgence": "normale"}
    client.post(adresse, saisie | {"collectivite": agglo.pk, "publier": ""})
    decision.refresh_from_db()
    assert decision.contribution_id == Besoin.objects.get().pk
    client.post(adresse, saisie | {"titre": "Encore", "collectivite": agglo.pk, "publier": ""})
    decision.refresh_from_db()
    assert decision.contribution.titre == "Acheter du sel"


def test_another_s_decision_is_not_taken_by_who_publishes(connecter, camille, diane, louverne, tenue, rst):
    decision = Decision.objects.create(rencontre=tenue, texte="Acheter du sel", par=diane)
    saisie = {"titre": "À moi", "collectivite": louverne.pk, "visibilite": "membres", "urgence": "normale"}
    for numero in (decision.pk, "x", "9" * 30):
        client = connecter(camille)
        assert (
            client.post(f"/besoins/publier/?decision={numero}", saisie | {"publier": ""}).status_code == 302
        )
    decision.refresh_from_db()
    assert decision.contribution is None


def test_a_page_costs_the_same_however_many_points_and_decisions(
    connecter, camille, diane, bruno, tenue, rst
):
    client = connecter(camille)

    def noter(n):
        besoin = faire_besoin(f"Besoin {n}", bruno, reseau=rst)
        Decision.objects.create(rencontre=tenue, texte=f"n° {n}", par=diane, contribution=besoin)
        commune = Collectivite.objects.get(nom="Louverné")
        PointPropose.objects.create(rencontre=tenue, texte=f"n° {n}", par=camille, collectivite=commune)

    noter(1)
    peu = requetes_pour(client, tenue.get_absolute_url())
    for n in range(2, 6):
        noter(n)
    assert requetes_pour(client, tenue.get_absolute_url()) == peu


def test_the_history_of_a_meeting_does_not_name_what_its_readers_may_not_read(
    connecter, bruno, chantal, diane, tenue, rst
):
    secret = faire_besoin("Secret du RST", bruno, reseau=rst, visibilite="reseau")
    decision = Decision.objects.create(rencontre=tenue, texte="Commande groupée", par=diane)
    decision.relier(secret, par=diane)
    page = connecter(chantal).get(f"/contributions/{tenue.pk}/historique/").text
    assert "Commande groupée" in page and "Secret du RST" not in page


def test_a_point_answered_twice_alike_is_told_once(connecter, camille, diane, louverne, rencontre):
    point = PointPropose.proposer(rencontre, par=camille, collectivite=louverne, texte="Le sel")
    lu_avant = PointPropose.objects.select_related("rencontre").get(pk=point.pk)
    point.accepter(par=diane)
    quand = PointPropose.objects.get(pk=point.pk).retenu_le
    lu_avant.accepter(par=diane)
    assert PointPropose.objects.get(pk=point.pk).retenu_le == quand
    lu_avant.ecarter(par=diane)
    point.refresh_from_db()
    assert point.retenu_le is None and point.ecarte_le, "the last answer counts"
