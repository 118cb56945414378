"""What a person wrote in her answer to a mail: without what her program quotes, nor her signature.

Line by line and linear in the length. In doubt a line stays: a signature too many does no harm, a
sentence too few does.
"""

import re
from html.parser import HTMLParser

import nh3

from .texte import nettoyer

HTML_MAX = 500_000
PROFONDEUR_MAX = 1000
TEXTE_MAX = 200_000
LIGNES_D_ATTRIBUTION = 4
LIGNES_D_EN_TETE = 8
SIGNATURE_MAX = 14

_BLOCS = {"address", "article", "blockquote", "center", "div", "footer", "form", "h1", "h2", "h3", "h4", "h5"}
_BLOCS |= {"h6", "header", "hr", "li", "ol", "pre", "section", "table", "tr", "ul"}
_SANS_TEXTE = {"head", "script", "style", "template", "title"}
_ESPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_IMAGE_EN_LIGNE = re.compile(r"data:image/[a-z+.-]{1,20};base64,[A-Za-z0-9+/=\s]{64,}", re.I)
_IMBRICABLE = re.compile(
    r"<(/?)(?:article|blockquote|center|div|dl|fieldset|form|ol|pre|section|table|ul)\b", re.I
)
_BLANCS = re.compile(r"\s+")
_CITEE = re.compile(r"\s?[>|]")

# « Le mar. 3 nov. 2026 à 08:12, Bruno Petit <…> a écrit : »
_DEBUT_D_ATTRIBUTION = re.compile(r"(?:le|on|am|el|il|em|op|den)\s", re.I)
_FIN_D_ATTRIBUTION = re.compile(
    r"(?:a [ée]crit|wrote|schrieb|escribi[óo]|ha scritto|escreveu|schreef|skrev)\b[^:]{0,80}:$", re.I
)
_UN_CHIFFRE_OU_UN_AROBASE = re.compile(r"[\d@]")
_SEPARATEUR = re.compile(
    r"[-_*= ]{2,}\s?(?:(?:e-?mail|mail|courriel|message) (?:d.origine|original|initial|transf[ée]r[ée])"
    r"|d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])"
    r"|original (?:message|appointment)|forwarded message|message from)\b.{0,60}$"
    r"|(?:d[ée]but du message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|begin forwarded message)\s?:$"
    r"|message du \d.{0,40}$",
    re.I,
)
_DE = re.compile(r"\*?(?:de|from|exp[ée]diteur|envoy[ée] par)\*?\s?:", re.I)
_AUTRE_CHAMP = re.compile(
    r"\*?(?:envoy[ée](?: le)?|date|sent|[àa]|to|pour|destinataires?|objet|sujet|subject|cc|copie)\*?\s?:",
    re.I,
)
_FILET = re.compile(r"[-_*=]{3,}$")

_D_UN_APPAREIL = re.compile(
    r"(?:envoy[ée] (?:depuis|de|[àa] partir de|avec|via|par)|sent (?:from|with|via)) "
    r"(?:mon|ma|my|un (?:mobile|smartphone|t[ée]l[ée]phone|appareil)|l.appli\w*|la messagerie|le webmail|"
    r"(?:mobile|outlook|yahoo|gmail|proton|courrier|mail|orange|free|sfr|bluemail|spark|thunderbird)\b).{0,80}$"
    r"|(?:obtenir|obtenez|t[ée]l[ée]charge[rz]|get) outlook\b.{0,120}$"
    r"|provenance\s?: courrier.{0,80}$",
    re.I,
)
_AVERTISSEMENT = re.compile(
    r"(?:\W{0,4})(?:avertissement\s?:|avis de confidentialit[ée]|clause de confidentialit[ée]|disclaimer\b|"
    r"confidentiality notice|(?:ce|cet|le pr[ée]sent) (?:message|courriel|mail|e-?mail|courrier "
    r"[ée]lectronique).{0,120}?(?:confidentiel|destinataire|exclusi)|"
    r"th(?:is|e) (?:e-?mail|message|information).{0,120}?(?:confidential|intended|privileged)|"
    r"(?:pensez|pensons|pour la|avant d.)\W.{0,40}(?:environnement|plan[èe]te|imprimer)|"
    r"please consider the environment|ce (?:message|courriel|mail) a [ée]t[ée] v[ée]rifi[ée] par|"
    r"(?:l.absence de virus|garanti sans virus|virus-free))",
    re.I,
)
_POLITESSE = re.compile(
    r"(?:(?:bien|tr[èe]s|fort) )?(?:cordialement|amicalement|sinc[èe]rement|respectueusement|cdlt|cdt|bav)"
    r"(?: (?:[àa] vous|v[ôo]tre))?[\s,.!;]*$"
    r"|(?:avec mes |mes )?(?:cordiales |sinc[èe]res |meilleures |bien cordiales )salutations[\s,.!]*$"
    r"|(?:bonne|belle) (?:journ[ée]e|r[ée]ception|fin de journ[ée]e|soir[ée]e)[\s,.!]*$"
    r"|(?:best |kind |warm )?regards[\s,.!]*$",
    re.I,
)
_PHRASE = re.compile(r"(?:\w+\W+){5,}\w+\s?[.?!…]+$")
_SUITE = re.compile(r"p\.?\s?-?\s?s\b", re.I)


