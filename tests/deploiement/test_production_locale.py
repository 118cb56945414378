"""The production shape, really started: what nginx alone decides is asked of nginx."""

import http.client
import json
import socket
import time
from contextlib import ExitStack, closing

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from deploiement import services
from deploiement.production_locale import production

pytestmark = pytest.mark.nginx

CONTENU = """
import json
from django.core.files.uploadedfile import SimpleUploadedFile
from plateforme.socle.fichiers import controler
from reseau.models import Contribution, PieceJointe
from tests.fabriques import faire_commune, faire_discussion, faire_fiche, faire_membre, faire_ressource

membre = faire_membre("Camille", "Morel", faire_commune("Louverné"))
fil = faire_discussion("Enrobé à froid", membre, visibilite=Contribution.Visibilite.PUBLIQUE)
[piece] = PieceJointe.deposer([controler(SimpleUploadedFile("devis.txt", b"42 euros"))], contribution=fil)
public = faire_ressource("Bilan", membre, visibilite="publique", fiche=faire_fiche(contenu=b"0123456789"))
ferme = faire_ressource("Projet", membre)
numeros = {"fil": fil.pk, "document": public.pk, "ferme": ferme.pk}
print(json.dumps({**numeros, "piece": piece.get_absolute_url(), "fichier": piece.fichier.name}))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    dossier = tmp_path_factory.mktemp("production")
    with production(dossier, services.port_libre(), durable=False, SECURE_HSTS_SECONDS="60") as site:
        yield site


@pytest.fixture(scope="module")
def contenu(site):
    """A public discussion with a file, written by another process of the site."""
    sortie = site.manage("shell", "--verbosity=0", "-c", CONTENU, capture_output=True, text=True).stdout
    return json.loads(sortie.splitlines()[-1])


def demander(site, chemin, methode="GET", **entetes):
    connexion = http.client.HTTPConnection("localhost", site.port, timeout=20)
    with closing(connexion):
        connexion.request(methode, chemin, headers=entetes)
        reponse = connexion.getresponse()
        reponse.corps = reponse.read()
        return reponse


def statique(site):
    """A style sheet, as named in its app and as collected."""
    noms = json.loads(site.dossier.joinpath("static/staticfiles.json").read_text())["paths"]
    return next((nom, hache) for nom, hache in noms.items() if nom.endswith(".css"))


def test_a_page_comes_from_gunicorn_through_nginx(site):
    reponse = demander(site, "/")
    assert reponse.status == 200
    assert reponse.headers["Server"] == "nginx"
    assert "script-src 'self'" in reponse.headers["Content-Security-Policy"]


def test_nginx_itself_serves_a_hashed_style_sheet_compressed_and_for_ever(site):
    nom, hache = statique(site)
    reponse = demander(site, f"/static/{hache}", **{"Accept-Encoding": "gzip"})
    assert reponse.status == 200
    assert "immutable" in reponse.headers["Cache-Control"]
    assert reponse.headers["Content-Encoding"] == "gzip"
    assert "immutable" not in demander(site, f"/static/{nom}").headers["Cache-Control"]


@pytest.mark.parametrize("entete", ["X-Forwarded-Proto", "X_Forwarded_Proto"])
def test_a_client_cannot_pretend_that_it_came_by_https(site, entete):
    assert demander(site, "/", **{entete: "https"}).headers["Strict-Transport-Security"] is None


def test_gunicorn_believes_its_proxy_about_https(site):
    """The other half of the test above: it is nginx that replaces the header, nothing else refuses it."""
    with socket.socket(socket.AF_UNIX) as prise:
        prise.connect(f"{site.prises}/pages.sock")
        prise.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n")
        assert b"Strict-Transport-Security: max-age=60" in prise.recv(65536)


def test_a_socket_reaches_uvicorn_and_hears_the_state_of_its_thread(site, contenu):
    adresse = f"ws://localhost:{site.port}/ws/?fil={contenu['fil']}"
    with connect(adresse, origin=site.adresse) as prise:
        assert json.loads(prise.recv(timeout=20))["t"] == "etat"
    with pytest.raises(InvalidStatus):
        connect(adresse, origin="https://ailleurs.example")


def test_one_address_keeps_two_hundred_sockets_and_still_reads_the_pages(site, contenu):
    demande = [
        f"GET /ws/?fil={contenu['fil']} HTTP/1.1",
        f"Host: localhost:{site.port}",
        f"Origin: {site.adresse}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]
    with ExitStack() as pile:

        def ouvrir():
            prise = pile.enter_context(socket.create_connection(("localhost", site.port), timeout=20))
            prise.sendall("\r\n".join([*demande, "", ""]).encode())
            return prise.recv(12)

        assert {ouvrir() for _ in range(200)} == {b"HTTP/1.1 101"}
        assert ouvrir() == b"HTTP/1.1 429"
        assert demander(site, "/").status == 200


def test_a_members_file_leaves_only_after_the_view_has_checked(site, contenu):
    assert demander(site, f"/fichiers-internes/{contenu['fichier']}").status == 404
    reponse = demander(site, contenu["piece"])
    assert (reponse.status, reponse.corps) == (200, b"42 euros")
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert reponse.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert reponse.headers["Content-Disposition"].startswith("attachment")


def test_a_document_is_served_whole_in_part_or_not_again_and_its_absence_says_nothing(site, contenu):
    adresse = f"/documents/{contenu['document']}/fichier/"
    entier = demander(site, adresse)
    assert (entier.status, entier.corps) == (200, b"0123456789")
    assert entier.headers["X-Content-Type-Options"] == "nosniff"
    partie = demander(site, adresse, Range="bytes=4-5")
    assert (partie.status, partie.corps) == (206, b"45")
    assert partie.headers["Content-Range"] == "bytes 4-5/10"
    assert demander(site, adresse, **{"If-None-Match": entier.headers["ETag"]}).status == 304
    version = demander(site, f"/documents/{contenu['document']}/v/1/", Range="bytes=-1")
    assert (version.status, version.corps) == (206, b"9")
    refus = [
        demander(site, f"/documents/{pk}/fichier/", **entetes)
        for pk in (contenu["ferme"], 999_999)
        for entetes in ({}, {"If-None-Match": entier.headers["ETag"]}, {"Range": "bytes=0-1"})
    ]
    assert {r.status for r in refus} == {302}, "a visitor is sent to sign-in, whatever it is"
    assert not any({"ETag", "Content-Range", "Last-Modified"} & set(r.headers) for r in refus)


def test_an_image_is_served_from_the_media_and_a_document_is_not(site):
    for nom in ["images/mairie.svg", "documents/budget.pdf"]:
        fichier = site.dossier / "media" / nom
        fichier.parent.mkdir(exist_ok=True)
        fichier.write_text("contenu")
    image = demander(site, "/media/images/mairie.svg")
    assert (image.status, image.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "sandbox" in image.headers["Content-Security-Policy"]
    assert demander(site, "/media/documents/budget.pdf").status == 404


def test_more_slow_uploads_than_threads_leave_the_pages_alone(site):
    """2 processes × 8 threads: without nginx's buffers, twenty forms that never end would hold them all."""
    entetes = [
        "POST / HTTP/1.1",
        "Host: localhost",
        f"Cookie: csrftoken={'a' * 32}",  # with it, Django reads the form before it refuses
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 1000000",
    ]
    with ExitStack() as pile:
        for _ in range(20):
            prise = pile.enter_context(socket.create_connection(("localhost", site.port)))
            prise.sendall("\r\n".join([*entetes, "", "x" * 1000]).encode())
        time.sleep(1)
        assert demander(site, "/").status == 200


def test_a_body_beyond_what_a_form_may_send_is_refused_at_the_door(site):
    reponse = demander(site, "/", "POST", **{"Content-Length": str(200 * 1024 * 1024)})
    assert reponse.status == 413
