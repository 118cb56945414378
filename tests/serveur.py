"""A real uvicorn in a thread, for what only a real socket shows."""

import threading
import time
from contextlib import contextmanager

import uvicorn


@contextmanager
def serveur(application, port=0, **options):
    """→ the port it listens on. Same options as the site's own server."""
    configuration = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_level="error",
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=2,
        **options,
    )
    serveur = uvicorn.Server(configuration)
    fil = threading.Thread(target=serveur.run, daemon=True)
    fil.start()
    while not serveur.started:
        assert fil.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield serveur.servers[0].sockets[0].getsockname()[1]
    finally:
        serveur.should_exit = True
        fil.join(10)
