import pytest
from wagtail.search import index

from besoins.models import Position
from plateforme.socle import recherche as socle
from plateforme.socle.texte import requete
from reseau.models import Contribution, Domaine, Pole
from reseau.taches import indexer_le_fil
from tests.compter import requetes_pour
from tests.fabriques import faire_besoin, faire_discussion, faire_message, faire_ressource

pytestmark = pytest.mark.django_db


def chercher(client, q):
    reponse = client.get("/recherche/", {"q": q})
    assert reponse.status_code == 200
    return reponse


def test_a_member_finds_what_she_may_read(comme, camille, balayeuse):
    assert chercher(comme(camille), "balayeuse").context["contributions"] == [balayeuse]


def test_a_word_of_a_closed_circle_finds_nothing_for_a_stranger(comme, camille, chantal, besoin_du_rst):
    assert not chercher(comme(chantal), "astreinte").context["contributions"]
    assert chercher(comme(camille), "astreinte").context["contributions"] == [besoin_du_rst]


def test_a_visitor_finds_neither_what_is_for_members_nor_their_names(client, camille, balayeuse):
    for q in ("balayeuse", "Camille"):
        page = chercher(client, q)
        assert not page.context["contributions"] and not page.context["personnes"]
        assert "Rien pour" in page.content.decode()


def test_people_and_communes_stand_in_blocks_of_their_own(comme, camille, bruno, louverne, agglo):
    louverne.rejoindre(agglo)
    page = chercher(comme(bruno), "morel")
    assert list(page.context["personnes"]) == [camille]
    assert chercher(comme(bruno), "louverne").context["communes"] == [louverne]


def test_nothing_found_leads_to_the_question_with_what_was_typed_and_where(comme, camille, rst):
    client = comme(camille)
    domaine = Domaine.objects.first()
    page = client.get("/recherche/", {"q": "zeppelin géant", "reseau": "rst", "domaine": domaine.code})
    assert "Poser la question" in page.text
    form = client.get(page.context["question"]).context["form"]
    assert form["titre"].value() == "zeppelin géant"
    assert form["reseau"].value() == rst.pk
    assert list(form["domaines"].value()) == [domaine.code]


def test_a_misspelt_word_is_read_as_the_nearest_one_and_the_page_says_so(comme, camille, balayeuse):
    page = comme(camille).get("/recherche/?q=balaheuse")
    assert page.context["contributions"] == [balayeuse]
    assert "Résultats pour <strong>« balayeuse »</strong>." in page.text
    assert '<a href="?q=%22balaheuse%22">Chercher seulement « balaheuse »</a>' in page.text
    telle_quelle = comme(camille).get("/recherche/?q=%22balaheuse%22")
    assert not telle_quelle.context["contributions"]
    assert "?titre=balaheuse" in telle_quelle.context["question"]
    assert "<mark>Balayeuse</mark>" in page.text
    assert page.context["filtre"].adresse == "q=balayeuse", "what would be followed"
    filtree = comme(camille).get("/recherche/?q=balaheuse&type=discussion")
    assert not filtree.context["contributions"] and onglets(filtree)["Besoins"] == 1


@pytest.mark.parametrize("facette", ["", "&type=besoin"])
def test_how_the_words_were_read_is_said_once_and_only_of_all_of_them(comme, camille, balayeuse, facette):
    client = comme(camille)
    assert client.get(f"/recherche/?q=balaheuse{facette}").text.count("Résultats pour") == 1
    partielle = client.get(f"/recherche/?q=balaheuse+zeppelin{facette}").text
    assert "Aucune réponse pour tous les mots" in partielle and "Résultats pour" not in partielle


@pytest.mark.parametrize("facette", ["", "&type=besoin"])
def test_that_the_database_answers_alone_is_said_once(comme, camille, balayeuse, monkeypatch, facette):
    monkeypatch.setattr("plateforme.socle.templatetags.socle.en_mode_reduit", lambda: True)
    client = comme(camille)
    assert client.get(f"/recherche/?q=balayeuse{facette}").text.count("en mode réduit") == 1


def test_what_was_typed_with_other_quotes_and_spaces_was_read_as_it_is_typed(comme, camille, balayeuse):
    page = comme(camille).get("/recherche/", {"q": "«balayeuse»  ", "type": "besoin"})
    assert page.context["contributions"] == [balayeuse] and "Résultats pour" not in page.text


def test_what_is_followed_of_a_misspelt_word_is_what_was_looked_for_even_if_another_word_is_missing(
    comme, camille, balayeuse
):
    page = comme(camille).get("/recherche/?q=balaheuse+de+zeppelin")
    assert page.context["contributions"] == [balayeuse]
    assert page.context["filtre"].adresse == "q=balayeuse+de+zeppelin"


