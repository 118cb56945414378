import sys

from django.db import connection
from django.test.utils import CaptureQueriesContext


def requetes_pour(client, adresse):
    """How many statements a page costs, once what a process keeps (the site, its settings) is at hand.

    They are printed: where two counts differ, pytest shows which statement came or went.
    """
    client.get(adresse)
    with CaptureQueriesContext(connection) as requetes:
        reponse = client.get(adresse)
    assert reponse.status_code == 200, reponse
    sys.stdout.write("\n  ".join([adresse, *(requete["sql"][:200] for requete in requetes), ""]))
    return len(requetes)
