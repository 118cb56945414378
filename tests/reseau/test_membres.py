import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from reseau.models import Entree, Fonction, Membre, Pole, Population
from reseau.models.membres import compte_de
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_membre


@pytest.fixture
def coupures(monkeypatch):
    """Whose sockets were told to close."""
    touches = []
    monkeypatch.setattr("reseau.direct.droits_changes", lambda membre: touches.append(membre))
    return touches


@pytest.fixture
def epci(agglo, louverne, change, montflours):
    for commune in (louverne, change, montflours):
        commune.rejoindre(agglo)
    return agglo


def adresse(nom, *args):
    return reverse(f"reseau:{nom}", args=args)


# The pages


def test_a_commune_shows_members_whom_to_ring(connecter, louverne, camille, remi):
    camille.telephone = "02 00 00 00 01"
    camille.save()
    page = connecter(remi).get(adresse("collectivite", "louverne")).content.decode()
    assert 'href="tel:0200000001"' in page
    assert page.index("Rémi Aubert") < page.index("Camille Morel"), "the référent comes first"


def test_a_visitor_sees_the_commune_and_nobody(client, epci, louverne, camille, bruno):
    Population.objects.create(collectivite=louverne, annee=2023, municipale=4228, source="insee")
    pole = Pole.objects.create(nom="Pôle Est", epci=epci)
    pole.accueillir(louverne)
    faire_besoin("Besoin public", camille, visibilite="publique")
    faire_besoin("Besoin CANARI", camille)
    page = client.get(adresse("collectivite", "louverne")).content.decode()
    assert "4\u202f228 en 2023 (Insee)" in page.replace("\xa0", "\u202f")
    assert "Pôle Est" in page and "Laval Agglomération" in page and "Besoin public" in page
    assert "CANARI" not in page and "Camille" not in page and "Morel" not in page


def test_the_list_of_communes_names_the_referents_to_members_only(client, connecter, epci, remi, bruno):
    page = client.get(adresse("collectivites")).content.decode()
    assert "Louverné" in page and "Montflours" in page and "Aubert" not in page
    page = connecter(remi).get(adresse("collectivites")).content.decode()
    assert "Rémi Aubert" in page and "Bruno Petit" in page and "pas encore de référent" in page


def test_a_member_has_a_page_for_members(client, connecter, camille, chantal, rst):
    assert client.get(adresse("membre", camille.pk)).url.startswith(reverse("account_login"))
    page = connecter(chantal).get(adresse("membre", camille.pk)).content.decode()
    assert "Camille Morel" in page and rst.nom in page
    assert "Gérer" not in page


def test_the_page_of_a_member_hides_networks_by_invitation(connecter, camille, chantal, rst):
    rst.acces = "invitation"
    rst.save()
    assert rst.nom not in connecter(chantal).get(adresse("membre", camille.pk)).content.decode()


def test_she_who_left_has_a_page_that_says_so(connecter, camille, odile):
    page = connecter(camille).get(adresse("membre", odile.pk)).content.decode()
    assert "n’exerce plus de fonction" in page


def test_a_member_without_function_sees_nobody(connecter, noe, odile, camille):
    for membre in (noe, odile):
        client = connecter(membre)
        assert client.get(adresse("membre", camille.pk)).status_code == 403
        assert client.get(adresse("annuaire")).status_code == 403
        assert client.get(adresse("moi")).status_code == 403


def test_the_directory_finds_a_name_without_its_accents(connecter, camille, remi, sylvie, epci):
    client = connecter(camille)
    page = client.get(adresse("annuaire"), {"q": "remi aub"}).content.decode()
    assert "Rémi Aubert" in page and "Sylvie" not in page
    page = client.get(adresse("annuaire"), {"collectivite": "montflours"}).content.decode()
    assert "Sylvie Gendron" in page and "Rémi Aubert" not in page
    assert "Personne ne répond" in client.get(adresse("annuaire"), {"q": "zzz%_"}).content.decode()


