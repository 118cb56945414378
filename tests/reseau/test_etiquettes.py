"""Words put on contributions: suggested, renamed, merged."""

from reseau.models import Contribution, Entree, Etiquette


def test_words_are_suggested_while_typing_the_most_used_first(connecter, camille, balayeuse, discussion):
    balayeuse.etiquettes.add("balai", "balayage")
    discussion.etiquettes.add("balayage")
    reponse = connecter(camille).get("/etiquettes/suggestions/?q=BAL")
    assert reponse.json() == {"suggestions": ["balayage", "balai"]}


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
    assert connecter(camille).get("/mentions/?q=mor").json() == {"suggestions": ["Camille Morel"]}
    assert connecter(camille).get("/mentions/?q=rémi").json() == {"suggestions": ["Rémi Aubert"]}
    client.logout()
    assert client.get("/mentions/?q=mor").status_code == 302
