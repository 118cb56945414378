"""What an agent prepares and who decides agrees to: from his mail or on the site, in his name, once."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from besoins.models import Acte, Avis, Position, PositionDite, Preparation
from reseau.models import Fonction, Membre, Modification, Notification
from tests.fabriques import faire_commune, faire_consultation, faire_membre, faire_projet

DELIBERATION = {"acte_nature": "deliberation", "acte_numero": "2026-42", "acte_date": "2026-01-15"}


@pytest.fixture
def action(bruno, rst, camille, remi):
    """Changé's project, in the network of Louverné's agent and référent."""
    return faire_projet("Tournées de salage communes", bruno, reseau=rst)


@pytest.fixture
def preparer(connecter, camille, remi):
    def _preparer(contribution, par=camille, pour=remi.pk, **champs):
        donnees = {"pour": pour, "niveau": "interessee"} | champs
        return connecter(par).post(f"/contributions/{contribution.pk}/preparation/", donnees)

    return _preparer


def lien_du(courriel):
    return re.search(r"http://testserver(/liens/preparation/\S+)", courriel.body)[1]


@pytest.fixture
def lien(preparer, action, mailoutbox, client):
    """The address that the mail gave to Rémi, for Louverné engaged by a deliberation."""
    reponse = preparer(action, niveau="engagee", texte="Si le sel est fourni.", **DELIBERATION)
    assert reponse.status_code == 302
    [courriel] = [c for c in mailoutbox if "À valider" in c.subject]
    [adresse] = courriel.to
    assert "camille" not in adresse
    for partie in (courriel.body, courriel.alternatives[0][0]):
        assert "Camille Morel a préparé la réponse de Louverné" in partie
        assert "engagée (délibération n° 2026-42 du 15 janvier 2026" in partie
        assert "Si le sel est fourni." in partie
    assert "Reply-To" not in courriel.extra_headers and not courriel.reply_to
    client.logout()
    return lien_du(courriel)


def test_an_agent_prepares_and_the_référent_engages_the_commune_from_his_mail(
    lien, action, camille, remi, louverne, connecter
):
    assert not Position.objects.exists() and not Acte.objects.exists()
    navigateur = Client(enforce_csrf_checks=True)
    for methode in (navigateur.get, navigateur.head):
        page = methode(lien)
        assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    page = navigateur.get(lien)
    assert "Louverné\u202f: engagée (délibération n° 2026-42" in page.text and "sessionid" not in page.cookies
    assert not Position.objects.exists()
    jeton = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    reponse = navigateur.post(lien, {"csrfmiddlewaretoken": jeton, "geste": "valider"})
    assert "C’est dit, au nom de votre collectivité." in reponse.text

    position = Position.objects.get()
    assert (position.niveau, position.par, position.collectivite) == ("engagee", remi, louverne)
    assert position.confirmee and str(position.acte).startswith("délibération n° 2026-42")
    assert position.commentaire == "Si le sel est fourni."
    historique = str([m.changements for m in Modification.objects.filter(par=remi)])
    assert "engagée, préparée par Camille Morel" in historique
    assert "Rémi Aubert a validé votre réponse" in Notification.objects.get(membre=camille).precision
    assert "Validée par Rémi Aubert" in connecter(camille).get(f"/preparations/{preparation().pk}/").text


def preparation():
    return Preparation.objects.latest("pk")


def test_twice_is_once(lien, client, action):
    for _fois in range(2):
        client.post(lien, {"geste": "valider"})
    assert PositionDite.objects.count() == 1 and Acte.objects.count() == 1
    assert "déjà validée" in client.get(lien).text
    assert "déjà validée" in client.post(lien, {"geste": "renvoyer", "motif": "Non"}).text
    assert preparation().refuse_le is None


def test_it_is_sent_back_with_a_word_and_then_says_nothing(lien, client, camille, connecter, remi):
    refus = client.post(lien, {"geste": "renvoyer", "motif": " "})
    assert refus.status_code == 422 and "Dites pourquoi vous la renvoyez." in refus.text
    assert "C’est renvoyé" in client.post(lien, {"geste": "renvoyer", "motif": "Après le conseil."}).text
    assert not Position.objects.exists()
    assert "« Après le conseil. »".replace("« ", "«\u202f").replace(" »", "\u202f»") in (
        Notification.objects.get(membre=camille).precision
    )
    for reponse in (client.get(lien), client.post(lien, {"geste": "valider"})):
        assert reponse.status_code == 403 and "a été renvoyée" in reponse.text
    assert not Position.objects.exists()


@pytest.mark.parametrize(
    "ce_qui_change", ["position", "cloture", "fonction", "mois", "retrait", "remplacement", "visibilite"]
)
def test_the_link_dies_with_what_it_rests_on(
    lien, client, action, camille, remi, bruno, louverne, preparer, ce_qui_change
):
    if ce_qui_change == "position":
        Position.dire(action, collectivite=louverne, par=camille, niveau="curieuse")
        assert not Preparation.objects.sans_suite().exists()
    elif ce_qui_change == "cloture":
        action.clore(par=bruno, issue="realise")
    elif ce_qui_change == "fonction":
        remi.fonctions.get().clore()
        remi.exercer(louverne, Fonction.Role.AGENT, par=None)
    elif ce_qui_change == "mois":
        Preparation.objects.update(prepare_le=timezone.now() - timedelta(days=31))
    elif ce_qui_change == "retrait":
        preparation().retirer(par=camille)
    elif ce_qui_change == "remplacement":
        preparer(action, niveau="curieuse")
        client.logout()
    else:
        remi.adhesions.get().clore()
        action.visibilite = "reseau"
        action.save()
    for reponse in (client.get(lien), client.post(lien, {"geste": "valider"})):
        assert reponse.status_code == 403, ce_qui_change
    assert not Acte.objects.exists()


def test_it_is_nobody_else_s(lien, connecter, bruno, camille, chantal):
    for membre in (bruno, camille):
        reponse = connecter(membre).post(lien, {"geste": "valider"})
        assert reponse.status_code == 403 and "une autre personne" in reponse.text
        assert "2026-42" not in reponse.text
    adresse = f"/preparations/{preparation().pk}/"
    for membre, lue in [(camille, 200), (bruno, 404), (chantal, 404)]:
        assert connecter(membre).get(adresse).status_code == lue
        assert connecter(membre).post(f"{adresse}validation/").status_code == 404
        connecter(membre).post(adresse, {"motif": "Non"})
    assert preparation().refuse_le is None and not Position.objects.exists()
    faux = lien[:-6] + ("aaaa/" if not lien.endswith("aaaa/") else "bbbb/")
    assert Client().post(faux, {"geste": "valider"}).status_code == 404


def test_on_the_site_he_validates_or_sends_back_and_the_preparer_withdraws(
    lien, connecter, camille, remi, preparer, action
):
    adresse = f"/preparations/{preparation().pk}/"
    page = connecter(remi).get(adresse)
    assert "Valider" in page.text and "La renvoyer avec un mot" in page.text
    assert connecter(remi).post(adresse, {"motif": ""}).status_code == 422
    assert connecter(remi).post(f"{adresse}retrait/").status_code == 404
    assert "La retirer" in connecter(camille).get(adresse).text
    connecter(camille).post(f"{adresse}retrait/")
    assert preparation().retire_le
    preparer(action)
    reponse = connecter(remi).post(f"/preparations/{preparation().pk}/validation/", follow=True)
    assert "C’est dit" in reponse.text
    assert Position.objects.get().par == remi


def test_an_opinion_and_an_answer_to_a_need_are_prepared_too(
    preparer, connecter, diane, remi, louverne, rst, balayeuse, mailoutbox
):
    aujourd_hui = timezone.localdate()
    liaison = faire_consultation(
        "Liaison douce", diane, interrogees=[louverne], reseau=rst, jusqu_au=aujourd_hui
    )
    refus = preparer(liaison, sens="reserves")
    assert refus.status_code == 422 and "Dites quelles sont vos réserves." in refus.text
    preparer(liaison, sens="reserves", texte="Pas par le bourg.")
    preparer(balayeuse, quantite="2,5", texte="Le mardi")
    for attente in Preparation.objects.all():
        connecter(remi).post(f"/preparations/{attente.pk}/validation/")
    avis, position = Avis.objects.get(), Position.objects.get()
    assert (avis.sens, avis.texte, avis.par, avis.confirmee) == (
        "reserves",
        "Pas par le bourg.",
        remi,
        True,
    )
    assert (position.niveau, float(position.quantite), position.par) == ("interessee", 2.5, remi)


def test_an_élu_of_hers_may_agree_but_not_one_of_another_commune(
    preparer, action, louverne, change, montflours, rst, bruno, sylvie
):
    elue = faire_membre("Nadia", "Perrin", (louverne, Fonction.Role.ELU), reseaux=[rst])
    hors_du_reseau = faire_membre("Yves", "Colin", (louverne, Fonction.Role.ELU))
    faire_membre("Luc", "Blin", (montflours, Fonction.Role.ELU), reseaux=[rst])
    action.visibilite = "reseau"
    action.save()
    for autre in (bruno, sylvie, hors_du_reseau):
        assert preparer(action, pour=autre.pk).status_code == 422
    assert preparer(action, pour=elue.pk).status_code == 302
    preparation().valider(par=elue)
    assert Position.objects.get().par == elue


def test_who_has_nobody_to_agree_to_it_is_told(connecter, action, remi, chantal):
    adresse = f"/contributions/{action.pk}/preparation/"
    assert "Vous êtes la seule personne à décider pour Louverné" in connecter(remi).get(adresse).text
    assert connecter(remi).post(adresse, {"niveau": "interessee", "pour": remi.pk}).status_code == 422
    assert "Personne ne peut la valider pour Montflours" in connecter(chantal).get(adresse).text
    assert connecter(chantal).post(adresse, {"niveau": "interessee"}).status_code == 422
    assert not Preparation.objects.exists()


def test_who_decides_for_two_communes_has_her_answer_agreed_to_by_another_who_decides(
    connecter, balayeuse, louverne, montflours, rst, bruno
):
    secretaire = faire_membre(
        "Lise",
        "Faure",
        (louverne, Fonction.Role.REFERENT),
        (montflours, Fonction.Role.REFERENT),
        reseaux=[rst],
    )
    maire = faire_membre("Yves", "Colin", (louverne, Fonction.Role.ELU), reseaux=[rst])
    client, adresse = connecter(secretaire), f"/contributions/{balayeuse.pk}/preparation/"
    assert "Faire valider une réponse" in client.get(balayeuse.get_absolute_url()).text
    envoi = {"niveau": "interessee", "au_nom_de": louverne.pk}
    assert client.post(adresse, envoi | {"pour": secretaire.pk}).status_code == 422
    assert client.post(adresse, envoi | {"pour": maire.pk}).status_code == 302
    preparation().valider(par=maire)
    position = Position.objects.get()
    assert (position.collectivite, position.par, position.confirmee) == (louverne, maire, True)
    Membre.objects.filter(pk=secretaire.pk).update(au_nom_de=montflours)
    assert "Vous êtes la seule personne à décider pour Montflours" in client.get(adresse).text


def test_what_was_sent_back_is_taken_up_again_as_it_was_typed(
    preparer, connecter, action, camille, remi, sylvie, bruno
):
    preparer(action, niveau="engagee", texte="Deux places", **DELIBERATION)
    renvoyee = preparation()
    renvoyee.renvoyer(par=remi, motif="Une seule place")
    client = connecter(camille)
    adresse = f"/contributions/{action.pk}/preparation/?reprise={renvoyee.pk}"
    assert adresse in client.get(renvoyee.get_absolute_url()).text
    page = client.get(adresse)
    form = page.context["form"]
    assert "Une seule place" in page.text and "Deux places" in page.text
    repris = {nom: form[nom].value() for nom in ("niveau", *DELIBERATION, "pour")}
    assert {nom: str(valeur) for nom, valeur in repris.items()} == {
        "niveau": "engagee",
        "pour": str(remi.pk),
    } | {nom: str(valeur) for nom, valeur in DELIBERATION.items()}
    reponse = preparer(action, niveau="curieuse")
    assert reponse.status_code == 302
    assert "?reprise=" not in client.get(renvoyee.get_absolute_url()).text  # it has a sequel
    # Another commune's, or one that is not there, fills in nothing.
    for qui, numero in [(bruno, renvoyee.pk), (camille, "x"), (camille, "9" * 30)]:
        page = connecter(qui).get(f"/contributions/{action.pk}/preparation/?reprise={numero}").text
        assert "Deux places" not in page and "Une seule place" not in page


def test_one_prepares_in_the_words_and_the_order_in_which_one_answers(connecter, camille, balayeuse, action):
    client = connecter(camille)
    for objet, adresse in ((balayeuse, "besoins"), (action, "projets")):
        page = client.get(objet.get_absolute_url()).text
        form = client.get(f"/contributions/{objet.pk}/preparation/").context["form"]
        prepares = [(valeur, str(mot)) for valeur, mot in form.fields["niveau"].choices]
        repondus = re.findall(r'name="niveau" value="(\w+)"[^>]*><span>([^<]+)</span>', page)
        assert [choix for choix in prepares if choix in repondus] == repondus, adresse
        assert len(prepares) == (5 if objet == balayeuse else 4)


def test_what_is_typed_badly_is_told_beside_its_field_and_nothing_is_lost(preparer, action, remi):
    demain = timezone.localdate() + timedelta(days=1)
    for faux, dit in [
        ({"niveau": "membre"}, "Sélectionnez un choix valide"),
        ({"niveau": "engagee"}, "dites laquelle"),
        ({"niveau": "engagee"} | DELIBERATION | {"acte_date": demain}, "pas encore venue"),
        ({"niveau": "engagee"} | DELIBERATION | {"acte_executoire_le": "2026-01-01"}, "avant d’être pris"),
        ({"pour": 10**30}, "valide"),
        ({"texte": "a" * 301}, "300"),
        ({"niveau": ""}, "Choisissez une position."),
    ]:
        reponse = preparer(action, texte=faux.pop("texte", "Gardé\0 ici"), **faux)
        assert reponse.status_code == 422 and dit in reponse.text, faux
        assert "Gardé" in reponse.text or "aaa" in reponse.text
    assert not Preparation.objects.exists()


def test_sent_twice_it_is_one_and_other_words_take_its_place(preparer, action, mailoutbox):
    for texte in ("Oui", "Oui", "Non"):
        preparer(action, texte=texte)
    assert Preparation.objects.count() == 2 and len(mailoutbox) == 2
    assert Preparation.objects.sans_suite().get().texte == "Non"
    with pytest.raises(IntegrityError), transaction.atomic():
        Preparation.objects.update(retire_le=None)


def test_the_page_says_that_an_answer_waits_to_be_validated(
    preparer, action, connecter, camille, remi, bruno
):
    adresse = action.get_absolute_url()
    assert "Faire valider une réponse" in connecter(camille).get(adresse).text
    preparer(action)
    for membre, dit in [(camille, "La voir"), (remi, "Valider, ou renvoyer")]:
        page = connecter(membre).get(adresse).text
        assert "Réponse préparée par Camille Morel" in page and dit in page
    assert "Réponse préparée" not in connecter(bruno).get(adresse).text


def test_of_three_pages_opened_at_once_the_first_click_counts(lien, remi, camille):
    une, deux, trois = (Preparation.objects.get() for _page in range(3))
    une.valider(par=remi)
    deux.valider(par=remi)
    with pytest.raises(ValidationError):
        trois.retirer(par=camille)
    assert PositionDite.objects.count() == 1 and Acte.objects.count() == 1


def test_of_an_élu_who_agrees_the_word_stands_after_that_of_the_référent(
    preparer, connecter, action, louverne, rst, remi, balayeuse
):
    elue = faire_membre("Nadia", "Perrin", (louverne, Fonction.Role.ELU), reseaux=[rst])
    Position.dire(balayeuse, collectivite=louverne, par=remi, niveau="hors")
    preparer(balayeuse, pour=elue.pk)
    reponse = Client().post(preparation().lien_par_courriel(), {"geste": "valider"})
    assert "au nom de votre collectivité" in reponse.text
    position = Position.objects.get()
    assert (position.niveau != "hors", position.par, position.confirmee) == (True, elue, True)
    assert "confirmer par le référent" not in connecter(remi).get(balayeuse.get_absolute_url()).text


def test_a_commune_engaged_by_its_act_has_nothing_more_to_agree_to(
    preparer, connecter, action, camille, remi, louverne
):
    Acte(projet=action, collectivite=louverne, numero="7", date=timezone.localdate()).engager(par=remi)
    client, adresse = connecter(camille), f"/contributions/{action.pk}/preparation/"
    reponse = client.get(adresse, follow=True)
    assert reponse.redirect_chain and "il n’y a plus de réponse à valider" in reponse.text
    assert preparer(action, niveau="engagee", **DELIBERATION).status_code == 422
    assert not Preparation.objects.exists()


def test_who_speaks_no_more_for_the_commune_sees_no_more_what_she_prepared_for_it(
    connecter, preparer, action, camille
):
    preparer(action)
    [preparation] = Preparation.objects.all()
    assert connecter(camille).get(preparation.get_absolute_url()).status_code == 200
    camille.fonctions.update(fin=timezone.localdate())
    ailleurs = faire_commune("Forcé")
    Fonction.objects.create(membre=camille, collectivite=ailleurs, role=Fonction.Role.AGENT)
    for refus in (
        connecter(camille).get(preparation.get_absolute_url()),
        connecter(camille).post(f"{preparation.get_absolute_url()}retrait/"),
    ):
        assert refus.status_code == 404
    preparation.refresh_from_db()
    assert preparation.retire_le is None


def test_what_waits_for_who_left_waits_for_nobody(preparer, action, remi):
    preparer(action)
    assert Preparation.objects.en_attente().exists()
    remi.utilisateur.is_active = False
    remi.utilisateur.save()
    assert not Preparation.objects.en_attente().exists()


def test_a_quantity_that_is_none_is_refused_to_who_prepares(preparer, balayeuse, camille, remi):
    for quantite in ("-5", "0"):
        reponse = preparer(balayeuse, quantite=quantite)
        assert reponse.status_code == 422 and "supérieure à zéro" in reponse.text
    assert preparer(balayeuse, quantite="2").status_code == 302


def test_the_decider_gets_a_few_mails_an_hour_whatever_is_prepared(preparer, action, mailoutbox):
    for n in range(5):
        assert preparer(action, texte=f"Version {n}").status_code == 302
    assert len([c for c in mailoutbox if "À valider" in c.subject]) == 3