def test_the_directory_finds_what_people_do_today(connecter, camille, remi, sylvie):
    fonction = remi.fonctions.get()
    fonction.changer(role=fonction.role, intitule="Chargé de la voirie", par=None)
    client = connecter(camille)
    for q in ("voirie", "charge remi"):
        page = client.get(adresse("annuaire"), {"q": q}).text
        assert "Rémi Aubert" in page and "Sylvie Gendron" not in page
    sylvie.exercer(camille.fonctions.get().collectivite, "elu", intitule="Éclairage", par=None).clore()
    assert "Sylvie Gendron" not in client.get(adresse("annuaire"), {"q": "eclairage"}).text


@pytest.mark.parametrize("q", ["%", "'" * 90, "a" * 101, "🦆"])
def test_no_search_breaks_the_directory(connecter, camille, q):
    assert connecter(camille).get(adresse("annuaire"), {"q": q}).status_code == 200


def test_the_directory_holds_the_active_members_only(connecter, camille, odile, dominique):
    page = connecter(camille).get(adresse("annuaire")).content.decode()
    assert "Odile" not in page and "Dominique" not in page


def test_the_directory_turns_its_pages_without_losing_anybody(connecter, camille, louverne):
    for i in range(40):
        faire_membre("Ana", f"N{i:02}", louverne)
    client, url, noms = connecter(camille), "", set()
    while url is not None:
        reponse = client.get(adresse("annuaire") + url)
        noms |= {m.nom for m in reponse.context["membres"]}
        url = reponse.context["lien_suivant"] or None
    assert len(noms) == 41


def test_an_administrator_sees_every_account_and_filters(connecter, alex, camille, odile, dominique, noe):
    client = connecter(alex)
    camille.utilisateur.last_login = timezone.now()
    camille.utilisateur.save()

    def noms(**filtres):
        return {m.prenom for m in client.get(adresse("administration_membres"), filtres).context["membres"]}

    assert {"Camille", "Odile", "Dominique", "Noé"} <= noms()
    assert noms(etat="desactives") == {"Dominique"}
    assert noms(etat="sans_fonction") == {"Odile", "Noé"}
    assert "Camille" not in noms(etat="attendus")
    assert noms(role="administrateur") == {"Alex"}
    assert noms(etat="n’importe quoi") >= {"Camille"}


@pytest.mark.parametrize("qui", ["camille", "remi", "diane"])
def test_the_accounts_are_for_administrators(connecter, request, qui):
    assert connecter(request.getfixturevalue(qui)).get(adresse("administration_membres")).status_code == 404


@pytest.mark.parametrize("nom", ["annuaire", "administration_membres", "collectivites"])
def test_lists_cost_the_same_for_thirty_members(connecter, alex, epci, louverne, change, nom):
    client = connecter(alex)

    def remplir(n):
        for i in range(n):
            faire_membre(f"Ana{n}", f"N{i}", (louverne, "referent"), change)

    remplir(3)
    avec_3 = requetes_pour(client, adresse(nom))
    remplir(26)
    assert requetes_pour(client, adresse(nom)) == avec_3


def test_the_page_of_a_commune_costs_the_same_for_thirty_people(connecter, remi, louverne):
    client = connecter(remi)

    def remplir(n):
        for i in range(n):
            faire_besoin(f"B{i}", faire_membre(f"Ana{n}", f"N{i}", louverne))

    remplir(3)
    avec_3 = requetes_pour(client, adresse("collectivite", "louverne"))
    remplir(27)
    assert requetes_pour(client, adresse("collectivite", "louverne")) == avec_3


# My own page


def test_i_change_my_name_and_number(connecter, camille):
    client = connecter(camille)
    portees = {"telephone_pour": "membres", "courriel_pour": "reseaux"}
    client.post(
        adresse("moi"),
        {"prenom": "Camille", "nom": "Morel-Riou", "telephone": "06 00 00 00 00", **portees},
    )
    camille.refresh_from_db()
    assert (camille.nom, camille.telephone) == ("Morel-Riou", "06 00 00 00 00")


def test_a_refused_name_is_nowhere_on_the_page_but_in_its_field(connecter, camille):
    page = connecter(camille).post(adresse("moi"), {"prenom": "", "nom": "Autre"}).content.decode()
    assert "id_prenom_error" in page
    assert page.count("Autre") == 1 and "Camille Morel" in page


