"""What stands between an ASGI server and the WSGI handler: a body comes whole or not at all."""

import socket
from contextlib import closing

import pytest

from plateforme.accueil.passerelle import pages_en_fils
from tests.serveur import serveur

pytestmark = pytest.mark.une_fois


@pytest.fixture(scope="module")
def vus():
    """What the site received: the body and the WSGI environment of each request."""
    return []


@pytest.fixture(scope="module")
def port(vus):
    def site(environ, start_response):
        vus.append((environ["wsgi.input"].read(), environ))
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]

    with serveur(pages_en_fils(site)) as port:
        yield port


@pytest.fixture(autouse=True)
def _rien_vu(vus):
    vus.clear()


def envoyer(port, *entetes, corps=b"", raccrocher=False):
    """The status line that answers a request written by hand."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as prise:
        lignes = ["POST /besoins/ HTTP/1.1", "Host: localhost", "Connection: close", *entetes, "", ""]
        prise.sendall("\r\n".join(lignes).encode() + corps)
        if raccrocher:
            prise.shutdown(socket.SHUT_WR)
        return prise.recv(65536).split(b"\r\n")[0].decode()


def test_a_whole_body_reaches_the_site(port, vus):
    corps = b"x" * 3_000_000
    assert envoyer(port, f"Content-Length: {len(corps)}", corps=corps) == "HTTP/1.1 200 OK"
    assert vus[0][0] == corps


def test_a_body_cut_on_the_way_never_reaches_the_site(port, vus):
    envoyer(port, "Content-Length: 2000", corps=b"x" * 500, raccrocher=True)
    assert not vus


def test_a_body_of_unknown_length_is_refused(port, vus):
    assert envoyer(port, "Transfer-Encoding: chunked", corps=b"3\r\nabc\r\n0\r\n\r\n").endswith(
        "411 Length Required"
    )
    assert not vus


def test_a_header_with_an_underscore_is_not_taken_for_the_real_one(port, vus):
    envoyer(port, "X_Forwarded_Proto: https", "X-Requested-With: essai", "Content-Length: 0")
    environ = vus[0][1]
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert environ["HTTP_X_REQUESTED_WITH"] == "essai"
