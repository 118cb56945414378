import pytest
from django.db import OperationalError

import reseau.middleware
from reseau.models.contributions import ContributionQuerySet


@pytest.mark.parametrize(
    ("erreur", "etat"), [(OperationalError("database is locked"), 503), (ZeroDivisionError(), 500)]
)
@pytest.mark.parametrize(
    ("ou", "quoi"), [(ContributionQuerySet, "visibles_par"), (reseau.middleware, "membre_actif")]
)
def test_a_database_that_cannot_answer_now_is_said_to_come_back(
    client, connecter, camille, monkeypatch, erreur, etat, ou, quoi
):
    def tomber(*args, **kwargs):
        raise erreur

    connecter(camille)
    client.raise_request_exception = False
    assert client.get("/besoins/").status_code == 200
    monkeypatch.setattr(ou, quoi, tomber)
    reponse = client.get("/besoins/")
    assert reponse.status_code == etat
    assert reponse.headers.get("Retry-After") == ("30" if etat == 503 else None)
    assert "Réessayez dans une minute" in reponse.text
