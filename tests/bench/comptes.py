"""SQL statements and bytes of each page: python -m tests.bench.comptes < what the sowing said → JSON."""

import json
import sys

import django

from .lecture import PAGES


def compter(semis):
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    comptes = {}
    for nom, (adresse, qui) in PAGES.items():
        client = Client(headers={"host": "localhost"})
        if qui:
            client.cookies[settings.SESSION_COOKIE_NAME] = semis[qui]
        adresse = adresse.format(**semis)
        client.get(adresse)  # what is kept for a minute is there; a notification is read
        with CaptureQueriesContext(connection) as requetes:
            reponse = client.get(adresse)
        assert reponse.status_code == 200, (adresse, reponse.status_code)
        comptes[nom] = {"sql": len(requetes), "octets": len(reponse.content)}
    return comptes


if __name__ == "__main__":
    django.setup()
    print(json.dumps(compter(json.load(sys.stdin))))
