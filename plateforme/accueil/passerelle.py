"""The pages for an ASGI server: the WSGI handler in threads, twice as fast as Django's ASGI handler."""

import tempfile

from a2wsgi import WSGIMiddleware

FILS = 8  # each keeps its database connection


def pages_en_fils(application):
    fils = WSGIMiddleware(corps_entier(application), workers=FILS)

    async def servir(scope, receive, send):
        await fils(sans_souligne(scope), receive, send)

    return servir


def sans_souligne(scope):
    """WSGI cannot tell X_Forwarded_Proto from X-Forwarded-Proto: as nginx does, drop the former."""
    return {**scope, "headers": [(nom, valeur) for nom, valeur in scope["headers"] if b"_" not in nom]}


def corps_entier(application):
    """Call the site only with a body that came whole: a2wsgi passes a cut upload for a complete one."""

    def verifier(environ, start_response):
        if "HTTP_TRANSFER_ENCODING" in environ:
            return refuser(start_response, "411 Length Required")
        attendu = int(environ.get("CONTENT_LENGTH") or 0)
        corps = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115  Django reads it later
        recu = 0
        while recu < attendu and (morceau := environ["wsgi.input"].read(min(65536, attendu - recu))):
            recu += corps.write(morceau)
        if recu < attendu:
            return refuser(start_response, "400 Bad Request")
        corps.seek(0)
        return application({**environ, "wsgi.input": corps}, start_response)

    return verifier


def refuser(start_response, statut):
    start_response(statut, [("Content-Length", "0"), ("Connection", "close")])
    return []
