import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from besoins.models import Position
from reseau.models import Appartenance, Demande, Fonction, Population
from tests.fabriques import faire_besoin, faire_commune, faire_membre

pytestmark = pytest.mark.django_db


def lire(client, adresse="/", **kwargs):
    """The page, every run of spaces (no-break ones too) as one space."""
    reponse = client.get(adresse, **kwargs)
    assert reponse.status_code == 200
    return " ".join(reponse.content.decode().split())


def test_a_visitor_reads_what_this_is_and_how_to_join(client, rst):
    page = lire(client)
    assert "Ce qui manque à une commune" in page
    assert "Réseau des services techniques" in page
    assert "Prendre part" in page


def test_a_key_figure_has_its_date_its_source_and_one_vintage(client, louverne, change, agglo):
    for commune, habitants in [(louverne, 4_318), (change, 6_402)]:
        Appartenance.objects.create(commune=commune, epci=agglo)
        Population.objects.create(collectivite=commune, annee=2022, municipale=9, source="dgcl")
        Population.objects.create(collectivite=commune, annee=2023, municipale=habitants, source="insee")
    page = lire(client)
    assert "habitants en 2023" in page and "10 720" in page
    assert "Population municipale 2023 : Insee" in page


@pytest.mark.parametrize("adresse", ["/", "/communes/", "/communes/louverne/", "/mentions-legales/"])
def test_official_figures_are_never_shown_without_their_sources(client, louverne, agglo, adresse):
    Appartenance.objects.create(commune=louverne, epci=agglo)
    Population.objects.create(collectivite=louverne, annee=2023, municipale=4_318, source="insee")
    page = client.get(adresse).text
    assert ("318" in page) == (adresse != "/mentions-legales/")
    assert "Sources\u202f: Insee, DGCL, La Poste, via Etalab – Licence Ouverte 2.0." in page


def test_a_figure_that_one_commune_lacks_is_not_shown(client, louverne, change, agglo):
    for commune in (louverne, change):
        Appartenance.objects.create(commune=commune, epci=agglo)
    Population.objects.create(collectivite=louverne, annee=2023, municipale=4_318, source="insee")
    assert "habitants" not in lire(client)


def test_a_commune_that_left_is_no_longer_counted(client, louverne, change, agglo):
    Appartenance.objects.create(commune=louverne, epci=agglo)
    Appartenance.objects.create(commune=change, epci=agglo, fin=timezone.localdate())
    assert "<dt>commune</dt><dd>1</dd>" in lire(client).replace("> <", "><")


def test_a_commune_whose_people_never_came_takes_no_part(client, louverne, change, agglo, camille, bruno):
    for commune in (louverne, change):
        Appartenance.objects.create(commune=commune, epci=agglo)
    camille.utilisateur.last_login = timezone.now()
    camille.utilisateur.save()
    assert client.get("/").context["chiffres"].communes_inscrites == 1


def test_a_visitor_reads_public_needs_and_no_other(client, balayeuse, bruno):
    faire_besoin("Nacelle douze mètres", bruno, visibilite="publique")
    page = lire(client)
    assert "Nacelle douze mètres" in page
    assert balayeuse.titre not in page


def test_a_member_sees_what_awaits_her_commune_the_nearest_deadline_first(comme, camille, bruno):
    aujourdhui = timezone.localdate()
    faire_besoin("Sans date", bruno)
    faire_besoin("Dans un mois", bruno, echeance=aujourdhui + timedelta(days=30))
    faire_besoin("Demain", bruno, echeance=aujourdhui + timedelta(days=1))
    contexte = comme(camille).get("/").context
    assert [besoin.titre for besoin in contexte["a_faire"]] == ["Demain", "Dans un mois", "Sans date"]


def test_my_commune_s_own_needs_await_nobody_here(comme, bruno, balayeuse):
    page = comme(bruno).get("/")
    assert list(page.context["a_faire"]) == []
    assert "Rien n’attend votre commune" in page.content.decode()


def test_what_a_closed_circle_asks_is_not_on_a_stranger_s_home(comme, chantal, camille, besoin_du_rst):
    assert "CANARI" not in lire(comme(chantal))
    assert "CANARI" in lire(comme(camille))


def test_an_animatrice_is_told_of_the_requests_that_await_her(comme, diane, camille, rst, louverne):
    Demande.objects.create(
        reseau=rst, courriel="margaux@louverne.example", prenom="Margaux", nom="Petit", collectivite=louverne
    )
    page = lire(comme(diane))
    assert "1 demande à traiter" in page and f'href="{reverse("reseau:demandes")}"' in page
    assert "à traiter" not in lire(comme(camille))


def test_an_administrator_is_told_of_a_network_that_nobody_runs_any_more(comme, alex, diane, camille, rst):
    phrase = f"« {rst.nom} » n’a plus personne pour l’animer"
    assert phrase not in lire(comme(alex))
    diane.adhesions.get(reseau=rst).clore()
    page = lire(comme(alex))
    assert phrase in page and reverse("reseau:reseau_membres", args=[rst.slug]) in page
    assert phrase not in lire(comme(camille))


