"""What people type: cleaned before it is stored, turned into safe HTML before it is shown, tamed before
it is searched. Every function takes any string and runs in a time linear in its length."""

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlsplit

import nh3
from django.utils.html import escape
from django.utils.safestring import mark_safe
from wagtail.search.query import And, Not, Phrase, PlainText

REQUETE_MAX = 200
MOTS_MAX = 5
LIEN_MAX = 2000
LIEN_AFFICHE_MAX = 60

_TERME = re.compile(r'(-?)"([^"]*)(?:"|$)|([^\s"]+)')
_FINS_DE_LIGNE = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, bidi marks and overrides, invisible fillers, lone surrogates (UTF-8 cannot store them),
# interlinear and tag characters. The zero-width joiners stay: emoji and Indic scripts need them.
_INDESIRABLES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_MARQUES_POSSIBLES = re.compile(r"[^\w\s\x00-\u02ff]{4,}")
_MARQUES_MAX = 3
# Said around the person one looks for: « qui sait utiliser une nacelle ? »
_PETITS_MOTS = re.compile(
    "ai?|ait|aux?|avec|cet?|ces|cette|chez|dans|de|des|du|elle|en|est|et|il|je|l[ae]|les|leur|ou|par|pas|peut"
    "|pour|quel|quelle|quelqu'un|qui|quoi|sa|sait|savent|savoir|ses|son|sur|une?"
)
_ELISION = re.compile("^(?:[cdjlmnst]|qu)['’](?=\\w)", re.IGNORECASE)
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
# Bounded quantifiers and look-behinds: no start position is tried twice over the same characters.
_LIEN = re.compile(
    r"(?P<adresse>(?<!\w)https?://[^\s<>\"«»]+|(?<![\w@./:-])www\.[^\s<>\"«»]+)"
    r"|(?P<courriel>(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})",
    re.IGNORECASE,
)
_HOTE = re.compile(r"[^\W_](?:[\w.-]{0,251}[^\W_])?(?::\d{1,5})?|\[[0-9a-f:.]{2,45}\](?::\d{1,5})?", re.I)
_OUVRANTES = {")": "(", "]": "[", "}": "{"}


def nettoyer(texte):
    """Plain text fit to be stored: no control, bidi or invisible character, `\\n` newlines, NFC."""
    texte = _FINS_DE_LIGNE.sub("\n", texte or "")
    texte = _INDESIRABLES.sub("", texte)
    # Before NFC, which takes a time quadratic in the length of a pile of accents.
    texte = _MARQUES_POSSIBLES.sub(_limiter_les_marques, texte)
    texte = unicodedata.normalize("NFC", texte)
    return "\n".join(ligne.rstrip() for ligne in texte.split("\n")).strip()


def sans_accents(texte):
    """`L’Œuvre d’été` → `l’oeuvre d’ete`: the form under which two spellings are the same word."""
    decompose = unicodedata.normalize("NFKD", nettoyer(texte).translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c)).casefold()


def entier(texte, chiffres=18):
    """The number that these ASCII digits write, or None; 18 of them always fit in the 64 bits of an id."""
    est_un_nombre = texte.isascii() and texte.isdigit() and len(texte) <= chiffres
    return int(texte) if est_un_nombre else None


def entiers(textes, au_plus=50):
    """The whole numbers among these, in their order; the rest is what an address holds by mistake."""
    nombres = map(entier, textes[:au_plus])
    return [nombre for nombre in nombres if nombre is not None]


