"""The délibérations of the public projects, in the columns of the SCDL schema."""

import csv
import io
from datetime import date

import pytest

from besoins.models import Acte, Deliberation
from tests.compter import requetes_pour
from tests.fabriques import faire_fiche, faire_projet

ADRESSE = "/projets/deliberations.csv"


@pytest.fixture
def projet(bruno):
    return faire_projet("Service commun de voirie", bruno, visibilite="publique")


def engager(projet, referent, numero, **champs):
    collectivite = referent.fonctions.get().collectivite
    dit = {"collectivite": collectivite, "numero": numero, "date": date(2026, 3, 5), **champs}
    return Acte(projet=projet, **dit).engager(par=referent, fiche=faire_fiche("deliberation.txt"))


def lues(reponse):
    return list(csv.DictReader(io.StringIO(reponse.text)))


def test_each_deliberation_of_a_public_project_is_a_line_of_the_schema(client, projet, remi):
    acte = engager(projet, remi, "2026-42").acte
    reponse = client.get(ADRESSE)
    assert reponse["Content-Type"].startswith("text/csv") and not reponse.text.startswith("\ufeff")
    assert reponse.text.splitlines()[0] == (
        "COLL_NOM,COLL_SIRET,DELIB_ID,DELIB_DATE,DELIB_MATIERE_CODE,DELIB_MATIERE_NOM,DELIB_OBJET,"
        "BUDGET_ANNEE,BUDGET_NOM,PREF_ID,PREF_DATE,VOTE_EFFECTIF,VOTE_REEL,VOTE_POUR,VOTE_CONTRE,"
        "VOTE_ABSTENTION,DELIB_URL"
    )
    [ligne] = lues(reponse)
    assert {nom: valeur for nom, valeur in ligne.items() if valeur} == {
        "COLL_NOM": "Louverné",
        "DELIB_ID": "2026-42",
        "DELIB_DATE": "2026-03-05",
        "DELIB_MATIERE_NOM": projet.get_type_mutualisation_display(),
        "DELIB_OBJET": "Service commun de voirie",
        "DELIB_URL": f"http://testserver{acte.piece.get_absolute_url()}",
    }
    assert client.get(ligne["DELIB_URL"]).status_code == 200


def test_a_decision_is_none_and_what_was_said_twice_is_one(client, projet, remi, bruno, louverne):
    engager(projet, bruno, "D-7", nature=Acte.Nature.DECISION)
    engager(projet, remi, "2026-42")
    [dite] = Deliberation.attendre(projet, [louverne], delai=None, notifiee_le=date(2026, 1, 5), par=bruno)
    Deliberation.objects.update(sens="favorable", acte_le=date(2026, 3, 5), acte_numero="2026-42")
    assert [ligne["DELIB_ID"] for ligne in lues(client.get(ADRESSE))] == ["2026-42"]
    Deliberation.objects.update(acte_numero="=2026-43")
    assert {ligne["DELIB_ID"] for ligne in lues(client.get(ADRESSE))} == {"2026-42", "'=2026-43"}


def test_what_is_not_public_or_no_more_is_nobody_s_even_signed_in(client, connecter, projet, remi, bruno):
    reserve = faire_projet("Projet CANARI", bruno, visibilite="membres")
    engager(reserve, remi, "CANARI-1")
    engager(projet, remi, "2026-42")
    etag = client.get(ADRESSE)["ETag"]
    assert client.get(ADRESSE, headers={"If-None-Match": etag}).status_code == 304
    for lecteur in (client, connecter(remi)):
        assert "CANARI" not in lecteur.get(ADRESSE).text
    client.logout()
    projet.retirer(par=bruno, motif="erreur")
    assert lues(client.get(ADRESSE, headers={"If-None-Match": etag})) == []


def test_it_costs_the_same_however_many(client, projet, remi, bruno, sylvie):
    engager(projet, remi, "1")
    une = requetes_pour(client, ADRESSE)
    for n in range(3):
        engager(faire_projet(f"Projet {n}", bruno, visibilite="publique"), bruno, f"B-{n}")
    assert requetes_pour(client, ADRESSE) == une