def test_i_speak_for_another_of_my_communes_from_the_same_page(connecter, sylvie, montflours):
    client = connecter(sylvie)
    reponse = client.post(adresse("au_nom_de"), {"collectivite": montflours.pk, "next": "/fil/?q=sel"})
    assert reponse.url == "/fil/?q=sel"
    assert client.get(adresse("moi")).context["request"].au_nom_de == montflours


@pytest.mark.parametrize(
    "suite",
    ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "", "abc", "/" + "🚜" * 2000],
)
def test_switching_never_leads_elsewhere(connecter, sylvie, montflours, suite):
    reponse = connecter(sylvie).post(adresse("au_nom_de"), {"collectivite": montflours.pk, "next": suite})
    assert reponse.url == "/"


@pytest.mark.parametrize("valeur", ["", "x", "999999", "-1", "9" * 5000])
def test_i_do_not_speak_for_a_commune_that_is_not_mine(connecter, sylvie, change, valeur):
    client = connecter(sylvie)
    for choix in (valeur, change.pk):
        assert client.post(adresse("au_nom_de"), {"collectivite": choix}).status_code == 404
    sylvie.refresh_from_db()
    assert sylvie.au_nom_de is None


def test_an_interlocuteur_answers_a_commune_without_speaking_for_it(connecter, agglo, louverne):
    jeanne = faire_membre("Jeanne", "Tessier", agglo, (louverne, Fonction.Role.INTERLOCUTEUR))
    assert jeanne.droits.collectivites == [agglo.pk]
    assert connecter(jeanne).post(adresse("au_nom_de"), {"collectivite": louverne.pk}).status_code == 404


def test_she_who_is_only_an_interlocuteur_still_reads(connecter, louverne):
    jeanne = faire_membre("Jeanne", "Tessier", (louverne, Fonction.Role.INTERLOCUTEUR))
    assert connecter(jeanne).get(adresse("moi")).status_code == 200


# Functions


def test_a_referent_gives_a_function_in_her_own_commune(
    connecter, epci, remi, bruno, louverne, change, coupures
):
    client, url = connecter(remi), adresse("membre_fonctions", bruno.pk)
    assert "Changé" not in str(client.get(url).context["form"]["collectivite"])
    client.post(url, {"collectivite": louverne.pk, "role": "elu", "intitule": "conseiller"})
    fonction = bruno.fonctions.get(collectivite=louverne)
    assert (fonction.role, fonction.intitule) == ("elu", "conseiller")
    assert coupures == [bruno]
    entree = Entree.objects.get(geste="fonction")
    assert (entree.par, entree.membre, entree.collectivite) == (remi, bruno, louverne)


@pytest.mark.parametrize("role", ["administrateur", "interlocuteur", "roi"])
def test_a_referent_names_neither_administrator_nor_interlocuteur(
    connecter, epci, remi, camille, louverne, role
):
    page = connecter(remi).post(
        adresse("membre_fonctions", camille.pk), {"collectivite": louverne.pk, "role": role}
    )
    assert "id_role_error" in page.content.decode()
    assert camille.fonctions.count() == 1


def test_a_referent_gives_nothing_in_another_commune(connecter, epci, remi, camille, change):
    page = connecter(remi).post(
        adresse("membre_fonctions", camille.pk), {"collectivite": change.pk, "role": "agent"}
    )
    assert "id_collectivite_error" in page.content.decode()


def test_the_same_function_twice_is_refused_in_words(connecter, epci, remi, camille, louverne):
    client, refus = connecter(remi), "exerce déjà cette fonction"
    agent = {"collectivite": louverne.pk, "role": "agent"}
    assert refus in client.post(adresse("membre_fonctions", camille.pk), agent).content.decode()
    elue = camille.exercer(louverne, "elu", par=remi)
    assert refus in client.post(adresse("fonction", elue.pk), {"role": "agent"}).content.decode()
    corrigee = {"role": "elu", "intitule": "adjointe"}
    assert client.post(adresse("fonction", elue.pk), corrigee).status_code == 302


def test_an_administrator_names_another(connecter, epci, alex, camille, agglo):
    connecter(alex).post(
        adresse("membre_fonctions", camille.pk), {"collectivite": agglo.pk, "role": "administrateur"}
    )
    assert Membre.objects.get(pk=camille.pk).droits.est_administrateur