def extrait(texte, n=180):
    """One line of at most `n` characters, cut between two words."""
    ligne = " ".join(nettoyer(texte[: 20 * n]).split())
    if len(ligne) <= n:
        return ligne
    debut, separateur, _ = ligne[:n].rpartition(" ")
    # A first word longer than half of the line is cut too, rather than leaving next to nothing.
    return (debut if separateur and len(debut) > n // 2 else ligne[: n - 1]).rstrip(" ,;:.…«(-") + "…"


def en_html(texte):
    """Plain text → paragraphs, line breaks, links and quotes, whose lines begin with « > » as in a mail.
    Deterministic: stored once."""
    lignes = nettoyer(texte).split("\n")
    html = "".join(
        f"<blockquote>{_en_paragraphes(map(_sans_chevron, suite))}</blockquote>"
        if cite
        else _en_paragraphes(suite)
        for cite, suite in groupby(lignes, lambda ligne: ligne.startswith(">"))
    )
    # Everything is escaped already: nh3 is the second lock, and the one that writes `rel`.
    return mark_safe(
        nh3.clean(
            html,
            tags={"p", "br", "a", "blockquote"},
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener ugc",
        )
    )


def citer(texte, nom, n=600):
    """This text as a quote, to answer below; cut between two words."""
    cite = nettoyer(texte)
    # What it quoted itself is left where it is.
    lignes = [ligne for ligne in cite.split("\n") if ligne and not ligne.startswith(">")]
    debut = "\n".join(lignes)
    debut = debut if len(debut) <= n else f"{debut[:n].rpartition(' ')[0] or debut[:n]}…"
    return "".join(f"> {ligne}\n" for ligne in [f"{nom}\u202f:", *debut.split("\n")]) + "\n"


def requete_normale(q):
    """A search query that no backend refuses; "" when there is nothing in it to search for."""
    q = re.sub("[«»“”„]", '"', nettoyer((q or "")[: 4 * REQUETE_MAX]))
    # `mot:valeur` would be read as a filter and its words lost.
    mots = q.replace(":", " ").replace("%", " ").replace("\\", " ").split()
    utiles = [mot for mot in mots if mot == '"' or any(c.isalnum() for c in mot)]
    q = " ".join(utiles)[:REQUETE_MAX].strip()
    return q if any(c.isalnum() for c in q) else ""


@dataclass
class Termes:
    """What was typed: the words, the phrases in quotes, the words that a minus takes away. A minus before a
    phrase is left out with it: PostgreSQL's engine would ask for the phrase."""

    mots: list = field(default_factory=list)
    expressions: list = field(default_factory=list)
    exclus: list = field(default_factory=list)

    @classmethod
    def lire(cls, q):
        lus = cls()
        for moins, expression, mot in _TERME.findall(requete_normale(q)):
            terme = (expression or mot.lstrip("-")).strip()
            if not moins and any(c.isalnum() for c in terme):
                exclu = mot.startswith("-")
                (lus.exclus if exclu else lus.mots if mot else lus.expressions).append(terme)
        return lus

    def __bool__(self):
        """What only takes away looks for nothing."""
        return bool(self.mots or self.expressions)

    def __str__(self):
        """As it would be typed."""
        phrases = (f'"{expression}"' for expression in self.expressions)
        return " ".join([*self.mots, *phrases, *(f"-{exclu}" for exclu in self.exclus)])


def requete(q):
    """The SearchQuery of what was typed (all the words, phrases in quotes, -words taken away), or None if
    nothing was."""
    termes = Termes.lire(q)
    if not termes:
        return None
    parties = [PlainText(" ".join(termes.mots), operator="and")] if termes.mots else []
    parties += map(Phrase, termes.expressions)
    parties += (Not(PlainText(exclu)) for exclu in termes.exclus)
    return parties[0] if len(parties) == 1 else And(parties)


def mots_utiles(texte):
    """The words by which one looks for somebody, a few at most: without the small ones, which names hold by
    chance; with them if there is nothing else."""
    mots = [mot.strip(',;:.!?«»"()') for mot in nettoyer(texte[: 4 * REQUETE_MAX])[:REQUETE_MAX].split()]
    mots = list(dict.fromkeys(mot for mot in mots if mot))
    petits = {mot for mot in mots if _PETITS_MOTS.fullmatch(sans_accents(mot).replace("’", "'"))}
    utiles = [_ELISION.sub("", mot) for mot in mots if mot not in petits]
    return (utiles or mots)[:MOTS_MAX]


def _limiter_les_marques(trouve):
    suite, garde = 0, []
    for caractere in trouve[0]:
        suite = suite + 1 if unicodedata.category(caractere) in ("Mn", "Me") else 0
        if suite <= _MARQUES_MAX:
            garde.append(caractere)
    return "".join(garde)


def _en_paragraphes(lignes):
    paragraphes = re.split(r"\n{2,}", "\n".join(lignes).strip("\n"))
    return "".join(f"<p>{_avec_liens(p).replace(chr(10), '<br>')}</p>" for p in paragraphes if p)


def _sans_chevron(ligne):
    return ligne.lstrip("> ")


def _avec_liens(texte):
    morceaux, fin = [], 0
    for trouve in _LIEN.finditer(texte):
        morceaux.append(escape(texte[fin : trouve.start()]))
        fin = trouve.end()
        morceaux.append(_courriel(trouve[0]) if trouve["courriel"] else _adresse(trouve[0]))
    morceaux.append(escape(texte[fin:]))
    return "".join(morceaux)


def _courriel(adresse):
    utile = adresse.rstrip("-_")
    return f'<a href="mailto:{escape(utile)}">{escape(utile)}</a>{escape(adresse[len(utile) :])}'


def _adresse(brute):
    if len(brute) > LIEN_MAX:
        return escape(brute)
    adresse = _sans_ponctuation_finale(brute)
    href = adresse if adresse.lower().startswith("http") else f"https://{adresse}"
    try:
        hote = urlsplit(href).netloc
    except ValueError:
        hote = ""
    # A refused host is also one with a user name, `https://laval.fr@ailleurs.example`, which deceives.
    if not _HOTE.fullmatch(hote):
        return escape(brute)
    affiche = _abregee(href.split("://", 1)[1], hote)
    return f'<a href="{escape(href)}">{escape(affiche)}</a>{escape(brute[len(adresse) :])}'


def _sans_ponctuation_finale(adresse):
    """Without what belongs to the sentence: `(voir https://exemple.fr/a_(b)).` keeps its inner bracket."""
    while adresse:
        dernier = adresse[-1]
        fermante = dernier in _OUVRANTES and adresse.count(_OUVRANTES[dernier]) < adresse.count(dernier)
        if not fermante and dernier not in ".,;:!?…'’”*_":
            return adresse
        adresse = adresse[:-1]
    return adresse


def _abregee(adresse, hote):
    """The host is always shown whole: it is what tells the reader where the link leads."""
    reste = adresse[len(hote) :].rstrip("/")
    place = max(LIEN_AFFICHE_MAX - len(hote), 12)
    return hote + (reste if len(reste) <= place else f"{reste[: place - 1]}…")
