"""Two who edit the same publication: the second sees both versions, keeps what she typed, and chooses."""

import pytest

from besoins.models import Besoin
from reseau.models import Contribution, Domaine
from tests.fabriques import faire_projet
from tests.reseau.test_publication import prefilled


@pytest.fixture
def ouvert(connecter, bruno, diane, balayeuse):
    """Bruno's form, as it was before Diane saved: she changed the text, and chose a domaine."""
    client, adresse = connecter(bruno), f"/besoins/{balayeuse.pk}/modifier/"
    saisie = prefilled(client, adresse)
    enregistrer(balayeuse, corps="La nôtre est réparée.", domaine="voirie")
    return client, adresse, saisie


def enregistrer(contribution, *, domaine=None, **champs):
    par = contribution.reseau.animateurs().get()
    objet = Contribution.objects.get(pk=contribution.pk).specifique
    avant = objet.etat_suivi()
    for champ, valeur in champs.items():
        setattr(objet, champ, valeur)
    if domaine:
        objet.domaines.set([Domaine.objects.get(code=domaine)])
    return objet.modifier(par=par, avant=avant)


def test_the_second_sees_both_versions_and_keeps_what_she_typed(ouvert, balayeuse):
    client, adresse, saisie = ouvert
    refus = client.post(adresse, saisie | {"titre": "Balayeuse à deux", "corps": "Elle est\r\nau garage."})
    assert refus.status_code == 422
    conflit = refus.context["form"].conflit
    assert [(d.nom, d.mienne, d.enregistree) for d in conflit.a_choisir] == [
        ("titre", "Balayeuse à deux", balayeuse.titre),
        ("corps", "Elle est\nau garage.", "La nôtre est réparée."),
    ]
    # She had left the domaines alone: what Diane chose is in her form, and she is told.
    assert [d.nom for d in conflit.reprises] == ["domaines"]
    for mots in ("Version enregistrée par Diane Tessier", "au garage.", "La nôtre est réparée."):
        assert mots in refus.text
    balayeuse.refresh_from_db()
    assert balayeuse.corps == "La nôtre est réparée."


@pytest.mark.parametrize(
    ("choix", "attendus"),
    [
        ({}, ("Balayeuse à deux", "Au garage.")),
        ({"version-corps": "enregistree"}, ("Balayeuse à deux", "La nôtre est réparée.")),
        ({"version-titre": "enregistree"}, ("Balayeuse de voirie pour les bourgs", "Au garage.")),
        ({"version-corps": "licorne"}, ("Balayeuse à deux", "Au garage.")),
    ],
)
def test_she_chooses_field_by_field(ouvert, balayeuse, choix, attendus):
    client, adresse, saisie = ouvert
    saisie |= {"titre": "Balayeuse à deux", "corps": "Au garage."}
    form = client.post(adresse, saisie).context["form"]
    suite = {nom: form[nom].value() for nom in saisie if nom in form.fields} | {"domaines": "voirie"}
    assert client.post(adresse, suite | choix).status_code == 302
    lu = Besoin.objects.get(pk=balayeuse.pk)
    assert (lu.titre, lu.corps) == attendus
    assert [d.code for d in lu.domaines.all()] == ["voirie"]


def test_what_a_third_one_saves_meanwhile_is_shown_too(ouvert, balayeuse):
    client, adresse, saisie = ouvert
    saisie |= {"corps": "Au garage."}
    saisie["lue"] = client.post(adresse, saisie).context["form"]["lue"].value()
    enregistrer(balayeuse, corps="Vendue.")
    refus = client.post(adresse, saisie)
    assert refus.status_code == 422 and "Vendue." in refus.text and "Au garage." in refus.text


def test_a_project_and_its_parties_are_compared_as_people_read_them(
    connecter, bruno, diane, rst, louverne, change
):
    projet = faire_projet("Salage", bruno, reseau=rst, beneficiaires=[louverne])
    client, adresse = connecter(bruno), f"/projets/{projet.pk}/modifier/"
    saisie = prefilled(client, adresse)
    objet = Contribution.objects.get(pk=projet.pk).specifique
    avant = objet.etat_suivi()
    objet.beneficiaires.set([louverne, change])
    objet.decideur = "Les maires."
    objet.modifier(par=diane, avant=avant)
    form = client.post(adresse, saisie | {"decideur": "Le bureau.", "visibilite": "publique"}).context["form"]
    dites = {d.nom: (d.mienne, d.enregistree) for d in form.conflit.a_choisir}
    assert dites == {
        "decideur": ("Le bureau.", "Les maires."),
        "visibilite": ("tout le monde, même sans compte", "tous les membres de la plateforme"),
    }
    [reprise] = form.conflit.reprises
    assert (reprise.mienne, reprise.enregistree) == ("Louverné", "Changé, Louverné")
    assert {str(pk) for pk in form["beneficiaires"].value()} == {str(louverne.pk), str(change.pk)}


def test_a_reader_without_conflict_sees_no_second_version(connecter, bruno, balayeuse):
    client, adresse = connecter(bruno), f"/besoins/{balayeuse.pk}/modifier/"
    saisie = prefilled(client, adresse)
    assert "Deux versions" not in client.post(adresse, saisie | {"titre": " "}).text
    assert client.post(adresse, saisie | {"titre": "Autre", "lue": "n’importe quoi"}).status_code == 422
