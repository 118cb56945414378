"""gunicorn, for the pages: threads, since a request mostly waits for the database."""

import multiprocessing
import os

wsgi_app = "plateforme.wsgi"
bind = os.environ.get("PAGES", "127.0.0.1:8001")
workers = int(os.environ.get("PAGES_PROCESSUS", multiprocessing.cpu_count()))
threads = int(os.environ.get("PAGES_FILS", 8))  # each keeps a database connection
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
# A leak, if there is one, never grows for days; the jitter keeps the workers from restarting together.
max_requests = 10_000
max_requests_jitter = 1_000
# Debian's /tmp may be a disk: the heartbeat file must not wait for it.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