def test_another_title_is_the_same_function(connecter, remi, camille, coupures):
    fonction = camille.fonctions.get()
    connecter(remi).post(adresse("fonction", fonction.pk), {"role": "agent", "intitule": "cheffe d’équipe"})
    assert camille.fonctions.get().intitule == "cheffe d’équipe"
    assert not coupures


def test_another_role_is_another_function(connecter, remi, camille, coupures):
    fonction = camille.fonctions.get()
    connecter(remi).post(adresse("fonction", fonction.pk), {"role": "referent", "intitule": ""})
    fonction.refresh_from_db()
    assert fonction.fin == timezone.localdate()
    assert camille.fonctions.en_cours().get().role == "referent"
    assert coupures


def test_a_function_ends_at_once(connecter, remi, camille, balayeuse, coupures):
    fonction = camille.fonctions.get()
    client = connecter(remi)
    assert "ne lira plus que ce qui est public" in client.get(adresse("fonction_fin", fonction.pk)).text
    client.post(adresse("fonction_fin", fonction.pk))
    assert coupures == [camille]
    assert connecter(camille).get(balayeuse.get_absolute_url()).status_code == 404
    assert Entree.objects.get(geste="fin_de_fonction").par == remi


@pytest.mark.parametrize("nom", ["fonction", "fonction_fin"])
@pytest.mark.parametrize("qui", ["camille", "bruno", "diane"])
def test_only_the_referent_of_the_commune_has_a_hand_on_its_functions(connecter, request, sylvie, qui, nom):
    fonction = sylvie.fonctions.get(collectivite__nom="Louverné")
    client = connecter(request.getfixturevalue(qui))
    assert client.get(adresse(nom, fonction.pk)).status_code == 404
    assert client.post(adresse(nom, fonction.pk), {"role": "elu"}).status_code == 404
    fonction.refresh_from_db()
    assert fonction.fin is None and fonction.role == "agent"


def test_the_last_administrator_stays(connecter, alex, camille, agglo):
    fonction = alex.fonctions.get()
    page = connecter(alex).post(adresse("fonction_fin", fonction.pk), follow=True)
    assert "Nommez d’abord une autre personne" in page.content.decode()
    camille.exercer(agglo, "administrateur", par=alex)
    camille.desactiver(par=alex)
    connecter(alex).post(adresse("fonction_fin", fonction.pk))
    assert Membre.objects.get(pk=alex.pk).est_actif, "the other one may not sign in"
    camille.reactiver(par=alex)
    connecter(alex).post(adresse("fonction_fin", fonction.pk))
    assert not Membre.objects.get(pk=alex.pk).est_actif


# Accounts


def test_an_administrator_deactivates_and_opens_again(connecter, alex, camille, balayeuse, coupures):
    client = connecter(alex)
    assert client.get(adresse("membre_desactivation", camille.pk)).status_code == 200
    client.post(adresse("membre_desactivation", camille.pk))
    client.post(adresse("membre_desactivation", camille.pk))
    camille.utilisateur.refresh_from_db()
    assert not camille.utilisateur.is_active and coupures == [camille]
    assert Entree.objects.filter(geste="desactivation").count() == 1
    assert "Rouvrir le compte" in client.get(adresse("membre", camille.pk)).content.decode()
    client.post(adresse("membre_reactivation", camille.pk))
    assert connecter(camille).get(balayeuse.get_absolute_url()).status_code == 200
    assert Entree.objects.get(geste="reactivation").par == alex


def test_nobody_deactivates_oneself(connecter, alex):
    page = connecter(alex).post(adresse("membre_desactivation", alex.pk), follow=True)
    assert "Une autre personne doit" in page.content.decode()
    alex.utilisateur.refresh_from_db()
    assert alex.utilisateur.is_active


@pytest.mark.parametrize("qui", ["camille", "remi", "diane"])
@pytest.mark.parametrize("nom", ["membre_desactivation", "membre_reactivation"])
def test_nobody_else_touches_the_accounts(connecter, request, sylvie, qui, nom):
    assert connecter(request.getfixturevalue(qui)).post(adresse(nom, sylvie.pk)).status_code == 404
    sylvie.utilisateur.refresh_from_db()
    assert sylvie.utilisateur.is_active


