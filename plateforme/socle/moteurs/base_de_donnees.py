"""The engine of the database in use, as Wagtail's own `database` backend chooses it."""

from django.db import connection

if connection.vendor == "postgresql":
    from .postgresql import SearchBackend
else:
    from .sqlite import SearchBackend

__all__ = ["SearchBackend"]
