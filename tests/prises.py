"""A page's end of a socket, without the page. Synchronous: Playwright keeps the tests' only event loop."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect


def page(port, demande="", *, origine="http://testserver", session=None, **options):
    entetes = {"Cookie": f"sessionid={session}"} if session else None
    adresse = f"ws://127.0.0.1:{port}/ws/?{demande}"
    return connect(adresse, origin=origine, additional_headers=entetes, compression=None, **options)


def recue(prise, delai=3):
    return json.loads(prise.recv(delai))


def fermeture(prise, delai=3):
    """Wait for the other end to close → (code, seconds it took)."""
    debut = time.perf_counter()
    with pytest.raises(ConnectionClosed):
        while time.perf_counter() < debut + delai:
            prise.recv(delai)
    return prise.protocol.close_code, time.perf_counter() - debut


def eventuellement(condition, delai=5):
    fin = time.monotonic() + delai
    while not condition():
        assert time.monotonic() < fin, "it never came true"
        time.sleep(0.02)