def test_a_referent_corrects_a_number_of_her_commune(connecter, remi, camille, bruno, odile):
    client, donnees = connecter(remi), {"prenom": "Camille", "nom": "Morel", "telephone": "06"}
    assert client.get(adresse("membre_modifier", camille.pk)).status_code == 200
    client.post(adresse("membre_modifier", camille.pk), donnees)
    camille.refresh_from_db()
    assert camille.telephone == "06" and Entree.objects.get(geste="profil").membre == camille
    for autre in (bruno, odile):
        assert client.post(adresse("membre_modifier", autre.pk), donnees).status_code == 404


# The model


def test_who_works_elsewhere_too_is_not_one_referent_s_to_rename(
    connecter, epci, alex, remi, camille, sylvie, louverne
):
    envoi = {"prenom": "Autre", "nom": "Nom", "telephone": ""}
    assert connecter(remi).post(f"/membres/{camille.pk}/modifier/", envoi).status_code == 302
    assert connecter(remi).post(f"/membres/{sylvie.pk}/modifier/", envoi).status_code == 404
    assert connecter(alex).post(f"/membres/{sylvie.pk}/modifier/", envoi).status_code == 302
    louverne_aussi = {"collectivite": louverne.pk, "role": "agent", "intitule": ""}
    assert connecter(remi).post(f"/membres/{alex.pk}/fonctions/", louverne_aussi).status_code == 302
    assert connecter(remi).post(f"/membres/{alex.pk}/modifier/", envoi).status_code == 404


def test_who_is_given_a_function_is_told_by_mail(connecter, epci, remi, camille, bruno, louverne, mailoutbox):
    envoi = {"collectivite": louverne.pk, "role": "agent", "intitule": ""}
    connecter(remi).post(f"/membres/{bruno.pk}/fonctions/", envoi)
    assert [lettre.to for lettre in mailoutbox] == [[bruno.courriel]]
    assert "Louverné" in mailoutbox[0].body
    connecter(remi).post(f"/membres/{remi.pk}/fonctions/", envoi)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(("qui", "role"), [("remi", "membre"), ("alex", "animateur")])
def test_a_commune_does_not_give_back_the_animation_of_a_network(
    connecter, epci, request, diane, rst, louverne, qui, role
):
    diane.fonctions.get().clore()
    par = request.getfixturevalue(qui)
    connecter(par).post(
        f"/membres/{diane.pk}/fonctions/", {"collectivite": louverne.pk, "role": "agent", "intitule": ""}
    )
    assert rst.adhesion_de(diane).role == role


def test_one_address_is_one_account_whatever_its_case(camille):
    assert Membre.inscrire("CAMILLE.morel@communes.example ", prenom="C", nom="M") == camille
    assert compte_de("Camille.Morel@communes.example") == camille.utilisateur


def test_a_technical_account_becomes_a_member_when_invited(db):
    compte = get_user_model().objects.create_superuser("tech@ville.example")
    assert Membre.inscrire("tech@ville.example", prenom="T", nom="E").utilisateur == compte


def test_a_function_closed_on_the_day_it_began_never_was(camille, louverne):
    camille.fonctions.get().clore()
    assert not camille.fonctions.passees().exists()
    assert camille.fonctions.count() == 1


def test_opening_a_function_twice_changes_nothing(camille, louverne):
    assert camille.exercer(louverne, "agent", par=None) == camille.fonctions.get()
    assert not Entree.objects.filter(geste="fonction").exists()


def test_a_verb_without_author_is_the_house_and_held_to_no_rule(alex, diane, rst):
    alex.fonctions.get().clore()
    rst.adhesion_de(diane).clore()
    assert Entree.objects.filter(par=None).count() == 2


def test_the_rule_of_the_last_administrator_names_what_to_do(alex):
    with pytest.raises(ValidationError, match="Nommez d’abord"):
        alex.fonctions.get().clore(par=alex)


def test_who_may_not_replace_a_person_reads_who_does(connecter, diane, remi, camille, sylvie):
    phrase = "le référent de sa commune ou l’administration passe le relais"
    assert phrase in connecter(diane).get(sylvie.get_absolute_url()).text
    for autre in (remi, camille):
        assert phrase not in connecter(autre).get(camille.get_absolute_url()).text
