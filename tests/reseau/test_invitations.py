import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from reseau.models import Entree, Membre
from tests.fabriques import faire_reseau


@pytest.fixture(autouse=True)
def epci(agglo, louverne, change):
    for commune in (louverne, change):
        commune.rejoindre(agglo)
    return agglo


@pytest.fixture
def zoe():
    return {"prenom": "Zoé", "nom": "Lemaire", "courriel": "Zoe@Louverne.example", "telephone": "06 00"}


def adresse(nom, *args):
    return reverse(f"reseau:{nom}", args=args)


def invitee():
    return Membre.objects.de_courriel("zoe@louverne.example")


def test_a_referent_invites_for_her_commune(connecter, remi, louverne, zoe, mailoutbox):
    client = connecter(remi)
    page = client.get(adresse("invitations")).content.decode()
    assert "Louverné" in page and "Changé" not in page
    donnees = zoe | {"collectivite": louverne.pk, "role": "elu", "intitule": "adjointe aux travaux"}
    reponse = client.post(adresse("invitations"), donnees, follow=True)
    membre = invitee()
    assert (membre.invite_par, membre.telephone, membre.est_attendu) == (remi, "06 00", True)
    assert [str(f) for f in membre.fonctions.all()] == ["adjointe aux travaux, Louverné"]
    assert not membre.utilisateur.has_usable_password()
    assert "L’invitation est partie à zoe@louverne.example." in reponse.content.decode()
    assert 'data-brouillon="invitation"' in page and 'data-brouillon-efface="invitation"' in reponse.text
    assert "invitation en attente" in reponse.content.decode()
    lettre = mailoutbox[-1]
    assert lettre.to == ["zoe@louverne.example"] and lettre.subject.startswith("Rémi Aubert vous invite")
    assert "zoe@louverne.example" in lettre.body and "Louverné" in lettre.body
    assert f"http://testserver{reverse('account_login')}" in lettre.body
    assert lettre.alternatives and "Zoé" in lettre.alternatives[0][0]
    assert {e.geste for e in Entree.objects.filter(par=remi)} == {"invitation", "fonction"}


def test_an_address_that_no_mail_can_bear_invites_nobody(connecter, remi, louverne, zoe, mailoutbox):
    donnees = zoe | {"courriel": f"a@{'é' * 60}.fr", "collectivite": louverne.pk, "role": "agent"}
    reponse = connecter(remi).post(adresse("invitations"), donnees)
    assert reponse.status_code == 422 and "id_courriel_error" in reponse.text
    assert not mailoutbox and not Membre.objects.filter(invite_par=remi).exists()


def test_she_waits_until_her_first_sign_in(connecter, remi, louverne, zoe):
    client = connecter(remi)
    client.post(adresse("invitations"), zoe | {"collectivite": louverne.pk, "role": "agent"})
    compte = invitee().utilisateur
    compte.last_login = timezone.now()
    compte.save()
    assert "en attente" not in client.get(adresse("collectivite", "louverne")).content.decode()


def test_an_animateur_invites_from_any_commune_into_her_network(connecter, diane, change, rst, zoe):
    client = connecter(diane)
    page = client.get(adresse("invitations") + "?reseau=rst")
    assert "role" not in page.context["form"].fields
    donnees = zoe | {"collectivite": change.pk, "reseau": rst.pk, "role": "administrateur"}
    client.post(adresse("invitations"), donnees)
    membre = invitee()
    assert [(f.collectivite, f.role) for f in membre.fonctions.all()] == [(change, "agent")]
    assert rst.adhesion_de(membre).par == diane


def test_an_animateur_names_a_network_and_a_collectivite(connecter, diane, change, zoe):
    page = connecter(diane).post(adresse("invitations"), zoe).content.decode()
    assert "id_collectivite_error" in page and "id_reseau_error" in page
    assert "Lemaire" in page
    assert invitee() is None


def test_an_animateur_does_not_invite_into_another_network(connecter, diane, change, amenagement, zoe):
    donnees = zoe | {"collectivite": change.pk, "reseau": amenagement.pk}
    assert "id_reseau_error" in connecter(diane).post(adresse("invitations"), donnees).content.decode()


def test_a_referent_who_animates_gives_roles_at_home_only(connecter, remi, rst, louverne, change, zoe):
    rst.adhesion_de(remi).changer(role="animateur")
    client = connecter(Membre.objects.get(pk=remi.pk))
    ailleurs = zoe | {"collectivite": change.pk, "role": "referent"}
    assert "id_reseau_error" in client.post(adresse("invitations"), ailleurs).content.decode()
    client.post(adresse("invitations"), ailleurs | {"reseau": rst.pk})
    assert [f.role for f in invitee().fonctions.all()] == ["agent"]


