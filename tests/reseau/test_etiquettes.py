"""Words put on contributions: suggested, renamed, merged."""

from besoins.models import Besoin
from reseau.models import Contribution, Domaine, Entree, Etiquette
from tests.fabriques import faire_membre


def mots(reponse):
    return [suggestion["mot"] for suggestion in reponse.json()["suggestions"]]


def test_words_are_suggested_while_typing_the_most_used_first(connecter, camille, balayeuse, discussion):
    balayeuse.etiquettes.add("balai", "balayage")
    discussion.etiquettes.add("balayage")
    reponse = connecter(camille).get("/etiquettes/suggestions/?q=BAL")
    assert mots(reponse) == ["balayage", "balai"]


def test_the_longest_words_are_kept_each_at_its_own_address(balayeuse):
    lettres = ["ﷺ" * 100, "x" * 100, "x" * 99 + "!", "x" * 99 + "?"]
    balayeuse.etiquettes.add(*lettres)
    adresses = set(Etiquette.objects.values_list("slug", flat=True))
    assert len(adresses) == 4 and max(map(len, adresses)) <= 100
    balayeuse.noter_reperes()
    assert len(Contribution.objects.get(pk=balayeuse.pk).reperes["etiquettes"]) == 4


def test_a_word_of_invisible_characters_is_left_out_and_the_others_are_cleaned(connecter, bruno, change):
    envoi = {
        "titre": "Sel",
        "collectivite": change.pk,
        "visibilite": "membres",
        "urgence": "normale",
        "etiquettes": "​, sel​, viabilité hivernale",
    }
    connecter(bruno).post("/besoins/publier/", envoi)
    assert sorted(Besoin.objects.get().etiquettes.names()) == ["sel", "viabilité hivernale"]


def test_a_word_already_there_is_taken_again_whatever_its_capitals(connecter, bruno, balayeuse, change):
    balayeuse.etiquettes.add("Élagage d’été", "marché (2)")
    envoi = {"titre": "Sel", "collectivite": change.pk, "visibilite": "membres", "urgence": "normale"}
    saisie = "élagage d’Été, ÉLAGAGE D’ÉTÉ, MARCHÉ (2), marche (2), Œuvre, œuvre"
    connecter(bruno).post("/besoins/publier/", envoi | {"etiquettes": saisie})
    noms = sorted(Besoin.objects.get(titre="Sel").etiquettes.names())
    assert noms == ["marche (2)", "marché (2)", "Élagage d’été", "Œuvre"]
    assert Etiquette.objects.count() == 4


def test_an_animatrice_renames_a_word_where_it_is_shown(connecter, diane, camille, balayeuse):
    balayeuse.etiquettes.add("balayeuze")
    balayeuse.noter_reperes()
    adresse = f"/etiquettes/{Etiquette.objects.get().pk}/"
    assert connecter(camille).post(adresse, {"nom": "balayeuse"}).status_code == 403
    connecter(diane).post(adresse, {"nom": "balayeuse"})
    assert Contribution.objects.get(pk=balayeuse.pk).reperes["etiquettes"] == [["balayeuze", "balayeuse"]]
    assert Entree.objects.filter(geste="etiquette", par=diane).exists()


def test_naming_a_word_like_another_makes_them_one(connecter, diane, balayeuse, discussion):
    balayeuse.etiquettes.add("ev", "voirie")
    discussion.etiquettes.add("espaces verts")
    ev = Etiquette.objects.get(name="ev")
    balayeuse.etiquettes.add("espaces verts")
    connecter(diane).post(f"/etiquettes/{ev.pk}/", {"nom": "Espaces verts"})
    assert sorted(balayeuse.etiquettes.names()) == ["espaces verts", "voirie"]
    assert not Etiquette.objects.filter(name="ev").exists()
    assert "ev" not in str(Contribution.objects.get(pk=balayeuse.pk).reperes)