def reponse_seule(texte):
    """What she wrote of this text, "" if nothing is hers."""
    lignes = [_ESPACES.sub(" ", ligne).rstrip() for ligne in nettoyer(texte[:TEXTE_MAX]).split("\n")]
    coupe, reprise = _debut_de_la_citation(lignes)
    dessus = _sans_signature(_sans_citations(lignes[:coupe]))
    if dessus:
        return dessus
    # Who answers below, or between the lines, of what is marked as quoted.
    dessous = lignes[reprise:]
    if not any(_CITEE.match(ligne) for ligne in dessous):
        return ""
    suite, _ = _debut_de_la_citation(dessous)
    return _sans_signature(_sans_citations(dessous[:suite]))


def texte_du_html(html):
    """The text of an HTML mail, what it quotes marked with « > » as in a plain one.

    Raises Imbrique for one that no program writes, which would take minutes.
    """
    html = _IMAGE_EN_LIGNE.sub("", html)[:HTML_MAX]
    _controler_la_profondeur(html)
    lecteur = _Lecteur()
    # What comes out is well formed, whatever came in.
    propre = nh3.clean(html, tags=_BLOCS | {"br", "p"}, attributes={}, clean_content_tags=_SANS_TEXTE)
    lecteur.feed(propre)
    lecteur.close()
    return lecteur.texte


def _controler_la_profondeur(html):
    profondeur = 0
    for balise in _IMBRICABLE.finditer(html):
        profondeur = max(profondeur + (-1 if balise[1] else 1), 0)
        if profondeur > PROFONDEUR_MAX:
            raise Imbrique


class Imbrique(ValueError):
    """Blocks within blocks without end."""


