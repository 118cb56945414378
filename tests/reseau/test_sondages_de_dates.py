"""Several dates are put to the members; one is kept, and becomes the séance's."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from plateforme.socle.models import Courriel
from reseau.models import Notification, ReponseDeDate, Seance
from tests.compter import requetes_pour
from tests.fabriques import faire_membre, faire_rencontre

from .test_agendas import invitations
from .test_rencontres import erreurs, inscrire

pytestmark = pytest.mark.django_db


def jour(dans):
    return (timezone.localdate() + timedelta(days=dans)).isoformat()


def proposer(client, rencontre, *dans):
    """These days from now, in the afternoon."""
    lignes = {"dates-TOTAL_FORMS": 3, "dates-INITIAL_FORMS": 0}
    for rang, jours in enumerate(dans):
        lignes |= {f"dates-{rang}-jour": jour(jours), f"dates-{rang}-de": "14:00", f"dates-{rang}-a": "16:00"}
    return client.post(reverse("reseau:sondage_de_dates", args=[rencontre.pk]), lignes)


def refus_des_dates(reponse):
    assert reponse.status_code == 422
    saisie = reponse.context["form"]
    return [str(e) for e in saisie.non_form_errors()], [
        {champ: str(liste[0]) for champ, liste in ligne.items()} for ligne in saisie.errors
    ]


@pytest.fixture
def sondage(connecter, diane, camille, rencontre):
    """Two dates put to the RST for its meeting, beside the one that was announced."""
    client = connecter(diane)
    assert proposer(client, rencontre, 20, 21).status_code == 302
    rencontre.refresh_from_db()
    client.logout()
    return list(rencontre.dates_proposees.all())[1:]


def repondre(client, rencontre, **choix):
    return client.post(reverse("reseau:sondage_de_dates", args=[rencontre.pk]), choix)


def test_several_dates_open_the_poll_at_once_and_tell_the_network_once(
    client, connecter, camille, diane, rencontre
):
    camille.adhesions.update(niveau_courriel="immediat")
    Courriel.objects.all().delete()
    proposer(connecter(diane), rencontre, 20, 21)
    proposer(connecter(diane), rencontre, 22)
    client.logout()
    [courriel] = Courriel.objects.filter(destinataire=camille.courriel)
    assert courriel.sujet.endswith("Diane Tessier propose plusieurs dates\u202f: Plan de déneigement")
    assert f"{rencontre.get_absolute_url()}dates/" in courriel.texte
    seance = rencontre.seances.get()
    assert rencontre.dates_proposees.count() == 4
    assert rencontre.dates_proposees.filter(debut=seance.debut, fin=seance.fin).exists()
    page = connecter(camille).get(rencontre.get_absolute_url()).text
    assert "date à confirmer" in page and "Dire quelles dates me vont" in page
    fichier = client.get(reverse("reseau:rencontre_ics", args=[rencontre.pk])).text
    assert "STATUS:TENTATIVE" in fichier


@pytest.mark.parametrize("vue", ["mois", "liste", "agenda"])
def test_as_long_as_the_poll_is_open_no_list_shows_the_date_as_firm(
    connecter, camille, rencontre, sondage, vue
):
    client, dit = connecter(camille), "date à confirmer"
    mois = f"{timezone.localtime(rencontre.debut):%Y-%m}"
    pages = [f"/rencontres/?vue={vue}&mois={mois}", rencontre.reseau.get_absolute_url()]
    assert all(dit in client.get(page).text for page in pages)
    sondage[0].fixer(par=rencontre.auteur)
    mois = f"{timezone.localtime(sondage[0].debut):%Y-%m}"
    pages[0] = f"/rencontres/?vue={vue}&mois={mois}"
    assert not any(dit in client.get(page).text for page in pages)


def test_who_registers_meanwhile_is_told_by_mail_that_the_date_is_not_sure(camille, rencontre, sondage):
    inscrire(rencontre.seances.get(), camille)
    [inscription] = Courriel.objects.filter(destinataire=camille.courriel, sujet__startswith="Inscription")
    assert "à confirmer" in inscription.texte


def test_a_member_answers_and_changes_her_mind(connecter, camille, bruno, sondage, rencontre):
    une, autre = sondage
    repondre(connecter(bruno), rencontre, **{f"date_{une.pk}": "non"})
    client = connecter(camille)
    repondre(client, rencontre, **{f"date_{une.pk}": "oui", f"date_{autre.pk}": "non"})
    repondre(client, rencontre, **{f"date_{autre.pk}": "si_besoin"})
    dites = {r.date_id: r.choix for r in ReponseDeDate.objects.filter(membre=camille)}
    assert dites == {une.pk: "oui", autre.pk: "si_besoin"}
    page = client.get(reverse("reseau:sondage_de_dates", args=[rencontre.pk])).text
    assert "1 oui (Camille Morel)" in page and "1 non (Bruno Petit)" in page


def test_what_makes_no_answer_is_refused(connecter, camille, sondage, rencontre):
    client = connecter(camille)
    assert "au moins" in erreurs(repondre(client, rencontre))["__all__"][0]
    champ = f"date_{sondage[0].pk}"
    assert list(erreurs(repondre(client, rencontre, **{champ: "peut-être"}))) == [champ]
    assert not ReponseDeDate.objects.exists()


def test_only_who_looks_after_the_meeting_proposes_and_keeps_a_date(
    connecter, camille, diane, sondage, rencontre
):
    client = connecter(camille)
    assert proposer(client, rencontre, 25).status_code == 404
    assert client.post(reverse("reseau:date_fixee", args=[sondage[0].pk])).status_code == 404
    client = connecter(diane)
    _generaux, (bonne, fautive, _vide) = refus_des_dates(proposer(client, rencontre, 25, 20))
    assert not bonne and "déjà proposée" in fautive["jour"]
    assert "Donnez une date" in refus_des_dates(proposer(client, rencontre))[0][0]
    assert proposer(client, rencontre, 25).status_code == 302


def test_a_date_is_taken_back_until_one_is_kept_and_without_any_the_announced_one_stands(
    connecter, camille, diane, sondage, rencontre
):
    inscrire(rencontre.seances.get(), camille)
    une, autre = sondage
    assert connecter(camille).post(reverse("reseau:date_retrait", args=[une.pk])).status_code == 404
    client = connecter(diane)
    annoncee = rencontre.dates_proposees.first()
    for date in (une, annoncee, autre):
        rencontre.refresh_from_db()
        assert rencontre.a_un_sondage_ouvert
        client.post(reverse("reseau:date_retrait", args=[date.pk]))
    rencontre.refresh_from_db()
    assert not rencontre.a_un_sondage_ouvert and not rencontre.dates_proposees.proposees().exists()
    assert invitations(camille) == [("REQUEST", 0, "TENTATIVE"), ("REQUEST", 1, "CONFIRMED")]
    assert rencontre.modifications.count() == 3
    proposer(client, rencontre, 30)
    gardee = rencontre.dates_proposees.proposees().last()
    client.post(reverse("reseau:date_fixee", args=[gardee.pk]))
    client.post(reverse("reseau:date_retrait", args=[gardee.pk]))
    assert rencontre.dates_proposees.proposees().filter(pk=gardee.pk).exists()


def test_a_date_that_was_taken_back_is_proposed_again_with_what_was_said_of_it(
    connecter, camille, diane, sondage, rencontre
):
    une, autre = sondage
    client = connecter(camille)
    repondre(client, rencontre, **{f"date_{une.pk}": "oui"})
    retrait, retour = (reverse(f"reseau:date_{g}", args=[une.pk]) for g in ("retrait", "retablissement"))
    connecter(diane).post(retrait)
    page = reverse("reseau:sondage_de_dates", args=[rencontre.pk])
    assert "retirée par Diane Tessier" in connecter(diane).get(page).text
    assert "retirée par" not in connecter(camille).get(page).text
    assert connecter(camille).post(retour).status_code == 404
    for _ in range(2):
        connecter(diane).post(retour)
    assert "1 oui (Camille Morel)" in connecter(camille).get(page).text
    client = connecter(diane)
    client.post(retrait)
    assert proposer(client, rencontre, 20).status_code == 302
    assert "déjà proposée" in client.post(retour, follow=True).text
    une.refresh_from_db()
    assert une.retiree_le and une.reponses.count() == 1


@pytest.mark.parametrize("arret", ["verrou", "annulation"])
def test_a_poll_that_is_stopped_says_why(connecter, diane, sondage, rencontre, arret):
    if arret == "verrou":
        rencontre.verrouiller(par=diane, motif="propos")
    else:
        rencontre.clore(par=diane, motif="neige")
    dit = {"verrou": "est verrouillée", "annulation": "est annulée"}[arret]
    client = connecter(diane)
    page = client.post(reverse("reseau:date_fixee", args=[sondage[0].pk]), follow=True)
    assert dit in page.text and "une date est déjà retenue" not in page.text
    assert dit in client.get(reverse("reseau:sondage_de_dates", args=[rencontre.pk])).text


def test_a_date_that_was_taken_back_meanwhile_is_neither_kept_nor_answered(
    camille, diane, louverne, sondage, rencontre
):
    une, autre = sondage
    type(une).objects.get(pk=une.pk).retirer(par=diane)
    gestes = [
        lambda: une.fixer(par=diane),
        lambda: une.retirer(par=diane),
        lambda: ReponseDeDate.donner(
            rencontre, {une.pk: "oui", autre.pk: "oui"}, membre=camille, collectivite=louverne
        ),
    ]
    for geste in gestes:
        with pytest.raises(ValidationError):
            geste()
    assert not ReponseDeDate.objects.exists() and rencontre.modifications.count() == 1


def test_the_date_that_is_kept_becomes_the_séance_s_and_is_told(
    connecter, camille, diane, sondage, rencontre
):
    inscrire(rencontre.seances.get(), camille)
    client = connecter(diane)
    for date in reversed(sondage):
        client.post(reverse("reseau:date_fixee", args=[date.pk]))
    seance, retenue = Seance.objects.get(), sondage[1]
    assert (seance.debut, seance.fin) == (retenue.debut, retenue.fin)
    assert "Date retenue" in Notification.objects.get(membre=camille).phrase
    assert invitations(camille) == [("REQUEST", 0, "TENTATIVE"), ("REQUEST", 1, "CONFIRMED")]
    refus = repondre(connecter(camille), rencontre, **{f"date_{retenue.pk}": "non"})
    assert "clos" in erreurs(refus)["__all__"][0]


def test_kept_as_it_was_announced_it_is_told_all_the_same(connecter, camille, diane, rst):
    rencontre = faire_rencontre("Réunion", diane, reseau=rst)
    seance = rencontre.seances.get()
    inscrire(seance, camille)
    date = rencontre.dates_proposees.create(debut=seance.debut, fin=seance.fin, par=diane)
    rencontre.sondage_ouvert_le = timezone.now()
    rencontre.save()
    Courriel.objects.all().delete()
    connecter(diane).post(reverse("reseau:date_fixee", args=[date.pk]))
    assert invitations(camille) == [("REQUEST", 1, "CONFIRMED")]


def test_the_page_costs_the_same_however_many_answer(connecter, camille, louverne, sondage, rencontre, rst):
    client = connecter(camille)
    adresse = reverse("reseau:sondage_de_dates", args=[rencontre.pk])
    repondre(client, rencontre, **{f"date_{sondage[0].pk}": "oui"})
    peu = requetes_pour(client, adresse)
    for n in range(4):
        membre = faire_membre("Ali", f"N{n}", louverne, reseaux=[rst])
        for date in sondage:
            date.reponses.create(membre=membre, collectivite=louverne, choix="oui")
    assert requetes_pour(client, adresse) == peu


def test_no_more_than_twelve_dates_and_none_that_is_past_is_kept(connecter, diane, sondage, rencontre):
    client = connecter(diane)
    for depart in (30, 33, 36):
        assert proposer(client, rencontre, depart, depart + 1, depart + 2).status_code == 302
    assert rencontre.dates_proposees.proposees().count() == 12
    _globales, [ligne, *_autres] = refus_des_dates(proposer(client, rencontre, 50))
    assert "12 dates au plus" in " ".join(ligne.values())
    passee = sondage[0]
    hier = timezone.now() - timedelta(days=1)
    rencontre.dates_proposees.filter(pk=passee.pk).update(debut=hier, fin=hier + timedelta(hours=2))
    page = client.post(reverse("reseau:date_fixee", args=[passee.pk]), follow=True)
    assert "Cette date est passée" in page.text
    assert not rencontre.dates_proposees.filter(retenue_le__isnull=False).exists()
