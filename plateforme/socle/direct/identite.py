"""Who is behind a socket, by Django's own rules for sessions."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare


def compte(cle_de_session):
    """The account behind the session, as long as it may sign in.

    Not `auth.get_user`, which flushes a session found stale and renews the key of one signed with a
    former secret: a socket cannot hand the browser its new cookie.
    """
    if not cle_de_session or "\0" in cle_de_session:  # PostgreSQL fails on a NUL
        return AnonymousUser()
    session = import_module(settings.SESSION_ENGINE).SessionStore(cle_de_session)
    moteur = session.get(BACKEND_SESSION_KEY)
    if moteur not in settings.AUTHENTICATION_BACKENDS:
        return AnonymousUser()
    utilisateur = load_backend(moteur).get_user(session[SESSION_KEY])
    if utilisateur and utilisateur.is_active and _bonne_empreinte(session, utilisateur):
        return utilisateur
    return AnonymousUser()


def _bonne_empreinte(session, utilisateur):
    """False once the password has changed."""
    attendues = [utilisateur.get_session_auth_hash(), *utilisateur.get_session_auth_fallback_hash()]
    empreinte = session.get(HASH_SESSION_KEY, "")
    return any(constant_time_compare(empreinte, attendue) for attendue in attendues)
