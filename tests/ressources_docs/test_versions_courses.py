"""Two hands on one document at once: what they replace is kept in order, and not once it is withdrawn."""

import random
import time
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from ressources_docs.models import Ressource
from tests.fabriques import faire_fiche, faire_reseau, faire_ressource
from tests.test_courses import ensemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def convention(bruno, rst):
    return faire_ressource("Convention de prêt", bruno, reseau=rst)


def course(convention, membres):
    """→ the numbers of the versions that two hands each deposit, and what failed."""

    def deposer(membre):
        return Ressource.objects.get(pk=convention.pk).remplacer(
            par=membre, fiche=faire_fiche(contenu=f"de {membre.nom}".encode()), motif=membre.nom
        )

    essais = ensemble(*[lambda membre=membre: deposer(membre) for membre in membres])
    numeros = list(convention.versions.order_by("numero").values_list("numero", flat=True))
    return numeros, [essai for essai in essais if isinstance(essai, Exception)]


def test_two_replacements_at_once_are_both_kept_in_order(convention, bruno, diane, remi):
    numeros, pannes = course(convention, [bruno, diane, remi, bruno])
    assert (numeros, pannes) == ([1, 2, 3, 4, 5], [])
    convention.refresh_from_db()
    assert convention.numero == 5
    assert convention.version.fichier.open("rb").read().startswith(b"de ")


def test_without_the_lock_one_is_lost(convention, bruno, diane, remi, monkeypatch):
    def lire_puis_ecrire(ressource):
        lu = Ressource.objects.values_list("numero", flat=True).get(pk=ressource.pk)
        time.sleep(random.uniform(0.01, 0.05))
        ressource.numero = lu + 1
        Ressource.objects.filter(pk=ressource.pk).update(numero=lu + 1)

    monkeypatch.setattr(Ressource, "_prendre_un_numero", lire_puis_ecrire)
    monkeypatch.setattr(Ressource, "_avancer", lambda ressource: 1)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Ressource, "remplacer", Ressource.remplacer.__wrapped__)
    numeros, pannes = course(convention, [bruno, diane, remi, bruno])
    assert pannes or numeros != [1, 2, 3, 4, 5]


def remplacer_pendant(geste, convention, bruno):
    """Bruno has the document before his eyes when somebody else does this to it; he replaces it next → what
    he was told, and how many versions there are."""
    ouverte, fait = Ressource.objects.get(pk=convention.pk), Event()

    def agir():
        geste(Ressource.objects.get(pk=convention.pk))
        fait.set()

    def remplacer():
        fait.wait(timeout=30)
        return ouverte.remplacer(par=bruno, fiche=faire_fiche(contenu=b"Deux"), motif="deux jours")

    _agi, dit = ensemble(agir, remplacer)
    return dit, convention.versions.count()


@pytest.fixture(params=["retire", "verrouille"])
def geste(request, diane):
    gestes = {
        "retire": lambda r: r.retirer(par=diane, motif="périmée"),
        "verrouille": lambda r: r.verrouiller(par=diane, motif="en débat"),
    }
    return gestes[request.param]


def test_what_was_withdrawn_or_locked_meanwhile_is_not_replaced(geste, convention, bruno):
    dit, versions = remplacer_pendant(geste, convention, bruno)
    assert isinstance(dit, ValidationError) and "ne se remplace plus" in " ".join(dit.messages)
    assert versions == 1


def test_without_reading_again_it_is_replaced_all_the_same(geste, convention, bruno, monkeypatch):
    relire = Ressource._relire

    def sans_l_ouverture(ressource, *champs):
        relire(ressource, *[champ for champ in champs if champ in ("numero", "visibilite")])

    monkeypatch.setattr(Ressource, "_relire", sans_l_ouverture)
    assert remplacer_pendant(geste, convention, bruno)[1] == 2


@pytest.mark.parametrize(
    ("geste", "dit"),
    [
        (lambda r, diane, autre: r.retirer(par=diane, motif="des noms"), "retiré"),
        (lambda r, diane, autre: reserver(r, diane, autre), "n’est plus à vous"),
    ],
    ids=["withdrawn", "no longer hers to show"],
)
def test_what_was_taken_away_meanwhile_is_not_shown_to_everybody(bruno, diane, rst, geste, dit):
    convention = faire_ressource("Convention de prêt", bruno, reseau=rst)
    ouverte = Ressource.objects.get(pk=convention.pk)
    geste(Ressource.objects.get(pk=convention.pk), diane, faire_reseau("Cellule"))
    with pytest.raises(ValidationError, match=dit):
        ouverte.ouvrir_au_public(par=bruno, verifie=["tout"])
    convention.refresh_from_db()
    assert not convention.est_publique


def reserver(ressource, par, reseau):
    """Moved to a network of which Bruno is no member, and kept to it."""
    avant = ressource.etat_suivi()
    ressource.visibilite, ressource.reseau = Ressource.Visibilite.RESEAU, reseau
    ressource.auteur = ressource.responsable = par
    Ressource.objects.filter(pk=ressource.pk).update(auteur=par, responsable=par)
    ressource.modifier(par=par, avant=avant)


def test_who_may_lift_the_lock_replaces_it(convention, diane):
    convention.verrouiller(par=diane, motif="en débat")
    Ressource.objects.get(pk=convention.pk).remplacer(
        par=diane, fiche=faire_fiche(contenu=b"Deux"), motif="2"
    )
    assert convention.versions.count() == 2