def test_the_question_may_be_asked_though_a_person_or_a_commune_was_found(comme, camille, louverne, agglo):
    louverne.rejoindre(agglo)
    client = comme(camille)
    for q in ("morel", "louverne"):
        page = client.get("/recherche/", {"q": q})
        assert not page.context["contributions"] and not page.context["rien"]
        assert "Poser la question" in page.text and "Aucune publication n’en parle." in page.text


def test_when_no_text_says_all_the_words_the_nearest_are_shown_with_what_they_lack(
    comme, camille, bruno, rst
):
    for titre in ("Tonte des stades", "Tonte des talus", "Pelouse du stade"):
        faire_besoin(titre, bruno, reseau=rst)
    page = comme(camille).get("/recherche/?q=tonte+pelouse")
    premier, *autres = [(r.contribution.titre, r.manquants) for r in page.context["resultats"]]
    assert premier == ("Pelouse du stade", ("tonte",)), "the rarest word first"
    assert {*autres} == {("Tonte des stades", ("pelouse",)), ("Tonte des talus", ("pelouse",))}
    assert "Aucune réponse pour tous les mots ; au plus près :" in page.text and "Sans « tonte »" in page.text
    assert "<mark>Pelouse</mark>" in page.text and "Poser la question" in page.text
    assert onglets(page) == {"Tout": 3, "Besoins": 3}
    assert "au plus près" not in comme(camille).get("/recherche/?q=tonte+stades").text
    assert "au plus près" not in comme(camille).get('/recherche/?q="tonte+pelouse"').text


DIFFICILES = [
    *["", " ", '"', '"voirie', "%", "%zz", "\\", "*", "(((", "-"],
    *["type:besoin", "AND OR NOT", "' OR 1=1 --", "<script>alert(1)</script>", "🚜"],
    *["é" * 5000, "a " * 400],
]


@pytest.mark.parametrize("q", DIFFICILES)
def test_no_input_breaks_the_search(comme, camille, balayeuse, q):
    assert b"<script>alert" not in chercher(comme(camille), q).content


def test_bytes_that_are_no_text_do_not_break_it_either(client):
    assert client.get("/recherche/?q=%ED%A0%BD%FF&q").status_code == 200


def test_a_discussion_is_found_by_what_its_messages_say_until_they_are_withdrawn(comme, camille, discussion):
    client = comme(camille)
    message = faire_message(discussion, camille, "Nous avons essayé la bineuse électrique.")
    assert chercher(client, "bineuse").context["contributions"] == [discussion]
    message.retirer(par=camille, motif="Erreur")
    assert not chercher(client, "bineuse").context["contributions"]
    message.retablir(par=camille)
    assert chercher(client, "bineuse").context["contributions"] == [discussion]
    message.corriger(texte="Nous avons essayé le désherbeur thermique.")
    assert not chercher(client, "bineuse").context["contributions"]
    assert chercher(client, "thermique").context["contributions"] == [discussion]