def test_needs_directory_and_publishing_are_in_the_header(comme, camille, jeanne):
    def entete(membre):
        return re.search(r"<header.*?</header>", lire(comme(membre)))[0]

    for nom in ("besoins:besoins", "reseau:annuaire", "reseau:reseaux"):
        assert f'href="{reverse(nom)}"' in entete(camille)
    publier = f'href="{reverse("accueil:publier")}"'
    assert publier in entete(camille) and publier not in entete(jeanne)


def test_answering_from_the_home_page_keeps_one_there(comme, camille, louverne, balayeuse):
    client = comme(camille)
    reponse = client.post(f"/besoins/{balayeuse.pk}/reponse/", {"niveau": "interessee"}, follow=True)
    assert reponse.redirect_chain == [("/", 302)]
    assert Position.objects.get(contribution=balayeuse).collectivite == louverne
    assert list(reponse.context["a_faire"]) == []


def test_with_htmx_the_row_says_what_was_answered(comme, camille, balayeuse):
    reponse = comme(camille).post(
        f"/besoins/{balayeuse.pk}/reponse/", {"niveau": "hors"}, headers={"HX-Request": "true"}
    )
    assert "Louverné\u202f: pas concernée" in reponse.content.decode()


def test_an_agent_s_answer_does_not_replace_the_referent_s(comme, camille, remi, louverne, balayeuse):
    Position.dire(balayeuse, collectivite=louverne, par=remi, niveau="hors")
    reponse = comme(camille).post(
        f"/besoins/{balayeuse.pk}/reponse/", {"niveau": "engagee"}, headers={"HX-Request": "true"}
    )
    assert "la position confirmée reste" in reponse.content.decode()
    assert Position.objects.get(contribution=balayeuse).niveau == "hors"


@pytest.mark.parametrize("niveau", ["", "admirative", "INTERESSEE"])
def test_an_answer_that_is_none_is_refused(comme, camille, balayeuse, niveau):
    reponse = comme(camille).post(f"/besoins/{balayeuse.pk}/reponse/", {"niveau": niveau})
    assert reponse.status_code == 400
    assert not Position.objects.exists()


def test_a_stranger_to_the_circle_cannot_answer(comme, chantal, besoin_du_rst):
    reponse = comme(chantal).post(f"/besoins/{besoin_du_rst.pk}/reponse/", {"niveau": "interessee"})
    assert reponse.status_code == 404
    assert not Position.objects.exists()


def test_a_closed_need_takes_no_answer_and_says_so(comme, camille, bruno, balayeuse):
    balayeuse.clore(par=bruno, issue="reponse")
    reponse = comme(camille).post(
        f"/besoins/{balayeuse.pk}/reponse/", {"niveau": "interessee"}, headers={"HX-Request": "true"}
    )
    assert "ne prend plus de réponse" in reponse.content.decode()


def test_a_member_of_two_communes_sees_what_awaits_the_one_she_speaks_for(comme, sylvie, montflours, bruno):
    faire_besoin("Sel de déneigement", bruno)
    client = comme(sylvie)
    assert "À faire pour Louverné" in lire(client)
    sylvie.choisir(montflours)
    assert "À faire pour Montflours" in lire(client)


def test_her_drafts_and_her_contact_are_at_hand(comme, camille, louverne, agglo):
    faire_besoin("Brouillon de besoin", camille, publier=False)
    contact = faire_membre("Jeanne", "Lorieux", agglo, telephone="02 61 91 00 01")
    Fonction.objects.create(membre=contact, collectivite=louverne, role=Fonction.Role.INTERLOCUTEUR)
    page = lire(comme(camille))
    assert "Brouillon de besoin" in page
    assert "Jeanne Lorieux" in page and 'href="tel:0261910001"' in page


def test_an_account_without_function_is_told_what_to_do(comme, noe, balayeuse):
    page = lire(comme(noe))
    assert "Il manque votre collectivité" in page
    assert "Se déconnecter" in page and "Se connecter" not in page
    assert balayeuse.titre not in page


def test_a_pending_request_is_acknowledged_on_the_home_page(comme, noe, rst, louverne):
    Demande.objects.create(
        reseau=rst, courriel=noe.courriel, prenom="Noé", nom="Vasseur", collectivite=louverne
    )
    page = lire(comme(noe))
    assert "Votre demande est bien arrivée" in page and "Réseau des services techniques" in page


def test_who_left_is_told_so_and_sees_nothing_of_the_members(comme, odile, balayeuse):
    page = lire(comme(odile))
    assert "Vos fonctions ont pris fin" in page
    assert balayeuse.titre not in page


def test_a_page_of_long_names_holds_the_whole_of_them(comme, bruno):
    longue = faire_commune("Saint-Germain-le-Fouilloux-sur-Mayenne-lès-Laval")
    membre = faire_membre("Marie-Élisabeth-Victoire", "de La Rochefoucauld-Doudeauville", longue)
    faire_besoin("Besoin " + "d’une nacelle " * 13, bruno)
    assert longue.nom in lire(comme(membre))


def test_the_home_of_a_member_costs_a_bounded_number_of_queries(
    comme, camille, bruno, rst, django_assert_max_num_queries
):
    client = comme(camille)
    for n in range(9):
        faire_besoin(f"Besoin {n}", bruno, reseau=rst)
    client.get("/")
    with django_assert_max_num_queries(16):
        client.get("/")