class _Lecteur(HTMLParser):
    """Lines of text, out of HTML that is well formed."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self._lignes = [""]
        self._cites = 0

    @property
    def texte(self):
        return _aerer("\n".join(ligne.strip() for ligne in self._lignes))

    def handle_starttag(self, tag, attrs):
        self._passer(tag, +1)

    def handle_endtag(self, tag):
        self._passer(tag, -1)

    def handle_data(self, data):
        self._lignes[-1] += _BLANCS.sub(" ", data)

    def _passer(self, tag, sens):
        """A new line, unless this one is empty still; one more around a paragraph."""
        if tag == "blockquote":
            self._cites += sens
        if tag in ("br", "p") or self._lignes[-1].strip("> "):
            self._lignes.append("")
        if not self._lignes[-1].strip("> "):
            self._lignes[-1] = "> " if self._cites else ""


def deplier(texte, sans_espace=False):
    """The paragraphs of a format=flowed text (RFC 3676), whose lines end in a space when they go on."""
    paragraphes, ouvert = [], False
    for ligne in texte.split("\n"):
        ligne = ligne.rstrip("\r")
        seule = ligne.startswith(">") or ligne in ("-- ", "")
        contenu = ligne[1:] if ligne.startswith(" ") else ligne
        if not ouvert or seule:
            paragraphes.append([])
        ouvert = contenu.endswith(" ") and not seule
        paragraphes[-1].append(contenu[:-1] if ouvert and sans_espace else contenu)
    return "\n".join("".join(lignes) for lignes in paragraphes)


def _aerer(texte):
    lignes = "\n".join(ligne.strip(" \t") for ligne in texte.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lignes).strip("\n")


def _debut_de_la_citation(lignes):
    """(index of the first line of what is quoted, index of the first line after its heading)."""
    for i, ligne in enumerate(lignes):
        nue = ligne.lstrip("> |").strip()
        if not nue:
            continue
        fin = _fin_d_attribution(lignes, i, nue)
        if fin:
            return i, fin
        if _SEPARATEUR.match(nue) or (_DE.match(nue) and _est_un_en_tete(lignes, i)):
            # A rule drawn above it belongs to it.
            debut = i
            while debut and (not lignes[debut - 1].strip() or _FILET.match(lignes[debut - 1].strip())):
                debut -= 1
            return debut, i + 1
    return len(lignes), 0


def _fin_d_attribution(lignes, i, nue):
    if _FIN_D_ATTRIBUTION.search(nue[-120:]) and "@" in nue:
        return i + 1
    if not _DEBUT_D_ATTRIBUTION.match(nue):
        return 0
    jointe = ""
    for j, ligne in enumerate(lignes[i : i + LIGNES_D_ATTRIBUTION], start=i):
        jointe = f"{jointe} {ligne.lstrip('> |').strip()}".strip()
        if len(jointe) > 500 or (j > i and not ligne.strip("> |")):
            return 0
        if _FIN_D_ATTRIBUTION.search(jointe[-120:]) and _UN_CHIFFRE_OU_UN_AROBASE.search(jointe):
            return j + 1
    return 0


def _est_un_en_tete(lignes, i):
    """« De : », then at least two of « Envoyé : », « À : », « Objet : »…"""
    suivantes = [ligne.lstrip("> |").strip() for ligne in lignes[i + 1 : i + 1 + LIGNES_D_EN_TETE]]
    return sum(bool(_AUTRE_CHAMP.match(ligne)) for ligne in suivantes) >= 2


def _sans_citations(lignes):
    return [ligne for ligne in lignes if not _CITEE.match(ligne)]


def _sans_signature(lignes):
    lignes = _avant_les_tirets([ligne for ligne in lignes if not _D_UN_APPAREIL.match(ligne.strip())])
    for i, ligne in enumerate(lignes):
        if _AVERTISSEMENT.match(ligne.strip()) and _a_du_texte(lignes[:i]):
            lignes = lignes[:i]
            break
    lignes = _avant_les_tirets(_sans_filets(lignes))
    for i in _fins_possibles(lignes):
        fin = _POLITESSE.match(lignes[i].strip()) and _a_du_texte(lignes[:i])
        if fin and _est_une_carte(lignes[i + 1 :]):
            lignes = lignes[:i]
            break
    return _aerer("\n".join(_sans_filets(lignes))).strip()


def _avant_les_tirets(lignes):
    for i, ligne in enumerate(lignes):
        if ligne.strip() in ("--", "—", "__") and _a_du_texte(lignes[:i]):
            return lignes[:i]
    return lignes


def _sans_filets(lignes):
    fin = len(lignes)
    while fin and (not lignes[fin - 1].strip() or _FILET.match(lignes[fin - 1].strip())):
        fin -= 1
    return lignes[:fin]


def _fins_possibles(lignes):
    """The indexes of the last lines, as far back as a signature goes."""
    pleines = [i for i, ligne in enumerate(lignes) if ligne.strip()]
    return pleines[-SIGNATURE_MAX - 1 :]


def _est_une_carte(lignes):
    """A name, a title, a number: short lines, none of which is a sentence or a post scriptum."""
    pleines = [ligne.strip() for ligne in lignes if ligne.strip()]
    return not any(len(ligne) > 110 or _PHRASE.search(ligne) or _SUITE.match(ligne) for ligne in pleines)


def _a_du_texte(lignes):
    return any(ligne.strip() for ligne in lignes)