def test_a_burst_of_messages_is_indexed_once_and_a_withdrawal_waits_for_no_task(
    monkeypatch, settings, camille, discussion
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    premier, dernier = (faire_message(discussion, camille, texte) for texte in ("La bineuse.", "La binette."))
    indexees, indexer = [], index.insert_or_update_object
    monkeypatch.setattr(index, "insert_or_update_object", lambda c: indexees.append(c) or indexer(c))
    for message in (premier, dernier):
        indexer_le_fil.func(discussion.pk, message.revision)
    assert len(indexees) == 1
    premier.retirer(par=camille, motif="Erreur")
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert not socle.chercher(visibles, requete("bineuse"), 5)
    assert socle.chercher(visibles, requete("binette"), 5)


def test_a_message_is_found_though_a_position_followed_before_its_task(
    monkeypatch, settings, camille, bruno, remi, louverne, balayeuse
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    message = faire_message(balayeuse, bruno, "La bineuse passera aussi.")
    Position.dire(balayeuse, collectivite=louverne, par=remi, niveau="interessee")
    indexer_le_fil.func(balayeuse.pk, message.revision)
    visibles = Contribution.objects.visibles_par(camille.utilisateur)
    assert socle.chercher(visibles, requete("bineuse"), 5)


def test_what_was_noted_meanwhile_is_found_though_an_older_reading_is_indexed_last(comme, camille, bruno):
    ressource = faire_ressource("Les seuils de la commande publique", bruno)
    ancienne = Contribution.objects.get(pk=ressource.pk).specifique
    ressource.etiquettes.set(["marchés publics", "seuils"])
    ressource.noter_reperes()
    index.insert_or_update_object(ancienne)
    assert chercher(comme(camille), "marché public seuil").context["contributions"] == [ressource]


def test_a_title_made_of_marks_breaks_no_search(comme, camille, bruno):
    faire_besoin("ﾞﾞﾞﾞ pompe", bruno)
    for q in ("zq", "x", "pomme"):
        chercher(comme(camille), q)


# Facets: each with its count, of what this reader may read


@pytest.fixture
def voirie(db):
    return Domaine.objects.first()


@pytest.fixture
def trois(bruno, chantal, rst, voirie, change, agglo):
    """Two needs of the RST, one of which is for its members; a question of the other network."""
    sel = faire_besoin("Sel en vrac", bruno, reseau=rst, corps="Du sel pour les voiries.")
    sel.domaines.add(voirie)
    sel.noter_reperes()
    ferme = faire_besoin("Sel en sacs CANARI", bruno, reseau=rst, visibilite="reseau")
    question = faire_discussion("Qui a trop de sel ?", chantal)
    pole = Pole.objects.create(nom="Pôle Nord", epci=agglo)
    pole.accueillir(change)
    return sel, ferme, question


def comptes(page):
    return {
        groupe["nom"]: {v["libelle"]: v["nombre"] for v in groupe["valeurs"]}
        for groupe in page.context["filtre"].groupes
    }


def onglets(page):
    return {onglet["libelle"]: onglet["nombre"] for onglet in page.context["filtre"].onglets}


def test_the_facets_count_what_this_reader_may_read(comme, camille, chantal, trois, rst, voirie):
    page = chercher(comme(camille), "sel")
    assert onglets(page) == {"Tout": 3, "Besoins": 2, "Discussions": 1}
    assert comptes(page)["collectivite"] == {"Changé": 2, "Montflours": 1}
    assert comptes(page)["auteur"] == {"Bruno Petit": 2, "Chantal Riou": 1}
    page = chercher(comme(chantal), "sel")
    assert onglets(page) == {"Tout": 2, "Besoins": 1, "Discussions": 1}
    assert "CANARI" not in page.text


@pytest.mark.parametrize(
    ("facettes", "titres"),
    [
        ({"type": "besoin"}, {"Sel en vrac", "Sel en sacs CANARI"}),
        ({"type": ["besoin", "discussion"], "collectivite": "montflours"}, {"Qui a trop de sel ?"}),
        ({"reseau": "rst", "domaine": "{voirie}"}, {"Sel en vrac"}),
        ({"pole": "pole-nord"}, {"Sel en vrac", "Sel en sacs CANARI"}),
        ({"annee": "{annee}"}, {"Sel en vrac", "Sel en sacs CANARI", "Qui a trop de sel ?"}),
        ({"annee": "1999"}, set()),
        ({"auteur": "{chantal}"}, {"Qui a trop de sel ?"}),
        ({"auteur": "9" * 30, "annee": "abc", "type": "x", "pole": "é"}, set()),
    ],
)
def test_each_facet_narrows_with_words_and_without(comme, camille, chantal, trois, voirie, facettes, titres):
    mots = {"{voirie}": voirie.code, "{annee}": trois[0].annee, "{chantal}": chantal.pk}
    facettes = {nom: mots.get(v, v) if isinstance(v, str) else v for nom, v in facettes.items()}
    slug = Pole.objects.get().slug
    facettes = {nom: slug if v == "pole-nord" else v for nom, v in facettes.items()}
    for q in ("sel", ""):
        page = comme(camille).get("/recherche/", {"q": q, **facettes})
        assert {c.titre for c in page.context["contributions"]} == titres
        assert page.status_code == 200


def test_a_facet_counts_what_the_others_leave(comme, camille, trois):
    page = comme(camille).get("/recherche/", {"q": "sel", "collectivite": "montflours"})
    assert onglets(page) == {"Tout": 1, "Discussions": 1}
    assert comptes(page)["collectivite"] == {"Changé": 2, "Montflours": 1}
    assert [actif["libelle"] for actif in page.context["filtre"].actifs()] == ["Montflours"]


def test_a_visitor_is_given_no_list_of_names(client, comme, camille, bruno, rst):
    for titre in ("Sel un", "Sel deux"):
        faire_besoin(titre, bruno, reseau=rst, visibilite="publique")
    faire_discussion("Du sel ?", camille, visibilite="publique")
    page = client.get("/recherche/", {"q": "sel", "auteur": bruno.pk})
    assert "auteur" not in comptes(page) and len(page.context["contributions"]) == 3
    assert "Petit" not in page.text


def test_the_name_of_a_closed_network_is_not_told_by_its_address(comme, chantal, trois, rst):
    rst.acces = rst.Acces.INVITATION
    rst.save()
    page = comme(chantal).get("/recherche/", {"q": '"sel en sacs"', "reseau": "rst"})
    assert rst.nom not in page.text and not page.context["contributions"]


def test_a_filtered_list_leads_to_the_same_search_where_it_may_be_followed(comme, client, camille, trois):
    page = comme(camille).get("/besoins/?q=sel&collectivite=change&etat=ouvert")
    lien = "/recherche/?q=sel&amp;type=besoin&amp;collectivite=change"
    assert f'href="{lien}"' in page.text
    suite = client.get(lien.replace("&amp;", "&"))
    assert {c.titre for c in suite.context["contributions"]} == {"Sel en vrac", "Sel en sacs CANARI"}
    assert "me prévenir" not in client.get("/besoins/?etat=ouvert").text


# What each line says


def test_a_line_shows_where_the_words_stand_and_in_which_message(comme, camille, bruno, discussion):
    message = faire_message(discussion, bruno, "Nous avons <b>essayé</b> la bineuse électrique.")
    faire_message(discussion, camille, "Merci !")
    page = chercher(comme(camille), "bineuse cimetieres")
    assert "des <mark>cimetières</mark>" in page.text
    assert "&lt;b&gt;essayé&lt;/b&gt; la <mark>bineuse</mark> électrique." in page.text
    assert f'href="{discussion.get_absolute_url()}{message.place}"' in page.text
    assert "Message n° 1, Bruno Petit (Changé)" in page.text


def test_an_extract_comes_from_the_text_as_it_is_now(comme, camille, bruno, discussion, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    message = faire_message(discussion, bruno, "La bineuse est au garage.")
    index.insert_or_update_object(discussion)
    type(message).objects.filter(pk=message.pk).update(retire_le=discussion.publie_le, retire_motif="x")
    page = chercher(comme(camille), "bineuse")
    assert "garage" not in page.text


def test_what_has_just_been_restricted_or_withdrawn_is_found_no_more_even_from_a_late_index(
    comme, camille, chantal, bruno, balayeuse, settings
):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    assert chercher(comme(chantal), "balayeuse").context["contributions"] == [balayeuse]
    Contribution.objects.filter(pk=balayeuse.pk).update(visibilite="reseau")
    page = chercher(comme(chantal), "balayeuse")
    assert not page.context["contributions"] and "voirie" not in page.text
    assert chercher(comme(camille), "balayeuse").context["contributions"] == [balayeuse]
    Contribution.objects.get(pk=balayeuse.pk).retirer(par=bruno, motif="Doublon")
    assert not chercher(comme(camille), "balayeuse").context["contributions"]


def test_words_are_taken_away_by_a_minus_and_phrases_are_kept_whole(comme, camille, bruno, rst):
    for titre in ("Sel de déneigement", "Sel pour la cuisine", "Déneigement sans sel"):
        faire_besoin(titre, bruno, reseau=rst)

    def titres(q):
        return {c.titre for c in chercher(comme(camille), q).context["contributions"]}

    assert titres("sel -cuisine") == {"Sel de déneigement", "Déneigement sans sel"}
    assert titres('"sel de déneigement"') == {"Sel de déneigement"}
    assert titres("sel -cuisine -déneigement") == set()
    assert titres("-sel") == set()


# Pages


def test_results_are_read_page_by_page_in_the_order_asked_for(comme, camille, bruno, rst):
    for n in range(45):
        faire_besoin(f"Sel numéro {n}", bruno, reseau=rst)
    vus, adresse = [], "/recherche/?q=sel&tri=recent"
    while adresse:
        page = comme(camille).get(adresse)
        vus += page.context["contributions"]
        adresse = page.context["suivante"] and f"/recherche/{page.context['suivante']}"
    assert [c.titre for c in vus] == [f"Sel numéro {n}" for n in reversed(range(45))]
    dernieres = comme(camille).get("/recherche/?q=sel&page=99")
    assert len(dernieres.context["contributions"]) == 5 and dernieres.context["precedente"]


def test_the_page_costs_the_same_whatever_is_found(comme, camille, bruno, rst):
    client = comme(camille)

    def remplir(n):
        for i in range(n):
            faire_message(faire_discussion(f"Sel {n} {i}", bruno, reseau=rst), bruno, "Une bineuse.")
            faire_besoin(f"Du sel {n} {i}", bruno, reseau=rst)

    for adresse in ("/recherche/?q=sel", "/recherche/?q=sel&type=besoin&reseau=rst", "/recherche/?q=bineuse"):
        remplir(2)
        peu = requetes_pour(client, adresse)
        remplir(8)
        assert requetes_pour(client, adresse) == peu


def test_pages_of_the_site_and_networks_stand_beside_but_for_those_by_invitation(
    client, comme, camille, chantal, rst
):
    page = chercher(client, "mentions légales")
    assert [p.title for p in page.context["pages"]] == ["Mentions légales"]
    rst.acces = rst.Acces.INVITATION
    rst.save()
    assert chercher(comme(camille), "services techniques").context["reseaux"] == [rst]
    page = chercher(comme(chantal), "services techniques")
    assert not page.context["reseaux"] and not page.context["pages"]
