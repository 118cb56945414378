"""Whatever a search says, it says of what its reader may read: hits, counts, facets, extracts, completions,
spellings, and what is told of a search that is followed. The whole cast, everything that may be hidden."""

import pytest
from django.utils import timezone

from plateforme.socle.lectures import lectures
from reseau.models import Contribution, Domaine, Message, Notification, RechercheSuivie
from tests.fabriques import faire_besoin, faire_discussion, faire_message, faire_projet

pytestmark = pytest.mark.django_db

CAST = [
    "visiteur",
    "noe",
    "odile",
    "camille",
    "bruno",
    "remi",
    "chantal",
    "sylvie",
    "diane",
    "jeanne",
    "alex",
]
# A title and a text, then a message, that hold no other word in common than « canari ».
MOTS = {
    "publique": ("belvedere", "calebasse", "dromadaire"),
    "membres": ("escarbille", "farandole", "gargouille"),
    "rst": ("hallebarde", "jacinthe", "kaolinite"),
    "amenagement": ("libellule", "manivelle", "nenuphar"),
    "brouillon": ("obelisque", "palissade", ""),
    "retiree": ("quenouille", "ribambelle", "serpolet"),
}


@pytest.fixture
def cast(request, camille, chantal, remi, sylvie, diane, jeanne, alex, noe, odile):
    for membre in (camille, chantal, remi, sylvie, diane, jeanne, alex):
        RechercheSuivie.suivre(par=membre, q="canari", facettes={}, libelle="« canari »", courriel=True)


@pytest.fixture
def tout(cast, bruno, chantal, rst, amenagement):
    """One contribution of each kind, with its message and one that was withdrawn."""
    domaine = Domaine.objects.create(code="zoologie", libelle="Zoologie")
    lecteurs = {
        "publique": (faire_projet, bruno, {"reseau": rst, "visibilite": "publique"}),
        "membres": (faire_discussion, chantal, {"reseau": amenagement}),
        "rst": (faire_besoin, bruno, {"reseau": rst, "visibilite": "reseau"}),
        "amenagement": (faire_discussion, chantal, {"reseau": amenagement, "visibilite": "reseau"}),
        "brouillon": (faire_besoin, bruno, {"reseau": rst, "publier": False}),
        "retiree": (faire_besoin, bruno, {"reseau": rst}),
    }
    faites = {}
    for nom, (faire, auteur, champs) in lecteurs.items():
        titre, texte, message = MOTS[nom]
        objet = faire(f"Canari {titre}", auteur, corps=f"Un {texte}.", **champs)
        if message:
            faire_message(objet, auteur, f"Voici un {message}.")
            faire_message(objet, auteur, "Le topinambour.").retirer(par=auteur, motif="Erreur")
        objet.domaines.add(domaine)
        objet.noter_reperes()
        faites[nom] = objet
    faites["retiree"].retirer(par=bruno, motif="Doublon")
    return faites


@pytest.fixture
def lecteur(request, client):
    """(its client, its user, what it may read of all this)"""

    def entrer(nom, tout):
        user = None
        if nom != "visiteur":
            user = request.getfixturevalue(nom).utilisateur
            client.force_login(user)
        visibles = Contribution.objects.visibles_par(user).publiees()
        lisibles = set(visibles.values_list("pk", flat=True))
        return client, user, {cle for cle, objet in tout.items() if objet.pk in lisibles}

    return entrer


@pytest.mark.parametrize("nom", CAST)
def test_a_search_says_nothing_of_what_its_reader_may_not_read(nom, tout, lecteur):
    client, user, lus = lecteur(nom, tout)
    caches = {mot for cle in tout.keys() - lus for mot in MOTS[cle] if mot} | {"topinambour"}
    for adresse in (
        "/recherche/?q=canari",
        "/recherche/?domaine=zoologie",
        "/recherche/?q=canari&type=besoin",
    ):
        page = client.get(adresse)
        trouvees = {c.pk for c in page.context["contributions"]}
        attendues = {tout[cle].pk for cle in lus if "type" not in adresse or tout[cle].type == "besoin"}
        assert trouvees == attendues
        assert not {mot for mot in caches if mot in page.text}
    filtre = client.get("/recherche/?q=canari").context["filtre"]
    assert filtre.onglets[0]["nombre"] == len(lus)
    for groupe in filtre.groupes:
        assert sum(valeur["nombre"] for valeur in groupe["valeurs"]) <= len(lus)
    for cle, mots in MOTS.items():
        for mot in filter(None, mots):
            page = client.get("/recherche/", {"q": mot})
            assert [c.pk for c in page.context["contributions"]] == ([tout[cle].pk] if cle in lus else [])
            faute = f"{mot[:3]}x{mot[4:]}"
            visibles = Contribution.objects.visibles_par(user).publiees()
            lues = {lecture.q for lecture in lectures(faute, visibles)}
            assert lues <= ({mot} if cle in lus else set())
    assert not client.get("/recherche/?q=topinambour").context["contributions"]
    for debut in ("canari", *(mots[0] for mots in MOTS.values())):
        offertes = [
            offre["mot"]
            for offre in client.get("/recherche/suggestions/", {"q": debut}).json()["suggestions"]
        ]
        assert not {mot for mot in caches if mot in " ".join(offertes).lower()}


def test_who_follows_a_search_is_told_only_of_what_she_may_read(tout, mailoutbox):
    lignes = Notification.objects.filter(genre="recherche").select_related(
        "membre__utilisateur", "contribution"
    )
    assert {ligne.membre.prenom for ligne in lignes} >= {"Camille", "Chantal", "Alex"}
    for ligne in lignes:
        visibles = Contribution.objects.visibles_par(ligne.membre.utilisateur)
        assert ligne.contribution.est_retiree or visibles.filter(pk=ligne.contribution_id).exists()
    a_chantal = " ".join(
        m.body
        for m in mailoutbox
        if m.to == [lignes.get(membre__prenom="Chantal", contribution=tout["publique"].pk).membre.courriel]
    )
    assert "belvedere" in a_chantal and "hallebarde" not in a_chantal


@pytest.mark.parametrize("nom", ["visiteur", "chantal", "camille"])
def test_what_is_hidden_now_is_hidden_at_once_from_an_index_that_is_late(
    nom, tout, lecteur, settings, bruno, rst
):
    """No task runs any more: the index still holds all of it, open to all."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend", "QUEUES": []}}
    Contribution.objects.filter(pk=tout["publique"].pk).update(visibilite="reseau")
    Contribution.objects.filter(pk=tout["membres"].pk).update(retire_le=timezone.now(), retire_motif="x")
    Message.objects.filter(contribution=tout["rst"].pk).update(retire_le=timezone.now(), retire_motif="x")
    client, _user, lus = lecteur(nom, tout)
    for q in ("canari", *(mot for mots in MOTS.values() for mot in mots if mot)):
        page = client.get("/recherche/", {"q": q})
        assert {c.pk for c in page.context["contributions"]} <= {tout[cle].pk for cle in lus}
        if q != "kaolinite":  # which the box says again
            assert "kaolinite" not in page.text
        assert sum(o["nombre"] for o in page.context["filtre"].onglets[1:]) <= len(lus)