def test_a_member_of_elsewhere_only_enters_the_network_and_is_told(
    connecter, diane, chantal, change, rst, mailoutbox
):
    chantal.utilisateur.last_login = timezone.now()
    chantal.utilisateur.save()
    donnees = {"prenom": "X", "nom": "Y", "courriel": chantal.courriel}
    reponse = connecter(diane).post(
        adresse("invitations"), donnees | {"collectivite": change.pk, "reseau": rst.pk}, follow=True
    )
    assert "avait déjà un compte" in reponse.content.decode()
    assert rst.adhesion_de(chantal) and chantal.fonctions.count() == 1
    assert Membre.objects.get(pk=chantal.pk).nom == "Riou"
    assert mailoutbox[-1].subject == "Vous êtes membre du réseau « Services techniques »"


def test_inviting_twice_changes_nothing_and_writes_once(connecter, remi, louverne, zoe, mailoutbox):
    client, donnees = connecter(remi), zoe | {"collectivite": louverne.pk, "role": "agent"}
    client.post(adresse("invitations"), donnees)
    reponse = client.post(adresse("invitations"), donnees, follow=True)
    assert "y était déjà" in reponse.content.decode()
    assert len(mailoutbox) == 1 and invitee().fonctions.count() == 1


def test_a_deactivated_account_is_not_invited(connecter, remi, dominique, louverne, mailoutbox):
    donnees = {"prenom": "D", "nom": "S", "courriel": dominique.courriel, "role": "agent"}
    page = connecter(remi).post(adresse("invitations"), donnees | {"collectivite": louverne.pk})
    assert "id_courriel_error" in page.content.decode() and "désactivé" in page.content.decode()
    assert dominique.fonctions.count() == 1 and not mailoutbox


@pytest.mark.parametrize("courriel", ["", "zoe", "zoe@", "a@b.c\r\nBcc: x@y.z", "x" * 250 + "@y.example"])
def test_a_bad_address_is_refused(connecter, remi, louverne, zoe, courriel):
    donnees = zoe | {"courriel": courriel, "collectivite": louverne.pk, "role": "agent"}
    assert "id_courriel_error" in connecter(remi).post(adresse("invitations"), donnees).content.decode()


def test_names_cannot_write_into_the_mail(connecter, remi, louverne, zoe, mailoutbox):
    donnees = zoe | {"prenom": "<b>Zoé</b>", "collectivite": louverne.pk, "role": "agent"}
    connecter(remi).post(adresse("invitations"), donnees)
    html = mailoutbox[-1].alternatives[0][0]
    assert "&lt;b&gt;Zoé&lt;/b&gt;" in html and "<b>Zoé" not in html


def test_an_administrator_invites_anywhere_with_any_role(connecter, alex, agglo, rst, zoe):
    donnees = zoe | {"collectivite": agglo.pk, "role": "administrateur", "reseau": rst.pk}
    connecter(alex).post(adresse("invitations"), donnees)
    assert invitee().droits.est_administrateur and rst.adhesion_de(invitee())


def test_a_closed_network_is_not_proposed(connecter, alex, rst):
    ferme = faire_reseau("Ancien réseau")
    ferme.fermer(par=alex)
    assert "Ancien réseau" not in connecter(alex).get(adresse("invitations")).content.decode()


def test_a_simple_member_invites_nobody(connecter, camille, louverne, zoe):
    client = connecter(camille)
    assert client.get(adresse("invitations")).status_code == 404
    donnees = zoe | {"collectivite": louverne.pk, "role": "agent"}
    assert client.post(adresse("invitations"), donnees).status_code == 404
    assert not get_user_model().objects.filter(email="zoe@louverne.example").exists()


def test_the_invitation_leaves_again_once_a_day(connecter, remi, louverne, zoe, mailoutbox):
    client = connecter(remi)
    client.post(adresse("invitations"), zoe | {"collectivite": louverne.pk, "role": "agent"})
    relance = adresse("membre_relance", invitee().pk)
    assert "est repartie" in client.post(relance, follow=True).content.decode()
    assert "déjà repartie" in client.post(relance, follow=True).content.decode()
    assert len(mailoutbox) == 2
    assert Entree.objects.filter(geste="invitation").count() == 2


def test_she_who_came_needs_no_other_invitation(connecter, remi, camille, mailoutbox):
    camille.utilisateur.last_login = timezone.now()
    camille.utilisateur.save()
    assert connecter(remi).post(adresse("membre_relance", camille.pk)).status_code == 404
    assert not mailoutbox


@pytest.mark.parametrize("qui", ["camille", "bruno", "diane"])
def test_only_who_answers_for_her_sends_it_again(connecter, request, sylvie, qui):
    assert (
        connecter(request.getfixturevalue(qui)).post(adresse("membre_relance", sylvie.pk)).status_code == 404
    )
