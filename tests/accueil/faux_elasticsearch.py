"""A server that fails in the ways that a real one cannot be put into."""

import contextlib
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MASQUE = {"X-elastic-product": "Elasticsearch"}


@contextlib.contextmanager
def qui_repond(statut, corps, genre="application/json", lentement=0):
    """Always this; a byte at a time if it is slow, so that no single read ever times out."""

    class Reponse(BaseHTTPRequestHandler):
        def repondre(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(statut)
            for nom, valeur in {**MASQUE, "Content-Type": genre, "Content-Length": len(corps)}.items():
                self.send_header(nom, str(valeur))
            self.end_headers()
            with contextlib.suppress(OSError):
                for octet in range(len(corps)) if lentement and self.command != "HEAD" else []:
                    self.wfile.write(corps[octet : octet + 1])
                    time.sleep(lentement)
                if not lentement and self.command != "HEAD":
                    self.wfile.write(corps)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = repondre

        def log_message(self, *args):
            pass

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Reponse)
    serveur.daemon_threads = True
    threading.Thread(target=serveur.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{serveur.server_port}"
    finally:
        serveur.shutdown()
        serveur.server_close()


@contextlib.contextmanager
def qui_se_tait():
    """It takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as prise:
        yield f"http://127.0.0.1:{prise.getsockname()[1]}"


@contextlib.contextmanager
def qui_refuse():
    with socket.create_server(("127.0.0.1", 0)) as prise:
        adresse = f"http://127.0.0.1:{prise.getsockname()[1]}"
    yield adresse


PANNES = {
    "refuse": qui_refuse,
    "se tait": qui_se_tait,
    "429": lambda: qui_repond(429, b'{"error": {"type": "circuit_breaking_exception"}, "status": 429}'),
    "503": lambda: qui_repond(503, b'{"error": "no master"}'),
    "200 sans rien": lambda: qui_repond(200, b"{}"),
    "charabia": lambda: qui_repond(200, b"\x00\xff<html>mandataire", "text/html"),
    "json tronqué": lambda: qui_repond(200, b'{"hits": {"hits": [{"_id"'),
    "goutte à goutte": lambda: qui_repond(200, b'{"hits": {"hits": []}}', lentement=0.4),
}
