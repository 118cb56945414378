"""The cast that every test shares: three communes, their agglomération, two networks, and who is who.

Camille (Louverné) and Bruno (Changé, référent) are in the RST; Chantal is in the other network only;
Odile left; Dominique was deactivated; Noé has an account and no function yet.
"""

import os

import pytest

from reseau.models import Collectivite, Fonction

from .fabriques import (
    faire_besoin,
    faire_commune,
    faire_discussion,
    faire_membre,
    faire_rencontre,
    faire_reseau,
)

# Playwright's synchronous API runs an event loop in the main thread, which the ORM would refuse.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(autouse=True)
def _memoire_vide():
    """Figures kept for a minute by one test are not for the next one."""
    from django.core.cache import caches

    yield
    caches["local"].clear()
    caches["template_fragments"].clear()


@pytest.fixture(autouse=True)
def _nombre_deja_compte(request, monkeypatch):
    """The number of the header is counted once a minute: here, as if it just had been, and was zero."""
    if not request.node.get_closest_marker("a_faire"):
        monkeypatch.setattr("plateforme.accueil.contexte.nombre_pour", lambda membre, collectivite: 0)


@pytest.fixture
def louverne(db):
    return faire_commune("Louverné")


@pytest.fixture
def change(db):
    return faire_commune("Changé")


@pytest.fixture
def montflours(db):
    return faire_commune("Montflours")


@pytest.fixture
def agglo(db):
    return Collectivite.objects.create(nom="Laval Agglomération", nature=Collectivite.Nature.EPCI)


@pytest.fixture
def rst(db):
    return faire_reseau("Réseau des services techniques", slug="rst", nom_court="Services techniques")


@pytest.fixture
def amenagement(db):
    return faire_reseau("Aménagement et cadre de vie", slug="amenagement", nom_court="Aménagement", ordre=20)


@pytest.fixture
def camille(louverne, rst):
    """Technical manager of a small commune."""
    return faire_membre("Camille", "Morel", louverne, reseaux=[rst])


@pytest.fixture
def bruno(change, rst):
    """Référent of the commune next door."""
    return faire_membre("Bruno", "Petit", (change, Fonction.Role.REFERENT), reseaux=[rst])


@pytest.fixture
def remi(louverne, rst):
    """Référent of Camille's commune."""
    return faire_membre("Rémi", "Aubert", (louverne, Fonction.Role.REFERENT), reseaux=[rst])


@pytest.fixture
def chantal(montflours, amenagement):
    """A member of the other network only."""
    return faire_membre("Chantal", "Riou", montflours, reseaux=[amenagement])


@pytest.fixture
def sylvie(louverne, montflours, rst):
    """Secrétaire de mairie of two communes."""
    return faire_membre("Sylvie", "Gendron", louverne, montflours, reseaux=[rst])


@pytest.fixture
def diane(agglo, rst):
    """Deputy director, who animates the RST."""
    return faire_membre("Diane", "Tessier", agglo, anime=[rst])


@pytest.fixture
def jeanne(louverne, rst):
    """The EPCI's contact of Camille's commune: she answers it, and speaks in nobody's name."""
    return faire_membre("Jeanne", "Hamon", (louverne, Fonction.Role.INTERLOCUTEUR), reseaux=[rst])


@pytest.fixture
def alex(agglo):
    """Administrator of the platform."""
    return faire_membre("Alex", "Fournier", (agglo, Fonction.Role.ADMINISTRATEUR))


@pytest.fixture
def odile(louverne, rst):
    """Left her commune: her function is over, her account is still there."""
    membre = faire_membre("Odile", "Lambert", louverne, reseaux=[rst])
    membre.fonctions.get().clore()
    return membre


@pytest.fixture
def dominique(change, rst):
    """Whose account was deactivated."""
    membre = faire_membre("Dominique", "Sorel", change, reseaux=[rst])
    membre.utilisateur.is_active = False
    membre.utilisateur.save()
    return membre


@pytest.fixture
def noe(db):
    """Has an account, and no function yet."""
    return faire_membre("Noé", "Vasseur")


@pytest.fixture
def connecter(client):
    """Sign a member in: `connecter(camille)` gives the client."""

    def _connecter(membre):
        client.force_login(membre.utilisateur)
        return client

    return _connecter


@pytest.fixture
def balayeuse(bruno, rst):
    """A need that every member may read."""
    return faire_besoin(
        "Balayeuse de voirie pour les bourgs", bruno, reseau=rst, corps="La nôtre est en panne."
    )


@pytest.fixture
def besoin_du_rst(bruno, rst):
    """A need for the eyes of the RST only; the canary must never reach another reader."""
    return faire_besoin(
        "Astreinte hivernale CANARI", bruno, reseau=rst, visibilite="reseau", corps="Réservé CANARI"
    )


@pytest.fixture
def discussion(bruno, rst):
    return faire_discussion("Désherbage des cimetières : qu’avez-vous essayé ?", bruno, reseau=rst)


@pytest.fixture
def rencontre(diane, rst):
    """A meeting of the RST in ten days, that every member may read; as many seats as one wants."""
    return faire_rencontre("Plan de déneigement", diane, reseau=rst)
