import contextlib
import socket
import threading
import time

import pytest
from django.core.exceptions import ValidationError

from deploiement import services
from plateforme.socle import antivirus
from plateforme.socle.disjoncteur import Disjoncteur
from plateforme.socle.fichiers import controler
from tests.documents import docx, image, televerse

SAIN, INFECTE = b"Bonjour", b"a" * 100_000 + services.SIGNATURE


@pytest.fixture(autouse=True)
def disjoncteur(monkeypatch):
    monkeypatch.setattr(antivirus, "disjoncteur", Disjoncteur())
    monkeypatch.setattr(antivirus, "DELAI_DU_SALUT", 0.3)


@pytest.fixture
def clamd(settings):
    with services.clamd() as adresse:
        settings.ANTIVIRUS_URL = adresse
        yield adresse


@pytest.mark.clamav
def test_a_real_clamav_refuses_the_virus_that_it_knows_and_nothing_else(clamd, caplog):
    assert controler(televerse("a.txt", SAIN)).fichier.read() == SAIN
    assert controler(televerse("a.png", image("PNG"))).type_mime == "image/png"
    for nom, contenu in (("a.txt", INFECTE), ("a.docx", docx(**{"word/media/a": INFECTE}))):
        with pytest.raises(ValidationError, match="virus"):
            controler(televerse(nom, contenu))
    assert "Essai" in caplog.text


@contextlib.contextmanager
def faux_clamd(reponse=b"", ecouter=True):
    """What clamd does when it is ill: it answers this, or never."""
    with socket.create_server(("127.0.0.1", 0)) as serveur:

        def servir():
            with contextlib.suppress(OSError):
                prise, _ = serveur.accept()
                with prise:
                    while ecouter and not prise.recv(65536).endswith(bytes(4)):
                        pass
                    prise.sendall(reponse)
                    time.sleep(0 if reponse else 2)

        threading.Thread(target=servir, daemon=True).start()
        yield f"tcp://127.0.0.1:{serveur.getsockname()[1]}"


@pytest.mark.parametrize(
    ("reponse", "ecouter"),
    [(b"INSTREAM size limit exceeded. ERROR\0", True), (b"stream: ", True), (b"", True), (b"x", False)],
    ids=["too large", "cut", "silent", "hung up"],
)
def test_an_antivirus_that_is_ill_is_told_and_the_site_chooses(
    settings, monkeypatch, caplog, reponse, ecouter
):
    monkeypatch.setattr(antivirus, "DELAI", 0.3)
    for exige in (False, True):
        settings.ANTIVIRUS_EXIGE = exige
        with faux_clamd(reponse, ecouter) as settings.ANTIVIRUS_URL:
            attendu = (
                pytest.raises(ValidationError, match="ne répond pas") if exige else contextlib.nullcontext()
            )
            with attendu:
                # Its end is still there for who stores it.
                assert controler(televerse("a.txt", SAIN)).fichier.read() == SAIN
        assert "did not answer" in caplog.text
        caplog.clear()
        antivirus.disjoncteur.ouvert_jusqu_a = 0


@pytest.mark.parametrize("adresse", ["unix:///nulle/part", "tcp://127.0.0.1:9"])
def test_an_antivirus_that_is_down_is_told_too(settings, caplog, adresse):
    settings.ANTIVIRUS_URL = adresse
    controler(televerse("a.txt", SAIN))
    assert "did not answer" in caplog.text
    settings.ANTIVIRUS_EXIGE = True
    with pytest.raises(ValidationError, match="ne répond pas"):
        controler(televerse("a.txt", SAIN))


@contextlib.contextmanager
def port_muet(remplie):
    """A server that is never there for anybody; `remplie`: its queue is full, so that packets are dropped."""
    with socket.create_server(("127.0.0.1", 0), backlog=0 if remplie else 5) as serveur:
        adresse = serveur.getsockname()
        occupants = [socket.socket() for _ in range(4 if remplie else 0)]
        for occupant in occupants:
            occupant.setblocking(False)
            occupant.connect_ex(adresse)
        yield f"tcp://127.0.0.1:{adresse[1]}"
        for occupant in occupants:
            occupant.close()


def duree(geste):
    debut = time.monotonic()
    geste()
    return time.monotonic() - debut


@pytest.mark.parametrize("remplie", [False, True], ids=["silent", "packets dropped"])
def test_after_a_failure_the_next_files_do_not_wait_and_it_is_asked_again_later(
    settings, monkeypatch, caplog, remplie
):
    monkeypatch.setattr(antivirus, "DELAI", 0.5)
    monkeypatch.setattr(antivirus, "DELAI_DU_SALUT", 0.5)
    with port_muet(remplie) as settings.ANTIVIRUS_URL:
        assert duree(lambda: controler(televerse("a.txt", SAIN))) >= 1
        caplog.clear()
        assert duree(lambda: controler(televerse("a.txt", SAIN))) < 0.3
        assert "not asked again" in caplog.text, "what is not looked at is in the journal"
        settings.ANTIVIRUS_EXIGE = True
        with pytest.raises(ValidationError, match="ne répond pas"):
            controler(televerse("a.txt", SAIN))
        antivirus.disjoncteur.ouvert_jusqu_a = 0
        settings.ANTIVIRUS_EXIGE = False
        assert duree(lambda: controler(televerse("a.txt", SAIN))) >= 1


@pytest.mark.parametrize("reponse", [b"INSTREAM size limit exceeded. ERROR\0", None], ids=["refused", "slow"])
def test_a_file_that_chokes_it_does_not_spare_the_next_ones(settings, monkeypatch, reponse):
    """Else one would send such a file first, and a virus next."""
    monkeypatch.setattr(antivirus, "DELAI", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as serveur:

        def servir():
            with contextlib.suppress(OSError):
                while True:
                    prise, _ = serveur.accept()
                    demande = prise.recv(65536)
                    if demande.startswith(b"zPING"):
                        prise.sendall(b"PONG\0")
                    elif reponse:
                        prise.sendall(reponse)
                    gardees.append(prise)

        gardees = []
        threading.Thread(target=servir, daemon=True).start()
        settings.ANTIVIRUS_URL = f"tcp://127.0.0.1:{serveur.getsockname()[1]}"
        controler(televerse("a.txt", SAIN))
        assert antivirus.disjoncteur.ferme
    for prise in gardees:
        prise.close()


def test_without_an_antivirus_nobody_is_asked(settings, monkeypatch):
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("asked"))
    settings.ANTIVIRUS_URL = ""
    controler(televerse("a.txt", INFECTE))
