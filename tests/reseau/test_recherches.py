"""The searches that a member follows, and those that found nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from plateforme.socle.models import Courriel
from plateforme.socle.taches import entretien
from reseau.desabonnement import ListeDesRecherches
from reseau.forms.recherche import RechercheForm
from reseau.models import Adhesion, Domaine, Notification, RechercheSansReponse, RechercheSuivie
from reseau.models.recherches import SUIVIES_MAX
from tests.fabriques import faire_besoin, faire_discussion, faire_message
from tests.reseau.test_desabonnement import entetes

pytestmark = pytest.mark.django_db


def suivre(membre, q="", courriel=False, **facettes):
    form = RechercheForm.de(q, facettes, user=membre.utilisateur)
    return RechercheSuivie.suivre(
        par=membre, q=form.q, facettes=form.choisis, libelle=form.libelle, courriel=courriel
    )


def prevenus():
    lignes = Notification.objects.filter(genre="recherche").select_related("membre", "contribution")
    return {(n.membre.prenom, n.contribution.titre) for n in lignes}


# What is followed


def test_a_member_is_told_of_what_is_published_on_her_search(connecter, camille, bruno, rst):
    client = connecter(camille)
    page = client.get("/recherche/?q=sel+de+d%C3%A9neigement&type=besoin&tri=recent")
    assert "Me prévenir" in page.text
    adresse = page.context["filtre"].adresse
    client.post("/moi/recherches/suivre/", {"recherche": adresse})
    assert "Me prévenir" not in client.get("/recherche/?type=besoin&q=sel+de+deneigement").text
    faire_besoin("Du sel pour le déneigement", bruno, reseau=rst)
    faire_besoin("Une balayeuse", bruno, reseau=rst)
    faire_discussion("Déneigement : quel sel ?", bruno, reseau=rst)
    assert prevenus() == {("Camille", "Du sel pour le déneigement")}
    assert "Nouveau pour votre recherche" in client.get("/notifications/").text


@pytest.mark.parametrize(
    ("q", "facettes", "oui"),
    [
        ("", {"reseau": ["rst"]}, True),
        ("", {"reseau": ["amenagement"]}, False),
        ("", {"collectivite": ["change"], "type": ["discussion", "besoin"]}, True),
        ("", {"domaine": ["{domaine}"]}, True),
        ("", {"annee": ["1999"]}, False),
        ("voiries -neige", {}, True),
        ("voiries -panne", {}, False),
        ('"en panne"', {}, True),
        ("{domaine}", {}, True),
    ],
)
def test_any_facet_and_any_words_may_be_followed(camille, bruno, rst, q, facettes, oui):
    domaine = Domaine.objects.first()
    mots = {"{domaine}": domaine.code}
    suivre(
        camille,
        domaine.libelle if q == "{domaine}" else q,
        **{nom: [mots.get(v, v) for v in valeurs] for nom, valeurs in facettes.items()},
    )
    besoin = faire_besoin("Balayeuse", bruno, reseau=rst, corps="De voirie, en panne.", publier=False)
    besoin.domaines.add(domaine)
    besoin.publier(par=bruno)
    assert bool(prevenus()) == oui


def test_what_she_may_read_is_asked_when_she_is_told(camille, chantal, remi, bruno, rst):
    for membre in (camille, chantal, remi, bruno):
        suivre(membre, "canari", courriel=True)
    remi.adhesions.get().clore()
    faire_besoin("Réservé CANARI", bruno, reseau=rst, visibilite="reseau")
    assert prevenus() == {("Camille", "Réservé CANARI")}  # nor Bruno, who wrote it


def test_a_mail_leaves_for_who_asked_and_its_link_stops_them_all(
    client, camille, sylvie, bruno, rst, mailoutbox
):
    suivre(camille, "sel", courriel=True)
    suivre(camille, reseau=["rst"], courriel=True)
    suivre(sylvie, "sel")
    faire_besoin("Du sel", bruno, reseau=rst)
    [courriel] = mailoutbox
    assert courriel.to == [camille.courriel] and "Nouveau pour votre recherche" in courriel.subject
    en_tetes = entetes(Courriel.objects.get(destinataire=camille.courriel))
    assert en_tetes["List-Id"] == "<recherches.testserver>"
    lien = en_tetes["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    assert "recherches que vous suivez" in client.get(lien).text
    client.post(lien, {"List-Unsubscribe": "One-Click"})
    assert not RechercheSuivie.objects.filter(courriel=True).exists()
    assert not ListeDesRecherches(camille.pk).choix
    faire_besoin("Encore du sel", bruno, reseau=rst)
    assert len(mailoutbox) == 1 and ("Camille", "Encore du sel") in prevenus()


def test_a_message_tells_those_whose_search_found_nothing_there_before(
    client, connecter, camille, sylvie, remi, chantal, bruno, discussion, mailoutbox
):
    for membre in (camille, sylvie, remi, chantal):
        suivre(membre, "bineuse", courriel=membre == camille)
    suivre(sylvie, "cimetières")
    discussion.suivre(remi)
    message = faire_message(discussion, bruno, "Nous avons une bineuse.")
    assert prevenus() == {(nom, discussion.titre) for nom in ("Camille", "Sylvie", "Chantal")}
    assert Notification.objects.get(membre=camille).get_absolute_url().endswith(message.place)
    assert "bineuse" in [m for m in mailoutbox if m.to == [camille.courriel]][0].body
    Notification.objects.all().delete()
    faire_message(discussion, bruno, "La bineuse marche.")
    assert not prevenus()
    message.retirer(par=bruno, motif="Erreur")
    assert not prevenus()


def ouvrir(contribution, **lecteurs):
    avant = contribution.etat_suivi()
    for champ, valeur in lecteurs.items():
        setattr(contribution, champ, valeur)
    contribution.modifier(par=contribution.auteur, avant=avant)


def test_who_may_read_it_since_it_is_open_to_more_is_told_once(
    camille, chantal, sylvie, bruno, rst, mailoutbox
):
    for membre in (camille, chantal):
        suivre(membre, "sel", courriel=True)
    besoin = faire_besoin("Du sel", bruno, reseau=rst, visibilite="reseau")
    assert prevenus() == {("Camille", "Du sel")}
    Notification.lues(camille)
    suivre(sylvie, "sel")  # she has been able to read it since it was published
    ouvrir(besoin, visibilite="membres")
    assert prevenus() == {("Camille", "Du sel"), ("Chantal", "Du sel")}
    assert not Notification.objects.non_lues().filter(membre=camille).exists()
    Notification.lues(chantal)
    ouvrir(besoin, visibilite="reseau")
    ouvrir(besoin, visibilite="publique")
    assert not Notification.objects.non_lues().filter(membre__in=[camille, chantal]).exists()
    assert sorted(courriel.to for courriel in mailoutbox) == [[camille.courriel], [chantal.courriel]]


def test_open_to_everybody_it_is_no_news_for_members_who_could_read_it(chantal, bruno, rst):
    besoin = faire_besoin("Du sel", bruno, reseau=rst, visibilite="membres")
    suivre(chantal, "sel")
    ouvrir(besoin, visibilite="publique")
    assert not prevenus()


def test_moved_to_another_network_it_is_told_to_those_of_that_one_who_wait_for_it(
    camille, chantal, remi, bruno, diane, rst, amenagement
):
    for membre in (bruno, diane, remi):
        Adhesion.objects.create(membre=membre, reseau=amenagement)
    discussion = faire_discussion("Des bancs", bruno, reseau=rst, visibilite="reseau")
    faire_message(discussion, bruno, "Et du sel.")
    for membre in (camille, chantal, remi):
        suivre(membre, "sel")
    Notification.objects.update(lue_le=timezone.now())
    discussion.deplacer(amenagement, par=diane)
    assert Notification.objects.non_lues().get(genre="recherche").membre == chantal


def test_what_comes_back_rings_nobody(camille, bruno, discussion):
    suivre(camille, "bineuse")
    message = faire_message(discussion, bruno, "Nous avons une bineuse.")
    assert prevenus() == {("Camille", discussion.titre)}
    Notification.objects.all().delete()
    message.retirer(par=bruno, motif="Erreur").retablir(par=bruno)
    discussion.retirer(par=bruno, motif="Erreur").retablir(par=bruno)
    assert not prevenus()


def test_a_draft_and_a_muted_commune_tell_nobody(camille, sylvie, bruno, rst):
    from reseau.models import Sourdine

    suivre(camille, "sel")
    suivre(sylvie, "sel")
    Sourdine.poser(camille, reseau=rst)
    brouillon = faire_besoin("Du sel", bruno, reseau=rst, publier=False)
    assert not prevenus()
    brouillon.publier(par=bruno)
    assert prevenus() == {("Sylvie", "Du sel")}


def test_the_same_search_is_followed_once_and_not_too_many(camille):
    for type_ in (["besoin", "discussion"], ["discussion", "besoin"]):
        suivre(camille, "Été", type=type_)
    assert suivre(camille, "ete", type=["besoin", "discussion"], courriel=True).courriel
    assert RechercheSuivie.objects.count() == 1
    for n in range(SUIVIES_MAX - 1):
        suivre(camille, f"mot{n}")
    with pytest.raises(ValidationError, match="20 recherches"):
        suivre(camille, "un de trop")
    with pytest.raises(ValidationError, match="Cherchez d’abord"):
        suivre(camille, "")


def test_she_sees_hers_and_stops_them_from_her_settings(connecter, camille, sylvie):
    suivie, autre = suivre(camille, "sel", type=["besoin"]), suivre(sylvie, "autre")
    client = connecter(camille)
    assert "/moi/recherches/" in client.get("/moi/").text
    page = client.get("/moi/recherches/").text
    assert "« sel », Besoins" in page and "/recherche/?q=sel&amp;type=besoin" in page and "autre" not in page
    client.post(f"/moi/recherches/{suivie.pk}/courriel/", {"courriel": "oui"})
    assert RechercheSuivie.objects.get(pk=suivie.pk).courriel
    for ligne in (suivie, autre):
        client.post(f"/moi/recherches/{ligne.pk}/arret/")
    assert RechercheSuivie.objects.get() == autre


def test_the_number_of_followed_searches_does_not_change_what_publishing_costs(
    camille, bruno, rst, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cout():
        with CaptureQueriesContext(connection) as requetes:
            faire_besoin("Un broyeur", bruno, reseau=rst)
        return len(requetes)

    suivre(camille, "mot")
    cout()
    avant = cout()
    for n in range(SUIVIES_MAX - 1):
        suivre(camille, f"mot{n}")
    assert cout() == avant


# What found nothing


def test_what_found_nothing_is_kept_without_the_person_for_who_runs_networks(
    connecter, camille, sylvie, diane, chantal, rst
):
    for membre in (camille, sylvie):
        connecter(membre).get("/recherche/?q=Zeppelin")
    connecter(camille).get("/recherche/?q=dirigeable&reseau=rst")
    connecter(chantal).get("/recherche/?q=fermé&reseau=rst")  # not a network of hers
    sans_reponse = RechercheSansReponse.objects.get(cle="zeppelin")
    assert (sans_reponse.nombre, sans_reponse.reseau) == (2, None)
    assert RechercheSansReponse.objects.get(cle="dirigeable").reseau == rst
    assert not RechercheSansReponse.objects.filter(cle="ferme").exists()
    liees = {champ.name for champ in sans_reponse._meta.fields if champ.remote_field}
    assert liees == {"reseau", "traitee_par"}
    client = connecter(diane)
    page = client.get("/recherches-sans-reponse/").text
    assert "Zeppelin" in page and "2 fois" in page and "dirigeable" in page
    assert "Zeppelin" in client.get("/cockpit/").text
    assert "/documents/publier/?titre=Zeppelin" in page and "synonyme</a>" not in page
    assert "/documents/publier/?titre=dirigeable&amp;reseau=rst" in page and "Ajouter un document" in page
    assert "/discussions/publier/?titre=Zeppelin" in page and "En faire une question" in page
    assert "reseau/gens.css" in page
    client.post(f"/recherches-sans-reponse/{sans_reponse.pk}/traitement/")
    page = client.get("/recherches-sans-reponse/")
    assert sans_reponse not in page.context["recherches"] and "Zeppelin" not in client.get("/cockpit/").text
    assert f"traitée par {diane.nom_complet}" in page.text
    RechercheSansReponse.noter("zeppelin")
    assert sans_reponse in client.get("/recherches-sans-reponse/").context["recherches"], "asked again"
    assert connecter(camille).get("/recherches-sans-reponse/").status_code == 404


def test_once_all_are_settled_one_says_that_nothing_waits_not_that_everything_was_found(connecter, diane):
    client = connecter(diane)
    RechercheSansReponse.noter("Zeppelin")
    client.post(f"/recherches-sans-reponse/{RechercheSansReponse.objects.get().pk}/traitement/")
    for adresse in ("/recherches-sans-reponse/", "/cockpit/"):
        page = client.get(adresse).text
        assert "Rien n’attend." in page and "a trouvé quelque chose" not in page, adresse


def test_an_administrator_is_led_to_the_synonyms_too(connecter, alex):
    RechercheSansReponse.noter("Zeppelin")
    assert 'href="/admin/socle_synonymes/new/"' in connecter(alex).get("/recherches-sans-reponse/").text


def test_who_asks_again_the_same_day_is_counted_once_and_another_is_counted_too(connecter, camille, sylvie):
    for membre in (camille, camille, sylvie, camille):
        connecter(membre).get("/recherche/?q=zeppelin")
    assert RechercheSansReponse.objects.get().nombre == 2


def test_what_is_looked_for_in_a_network_is_told_to_those_who_run_it(chantal, diane, amenagement, rst):
    chantal.adhesions.update(role="animateur")
    RechercheSansReponse.noter("dans le rst", rst)
    RechercheSansReponse.noter("partout")

    def vues(membre):
        visibles = RechercheSansReponse.objects.visibles_par(membre.utilisateur)
        return set(visibles.values_list("texte", flat=True))

    assert vues(diane) == {"dans le rst", "partout"} and vues(chantal) == {"partout"}


@pytest.mark.parametrize(
    "q",
    [
        "jean.dupont@communes.example",
        "06 12 34 56 78",
        "0612345678",
        "dossier 123456",
        "www.exemple.fr",
        "un deux trois quatre cinq six sept huit neuf",
        "x" * 150,
        "",
    ],
)
def test_what_may_be_of_a_person_or_pasted_is_not_kept(connecter, camille, q):
    connecter(camille).get("/recherche/", {"q": q})
    assert not RechercheSansReponse.objects.exists()


def test_neither_a_visitor_nor_a_filter_nor_a_person_nor_a_mistake_leaves_a_trace(
    client, connecter, camille, bruno, balayeuse
):
    client.get("/recherche/?q=zeppelin")
    membre = connecter(camille)
    membre.get("/recherche/?q=zeppelin&type=besoin")
    membre.get("/recherche/?q=petit")
    membre.get("/recherche/?q=balaheuse")
    assert not RechercheSansReponse.objects.exists()


def test_what_is_shown_for_want_of_all_the_words_has_found_no_answer(connecter, camille, balayeuse):
    client = connecter(camille)
    for adresse in ("/recherche/?q=balayeuse+zeppelin", "/recherche/?q=balayeuse+zeppelin&page=2"):
        assert client.get(adresse).context["contributions"] == [balayeuse]
    sans_reponse = RechercheSansReponse.objects.get()
    assert (sans_reponse.texte, sans_reponse.nombre) == ("balayeuse zeppelin", 1)


def test_one_member_does_not_fill_the_list(connecter, camille):
    client = connecter(camille)
    for n in range(25):
        client.get(f"/recherche/?q=introuvable{n}")
    assert RechercheSansReponse.objects.count() == 20


def test_they_are_forgotten_a_year_after_the_last_time(camille):
    RechercheSansReponse.noter("ancienne")
    RechercheSansReponse.objects.update(derniere_le=timezone.now() - timedelta(days=366))
    RechercheSansReponse.noter("récente")
    entretien.send(sender=None)
    assert [sans_reponse.texte for sans_reponse in RechercheSansReponse.objects.all()] == ["récente"]
