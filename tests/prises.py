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


def recue(prise, delai=3, sauf=("presence",)):
    """The next frame, but for those that other pages cause when they come and go."""
    fin = time.monotonic() + delai
    while True:
        trame = json.loads(prise.recv(max(0, fin - time.monotonic())))
        if trame.get("t") not in sauf:
            return trame


def presents(prise, nombre, delai=5):
    """Wait until the page is told that so many people are there."""
    fin = time.monotonic() + delai
    while json.loads(prise.recv(max(0, fin - time.monotonic()))) != {"t": "presence", "n": nombre}:
        pass


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
