"""Plain text, lists of values, web pages."""

import codecs
from html.parser import HTMLParser

_BLOCS = {
    "address",
    "article",
    "blockquote",
    "br",
    "caption",
    "dd",
    "div",
    "dt",
    "figcaption",
    "footer",
    "h1",
}
_BLOCS |= {
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "p",
    "pre",
    "section",
    "td",
    "th",
}
_BLOCS |= {"title", "tr"}
_TUS = {"script", "style", "template", "noscript"}


def lire_texte(source, reponse):
    reponse.page()
    reponse.texte(decoder(source.read()))


def lire_html(source, reponse):
    reponse.page()
    lecteur = _Page(reponse)
    lecteur.feed(decoder(source.read()))
    lecteur.close()


def decoder(octets):
    if octets.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return octets.decode("utf-16", "replace")
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        return octets.decode("cp1252", "replace")


class _Page(HTMLParser):
    def __init__(self, reponse):
        super().__init__()
        self.reponse, self.tu = reponse, 0

    def handle_starttag(self, balise, attributs):
        self.tu += balise in _TUS
        if balise in _BLOCS:
            self.reponse.texte("\n")

    def handle_endtag(self, balise):
        self.tu = max(self.tu - (balise in _TUS), 0)
        if balise in _BLOCS:
            self.reponse.texte("\n")

    def handle_data(self, texte):
        if not self.tu:
            self.reponse.texte(texte)