def test_members_are_suggested_after_an_at_sign(connecter, camille, bruno, remi, client):
    assert mots(connecter(camille).get("/mentions/?q=mor")) == ["Camille Morel"]
    assert mots(connecter(camille).get("/mentions/?q=rémi")) == ["Rémi Aubert"]
    client.logout()
    assert client.get("/mentions/?q=mor").status_code == 302


def test_a_new_name_is_found_by_the_search_and_the_old_one_no_more(balayeuse, discussion, diane):
    balayeuse.etiquettes.add("balayeuze")
    discussion.domaines.add(Domaine.objects.get(code="voirie"))
    balayeuse.noter_reperes()
    discussion.noter_reperes()
    assert trouvees("balayeuze") == [balayeuse.pk]
    Etiquette.objects.get().renommer("propreté", par=diane)
    assert (trouvees("balayeuze"), trouvees("propreté")) == ([], [balayeuse.pk])
    voirie = Domaine.objects.get(code="voirie")
    voirie.libelle = "Chaussées"
    voirie.save()
    assert trouvees("chaussées") == [discussion.pk]


def test_merged_words_are_found_under_the_one_that_stays(balayeuse, diane):
    balayeuse.etiquettes.add("ev")
    balayeuse.noter_reperes()
    Etiquette.objects.get().fondre_dans(
        Etiquette.objects.create(name="plantations", slug="plantations"), par=diane
    )
    assert (trouvees("ev"), trouvees("plantations")) == ([], [balayeuse.pk])


def trouvees(mot):
    return [contribution.pk for contribution in Contribution.objects.all().search(mot, operator="and")]


def test_a_word_of_invisible_characters_is_no_name(connecter, diane, balayeuse):
    balayeuse.etiquettes.add("voirie")
    page = connecter(diane).post(f"/etiquettes/{Etiquette.objects.get().pk}/", {"nom": "\u200b\u2060"})
    assert "id_nom_error" in page.text
    assert Etiquette.objects.get().name == "voirie"


def test_a_name_is_suggested_from_the_beginning_of_any_of_its_words(connecter, camille, agglo):
    for nom in ("Ève Le Goff", "Yann Legoff", "Ève Lévêque"):
        faire_membre(*nom.split(" ", 1), agglo)
    client = connecter(camille)
    assert mots(client.get("/mentions/?q=ève le")) == ["Ève Le Goff", "Ève Lévêque"]
    assert mots(client.get("/mentions/?q=GOF")) == ["Ève Le Goff"]
    assert mots(client.get("/mentions/?q=off")) == []
    assert mots(client.get("/mentions/?q=%25%5F")) == []


def test_who_tidies_the_words_finds_where(connecter, camille, diane, rst):
    for page in (rst.get_absolute_url(), "/moi/"):
        assert 'href="/etiquettes/"' in connecter(diane).get(page).text
        assert 'href="/etiquettes/"' not in connecter(camille).get(page).text


def test_an_animateur_tidies_only_the_words_of_what_she_may_read(
    connecter, diane, alex, besoin_du_rst, amenagement
):
    besoin_du_rst.etiquettes.add("motCANARI")
    (mot,) = Etiquette.objects.all()
    voisine = faire_membre("Inès", "Garnier", besoin_du_rst.collectivite, anime=[amenagement])
    for lectrice, connu in ((diane, True), (alex, True), (voisine, False)):
        assert ("motCANARI" in connecter(lectrice).get("/etiquettes/").text) == connu
        assert connecter(lectrice).get(f"/etiquettes/{mot.pk}/").status_code == (200 if connu else 404)
    assert connecter(voisine).post(f"/etiquettes/{mot.pk}/", {"nom": "sel"}).status_code == 404


def test_a_new_name_finds_its_twin_whatever_its_capitals(diane):
    ete, twin = Etiquette.objects.create(name="ete"), Etiquette.objects.create(name="Été")
    assert Etiquette.nommer(ete.pk, "ÉTÉ", par=diane) == twin
    assert Etiquette.objects.count() == 1
