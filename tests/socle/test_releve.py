"""Reading a mailbox, against a small IMAP server of our own."""

import re
import socketserver
import threading

import pytest
from django.core.management import CommandError, call_command

from plateforme.socle import releve
from plateforme.socle.reception import DEBUT_GARDE


class Boite(socketserver.ThreadingTCPServer):
    """A mailbox: {uid: mail}, and the uids that were marked as seen. Just enough of RFC 3501."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, courriels):
        super().__init__(("127.0.0.1", 0), Dialogue)
        self.courriels, self.vus, self.lus = courriels, set(), []


class Dialogue(socketserver.StreamRequestHandler):
    def dire(self, octets):
        self.wfile.write(octets + b"\r\n")

    def handle(self):
        self.dire(b"* OK bonjour")
        for ligne in self.rfile:
            repere, commande, *suite = ligne.decode("latin-1").strip().split(" ", 2)
            arguments = suite[0] if suite else ""
            getattr(self, f"faire_{commande.lower()}", lambda _: None)(arguments)
            refuse = commande == "LOGIN" and "secret" not in arguments
            self.dire(f"{repere} {'NO' if refuse else 'OK'} fait".encode())
            if commande == "LOGOUT":
                return

    def faire_capability(self, _arguments):
        self.dire(b"* CAPABILITY IMAP4rev1")

    def faire_select(self, _arguments):
        self.dire(f"* {len(self.server.courriels)} EXISTS".encode())

    def faire_uid(self, arguments):
        verbe, reste = arguments.split(" ", 1)
        if verbe == "SEARCH":
            nouveaux = [str(uid) for uid in self.server.courriels if uid not in self.server.vus]
            self.dire(f"* SEARCH {' '.join(nouveaux)}".encode())
            return
        uid = int(reste.split(" ")[0])
        source = self.server.courriels[uid]
        if verbe == "STORE":
            self.server.vus.add(uid)
        elif "RFC822.SIZE" in reste:
            self.dire(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(source)})".encode())
        else:
            partie = re.search(r"<0\.(\d+)>", reste)
            source = source[: int(partie[1])] if partie else source
            self.server.lus.append(len(source))
            self.dire(f"* 1 FETCH (UID {uid} BODY[] {{{len(source)}}}".encode())
            self.wfile.write(source)
            self.dire(b")")


@pytest.fixture
def boite():
    serveur = Boite({n: b"From: camille@communes.example\r\nSubject: %d\r\n\r\nx" % n for n in (1, 2, 3)})
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    serveur.adresse = f"imap://camille:secret@127.0.0.1:{serveur.server_address[1]}/INBOX"
    yield serveur
    serveur.shutdown()
    serveur.server_close()


def test_each_mail_is_read_once_and_marked_when_it_is_treated(boite):
    lus = []
    assert releve.relever(boite.adresse, lambda lu: lus.append(lu.sujet)) == (3, 0)
    assert releve.relever(boite.adresse, lambda lu: lus.append(lu.sujet)) == (0, 0)
    assert lus == ["1", "2", "3"] and boite.vus == {1, 2, 3}


def test_one_that_fails_stays_and_does_not_hold_the_others(boite):
    def traiter(lu):
        if lu.sujet == "2":
            raise OSError("the database is down")

    assert releve.relever(boite.adresse, traiter) == (2, 1)
    assert boite.vus == {1, 3}


def test_a_large_mail_is_not_read_whole(boite, monkeypatch):
    monkeypatch.setattr(releve, "TAILLE_MAX", 400_000)
    boite.courriels = {1: b"Subject: gros\r\n\r\n" + b"x" * 500_000}
    lus = []
    releve.relever(boite.adresse, lus.append)
    assert boite.lus == [DEBUT_GARDE] and lus[0].tronque and lus[0].sujet == "gros"


def test_the_command_says_what_it_could_not_do(boite, settings, db, capsys):
    settings.IMAP_URL = boite.adresse
    call_command("relever_courriels")
    assert "courriels relevés : 3" in capsys.readouterr().out
    settings.IMAP_URL = boite.adresse.replace("secret", "faux")
    with pytest.raises(CommandError):
        call_command("relever_courriels")
    for adresse in ("", "imap://127.0.0.1:1/INBOX", "pop://127.0.0.1"):
        settings.IMAP_URL = adresse
        with pytest.raises(CommandError):
            call_command("relever_courriels")


def test_by_default_the_mailbox_is_read_under_tls_with_its_certificate_checked(boite):
    with pytest.raises(OSError):
        releve.relever(boite.adresse.replace("imap://", "imaps://"), print)
